/*
 * The chain: every leaf follows the one before it, and wherever something
 * was signed the chain is the one that was signed.
 */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "common/auth.h"

static const struct {
	int code;
	const char *text;
} faults[VERIFY_FAULTS] = {
	[VERIFY_GOOD] = { 0, "nothing was changed" },
	[VERIFY_FORM] = { 2, "this is no export of an audit" },
	[VERIFY_KEY] = { 2, "a signature is by a key that was not given" },
	[VERIFY_BEGIN] = { 2,
	    "the export does not begin at 0, nor where something was signed" },
	[VERIFY_BARE] = { 2, "no signed head was given: anybody can make a "
			     "chain that agrees with itself" },
	[VERIFY_SIGNATURE] = { 1, "a signature does not hold" },
	[VERIFY_SAID] = { 1, "a countersignature is of another head" },
	[VERIFY_LOG] = { 1, "there is more than one log" },
	[VERIFY_INDEX] = { 1, "leaves are missing, repeated or out of order" },
	[VERIFY_DETAILS] = { 1,
	    "who acted is not what the row is committed to" },
	[VERIFY_ERASED] = { 1, "who acted was erased before its time" },
	[VERIFY_LEAF] = { 1, "the row was changed" },
	[VERIFY_READS] = { 1, "the reads of this leaf were changed" },
	[VERIFY_GONE] = { 1, "the row was deleted before its time" },
	[VERIFY_CHAIN] = { 1, "the leaf does not follow the one before it" },
	[VERIFY_FORK] = { 1, "other leaves were signed than these" },
	[VERIFY_SHORT] = { 1, "more leaves were signed than there are" },
};

int
verify_exit(enum verify_fault fault)
{
	return (faults[fault].code);
}

const char *
verify_fault_text(enum verify_fault fault)
{
	return (faults[fault].text);
}

struct verify *
verify_new(const struct verify_options *options)
{
	struct verify *v;

	v = calloc(1, sizeof(*v));
	if (v == NULL)
		abort();
	v->options = *options;
	v->result.index = -1;
	return (v);
}

void
verify_free(struct verify *v)
{
	size_t i;

	if (v == NULL)
		return;
	for (i = 0; i < v->nkeys; i++)
		auth_key_free(v->keys[i]);
	free(v->keys);
	free(v->anchors);
	free(v);
}

static int
anchor_compare(const void *a, const void *b)
{
	const struct verify_anchor *x = a, *y = b;

	return ((x->count > y->count) - (x->count < y->count));
}

/* SHA-256 of 0x02 and what follows it. */
static void
link_hash(const void *a, size_t alen, const void *b, size_t blen,
    unsigned char out[VERIFY_HASH])
{
	unsigned char whole[1 + 2 * VERIFY_HASH];

	whole[0] = 0x02;
	memcpy(whole + 1, a, alen);
	if (blen > 0)
		memcpy(whole + 1 + alen, b, blen);
	crypt_sha256(whole, 1 + alen + blen, out);
}

/* Before its first leaf a log has the hash of its name. */
static int
genesis(const char *log_id, unsigned char out[VERIFY_HASH])
{
	char digits[VERIFY_UUID + 1];
	unsigned char bytes[16];
	size_t i, n;

	for (i = n = 0; log_id[i] != '\0'; i++) {
		if (log_id[i] != '-')
			digits[n++] = log_id[i];
	}
	if (!crypt_hex_decode(digits, n, bytes, sizeof(bytes), &n) || n != 16)
		return (0);
	link_hash(bytes, n, NULL, 0, out);
	return (1);
}

/* What was signed of so many leaves; they must be these. */
static enum verify_fault
anchors_check(struct verify *v)
{
	const struct verify_anchor *a;

	while (v->next_anchor < v->nanchors) {
		a = &v->anchors[v->next_anchor];
		if (a->count > v->result.leaves)
			break;
		v->next_anchor++;
		if (a->count < v->result.leaves)
			continue; /* before the export begins */
		if (memcmp(a->chain, v->chain, VERIFY_HASH) != 0) {
			v->result.from = v->agreed;
			return (VERIFY_FORK);
		}
		v->agreed = v->result.signed_leaves = a->count;
	}
	return (VERIFY_GOOD);
}

/* Where the export begins the chain is known, or something vouches for it. */
static enum verify_fault
begin(struct verify *v, const char *log_id, long long first)
{
	size_t i;

	if (v->nanchors > 0)
		qsort(v->anchors, v->nanchors, sizeof(*v->anchors),
		    anchor_compare);
	v->begun = 1;
	if (v->options.now == 0)
		v->options.now =
		    v->result.signed_at > 0 ? v->result.signed_at : time(NULL);
	v->result.leaves = v->agreed = first;
	if (first == 0)
		return (
		    genesis(log_id, v->chain) ? anchors_check(v) : VERIFY_FORM);
	for (i = 0; i < v->nanchors; i++) {
		if (v->anchors[i].count == first) {
			memcpy(v->chain, v->anchors[i].chain, VERIFY_HASH);
			return (anchors_check(v));
		}
	}
	return (VERIFY_BEGIN);
}

static enum verify_fault
leaf_check(struct verify *v, const json_t *item)
{
	struct verify_leaf got;
	unsigned char chain[VERIFY_HASH];
	enum verify_fault fault;

	if (json_integer_value(json_object_get(item, "index")) !=
	    v->result.leaves)
		return (VERIFY_INDEX);
	if ((fault = verify_item(v, item, &got)) != VERIFY_GOOD)
		return (fault);
	link_hash(v->chain, VERIFY_HASH, got.leaf, VERIFY_HASH, chain);
	if (memcmp(chain, got.chain, VERIFY_HASH) != 0)
		return (VERIFY_CHAIN);
	memcpy(v->chain, chain, VERIFY_HASH);
	v->result.leaves++;
	return (anchors_check(v));
}

static enum verify_fault
page_begin(struct verify *v, const json_t *page, const json_t *items)
{
	const char *id;

	id = json_string_value(json_object_get(page, "log_id"));
	if (id == NULL || strlen(id) != VERIFY_UUID || !json_is_array(items))
		return (VERIFY_FORM);
	if (v->result.log_id[0] == '\0')
		memcpy(v->result.log_id, id, VERIFY_UUID + 1);
	if (strcmp(v->result.log_id, id) != 0)
		return (VERIFY_LOG);
	if (v->begun)
		return (VERIFY_GOOD);
	return (begin(v, id,
	    json_integer_value(
		json_object_get(json_array_get(items, 0), "index"))));
}

enum verify_fault
verify_page(struct verify *v, const json_t *page)
{
	const json_t *items, *item;
	enum verify_fault fault;
	size_t i;

	items = json_object_get(page, "items");
	if ((fault = page_begin(v, page, items)) != VERIFY_GOOD)
		return (fault);
	json_array_foreach(items, i, item) {
		fault = leaf_check(v, item);
		if (fault == VERIFY_FORK) {
			v->result.index = v->result.leaves - 1;
			return (fault);
		}
		if (fault != VERIFY_GOOD) {
			v->result.index = v->result.leaves;
			return (fault);
		}
	}
	return (VERIFY_GOOD);
}

enum verify_fault
verify_end(struct verify *v)
{
	if (!v->begun)
		return (VERIFY_FORM);
	if (v->next_anchor < v->nanchors) {
		v->result.index = v->result.leaves;
		return (VERIFY_SHORT);
	}
	return (v->result.heads == 0 ? VERIFY_BARE : VERIFY_GOOD);
}

struct verify_result
verify_result(const struct verify *v)
{
	return (v->result);
}

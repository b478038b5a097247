/*
 * Keys, heads and countersignatures: whatever holds becomes an anchor, the
 * chain that the log had after so many leaves.
 */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "common/auth.h"

void *
verify_grow(void *array, size_t count, size_t size)
{
	void *more;

	/* Room for a power of two: grown when the count has become one. */
	if ((count & (count - 1)) != 0)
		return (array);
	more = realloc(array, (count == 0 ? 1 : count * 2) * size);
	if (more == NULL)
		abort();
	return (more);
}

static int
key_add(struct verify *v, const json_t *jwk)
{
	struct auth_key *key;

	if ((key = auth_key_from_jwk(jwk, NULL, 0)) == NULL)
		return (0);
	v->keys = verify_grow(v->keys, v->nkeys, sizeof(struct auth_key *));
	v->keys[v->nkeys++] = key;
	return (1);
}

int
verify_keys(struct verify *v, const json_t *doc)
{
	const json_t *keys, *jwk;
	size_t i;
	int any;

	keys = json_object_get(doc, "keys");
	if (keys == NULL)
		return (key_add(v, doc));
	any = 0;
	json_array_foreach(keys, i, jwk)
		any += key_add(v, jwk);
	return (any > 0);
}

static const struct auth_key *
key_find(const struct verify *v, const char *kid)
{
	size_t i;

	for (i = 0; i < v->nkeys; i++) {
		if (strcmp(auth_key_kid(v->keys[i]), kid) == 0)
			return (v->keys[i]);
	}
	return (NULL);
}

/* The claims of a token of this kind, a new reference in *claims. */
static enum verify_fault
token_check(
    const struct verify *v, const char *token, const char *use, json_t **claims)
{
	const struct auth_key *key;
	struct auth_expect expect;
	struct auth_peek peek;

	memset(&expect, 0, sizeof(expect));
	expect.token_use = use;
	expect.max_len = AUTH_RECEIPT_MAX;
	expect.now = time(NULL);
	if (auth_gate_max(token, strlen(token), AUTH_RECEIPT_MAX, &peek) !=
	    AUTH_OK)
		return (VERIFY_SIGNATURE);
	if ((key = key_find(v, peek.kid)) == NULL)
		return (VERIFY_KEY);
	if (auth_verify(token, strlen(token), key, &expect, claims) != AUTH_OK)
		return (VERIFY_SIGNATURE);
	return (VERIFY_GOOD);
}

static int
anchor_add(
    struct verify *v, const json_t *count, const json_t *chain, time_t at)
{
	struct verify_anchor *a;

	if (!json_is_integer(count) || json_integer_value(count) < 0)
		return (0);
	v->anchors = verify_grow(v->anchors, v->nanchors, sizeof(*v->anchors));
	a = &v->anchors[v->nanchors];
	if (!verify_hash_read(chain, a->chain))
		return (0);
	a->count = json_integer_value(count);
	a->at = at;
	v->nanchors++;
	v->sorted = 0;
	return (1);
}

/* All heads must be of one log: who signs two has hidden one of them. */
static enum verify_fault
log_is(struct verify *v, const json_t *claims)
{
	const char *id;

	id = json_string_value(json_object_get(claims, "log_id"));
	if (id == NULL || strlen(id) != VERIFY_UUID)
		return (VERIFY_FORM);
	if (v->result.log_id[0] == '\0')
		memcpy(v->result.log_id, id, VERIFY_UUID + 1);
	return (strcmp(v->result.log_id, id) == 0 ? VERIFY_GOOD : VERIFY_LOG);
}

static int
same(const json_t *a, const json_t *b, const char *key)
{
	return (json_equal(json_object_get(a, key), json_object_get(b, key)));
}

static enum verify_fault
countersignature_check(
    struct verify *v, const char *token, const json_t *claims)
{
	json_auto_t *ours = NULL;
	enum verify_fault fault;

	fault = token_check(v, token, "audit-countersignature", &ours);
	if (fault != VERIFY_GOOD)
		return (fault);
	if (!same(ours, claims, "id") || !same(ours, claims, "log_id") ||
	    !same(ours, claims, "count") || !same(ours, claims, "chain"))
		return (VERIFY_SAID);
	v->result.countersigned++;
	return (VERIFY_GOOD);
}

enum verify_fault
verify_head(struct verify *v, const char *head, const char *countersignature)
{
	json_auto_t *claims = NULL;
	enum verify_fault fault;
	time_t at;

	fault = token_check(v, head, "audit-head", &claims);
	if (fault == VERIFY_GOOD)
		fault = log_is(v, claims);
	if (fault == VERIFY_GOOD && countersignature != NULL)
		fault = countersignature_check(v, countersignature, claims);
	if (fault != VERIFY_GOOD)
		return (fault);
	at = verify_time(json_string_value(json_object_get(claims, "at")));
	if (at == -1 ||
	    !anchor_add(v, json_object_get(claims, "count"),
		json_object_get(claims, "chain"), at) ||
	    !anchor_add(v, json_object_get(claims, "prev_count"),
		json_object_get(claims, "prev_chain"), 0))
		return (VERIFY_FORM);
	if (at > v->result.signed_at)
		v->result.signed_at = at;
	v->result.heads++;
	return (VERIFY_GOOD);
}

enum verify_fault
verify_heads(struct verify *v, const json_t *page)
{
	const json_t *items, *item;
	enum verify_fault fault;
	const char *head;
	size_t i;

	items = json_object_get(page, "items");
	if (!json_is_array(items))
		return (VERIFY_FORM);
	json_array_foreach(items, i, item) {
		head = json_string_value(json_object_get(item, "head"));
		if (head == NULL)
			return (VERIFY_FORM);
		fault = verify_head(v, head,
		    json_string_value(
			json_object_get(item, "countersignature")));
		if (fault != VERIFY_GOOD)
			return (fault);
	}
	return (VERIFY_GOOD);
}

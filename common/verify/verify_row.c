/*
 * One leaf: the row is hashed again as it is, who acted is held against its
 * commitment, and reads against the hash over all of them.
 */
#include "verify.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALT_BYTES 16

int
verify_hash_read(const json_t *v, unsigned char out[VERIFY_HASH])
{
	size_t n;

	return (json_is_string(v) &&
		crypt_hex_decode(json_string_value(v), json_string_length(v),
		    out, VERIFY_HASH, &n) &&
		n == VERIFY_HASH);
}

time_t
verify_time(const char *text)
{
	struct tm tm;
	const char *rest;

	memset(&tm, 0, sizeof(tm));
	if (text == NULL)
		return (-1);
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest == NULL || (*rest != '.' && *rest != 'Z'))
		return (-1);
	return (timegm(&tm));
}

int
verify_had_its_time(const struct verify *v, time_t at, int days)
{
	return (at != -1 && at < v->options.now - (time_t)days * 86400);
}

/* The members that rows have, in their order. */
static const char *const members[] = { "actor", "at", "consent", "details",
	"event", "holder", "kind", "org", "ref", "request", "role", "version" };

/* Text that JSON writes as it is. */
static int
is_plain(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == '"' ||
		    *text == '\\')
			return (0);
	}
	return (1);
}

/* One member at p, which has room; NULL when it takes more care. */
static char *
member_write(char *p, const char *end, const char *key, const json_t *value)
{
	const char *text;
	size_t room;
	int n;

	room = (size_t)(end - p);
	text = json_is_string(value) ? json_string_value(value) : NULL;
	if (text != NULL && strlen(text) == json_string_length(value) &&
	    is_plain(text))
		n = snprintf(p, room, "\"%s\":\"%s\",", key, text);
	else if (json_is_null(value))
		n = snprintf(p, room, "\"%s\":null,", key);
	else if (json_is_integer(value))
		n = snprintf(p, room, "\"%s\":%lld,", key,
		    (long long)json_integer_value(value));
	else
		return (NULL);
	return (n < 0 || (size_t)n >= room ? NULL : p + n);
}

/*
 * SHA-256 of a prefix and canonical JSON, the short way: the members that are
 * known, with plain values.  0: it is not so simple.
 */
static int
hash_plain(const void *prefix, size_t len, const json_t *object,
    unsigned char out[VERIFY_HASH])
{
	char text[2048], *p;
	const json_t *value;
	size_t i, seen;

	memcpy(text, prefix, len);
	p = text + len;
	*p++ = '{';
	seen = 0;
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if ((value = json_object_get(object, members[i])) == NULL)
			continue;
		seen++;
		p = member_write(p, text + sizeof(text), members[i], value);
		if (p == NULL)
			return (0);
	}
	if (seen == 0 || seen != json_object_size(object))
		return (0);
	p[-1] = '}';
	crypt_sha256(text, (size_t)(p - text), out);
	return (1);
}

/* SHA-256 of a prefix and canonical JSON; 1 or 0. */
static int
hash_json(const void *prefix, size_t len, const json_t *object,
    unsigned char out[VERIFY_HASH])
{
	char *text, *whole;
	size_t n;

	if (hash_plain(prefix, len, object, out))
		return (1);
	text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	if (text == NULL)
		return (0);
	n = strlen(text);
	whole = malloc(len + n);
	if (whole != NULL) {
		memcpy(whole, prefix, len);
		memcpy(whole + len, text, n);
		crypt_sha256(whole, len + n, out);
	}
	free(text);
	free(whole);
	return (whole != NULL);
}

/* Who acted, where it has not been erased yet. */
static enum verify_fault
details_check(struct verify *v, const json_t *item)
{
	json_auto_t *said = NULL;
	const json_t *row, *opened, *salt;
	unsigned char bytes[SALT_BYTES], want[VERIFY_HASH], got[VERIFY_HASH];
	size_t n;

	row = json_object_get(item, "row");
	opened = json_object_get(item, "opened");
	if (!verify_hash_read(json_object_get(row, "details"), want))
		return (VERIFY_FORM);
	if (opened == NULL) {
		v->result.erased++;
		return (verify_had_its_time(v,
			    verify_time(
				json_string_value(json_object_get(row, "at"))),
			    v->options.details_days)
			    ? VERIFY_GOOD
			    : VERIFY_ERASED);
	}
	salt = json_object_get(opened, "salt");
	said = json_copy((json_t *)(uintptr_t)opened);
	if (!json_is_string(salt) || said == NULL ||
	    !crypt_hex_decode(json_string_value(salt), json_string_length(salt),
		bytes, sizeof(bytes), &n) ||
	    n != SALT_BYTES || json_object_del(said, "salt") != 0)
		return (VERIFY_FORM);
	if (!hash_json(bytes, n, said, got))
		return (VERIFY_FORM);
	return (
	    memcmp(want, got, VERIFY_HASH) == 0 ? VERIFY_GOOD : VERIFY_DETAILS);
}

static int
hash_compare(const void *a, const void *b)
{
	return (memcmp(a, b, VERIFY_HASH));
}

/* SHA-256 of 0x03 and the hashes in their order. */
static int
hash_all(const unsigned char *hashes, size_t n, unsigned char out[VERIFY_HASH])
{
	unsigned char *whole;

	whole = malloc(1 + n * VERIFY_HASH);
	if (whole == NULL)
		return (0);
	whole[0] = 0x03;
	memcpy(whole + 1, hashes, n * VERIFY_HASH);
	crypt_sha256(whole, 1 + n * VERIFY_HASH, out);
	free(whole);
	return (1);
}

/* The hash of each read, and who read, in hashes. */
static enum verify_fault
reads_hash(struct verify *v, const json_t *reads, unsigned char *hashes)
{
	const json_t *read;
	enum verify_fault fault;
	size_t i;

	json_array_foreach(reads, i, read) {
		if ((fault = details_check(v, read)) != VERIFY_GOOD)
			return (fault);
		if (!hash_json("", 1, json_object_get(read, "row"),
			hashes + i * VERIFY_HASH))
			return (VERIFY_FORM);
	}
	qsort(hashes, json_array_size(reads), VERIFY_HASH, hash_compare);
	return (VERIFY_GOOD);
}

/* A leaf over reads: all of them, or none that has not had its time. */
static enum verify_fault
reads_check(struct verify *v, const json_t *item)
{
	const json_t *row, *reads;
	unsigned char want[VERIFY_HASH], got[VERIFY_HASH], *hashes;
	enum verify_fault fault;
	size_t n;

	row = json_object_get(item, "row");
	reads = json_object_get(item, "reads");
	n = json_array_size(reads);
	if (!verify_hash_read(json_object_get(row, "details"), want))
		return (VERIFY_FORM);
	v->result.reads += (long long)n;
	if ((json_int_t)n < json_integer_value(json_object_get(item, "rows")) &&
	    verify_had_its_time(v,
		verify_time(json_string_value(json_object_get(row, "at"))),
		v->options.row_days))
		return (VERIFY_GOOD);
	hashes = malloc((n + 1) * VERIFY_HASH);
	if (hashes == NULL)
		return (VERIFY_FORM);
	fault = reads_hash(v, reads, hashes);
	if (fault == VERIFY_GOOD &&
	    (!hash_all(hashes, n, got) || memcmp(want, got, VERIFY_HASH) != 0))
		fault = VERIFY_READS;
	free(hashes);
	return (fault);
}

/* Whether a leaf is over reads: it says so, whatever was left out of it. */
static int
is_reads(const json_t *item, const json_t *row)
{
	const char *event;

	event = json_string_value(json_object_get(row, "event"));
	return (json_object_get(item, "reads") != NULL ||
		(event != NULL && strcmp(event, "reads") == 0));
}

/*
 * A row whose time has passed is gone, which its leaf alone cannot tell from
 * one that was taken out: something that old must have vouched for the leaf.
 */
static enum verify_fault
gone_check(struct verify *v, long long index)
{
	size_t i;

	v->result.gone++;
	for (i = 0; i < v->nanchors; i++) {
		if (v->anchors[i].count > index && v->anchors[i].at > 0 &&
		    verify_had_its_time(
			v, v->anchors[i].at, v->options.row_days))
			return (VERIFY_GOOD);
	}
	return (VERIFY_GONE);
}

enum verify_fault
verify_item(struct verify *v, const json_t *item, struct verify_leaf *out)
{
	const json_t *row, *index;
	unsigned char got[VERIFY_HASH];
	enum verify_fault fault;

	row = json_object_get(item, "row");
	index = json_object_get(item, "index");
	if (!json_is_integer(index) ||
	    !verify_hash_read(json_object_get(item, "leaf"), out->leaf) ||
	    !verify_hash_read(json_object_get(item, "chain"), out->chain))
		return (VERIFY_FORM);
	if (row == NULL)
		return (gone_check(v, json_integer_value(index)));
	v->result.rows++;
	if (is_reads(item, row))
		fault = reads_check(v, item);
	else
		fault = details_check(v, item);
	if (fault != VERIFY_GOOD)
		return (fault);
	if (!hash_json("", 1, row, got))
		return (VERIFY_FORM);
	return (memcmp(out->leaf, got, VERIFY_HASH) == 0 ? VERIFY_GOOD
							 : VERIFY_LEAF);
}

/*
 * A log of a dozen leaves with its keys and signed heads, for test_verify.c to
 * change in every way.
 */
#ifndef TEST_VERIFY_LOG_H
#define TEST_VERIFY_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../common/auth.h"
#include "../../common/crypt.h"
#include "../../common/verify/verify.h"

#define NOW    ((time_t)1800000000) /* 2027-01-15T08:00:00Z */
#define LEAVES 12
#define READS  7 /* the leaf that is over reads */
#define LOG    "01890a5d-ac96-774b-bcce-b302099a8057"
#define OTHER  "01890a5d-ac96-774b-bcce-b302099a8058"

static const unsigned char log_bytes[16] = { 0x01, 0x89, 0x0a, 0x5d, 0xac, 0x96,
	0x77, 0x4b, 0xbc, 0xce, 0xb3, 0x02, 0x09, 0x9a, 0x80, 0x57 };

static char folder[] = "/tmp/test_verify.XXXXXX";
static struct auth_key *ours, *theirs;
static unsigned char chains[LEAVES + 1][VERIFY_HASH];

static struct auth_key *
key_make(const char *name)
{
	char path[64], err[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(auth_key_create(path, err, sizeof(err)), 1);
	return (auth_key_load(path, err, sizeof(err)));
}

static int
set_up(void **state)
{
	(void)state;
	if (crypt_init() != 1 || mkdtemp(folder) == NULL)
		return (-1);
	ours = key_make("ours");
	theirs = key_make("theirs");
	return (ours == NULL || theirs == NULL ? -1 : 0);
}

static int
tear_down(void **state)
{
	char path[64];

	(void)state;
	auth_key_free(ours);
	auth_key_free(theirs);
	(void)snprintf(path, sizeof(path), "%s/ours", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/theirs", folder);
	(void)unlink(path);
	return (rmdir(folder));
}

static void
sha(const unsigned char *a, size_t alen, const char *text,
    unsigned char out[VERIFY_HASH])
{
	unsigned char whole[2048];
	size_t i;

	memcpy(whole, a, alen);
	for (i = 0; text[i] != '\0'; i++)
		whole[alen + i] = (unsigned char)text[i];
	crypt_sha256(whole, alen + i, out);
}

static json_t *
hex_of(const unsigned char hash[VERIFY_HASH])
{
	char hex[2 * VERIFY_HASH + 1];

	(void)crypt_hex(hash, VERIFY_HASH, hex, sizeof(hex));
	return (json_string(hex));
}

/* {"row", "opened"}: an act or a read, and the hash of its row. */
static json_t *
entry_make(int n, const char *at, int read, unsigned char hash[VERIFY_HASH])
{
	unsigned char salt[16], details[VERIFY_HASH], zero;
	char salthex[33], text[1024], want[200];
	json_t *item, *details_hex;

	memset(salt, n + 1, sizeof(salt));
	(void)crypt_hex(salt, sizeof(salt), salthex, sizeof(salthex));
	(void)snprintf(
	    want, sizeof(want), "{\"actor\":\"who-%d\",\"request\":null}", n);
	sha(salt, sizeof(salt), want, details);
	details_hex = hex_of(details);
	(void)snprintf(text, sizeof(text),
	    "{\"at\":\"%s\",\"consent\":null,\"details\":\"%s\","
	    "\"event\":\"%s\",%s\"kind\":\"x\",\"org\":null,"
	    "\"ref\":\"" OTHER "\",\"role\":\"node\"%s}",
	    at, json_string_value(details_hex), read ? "read" : "act",
	    read ? "\"holder\":\"" LOG "\"," : "",
	    read ? ",\"version\":3" : "");
	json_decref(details_hex);
	zero = 0;
	sha(&zero, 1, text, hash);
	(void)snprintf(want, sizeof(want), "who-%d", n);
	item = json_pack("{s:o, s:{s:s, s:s, s:n}}", "row",
	    json_loads(text, 0, NULL), "opened", "salt", salthex, "actor", want,
	    "request");
	assert_non_null(item);
	return (item);
}

/* A leaf over three reads. */
static json_t *
reads_make(const char *at, unsigned char leaf[VERIFY_HASH])
{
	unsigned char hash[3][VERIFY_HASH], all[1 + 3 * VERIFY_HASH], zero;
	unsigned char details[VERIFY_HASH], swap[VERIFY_HASH];
	char text[1024];
	json_t *reads, *item, *hex;
	int i, j;

	reads = json_array();
	for (i = 0; i < 3; i++)
		json_array_append_new(
		    reads, entry_make(100 + i, at, 1, hash[i]));
	for (i = 0; i < 3; i++) {
		for (j = i + 1; j < 3; j++) {
			if (memcmp(hash[i], hash[j], VERIFY_HASH) <= 0)
				continue;
			memcpy(swap, hash[i], VERIFY_HASH);
			memcpy(hash[i], hash[j], VERIFY_HASH);
			memcpy(hash[j], swap, VERIFY_HASH);
		}
	}
	all[0] = 3;
	memcpy(all + 1, hash, sizeof(hash));
	crypt_sha256(all, sizeof(all), details);
	hex = hex_of(details);
	(void)snprintf(text, sizeof(text),
	    "{\"at\":\"%s\",\"consent\":null,\"details\":\"%s\","
	    "\"event\":\"reads\",\"kind\":\"read_log\",\"org\":null,"
	    "\"ref\":null,\"role\":null}",
	    at, json_string_value(hex));
	json_decref(hex);
	zero = 0;
	sha(&zero, 1, text, leaf);
	item = json_pack("{s:o, s:i, s:o}", "row", json_loads(text, 0, NULL),
	    "rows", 3, "reads", reads);
	return (item);
}

/* A whole log; each leaf is a day older than the one after it. */
static json_t *
log_make(int days_old)
{
	unsigned char leaf[VERIFY_HASH], link[1 + 2 * VERIFY_HASH];
	json_t *items, *item;
	char at[40];
	struct tm tm;
	time_t when;
	int i;

	link[0] = 2;
	memcpy(link + 1, log_bytes, sizeof(log_bytes));
	crypt_sha256(link, 17, chains[0]);
	items = json_array();
	for (i = 0; i < LEAVES; i++) {
		when = NOW - (time_t)(days_old + LEAVES - i) * 86400;
		(void)gmtime_r(&when, &tm);
		(void)strftime(
		    at, sizeof(at), "%Y-%m-%dT%H:%M:%S.000042Z", &tm);
		item = i == READS ? reads_make(at, leaf)
				  : entry_make(i, at, 0, leaf);
		memcpy(link + 1, chains[i], VERIFY_HASH);
		memcpy(link + 1 + VERIFY_HASH, leaf, VERIFY_HASH);
		crypt_sha256(link, sizeof(link), chains[i + 1]);
		json_object_set_new(item, "index", json_integer(i));
		json_object_set_new(item, "leaf", hex_of(leaf));
		json_object_set_new(item, "chain", hex_of(chains[i + 1]));
		json_array_append_new(items, item);
	}
	return (json_pack("{s:s, s:o}", "log_id", LOG, "items", items));
}

static char *
head_make(const struct auth_key *key, const char *log, int count, int prev,
    const char *at)
{
	json_t *claims;
	char *token;

	claims = json_pack("{s:s, s:s, s:I, s:s, s:s, s:i, s:o, s:i, s:o, s:s}",
	    "token_use", "audit-head", "iss", "x", "iat", (json_int_t)NOW / 2,
	    "id", LOG, "log_id", log, "count", count, "chain",
	    hex_of(chains[count]), "prev_count", prev, "prev_chain",
	    hex_of(chains[prev]), "at", at);
	token = auth_sign(key, claims);
	json_decref(claims);
	return (token);
}

static struct verify *
verify_make(time_t now)
{
	struct verify_options options = { now, VERIFY_DETAILS_DAYS,
		VERIFY_ROW_DAYS };
	struct verify *v;
	json_t *jwk;

	v = verify_new(&options);
	jwk = auth_key_jwk(ours);
	assert_int_equal(verify_keys(v, jwk), 1);
	json_decref(jwk);
	return (v);
}

static enum verify_fault
head_add(struct verify *v, int count, int prev, const char *at)
{
	enum verify_fault fault;
	char *token;

	token = head_make(ours, LOG, count, prev, at);
	fault = verify_head(v, token, NULL);
	free(token);
	return (fault);
}

/* The fault of a log, with heads at 5 and at 10, and where it is. */
static enum verify_fault
check(json_t *page, long long *index)
{
	struct verify *v;
	enum verify_fault fault;

	v = verify_make(NOW);
	assert_int_equal(
	    head_add(v, 5, 0, "2027-01-10T08:00:00.000Z"), VERIFY_GOOD);
	assert_int_equal(
	    head_add(v, 10, 5, "2027-01-15T07:00:00.000Z"), VERIFY_GOOD);
	fault = verify_page(v, page);
	if (fault == VERIFY_GOOD)
		fault = verify_end(v);
	*index = verify_result(v).index;
	verify_free(v);
	json_decref(page);
	return (fault);
}

static json_t *
item_of(json_t *page, int i)
{
	return (json_array_get(json_object_get(page, "items"), (size_t)i));
}

static void
expect(json_t *page, enum verify_fault want, long long at)
{
	long long index;

	assert_string_equal(
	    verify_fault_text(check(page, &index)), verify_fault_text(want));
	assert_int_equal(index, at);
}

#endif

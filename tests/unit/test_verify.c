/*
 * zaedno-verify's rules: a log is made here, byte by byte and not with the
 * code that checks it, signed, and then changed in every way.
 */
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

static void
whole_log(void **state)
{
	struct verify *v;
	struct verify_result r;
	json_t *page;

	(void)state;
	page = log_make(0);
	v = verify_make(0);
	assert_int_equal(
	    head_add(v, 10, 5, "2027-01-15T07:00:00.000Z"), VERIFY_GOOD);
	assert_int_equal(verify_page(v, page), VERIFY_GOOD);
	assert_int_equal(verify_end(v), VERIFY_GOOD);
	r = verify_result(v);
	assert_string_equal(r.log_id, LOG);
	assert_int_equal(r.leaves, LEAVES);
	assert_int_equal(r.signed_leaves, 10);
	assert_int_equal(r.rows, LEAVES);
	assert_int_equal(r.reads, 3);
	assert_int_equal(r.erased + r.gone, 0);
	json_decref(page);
	verify_free(v);
}

static void
row_changed(void **state)
{
	static const char *const members[] = { "at", "event", "kind", "ref",
		"role", "org", "consent" };
	json_t *page;
	size_t m;
	int i;

	(void)state;
	for (i = 0; i < LEAVES; i++) {
		for (m = 0;
		     i != READS && m < sizeof(members) / sizeof(members[0]);
		     m++) {
			page = log_make(0);
			json_object_set_new(
			    json_object_get(item_of(page, i), "row"),
			    members[m],
			    json_string("2027-01-14T08:00:00.000043Z"));
			expect(page, VERIFY_LEAF, i);
		}
	}
	page = log_make(0);
	json_object_set_new(
	    json_object_get(item_of(page, 3), "row"), "more", json_null());
	expect(page, VERIFY_LEAF, 3);
	page = log_make(0);
	json_object_del(json_object_get(item_of(page, 3), "row"), "role");
	expect(page, VERIFY_LEAF, 3);
}

static void
who_acted_changed(void **state)
{
	json_t *page;

	(void)state;
	page = log_make(0);
	json_object_set_new(json_object_get(item_of(page, 4), "opened"),
	    "actor", json_string("another"));
	expect(page, VERIFY_DETAILS, 4);
	page = log_make(0);
	json_object_set_new(json_object_get(item_of(page, 4), "opened"), "salt",
	    json_string("00000000000000000000000000000000"));
	expect(page, VERIFY_DETAILS, 4);
	page = log_make(0);
	json_object_set_new(json_object_get(item_of(page, 4), "opened"), "salt",
	    json_string("00"));
	expect(page, VERIFY_FORM, 4);
}

static void
who_acted_erased(void **state)
{
	long long index;
	json_t *page;

	(void)state;
	page = log_make(0);
	json_object_del(item_of(page, 4), "opened");
	expect(page, VERIFY_ERASED, 4);
	page = log_make(400);
	json_object_del(item_of(page, 4), "opened");
	assert_int_equal(check(page, &index), VERIFY_GOOD);
}

static void
leaf_moved(void **state)
{
	json_t *page, *items, *a, *b;

	(void)state;
	page = log_make(0);
	json_array_remove(json_object_get(page, "items"), 6);
	expect(page, VERIFY_INDEX, 6);
	page = log_make(0);
	items = json_object_get(page, "items");
	json_array_insert(items, 6, json_array_get(items, 6));
	expect(page, VERIFY_INDEX, 7);
	page = log_make(0);
	items = json_object_get(page, "items");
	a = json_incref(json_array_get(items, 2));
	b = json_incref(json_array_get(items, 3));
	json_object_set_new(a, "index", json_integer(3));
	json_object_set_new(b, "index", json_integer(2));
	json_array_set_new(items, 2, b);
	json_array_set_new(items, 3, a);
	expect(page, VERIFY_CHAIN, 2);
	page = log_make(0);
	json_object_set(item_of(page, 8), "chain",
	    json_object_get(item_of(page, 7), "chain"));
	expect(page, VERIFY_CHAIN, 8);
}

static void
cut_off(void **state)
{
	json_t *page;
	long long index;
	int n;

	(void)state;
	for (n = LEAVES; n >= 0; n--) {
		page = log_make(0);
		while ((int)json_array_size(json_object_get(page, "items")) > n)
			json_array_remove(
			    json_object_get(page, "items"), (size_t)n);
		if (n >= 10)
			assert_int_equal(check(page, &index), VERIFY_GOOD);
		else
			expect(page, VERIFY_SHORT, n);
	}
}

/* A log that agrees with itself, and is another from a leaf on. */
static void
forked(void **state)
{
	unsigned char was[LEAVES + 1][VERIFY_HASH];
	unsigned char link[1 + 2 * VERIFY_HASH], leaf[VERIFY_HASH];
	struct verify *v;
	json_t *page, *item;
	int i;

	(void)state;
	page = log_make(0);
	memcpy(was, chains, sizeof(was));
	link[0] = 2;
	for (i = 6; i < LEAVES; i++) {
		if (i == 6) {
			item = entry_make(
			    77, "2027-01-09T08:00:00.000000Z", 0, leaf);
			json_object_set_new(item, "index", json_integer(i));
			json_object_set_new(item, "leaf", hex_of(leaf));
			json_array_set_new(
			    json_object_get(page, "items"), 6, item);
		}
		item = item_of(page, i);
		(void)verify_hash_read(json_object_get(item, "leaf"), leaf);
		memcpy(link + 1, was[i], VERIFY_HASH);
		memcpy(link + 1 + VERIFY_HASH, leaf, VERIFY_HASH);
		crypt_sha256(link, sizeof(link), was[i + 1]);
		json_object_set_new(item, "chain", hex_of(was[i + 1]));
	}
	v = verify_make(NOW);
	(void)head_add(v, 5, 0, "2027-01-10T08:00:00.000Z");
	(void)head_add(v, 10, 5, "2027-01-15T07:00:00.000Z");
	assert_int_equal(verify_page(v, page), VERIFY_FORK);
	assert_int_equal(verify_result(v).from, 5);
	assert_int_equal(verify_result(v).index, 9);
	verify_free(v);
	json_decref(page);
}

static void
reads_changed(void **state)
{
	json_t *page, *reads;
	long long index;

	(void)state;
	page = log_make(0);
	reads = json_object_get(item_of(page, READS), "reads");
	json_array_remove(reads, 1);
	expect(page, VERIFY_READS, READS);
	page = log_make(0);
	reads = json_object_get(item_of(page, READS), "reads");
	json_object_set_new(json_object_get(json_array_get(reads, 0), "row"),
	    "version", json_integer(4));
	expect(page, VERIFY_READS, READS);
	page = log_make(0);
	reads = json_object_get(item_of(page, READS), "reads");
	json_array_append(reads, json_array_get(reads, 0));
	expect(page, VERIFY_READS, READS);
	page = log_make(0);
	reads = json_object_get(item_of(page, READS), "reads");
	json_array_insert_new(reads, 0, json_incref(json_array_get(reads, 2)));
	json_array_remove(reads, 3);
	assert_int_equal(check(page, &index), VERIFY_GOOD);
	page = log_make(0);
	json_array_clear(json_object_get(item_of(page, READS), "reads"));
	expect(page, VERIFY_READS, READS);
	page = log_make(400);
	json_object_del(item_of(page, READS), "reads");
	expect(page, VERIFY_READS, READS);
	page = log_make(2000);
	json_array_clear(json_object_get(item_of(page, READS), "reads"));
	assert_int_equal(check(page, &index), VERIFY_GOOD);
}

/* A row is gone in time only if something that old vouches for its leaf. */
static void
row_gone(void **state)
{
	struct verify *v;
	json_t *page;

	(void)state;
	page = log_make(0);
	json_object_del(item_of(page, 2), "row");
	expect(page, VERIFY_GONE, 2);
	page = log_make(2000);
	json_object_del(item_of(page, 2), "row");
	v = verify_make(NOW);
	(void)head_add(v, 5, 0, "2021-01-10T08:00:00.000Z");
	(void)head_add(v, 10, 5, "2027-01-15T07:00:00.000Z");
	assert_int_equal(verify_page(v, page), VERIFY_GOOD);
	assert_int_equal(verify_result(v).gone, 1);
	verify_free(v);
	json_object_del(item_of(page, 6), "row");
	v = verify_make(NOW);
	(void)head_add(v, 5, 0, "2021-01-10T08:00:00.000Z");
	(void)head_add(v, 10, 5, "2027-01-15T07:00:00.000Z");
	assert_int_equal(verify_page(v, page), VERIFY_GONE);
	assert_int_equal(verify_result(v).index, 6);
	verify_free(v);
	json_decref(page);
}

static void
heads_do_not_hold(void **state)
{
	struct verify *v;
	char *token;

	(void)state;
	json_decref(log_make(0));
	v = verify_make(NOW);
	token = head_make(theirs, LOG, 5, 0, "2027-01-10T08:00:00.000Z");
	assert_int_equal(verify_head(v, token, NULL), VERIFY_KEY);
	free(token);
	token = head_make(ours, LOG, 5, 0, "2027-01-10T08:00:00.000Z");
	token[strlen(token) - 10] ^= 1;
	assert_int_equal(verify_head(v, token, NULL), VERIFY_SIGNATURE);
	free(token);
	assert_int_equal(verify_head(v, "a.b", NULL), VERIFY_SIGNATURE);
	assert_int_equal(
	    head_add(v, 5, 0, "2027-01-10T08:00:00.000Z"), VERIFY_GOOD);
	token = head_make(ours, OTHER, 5, 0, "2027-01-10T08:00:00.000Z");
	assert_int_equal(verify_head(v, token, NULL), VERIFY_LOG);
	free(token);
	verify_free(v);
}

static char *
countersignature_make(int count)
{
	json_t *claims;
	char *token;

	claims = json_pack("{s:s, s:s, s:I, s:s, s:s, s:i, s:o}", "token_use",
	    "audit-countersignature", "iss", "hub", "iat", (json_int_t)NOW / 2,
	    "id", LOG, "log_id", LOG, "count", count, "chain",
	    hex_of(chains[count]));
	token = auth_sign(ours, claims);
	json_decref(claims);
	return (token);
}

static void
countersignatures(void **state)
{
	struct verify *v;
	char *head, *counter;

	(void)state;
	json_decref(log_make(0));
	v = verify_make(NOW);
	head = head_make(ours, LOG, 5, 0, "2027-01-10T08:00:00.000Z");
	counter = countersignature_make(5);
	assert_int_equal(verify_head(v, head, counter), VERIFY_GOOD);
	assert_int_equal(verify_result(v).countersigned, 1);
	free(counter);
	counter = countersignature_make(6);
	assert_int_equal(verify_head(v, head, counter), VERIFY_SAID);
	/* A head is no countersignature. */
	assert_int_equal(verify_head(v, head, head), VERIFY_SIGNATURE);
	assert_int_equal(verify_head(v, counter, NULL), VERIFY_SIGNATURE);
	free(counter);
	free(head);
	verify_free(v);
}

static void
begins_later(void **state)
{
	struct verify *v;
	json_t *page, *items;

	(void)state;
	page = log_make(0);
	items = json_object_get(page, "items");
	while (json_integer_value(
		   json_object_get(json_array_get(items, 0), "index")) < 5)
		json_array_remove(items, 0);
	v = verify_make(NOW);
	(void)head_add(v, 10, 5, "2027-01-15T07:00:00.000Z");
	assert_int_equal(verify_page(v, page), VERIFY_GOOD);
	assert_int_equal(verify_end(v), VERIFY_GOOD);
	verify_free(v);
	json_array_remove(items, 0);
	v = verify_make(NOW);
	(void)head_add(v, 10, 5, "2027-01-15T07:00:00.000Z");
	assert_int_equal(verify_page(v, page), VERIFY_BEGIN);
	verify_free(v);
	json_decref(page);
}

static void
what_cannot_be_checked(void **state)
{
	static const char *const bad[] = { "{}", "[]", "{\"items\":[]}",
		"{\"log_id\":\"x\",\"items\":[]}",
		"{\"log_id\":\"" LOG "\",\"items\":7}",
		"{\"log_id\":\"" LOG "\",\"items\":[7]}",
		"{\"log_id\":\"" LOG "\",\"items\":[{\"index\":0}]}" };
	struct verify *v;
	json_t *page;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = verify_make(NOW);
		page = json_loads(bad[i], 0, NULL);
		assert_int_equal(verify_exit(verify_page(v, page)), 2);
		json_decref(page);
		verify_free(v);
	}
	v = verify_make(NOW);
	page = log_make(0);
	assert_int_equal(verify_page(v, page), VERIFY_GOOD);
	assert_int_equal(verify_end(v), VERIFY_BARE);
	assert_int_equal(verify_exit(VERIFY_BARE), 2);
	json_object_set_new(page, "log_id", json_string(OTHER));
	assert_int_equal(verify_page(v, page), VERIFY_LOG);
	assert_int_equal(verify_exit(VERIFY_LOG), 1);
	verify_free(v);
	json_decref(page);
	assert_int_equal(verify_time("2027-01-15T08:00:00Z"), NOW);
	assert_int_equal(verify_time("2027-01-15T08:00:00.123456Z"), NOW);
	assert_int_equal(verify_time("yesterday"), -1);
	assert_int_equal(verify_time(NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_log),
		cmocka_unit_test(row_changed),
		cmocka_unit_test(who_acted_changed),
		cmocka_unit_test(who_acted_erased),
		cmocka_unit_test(leaf_moved),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(forked),
		cmocka_unit_test(reads_changed),
		cmocka_unit_test(row_gone),
		cmocka_unit_test(heads_do_not_hold),
		cmocka_unit_test(countersignatures),
		cmocka_unit_test(begins_later),
		cmocka_unit_test(what_cannot_be_checked),
	};

	return (cmocka_run_group_tests(tests, set_up, tear_down));
}

/*
 * zaedno-verify's rules: a log is made here, byte by byte and not with the
 * code that checks it, signed, and then changed in every way.
 */
#include "test_verify_log.h"

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

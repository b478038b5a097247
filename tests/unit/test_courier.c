/*
 * The courier's pure rules: what an answer means, how long a pause is, what a
 * date says, when an item is parked, and which pages of the feed are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/courier/chain.h"
#include "node/courier/rules.h"

#define FEED "6f1d2c3b-0000-4000-8000-000000000001"
#define TAG  "6f1d2c3b-0000-4000-8000-0000000000aa"

static void
answers_mean(void **state)
{
	static const struct {
		const char *code;
		int status;
		int json;
		enum verdict item;
		enum verdict feed;
	} rows[] = {
		{ NULL, 200, 1, VERDICT_DELIVERED, VERDICT_DELIVERED },
		{ NULL, 201, 1, VERDICT_DELIVERED, VERDICT_DELIVERED },
		{ NULL, 204, 1, VERDICT_DELIVERED, VERDICT_DELIVERED },
		/* a portal's page is not the hub's word */
		{ NULL, 200, 0, VERDICT_STRIKE, VERDICT_PAUSE },
		{ NULL, 0, 0, VERDICT_PAUSE, VERDICT_PAUSE },
		{ NULL, 301, 1, VERDICT_PAUSE, VERDICT_PAUSE },
		{ "malformed-body", 400, 1, VERDICT_REFUSED, VERDICT_REFUSED },
		{ "token-invalid", 401, 1, VERDICT_UNAUTHORISED,
		    VERDICT_UNAUTHORISED },
		{ "organisation-blocked", 403, 1, VERDICT_PAUSE,
		    VERDICT_PAUSE },
		{ "organisation-suspended", 403, 1, VERDICT_PAUSE,
		    VERDICT_PAUSE },
		{ "scope-missing", 403, 1, VERDICT_REFUSED, VERDICT_REFUSED },
		{ "not-found", 404, 1, VERDICT_REFUSED, VERDICT_REFUSED },
		/* a gateway's 404 */
		{ NULL, 404, 0, VERDICT_STRIKE, VERDICT_PAUSE },
		{ NULL, 408, 1, VERDICT_PAUSE, VERDICT_PAUSE },
		{ "stale", 409, 1, VERDICT_REFUSED, VERDICT_REFUSED },
		{ "idempotency-key-reused", 409, 1, VERDICT_REFUSED,
		    VERDICT_REFUSED },
		{ "feed-forked", 409, 1, VERDICT_REFUSED, VERDICT_RESYNC },
		{ "node-restored", 409, 1, VERDICT_REFUSED, VERDICT_RESYNC },
		{ "feed-compacted", 410, 1, VERDICT_REFUSED, VERDICT_RESYNC },
		{ "consent-withdrawn", 410, 1, VERDICT_REFUSED,
		    VERDICT_REFUSED },
		{ "precondition-failed", 412, 1, VERDICT_REFUSED,
		    VERDICT_REFUSED },
		{ "invalid", 422, 1, VERDICT_REFUSED, VERDICT_REFUSED },
		{ NULL, 425, 1, VERDICT_PAUSE, VERDICT_PAUSE },
		{ "too-many-requests", 429, 1, VERDICT_PAUSE, VERDICT_PAUSE },
		{ "internal", 500, 1, VERDICT_STRIKE, VERDICT_PAUSE },
		{ NULL, 502, 0, VERDICT_STRIKE, VERDICT_PAUSE },
		{ "unavailable", 503, 1, VERDICT_STRIKE, VERDICT_PAUSE },
	};
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = (struct answer){ rows[i].status, rows[i].code,
			rows[i].json };
		assert_string_equal(
		    verdict_name(item_verdict(&a)), verdict_name(rows[i].item));
		assert_string_equal(
		    verdict_name(feed_verdict(&a)), verdict_name(rows[i].feed));
	}
}

static void
backoff_doubles_to_a_minute(void **state)
{
	static const long whole[] = { 250, 250, 500, 1000, 2000, 4000, 8000,
		16000, 32000, 60000, 60000 };
	unsigned n;
	uint32_t r;
	long ms;

	(void)state;
	for (n = 0; n < sizeof(whole) / sizeof(whole[0]); n++) {
		for (r = 0; r < 100000; r += 997) {
			ms = backoff_ms(n, r * 42043u);
			assert_in_range(ms, whole[n] / 2, whole[n]);
		}
	}
	assert_in_range(backoff_ms(4000000000u, 7), 30000, 60000);
}

static void
dates_are_read_strictly(void **state)
{
	static const char *const wrong[] = {
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nom 1994 08:49:37 GMT",
		"Sun, 06 ovD 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:-9:37 GMT",
		"",
	};
	time_t t;
	size_t i;

	(void)state;
	assert_true(http_date_parse("Sun, 06 Nov 1994 08:49:37 GMT", &t));
	assert_int_equal(t, 784111777);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(http_date_parse(wrong[i], &t));
	assert_false(http_date_parse(NULL, &t));
}

static void
offset_is_from_the_middle(void **state)
{
	(void)state;
	/* ours 1000.000 to 1000.200; theirs 1090: 90.4 s ahead */
	assert_int_equal(clock_offset_ms(1090, 1000000, 1000200), 90400);
	assert_int_equal(clock_offset_ms(910, 1000000, 1000200), -89600);
}

static void
retry_after_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(retry_after_ms(NULL, 0), 0);
	assert_int_equal(retry_after_ms("", 0), 0);
	assert_int_equal(retry_after_ms("7", 0), 7000);
	assert_int_equal(retry_after_ms("3601", 0), RETRY_AFTER_MAX_MS);
	assert_int_equal(
	    retry_after_ms("99999999999999999999", 0), RETRY_AFTER_MAX_MS);
	assert_int_equal(retry_after_ms("-1", 0), 0);
	assert_int_equal(retry_after_ms("soon", 0), 0);
	assert_int_equal(
	    retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 784111767), 10000);
	assert_int_equal(
	    retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 784111787), 0);
}

static void
only_failures_beside_passes_count(void **state)
{
	struct strikes s;
	int i;

	(void)state;
	memset(&s, 0, sizeof(s));
	/* a hub that is down for all parks nothing */
	for (i = 0; i < 100; i++)
		assert_int_equal(strikes_add(&s, 7), 1);
	strikes_settle(&s, 8, 1);
	for (i = 2; i <= STRIKES_MAX; i++)
		assert_int_equal(strikes_add(&s, 7), i);
	/* what was refused has not passed */
	assert_int_equal(strikes_add(&s, 9), 1);
	strikes_settle(&s, 10, 0);
	assert_int_equal(strikes_add(&s, 9), 1);
	/* settled is forgotten */
	strikes_settle(&s, 7, 0);
	assert_int_equal(strikes_add(&s, 7), 1);
	/* more failing items than entries: the first ones start anew */
	for (i = 0; i < 3 * STRIKES_ITEMS; i++)
		assert_int_equal(strikes_add(&s, 1000 + i), 1);
}

/* A negative seq is one of the events for everybody. */
static json_t *
event(long long seq, long long prev)
{
	return (json_pack("{s:I, s:I, s:i, s:s, s:s, s:s, s:s, s:s, s:{}}",
	    "seq", (json_int_t)(seq < 0 ? -seq : seq), "prev_seq",
	    (json_int_t)prev, "version", 1, "tag", TAG, "kind", "summary", "id",
	    TAG, "op", "put", "recipient", seq < 0 ? "all" : "own", "doc"));
}

/* A page of up to four events {seq, prev}; a seq of 0 ends it. */
static json_t *
page(const char *feed, const long long events[4][2], const char *cursor)
{
	json_t *list;
	int i;

	list = json_array();
	for (i = 0; i < 4 && events[i][0] != 0; i++)
		json_array_append_new(list, event(events[i][0], events[i][1]));
	return (json_pack("{s:s, s:o, s:s, s:i, s:s}", "feed_id", feed,
	    "events", list, "cursor", cursor, "head", 99, "at",
	    "2026-03-02T08:00:00.000Z"));
}

static const struct feed_position begun = { .feed_id = FEED };
static const struct feed_position later = {
	.feed_id = FEED, .cursor = FEED ".20." TAG, .head = { 12, 20 }
};

static void
pages_are_checked(void **state)
{
	static const struct {
		const struct feed_position *at;
		const char *feed;
		long long events[4][2];
		const char *cursor;
		enum feed_fault fault;
	} rows[] = {
		{ &begun, FEED, { { 0 } }, FEED ".0." TAG, FEED_GOOD },
		{ &begun, FEED, { { 3, 0 }, { -5, 0 }, { 7, 3 }, { -8, 5 } },
		    FEED ".8." TAG, FEED_GOOD },
		{ &begun, FEED, { { 3, 0 }, { 7, 3 }, { 8, 7 } },
		    FEED ".8." TAG, FEED_GOOD },
		{ &later, FEED, { { 21, 12 }, { 30, 21 }, { -31, 20 } },
		    FEED ".31." TAG, FEED_GOOD },
		{ &later, FEED, { { 0 } }, FEED ".20." TAG, FEED_GOOD },
		/* an event left out of one chain, then of the other */
		{ &later, FEED, { { 30, 21 } }, FEED ".30." TAG, FEED_GAP },
		{ &later, FEED, { { -21, 20 }, { -31, 20 } }, FEED ".31." TAG,
		    FEED_GAP },
		{ &begun, FEED, { { 5, 3 } }, FEED ".5." TAG, FEED_GAP },
		/* the predecessor is the other chain's */
		{ &later, FEED, { { 21, 20 } }, FEED ".21." TAG, FEED_GAP },
		/* one that we had already, and two in the wrong order */
		{ &later, FEED, { { 20, 12 } }, FEED ".20." TAG, FEED_ORDER },
		{ &later, FEED, { { -31, 20 }, { 30, 12 } }, FEED ".30." TAG,
		    FEED_ORDER },
		{ &later, FEED, { { 21, -1 } }, FEED ".21." TAG, FEED_ORDER },
		/* another feed, and a cursor that acknowledges too much */
		{ &later, TAG, { { -21, 20 } }, TAG ".21." TAG, FEED_OTHER },
		{ &later, FEED, { { -21, 20 } }, FEED ".22." TAG, FEED_CURSOR },
		{ &later, FEED, { { -21, 20 } }, TAG ".21." TAG, FEED_CURSOR },
		{ &later, FEED, { { -21, 20 } }, FEED ".21." FEED,
		    FEED_CURSOR },
		{ &begun, FEED, { { 0 } }, FEED ".0.x", FEED_CURSOR },
		{ &later, FEED, { { 0 } }, "", FEED_FORM },
		{ &later, "not a uuid", { { 0 } }, "x", FEED_FORM },
	};
	struct feed_position next;
	json_t *p;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = page(rows[i].feed, rows[i].events, rows[i].cursor);
		assert_string_equal(
		    feed_fault_name(feed_check(p, rows[i].at, &next, &n)),
		    feed_fault_name(rows[i].fault));
		json_decref(p);
	}
}

static void
an_empty_page_may_not_move_the_cursor(void **state)
{
	static const long long none[4][2] = { { 0 } };
	struct feed_position next;
	json_t *p;
	size_t n;

	(void)state;
	p = page(FEED, none, FEED ".25." TAG);
	assert_int_equal(feed_check(p, &later, &next, &n), FEED_CURSOR);
	json_decref(p);
}

static void
after_compaction_any_start_is_taken(void **state)
{
	static const long long events[4][2] = { { 50, 40 }, { -51, 33 },
		{ 52, 50 } };
	static const long long three[4][2] = { { 50, 40 }, { -51, 33 },
		{ 52, 49 } };
	struct feed_position at, next;
	json_t *p;
	size_t n;

	(void)state;
	memset(&at, 0, sizeof(at));
	at.head[0] = at.head[1] = -1;
	p = page(FEED, events, FEED ".52." TAG);
	assert_int_equal(feed_check(p, &at, &next, &n), FEED_GOOD);
	assert_int_equal(n, 3);
	assert_int_equal(next.head[0], 52);
	assert_int_equal(next.head[1], 51);
	assert_string_equal(next.feed_id, FEED);
	assert_string_equal(next.cursor, FEED ".52." TAG);
	json_decref(p);
	p = page(FEED, three, FEED ".52." TAG);
	assert_int_equal(feed_check(p, &at, &next, &n), FEED_GAP);
	json_decref(p);
}

static void
forged_members_are_refused(void **state)
{
	static const char *const members[] = { "seq", "prev_seq", "version",
		"kind", "id", "op", "recipient", "tag", "doc" };
	static const long long one[4][2] = { { -21, 20 } };
	struct feed_position next;
	json_t *p, *e;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		p = page(FEED, one, FEED ".21." TAG);
		e = json_array_get(json_object_get(p, "events"), 0);
		json_object_set_new(e, members[i], json_true());
		assert_int_equal(feed_check(p, &later, &next, &n), FEED_FORM);
		json_decref(p);
	}
	assert_int_equal(feed_check(NULL, &later, &next, &n), FEED_FORM);
}

static void
a_head_may_not_go_back(void **state)
{
	static const long long one[4][2] = { { -21, 20 } };
	static const long long none[4][2] = { { 0 } };
	struct feed_position next;
	json_t *p;
	size_t n;

	(void)state;
	p = page(FEED, one, FEED ".21." TAG);
	json_object_set_new(p, "head", json_integer(20));
	assert_int_equal(feed_check(p, &later, &next, &n), FEED_HEAD);
	json_object_set_new(p, "head", json_integer(21));
	assert_int_equal(feed_check(p, &later, &next, &n), FEED_GOOD);
	json_object_del(p, "head");
	assert_int_equal(feed_check(p, &later, &next, &n), FEED_FORM);
	json_decref(p);
	p = page(FEED, none, FEED ".20." TAG);
	json_object_set_new(p, "head", json_integer(19));
	assert_int_equal(feed_check(p, &later, &next, &n), FEED_HEAD);
	json_decref(p);
}

static void
a_page_has_an_end(void **state)
{
	static const long long none[4][2] = { { 0 } };
	struct feed_position next;
	json_t *p, *list;
	size_t n;
	int i;

	(void)state;
	p = page(FEED, none, FEED ".501." TAG);
	json_object_set_new(p, "head", json_integer(501));
	list = json_object_get(p, "events");
	for (i = 1; i <= FEED_EVENTS_MAX + 1; i++)
		json_array_append_new(list, event(i, i - 1));
	assert_int_equal(feed_check(p, &begun, &next, &n), FEED_LONG);
	json_array_remove(list, FEED_EVENTS_MAX);
	json_object_set_new(p, "cursor", json_string(FEED ".500." TAG));
	assert_int_equal(feed_check(p, &begun, &next, &n), FEED_GOOD);
	json_decref(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_may_not_go_back),
		cmocka_unit_test(a_page_has_an_end),
		cmocka_unit_test(answers_mean),
		cmocka_unit_test(backoff_doubles_to_a_minute),
		cmocka_unit_test(dates_are_read_strictly),
		cmocka_unit_test(offset_is_from_the_middle),
		cmocka_unit_test(retry_after_is_bounded),
		cmocka_unit_test(only_failures_beside_passes_count),
		cmocka_unit_test(pages_are_checked),
		cmocka_unit_test(an_empty_page_may_not_move_the_cursor),
		cmocka_unit_test(after_compaction_any_start_is_taken),
		cmocka_unit_test(forged_members_are_refused),
	};

	return (cmocka_run_group_tests_name("courier", tests, NULL, NULL));
}

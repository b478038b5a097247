/*
 * What calendars read (common/ical.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ical.h"

static const struct ical_event meeting = {
	.uid = "00000000-0000-4000-8000-000000000001",
	.summary = "супервизия",
	.starts = 1795597200, /* 2026-11-25 09:00:00 UTC */
	.changed = 1795392000,
	.minutes = 90,
	.sequence = 3,
};

static void
written(struct ical *c, const struct ical_event *e)
{
	ical_begin(c, "Срещи");
	ical_add(c, e);
	ical_end(c);
	assert_false(c->failed);
	assert_int_equal(c->len, strlen(c->text));
}

static void
an_event_has_its_lines_in_utc(void **state)
{
	struct ical c = { 0 };

	(void)state;
	written(&c, &meeting);
	assert_non_null(strstr(c.text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
	assert_non_null(strstr(c.text, "\r\nDTSTART:20261125T090000Z\r\n"));
	assert_non_null(strstr(c.text, "\r\nDTEND:20261125T103000Z\r\n"));
	assert_non_null(strstr(c.text, "\r\nDTSTAMP:20261123T000000Z\r\n"));
	assert_non_null(strstr(c.text, "\r\nSEQUENCE:3\r\n"));
	assert_non_null(strstr(c.text, "\r\nSTATUS:CONFIRMED\r\n"));
	assert_non_null(strstr(c.text, "\r\nSUMMARY:супервизия\r\n"));
	assert_null(strstr(c.text, "LOCATION"));
	assert_null(strstr(c.text, "URL"));
	assert_non_null(strstr(c.text, "END:VEVENT\r\nEND:VCALENDAR\r\n"));
	ical_free(&c);
}

static void
a_cancelled_one_says_so(void **state)
{
	struct ical c = { 0 };
	struct ical_event e = meeting;

	(void)state;
	e.cancelled = 1;
	written(&c, &e);
	assert_non_null(strstr(c.text, "\r\nSTATUS:CANCELLED\r\n"));
	ical_free(&c);
}

static void
a_value_cannot_end_its_line(void **state)
{
	struct ical c = { 0 };
	struct ical_event e = meeting;

	(void)state;
	e.location = "Зала 1; ет. 2, ляво\\дясно\nX:1\r\nY:2\t\x7f";
	e.url = "https://sreshta.example/a;b,c";
	written(&c, &e);
	assert_non_null(strstr(c.text,
	    "\r\nLOCATION:Зала 1\\; ет. 2\\, ляво\\\\дясно\\nX:1\\nY:2\r\n"));
	assert_non_null(
	    strstr(c.text, "\r\nURL:https://sreshta.example/a;b,c\r\n"));
	ical_free(&c);
}

/* An address is written as it is: with a control character it is none. */
static void
an_address_cannot_end_its_line(void **state)
{
	static const char *const bad[] = { "https://x.example/\r\nATTENDEE:x",
		"https://x.example/\nX:1", "https://x.example/\x7f" };
	struct ical c = { 0 };
	struct ical_event e = meeting;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e.url = bad[i];
		written(&c, &e);
		assert_null(strstr(c.text, "x.example"));
		assert_null(strstr(c.text, "ATTENDEE"));
		ical_free(&c);
	}
}

static void
an_event_without_a_summary_is_one(void **state)
{
	struct ical c = { 0 };
	struct ical_event e = meeting;

	(void)state;
	e.summary = NULL;
	written(&c, &e);
	assert_null(strstr(c.text, "SUMMARY"));
	assert_non_null(strstr(c.text, "\r\nDTSTART:20261125T090000Z\r\n"));
	ical_free(&c);
	e.uid = NULL;
	ical_add(&c, &e);
	assert_true(c.failed);
	ical_free(&c);
}

/* No line longer than 75 octets, none that begins within a character. */
static void
lines_are_folded_between_characters(void **state)
{
	char name[512], url[256];
	struct ical c = { 0 };
	struct ical_event e = meeting;
	const char *line, *end;
	size_t n;

	(void)state;
	for (n = 0; n + 6 < sizeof(name); n += 2)
		memcpy(name + n, "щ", sizeof("щ"));
	memcpy(name + n, "\xf0\x9f\x91\xaa", 5);
	e.location = name;
	e.summary = name + strlen("щ");
	memset(url, 'a', sizeof(url) - 1);
	url[sizeof(url) - 1] = '\0';
	e.url = url;
	written(&c, &e);
	for (line = c.text; *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_non_null(end);
		assert_true(end - line <= 75);
		n = *line == ' ';
		assert_true(((unsigned char)line[n] & 0xc0) != 0x80);
	}
	ical_free(&c);
}

static void
a_time_that_is_none_fails(void **state)
{
	struct ical c = { 0 };
	struct ical_event e = meeting;

	(void)state;
	e.starts = INT64_MAX / 2;
	ical_add(&c, &e);
	assert_true(c.failed);
	ical_free(&c);
	e.starts = 253402300800; /* the year 10000 */
	ical_add(&c, &e);
	assert_true(c.failed);
	ical_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_has_its_lines_in_utc),
		cmocka_unit_test(a_cancelled_one_says_so),
		cmocka_unit_test(a_value_cannot_end_its_line),
		cmocka_unit_test(an_address_cannot_end_its_line),
		cmocka_unit_test(an_event_without_a_summary_is_one),
		cmocka_unit_test(lines_are_folded_between_characters),
		cmocka_unit_test(a_time_that_is_none_fails),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

/*
 * The identity check of free text: node/guard.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypt.h"
#include "node/guard.h"

static const char *const names[] = { "мария", "елена", "иванова", "ян" };
#define NAMES (sizeof(names) / sizeof(names[0]))

static struct guard_hit hits[GUARD_HITS_MAX];

static size_t
find(const char *text)
{
	return (guard_text(text, names, NAMES, hits, GUARD_HITS_MAX));
}

/* Exactly one hit, of this kind and at this place. */
static void
one(const char *text, enum field_error code, size_t start, size_t end)
{
	assert_int_equal(find(text), 1);
	assert_int_equal(hits[0].code, code);
	assert_int_equal(hits[0].start, start);
	assert_int_equal(hits[0].end, end);
}

static void
names_are_found_whatever_their_case(void **state)
{
	(void)state;
	one("Мария иска помощ", FIELD_NAME_IN_TEXT, 0, 5);
	one("Помощ за МАРИЯ.", FIELD_NAME_IN_TEXT, 9, 14);
	one("„Мария“", FIELD_NAME_IN_TEXT, 1, 6);
	one("семейство Иванова", FIELD_NAME_IN_TEXT, 10, 17);
}

static void
a_double_name_is_found_by_each_part(void **state)
{
	(void)state;
	assert_int_equal(find("Мария-Елена"), 2);
	assert_int_equal(hits[1].start, 6);
	assert_int_equal(hits[1].end, 11);
}

static void
other_words_are_not_names(void **state)
{
	(void)state;
	assert_int_equal(find("Марияна и Марийка са в класа"), 0);
	assert_int_equal(find("Ян е кратко име"), 0);
	assert_int_equal(find(""), 0);
}

static void
identifiers_are_found(void **state)
{
	(void)state;
	one("ЕГН 7523169263", FIELD_IDENTIFIER_IN_TEXT, 4, 14);
	one("752316 9263", FIELD_IDENTIFIER_IN_TEXT, 0, 11);
	one("752316-92-63!", FIELD_IDENTIFIER_IN_TEXT, 0, 12);
	one("ЛНЧ: 7111042925", FIELD_IDENTIFIER_IN_TEXT, 5, 15);
	assert_int_equal(find("8812102461"), 0);
}

static void
telephones_are_found(void **state)
{
	(void)state;
	one("тел. 0888 123 456", FIELD_PHONE_IN_TEXT, 5, 17);
	one("+359 888 123456", FIELD_PHONE_IN_TEXT, 0, 15);
	one("(062) 600-123", FIELD_PHONE_IN_TEXT, 1, 13);
}

static void
dates_and_counts_are_not_telephones(void **state)
{
	(void)state;
	assert_int_equal(find("на 12.03.2026 в 14:30"), 0);
	assert_int_equal(find("3 срещи, 12 дни, 100 часа"), 0);
	assert_int_equal(find("чл. 36, ал. 2"), 0);
}

static void
addresses_are_found(void **state)
{
	(void)state;
	one("пишете на ime@primer.bg, моля", FIELD_EMAIL_IN_TEXT, 10, 23);
	assert_int_equal(find("среща @ училището"), 0);
	assert_int_equal(find("@"), 0);
	assert_int_equal(find("a@b"), 0);
}

static void
hits_come_in_the_order_of_the_text(void **state)
{
	(void)state;
	assert_int_equal(find("0888123456, m@x.bg, Елена"), 3);
	assert_int_equal(hits[0].code, FIELD_PHONE_IN_TEXT);
	assert_int_equal(hits[1].code, FIELD_EMAIL_IN_TEXT);
	assert_int_equal(hits[2].code, FIELD_NAME_IN_TEXT);
}

static void
no_more_than_asked_for(void **state)
{
	(void)state;
	assert_int_equal(
	    guard_text("Мария Мария Мария", names, NAMES, hits, 2), 2);
	assert_int_equal(guard_text("Мария", names, NAMES, hits, 0), 0);
}

static void
broken_text_is_survived(void **state)
{
	(void)state;
	assert_int_equal(find("\xd0"), 0);
	assert_int_equal(find("\xff\xfe\xd0\x9c"), 0);
	assert_int_equal(find("99999999999999999999999999999999999999"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_whatever_their_case),
		cmocka_unit_test(a_double_name_is_found_by_each_part),
		cmocka_unit_test(other_words_are_not_names),
		cmocka_unit_test(identifiers_are_found),
		cmocka_unit_test(telephones_are_found),
		cmocka_unit_test(dates_and_counts_are_not_telephones),
		cmocka_unit_test(addresses_are_found),
		cmocka_unit_test(hits_come_in_the_order_of_the_text),
		cmocka_unit_test(no_more_than_asked_for),
		cmocka_unit_test(broken_text_is_survived),
	};

	(void)crypt_init();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}

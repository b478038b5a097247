/*
 * Numbers and addresses in free text: common/guard_pattern.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "guard_pattern.h"

static struct guard_hit hits[GUARD_HITS_MAX];

static size_t
find(const char *text)
{
	return (guard_pattern(text, 0, hits, GUARD_HITS_MAX));
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
identifiers_are_found(void **state)
{
	(void)state;
	one("ЕГН 7523169263", FIELD_EGN_IN_TEXT, 4, 14);
	one("ЕГН7523169263.", FIELD_EGN_IN_TEXT, 3, 13);
	one("752316 9263", FIELD_EGN_IN_TEXT, 0, 11);
	one("752316-92-63!", FIELD_EGN_IN_TEXT, 0, 12);
	one("7 5 2 3 1 6 9 2 6 3", FIELD_EGN_IN_TEXT, 0, 19);
	one("75.42.01.1030", FIELD_EGN_IN_TEXT, 0, 13);
	one("ЛНЧ: 7111042925", FIELD_LNCH_IN_TEXT, 5, 15);
	one("ЕИК 175074752", FIELD_EIK_IN_TEXT, 4, 13);
	one("клон 1750747520019", FIELD_EIK_IN_TEXT, 5, 18);
	assert_int_equal(find("8812102461"), 0);
}

static void
digits_of_any_script_are_digits(void **state)
{
	(void)state;
	one("７５２３１６９２６３", FIELD_EGN_IN_TEXT, 0, 10);
	one("٧٥٢٣١٦٩٢٦٣", FIELD_EGN_IN_TEXT, 0, 10);
	one("752З169263", FIELD_EGN_IN_TEXT, 0, 10); /* the letter З */
	one("75231б92б3", FIELD_EGN_IN_TEXT, 0, 10);
	one("8O32O56O31", FIELD_EGN_IN_TEXT, 0, 10);
	one("752316\xe2\x80\x8b"
	    "9263",
	    FIELD_EGN_IN_TEXT, 0, 11);
	one("752316\xe2\x80\x93"
	    "9263",
	    FIELD_EGN_IN_TEXT, 0, 11);
}

static void
a_word_says_what_a_number_is(void **state)
{
	(void)state;
	one("ЕГН: 8812102461", FIELD_IDENTIFIER_IN_TEXT, 5, 15);
	one("Е.Г.Н. 8812102461", FIELD_IDENTIFIER_IN_TEXT, 7, 17);
	one("EГH № 8812102461", FIELD_IDENTIFIER_IN_TEXT, 6, 16);
	one("личен номер 881210246", FIELD_IDENTIFIER_IN_TEXT, 12, 21);
	one("тел. 600123", FIELD_PHONE_IN_TEXT, 5, 11);
	assert_int_equal(find("родител 600123"), 0);
}

static void
telephones_are_found(void **state)
{
	(void)state;
	one("тел. 0888 123 456", FIELD_PHONE_IN_TEXT, 5, 17);
	one("+359 888 123456", FIELD_PHONE_IN_TEXT, 0, 15);
	one("00359 62 600 123", FIELD_PHONE_IN_TEXT, 0, 16);
	one("+44 20 7946 0958", FIELD_PHONE_IN_TEXT, 0, 16);
	one("(062) 600-123", FIELD_PHONE_IN_TEXT, 0, 13);
	one("888 123 456", FIELD_PHONE_IN_TEXT, 0, 11);
	assert_int_equal(find("0888123456/0878123456"), 2);
}

static void
accounts_are_found(void **state)
{
	(void)state;
	one("BG80BNBG96611020345678", FIELD_IBAN_IN_TEXT, 0, 22);
	one("IBAN BG80 BNBG 9661 1020 3456 78", FIELD_IBAN_IN_TEXT, 5, 32);
	one("ВG80ВNВG96611020345678", FIELD_IBAN_IN_TEXT, 0, 22);
	one("bg81bnbg96611020345678 да", FIELD_IBAN_IN_TEXT, 0, 22);
	one("GB82 WEST 1234 5698 7654 32", FIELD_IBAN_IN_TEXT, 0, 27);
	assert_int_equal(find("GB83 WEST 1234 5698 7654 32"), 0);
}

static void
addresses_are_found(void **state)
{
	(void)state;
	one("пишете на ime@primer.bg, моля", FIELD_EMAIL_IN_TEXT, 10, 23);
	one("ime @ primer.bg", FIELD_EMAIL_IN_TEXT, 0, 15);
	one("ime(at)primer(dot)bg", FIELD_EMAIL_IN_TEXT, 0, 20);
	one("ime кльомба primer точка bg", FIELD_EMAIL_IN_TEXT, 0, 27);
	one("име@пример.бг", FIELD_EMAIL_IN_TEXT, 0, 13);
	assert_int_equal(find("среща @ училището"), 0);
	assert_int_equal(find("@"), 0);
	assert_int_equal(find("a@b"), 0);
	assert_int_equal(find("ime@.bg; @primer.bg"), 0);
}

static void
dates_times_and_counts_are_nothing(void **state)
{
	(void)state;
	assert_int_equal(find("на 12.03.2026 в 14:30"), 0);
	assert_int_equal(find("12.03.2026 14.30 - 15.03.2026 16.00"), 0);
	assert_int_equal(find("от 08.30 - 10.00, 12 деца"), 0);
	assert_int_equal(find("2025/2026 15 учебна, 2025-2026 12"), 0);
	assert_int_equal(find("2026-03-12 10 00"), 0);
	assert_int_equal(find("3 срещи, 12 дни, 100 часа"), 0);
	assert_int_equal(find("чл. 36, ал. 2, стая 214, 5б"), 0);
	assert_int_equal(find("1 234,50 лв., 12 500 лв."), 0);
	assert_int_equal(find("вх. № 94-1234/2026"), 0);
}

static void
lines_for_everybody_are_nobodys(void **state)
{
	(void)state;
	assert_int_equal(find("тел. 112, тел. 116 111"), 0);
	assert_int_equal(find("0800 1 86 76, 0700 12 345"), 0);
}

static void
an_office_has_its_telephone(void **state)
{
	(void)state;
	assert_int_equal(guard_pattern("+359 62 600 123", GUARD_OFFICE, hits,
			     GUARD_HITS_MAX),
	    0);
	assert_int_equal(guard_pattern("ofis@primer.example", GUARD_OFFICE,
			     hits, GUARD_HITS_MAX),
	    0);
	assert_int_equal(
	    guard_pattern("7523169263", GUARD_OFFICE, hits, GUARD_HITS_MAX), 1);
}

static void
hits_come_in_the_order_of_the_text(void **state)
{
	(void)state;
	assert_int_equal(find("7523169263 m@x.bg 0888123456"), 3);
	assert_int_equal(hits[0].code, FIELD_EGN_IN_TEXT);
	assert_int_equal(hits[1].code, FIELD_EMAIL_IN_TEXT);
	assert_int_equal(hits[2].code, FIELD_PHONE_IN_TEXT);
	assert_int_equal(guard_pattern("7523169263 m@x.bg", 0, hits, 1), 1);
}

static void
broken_and_long_text_is_survived(void **state)
{
	static char text[GUARD_TEXT_MAX + 20];

	(void)state;
	assert_int_equal(find(""), 0);
	assert_int_equal(find("\xd0"), 0);
	assert_int_equal(find("\xff\xfe\xd0\x9c"), 0);
	assert_int_equal(find("99999999999999999999999999999999999999"), 0);
	memset(text, 'a', sizeof(text) - 1);
	one(text, FIELD_MAX_LENGTH, GUARD_TEXT_MAX, GUARD_TEXT_MAX + 1);
	text[GUARD_TEXT_MAX] = '\0';
	assert_int_equal(find(text), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_found),
		cmocka_unit_test(digits_of_any_script_are_digits),
		cmocka_unit_test(a_word_says_what_a_number_is),
		cmocka_unit_test(telephones_are_found),
		cmocka_unit_test(accounts_are_found),
		cmocka_unit_test(addresses_are_found),
		cmocka_unit_test(dates_times_and_counts_are_nothing),
		cmocka_unit_test(lines_for_everybody_are_nobodys),
		cmocka_unit_test(an_office_has_its_telephone),
		cmocka_unit_test(hits_come_in_the_order_of_the_text),
		cmocka_unit_test(broken_and_long_text_is_survived),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

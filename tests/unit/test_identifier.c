/*
 * Check digits, by published vectors.  The valid ЕГН here have dates that no
 * living person has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../common/identifier.h"

static void
egn_vectors(void **state)
{
	(void)state;
	assert_true(identifier_egn("7523169263"));
	assert_true(identifier_egn("8032056031"));
	assert_true(identifier_egn("7542011030"));
	assert_true(identifier_egn("1241010070")); /* remainder 10 */
	assert_false(identifier_egn("8812102461"));
}

static void
egn_refuses_form(void **state)
{
	static const char *const bad[] = { "", "752316926", "75231692633",
		"752316926x", " 523169263", "7523169263 ", "+523169263",
		"0000000000", "９９" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(identifier_egn(bad[i]));
}

/* The six digits of a date with any serial, the check digit computed. */
static int
date_accepted(const char *date)
{
	static const int weights[] = { 2, 4, 8, 5, 10, 9, 7, 3, 6 };
	char egn[16];
	int sum = 0;

	(void)snprintf(egn, sizeof(egn), "%.6s111", date);
	for (int i = 0; i < 9; i++)
		sum += (egn[i] - '0') * weights[i];
	egn[9] = (char)('0' + sum % 11 % 10);
	egn[10] = '\0';
	return (identifier_egn(egn));
}

static void
egn_date_is_in_the_calendar(void **state)
{
	static const char *const bad[] = { "751301", "750001", "752001",
		"753301", "754001", "755301", "756101", "759901", "750100",
		"750132", "750431", "750229", "002229", "414229" };
	static const char *const good[] = { "750131", "760229", "004229",
		"005231", "962229", "752101" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (date_accepted(bad[i]))
			fail_msg("accepted %s", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!date_accepted(good[i]))
			fail_msg("refused %s", good[i]);
}

static void
egn_tells_date_and_sex(void **state)
{
	char date[IDENTIFIER_DATE_SIZE];

	(void)state;
	assert_true(identifier_egn_birth_date("7523169263", date));
	assert_string_equal(date, "1875-03-16");
	assert_true(identifier_egn_birth_date("7542011030", date));
	assert_string_equal(date, "2075-02-01");
	assert_false(identifier_egn_birth_date("8812102461", date));
	assert_int_equal(identifier_egn_sex("7523169263"), 'm');
	assert_int_equal(identifier_egn_sex("7542011030"), 'f');
	assert_int_equal(identifier_egn_sex("x"), '\0');
}

static void
lnch_vectors(void **state)
{
	(void)state;
	assert_true(identifier_lnch("7111042925"));
	assert_false(identifier_lnch("7111042926"));
	assert_false(identifier_lnch("711104292"));
	assert_false(identifier_lnch("71110429255"));
	assert_false(identifier_lnch("711104292x"));
}

static void
eik_vectors(void **state)
{
	(void)state;
	assert_true(identifier_eik("175074752"));
	assert_true(identifier_eik("100000086")); /* second weights */
	assert_true(identifier_eik("1750747520019"));
	assert_true(identifier_eik("1750747520154")); /* second weights */
	assert_false(identifier_eik("175074753"));
	assert_false(identifier_eik("1750747520018"));
	assert_false(identifier_eik("1750747530019"));
	assert_false(identifier_eik("17507475200"));
	assert_false(identifier_eik("17507475"));
	assert_false(identifier_eik("BG175074752"));
	assert_false(identifier_eik(""));
}

/* All weights of the ЛНЧ are prime to 10, so no single error passes. */
static void
one_wrong_digit_is_found(void **state)
{
	char text[16] = "7111042925";
	int accepted = 0;

	(void)state;
	for (int i = 0; i < 10; i++) {
		char was = text[i];

		for (int c = '0'; c <= '9'; c++) {
			text[i] = (char)c;
			accepted += c != was && identifier_lnch(text);
		}
		text[i] = was;
	}
	assert_int_equal(accepted, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(egn_vectors),
		cmocka_unit_test(egn_refuses_form),
		cmocka_unit_test(egn_date_is_in_the_calendar),
		cmocka_unit_test(egn_tells_date_and_sex),
		cmocka_unit_test(lnch_vectors),
		cmocka_unit_test(eik_vectors),
		cmocka_unit_test(one_wrong_digit_is_found),
	};

	return (cmocka_run_group_tests_name("identifiers", tests, NULL, NULL));
}

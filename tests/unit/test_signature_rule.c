/*
 * Who has to sign at which age: node/signature_rule.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/signature_rule.h"

#define BORN  "2015-03-20"
#define UNTIL "2027-06-30"

static enum signature_fault
signed_at(const char *rule, int young, const char *today, const char *until)
{
	const struct signature s = { rule, young, until };

	return (signature_rule_check(&s, BORN, today));
}

static enum signature_fault
at(const char *rule, const char *today, const char *until)
{
	return (signed_at(rule, 0, today, until));
}

static enum signature_fault
held(const char *rule, int young, const char *today)
{
	const struct signature s = { rule, young, NULL };

	return (signature_rule_now(&s, BORN, today));
}

static void
under_fourteen_a_representative_signs(void **state)
{
	(void)state;
	assert_int_equal(
	    at("representative", "2026-11-22", UNTIL), SIGNATURE_FITS);
	assert_int_equal(
	    at("both_parents", "2026-11-22", UNTIL), SIGNATURE_FITS);
	assert_int_equal(
	    at("other_representative", "2026-11-22", UNTIL), SIGNATURE_FITS);
	assert_int_equal(at("self", "2026-11-22", UNTIL), SIGNATURE_TOO_YOUNG);
}

static void
from_the_fourteenth_birthday_the_young_person_signs(void **state)
{
	const char *until = "2029-12-31";

	(void)state;
	assert_int_equal(at("representative", "2029-03-20", until),
	    SIGNATURE_NEEDS_YOUNG_PERSON);
	assert_int_equal(at("both_parents", "2031-01-01", until),
	    SIGNATURE_NEEDS_YOUNG_PERSON);
	assert_int_equal(at("representative_and_child", "2029-03-20", until),
	    SIGNATURE_FITS);
	assert_int_equal(at("self", "2029-03-20", until), SIGNATURE_TOO_YOUNG);
}

static void
from_the_eighteenth_birthday_only_the_person(void **state)
{
	const char *until = "2033-12-31";

	(void)state;
	assert_int_equal(at("self", "2033-03-20", until), SIGNATURE_FITS);
	assert_int_equal(at("representative_and_child", "2033-03-20", until),
	    SIGNATURE_NEEDS_SELF);
	assert_int_equal(at("self", "2033-03-19", until), SIGNATURE_TOO_YOUNG);
}

static void
it_ends_before_the_month_of_the_birthday(void **state)
{
	(void)state;
	assert_int_equal(
	    at("representative", "2028-12-01", "2029-02-28"), SIGNATURE_FITS);
	assert_int_equal(at("representative", "2028-12-01", "2029-03-01"),
	    SIGNATURE_TOO_LONG);
	assert_int_equal(
	    at("representative_and_child", "2028-12-01", "2029-03-20"),
	    SIGNATURE_FITS);
	assert_int_equal(
	    at("representative_and_child", "2032-12-01", "2033-03-01"),
	    SIGNATURE_TOO_LONG);
	assert_int_equal(
	    signed_at("other_representative", 1, "2032-12-01", "2033-02-28"),
	    SIGNATURE_FITS);
}

static void
another_representative_ends_as_any(void **state)
{
	(void)state;
	assert_int_equal(at("other_representative", "2028-12-01", "2029-03-01"),
	    SIGNATURE_TOO_LONG);
	assert_int_equal(at("other_representative", "2028-12-01", "2029-02-28"),
	    SIGNATURE_FITS);
	assert_int_equal(at("other_representative", "2029-03-20", "2029-06-30"),
	    SIGNATURE_NEEDS_YOUNG_PERSON);
	assert_int_equal(
	    signed_at("other_representative", 1, "2029-03-20", "2029-06-30"),
	    SIGNATURE_FITS);
}

static void
who_signed_before_fourteen_need_not_again(void **state)
{
	(void)state;
	assert_int_equal(
	    signed_at("other_representative", 1, "2028-12-01", "2029-06-30"),
	    SIGNATURE_FITS);
	assert_int_equal(
	    at("representative_and_child", "2028-12-01", "2029-06-30"),
	    SIGNATURE_FITS);
}

static void
on_the_day_itself_it_stops(void **state)
{
	(void)state;
	assert_int_equal(
	    held("representative", 0, "2029-03-19"), SIGNATURE_FITS);
	assert_int_equal(held("representative", 0, "2029-03-20"),
	    SIGNATURE_NEEDS_YOUNG_PERSON);
	assert_int_equal(held("both_parents", 0, "2029-03-20"),
	    SIGNATURE_NEEDS_YOUNG_PERSON);
	assert_int_equal(held("other_representative", 0, "2029-03-20"),
	    SIGNATURE_NEEDS_YOUNG_PERSON);
	assert_int_equal(
	    held("other_representative", 1, "2029-03-20"), SIGNATURE_FITS);
	assert_int_equal(
	    held("representative_and_child", 1, "2029-03-20"), SIGNATURE_FITS);
	assert_int_equal(held("representative_and_child", 1, "2033-03-20"),
	    SIGNATURE_NEEDS_SELF);
	assert_int_equal(held("self", 1, "2033-03-20"), SIGNATURE_FITS);
}

static void
band(const char *birth, const char *today, const char *expected)
{
	char out[AGE_BAND_SIZE];

	signature_age_band(birth, today, out);
	assert_string_equal(out, expected);
}

static void
bands_change_on_the_first_of_a_quarter(void **state)
{
	(void)state;
	band(BORN, "2029-03-19", "10-13");
	band(BORN, "2029-03-20", "10-13");
	band(BORN, "2029-03-31", "10-13");
	band(BORN, "2029-04-01", "14-15");
	band("2015-04-01", "2029-04-01", "14-15");
	band("2015-04-02", "2029-06-30", "10-13");
	band("2015-04-02", "2029-07-01", "14-15");
	band("2020-01-01", "2026-12-31", "0-6");
	band("2020-01-01", "2027-01-01", "7-9");
	band("2010-12-31", "2028-12-31", "16-17");
	band("2010-12-31", "2029-01-01", "18+");
	band("2012-02-29", "2026-02-28", "10-13");
	band("2012-02-29", "2026-04-01", "14-15");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(under_fourteen_a_representative_signs),
		cmocka_unit_test(
		    from_the_fourteenth_birthday_the_young_person_signs),
		cmocka_unit_test(from_the_eighteenth_birthday_only_the_person),
		cmocka_unit_test(it_ends_before_the_month_of_the_birthday),
		cmocka_unit_test(another_representative_ends_as_any),
		cmocka_unit_test(who_signed_before_fourteen_need_not_again),
		cmocka_unit_test(on_the_day_itself_it_stops),
		cmocka_unit_test(bands_change_on_the_first_of_a_quarter),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

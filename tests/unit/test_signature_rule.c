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
#define UNTIL "2027-06-30T21:00:00Z"

static enum signature_fault
at(const char *rule, const char *today, const char *until)
{
	return (signature_rule_check(rule, BORN, today, until));
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
	const char *until = "2029-12-31T21:00:00Z";

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
	const char *until = "2033-12-31T21:00:00Z";

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
	    at("representative", "2028-12-01", "2029-02-28T21:59:59Z"),
	    SIGNATURE_FITS);
	assert_int_equal(
	    at("representative", "2028-12-01", "2029-03-01T00:00:00Z"),
	    SIGNATURE_TOO_LONG);
	assert_int_equal(at("representative_and_child", "2028-12-01",
			     "2029-03-20T00:00:00Z"),
	    SIGNATURE_FITS);
	assert_int_equal(at("representative_and_child", "2032-12-01",
			     "2033-03-01T00:00:00Z"),
	    SIGNATURE_TOO_LONG);
	assert_int_equal(
	    at("other_representative", "2032-12-01", "2033-02-28T00:00:00Z"),
	    SIGNATURE_FITS);
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
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

/*
 * What the guard takes for an identifier or a time: node/guard_machine.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/guard_machine.h"

static void
identifiers_days_and_times_are(void **state)
{
	(void)state;
	assert_true(guard_machine("0190f3c8-7523-7169-8263-000000000001"));
	assert_true(guard_machine("2026-11-23"));
	assert_true(guard_machine("2028-02-29"));
	assert_true(guard_machine("2026-11-23T03:32:00Z"));
	assert_true(guard_machine("2026-11-23T03:32:00.123456Z"));
	assert_true(guard_machine("2026-11-23T05:32:00+02:00"));
}

/* As a time begins, and then somebody's number. */
static void
a_number_behind_a_date_is_not(void **state)
{
	(void)state;
	assert_false(guard_machine("2026-11-23T7523169263"));
	assert_false(guard_machine("2026-11-23T0888123456"));
	assert_false(guard_machine("2026-11-23T75:23:16:92:63"));
	assert_false(guard_machine("2026-11-23T00:00:00Z7523169263"));
	assert_false(guard_machine("2026-11-23T00:00:00.752316926Z"));
	assert_false(guard_machine("2026-11-23T00:00:00.7523169263Z"));
	assert_false(guard_machine("2026-11-23T"));
	assert_false(guard_machine("2026-11-237523169263"));
}

static void
what_is_no_time_is_not(void **state)
{
	(void)state;
	assert_false(guard_machine(""));
	assert_false(guard_machine("7523-16-92"));
	assert_false(guard_machine("2026-02-29"));
	assert_false(guard_machine("2026-11-23T24:00:00Z"));
	assert_false(guard_machine("2026-11-23 03:32"));
	assert_false(guard_machine("2026-11-23T03:32:00"));
	assert_false(guard_machine("7523169263"));
	assert_false(guard_machine("0190f3c8-7523-7169-8263-00000000000"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_days_and_times_are),
		cmocka_unit_test(a_number_behind_a_date_is_not),
		cmocka_unit_test(what_is_no_time_is_not),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

/*
 * Signature rules by age.
 */
#include "signature_rule.h"

#include <stdio.h>
#include <string.h>

#define DATE_SIZE   11
#define YEAR_DIGITS 4
#define AGE_SIGNS   14
#define AGE_ADULT   18

/* The birthday of a year of age: the text of birth with another year. */
static void
birthday(const char *birth, unsigned age, char out[DATE_SIZE])
{
	unsigned year;
	int i;

	(void)snprintf(out, DATE_SIZE, "%s", birth);
	for (year = 0, i = 0; i < YEAR_DIGITS; i++)
		year = year * 10 + (unsigned)(birth[i] - '0');
	for (year += age, i = YEAR_DIGITS; i-- > 0; year /= 10)
		out[i] = (char)('0' + year % 10);
}

static int
is(const char *rule, const char *name)
{
	return (strcmp(rule, name) == 0);
}

/* The first day of that birthday's month is the first that is too late. */
static int
reaches(const char *until, const char *day)
{
	char first[DATE_SIZE];

	(void)snprintf(first, sizeof(first), "%.7s-01", day);
	return (strncmp(until, first, DATE_SIZE - 1) >= 0);
}

enum signature_fault
signature_rule_check(
    const char *rule, const char *birth, const char *today, const char *until)
{
	char signs[DATE_SIZE], adult[DATE_SIZE];

	birthday(birth, AGE_SIGNS, signs);
	birthday(birth, AGE_ADULT, adult);
	if (strcmp(today, adult) >= 0)
		return (
		    is(rule, "self") ? SIGNATURE_FITS : SIGNATURE_NEEDS_SELF);
	if (is(rule, "self"))
		return (SIGNATURE_TOO_YOUNG);
	if (reaches(until, adult))
		return (SIGNATURE_TOO_LONG);
	if (!is(rule, "representative") && !is(rule, "both_parents"))
		return (SIGNATURE_FITS);
	if (strcmp(today, signs) >= 0)
		return (SIGNATURE_NEEDS_YOUNG_PERSON);
	return (reaches(until, signs) ? SIGNATURE_TOO_LONG : SIGNATURE_FITS);
}

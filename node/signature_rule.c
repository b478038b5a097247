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

/* Is the young person's own signature missing where it will be wanted? */
static int
without_young(const struct signature *s)
{
	return (!s->young && !is(s->rule, "representative_and_child"));
}

enum signature_fault
signature_rule_now(
    const struct signature *s, const char *birth, const char *today)
{
	char signs[DATE_SIZE], adult[DATE_SIZE];

	birthday(birth, AGE_SIGNS, signs);
	birthday(birth, AGE_ADULT, adult);
	if (strcmp(today, adult) >= 0)
		return (is(s->rule, "self") ? SIGNATURE_FITS
					    : SIGNATURE_NEEDS_SELF);
	if (is(s->rule, "self"))
		return (SIGNATURE_TOO_YOUNG);
	if (strcmp(today, signs) < 0)
		return (SIGNATURE_FITS);
	/* From 14 on these two are rules for somebody younger. */
	if (is(s->rule, "representative") || is(s->rule, "both_parents") ||
	    without_young(s))
		return (SIGNATURE_NEEDS_YOUNG_PERSON);
	return (SIGNATURE_FITS);
}

enum signature_fault
signature_rule_check(
    const struct signature *s, const char *birth, const char *today)
{
	char signs[DATE_SIZE], adult[DATE_SIZE];
	enum signature_fault fault;

	if ((fault = signature_rule_now(s, birth, today)) != SIGNATURE_FITS ||
	    is(s->rule, "self"))
		return (fault);
	birthday(birth, AGE_SIGNS, signs);
	birthday(birth, AGE_ADULT, adult);
	if (reaches(s->until, adult))
		return (SIGNATURE_TOO_LONG);
	if (strcmp(today, signs) < 0 && reaches(s->until, signs) &&
	    without_young(s))
		return (SIGNATURE_TOO_LONG);
	return (SIGNATURE_FITS);
}

void
signature_age_band(
    const char *birth, const char *today, char out[AGE_BAND_SIZE])
{
	static const struct {
		unsigned below;
		const char *code;
	} bands[] = {
		{ 7, "0-6" },
		{ 10, "7-9" },
		{ 14, "10-13" },
		{ 16, "14-15" },
		{ AGE_ADULT, "16-17" },
	};
	char first[DATE_SIZE], day[DATE_SIZE];
	unsigned month;
	size_t i;

	month = (unsigned)(today[5] - '0') * 10 + (unsigned)(today[6] - '0');
	month = (month - 1) / 3 * 3 + 1;
	(void)snprintf(first, sizeof(first), "%.5s%02u-01", today, month % 100);
	(void)snprintf(out, AGE_BAND_SIZE, "18+");
	for (i = sizeof(bands) / sizeof(bands[0]); i-- > 0;) {
		birthday(birth, bands[i].below, day);
		if (strcmp(first, day) < 0)
			(void)snprintf(out, AGE_BAND_SIZE, "%s", bands[i].code);
	}
}

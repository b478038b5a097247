/*
 * Check digits of Bulgarian identifiers.  Weights: ЕГН, Ordinance РД-02-20-9
 * of 2012; ЛНЧ and ЕИК as their registers publish them.
 */
#include "identifier.h"

#include <stdio.h>
#include <string.h>

#define EGN_DIGITS      10
#define EIK_DIGITS      9
#define EIK_LONG_DIGITS 13

static int
all_digits(const char *text, size_t len)
{
	return (strspn(text, "0123456789") == len && text[len] == '\0');
}

static int
weighted(const char *text, const int *weights, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += (text[i] - '0') * weights[i];
	return (sum);
}

static int
two(const char *text)
{
	return ((text[0] - '0') * 10 + (text[1] - '0'));
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return (days[month - 1] + (month == 2 && leap));
}

/* Month + 20 before 1900, + 40 from 2000. */
static int
egn_date(const char *egn, int *year, int *month, int *day)
{
	*year = two(egn);
	*month = two(egn + 2);
	*day = two(egn + 4);
	if (*month > 40) {
		*year += 2000;
		*month -= 40;
	} else if (*month > 20) {
		*year += 1800;
		*month -= 20;
	} else {
		*year += 1900;
	}
	return (*month >= 1 && *month <= 12 && *day >= 1 &&
		*day <= days_in(*year, *month));
}

int
identifier_egn(const char *text)
{
	static const int weights[] = { 2, 4, 8, 5, 10, 9, 7, 3, 6 };
	int year, month, day;

	if (!all_digits(text, EGN_DIGITS))
		return (0);
	if (weighted(text, weights, 9) % 11 % 10 != text[9] - '0')
		return (0);
	return (egn_date(text, &year, &month, &day));
}

int
identifier_egn_birth_date(const char *egn, char out[IDENTIFIER_DATE_SIZE])
{
	int year, month, day;

	if (!identifier_egn(egn) || !egn_date(egn, &year, &month, &day))
		return (0);
	(void)snprintf(out, IDENTIFIER_DATE_SIZE, "%04u-%02u-%02u",
	    (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
	return (1);
}

char
identifier_egn_sex(const char *egn)
{
	if (!identifier_egn(egn))
		return ('\0');
	if ((egn[8] - '0') % 2 == 0)
		return ('m');
	return ('f');
}

int
identifier_lnch(const char *text)
{
	static const int weights[] = { 21, 19, 17, 13, 11, 9, 7, 3, 1 };

	return (all_digits(text, EGN_DIGITS) &&
		weighted(text, weights, 9) % 10 == text[9] - '0');
}

/* The remainder by 11; when it is 10 that of the second weights, 10 as 0. */
static int
eik_check(const char *text, const int *first, const int *second, int n)
{
	int rest = weighted(text, first, n) % 11;

	if (rest == 10)
		rest = weighted(text, second, n) % 11;
	return (rest % 10);
}

int
identifier_eik(const char *text)
{
	static const int first[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const int second[] = { 3, 4, 5, 6, 7, 8, 9, 10 };
	static const int branch1[] = { 2, 7, 3, 5 };
	static const int branch2[] = { 4, 9, 5, 7 };
	int branch = all_digits(text, EIK_LONG_DIGITS);

	if (!branch && !all_digits(text, EIK_DIGITS))
		return (0);
	if (eik_check(text, first, second, 8) != text[8] - '0')
		return (0);
	return (!branch ||
		eik_check(text + 8, branch1, branch2, 4) == text[12] - '0');
}

/*
 * Check digits of Bulgarian identifiers: ЕГН and ЛНЧ of persons, ЕИК
 * (БУЛСТАТ) of organisations.  A right check digit says that the number was
 * typed well, not that it belongs to anybody.  All return 1 or 0; text is
 * exactly the digits.
 */
#ifndef COMMON_IDENTIFIER_H
#define COMMON_IDENTIFIER_H

#define IDENTIFIER_DATE_SIZE 11 /* "2075-02-01" with its NUL */

/* Check digit and calendar date.  Future dates: see below. */
int identifier_egn(const char *text);
int identifier_lnch(const char *text);
/* 9 digits, or 13 for a branch. */
int identifier_eik(const char *text);

/*
 * The date in a valid ЕГН, ISO 8601; dates compare as text, so "born in the
 * future" is strcmp(date, today) > 0.  Only synthetic numbers are.
 */
int identifier_egn_birth_date(const char *egn, char out[IDENTIFIER_DATE_SIZE]);
/* 'm' or 'f' by the ninth digit; '\0' when not valid. */
char identifier_egn_sex(const char *egn);

#endif

/*
 * Argon2id and the policy for passwords, without Kore.
 */
#include "password.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

_Static_assert(PASSWORD_ENCODED_SIZE == crypto_pwhash_STRBYTES,
    "encoded passwords have libsodium's size");

/*
 * Nobody's password under our parameters: verifying against it takes as
 * long as against a real one.
 */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

int
password_encode(const char *password, char out[PASSWORD_ENCODED_SIZE])
{
	return (
	    crypto_pwhash_str_alg(out, password, strlen(password), PASSWORD_OPS,
		PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0);
}

int
password_matches(const char *encoded, const char *password)
{
	const char *against = encoded == NULL ? nobody : encoded;
	int same =
	    crypto_pwhash_str_verify(against, password, strlen(password)) == 0;

	return (encoded != NULL && same);
}

/* How many bytes follow a first byte of UTF-8. */
static int
following(unsigned char first)
{
	if (first < 0x80)
		return (0);
	if (first < 0xe0)
		return (1);
	return (first < 0xf0 ? 2 : 3);
}

/* Characters of UTF-8 text, or -1 when it is not, or has controls. */
static long
count(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	long n = 0;

	while (*p != '\0') {
		int more = following(*p);

		if (*p < ' ' || *p == 0x7f || (*p >= 0x80 && *p < 0xc2) ||
		    *p > 0xf4)
			return (-1);
		for (p++; more > 0; more--, p++)
			if ((*p & 0xc0) != 0x80)
				return (-1);
		n++;
	}
	return (n);
}

enum password_fault
password_policy(const char *password, const char *login)
{
	long n = count(password);

	if (n < 0)
		return (PASSWORD_MALFORMED);
	if (n < PASSWORD_MIN)
		return (PASSWORD_TOO_SHORT);
	if (n > PASSWORD_MAX)
		return (PASSWORD_TOO_LONG);
	if (login != NULL && strcasecmp(password, login) == 0)
		return (PASSWORD_IS_LOGIN);
	return (PASSWORD_FINE);
}

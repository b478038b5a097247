/*
 * Time-based one-time passwords (RFC 6238) through liboath.
 */
#include "totp.h"
#include "crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>

#define SECRET_BYTES 20 /* RFC 4226 4, R6: as long as the HMAC */

int
totp_secret(char out[TOTP_SECRET_SIZE])
{
	unsigned char secret[SECRET_BYTES];
	char *text = NULL;
	size_t len = 0;
	int ok;

	crypt_random(secret, sizeof(secret));
	ok = oath_base32_encode((const char *)secret, sizeof(secret), &text,
		 &len) == OATH_OK &&
	     len == TOTP_SECRET_SIZE - 1;
	if (ok)
		memcpy(out, text, TOTP_SECRET_SIZE);
	crypt_wipe(secret, sizeof(secret));
	crypt_wipe_free(text);
	return (ok);
}

static size_t
escape(const char *in, char *out, size_t outlen)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	size_t n = 0;

	for (; *in != '\0'; in++) {
		if (n + 4 > outlen)
			return (0);
		if (strchr(plain, *in) != NULL)
			out[n++] = *in;
		else
			n += (size_t)snprintf(
			    out + n, 4, "%%%02X", (unsigned)(unsigned char)*in);
	}
	out[n] = '\0';
	return (n);
}

size_t
totp_uri(const char *issuer, const char *account, const char *secret, char *out,
    size_t outlen)
{
	char who[256], where[256];
	int n;

	if (escape(account, who, sizeof(who)) == 0 ||
	    escape(issuer, where, sizeof(where)) == 0)
		return (0);
	n = snprintf(out, outlen,
	    "otpauth://totp/%s:%s?secret=%s&issuer=%s&digits=%d&period=%d",
	    where, who, secret, where, TOTP_DIGITS, TOTP_STEP_S);
	return (n < 0 || (size_t)n >= outlen ? 0 : (size_t)n);
}

/* The secret's bytes, malloc'ed; wiped and freed by the caller. */
static char *
secret_bytes(const char *secret, size_t *len)
{
	char *bytes = NULL;

	if (oath_base32_decode(secret, strlen(secret), &bytes, len) != OATH_OK)
		return (NULL);
	return (bytes);
}

static int
code_of(const char *bytes, size_t len, uint64_t step, char *out)
{
	return (oath_hotp_generate(bytes, len, step, TOTP_DIGITS, false,
		    OATH_HOTP_DYNAMIC_TRUNCATION, out) == OATH_OK);
}

int
totp_verify(const char *secret, const char *code, time_t now,
    uint64_t last_step, uint64_t *step)
{
	char right[TOTP_DIGITS + 1];
	uint64_t at = (uint64_t)now / TOTP_STEP_S;
	size_t len = 0;
	int found = 0;
	char *bytes;

	if (now < TOTP_STEP_S || strlen(code) != TOTP_DIGITS ||
	    strspn(code, "0123456789") != TOTP_DIGITS ||
	    (bytes = secret_bytes(secret, &len)) == NULL)
		return (0);
	/* All three steps always: time must not tell which one matched. */
	for (uint64_t s = at - 1; s <= at + 1; s++) {
		if (!code_of(bytes, len, s, right) ||
		    !crypt_equal_text(right, code) || s <= last_step || found)
			continue;
		found = 1;
		*step = s;
	}
	crypt_wipe(right, sizeof(right));
	crypt_wipe(bytes, len);
	free(bytes);
	return (found);
}

int
totp_code(const char *secret, time_t at, char out[TOTP_DIGITS + 1])
{
	size_t len = 0;
	char *bytes;
	int ok;

	if (at < 0 || (bytes = secret_bytes(secret, &len)) == NULL)
		return (0);
	ok = code_of(bytes, len, (uint64_t)at / TOTP_STEP_S, out);
	crypt_wipe(bytes, len);
	free(bytes);
	return (ok);
}

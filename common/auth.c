/*
 * Signs and verifies tokens.  The only file that includes <jwt.h>: libjwt
 * 1.10.2 is asked for one ES256 signature under one pinned key, and nothing
 * that it says about claims is believed.
 */
#include "auth.h"
#include "auth_int.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>

/* The end of year 9999: beyond it a number is no date. */
#define SECONDS_MAX INT64_C(253402300799)

char *
auth_sign(const struct auth_key *key, const json_t *claims)
{
	const char *pem = auth_key_private_pem(key);
	char *text, *token = NULL;
	jwt_t *jwt = NULL;

	if (pem == NULL || !json_is_object(claims) || jwt_new(&jwt) != 0)
		return (NULL);
	text = json_dumps(claims, JSON_COMPACT);
	if (text != NULL && jwt_add_grants_json(jwt, text) == 0 &&
	    jwt_add_header(jwt, "kid", auth_key_kid(key)) == 0 &&
	    jwt_set_alg(jwt, JWT_ALG_ES256, (const unsigned char *)pem,
		(int)strlen(pem)) == 0)
		token = jwt_encode_str(jwt);
	free(text);
	jwt_free(jwt);
	if (token != NULL && strlen(token) > AUTH_RECEIPT_MAX) {
		free(token);
		return (NULL);
	}
	return (token);
}

static int
signature_holds(const char *token, size_t len, const struct auth_key *key)
{
	char text[AUTH_RECEIPT_MAX + 1];
	const char *pem = auth_key_pem(key);
	jwt_t *jwt = NULL;
	int ok;

	memcpy(text, token, len);
	text[len] = '\0';
	ok = jwt_decode(&jwt, text, (const unsigned char *)pem,
		 (int)strlen(pem)) == 0 &&
	     jwt_get_alg(jwt) == JWT_ALG_ES256;
	jwt_free(jwt);
	return (ok);
}

/* Absent is fine; an array or number where a string belongs is not. */
static int
strings_are_strings(const json_t *claims)
{
	static const char *const members[] = { "iss", "sub", "aud", "jti",
		"client_id", "scope", "token_use" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *value = json_object_get(claims, members[i]);

		if (value != NULL && !json_is_string(value))
			return (0);
	}
	return (1);
}

/* 1 with the time, or with -1 when absent; 0 when it is no time. */
static int
claim_time(const json_t *claims, const char *member, int64_t *out)
{
	const json_t *value = json_object_get(claims, member);

	*out = -1;
	if (value == NULL)
		return (1);
	if (!json_is_integer(value))
		return (0);
	*out = json_integer_value(value);
	return (*out >= 0 && *out <= SECONDS_MAX);
}

static enum auth_result
check_times(const json_t *claims, const struct auth_expect *expect)
{
	int64_t now = (int64_t)expect->now;
	int64_t iat, nbf, exp;

	if (!claim_time(claims, "iat", &iat) ||
	    !claim_time(claims, "nbf", &nbf) ||
	    !claim_time(claims, "exp", &exp) || iat == -1)
		return (AUTH_CLAIMS);
	if (exp == -1 && expect->max_lifetime > 0)
		return (AUTH_CLAIMS);
	if (iat > now + AUTH_FUTURE_S || nbf > now + AUTH_FUTURE_S)
		return (AUTH_FUTURE);
	if (exp == -1)
		return (AUTH_OK);
	if (now > exp + AUTH_EXPIRY_S)
		return (AUTH_EXPIRED);
	/* exp - iat, never exp - now: the sender's clock is not ours. */
	if (exp <= iat ||
	    (expect->max_lifetime > 0 && exp - iat > expect->max_lifetime))
		return (AUTH_LIFETIME);
	return (AUTH_OK);
}

static const char *
claim(const json_t *claims, const char *member)
{
	return (json_string_value(json_object_get(claims, member)));
}

static int
same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == b);
	return (strcmp(a, b) == 0);
}

/* RFC 8725 3.8, 3.9 and 3.12: who made it, for whom, and what it is. */
static enum auth_result
check_claims(const json_t *claims, const struct auth_expect *expect)
{
	const char *iss = claim(claims, "iss");
	const char *aud = claim(claims, "aud");
	const char *use = claim(claims, "token_use");

	if (!strings_are_strings(claims))
		return (AUTH_CLAIMS);
	if (expect->issuer != NULL && !same(iss, expect->issuer))
		return (AUTH_ISSUER);
	if (!same(aud, expect->audience))
		return (AUTH_AUDIENCE);
	if (use == NULL && expect->token_use_optional)
		use = expect->token_use;
	if (expect->token_use != NULL && !same(use, expect->token_use))
		return (AUTH_KIND);
	return (check_times(claims, expect));
}

enum auth_result
auth_verify(const char *token, size_t len, const struct auth_key *key,
    const struct auth_expect *expect, json_t **claims)
{
	enum auth_result result;
	size_t max = expect->max_len == 0 ? AUTH_TOKEN_MAX : expect->max_len;
	struct auth_parts parts;
	struct auth_peek peek;
	json_t *payload;

	if (claims != NULL)
		*claims = NULL;
	if ((result = auth_gate_max(token, len, max, &peek)) != AUTH_OK)
		return (result);
	if (strcmp(peek.kid, auth_key_kid(key)) != 0)
		return (AUTH_KEY);
	if (!signature_holds(token, len, key))
		return (AUTH_SIGNATURE);
	if (!auth_split(token, len, &parts) ||
	    (payload = auth_parse(parts.payload, parts.payload_len)) == NULL)
		return (AUTH_CLAIMS);
	result = check_claims(payload, expect);
	if (result == AUTH_OK && claims != NULL)
		*claims = payload;
	else
		json_decref(payload);
	return (result);
}

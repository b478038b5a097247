/*
 * The gate: what a token must look like before any cryptography runs.
 *
 * libjwt believes the header (alg, any curve, unknown crit) and tolerates
 * duplicates, padding and junk, so all of that is decided here, in a fixed
 * order, failing closed.  Pure: no clock, no key, no libjwt.
 */
#include "auth.h"
#include "auth_int.h"
#include "crypt.h"

#include <string.h>
#include <strings.h>

/* RFC 7518 3.4: r and s of 32 bytes each are 86 characters. */
#define SIGNATURE_CHARS 86

static const char *const names[] = {
	[AUTH_OK] = "ok",
	[AUTH_MALFORMED] = "malformed",
	[AUTH_ALG] = "algorithm",
	[AUTH_HEADER] = "header",
	[AUTH_KEY] = "key",
	[AUTH_SIGNATURE] = "signature",
	[AUTH_CLAIMS] = "claims",
	[AUTH_ISSUER] = "issuer",
	[AUTH_AUDIENCE] = "audience",
	[AUTH_KIND] = "kind",
	[AUTH_EXPIRED] = "expired",
	[AUTH_FUTURE] = "future",
	[AUTH_LIFETIME] = "lifetime",
};

/*
 * Members that would change which key or bytes are verified, or make it an
 * encrypted or nested token (RFC 7515 4.1, RFC 7516 4.1, RFC 7797).  Others
 * that we do not know are ignored, as RFC 7515 4 demands.
 */
static const char *const refused[] = {
	"crit",
	"jku",
	"jwk",
	"x5u",
	"x5c",
	"zip",
	"b64",
	"enc",
	"epk",
	"apu",
	"apv",
	"iv",
	"tag",
	"p2s",
	"p2c",
	"cty",
};

const char *
auth_result_name(enum auth_result result)
{
	if ((size_t)result >= sizeof(names) / sizeof(names[0]))
		return ("unknown");
	return (names[result]);
}

int
auth_split(const char *token, size_t len, struct auth_parts *parts)
{
	const char *end = token + len;
	const char *dot1, *dot2;

	if (len == 0 || len > AUTH_RECEIPT_MAX)
		return (0);
	if ((dot1 = memchr(token, '.', len)) == NULL)
		return (0);
	dot2 = memchr(dot1 + 1, '.', (size_t)(end - dot1 - 1));
	if (dot2 == NULL)
		return (0);
	parts->header = token;
	parts->header_len = (size_t)(dot1 - token);
	parts->payload = dot1 + 1;
	parts->payload_len = (size_t)(dot2 - dot1 - 1);
	parts->signature = dot2 + 1;
	parts->signature_len = (size_t)(end - dot2 - 1);
	return (parts->header_len > 0 && parts->payload_len > 0 &&
		parts->signature_len == SIGNATURE_CHARS);
}

json_t *
auth_parse(const char *part, size_t len)
{
	char text[AUTH_RECEIPT_MAX];
	json_t *value;
	size_t n;

	if (!crypt_base64url_decode(part, len, text, sizeof(text), &n))
		return (NULL);
	value = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(value)) {
		json_decref(value);
		return (NULL);
	}
	return (value);
}

/* A third dot, padding and junk are foreign characters to the decoder. */
static int
is_canonical(const char *part, size_t len)
{
	char bytes[AUTH_RECEIPT_MAX];
	size_t n;

	return (crypt_base64url_decode(part, len, bytes, sizeof(bytes), &n));
}

static int
is_kid(const char *kid)
{
	size_t len = strlen(kid);

	return (len > 0 && len <= AUTH_KID_MAX &&
		strspn(kid, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789-_") == len);
}

static enum auth_result
check_header(const json_t *header, struct auth_peek *out)
{
	const json_t *typ = json_object_get(header, "typ");
	const json_t *kid = json_object_get(header, "kid");
	const char *alg = json_string_value(json_object_get(header, "alg"));

	/* RFC 8725 3.1: pin the algorithm. */
	if (alg == NULL || strcmp(alg, "ES256") != 0)
		return (AUTH_ALG);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (json_object_get(header, refused[i]) != NULL)
			return (AUTH_HEADER);
	if (typ != NULL && (!json_is_string(typ) ||
			       strcasecmp(json_string_value(typ), "JWT") != 0))
		return (AUTH_HEADER);
	if (kid == NULL)
		return (AUTH_KEY);
	if (!json_is_string(kid) || !is_kid(json_string_value(kid)))
		return (AUTH_HEADER);
	memset(out->kid, 0, sizeof(out->kid));
	memcpy(out->kid, json_string_value(kid), json_string_length(kid));
	return (AUTH_OK);
}

enum auth_result
auth_gate_max(const char *token, size_t len, size_t max, struct auth_peek *out)
{
	enum auth_result result;
	struct auth_parts parts;
	json_t *header;

	if (len > max || !auth_split(token, len, &parts) ||
	    !is_canonical(parts.payload, parts.payload_len) ||
	    !is_canonical(parts.signature, parts.signature_len) ||
	    (header = auth_parse(parts.header, parts.header_len)) == NULL)
		return (AUTH_MALFORMED);
	result = check_header(header, out);
	json_decref(header);
	return (result);
}

enum auth_result
auth_gate(const char *token, size_t len, struct auth_peek *out)
{
	return (auth_gate_max(token, len, AUTH_TOKEN_MAX, out));
}

int
auth_peek_issuer(const char *token, size_t len, char *out, size_t outlen)
{
	struct auth_parts parts;
	json_t *payload, *iss;
	size_t n = 0;

	if (!auth_split(token, len, &parts))
		return (0);
	payload = auth_parse(parts.payload, parts.payload_len);
	iss = json_object_get(payload, "iss");
	if (json_is_string(iss) && json_string_length(iss) < outlen) {
		n = json_string_length(iss);
		memcpy(out, json_string_value(iss), n);
		out[n] = '\0';
	}
	json_decref(payload);
	return (n > 0);
}

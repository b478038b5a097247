/*
 * SHA-256(32-byte salt ‖ evidence).
 */
#include "evidence.h"

#include <stdlib.h>
#include <string.h>

#include "crypt.h"

#define SALT_BYTES 32

/* Base64 with "+/=" into base64url without padding, in place. */
static size_t
to_base64url(char *text)
{
	char *c;

	for (c = text; *c != '\0' && *c != '='; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
	}
	*c = '\0';
	return ((size_t)(c - text));
}

/* Appends the scan's bytes, or the text as it is when it is no base64. */
static size_t
scan_bytes(const char *scan, unsigned char *out, size_t max)
{
	char *text;
	size_t len, n;

	text = strdup(scan);
	if (text == NULL)
		return (0);
	len = to_base64url(text);
	if (!crypt_base64url_decode(text, len, out, max, &n)) {
		n = strlen(scan);
		memcpy(out, scan, n);
	}
	free(text);
	return (n);
}

json_t *
evidence_commit(const json_t *signer)
{
	char salt[CRYPT_HEX_SIZE(SALT_BYTES)], commit[CRYPT_SHA256_HEX_SIZE];
	const char *evidence, *scan;
	unsigned char *bytes;
	size_t len, max;

	evidence = json_string_value(json_object_get(signer, "evidence"));
	scan = json_string_value(json_object_get(signer, "scan"));
	max = strlen(scan != NULL ? scan : evidence != NULL ? evidence : "");
	bytes = malloc(SALT_BYTES + max + 1);
	if (bytes == NULL)
		return (NULL);
	crypt_random(bytes, SALT_BYTES);
	(void)crypt_hex(bytes, SALT_BYTES, salt, sizeof(salt));
	len = SALT_BYTES;
	if (scan != NULL) {
		len += scan_bytes(scan, bytes + len, max);
	} else if (evidence != NULL) {
		memcpy(bytes + len, evidence, max);
		len += max;
	}
	crypt_sha256_hex(bytes, len, commit);
	free(bytes);
	return (json_pack("{s:O, s:O, s:O, s:s, s:s}", "capacity",
	    json_object_get(signer, "capacity"), "method",
	    json_object_get(signer, "method"), "at",
	    json_object_get(signer, "at"), "salt", salt, "evidence_commit",
	    commit));
}

/*
 * libFuzzer: the gate and the peek at the issuer, on any bytes.  What the
 * gate lets pass must have a kid that can be looked up.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/auth.h"
#include "../../common/crypt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *token = (const char *)data;
	struct auth_peek peek;
	char issuer[64];

	if (auth_gate(token, size, &peek) == AUTH_OK) {
		size_t len = strnlen(peek.kid, sizeof(peek.kid));

		if (len == 0 || len > AUTH_KID_MAX || size > AUTH_TOKEN_MAX)
			abort();
	}
	if (auth_peek_issuer(token, size, issuer, sizeof(issuer)) &&
	    strlen(issuer) >= sizeof(issuer))
		abort();
	return (0);
}

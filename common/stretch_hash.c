/*
 * What a code becomes, without Kore.
 */
#include "stretch.h"

#include <string.h>

#include <sodium.h>

#include "crypt.h"

/* As passwords: 19 MiB, two passes; 26 ms a guess on one core of 2026. */
#define OPS    2
#define MEMORY ((size_t)19 * 1024 * 1024)

_Static_assert(STRETCH_BYTES <= crypto_generichash_BYTES_MAX &&
		   STRETCH_BYTES >= crypto_generichash_KEYBYTES_MIN,
    "the keyed hash has the size of a stretched code");

int
stretch_hash(const char *code, const char *context, char hex[STRETCH_HEX_SIZE])
{
	unsigned char salt[crypto_pwhash_SALTBYTES], raw[STRETCH_BYTES];
	int ok;

	ok = crypto_generichash(salt, sizeof(salt),
		 (const unsigned char *)context, strlen(context), NULL,
		 0) == 0 &&
	     crypto_pwhash(raw, sizeof(raw), code, strlen(code), salt, OPS,
		 MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0;
	if (ok)
		(void)crypt_hex(raw, sizeof(raw), hex, STRETCH_HEX_SIZE);
	crypt_wipe(raw, sizeof(raw));
	return (ok);
}

int
stretch_key(const char *hex, const unsigned char key[STRETCH_BYTES],
    char out[STRETCH_HEX_SIZE])
{
	unsigned char raw[STRETCH_BYTES], kept[STRETCH_BYTES];
	size_t n;

	if (!crypt_hex_decode(hex, strlen(hex), raw, sizeof(raw), &n) ||
	    n != sizeof(raw) ||
	    crypto_generichash(
		kept, sizeof(kept), raw, sizeof(raw), key, STRETCH_BYTES) != 0)
		return (0);
	(void)crypt_hex(kept, sizeof(kept), out, STRETCH_HEX_SIZE);
	crypt_wipe(raw, sizeof(raw));
	return (1);
}

/*
 * Randomness, digests and text forms of bytes; crypt_seal.c seals with
 * them and crypt_fold.c folds names for their index.
 */
#include "crypt.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

int
crypt_init(void)
{
	return (sodium_init() != -1);
}

void
crypt_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

static void
uuid_text(unsigned char b[16], unsigned version, char out[CRYPT_UUID_SIZE])
{
	char hex[CRYPT_HEX_SIZE(16)];
	char *p = out;

	b[6] = (unsigned char)((b[6] & 0x0f) | (version << 4));
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	(void)crypt_hex(b, 16, hex, sizeof(hex));
	for (size_t i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*p++ = '-';
		*p++ = hex[i];
	}
	*p = '\0';
}

void
crypt_uuid4(char out[CRYPT_UUID_SIZE])
{
	unsigned char b[16];

	crypt_random(b, sizeof(b));
	uuid_text(b, 4, out);
}

/* RFC 9562 5.7: 48 bits of milliseconds, the rest random. */
void
crypt_uuid7(char out[CRYPT_UUID_SIZE])
{
	struct timespec now;
	unsigned char b[16];
	uint64_t ms;

	crypt_random(b, sizeof(b));
	(void)clock_gettime(CLOCK_REALTIME, &now);
	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	for (int i = 5; i >= 0; i--) {
		b[i] = (unsigned char)(ms & 0xff);
		ms >>= 8;
	}
	uuid_text(b, 7, out);
}

int
crypt_equal(const void *a, const void *b, size_t len)
{
	return (sodium_memcmp(a, b, len) == 0);
}

int
crypt_equal_text(const char *a, const char *b)
{
	size_t len = strlen(a);

	return (len == strlen(b) && crypt_equal(a, b, len));
}

void
crypt_wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

void
crypt_wipe_free(char *text)
{
	if (text == NULL)
		return;
	sodium_memzero(text, strlen(text));
	free(text);
}

size_t
crypt_hex(const void *in, size_t len, char *out, size_t outlen)
{
	if (len > (SIZE_MAX - 1) / 2 || outlen < CRYPT_HEX_SIZE(len))
		return (0);
	(void)sodium_bin2hex(out, outlen, in, len);
	return (2 * len);
}

static int
lower_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (-1);
}

int
crypt_hex_decode(const char *in, size_t len, void *out, size_t max, size_t *n)
{
	unsigned char *bytes = out;

	if (len % 2 != 0 || len / 2 > max)
		return (0);
	for (size_t i = 0; i < len / 2; i++) {
		int hi = lower_hex_value(in[2 * i]);
		int lo = lower_hex_value(in[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return (0);
		bytes[i] = (unsigned char)(hi * 16 + lo);
	}
	*n = len / 2;
	return (1);
}

size_t
crypt_base64url(const void *in, size_t len, char *out, size_t outlen)
{
	const unsigned char *bytes = in;
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t n = 0;

	if (len > SIZE_MAX / 4 - 1 || outlen < CRYPT_B64_SIZE(len))
		return (0);
	for (size_t i = 0; i < len; i++) {
		acc = (acc << 8 | bytes[i]) & 0xffff;
		bits += 8;
		while (bits >= 6) {
			bits -= 6;
			out[n++] = alphabet[acc >> bits & 0x3f];
		}
	}
	if (bits > 0)
		out[n++] = alphabet[acc << (6 - bits) & 0x3f];
	out[n] = '\0';
	return (n);
}

static int
base64url_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (c - 'A');
	if (c >= 'a' && c <= 'z')
		return (c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (c - '0' + 52);
	if (c == '-')
		return (62);
	return (c == '_' ? 63 : -1);
}

int
crypt_base64url_decode(
    const char *in, size_t len, void *out, size_t max, size_t *n)
{
	unsigned char *bytes = out;
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t have = 0;

	if (len % 4 == 1 || len / 4 > max / 3 + 1)
		return (0);
	for (size_t i = 0; i < len; i++) {
		int value = base64url_value(in[i]);

		if (value < 0)
			return (0);
		acc = (acc << 6 | (uint32_t)value) & 0xffff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (have == max)
			return (0);
		bytes[have++] = (unsigned char)(acc >> bits);
	}
	/* RFC 4648 3.5: the bits left over are zero, or it has two forms. */
	if ((acc & ((1u << bits) - 1)) != 0)
		return (0);
	*n = have;
	return (1);
}

void
crypt_sha256(const void *in, size_t len, unsigned char out[CRYPT_SHA256_BYTES])
{
	(void)crypto_hash_sha256(out, in, len);
}

void
crypt_sha256_hex(const void *in, size_t len, char out[CRYPT_SHA256_HEX_SIZE])
{
	unsigned char digest[CRYPT_SHA256_BYTES];

	crypt_sha256(in, len, digest);
	(void)crypt_hex(digest, sizeof(digest), out, CRYPT_SHA256_HEX_SIZE);
}

/*
 * The identity key, what is sealed under it, and blind indexes.
 *
 * One file key, three subkeys (crypto_kdf): sealing, indexing, and a third
 * whose output is the public fingerprint.  A purpose's index key is in turn
 * derived from the indexing subkey by the purpose's name.
 */
#include "crypt.h"
#include "private_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define KEY_BYTES   crypto_kdf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define INDEX_BYTES ((CRYPT_INDEX_SIZE - 1) / 2)
#define PAD_BLOCK   32
#define SEAL_MAX    ((size_t)1024 * 1024)
#define CONTEXT_MAX 256
#define SEAL_FORM   "z1"
/* "z1." + id + "." */
#define PREFIX_LEN ((size_t)3 + (CRYPT_KEY_ID_SIZE - 1) + 1)

enum subkey {
	SUBKEY_SEAL = 1,
	SUBKEY_INDEX = 2,
	SUBKEY_FINGERPRINT = 3
};

/* In guarded, locked memory where the system allows it. */
struct secrets {
	unsigned char seal[KEY_BYTES];
	unsigned char index[KEY_BYTES];
};

struct crypt_key {
	struct secrets *secrets;
	char fingerprint[CRYPT_FINGERPRINT_SIZE];
	char id[CRYPT_KEY_ID_SIZE];
};

static void
derive(unsigned char *out, size_t len, enum subkey which,
    const unsigned char *master)
{
	(void)crypto_kdf_derive_from_key(
	    out, len, (uint64_t)which, "ZaednoId", master);
}

static struct crypt_key *
key_new(const unsigned char *master)
{
	unsigned char mark[(CRYPT_FINGERPRINT_SIZE - 1) / 2];
	struct crypt_key *key;

	if ((key = calloc(1, sizeof(*key))) == NULL)
		return (NULL);
	key->secrets = sodium_malloc(sizeof(*key->secrets));
	if (key->secrets == NULL) {
		free(key);
		return (NULL);
	}
	derive(key->secrets->seal, KEY_BYTES, SUBKEY_SEAL, master);
	derive(key->secrets->index, KEY_BYTES, SUBKEY_INDEX, master);
	derive(mark, sizeof(mark), SUBKEY_FINGERPRINT, master);
	(void)sodium_mprotect_readonly(key->secrets);
	(void)crypt_hex(
	    mark, sizeof(mark), key->fingerprint, sizeof(key->fingerprint));
	(void)crypt_hex(
	    mark, (CRYPT_KEY_ID_SIZE - 1) / 2, key->id, sizeof(key->id));
	return (key);
}

struct crypt_key *
crypt_key_load(const char *path, char *err, size_t errlen)
{
	unsigned char master[KEY_BYTES];
	char text[2 * KEY_BYTES + 1];
	struct crypt_key *key = NULL;
	ssize_t len;
	size_t n;

	len = private_file_read(path, text, sizeof(text), err, errlen);
	if (len == -1)
		return (NULL);
	if (len == (ssize_t)sizeof(text) && text[len - 1] == '\n')
		len--;
	if (len == (ssize_t)sizeof(text) - 1 &&
	    crypt_hex_decode(text, (size_t)len, master, sizeof(master), &n))
		key = key_new(master);
	else if (err != NULL)
		(void)snprintf(err, errlen,
		    "%s: must hold 64 lower-case hex digits", path);
	crypt_wipe(master, sizeof(master));
	crypt_wipe(text, sizeof(text));
	return (key);
}

int
crypt_key_create(const char *path, char *err, size_t errlen)
{
	unsigned char master[KEY_BYTES];
	char text[2 * KEY_BYTES + 1];
	int ok;

	crypto_kdf_keygen(master);
	(void)crypt_hex(master, sizeof(master), text, sizeof(text));
	text[sizeof(text) - 1] = '\n';
	ok = private_file_create(path, text, sizeof(text), err, errlen);
	crypt_wipe(master, sizeof(master));
	crypt_wipe(text, sizeof(text));
	return (ok);
}

void
crypt_key_free(struct crypt_key *key)
{
	if (key == NULL)
		return;
	sodium_free(key->secrets);
	free(key);
}

const char *
crypt_key_fingerprint(const struct crypt_key *key)
{
	return (key->fingerprint);
}

int
crypt_key_check(const struct crypt_key *key, const char *fingerprint)
{
	return (crypt_equal_text(key->fingerprint, fingerprint));
}

const char *
crypt_key_id(const struct crypt_key *key)
{
	return (key->id);
}

/* The form and key are bound in as well as the place. */
static size_t
bound_data(
    const struct crypt_key *key, const char *context, char *out, size_t outlen)
{
	int n = snprintf(out, outlen, "%s.%s.%s", SEAL_FORM, key->id, context);

	return (n < 0 || (size_t)n >= outlen ? 0 : (size_t)n);
}

char *
crypt_seal(
    const struct crypt_key *key, const char *context, const char *plaintext)
{
	char aad[PREFIX_LEN + CONTEXT_MAX + 1];
	size_t aadlen = bound_data(key, context, aad, sizeof(aad));
	size_t len = strlen(plaintext);
	size_t padded, boxlen, outlen;
	unsigned char *box;
	char *out;

	if (aadlen == 0 || len > SEAL_MAX)
		return (NULL);
	padded = (len / PAD_BLOCK + 1) * PAD_BLOCK;
	boxlen = NONCE_BYTES + padded + TAG_BYTES;
	outlen = PREFIX_LEN + CRYPT_B64_SIZE(boxlen);
	box = calloc(1, boxlen);
	out = malloc(outlen);
	if (box == NULL || out == NULL) {
		free(box);
		free(out);
		return (NULL);
	}
	crypt_random(box, NONCE_BYTES);
	memcpy(box + NONCE_BYTES, plaintext, len); /* NOLINT: padded below */
	box[NONCE_BYTES + len] = 0x80; /* ISO/IEC 7816-4, then zeros */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE_BYTES,
	    NULL, box + NONCE_BYTES, padded, (const unsigned char *)aad, aadlen,
	    NULL, box, key->secrets->seal);
	(void)snprintf(out, outlen, "%s.%s.", SEAL_FORM, key->id);
	(void)crypt_base64url(
	    box, boxlen, out + PREFIX_LEN, outlen - PREFIX_LEN);
	free(box);
	return (out);
}

int
crypt_sealed_by(const struct crypt_key *key, const char *sealed)
{
	char prefix[PREFIX_LEN + 1];

	(void)snprintf(prefix, sizeof(prefix), "%s.%s.", SEAL_FORM, key->id);
	return (strncmp(sealed, prefix, PREFIX_LEN) == 0);
}

/* Opens box (nonce, ciphertext, tag) in place; the text's length, or -1. */
static ssize_t
open_box(const struct crypt_key *key, const char *context, unsigned char *box,
    size_t boxlen)
{
	char aad[PREFIX_LEN + CONTEXT_MAX + 1];
	size_t aadlen = bound_data(key, context, aad, sizeof(aad));
	size_t padded, len;

	if (aadlen == 0 || boxlen < NONCE_BYTES + PAD_BLOCK + TAG_BYTES)
		return (-1);
	padded = boxlen - NONCE_BYTES - TAG_BYTES;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(box + NONCE_BYTES, NULL,
		NULL, box + NONCE_BYTES, padded + TAG_BYTES,
		(const unsigned char *)aad, aadlen, box,
		key->secrets->seal) != 0)
		return (-1);
	if (sodium_unpad(&len, box + NONCE_BYTES, padded, PAD_BLOCK) != 0)
		return (-1);
	return ((ssize_t)len);
}

char *
crypt_open(const struct crypt_key *key, const char *context, const char *sealed)
{
	size_t textlen, boxlen;
	unsigned char *box;
	ssize_t len = -1;
	char *out = NULL;

	if (!crypt_sealed_by(key, sealed))
		return (NULL);
	textlen = strlen(sealed + PREFIX_LEN);
	if (textlen > 2 * SEAL_MAX || (box = malloc(textlen + 1)) == NULL)
		return (NULL);
	if (crypt_base64url_decode(
		sealed + PREFIX_LEN, textlen, box, textlen + 1, &boxlen))
		len = open_box(key, context, box, boxlen);
	if (len >= 0 && (out = malloc((size_t)len + 1)) != NULL) {
		memcpy(out, box + NONCE_BYTES, (size_t)len);
		out[len] = '\0';
	}
	crypt_wipe(box, textlen + 1);
	free(box);
	return (out);
}

void
crypt_index(const struct crypt_key *key, const char *purpose, const char *text,
    char out[CRYPT_INDEX_SIZE])
{
	unsigned char subkey[KEY_BYTES];
	unsigned char tag[INDEX_BYTES];

	(void)crypto_generichash(subkey, sizeof(subkey),
	    (const unsigned char *)purpose, strlen(purpose),
	    key->secrets->index, KEY_BYTES);
	(void)crypto_generichash(tag, sizeof(tag), (const unsigned char *)text,
	    strlen(text), subkey, sizeof(subkey));
	crypt_wipe(subkey, sizeof(subkey));
	(void)crypt_hex(tag, sizeof(tag), out, CRYPT_INDEX_SIZE);
}

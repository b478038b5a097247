/*
 * Randomness, digests, and the sealing of identities, through libsodium.
 *
 * What leaks although sealed: a blind index is deterministic, so whoever
 * reads the table without the key sees which rows have an EQUAL token (two
 * children of one family name) and how frequent each is; against a list of
 * common names that frequency is a hint.  Purposes have separate subkeys,
 * so a given name and a family name that are the same word do not show it.
 * Sealed text shows its length in steps of 32 bytes, and nothing else.
 * Whoever has the table AND the key can try all names and identifiers.
 */
#ifndef COMMON_CRYPT_H
#define COMMON_CRYPT_H

#include <stddef.h>

#define CRYPT_UUID_SIZE        37 /* text with its NUL */
#define CRYPT_SHA256_BYTES     32
#define CRYPT_SHA256_HEX_SIZE  65
#define CRYPT_INDEX_SIZE       33 /* 16 bytes as hex with its NUL */
#define CRYPT_KEY_ID_SIZE      9
#define CRYPT_FINGERPRINT_SIZE 33
/* Sizes of text for n bytes, NUL included. */
#define CRYPT_HEX_SIZE(n) (2 * (n) + 1)
#define CRYPT_B64_SIZE(n) ((4 * (n) + 2) / 3 + 1)

/* Once, before anything else and before seccomp; 1 or 0. */
int crypt_init(void);

void crypt_random(void *out, size_t len);
/* Lower-case text; v4 is random, v7 carries the millisecond it was made. */
void crypt_uuid4(char out[CRYPT_UUID_SIZE]);
void crypt_uuid7(char out[CRYPT_UUID_SIZE]);

/* 1 when equal; time depends on lengths only. */
int crypt_equal(const void *a, const void *b, size_t len);
int crypt_equal_text(const char *a, const char *b);

void crypt_wipe(void *, size_t);
/* Wipes and frees malloc'ed text; NULL is allowed. */
void crypt_wipe_free(char *);

/* Text with NUL; the length written, or 0 when it does not fit. */
size_t crypt_hex(const void *in, size_t len, char *out, size_t outlen);
size_t crypt_base64url(const void *in, size_t len, char *out, size_t outlen);
/*
 * Strict: lower-case hex; unpadded canonical base64url (RFC 4648 3.5).
 * 1, with the count in *n; or 0 for a foreign character, bits left over, or
 * more than max bytes.
 */
int crypt_hex_decode(
    const char *in, size_t len, void *out, size_t max, size_t *n);
int crypt_base64url_decode(
    const char *in, size_t len, void *out, size_t max, size_t *n);

void crypt_sha256(
    const void *in, size_t len, unsigned char out[CRYPT_SHA256_BYTES]);
void crypt_sha256_hex(
    const void *in, size_t len, char out[CRYPT_SHA256_HEX_SIZE]);

/*
 * The identity key: 32 random bytes in a file outside the database, 64
 * lower-case hex digits and an optional newline.  load refuses a file that
 * is not a regular file of the calling user with mode 0600 or 0400; create
 * refuses a path that exists.  err may be NULL.
 */
struct crypt_key;

struct crypt_key *crypt_key_load(const char *path, char *err, size_t errlen);
int crypt_key_create(const char *path, char *err, size_t errlen);
void crypt_key_free(struct crypt_key *); /* wipes; NULL is allowed */

/*
 * 32 hex digits that tell keys apart and give nothing of the key away: the
 * database stores them, and a service whose key does not match refuses to
 * start.  Borrowed.
 */
const char *crypt_key_fingerprint(const struct crypt_key *);
/* 1 when the stored fingerprint is this key's. */
int crypt_key_check(const struct crypt_key *, const char *fingerprint);
/* 8 hex digits, the second field of what this key sealed.  Borrowed. */
const char *crypt_key_id(const struct crypt_key *);

/*
 * "z1.<key id>.<base64url>": XChaCha20-Poly1305, random nonce, padded.
 * context names row and field ("person/<uuid>/given_name") and is bound in,
 * so that a ciphertext moved elsewhere does not open.  malloc'ed: the
 * caller frees it (the plaintext with crypt_wipe_free()).  crypt_open is
 * NULL for another key, another context or any change.
 */
char *crypt_seal(
    const struct crypt_key *, const char *context, const char *plaintext);
char *crypt_open(
    const struct crypt_key *, const char *context, const char *sealed);
/* 1 when this key sealed it: what rekey still has to do is the rest. */
int crypt_sealed_by(const struct crypt_key *, const char *sealed);

/*
 * Keyed blind index of text for a purpose ("family_name", "identifier"):
 * 32 hex digits.  The text is taken as it is: fold names first.
 */
void crypt_index(const struct crypt_key *, const char *purpose,
    const char *text, char out[CRYPT_INDEX_SIZE]);

/*
 * Folds a name for its index: lower case of Latin and Cyrillic, и and a
 * combining breve or grave composed, every run of spaces, hyphens and
 * dashes one space, none at the ends; apostrophes dropped.  Look-alikes
 * (Latin a, Cyrillic а) are NOT folded: they are different letters, a
 * homograph is a typing error that search shall show, and folding would
 * add equal tokens.  The length, or 0 when empty, not UTF-8 or too long.
 */
size_t crypt_fold(const char *text, char *out, size_t outlen);

/*
 * The index of each word of a name, folded; a word that repeats is given
 * once.  The count, at most max; words beyond are left out.
 */
size_t crypt_index_words(const struct crypt_key *, const char *purpose,
    const char *text, char (*out)[CRYPT_INDEX_SIZE], size_t max);

#endif

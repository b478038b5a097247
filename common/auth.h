/*
 * Signed tokens: compact JWS, ES256 over P-256 and nothing else.
 *
 * auth_gate.c decides what is well formed before any cryptography runs,
 * auth_key.c reads and writes keys, auth.c signs and verifies with libjwt,
 * auth_cache.c remembers what was verified.  None of it knows Kore.
 */
#ifndef COMMON_AUTH_H
#define COMMON_AUTH_H

#include <stddef.h>
#include <time.h>

#include <jansson.h>

/* The longest token that is looked at, in bytes without the NUL. */
#define AUTH_TOKEN_MAX 4096
/* The longest receipt, which names recipients and their categories. */
#define AUTH_RECEIPT_MAX 16384
/* The longest kid accepted; ours are 43 characters (RFC 7638). */
#define AUTH_KID_MAX 63
/* Clocks may differ: seconds that iat and nbf may lie ahead. */
#define AUTH_FUTURE_S 30
/* Seconds that a token is accepted after its exp. */
#define AUTH_EXPIRY_S 10

enum auth_result {
	AUTH_OK,
	AUTH_MALFORMED, /* not a canonical compact JWS, or too long */
	AUTH_ALG,       /* alg is not exactly "ES256" */
	AUTH_HEADER,    /* a header member that is refused or unknown */
	AUTH_KEY,       /* kid names another key, or none was given */
	AUTH_SIGNATURE,
	AUTH_CLAIMS, /* payload not strict JSON, or wrong types */
	AUTH_ISSUER,
	AUTH_AUDIENCE,
	AUTH_KIND, /* token_use */
	AUTH_EXPIRED,
	AUTH_FUTURE,  /* iat or nbf too far ahead */
	AUTH_LIFETIME /* exp - iat longer than allowed, or < 1 */
};

/* A short lower-case name for logs and tests, such as "signature". */
const char *auth_result_name(enum auth_result);

/* One P-256 key, private or only public: PEM text, kid, JWK. */
struct auth_key;

/*
 * Keys.  All return NULL or 0 on failure, with a sentence in err (which may
 * be NULL) that never holds key material.
 *
 * load:   a private key, PEM.  Refuses a file that is not a regular file
 *         of the calling user with mode 0600 or 0400.
 * create: makes a private key at a path that must not exist yet, 0600.
 *         Returns 1 when the key is on disk.
 * from_jwk: a public key; kty EC, crv P-256, x and y of 32 canonical
 *         bytes, a point on the curve; a private member "d" is refused, and
 *         alg, use and kid are checked if present.
 * from_pem: a public key, PEM as auth_key_pem() gives it.
 */
struct auth_key *auth_key_load(const char *path, char *err, size_t errlen);
int auth_key_create(const char *path, char *err, size_t errlen);
struct auth_key *auth_key_from_jwk(const json_t *jwk, char *err, size_t errlen);
struct auth_key *auth_key_from_pem(const char *public_pem);
void auth_key_free(struct auth_key *); /* NULL is allowed */

/* RFC 7638 thumbprint, base64url, 43 characters; borrowed. */
const char *auth_key_kid(const struct auth_key *);
/* The public key as PEM; borrowed. */
const char *auth_key_pem(const struct auth_key *);
/* {kty, crv, x, y, kid, alg, use}, public only; a new reference. */
json_t *auth_key_jwk(const struct auth_key *);
/* 1 when the key can sign. */
int auth_key_is_private(const struct auth_key *);
/*
 * 32 bytes for another purpose, that nobody has without this private key;
 * the same each time.  1, or 0 for a public key.
 */
int auth_key_derive(
    const struct auth_key *, const char *purpose, unsigned char out[32]);

/*
 * Signs claims (an object, borrowed): header {alg ES256, typ JWT, kid}.
 * The result is free()d by the caller; NULL for a public key or on failure.
 */
char *auth_sign(const struct auth_key *, const json_t *claims);

/* What the gate reads before a key is known. */
struct auth_peek {
	char kid[AUTH_KID_MAX + 1];
};

/*
 * The form of a token: length, alphabet, dots, canonical base64url, strict
 * header, alg, refused members, kid.  Nothing in out is trusted: kid only
 * says which key to look up.  out is set on AUTH_OK only.
 */
enum auth_result auth_gate(
    const char *token, size_t len, struct auth_peek *out);
/* The same with another longest length, at most AUTH_RECEIPT_MAX. */
enum auth_result auth_gate_max(
    const char *token, size_t len, size_t max, struct auth_peek *out);

/*
 * The iss claim, unverified, to find the key row of the claimed issuer.
 * Call after auth_gate().  Returns 1, with at most outlen - 1 bytes in out.
 */
int auth_peek_issuer(const char *token, size_t len, char *out, size_t outlen);

struct auth_expect {
	const char *issuer;     /* exact; NULL: any or none */
	const char *audience;   /* exact, one string; NULL: must be absent */
	const char *token_use;  /* exact; NULL: any or none */
	int token_use_optional; /* token_use may also be absent */
	int max_lifetime;       /* exp - iat, s; 0: exp may be absent */
	size_t max_len; /* 0: AUTH_TOKEN_MAX; else at most AUTH_RECEIPT_MAX */
	time_t now;
};

/*
 * Gate, signature by this very key, then claims.  On AUTH_OK *claims is a
 * new reference to the payload; otherwise NULL.  claims may be NULL.
 * iat (integer) is always required.  Replay (jti) and whether the issuer may
 * act are the caller's questions to the database.
 */
enum auth_result auth_verify(const char *token, size_t len,
    const struct auth_key *, const struct auth_expect *, json_t **claims);

/*
 * Verified tokens of one worker, under SHA-256 of the token; bounded: the
 * least recently used leaves first.  What must be immediate (block, consent,
 * role, certificate) is never in here, but in the request's SQL.
 */
struct auth_cache;

struct auth_cache *auth_cache_new(size_t max); /* entries */
void auth_cache_free(struct auth_cache *);
/*
 * Borrowed until the next call on this cache: json_incref() to keep it.
 * NULL when absent or past exp (no tolerance here).
 */
const json_t *auth_cache_get(
    struct auth_cache *, const char *token, size_t len, time_t now);
/* Borrows claims (takes its own reference); replaces an equal token. */
void auth_cache_put(struct auth_cache *, const char *token, size_t len,
    json_t *claims, time_t exp);
/* On a changed key row: everything is verified anew. */
void auth_cache_clear(struct auth_cache *);
size_t auth_cache_len(const struct auth_cache *);

#endif

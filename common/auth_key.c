/*
 * P-256 keys: from and to files, PEM and JWK.  OpenSSL checks that a point
 * is on the curve; what a JWK may say at all is decided here.
 */
#include "auth.h"
#include "auth_int.h"
#include "crypt.h"
#include "private_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#define COORD_BYTES 32
#define COORD_SIZE  CRYPT_B64_SIZE(COORD_BYTES)
/* 0x04, x, y (SEC 1 2.3.3) */
#define POINT_BYTES (1 + 2 * COORD_BYTES)
#define PEM_MAX     4096

struct auth_key {
	char *pem;
	char *private_pem; /* NULL: only public */
	char x[COORD_SIZE], y[COORD_SIZE];
	char kid[CRYPT_B64_SIZE(CRYPT_SHA256_BYTES)];
};

static void
explain(char *err, size_t errlen, const char *path, const char *what)
{
	if (err != NULL)
		(void)snprintf(err, errlen, "%s%s%s", path,
		    *path == '\0' ? "" : ": ", what);
}

/* RFC 7638 3: the required members in order, no white space. */
static void
set_kid(struct auth_key *key)
{
	char text[160];
	unsigned char digest[CRYPT_SHA256_BYTES];
	int n;

	n = snprintf(text, sizeof(text),
	    "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
	    key->x, key->y);
	crypt_sha256(text, (size_t)n, digest);
	(void)crypt_base64url(
	    digest, sizeof(digest), key->kid, sizeof(key->kid));
}

static char *
bio_text(BIO *bio)
{
	char *data, *text;
	long len = BIO_get_mem_data(bio, &data);

	if (len <= 0 || (text = calloc(1, (size_t)len + 1)) == NULL)
		return (NULL);
	memcpy(text, data, (size_t)len);
	return (text);
}

static char *
public_pem(EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio != NULL && PEM_write_bio_PUBKEY(bio, pkey) == 1)
		text = bio_text(bio);
	BIO_free(bio);
	return (text);
}

/* Unencrypted: the file's mode is what guards it. */
static char *
private_pem(EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *text = NULL;

	if (bio != NULL && PEM_write_bio_PKCS8PrivateKey(
			       bio, pkey, NULL, NULL, 0, NULL, NULL) == 1)
		text = bio_text(bio);
	BIO_free(bio);
	return (text);
}

/* The curve by name, and the point on it, neither infinity. */
static int
read_point(EVP_PKEY *pkey, unsigned char point[POINT_BYTES])
{
	EVP_PKEY_CTX *ctx;
	char group[32];
	size_t len = 0;
	int ok;

	if (!EVP_PKEY_is_a(pkey, "EC") ||
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1 ||
	    strcmp(group, SN_X9_62_prime256v1) != 0)
		return (0);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	ok = ctx != NULL && EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!ok)
		return (0);
	/* A PEM may hold the compressed form; this asks for the other. */
	(void)EVP_PKEY_set_utf8_string_param(
	    pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
	return (EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY,
		    point, POINT_BYTES, &len) == 1 &&
		len == POINT_BYTES && point[0] == 0x04);
}

static struct auth_key *
key_new(EVP_PKEY *pkey)
{
	unsigned char point[POINT_BYTES];
	struct auth_key *key;

	if (!read_point(pkey, point) || (key = calloc(1, sizeof(*key))) == NULL)
		return (NULL);
	(void)crypt_base64url(point + 1, COORD_BYTES, key->x, sizeof(key->x));
	(void)crypt_base64url(
	    point + 1 + COORD_BYTES, COORD_BYTES, key->y, sizeof(key->y));
	set_kid(key);
	if ((key->pem = public_pem(pkey)) == NULL) {
		auth_key_free(key);
		return (NULL);
	}
	return (key);
}

void
auth_key_free(struct auth_key *key)
{
	if (key == NULL)
		return;
	crypt_wipe_free(key->private_pem);
	free(key->pem);
	free(key);
}

static struct auth_key *
key_from_private(const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	struct auth_key *key = NULL;
	EVP_PKEY *pkey = NULL;

	/* The empty pass phrase: never ask a terminal for one. */
	if (bio != NULL)
		pkey = PEM_read_bio_PrivateKey(
		    bio, NULL, NULL, (void *)(uintptr_t) "");
	if (pkey != NULL && (key = key_new(pkey)) != NULL &&
	    (key->private_pem = private_pem(pkey)) == NULL) {
		auth_key_free(key);
		key = NULL;
	}
	EVP_PKEY_free(pkey);
	BIO_free(bio);
	return (key);
}

struct auth_key *
auth_key_load(const char *path, char *err, size_t errlen)
{
	char text[PEM_MAX];
	struct auth_key *key;
	ssize_t len;

	len = private_file_read(path, text, sizeof(text), err, errlen);
	if (len == -1)
		return (NULL);
	key = key_from_private(text, (size_t)len);
	crypt_wipe(text, sizeof(text));
	if (key == NULL)
		explain(err, errlen, path, "holds no P-256 private key");
	return (key);
}

int
auth_key_create(const char *path, char *err, size_t errlen)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	char *text = pkey == NULL ? NULL : private_pem(pkey);
	int ok = 0;

	if (text == NULL)
		explain(err, errlen, path, "no key could be made");
	else
		ok = private_file_create(path, text, strlen(text), err, errlen);
	crypt_wipe_free(text);
	EVP_PKEY_free(pkey);
	return (ok);
}

struct auth_key *
auth_key_from_pem(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	struct auth_key *key = NULL;
	EVP_PKEY *pkey = NULL;

	if (bio != NULL)
		pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	if (pkey != NULL)
		key = key_new(pkey);
	EVP_PKEY_free(pkey);
	BIO_free(bio);
	return (key);
}

static int
is_text(const json_t *jwk, const char *member, const char *wanted)
{
	const char *text = json_string_value(json_object_get(jwk, member));

	return (text != NULL && strcmp(text, wanted) == 0);
}

static int
absent_or(const json_t *jwk, const char *member, const char *wanted)
{
	return (json_object_get(jwk, member) == NULL ||
		is_text(jwk, member, wanted));
}

/* RFC 7518 6.2.1.2: exactly 32 bytes, leading zeros kept. */
static int
coordinate(const json_t *jwk, const char *member, unsigned char *out)
{
	const json_t *value = json_object_get(jwk, member);
	size_t n = 0;

	return (json_is_string(value) &&
		crypt_base64url_decode(json_string_value(value),
		    json_string_length(value), out, COORD_BYTES, &n) &&
		n == COORD_BYTES);
}

static EVP_PKEY *
pkey_from_point(unsigned char point[POINT_BYTES])
{
	char group[] = SN_X9_62_prime256v1;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(
		    OSSL_PKEY_PARAM_PUB_KEY, point, POINT_BYTES),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return (pkey);
}

static const char *
jwk_fault(const json_t *jwk, unsigned char point[POINT_BYTES])
{
	if (!is_text(jwk, "kty", "EC") || !is_text(jwk, "crv", "P-256"))
		return ("the key must be EC on P-256");
	if (json_object_get(jwk, "d") != NULL)
		return ("the key holds its private part");
	if (!absent_or(jwk, "alg", "ES256") || !absent_or(jwk, "use", "sig"))
		return ("the key is for something else than ES256");
	point[0] = 0x04;
	if (!coordinate(jwk, "x", point + 1) ||
	    !coordinate(jwk, "y", point + 1 + COORD_BYTES))
		return ("x and y must be 32 bytes in base64url");
	return (NULL);
}

struct auth_key *
auth_key_from_jwk(const json_t *jwk, char *err, size_t errlen)
{
	unsigned char point[POINT_BYTES];
	const char *fault = jwk_fault(jwk, point);
	struct auth_key *key = NULL;
	EVP_PKEY *pkey;

	if (fault == NULL) {
		pkey = pkey_from_point(point);
		if (pkey == NULL || (key = key_new(pkey)) == NULL)
			fault = "the point is not on the curve";
		EVP_PKEY_free(pkey);
	}
	if (key != NULL && !absent_or(jwk, "kid", key->kid)) {
		fault = "kid is not the key's thumbprint";
		auth_key_free(key);
		key = NULL;
	}
	if (fault != NULL)
		explain(err, errlen, "", fault);
	return (key);
}

const char *
auth_key_kid(const struct auth_key *key)
{
	return (key->kid);
}

const char *
auth_key_pem(const struct auth_key *key)
{
	return (key->pem);
}

const char *
auth_key_private_pem(const struct auth_key *key)
{
	return (key->private_pem);
}

int
auth_key_is_private(const struct auth_key *key)
{
	return (key->private_pem != NULL);
}

int
auth_key_derive(
    const struct auth_key *key, const char *purpose, unsigned char out[32])
{
	char text[2 * PEM_MAX];
	int n;

	if (key->private_pem == NULL)
		return (0);
	n = snprintf(
	    text, sizeof(text), "zaedno %s\n%s", purpose, key->private_pem);
	if (n < 0 || (size_t)n >= sizeof(text))
		return (0);
	crypt_sha256(text, (size_t)n, out);
	crypt_wipe(text, sizeof(text));
	return (1);
}

json_t *
auth_key_jwk(const struct auth_key *key)
{
	return (json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kty", "EC",
	    "crv", "P-256", "x", key->x, "y", key->y, "kid", key->kid, "alg",
	    "ES256", "use", "sig"));
}

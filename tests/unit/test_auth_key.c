/*
 * Keys from files and JWKs, signing, and the cache of verified tokens.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "../../common/auth.h"
#include "../../common/crypt.h"

#define NOW ((time_t)1800000000)

static char folder[] = "/tmp/test_auth_key.XXXXXX";
static char path[64];
static struct auth_key *ours;
static char err[200];

/* RFC 7515 A.3.1's public key. */
static const char rfc_key[] =
    "{\"kty\":\"EC\",\"crv\":\"P-256\","
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";

static json_t *
json_of(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return (value);
}

static int
set_up(void **state)
{
	(void)state;
	if (crypt_init() != 1 || mkdtemp(folder) == NULL)
		return (-1);
	(void)snprintf(path, sizeof(path), "%s/key.pem", folder);
	if (auth_key_create(path, err, sizeof(err)) != 1)
		return (-1);
	ours = auth_key_load(path, err, sizeof(err));
	return (ours == NULL ? -1 : 0);
}

static int
tear_down(void **state)
{
	(void)state;
	auth_key_free(ours);
	(void)unlink(path);
	(void)rmdir(folder);
	return (0);
}

static void
new_key_is_0600_and_not_written_over(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(auth_key_create(path, err, sizeof(err)), 0);
	assert_non_null(strstr(err, "exists already"));
	assert_int_equal(auth_key_is_private(ours), 1);
	assert_int_equal(strlen(auth_key_kid(ours)), 43);
	assert_null(strstr(auth_key_pem(ours), "PRIVATE"));
}

static void
key_file_open_to_others_is_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0644, 0700, 0660, 0200 };
	struct auth_key *key;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_null(auth_key_load(path, err, sizeof(err)));
	}
	assert_int_equal(chmod(path, 0400), 0);
	key = auth_key_load(path, err, sizeof(err));
	assert_non_null(key);
	assert_string_equal(auth_key_kid(key), auth_key_kid(ours));
	auth_key_free(key);
	assert_int_equal(chmod(path, 0600), 0);
}

static void
key_file_of_another_user_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(path, 65534, (gid_t)-1), 0);
	assert_null(auth_key_load(path, err, sizeof(err)));
	assert_non_null(strstr(err, "another user"));
	assert_int_equal(chown(path, 0, (gid_t)-1), 0);
}

static void
key_file_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_null(auth_key_load(folder, err, sizeof(err)));
	assert_null(auth_key_load("/nowhere/key", err, sizeof(err)));
	assert_non_null(strstr(err, "does not exist"));
	assert_null(auth_key_load("/nowhere/key", NULL, 0));
}

static void
write_pem(const char *to, EVP_PKEY *pkey)
{
	FILE *f = fopen(to, "w");

	assert_non_null(f);
	assert_int_equal(
	    PEM_write_PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL), 1);
	(void)fclose(f);
	(void)chmod(to, 0600);
	EVP_PKEY_free(pkey);
}

static void
private_key_of_another_kind_is_refused(void **state)
{
	char other[80];

	(void)state;
	(void)snprintf(other, sizeof(other), "%s/other.pem", folder);
	write_pem(other, EVP_EC_gen("P-384"));
	assert_null(auth_key_load(other, err, sizeof(err)));
	write_pem(other, EVP_EC_gen("secp256k1"));
	assert_null(auth_key_load(other, err, sizeof(err)));
	write_pem(other, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
	assert_null(auth_key_load(other, err, sizeof(err)));
	write_pem(other, EVP_EC_gen("P-256"));
	auth_key_free(auth_key_load(other, err, sizeof(err)));
	(void)unlink(other);
}

static void
jwk_round_trip(void **state)
{
	json_t *jwk = auth_key_jwk(ours);
	struct auth_key *key = auth_key_from_jwk(jwk, err, sizeof(err));
	struct auth_key *again;

	(void)state;
	assert_non_null(key);
	assert_null(json_object_get(jwk, "d"));
	assert_string_equal(auth_key_kid(key), auth_key_kid(ours));
	assert_string_equal(auth_key_pem(key), auth_key_pem(ours));
	assert_int_equal(auth_key_is_private(key), 0);
	again = auth_key_from_pem(auth_key_pem(key));
	assert_non_null(again);
	assert_string_equal(auth_key_kid(again), auth_key_kid(ours));
	assert_null(auth_sign(key, jwk));
	auth_key_free(again);
	auth_key_free(key);
	json_decref(jwk);
}

/* The thumbprint was computed apart, with Python's hashlib. */
static void
thumbprint_of_a_published_key(void **state)
{
	json_t *jwk = json_of(rfc_key);
	struct auth_key *key = auth_key_from_jwk(jwk, err, sizeof(err));

	(void)state;
	assert_non_null(key);
	assert_string_equal(
	    auth_key_kid(key), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
	auth_key_free(key);
	json_decref(jwk);
}

/* Sets or (value NULL) removes one member of a right JWK: refused. */
static void
refused_with(const char *member, json_t *value)
{
	json_t *jwk = json_of(rfc_key);
	struct auth_key *key;

	if (value == NULL)
		(void)json_object_del(jwk, member);
	else
		(void)json_object_set_new(jwk, member, value);
	err[0] = '\0';
	key = auth_key_from_jwk(jwk, err, sizeof(err));
	if (key != NULL)
		fail_msg("accepted with a changed %s", member);
	assert_true(err[0] != '\0');
	json_decref(jwk);
}

static void
hostile_jwks(void **state)
{
	static const char x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE";
	char text[64];

	(void)state;
	refused_with("kty", json_string("RSA"));
	refused_with("kty", json_string("ec"));
	refused_with("kty", NULL);
	refused_with("crv", json_string("P-384"));
	refused_with("crv", json_string("secp256k1"));
	refused_with("crv", json_pack("[s]", "P-256"));
	refused_with("crv", NULL);
	refused_with("x", NULL);
	refused_with("y", NULL);
	refused_with("x", json_integer(1));
	refused_with("d", json_string("AAAA"));
	refused_with("alg", json_string("HS256"));
	refused_with("use", json_string("enc"));
	refused_with("kid", json_string("mine"));
	refused_with("kid", json_integer(7));
	/* not on the curve: another x, zeros, the field's order and above */
	refused_with(
	    "x", json_string("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEQ"));
	refused_with(
	    "x", json_string("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	refused_with(
	    "x", json_string("__________________________________________8"));
	/* 31 and 33 bytes, padding, bits left over, a foreign letter */
	refused_with("x", json_string(x));
	(void)snprintf(text, sizeof(text), "%sUA", x);
	refused_with("x", json_string(text));
	(void)snprintf(text, sizeof(text), "%sU=", x);
	refused_with("x", json_string(text));
	(void)snprintf(text, sizeof(text), "%sV", x);
	refused_with("x", json_string(text));
	(void)snprintf(text, sizeof(text), "%s+", x);
	refused_with("x", json_string(text));
	assert_null(auth_key_from_jwk(NULL, err, sizeof(err)));
	assert_null(auth_key_from_pem("-----BEGIN PUBLIC KEY-----"));
}

static const struct auth_expect receipt = {
	.issuer = "org",
	.token_use = "consent-receipt",
	.max_len = AUTH_RECEIPT_MAX,
	.now = NOW,
};

/* 300 signatures: r and s with leading zeros among them. */
static void
what_is_signed_verifies(void **state)
{
	json_t *claims = json_pack("{s:s, s:s, s:i}", "iss", "org", "token_use",
	    "consent-receipt", "iat", (int)NOW);
	json_t *back = NULL;

	(void)state;
	for (int i = 0; i < 300; i++) {
		char *token;

		(void)json_object_set_new(claims, "n", json_integer(i));
		token = auth_sign(ours, claims);
		assert_non_null(token);
		assert_int_equal(
		    auth_verify(token, strlen(token), ours, &receipt, &back),
		    AUTH_OK);
		assert_true(json_equal(claims, back));
		json_decref(back);
		free(token);
	}
	json_decref(claims);
}

static enum auth_result
verify_letters(int letters, const struct auth_expect *expect)
{
	char *text = calloc(1, (size_t)letters + 1);
	json_t *claims;
	enum auth_result result;
	char *token;

	assert_non_null(text);
	memset(text, 'x', (size_t)letters);
	claims = json_pack("{s:s, s:s, s:i, s:s}", "iss", "org", "token_use",
	    "consent-receipt", "iat", (int)NOW, "text", text);
	token = auth_sign(ours, claims);
	result = token == NULL
		     ? AUTH_MALFORMED
		     : auth_verify(token, strlen(token), ours, expect, NULL);
	free(token);
	free(text);
	json_decref(claims);
	return (result);
}

static void
receipts_may_be_longer_than_tokens(void **state)
{
	struct auth_expect as_token = receipt;

	(void)state;
	as_token.max_len = 0;
	assert_int_equal(verify_letters(9000, &receipt), AUTH_OK);
	assert_int_equal(verify_letters(9000, &as_token), AUTH_MALFORMED);
	assert_int_equal(verify_letters(14000, &receipt), AUTH_MALFORMED);
}

static void
receipt_with_an_audience_is_refused(void **state)
{
	json_t *claims = json_pack("{s:s, s:s, s:s, s:i}", "iss", "org", "aud",
	    "https://hub.example", "token_use", "consent-receipt", "iat",
	    (int)NOW);
	char *token = auth_sign(ours, claims);
	char issuer[8];

	(void)state;
	assert_int_equal(
	    auth_verify(token, strlen(token), ours, &receipt, NULL),
	    AUTH_AUDIENCE);
	assert_int_equal(auth_peek_issuer(token, strlen(token), issuer, 4), 1);
	assert_string_equal(issuer, "org");
	assert_int_equal(auth_peek_issuer(token, strlen(token), issuer, 3), 0);
	free(token);
	json_decref(claims);
}

static void
cache_keeps_finds_expires_and_clears(void **state)
{
	struct auth_cache *cache = auth_cache_new(10);
	json_t *claims = json_pack("{s:s}", "sub", "a");

	(void)state;
	assert_non_null(cache);
	assert_null(auth_cache_get(cache, "t1", 2, NOW));
	auth_cache_put(cache, "t1", 2, claims, NOW + 5);
	assert_ptr_equal(auth_cache_get(cache, "t1", 2, NOW + 4), claims);
	assert_null(auth_cache_get(cache, "t2", 2, NOW));
	assert_null(auth_cache_get(cache, "t1x", 3, NOW));
	assert_null(auth_cache_get(cache, "t1", 2, NOW + 5));
	assert_int_equal(auth_cache_len(cache), 0);
	auth_cache_put(cache, "t1", 2, claims, NOW + 5);
	auth_cache_put(cache, "t1", 2, claims, NOW + 6);
	assert_int_equal(auth_cache_len(cache), 1);
	auth_cache_clear(cache);
	assert_null(auth_cache_get(cache, "t1", 2, NOW));
	auth_cache_free(cache);
	assert_int_equal(claims->refcount, 1);
	json_decref(claims);
}

static void
cache_is_bounded_and_the_unused_leaves_first(void **state)
{
	struct auth_cache *cache = auth_cache_new(100);
	json_t *claims = json_object();
	char token[16];

	(void)state;
	auth_cache_put(cache, "kept", 4, claims, NOW + 100);
	for (int i = 0; i < 5000; i++) {
		int n = snprintf(token, sizeof(token), "t%d", i);

		auth_cache_put(cache, token, (size_t)n, claims, NOW + 100);
		assert_non_null(auth_cache_get(cache, "kept", 4, NOW));
		assert_true(auth_cache_len(cache) <= 100);
	}
	assert_null(auth_cache_get(cache, "t0", 2, NOW));
	assert_non_null(auth_cache_get(cache, "t4999", 5, NOW));
	auth_cache_free(cache);
	json_decref(claims);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_key_is_0600_and_not_written_over),
		cmocka_unit_test(key_file_open_to_others_is_refused),
		cmocka_unit_test(key_file_of_another_user_is_refused),
		cmocka_unit_test(key_file_that_is_none_is_refused),
		cmocka_unit_test(private_key_of_another_kind_is_refused),
		cmocka_unit_test(jwk_round_trip),
		cmocka_unit_test(thumbprint_of_a_published_key),
		cmocka_unit_test(hostile_jwks),
		cmocka_unit_test(what_is_signed_verifies),
		cmocka_unit_test(receipts_may_be_longer_than_tokens),
		cmocka_unit_test(receipt_with_an_audience_is_refused),
		cmocka_unit_test(cache_keeps_finds_expires_and_clears),
		cmocka_unit_test(cache_is_bounded_and_the_unused_leaves_first),
	};

	return (cmocka_run_group_tests_name(
	    "keys and cache", tests, set_up, tear_down));
}

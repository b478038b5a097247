/*
 * Hostile tokens, each a test of its own named after the threat: none may
 * be accepted.  Then what independent clients rightly send: all accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "../../common/auth.h"
#include "../../common/auth_int.h"
#include "../../common/crypt.h"

#define LONG_TEXT 3000
#define NOW       ((time_t)1800000000)
#define HEAD      "{\"alg\":\"ES256\",\"kid\":\"@\"}"
#define WHO       "\"iss\":\"org\",\"sub\":\"org\",\"jti\":\"1\""
#define AUD       "\"aud\":\"https://hub.example\""
#define TIMES     "\"iat\":1800000000,\"exp\":1800000060"
#define BODY      "{" WHO "," AUD "," TIMES "}"

static struct auth_key *ours, *theirs;

static const struct auth_expect wanted = {
	.issuer = "org",
	.audience = "https://hub.example",
	.token_use = "assertion",
	.token_use_optional = 1,
	.max_lifetime = 60,
	.now = NOW,
};

/* Changes the raw signature (r, s) before it is encoded. */
typedef void (*change_fn)(unsigned char raw[64]);
/* Makes the token from its two encoded parts; malloc'ed. */
typedef char *(*finish_fn)(const char *signing_input);

struct threat {
	const char *name;
	const char *header, *payload;
	enum auth_result expected;
	change_fn change;
	finish_fn finish;
};

#include "test_auth_forge.h"
#include "test_auth_threats.h"

static void
hostile(void **state)
{
	const struct threat *t = *state;
	struct auth_peek peek;
	json_t *claims = NULL;
	char *token = token_of(t);
	enum auth_result result;

	result = auth_verify(token, strlen(token), ours, &wanted, &claims);
	assert_null(claims);
	if (result != t->expected)
		fail_msg("%s: %s instead of %s", t->name,
		    auth_result_name(result), auth_result_name(t->expected));
	assert_int_not_equal(result, AUTH_OK);
	if (t->expected <= AUTH_HEADER)
		assert_int_equal(
		    auth_gate(token, strlen(token), &peek), t->expected);
	free(token);
}

static void
welcome(void **state)
{
	const struct threat *t = *state;
	json_t *claims = NULL;
	char *token = token_of(t);

	assert_int_equal(
	    auth_verify(token, strlen(token), ours, &wanted, &claims), AUTH_OK);
	assert_non_null(claims);
	json_decref(claims);
	free(token);
}

/* Every character of a right token, changed to each of three others. */
static void
any_character_changed(void **state)
{
	const struct threat t = { "", HEAD, BODY, AUTH_OK, NULL, NULL };
	static const char other[] = "Aw_";
	char *token = token_of(&t);
	size_t len = strlen(token), accepted = 0;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		char was = token[i];

		for (size_t j = 0; j < 3; j++) {
			token[i] = other[j];
			accepted +=
			    was != other[j] && auth_verify(token, len, ours,
						   &wanted, NULL) == AUTH_OK;
		}
		token[i] = was;
	}
	assert_int_equal(accepted, 0);
	assert_int_equal(auth_verify(token, len, ours, &wanted, NULL), AUTH_OK);
	free(token);
}

static void
any_length_cut(void **state)
{
	const struct threat t = { "", HEAD, BODY, AUTH_OK, NULL, NULL };
	char *token = token_of(&t);
	size_t len = strlen(token);

	(void)state;
	for (size_t i = 0; i < len; i++)
		assert_int_not_equal(
		    auth_verify(token, i, ours, &wanted, NULL), AUTH_OK);
	free(token);
}

static struct auth_key *
key_at(const char *path)
{
	char err[200] = "";
	struct auth_key *key;

	if (auth_key_create(path, err, sizeof(err)) != 1)
		return (NULL);
	key = auth_key_load(path, err, sizeof(err));
	(void)unlink(path);
	return (key);
}

static int
set_up(void)
{
	char path[64];

	if (crypt_init() != 1)
		return (0);
	(void)snprintf(path, sizeof(path), "/tmp/test_auth.%d", getpid());
	ours = key_at(path);
	theirs = key_at(path);
	return (ours != NULL && theirs != NULL);
}

int
main(void)
{
	struct CMUnitTest tests[NTHREATS + NWELCOME + 2] = { 0 };
	size_t n = 0;
	int failed;

	if (!set_up())
		return (1);
	for (size_t i = 0; i < NTHREATS; i++)
		tests[n++] = (struct CMUnitTest){ threats[i].name, hostile,
			NULL, NULL, (void *)(uintptr_t)&threats[i] };
	for (size_t i = 0; i < NWELCOME; i++)
		tests[n++] = (struct CMUnitTest){ right_ones[i].name, welcome,
			NULL, NULL, (void *)(uintptr_t)&right_ones[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(any_character_changed);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(any_length_cut);
	failed = _cmocka_run_group_tests("tokens", tests, n, NULL, NULL);
	auth_key_free(ours);
	auth_key_free(theirs);
	return (failed);
}

/*
 * Passwords and one-time codes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../common/crypt.h"
#include "../../common/password.h"
#include "../../common/totp.h"

static void
passwords_hash_and_match(void **state)
{
	char a[PASSWORD_ENCODED_SIZE], b[PASSWORD_ENCODED_SIZE];

	(void)state;
	assert_int_equal(password_encode("дълга парола 1", a), 1);
	assert_int_equal(password_encode("дълга парола 1", b), 1);
	assert_string_not_equal(a, b);
	assert_non_null(strstr(a, "$argon2id$v=19$m=19456,t=2,p=1$"));
	assert_int_equal(password_matches(a, "дълга парола 1"), 1);
	assert_int_equal(password_matches(a, "дълга парола 2"), 0);
	assert_int_equal(password_matches("", "x"), 0);
	assert_int_equal(password_matches("$argon2id$", "x"), 0);
}

static double
seconds_to_match(const char *encoded)
{
	struct timespec from, to;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (int i = 0; i < 5; i++)
		assert_int_equal(password_matches(encoded, "wrong"), 0);
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return ((double)(to.tv_sec - from.tv_sec) +
		(double)(to.tv_nsec - from.tv_nsec) / 1e9);
}

/* Otherwise a stranger learns which logins exist. */
static void
unknown_login_takes_the_same_time(void **state)
{
	char encoded[PASSWORD_ENCODED_SIZE];
	double known, unknown;

	(void)state;
	assert_int_equal(password_encode("дълга парола 1", encoded), 1);
	known = seconds_to_match(encoded);
	unknown = seconds_to_match(NULL);
	assert_true(unknown > known / 2 && unknown < known * 2);
}

static void
password_policy_is_length_and_not_the_login(void **state)
{
	char text[210];

	(void)state;
	assert_int_equal(password_policy("кратка", "ana"), PASSWORD_TOO_SHORT);
	assert_int_equal(
	    password_policy("парола1234", "ana"), PASSWORD_TOO_SHORT);
	assert_int_equal(password_policy("дълга парола", "ana"), PASSWORD_FINE);
	assert_int_equal(password_policy("Ana.Petrova.1", "ana.petrova.1"),
	    PASSWORD_IS_LOGIN);
	assert_int_equal(
	    password_policy("twelve\nletters", NULL), PASSWORD_MALFORMED);
	assert_int_equal(
	    password_policy("twelve letters\xd0", NULL), PASSWORD_MALFORMED);
	memset(text, 'x', sizeof(text));
	text[200] = '\0';
	assert_int_equal(password_policy(text, NULL), PASSWORD_FINE);
	text[200] = 'x';
	text[201] = '\0';
	assert_int_equal(password_policy(text, NULL), PASSWORD_TOO_LONG);
}

/* RFC 6238 appendix B, SHA-1; the last six of the eight digits. */
static void
totp_vectors(void **state)
{
	static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
	static const struct {
		long long at;
		const char *code;
	} rows[] = { { 59, "287082" }, { 1111111109, "081804" },
		{ 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { 20000000000, "353130" } };
	char code[TOTP_DIGITS + 1];
	uint64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		time_t at = (time_t)rows[i].at;

		assert_int_equal(totp_code(secret, at, code), 1);
		assert_string_equal(code, rows[i].code);
		assert_int_equal(totp_verify(secret, code, at, 0, &step), 1);
		assert_int_equal(step, at / TOTP_STEP_S);
	}
}

static void
totp_window_and_reuse(void **state)
{
	char secret[TOTP_SECRET_SIZE], code[TOTP_DIGITS + 1];
	const time_t at = 1800000000;
	uint64_t step = 0;

	(void)state;
	assert_int_equal(totp_secret(secret), 1);
	assert_int_equal(strlen(secret), 32);
	assert_int_equal(totp_code(secret, at, code), 1);
	assert_int_equal(totp_verify(secret, code, at + 30, 0, &step), 1);
	assert_int_equal(step, 60000000);
	assert_int_equal(totp_verify(secret, code, at - 30, 0, &step), 1);
	assert_int_equal(totp_verify(secret, code, at, step, &step), 0);
	assert_int_equal(totp_verify(secret, code, at + 60, 0, &step), 0);
	assert_int_equal(totp_verify(secret, code, at - 60, 0, &step), 0);
	assert_int_equal(totp_verify(secret, "12345", at, 0, &step), 0);
	assert_int_equal(totp_verify(secret, "1234567", at, 0, &step), 0);
	assert_int_equal(totp_verify(secret, "12345a", at, 0, &step), 0);
	assert_int_equal(totp_verify("not base32!", code, at, 0, &step), 0);
}

static void
totp_uri_is_escaped(void **state)
{
	char uri[300];

	(void)state;
	assert_true(totp_uri("Заедно", "a b&c", "ABC", uri, sizeof(uri)) > 0);
	assert_string_equal(uri,
	    "otpauth://totp/%D0%97%D0%B0%D0%B5%D0%B4%D0%BD%D0%BE:a%20b%26c"
	    "?secret=ABC&issuer=%D0%97%D0%B0%D0%B5%D0%B4%D0%BD%D0%BE"
	    "&digits=6&period=30");
	assert_int_equal(totp_uri("Z", "a", "ABC", uri, 20), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_hash_and_match),
		cmocka_unit_test(unknown_login_takes_the_same_time),
		cmocka_unit_test(password_policy_is_length_and_not_the_login),
		cmocka_unit_test(totp_vectors),
		cmocka_unit_test(totp_window_and_reuse),
		cmocka_unit_test(totp_uri_is_escaped),
	};

	if (crypt_init() != 1)
		return (1);
	return (cmocka_run_group_tests_name("passwords", tests, NULL, NULL));
}

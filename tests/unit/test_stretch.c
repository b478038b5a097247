/*
 * Codes made slow to guess, and the key that they are kept under.
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

#include "../../common/auth.h"
#include "../../common/crypt.h"
#include "../../common/stretch.h"

/* Of 0000000000000000 under the feed 00000000-0000-4000-8000-000000000000. */
#define VECTOR                                                                 \
	"682dd5878abe7f29a294a72334f3b13f"                                     \
	"b606a940070a5c523fea5d468d629710"

static void
a_code_is_found_by_what_it_becomes(void **state)
{
	char a[STRETCH_HEX_SIZE], b[STRETCH_HEX_SIZE];

	(void)state;
	assert_int_equal(stretch_hash("1234567890123456", "feed 1", a), 1);
	assert_int_equal(strlen(a), 64);
	assert_int_equal(stretch_hash("1234567890123456", "feed 1", b), 1);
	assert_string_equal(a, b);
	assert_int_equal(stretch_hash("1234567890123457", "feed 1", b), 1);
	assert_string_not_equal(a, b);
	/* A restored hub has another feed: nobody's old code is a code there. */
	assert_int_equal(stretch_hash("1234567890123456", "feed 2", b), 1);
	assert_string_not_equal(a, b);
}

/* Argon2id with 19 MiB and two passes; PROTOCOL.md says so to other nodes. */
static void
parameters_are_those_of_the_protocol(void **state)
{
	char hex[STRETCH_HEX_SIZE];

	(void)state;
	assert_int_equal(stretch_hash("0000000000000000",
			     "zaedno family code "
			     "00000000-0000-4000-8000-000000000000",
			     hex),
	    1);
	assert_string_equal(hex, VECTOR);
}

static void
kept_only_under_a_key(void **state)
{
	unsigned char one[STRETCH_BYTES] = { 1 }, two[STRETCH_BYTES] = { 2 };
	char hex[STRETCH_HEX_SIZE], a[STRETCH_HEX_SIZE], b[STRETCH_HEX_SIZE];

	(void)state;
	memset(hex, 'a', 64);
	hex[64] = '\0';
	assert_int_equal(stretch_key(hex, one, a), 1);
	assert_string_not_equal(a, hex);
	assert_int_equal(stretch_key(hex, two, b), 1);
	assert_string_not_equal(a, b);
	assert_int_equal(stretch_key("aa", one, b), 0);
	assert_int_equal(stretch_key("zz", one, b), 0);
	assert_int_equal(stretch_key("", one, b), 0);
}

static void
keys_are_derived_from_private_ones_alone(void **state)
{
	char path[] = "/tmp/zaedno-stretch-XXXXXX";
	unsigned char a[32], b[32];
	struct auth_key *key, *public;

	(void)state;
	(void)close(mkstemp(path));
	(void)unlink(path);
	assert_int_equal(auth_key_create(path, NULL, 0), 1);
	key = auth_key_load(path, NULL, 0);
	assert_non_null(key);
	assert_int_equal(auth_key_derive(key, "one", a), 1);
	assert_int_equal(auth_key_derive(key, "one", b), 1);
	assert_memory_equal(a, b, sizeof(a));
	assert_int_equal(auth_key_derive(key, "two", b), 1);
	assert_memory_not_equal(a, b, sizeof(a));
	public = auth_key_from_pem(auth_key_pem(key));
	assert_non_null(public);
	assert_int_equal(auth_key_derive(public, "one", a), 0);
	auth_key_free(public);
	auth_key_free(key);
	(void)unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_found_by_what_it_becomes),
		cmocka_unit_test(parameters_are_those_of_the_protocol),
		cmocka_unit_test(kept_only_under_a_key),
		cmocka_unit_test(keys_are_derived_from_private_ones_alone),
	};

	if (crypt_init() != 1)
		return (1);
	return (cmocka_run_group_tests_name("stretch", tests, NULL, NULL));
}

/*
 * Commitment to the evidence of a signature (node/evidence.c), and by what a
 * person is found (node/person_index.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypt.h"
#include "node/evidence.h"
#include "node/person_index.h"

static const char *
text(const json_t *object, const char *key)
{
	return (json_string_value(json_object_get(object, key)));
}

/* SHA-256(salt ‖ expected) is what the signer was committed with. */
static void
commits_to(const char *member, const char *value, const char *expected)
{
	unsigned char bytes[256];
	char hex[CRYPT_SHA256_HEX_SIZE];
	json_t *signer, *out;
	size_t n;

	signer = json_pack("{s:s, s:s, s:s, s:s}", "capacity", "parent",
	    "method", "paper", "at", "2026-11-22T10:00:00Z", member, value);
	out = evidence_commit(signer);
	assert_non_null(out);
	assert_int_equal(strlen(text(out, "salt")), 64);
	assert_true(crypt_hex_decode(text(out, "salt"), 64, bytes, 32, &n));
	for (; *expected != '\0'; expected++)
		bytes[n++] = (unsigned char)*expected;
	crypt_sha256_hex(bytes, n, hex);
	assert_string_equal(text(out, "evidence_commit"), hex);
	assert_null(json_object_get(out, "evidence"));
	assert_null(json_object_get(out, "scan"));
	json_decref(out);
	json_decref(signer);
}

static void
a_reference_is_committed_as_its_text(void **state)
{
	(void)state;
	commits_to("evidence", "папка 7, лист 1", "папка 7, лист 1");
	commits_to("evidence", "", "");
}

static void
a_scan_is_committed_as_its_bytes(void **state)
{
	(void)state;
	commits_to("scan", "aGVsbG8=", "hello");
	commits_to("scan", "PD8/Pj4+", "<\x3f\x3f>>>");
}

static void
each_salt_is_another(void **state)
{
	json_t *signer, *one, *two;

	(void)state;
	signer = json_pack("{s:s, s:s, s:s}", "capacity", "parent", "method",
	    "oral_witnessed", "at", "2026-11-22T10:00:00Z");
	one = evidence_commit(signer);
	two = evidence_commit(signer);
	assert_string_not_equal(text(one, "salt"), text(two, "salt"));
	assert_string_not_equal(
	    text(one, "evidence_commit"), text(two, "evidence_commit"));
	json_decref(one);
	json_decref(two);
	json_decref(signer);
}

static struct crypt_key *
key_new(void)
{
	char path[] = "/tmp/zaedno-key-XXXXXX";
	struct crypt_key *key;

	(void)close(mkstemp(path));
	(void)unlink(path);
	assert_true(crypt_key_create(path, NULL, 0));
	key = crypt_key_load(path, NULL, 0);
	(void)unlink(path);
	assert_non_null(key);
	return (key);
}

static const char *
token(const json_t *rows, size_t i)
{
	return (text(json_array_get(rows, i), "token"));
}

static void
a_person_is_found_by_each_word(void **state)
{
	struct crypt_key *key, *other;
	json_t *person, *query, *rows, *wanted, *foreign;

	(void)state;
	key = key_new();
	other = key_new();
	person = json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "given_name",
	    "Мария-Елена", "family_name", "Иванова", "birth_date", "2015-03-02",
	    "identifier", "kind", "lnch", "value", "7111042925");
	query = json_pack("{s:s}", "given_name", "ЕЛЕНА");
	rows = person_index_rows(key, person);
	wanted = person_index_rows(key, query);
	foreign = person_index_rows(other, query);
	assert_int_equal(json_array_size(rows), 5);
	assert_int_equal(json_array_size(wanted), 1);
	assert_string_equal(token(wanted, 0), token(rows, 1));
	assert_string_not_equal(token(foreign, 0), token(rows, 1));
	json_decref(person);
	json_decref(query);
	json_decref(rows);
	json_decref(wanted);
	json_decref(foreign);
	crypt_key_free(key);
	crypt_key_free(other);
}

static void
a_word_does_not_show_as_another_purpose(void **state)
{
	struct crypt_key *key;
	json_t *person, *rows;

	(void)state;
	key = key_new();
	person = json_pack(
	    "{s:s, s:s}", "given_name", "Златка", "family_name", "Златка");
	rows = person_index_rows(key, person);
	assert_string_not_equal(token(rows, 0), token(rows, 1));
	json_decref(person);
	json_decref(rows);
	crypt_key_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reference_is_committed_as_its_text),
		cmocka_unit_test(a_scan_is_committed_as_its_bytes),
		cmocka_unit_test(each_salt_is_another),
		cmocka_unit_test(a_person_is_found_by_each_word),
		cmocka_unit_test(a_word_does_not_show_as_another_purpose),
	};

	(void)crypt_init();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}

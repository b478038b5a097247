/*
 * Text forms of bytes, sealing, folding of names, blind indexes.
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

#include "../../common/crypt.h"

static char folder[] = "/tmp/test_crypt.XXXXXX";
static char path[64];
static char err[200];
static struct crypt_key *key, *other;

static struct crypt_key *
new_key(void)
{
	struct crypt_key *made;

	if (crypt_key_create(path, err, sizeof(err)) != 1)
		return (NULL);
	made = crypt_key_load(path, err, sizeof(err));
	(void)unlink(path);
	return (made);
}

static int
set_up(void **state)
{
	(void)state;
	if (crypt_init() != 1 || mkdtemp(folder) == NULL)
		return (-1);
	(void)snprintf(path, sizeof(path), "%s/identity.key", folder);
	key = new_key();
	other = new_key();
	return (key == NULL || other == NULL ? -1 : 0);
}

static int
tear_down(void **state)
{
	(void)state;
	crypt_key_free(key);
	crypt_key_free(other);
	(void)rmdir(folder);
	return (0);
}

/* RFC 4648 10, without padding. */
static void
base64url_vectors(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg" },
		{ "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" },
		{ "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfd", "__79" } };
	char text[16], bytes[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *plain = pairs[i][0], *code = pairs[i][1];

		assert_int_equal(crypt_base64url(plain, strlen(plain), text,
				     CRYPT_B64_SIZE(strlen(plain))),
		    strlen(code));
		assert_string_equal(text, code);
		assert_int_equal(crypt_base64url_decode(code, strlen(code),
				     bytes, strlen(plain), &n),
		    1);
		assert_int_equal(n, strlen(plain));
		assert_memory_equal(bytes, plain, n);
	}
	assert_int_equal(crypt_base64url("foobar", 6, text, 8), 0);
}

static void
base64url_refuses_second_spellings(void **state)
{
	static const char *const bad[] = { "Zh", "Zm9", "Z",
		"Zg==", "Zg=", "Zm 8", "Zm+v", "Zm/v", "Zm9vY", "Zm9\n" };
	char bytes[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(crypt_base64url_decode(bad[i], strlen(bad[i]),
				     bytes, sizeof(bytes), &n),
		    0);
	assert_int_equal(crypt_base64url_decode("Zm9v", 4, bytes, 2, &n), 0);
}

static void
hex_and_digest(void **state)
{
	char text[CRYPT_SHA256_HEX_SIZE];
	unsigned char bytes[4];
	size_t n;

	(void)state;
	crypt_sha256_hex("abc", 3, text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(crypt_hex_decode("00ff10", 6, bytes, 4, &n), 1);
	assert_int_equal(n, 3);
	assert_int_equal(bytes[1], 0xff);
	assert_int_equal(crypt_hex_decode("0", 1, bytes, 4, &n), 0);
	assert_int_equal(crypt_hex_decode("FF", 2, bytes, 4, &n), 0);
	assert_int_equal(crypt_hex_decode("0g", 2, bytes, 4, &n), 0);
	assert_int_equal(crypt_hex_decode("0000000000", 10, bytes, 4, &n), 0);
	assert_int_equal(crypt_equal_text("abc", "abc"), 1);
	assert_int_equal(crypt_equal_text("abc", "abd"), 0);
	assert_int_equal(crypt_equal_text("abc", "ab"), 0);
}

static void
uuids_have_their_form(void **state)
{
	char a[CRYPT_UUID_SIZE], b[CRYPT_UUID_SIZE];

	(void)state;
	crypt_uuid4(a);
	crypt_uuid4(b);
	assert_int_equal(strlen(a), 36);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_true(
	    a[8] == '-' && a[13] == '-' && a[18] == '-' && a[23] == '-');
	assert_string_not_equal(a, b);
	crypt_uuid7(a);
	(void)usleep(3000);
	crypt_uuid7(b);
	assert_int_equal(a[14], '7');
	assert_true(strcmp(a, b) < 0);
}

static void
sealed_text_opens_in_its_place_only(void **state)
{
	static const char *const texts[] = { "", "Мария",
		"123456789012345678901234567890x",
		"1234567890123456789012345678901x" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *sealed = crypt_seal(key, "person/1/name", texts[i]);
		char *again = crypt_seal(key, "person/1/name", texts[i]);
		char *open = crypt_open(key, "person/1/name", sealed);

		assert_non_null(open);
		assert_string_equal(open, texts[i]);
		assert_string_not_equal(sealed, again);
		assert_null(crypt_open(key, "person/2/name", sealed));
		assert_null(crypt_open(key, "person/1/address", sealed));
		assert_null(crypt_open(other, "person/1/name", sealed));
		assert_int_equal(crypt_sealed_by(key, sealed), 1);
		assert_int_equal(crypt_sealed_by(other, sealed), 0);
		crypt_wipe_free(open);
		free(sealed);
		free(again);
	}
}

static void
short_texts_seal_to_one_length(void **state)
{
	char *a = crypt_seal(key, "c", "Ян");
	char *b = crypt_seal(key, "c", "Александра");

	(void)state;
	assert_int_equal(strlen(a), strlen(b));
	free(a);
	free(b);
}

static void
changed_sealed_text_does_not_open(void **state)
{
	char *sealed = crypt_seal(key, "c", "Мария");
	size_t len = strlen(sealed);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		char was = sealed[i];

		sealed[i] = was == 'A' ? 'B' : 'A';
		assert_null(crypt_open(key, "c", sealed));
		sealed[i] = '\0';
		assert_null(crypt_open(key, "c", sealed));
		sealed[i] = was;
	}
	assert_null(crypt_open(key, "c", "z1."));
	assert_null(crypt_open(key, "c", "Мария"));
	free(sealed);
}

static void
key_file_is_strict(void **state)
{
	static const char *const bad[] = { "", "00", "zz",
		"AA11223344556677889900112233445566778899001122334455667788990"
		"011",
		"aa11223344556677889900112233445566778899001122334455667788990"
		"011\n\n" };
	struct stat st;
	FILE *f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = fopen(path, "w");
		assert_non_null(f);
		(void)fputs(bad[i], f);
		(void)fclose(f);
		(void)chmod(path, 0600);
		assert_null(crypt_key_load(path, err, sizeof(err)));
	}
	(void)unlink(path);
	assert_null(crypt_key_load(path, err, sizeof(err)));
	assert_int_equal(crypt_key_create(path, err, sizeof(err)), 1);
	assert_int_equal(crypt_key_create(path, err, sizeof(err)), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 65);
	(void)chmod(path, 0644);
	assert_null(crypt_key_load(path, err, sizeof(err)));
	assert_non_null(strstr(err, "0600"));
	(void)unlink(path);
}

static void
wrong_key_is_told(void **state)
{
	(void)state;
	assert_int_equal(strlen(crypt_key_fingerprint(key)), 32);
	assert_int_equal(crypt_key_check(key, crypt_key_fingerprint(key)), 1);
	assert_int_equal(crypt_key_check(key, crypt_key_fingerprint(other)), 0);
	assert_int_equal(crypt_key_check(key, ""), 0);
}

static void
index_depends_on_key_purpose_and_text(void **state)
{
	char a[CRYPT_INDEX_SIZE], b[CRYPT_INDEX_SIZE];

	(void)state;
	crypt_index(key, "family_name", "иванова", a);
	crypt_index(key, "family_name", "иванова", b);
	assert_int_equal(strlen(a), 32);
	assert_string_equal(a, b);
	crypt_index(key, "given_name", "иванова", b);
	assert_string_not_equal(a, b);
	crypt_index(other, "family_name", "иванова", b);
	assert_string_not_equal(a, b);
	crypt_index(key, "family_name", "иванов", b);
	assert_string_not_equal(a, b);
}

static void
names_fold_as_people_type_them(void **state)
{
	static const char *const pairs[][2] = {
		{ "ИВАНОВА-Петрова", "иванова петрова" },
		{ "  Иванова \xe2\x80\x93 Петрова ", "иванова петрова" },
		{ "Анна\xc2\xa0Мария", "анна мария" },
		{ "Николай", "николай" },
		{ "Никола\xd0\xb8\xcc\x86", "николай" },
		{ "НИКОЛА\xd0\x98\xcc\x86", "николай" },
		{ "Ѝ", "ѝ" },
		{ "ЩЪРКЕЛ ЮЯЬ", "щъркел юяь" },
		{ "Ѓорѓи Ћосић", "ѓорѓи ћосић" },
		{ "O\xe2\x80\x99"
		  "Neil",
		    "oneil" },
		{ "ÇELIK Ünal ŽiŽka", "çelik ünal žižka" },
		{ "Ana\xe2\x80\x8bMaria", "anamaria" },
		{ "A--B", "a b" },
	};
	char out[128];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_true(crypt_fold(pairs[i][0], out, sizeof(out)) > 0);
		assert_string_equal(out, pairs[i][1]);
	}
	/* Latin A and Cyrillic А are two letters. */
	(void)crypt_fold("A", out, sizeof(out));
	assert_string_not_equal(out, "а");
}

static void
folding_refuses_what_is_no_text(void **state)
{
	static const char *const bad[] = { "", " - ", "\xff", "\xd0",
		"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80",
		"a\x80" };
	char out[32], small[8];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(crypt_fold(bad[i], out, sizeof(out)), 0);
	assert_int_equal(crypt_fold("александра", small, sizeof(small)), 0);
}

static void
index_of_words_leaves_repeats_out(void **state)
{
	char out[3][CRYPT_INDEX_SIZE], one[CRYPT_INDEX_SIZE];

	(void)state;
	assert_int_equal(
	    crypt_index_words(key, "name", "Анна-Мария АННА", out, 3), 2);
	crypt_index(key, "name", "мария", one);
	assert_string_equal(out[1], one);
	assert_int_equal(crypt_index_words(key, "name", "а б в г", out, 3), 3);
	assert_int_equal(crypt_index_words(key, "name", "", out, 3), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64url_vectors),
		cmocka_unit_test(base64url_refuses_second_spellings),
		cmocka_unit_test(hex_and_digest),
		cmocka_unit_test(uuids_have_their_form),
		cmocka_unit_test(sealed_text_opens_in_its_place_only),
		cmocka_unit_test(short_texts_seal_to_one_length),
		cmocka_unit_test(changed_sealed_text_does_not_open),
		cmocka_unit_test(key_file_is_strict),
		cmocka_unit_test(wrong_key_is_told),
		cmocka_unit_test(index_depends_on_key_purpose_and_text),
		cmocka_unit_test(names_fold_as_people_type_them),
		cmocka_unit_test(folding_refuses_what_is_no_text),
		cmocka_unit_test(index_of_words_leaves_repeats_out),
	};

	return (cmocka_run_group_tests_name("crypt", tests, set_up, tear_down));
}

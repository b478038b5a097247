/*
 * Unit tests of common/field_error.c: the texts that people read.
 */

#include "test_schema_help.h"

static void
limit_is_the_keyword_value(
    void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	char *line = field_error_format(code, arg, limit);

	(void)pointer;
	assert_string_equal(line, strcmp(arg, "en") == 0
				      ? "Enter at most 280 characters."
				      : "Въведете най-много 280 знака.");
	free(line);
}

static void
texts_in_both_languages(void **state)
{
	static char en[] = "en", bg[] = "bg";
	json_t *doc = json("{'maxLength':280}"), *value;
	json_t *list = json("['a',2,1.5,true,null]"), *one = json("1");
	struct schema_set *set = schema_set_new(doc);
	const struct schema *schema;
	char why[100], text[300], *line;

	(void)state;
	memset(text, 'x', sizeof(text));
	value = json_stringn(text, sizeof(text));
	schema = schema_compile(set, "", why, sizeof(why));
	schema_check(schema, value, limit_is_the_keyword_value, en);
	schema_check(schema, value, limit_is_the_keyword_value, bg);
	line = field_error_format(FIELD_ENUM, "en", list);
	assert_string_equal(
	    line, "Choose one of the permitted values: a, 2, 1.5, true, null.");
	free(line);
	line = field_error_format(FIELD_MIN_LENGTH, "bg", one);
	assert_string_equal(line, "Попълнете това поле.");
	free(line);
	line = field_error_format(FIELD_MAXIMUM, NULL, NULL);
	assert_string_equal(line, "Въведете  или по-малко.");
	free(line);
	schema_set_free(set);
	json_decref(one);
	json_decref(list);
	json_decref(value);
	json_decref(doc);
}

/* Codes are the interface: all present, none twice, texts as the style asks. */
static void
table_of_texts(void **state)
{
	static const char *const banned[] = {
		"Моля",
		"!",
		"невалид",
		"Невалид",
		"греш",
		"Греш",
		NULL,
	};
	const char *text;
	int i, j;

	(void)state;
	for (i = 0; i < FIELD_ERROR_COUNT; i++) {
		text = field_error_text((enum field_error)i, "bg");
		assert_true(text[0] != '\0');
		for (j = 0; banned[j] != NULL; j++)
			assert_null(strstr(text, banned[j]));
		assert_true(
		    field_error_text((enum field_error)i, "en")[0] != '\0');
		for (j = 0; j < i; j++) {
			assert_string_not_equal(
			    field_error_code((enum field_error)i),
			    field_error_code((enum field_error)j));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_in_both_languages),
		cmocka_unit_test(table_of_texts),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

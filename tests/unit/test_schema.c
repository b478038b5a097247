/*
 * Unit tests of common/schema.c and common/field_error.c: what is reported,
 * where it points, and what is refused.  The official cases say whether a
 * value is valid (tests/schema); these say what its sender is told.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "common/schema.h"

#define SEEN_MAX 128

struct seen {
	int n;
	char line[SEEN_MAX][200];
};

/* Single quotes for double ones: JSON that can be read in C. */
static json_t *
json(const char *text)
{
	char *copy = strdup(text), *p;
	json_error_t error;
	json_t *value;

	assert_non_null(copy);
	for (p = copy; *p != '\0'; p++) {
		if (*p == '\'')
			*p = '"';
	}
	value = json_loads(copy, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	if (value == NULL)
		fail_msg("%s: %s", copy, error.text);
	free(copy);
	return (value);
}

static void
see(void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	struct seen *seen = arg;

	(void)limit;
	assert_in_range(seen->n, 0, SEEN_MAX - 1);
	(void)snprintf(seen->line[seen->n++], sizeof(seen->line[0]), "%s %s",
	    pointer, field_error_code(code));
}

static int
by_text(const void *a, const void *b)
{
	return (strcmp(a, b));
}

/* All errors, sorted, one "pointer code" each, joined by "; ". */
static const char *
errors(const char *schema_text, const char *value_text)
{
	static char all[8000];
	struct seen seen = { .n = 0 };
	json_t *doc = json(schema_text), *value = json(value_text);
	struct schema_set *set = schema_set_new(doc);
	const struct schema *schema;
	char why[300] = "";
	size_t len = 0;
	int i, n;

	schema = schema_compile(set, "", why, sizeof(why));
	if (schema == NULL)
		fail_msg("%s", why);
	n = schema_check(schema, value, see, &seen);
	assert_int_equal(n, seen.n);
	assert_int_equal(
	    schema_check(schema, value, NULL, NULL), n > 0 ? 1 : 0);
	qsort(seen.line, (size_t)n, sizeof(seen.line[0]), by_text);
	all[0] = '\0';
	for (i = 0; i < n && len < sizeof(all) - 1; i++) {
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
		    i == 0 ? "" : "; ", seen.line[i]);
	}
	schema_set_free(set);
	json_decref(value);
	json_decref(doc);
	return (all);
}

/* Why a schema is refused; "" when it is not. */
static const char *
refusal(const char *schema_text)
{
	static char why[300];
	json_t *doc = json(schema_text);
	struct schema_set *set = schema_set_new(doc);

	why[0] = '\0';
	if (schema_compile(set, "", why, sizeof(why)) != NULL)
		why[0] = '\0';
	schema_set_free(set);
	json_decref(doc);
	return (why);
}

#define ERRORS(schema, value, expected)                                        \
	assert_string_equal(errors(schema, value), expected)
#define REFUSED(schema, words) assert_non_null(strstr(refusal(schema), words))

static void
all_errors_at_once(void **state)
{
	(void)state;
	ERRORS("{'type':'object','additionalProperties':false,"
	       "'required':['id','text'],'properties':{"
	       "'id':{'type':'string','format':'uuid'},"
	       "'level':{'type':'integer','minimum':1,'maximum':3},"
	       "'tags':{'type':'array','maxItems':2,"
	       "'items':{'enum':['a','b']}},"
	       "'text':{'type':'string','maxLength':3}}}",
	    "{'id':'x','level':4,'tags':['a','c','b'],'other':1}",
	    "/id format-uuid; /level maximum; /other unknown-member; "
	    "/tags max-items; /tags/1 enum; /text required");
}

static void
pointers_are_escaped(void **state)
{
	(void)state;
	ERRORS("{'properties':{'a/b':{'properties':{'~c':"
	       "{'items':{'type':'string'}}}}}}",
	    "{'a/b':{'~c':['x',1]}}", "/a~1b/~0c/1 type");
	ERRORS("{'required':['~/']}", "{}", "/~0~1 required");
	ERRORS("{'properties':{'':false}}", "{'':1}", "/ false-schema");
	ERRORS("false", "1", " false-schema");
}

static void
wrong_type_is_one_error(void **state)
{
	(void)state;
	ERRORS("{'type':'string','minLength':1,'enum':['a']}", "5", " type");
	ERRORS("{'type':['string','null']}", "{}", " type");
	ERRORS("{'type':'integer'}", "1.0", "");
	ERRORS("{'type':'integer'}", "1.5", " type");
}

static void
dependents_and_names(void **state)
{
	(void)state;
	ERRORS("{'dependentRequired':{'a':['b','c']}}", "{'a':1,'c':1}",
	    "/b dependent-required");
	ERRORS("{'propertyNames':{'pattern':'^[a-z]+$'}}", "{'a':1,'B':1}",
	    "/B property-names");
	ERRORS("{'dependentSchemas':{'a':{'required':['z']}}}", "{'a':1}",
	    "/z required");
	ERRORS("{'minProperties':2}", "{}", " min-properties");
	ERRORS("{'maxProperties':0}", "{'a':1}", " max-properties");
}

static void
branches_speak_when_only_one_is_meant(void **state)
{
	(void)state;
	ERRORS("{'anyOf':[{'type':'null'},{'type':'object',"
	       "'required':['a','b']}]}",
	    "{}", "/a required; /b required");
	ERRORS("{'oneOf':[{'type':'null'},{'$ref':'#/$defs/n'}],"
	       "'$defs':{'n':{'type':'integer','maximum':3}}}",
	    "4", " maximum");
	ERRORS("{'anyOf':[{'minimum':5},{'multipleOf':2}]}", "3", " any-of");
	ERRORS("{'oneOf':[{'minimum':1},{'multipleOf':2}]}", "4", " one-of");
	ERRORS("{'not':{'const':4}}", "4.0", " not");
	ERRORS("{'if':{'required':['a']},'then':{'required':['b']},"
	       "'else':{'required':['c']}}",
	    "{'a':1}", "/b required");
}

static void
arrays(void **state)
{
	(void)state;
	ERRORS("{'prefixItems':[{'type':'string'}],'items':false}", "['a',1,2]",
	    "/1 false-schema; /2 false-schema");
	ERRORS("{'contains':{'const':1},'maxContains':1}", "[1,1]",
	    " max-contains");
	ERRORS("{'contains':{'const':1}}", "[2]", " contains");
	ERRORS("{'uniqueItems':true}", "[{'a':1,'b':2},{'b':2.0,'a':1}]",
	    " unique-items");
	ERRORS("{'uniqueItems':true}", "[9007199254740993,9007199254740992.0]",
	    "");
}

/* A long list is compared by sorting: the verdicts must be the same. */
static void
long_lists_are_unique_or_not(void **state)
{
	json_t *doc = json("{'uniqueItems':true}"), *list = json_array();
	struct schema_set *set = schema_set_new(doc);
	const struct schema *schema;
	char why[100];
	int i;

	(void)state;
	schema = schema_compile(set, "", why, sizeof(why));
	assert_non_null(schema);
	for (i = 0; i < 20000; i++) {
		json_array_append_new(
		    list, json_pack("{s:i,s:[i]}", "n", i % 100, "m", i / 100));
	}
	assert_int_equal(schema_check(schema, list, NULL, NULL), 0);
	json_array_append_new(list, json("{'m':[7.0],'n':3}"));
	assert_int_equal(schema_check(schema, list, NULL, NULL), 1);
	schema_set_free(set);
	json_decref(list);
	json_decref(doc);
}

static void
lengths_count_code_points(void **state)
{
	(void)state;
	ERRORS("{'maxLength':4,'minLength':4}", "'Ямб𝄞'", "");
	ERRORS("{'maxLength':3}", "'Ямбо'", " max-length");
	ERRORS("{'minLength':5}", "'Ямбо'", " min-length");
	ERRORS("{'const':'a\\u0000b'}", "'a\\u0000c'", " const");
}

static void
patterns_are_ecma(void **state)
{
	(void)state;
	ERRORS("{'pattern':'^[А-Я][а-я]+( [А-Я][а-я]+)*$'}", "'Велико Търново'",
	    "");
	ERRORS("{'pattern':'^[А-Я]+$'}", "'ABC'", " pattern");
	ERRORS("{'pattern':'^\\\\p{Script=Cyrillic}+$'}", "'Ю'", "");
	ERRORS("{'pattern':'^\\\\p{Lu}\\\\P{Uppercase_Letter}$'}", "'Юж'", "");
	ERRORS("{'pattern':'^\\\\u042E\\\\u{436}$'}", "'Юж'", "");
	ERRORS("{'pattern':'^.$'}", "'𝄞'", "");
	/* \d and \w are ASCII, and "$" does not forgive a line end. */
	ERRORS("{'pattern':'^\\\\d$'}", "'৪'", " pattern");
	ERRORS("{'pattern':'^\\\\w$'}", "'я'", " pattern");
	ERRORS("{'pattern':'^a$'}", "'a\\n'", " pattern");
}

/* ReDoS: an expensive match is given up, and counts as none. */
static void
pattern_backtracking(void **state)
{
	(void)state;
	ERRORS("{'pattern':'^(a+)+$'}",
	    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'", " pattern");
}

static void
formats_have_codes(void **state)
{
	(void)state;
	ERRORS("{'format':'date'}", "'2026-02-29'", " format-date");
	ERRORS("{'format':'date-time'}", "'2026-02-28'", " format-date-time");
	ERRORS("{'format':'time'}", "'25:00:00Z'", " format-time");
	ERRORS("{'format':'uri'}", "'primer.bg'", " format-uri");
	ERRORS("{'format':'email'}", "'ime@'", " format-email");
	ERRORS("{'format':'date-time'}", "'2024-02-29T08:30:00+03:00'", "");
}

static void
limits_of_numbers(void **state)
{
	(void)state;
	ERRORS("{'exclusiveMinimum':1}", "1.0", " exclusive-minimum");
	ERRORS("{'exclusiveMaximum':1}", "1", " exclusive-maximum");
	ERRORS("{'multipleOf':0.01}", "19.99", "");
	ERRORS("{'multipleOf':0.01}", "19.999", " multiple-of");
	ERRORS(
	    "{'maximum':9007199254740992.0}", "9007199254740993", " maximum");
	ERRORS("{'minimum':-9223372036854775808}", "-1e300", " minimum");
	ERRORS("{'maximum':1e300}", "9223372036854775807", "");
}

static void
unknown_is_refused(void **state)
{
	(void)state;
	REFUSED("{'properties':{'a':{'maxLenght':1}}}",
	    "unknown keyword \"maxLenght\", in schema \"/properties/a\"");
	REFUSED("{'$defs':{'x':{'nullable':true}}}", "\"nullable\"");
	REFUSED("{'then':{'colour':1}}", "\"colour\"");
	REFUSED("{'format':'iban'}", "unknown format \"iban\"");
	REFUSED("{'type':'text'}", "unknown type");
	REFUSED("{'unevaluatedProperties':false}", "unevaluatedProperties");
	assert_string_equal(refusal("{'x-order':1,'title':'a','examples':[],"
				    "'$comment':'','readOnly':true}"),
	    "");
}

static void
mistakes_are_refused(void **state)
{
	(void)state;
	REFUSED("{'pattern':'('}", "pattern: ");
	REFUSED("{'patternProperties':{'[':true}}", "patternProperties: ");
	REFUSED("{'maxLength':-1}", "not a count");
	REFUSED("{'maxLength':'9'}", "not a count");
	REFUSED("{'minimum':'9'}", "not a number");
	REFUSED("{'multipleOf':0}", "multipleOf");
	REFUSED("{'required':[1]}", "required");
	REFUSED("{'required':'a'}", "required");
	REFUSED("{'enum':{}}", "enum");
	REFUSED("{'properties':{'a':7}}", "/properties/a");
	REFUSED("{'properties':[]}", "properties");
	REFUSED("{'allOf':[]}", "list of schemas");
	REFUSED("{'allOf':{}}", "list of schemas");
	REFUSED("{'items':[true]}", "neither an object nor a boolean");
	REFUSED("{'uniqueItems':1}", "uniqueItems");
	REFUSED("{'$ref':1}", "$ref");
	REFUSED("{'$id':1}", "$id");
	REFUSED("{'contains':true,'minContains':-1}", "count");
	REFUSED("{'dependentRequired':{'a':'b'}}", "dependentRequired");
}

static void
references_are_resolved_or_refused(void **state)
{
	(void)state;
	REFUSED("{'$ref':'#/$defs/x'}", "cannot resolve $ref");
	REFUSED("{'$ref':'https://primer.bg/s.json'}", "cannot resolve $ref");
	REFUSED("{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/b'},"
		"'b':{'$ref':'#/$defs/a'}}}",
	    "without an end");
	REFUSED("{'properties':{'a':{'allOf':[{'$ref':'#/properties/a'}]}}}",
	    "without an end");
	REFUSED("{'not':{'$ref':'#'}}", "without an end");
	ERRORS("{'properties':{'next':{'$ref':'#'}},'required':['n']}",
	    "{'n':1,'next':{'n':2,'next':{}}}", "/next/next/n required");
}

/* An instance nested so deep that recursion would exhaust the stack. */
static void
nesting_bomb(void **state)
{
	static const char recursive[] = "{'items':{'$ref':'#'}}";
	char text[2 * 1000 + 1];

	(void)state;
	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	text[2000] = '\0';
	ERRORS(recursive, text, " too-deep");
	ERRORS("true", text, " too-deep");
	memset(text, '[', SCHEMA_DEPTH_MAX);
	memset(text + SCHEMA_DEPTH_MAX, ']', SCHEMA_DEPTH_MAX);
	text[2 * SCHEMA_DEPTH_MAX] = '\0';
	ERRORS(recursive, text, "");
}

static void
schema_nested_too_deep(void **state)
{
	char text[2200] = "";
	size_t i, len = 0;

	(void)state;
	for (i = 0; i < 150; i++)
		len +=
		    (size_t)snprintf(text + len, sizeof(text) - len, "{'not':");
	len += (size_t)snprintf(text + len, sizeof(text) - len, "true");
	memset(text + len, '}', 150);
	REFUSED(text, "nests too deep");
}

static void
errors_are_limited(void **state)
{
	char text[8 * 200 + 3] = "[";
	json_t *doc = json("{'items':{'type':'string'}}"), *value;
	struct schema_set *set = schema_set_new(doc);
	struct seen seen = { .n = 0 };
	char why[100];
	size_t i, len = 1;

	(void)state;
	for (i = 0; i < 200; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%zu",
		    i == 0 ? "" : ",", i);
	}
	text[len] = ']';
	value = json(text);
	assert_int_equal(schema_check(schema_compile(set, "", why, sizeof(why)),
			     value, see, &seen),
	    SCHEMA_ERRORS_MAX);
	assert_int_equal(seen.n, SCHEMA_ERRORS_MAX);
	assert_string_equal(seen.line[99], "/99 type");
	schema_set_free(set);
	json_decref(value);
	json_decref(doc);
}

/* Schemas of one document by pointer, as the services compile them. */
static void
schemas_of_a_document(void **state)
{
	json_t *doc = json("{'openapi':'3.1.0','paths':{'/v1/x/{id}':{'get':"
			   "{'x-query':{'type':'object','properties':{"
			   "'limit':{'type':'integer'},'after':{'$ref':"
			   "'#/components/schemas/Id'},'all':{'type':"
			   "['boolean','null']},'n':{'type':'number'},"
			   "'list':{'type':'array'},'any':true}}}}},"
			   "'components':{'schemas':{'Id':{'type':'string',"
			   "'format':'uuid'}}}}");
	json_t *id = json("'00000000-0000-4000-8000-000000000000'");
	struct schema_set *set = schema_set_new(doc);
	const struct schema *query, *one;
	char why[200];

	(void)state;
	json_decref(doc); /* the set retains it */
	query = schema_compile(
	    set, "/paths/~1v1~1x~1{id}/get/x-query", why, sizeof(why));
	assert_non_null(query);
	assert_string_equal(schema_property_type(query, "limit"), "integer");
	assert_string_equal(schema_property_type(query, "after"), "string");
	assert_string_equal(schema_property_type(query, "all"), "boolean");
	assert_string_equal(schema_property_type(query, "n"), "number");
	assert_string_equal(schema_property_type(query, "list"), "array");
	assert_null(schema_property_type(query, "any"));
	assert_null(schema_property_type(query, "none"));
	one = schema_compile(set, "/components/schemas/Id", why, sizeof(why));
	assert_non_null(one);
	assert_ptr_equal(one,
	    schema_compile(set, "/components/schemas/Id", why, sizeof(why)));
	assert_int_equal(schema_check(one, id, NULL, NULL), 0);
	assert_null(
	    schema_compile(set, "/components/schemas/No", why, sizeof(why)));
	assert_string_equal(
	    why, "there is no schema at \"/components/schemas/No\"");
	schema_set_free(set);
	json_decref(id);
}

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
		cmocka_unit_test(all_errors_at_once),
		cmocka_unit_test(pointers_are_escaped),
		cmocka_unit_test(wrong_type_is_one_error),
		cmocka_unit_test(dependents_and_names),
		cmocka_unit_test(branches_speak_when_only_one_is_meant),
		cmocka_unit_test(arrays),
		cmocka_unit_test(long_lists_are_unique_or_not),
		cmocka_unit_test(lengths_count_code_points),
		cmocka_unit_test(patterns_are_ecma),
		cmocka_unit_test(pattern_backtracking),
		cmocka_unit_test(formats_have_codes),
		cmocka_unit_test(limits_of_numbers),
		cmocka_unit_test(unknown_is_refused),
		cmocka_unit_test(mistakes_are_refused),
		cmocka_unit_test(references_are_resolved_or_refused),
		cmocka_unit_test(nesting_bomb),
		cmocka_unit_test(schema_nested_too_deep),
		cmocka_unit_test(errors_are_limited),
		cmocka_unit_test(schemas_of_a_document),
		cmocka_unit_test(texts_in_both_languages),
		cmocka_unit_test(table_of_texts),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

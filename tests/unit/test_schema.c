/*
 * Unit tests of common/schema.c: what is reported and where it points.  The
 * official cases say whether a value is valid (tests/schema); these say what
 * its sender is told.
 */

#include "test_schema_help.h"

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

/* The limits of a match must not refuse a long honest text. */
static void
pattern_of_a_long_text(void **state)
{
	char text[8003] = "'";
	size_t i;

	(void)state;
	for (i = 1; i < 8001; i += 2) {
		text[i] = '\xd1'; /* я in UTF-8 */
		text[i + 1] = '\x8f';
	}
	text[8001] = '\'';
	ERRORS("{'pattern':'^([А-Я]|[а-я]|-)*$'}", text, "");
	ERRORS("{'pattern':'^(\\\\p{L}+ ?)+$'}", text, "");
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
errors_are_limited(void **state)
{
	char text[1700] = "[";
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
		cmocka_unit_test(pattern_of_a_long_text),
		cmocka_unit_test(pattern_backtracking),
		cmocka_unit_test(formats_have_codes),
		cmocka_unit_test(limits_of_numbers),
		cmocka_unit_test(errors_are_limited),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

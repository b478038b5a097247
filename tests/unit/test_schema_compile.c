/*
 * Unit tests of common/schema.c: what is refused at start, how references
 * are resolved, and limits of depth.
 */

#include "test_schema_help.h"

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
	const size_t deep = SCHEMA_DEPTH_MAX;
	char text[2001];

	(void)state;
	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	text[2000] = '\0';
	ERRORS(recursive, text, " too-deep");
	ERRORS("true", text, " too-deep");
	memset(text, '[', deep);
	memset(text + deep, ']', deep);
	text[deep + deep] = '\0';
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_is_refused),
		cmocka_unit_test(mistakes_are_refused),
		cmocka_unit_test(references_are_resolved_or_refused),
		cmocka_unit_test(nesting_bomb),
		cmocka_unit_test(schema_nested_too_deep),
		cmocka_unit_test(schemas_of_a_document),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

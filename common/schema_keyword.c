/*
 * The keywords of JSON Schema 2020-12 that are implemented, and how each
 * becomes a rule.  What is not in the table is refused.
 */

#include "schema_int.h"

#include <stdlib.h>
#include <string.h>

#define COMPILE(name)                                                          \
	static int name(                                                       \
	    struct compiler *c, struct schema *schema, const json_t *value)

/* A keyword that limits a count: its rule and what it applies to. */
static int
count_rule(struct compiler *c, struct schema *schema, const json_t *value,
    const struct rule *model)
{
	json_int_t count = json_integer_value(value);
	struct rule *rule;

	if (json_is_real(value) && value_kind(value) == KIND_INTEGER &&
	    json_real_value(value) < 1e15)
		count = (json_int_t)json_real_value(value);
	else if (!json_is_integer(value))
		count = -1;
	if (count < 0)
		return (compile_fail(c, schema, "a limit is not a count"));
	rule = add_rule(schema, model->check, model->kinds, model->code, value);
	rule->u.count = (size_t)count;
	return (0);
}

#define COUNT_KEYWORD(name, kind, error)                                       \
	COMPILE(compile_##name)                                                \
	{                                                                      \
		static const struct rule model = { .check = check_##name,      \
			.kinds = (kind),                                       \
			.code = (error) };                                     \
		return (count_rule(c, schema, value, &model));                 \
	}
COUNT_KEYWORD(min_length, KIND_STRING, FIELD_MIN_LENGTH)
COUNT_KEYWORD(max_length, KIND_STRING, FIELD_MAX_LENGTH)
COUNT_KEYWORD(min_items, KIND_ARRAY, FIELD_MIN_ITEMS)
COUNT_KEYWORD(max_items, KIND_ARRAY, FIELD_MAX_ITEMS)
COUNT_KEYWORD(min_properties, KIND_OBJECT, FIELD_MIN_PROPERTIES)
COUNT_KEYWORD(max_properties, KIND_OBJECT, FIELD_MAX_PROPERTIES)

static int
number_rule(struct compiler *c, struct schema *schema, const json_t *value,
    rule_check check, enum field_error code)
{
	if (!json_is_number(value))
		return (compile_fail(c, schema, "a limit is not a number"));
	add_rule(schema, check, KIND_NUMBER, code, value);
	return (0);
}

COMPILE(compile_minimum)
{
	return (number_rule(c, schema, value, check_minimum, FIELD_MINIMUM));
}

COMPILE(compile_maximum)
{
	return (number_rule(c, schema, value, check_maximum, FIELD_MAXIMUM));
}

COMPILE(compile_exclusive_minimum)
{
	return (number_rule(c, schema, value, check_exclusive_minimum,
	    FIELD_EXCLUSIVE_MINIMUM));
}

COMPILE(compile_exclusive_maximum)
{
	return (number_rule(c, schema, value, check_exclusive_maximum,
	    FIELD_EXCLUSIVE_MAXIMUM));
}

COMPILE(compile_multiple_of)
{
	if (json_number_value(value) <= 0)
		return (compile_fail(c, schema, "multipleOf is not above 0"));
	return (number_rule(
	    c, schema, value, check_multiple_of, FIELD_MULTIPLE_OF));
}

COMPILE(compile_type)
{
	const char *name;
	unsigned kinds = 0, kind;
	size_t i, n = json_is_array(value) ? json_array_size(value) : 1;

	for (i = 0; i < n; i++) {
		name = json_string_value(
		    json_is_array(value) ? json_array_get(value, i) : value);
		kind = name == NULL ? 0 : kind_of_name(name);
		if (kind == 0)
			return (compile_fail(c, schema, "unknown type"));
		kinds |= kind;
	}
	schema->kinds = kinds;
	schema->type = value;
	return (0);
}

COMPILE(compile_enum)
{
	struct rule *rule;
	size_t i, n = json_array_size(value);

	if (!json_is_array(value))
		return (compile_fail(c, schema, "enum is not a list"));
	rule = add_rule(schema, check_enum, KIND_ANY, FIELD_ENUM, value);
	rule->u.values.at = set_alloc(schema->set, (n + 1) * sizeof(json_t *));
	for (i = 0; i < n; i++)
		rule->u.values.at[i] = json_array_get(value, i);
	rule->u.values.n = n;
	qsort(rule->u.values.at, n, sizeof(json_t *), json_order_at);
	return (0);
}

COMPILE(compile_const)
{
	(void)c;
	add_rule(schema, check_const, KIND_ANY, FIELD_CONST, value);
	return (0);
}

COMPILE(compile_pattern)
{
	const struct pattern *pattern;
	struct rule *rule;
	char why[160];

	if (!json_is_string(value))
		return (compile_fail(c, schema, "pattern is not a string"));
	pattern =
	    set_pattern(c->set, json_string_value(value), why, sizeof(why));
	if (pattern == NULL)
		return (compile_fail(c, schema, "pattern: %s", why));
	rule =
	    add_rule(schema, check_pattern, KIND_STRING, FIELD_PATTERN, value);
	rule->u.pattern = pattern;
	return (0);
}

COMPILE(compile_format)
{
	const char *name = json_string_value(value);
	enum field_error code = FIELD_PATTERN;
	format_check check = name == NULL ? NULL : format_find(name, &code);

	if (check == NULL)
		return (compile_fail(c, schema, "unknown format \"%s\"",
		    name == NULL ? "" : name));
	add_rule(schema, check_format, KIND_STRING, code, value)->u.format =
	    check;
	return (0);
}

COMPILE(compile_unique_items)
{
	if (!json_is_boolean(value))
		return (compile_fail(c, schema, "uniqueItems is no boolean"));
	if (json_is_true(value))
		add_rule(schema, check_unique_items, KIND_ARRAY,
		    FIELD_UNIQUE_ITEMS, value);
	return (0);
}

static bool
is_name_list(const json_t *value)
{
	size_t i;

	for (i = 0; i < json_array_size(value); i++) {
		if (!json_is_string(json_array_get(value, i)))
			return (false);
	}
	return (json_is_array(value));
}

COMPILE(compile_required)
{
	if (!is_name_list(value))
		return (compile_fail(c, schema, "required is no name list"));
	add_rule(schema, check_required, KIND_OBJECT, FIELD_REQUIRED, value);
	return (0);
}

static int
dependent_rule(struct compiler *c, struct schema *schema, const json_t *value,
    bool schemas)
{
	json_t *object = iterable(value), *item;
	struct dependents all = { .n = 0 };
	struct dependent *one;
	const char *key;

	if (!json_is_object(value))
		return (compile_fail(c, schema, "dependents are no object"));
	all.at =
	    set_alloc(c->set, (json_object_size(value) + 1) * sizeof(*all.at));
	json_object_foreach(object, key, item) {
		one = &all.at[all.n++];
		one->name = key;
		if (schemas && (one->schema = inplace(c, schema, item)) == NULL)
			return (-1);
		if (!schemas && !is_name_list(item))
			return (compile_fail(
			    c, schema, "dependentRequired is no name list"));
		one->required = schemas ? NULL : item;
	}
	add_rule(schema, check_dependents, KIND_OBJECT,
	    FIELD_DEPENDENT_REQUIRED, value)
	    ->u.dependents = all;
	return (0);
}

COMPILE(compile_dependent_required)
{
	return (dependent_rule(c, schema, value, false));
}

COMPILE(compile_dependent_schemas)
{
	return (dependent_rule(c, schema, value, true));
}

/* Sorted by name: looked up by binary search. */
static const struct keyword keywords[] = {
	{ "$anchor", HOLDS_NOTHING, NULL },
	{ "$comment", HOLDS_NOTHING, NULL },
	{ "$defs", HOLDS_MAP, NULL },
	{ "$id", HOLDS_NOTHING, NULL },
	{ "$ref", HOLDS_NOTHING, compile_ref },
	{ "$schema", HOLDS_NOTHING, NULL },
	{ "additionalProperties", HOLDS_SCHEMA, compile_members },
	{ "allOf", HOLDS_LIST, compile_all_of },
	{ "anyOf", HOLDS_LIST, compile_any_of },
	{ "const", HOLDS_NOTHING, compile_const },
	{ "contains", HOLDS_SCHEMA, compile_contains },
	{ "default", HOLDS_NOTHING, NULL },
	{ "dependentRequired", HOLDS_NOTHING, compile_dependent_required },
	{ "dependentSchemas", HOLDS_MAP, compile_dependent_schemas },
	{ "deprecated", HOLDS_NOTHING, NULL },
	{ "description", HOLDS_NOTHING, NULL },
	{ "else", HOLDS_SCHEMA, NULL },
	{ "enum", HOLDS_NOTHING, compile_enum },
	{ "examples", HOLDS_NOTHING, NULL },
	{ "exclusiveMaximum", HOLDS_NOTHING, compile_exclusive_maximum },
	{ "exclusiveMinimum", HOLDS_NOTHING, compile_exclusive_minimum },
	{ "format", HOLDS_NOTHING, compile_format },
	{ "if", HOLDS_SCHEMA, compile_if },
	{ "items", HOLDS_SCHEMA, compile_items },
	{ "maxContains", HOLDS_NOTHING, NULL },
	{ "maxItems", HOLDS_NOTHING, compile_max_items },
	{ "maxLength", HOLDS_NOTHING, compile_max_length },
	{ "maxProperties", HOLDS_NOTHING, compile_max_properties },
	{ "maximum", HOLDS_NOTHING, compile_maximum },
	{ "minContains", HOLDS_NOTHING, NULL },
	{ "minItems", HOLDS_NOTHING, compile_min_items },
	{ "minLength", HOLDS_NOTHING, compile_min_length },
	{ "minProperties", HOLDS_NOTHING, compile_min_properties },
	{ "minimum", HOLDS_NOTHING, compile_minimum },
	{ "multipleOf", HOLDS_NOTHING, compile_multiple_of },
	{ "not", HOLDS_SCHEMA, compile_not },
	{ "oneOf", HOLDS_LIST, compile_one_of },
	{ "pattern", HOLDS_NOTHING, compile_pattern },
	{ "patternProperties", HOLDS_MAP, compile_members },
	{ "prefixItems", HOLDS_LIST, compile_prefix_items },
	{ "properties", HOLDS_MAP, compile_members },
	{ "propertyNames", HOLDS_SCHEMA, compile_property_names },
	{ "readOnly", HOLDS_NOTHING, NULL },
	{ "required", HOLDS_NOTHING, compile_required },
	{ "then", HOLDS_SCHEMA, NULL },
	{ "title", HOLDS_NOTHING, NULL },
	{ "type", HOLDS_NOTHING, compile_type },
	{ "uniqueItems", HOLDS_NOTHING, compile_unique_items },
	{ "writeOnly", HOLDS_NOTHING, NULL },
};

static int
keyword_order(const void *name, const void *keyword)
{
	return (strcmp(name, ((const struct keyword *)keyword)->name));
}

const struct keyword *
keyword_find(const char *name)
{
	return (bsearch(name, keywords, sizeof(keywords) / sizeof(keywords[0]),
	    sizeof(keywords[0]), keyword_order));
}

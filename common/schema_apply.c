/*
 * Keywords whose value holds other schemas, turned into rules.
 */

#include "schema_int.h"

#include <stdlib.h>
#include <string.h>

int
compile_ref(struct compiler *c, struct schema *schema, const json_t *value)
{
	const struct schema *target;

	if (!json_is_string(value))
		return (compile_fail(c, schema, "$ref is not a string"));
	target = ref_resolve(c, schema, json_string_value(value));
	if (target == NULL)
		return (-1);
	list_add(c->set, &schema->inplace, target);
	list_add(c->set, &schema->alongside, target);
	add_rule(schema, check_ref, KIND_ANY, FIELD_CONFLICT, value)->u.schema =
	    target;
	return (0);
}

static int
compile_list(struct compiler *c, struct schema *schema, const json_t *value,
    struct schema_list *list)
{
	const struct schema *sub;
	size_t i;

	*list = (struct schema_list){ .n = 0 };
	if (json_array_size(value) == 0)
		return (compile_fail(c, schema, "not a list of schemas"));
	for (i = 0; i < json_array_size(value); i++) {
		sub = child(c, schema, json_array_get(value, i));
		if (sub == NULL)
			return (-1);
		list_add(c->set, list, sub);
	}
	return (0);
}

static int
compile_choice(struct compiler *c, struct schema *schema, const json_t *value,
    rule_check check, enum field_error code)
{
	struct schema_list list;
	size_t i;

	if (compile_list(c, schema, value, &list) != 0)
		return (-1);
	for (i = 0; i < list.n; i++)
		list_add(c->set, &schema->inplace, list.at[i]);
	add_rule(schema, check, KIND_ANY, code, value)->u.list = list;
	return (0);
}

int
compile_all_of(struct compiler *c, struct schema *schema, const json_t *value)
{
	size_t i;

	if (compile_choice(c, schema, value, check_all_of, FIELD_CONFLICT) != 0)
		return (-1);
	for (i = 0; i < json_array_size(value); i++) {
		list_add(c->set, &schema->alongside,
		    child(c, schema, json_array_get(value, i)));
	}
	return (0);
}

int
compile_any_of(struct compiler *c, struct schema *schema, const json_t *value)
{
	return (compile_choice(c, schema, value, check_any_of, FIELD_ANY_OF));
}

int
compile_one_of(struct compiler *c, struct schema *schema, const json_t *value)
{
	return (compile_choice(c, schema, value, check_one_of, FIELD_ONE_OF));
}

int
compile_not(struct compiler *c, struct schema *schema, const json_t *value)
{
	const struct schema *sub = inplace(c, schema, value);

	if (sub == NULL)
		return (-1);
	add_rule(schema, check_not, KIND_ANY, FIELD_NOT, value)->u.schema = sub;
	return (0);
}

int
compile_if(struct compiler *c, struct schema *schema, const json_t *value)
{
	const json_t *then = json_object_get(schema->json, "then");
	const json_t *otherwise = json_object_get(schema->json, "else");
	struct condition condition = { .test = inplace(c, schema, value) };

	if (condition.test == NULL)
		return (-1);
	if (then != NULL)
		condition.then = inplace(c, schema, then);
	if (otherwise != NULL)
		condition.otherwise = inplace(c, schema, otherwise);
	add_rule(schema, check_condition, KIND_ANY, FIELD_CONFLICT, value)
	    ->u.condition = condition;
	return (0);
}

int
compile_prefix_items(
    struct compiler *c, struct schema *schema, const json_t *value)
{
	struct schema_list list;

	if (compile_list(c, schema, value, &list) != 0)
		return (-1);
	add_rule(schema, check_prefix_items, KIND_ARRAY, FIELD_CONFLICT, value)
	    ->u.list = list;
	return (0);
}

int
compile_items(struct compiler *c, struct schema *schema, const json_t *value)
{
	const struct schema *sub = child(c, schema, value);
	struct rule *rule;

	if (sub == NULL)
		return (-1);
	rule =
	    add_rule(schema, check_items, KIND_ARRAY, FIELD_MAX_ITEMS, value);
	rule->u.contains.schema = sub;
	rule->u.contains.min =
	    json_array_size(json_object_get(schema->json, "prefixItems"));
	return (0);
}

/* The value of minContains or maxContains; -1 when it is not a count. */
static json_int_t
contains_count(const struct schema *schema, const char *key, json_int_t absent)
{
	const json_t *value = json_object_get(schema->json, key);

	if (value == NULL)
		return (absent);
	if (json_is_real(value) && value_kind(value) == KIND_INTEGER &&
	    json_real_value(value) < 1e15)
		return ((json_int_t)json_real_value(value));
	return (json_is_integer(value) ? json_integer_value(value) : -1);
}

int
compile_contains(struct compiler *c, struct schema *schema, const json_t *value)
{
	const struct schema *sub = child(c, schema, value);
	json_int_t min = contains_count(schema, "minContains", 1);
	json_int_t max = contains_count(schema, "maxContains", INT64_MAX);
	struct rule *rule;

	if (sub == NULL)
		return (-1);
	if (min < 0 || max < 0)
		return (compile_fail(c, schema, "a limit is not a count"));
	rule =
	    add_rule(schema, check_contains, KIND_ARRAY, FIELD_CONTAINS, value);
	rule->u.contains = (struct contains){
		.schema = sub,
		.min = (size_t)min,
		.max = (size_t)max,
		.max_limit = json_object_get(schema->json, "maxContains"),
	};
	return (0);
}

int
compile_property_names(
    struct compiler *c, struct schema *schema, const json_t *value)
{
	const struct schema *sub = child(c, schema, value);

	if (sub == NULL)
		return (-1);
	add_rule(schema, check_property_names, KIND_OBJECT,
	    FIELD_PROPERTY_NAMES, value)
	    ->u.schema = sub;
	return (0);
}

static int
name_order(const void *a, const void *b)
{
	return (strcmp(((const struct named_schema *)a)->name,
	    ((const struct named_schema *)b)->name));
}

static int
compile_named(struct compiler *c, struct schema *schema, struct members *m)
{
	const json_t *map = json_object_get(schema->json, "properties");
	json_t *object = iterable(map), *item;
	struct named_schema *named;
	const char *key;

	if (map != NULL && !json_is_object(map))
		return (compile_fail(c, schema, "properties is no object"));
	m->named =
	    set_alloc(c->set, (json_object_size(map) + 1) * sizeof(*m->named));
	json_object_foreach(object, key, item) {
		named = &m->named[m->named_n++];
		named->name = key;
		named->schema = child(c, schema, item);
		if (named->schema == NULL)
			return (-1);
	}
	qsort(m->named, m->named_n, sizeof(*m->named), name_order);
	return (0);
}

static int
compile_patterns(struct compiler *c, struct schema *schema, struct members *m)
{
	const json_t *map = json_object_get(schema->json, "patternProperties");
	json_t *object = iterable(map), *item;
	struct pattern_schema *pattern;
	const char *key;
	char why[160];

	if (map != NULL && !json_is_object(map))
		return (
		    compile_fail(c, schema, "patternProperties is no object"));
	m->patterns = set_alloc(
	    c->set, (json_object_size(map) + 1) * sizeof(*m->patterns));
	json_object_foreach(object, key, item) {
		pattern = &m->patterns[m->patterns_n++];
		pattern->pattern = set_pattern(c->set, key, why, sizeof(why));
		if (pattern->pattern == NULL)
			return (compile_fail(
			    c, schema, "patternProperties: %s", why));
		pattern->schema = child(c, schema, item);
		if (pattern->schema == NULL)
			return (-1);
	}
	return (0);
}

/* The first of the three keywords makes the rule for all of them. */
int
compile_members(struct compiler *c, struct schema *schema, const json_t *value)
{
	struct members *m = schema->members;

	if (m != NULL)
		return (0);
	m = schema->members = set_alloc(c->set, sizeof(*m));
	if (compile_named(c, schema, m) != 0 ||
	    compile_patterns(c, schema, m) != 0)
		return (-1);
	m->other_limit = json_object_get(schema->json, "additionalProperties");
	if (m->other_limit != NULL) {
		m->other = child(c, schema, m->other_limit);
		if (m->other == NULL)
			return (-1);
	}
	add_rule(
	    schema, check_members, KIND_OBJECT, FIELD_UNKNOWN_MEMBER, value)
	    ->u.members = m;
	return (0);
}

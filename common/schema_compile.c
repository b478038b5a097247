/*
 * From a JSON document to a tree of rules, in two passes: declare() gives
 * every subschema a node, so that $id and $anchor are known before any $ref is
 * read; compile_all() then fills the nodes with rules and looks for references
 * that would never end.
 */

#include "schema_int.h"

#include <stdio.h>
#include <string.h>

/* Deeper schemas are a mistake, and the functions here are recursive. */
#define SCHEMA_NEST_MAX 100

int
compile_fail(
    struct compiler *c, const struct schema *schema, const char *format, ...)
{
	const char *place = schema->place == NULL ? "" : schema->place;
	char what[200];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	(void)snprintf(c->err, c->errlen, "%s, in schema \"%s\"", what, place);
	return (-1);
}

void
list_add(struct schema_set *set, struct schema_list *list,
    const struct schema *schema)
{
	list->at = set_grow(set, list->at, list->n, sizeof(struct schema *));
	list->at[list->n++] = schema;
}

struct rule *
add_rule(struct schema *schema, rule_check check, unsigned kinds,
    enum field_error code, const json_t *limit)
{
	struct rule *rule;

	schema->rules = set_grow(
	    schema->set, schema->rules, schema->rules_n, sizeof(*rule));
	rule = &schema->rules[schema->rules_n++];
	*rule = (struct rule){
		.check = check,
		.kinds = kinds,
		.code = code,
		.limit = limit,
	};
	return (rule);
}

/* A key as a reference token of a JSON pointer. */
static const char *
escape(struct schema_set *set, const char *key)
{
	char *out = set_alloc(set, 2 * strlen(key) + 1), *p = out;

	for (; *key != '\0'; key++) {
		if (*key == '~' || *key == '/') {
			*p++ = '~';
			*p++ = *key == '~' ? '0' : '1';
		} else {
			*p++ = *key;
		}
	}
	return (out);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the schema, see above. */
static int
declare_member(struct compiler *c, const struct schema *schema,
    const char *name, const json_t *value)
{
	const struct keyword *keyword = keyword_find(name);
	json_t *object = iterable(value), *item;
	const char *key;
	char *place;
	size_t i;

	if (keyword == NULL || keyword->holds == HOLDS_NOTHING)
		return (0);
	place = set_printf(c->set, "%s/%s", schema->place, name);
	if (keyword->holds == HOLDS_SCHEMA)
		return (declare(c, value, place, schema->resource) ? 0 : -1);
	json_array_foreach(object, i, item) {
		if (declare(c, item, set_printf(c->set, "%s/%zu", place, i),
			schema->resource) == NULL)
			return (-1);
	}
	json_object_foreach(object, key, item) {
		if (declare(c, item,
			set_printf(c->set, "%s/%s", place, escape(c->set, key)),
			schema->resource) == NULL)
			return (-1);
	}
	return (0);
}

static int
declare_members(struct compiler *c, struct schema *schema)
{
	json_t *object = iterable(schema->json), *value;
	const char *key;
	const json_t *id = json_object_get(object, "$id");
	const json_t *anchor = json_object_get(object, "$anchor");

	if (++c->depth > SCHEMA_NEST_MAX)
		return (compile_fail(c, schema, "nests too deep"));
	if (id != NULL && !json_is_string(id))
		return (compile_fail(c, schema, "$id is not a string"));
	if (anchor != NULL && !json_is_string(anchor))
		return (compile_fail(c, schema, "$anchor is not a string"));
	if (id != NULL)
		schema->resource = resource_enter(
		    c, schema->resource, object, json_string_value(id));
	if (anchor != NULL)
		set_add_anchor(c->set, schema->resource,
		    json_string_value(anchor), object);
	json_object_foreach(object, key, value) {
		if (declare_member(c, schema, key, value) != 0)
			return (-1);
	}
	c->depth--;
	return (0);
}

/*
 * The node for a schema of the document, made with those of all its
 * subschemas when it is new.  NULL after compile_fail().
 */
struct schema *
declare(struct compiler *c, const json_t *json, const char *place,
    const struct resource *base)
{
	struct schema *schema = set_schema(c->set, json);

	if (schema != NULL)
		return (schema);
	schema = set_alloc(c->set, sizeof(*schema));
	schema->set = c->set;
	schema->json = json;
	schema->place = set_printf(c->set, "%s", place);
	schema->resource = base;
	schema->kinds = KIND_ANY;
	if (!json_is_object(json) && !json_is_boolean(json)) {
		compile_fail(c, schema, "neither an object nor a boolean");
		return (NULL);
	}
	set_add_schema(c->set, schema);
	if (json_is_object(json) && declare_members(c, schema) != 0)
		return (NULL);
	return (schema);
}

/* NOLINTEND(misc-no-recursion) */

const struct schema *
child(struct compiler *c, const struct schema *schema, const json_t *json)
{
	return (declare(c, json, schema->place, schema->resource));
}

const struct schema *
inplace(struct compiler *c, struct schema *schema, const json_t *json)
{
	const struct schema *sub = child(c, schema, json);

	if (sub != NULL)
		list_add(c->set, &schema->inplace, sub);
	return (sub);
}

static int
compile_keyword(
    struct compiler *c, struct schema *schema, const char *key, json_t *value)
{
	const struct keyword *keyword = keyword_find(key);

	if (keyword == NULL && strncmp(key, "x-", 2) == 0)
		return (0);
	if (keyword == NULL)
		return (compile_fail(c, schema, "unknown keyword \"%s\"", key));
	if (keyword->compile == NULL)
		return (0);
	return (keyword->compile(c, schema, value));
}

static int
compile_one(struct compiler *c, struct schema *schema)
{
	json_t *object = iterable(schema->json), *value;
	const char *key;

	schema->never = json_is_false(schema->json);
	json_object_foreach(object, key, value) {
		if (compile_keyword(c, schema, key, value) != 0)
			return (-1);
	}
	return (0);
}

/* Whether following schemas for the same value leads back to this one. */
/* NOLINTBEGIN(misc-no-recursion): stops at marked nodes. */
static bool
loops(struct schema *schema)
{
	enum {
		NEW,
		OPEN,
		DONE
	};
	size_t i;

	if (schema->mark != NEW)
		return (schema->mark == OPEN);
	schema->mark = OPEN;
	for (i = 0; i < schema->inplace.n; i++) {
		if (loops(set_schema(schema->set, schema->inplace.at[i]->json)))
			return (true);
	}
	schema->mark = DONE;
	return (false);
}

/* NOLINTEND(misc-no-recursion) */

int
compile_all(struct compiler *c)
{
	struct schema_queue *queue = set_queue(c->set);
	size_t i;

	/* A reference may declare more: the queue grows while it is read. */
	for (; queue->done < queue->n; queue->done++) {
		if (compile_one(c, queue->at[queue->done]) != 0)
			return (-1);
	}
	for (i = 0; i < queue->n; i++) {
		if (loops(queue->at[i])) {
			return (compile_fail(c, queue->at[i],
			    "refers to itself without an end"));
		}
	}
	return (0);
}

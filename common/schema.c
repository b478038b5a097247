/*
 * A set of compiled schemas: its memory, what it knows by document node and by
 * anchor, and the public entry points.
 */

#include "schema.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema_int.h"

struct chunk {
	struct chunk *next;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct anchor {
	struct anchor *next;
	const struct resource *resource;
	const char *name;
	const json_t *json;
};

struct pattern_entry {
	struct pattern_entry *next;
	const char *text;
	struct pattern *pattern;
};

struct schema_set {
	json_t *doc;
	struct chunk *chunks;
	void *schemas; /* of tsearch(), by document node */
	struct schema_queue queue;
	struct resource *resources;
	struct anchor *anchors;
	struct pattern_entry *patterns;
};

struct schema_set *
schema_set_new(json_t *doc)
{
	struct schema_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return (NULL);
	set->doc = json_incref(doc);
	set->resources = set_alloc(set, sizeof(*set->resources));
	set->resources->uri = "";
	set->resources->root = doc;
	return (set);
}

static void
keep_schema(void *schema)
{
	(void)schema; /* its memory is a chunk of the set */
}

void
schema_set_free(struct schema_set *set)
{
	struct pattern_entry *entry;
	struct chunk *chunk;

	if (set == NULL)
		return;
	for (entry = set->patterns; entry != NULL; entry = entry->next)
		pattern_free(entry->pattern);
	tdestroy(set->schemas, keep_schema);
	while ((chunk = set->chunks) != NULL) {
		set->chunks = chunk->next;
		free(chunk);
	}
	json_decref(set->doc);
	free(set);
}

void *
set_alloc(struct schema_set *set, size_t size)
{
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (chunk == NULL) {
		fputs("out of memory while compiling schemas\n", stderr);
		abort();
	}
	chunk->next = set->chunks;
	set->chunks = chunk;
	return (chunk->bytes);
}

/* Room for n + 1 elements; doubles whenever n is a power of two. */
void *
set_grow(struct schema_set *set, void *old, size_t n, size_t size)
{
	void *grown;

	if (n > 0 && (n & (n - 1)) != 0)
		return (old);
	grown = set_alloc(set, (n == 0 ? 1 : 2 * n) * size);
	if (n > 0)
		memcpy(grown, old, n * size);
	return (grown);
}

char *
set_printf(struct schema_set *set, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	text = set_alloc(set, (size_t)len + 1);
	va_start(args, format);
	(void)vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return (text);
}

static int
schema_by_node(const void *a, const void *b)
{
	const struct schema *x = a, *y = b;
	uintptr_t left = (uintptr_t)x->json, right = (uintptr_t)y->json;

	return ((left > right) - (left < right));
}

struct schema *
set_schema(struct schema_set *set, const json_t *json)
{
	const struct schema key = { .json = json };
	void *found = tfind(&key, &set->schemas, schema_by_node);

	return (found == NULL ? NULL : *(struct schema **)found);
}

void
set_add_schema(struct schema_set *set, struct schema *schema)
{
	if (tsearch(schema, &set->schemas, schema_by_node) == NULL) {
		fputs("out of memory while compiling schemas\n", stderr);
		abort();
	}
	set->queue.at =
	    set_grow(set, set->queue.at, set->queue.n, sizeof(struct schema *));
	set->queue.at[set->queue.n++] = schema;
}

struct schema_queue *
set_queue(struct schema_set *set)
{
	return (&set->queue);
}

struct resource **
set_resources(struct schema_set *set)
{
	return (&set->resources);
}

void
set_add_anchor(struct schema_set *set, const struct resource *resource,
    const char *name, const json_t *json)
{
	struct anchor *anchor = set_alloc(set, sizeof(*anchor));

	anchor->resource = resource;
	anchor->name = name;
	anchor->json = json;
	anchor->next = set->anchors;
	set->anchors = anchor;
}

const json_t *
set_anchor(
    struct schema_set *set, const struct resource *resource, const char *name)
{
	const struct anchor *anchor;

	for (anchor = set->anchors; anchor != NULL; anchor = anchor->next) {
		if (anchor->resource == resource &&
		    strcmp(anchor->name, name) == 0)
			return (anchor->json);
	}
	return (NULL);
}

/* Specs repeat a few patterns many times: each is compiled once. */
struct pattern *
set_pattern(struct schema_set *set, const char *text, char *err, size_t errlen)
{
	struct pattern_entry *entry;
	struct pattern *pattern;

	for (entry = set->patterns; entry != NULL; entry = entry->next) {
		if (strcmp(entry->text, text) == 0)
			return (entry->pattern);
	}
	if ((pattern = pattern_new(text, err, errlen)) == NULL)
		return (NULL);
	entry = set_alloc(set, sizeof(*entry));
	entry->text = text;
	entry->pattern = pattern;
	entry->next = set->patterns;
	set->patterns = entry;
	return (pattern);
}

const struct schema *
schema_compile(
    struct schema_set *set, const char *pointer, char *err, size_t errlen)
{
	struct compiler c = { .set = set, .err = err, .errlen = errlen };
	const struct resource *base = set->resources;
	struct schema *schema;
	const json_t *json;

	while (base->next != NULL) /* the document is the oldest */
		base = base->next;
	json = pointer_get(set->doc, pointer);
	if (json == NULL) {
		(void)snprintf(
		    err, errlen, "there is no schema at \"%s\"", pointer);
		return (NULL);
	}
	schema = declare(&c, json, pointer, base);
	if (schema == NULL || compile_all(&c) != 0)
		return (NULL);
	return (schema);
}

int
schema_check(const struct schema *schema, const json_t *value,
    schema_error_cb add, void *arg)
{
	struct walk walk = {
		.add = add,
		.arg = arg,
		.max = add == NULL ? 1 : SCHEMA_ERRORS_MAX,
	};

	if (nests_deeper(value, SCHEMA_DEPTH_MAX))
		report(&walk, FIELD_TOO_DEEP, NULL, NULL);
	else
		walk_schema(&walk, schema, value, NULL);
	return (walk.errors);
}

/* The kinds of a property, through $ref and allOf. */
/* NOLINTBEGIN(misc-no-recursion): compile_all() has refused loops. */
static unsigned
property_kinds(const struct schema *schema, const char *property)
{
	unsigned kinds = KIND_ANY;
	size_t i;

	for (i = 0; schema->members != NULL && i < schema->members->named_n;
	     i++) {
		if (strcmp(schema->members->named[i].name, property) == 0)
			kinds &= schema_kinds(schema->members->named[i].schema);
	}
	for (i = 0; i < schema->alongside.n; i++)
		kinds &= property_kinds(schema->alongside.at[i], property);
	return (kinds);
}

/* NOLINTEND(misc-no-recursion) */

const char *
schema_property_type(const struct schema *schema, const char *property)
{
	unsigned kinds = property_kinds(schema, property) & ~KIND_NULL;
	const char *name = kind_name(kinds);

	return (kinds == KIND_OBJECT ? NULL : name);
}

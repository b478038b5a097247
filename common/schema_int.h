/*
 * What the files of the schema check share among themselves; nobody else
 * includes this.
 *
 *   schema.c          sets, the public entry points
 *   schema_compile.c  from a JSON document to a tree of rules
 *   schema_keyword.c  the table of keywords and how each becomes a rule
 *   schema_apply.c    the same for keywords that hold other schemas
 *   schema_ref.c      $id, $anchor, $ref: which schema a URI names
 *   schema_check.c    the walk over a value, and errors
 *   schema_rule.c     rules about one value
 *   schema_nest.c     rules that apply other schemas
 *   schema_value.c    kinds, order and equality of JSON values
 *   schema_format.c   dates, times, addresses, UUIDs
 *   schema_pattern.c  ECMA-262 regular expressions through PCRE2
 */

#ifndef ZAEDNO_SCHEMA_INT_H
#define ZAEDNO_SCHEMA_INT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema.h"

/* The kinds of a value, as a mask.  1.0 is an integer. */
#define KIND_NULL    0x01u
#define KIND_BOOLEAN 0x02u
#define KIND_INTEGER 0x04u
#define KIND_REAL    0x08u
#define KIND_STRING  0x10u
#define KIND_ARRAY   0x20u
#define KIND_OBJECT  0x40u
#define KIND_NUMBER  (KIND_INTEGER | KIND_REAL)
#define KIND_ANY     0x7fu

struct pattern;
struct rule;
struct walk;

/* Where the walk stands in the instance: a list on the C stack. */
struct step {
	const struct step *parent;
	const char *key; /* NULL: an array index */
	size_t index;
};

typedef void (*rule_check)(struct walk *, const struct rule *,
    const json_t *value, const struct step *at);

struct schema_list {
	const struct schema **at;
	size_t n;
};

/* Sorted by json_order() so that a long code list costs a binary search. */
struct value_list {
	const json_t **at;
	size_t n;
};

struct named_schema {
	const char *name;
	const struct schema *schema;
};

struct pattern_schema {
	const struct pattern *pattern;
	const struct schema *schema;
};

/* properties, patternProperties and additionalProperties are one rule. */
struct members {
	struct named_schema *named; /* sorted by name */
	size_t named_n;
	struct pattern_schema *patterns;
	size_t patterns_n;
	const struct schema *other;
	const json_t *other_limit;
};

struct contains {
	const struct schema *schema;
	size_t min;
	size_t max;
	const json_t *max_limit;
};

struct condition {
	const struct schema *test;
	const struct schema *then;
	const struct schema *otherwise;
};

/* dependentRequired and dependentSchemas: what a member brings with it. */
struct dependent {
	const char *name;
	const json_t *required;
	const struct schema *schema;
};

struct dependents {
	struct dependent *at;
	size_t n;
};

typedef bool (*format_check)(const char *text, size_t len);

struct rule {
	rule_check check;
	unsigned kinds; /* of the values that it applies to */
	enum field_error code;
	const json_t *limit;
	union {
		size_t count;
		const struct schema *schema;
		struct schema_list list;
		struct value_list values;
		struct contains contains;
		struct condition condition;
		struct dependents dependents;
		struct members *members;
		const struct pattern *pattern;
		format_check format;
	} u;
};

/* A schema document: everything under one $id. */
struct resource {
	struct resource *next;
	const char *uri; /* absolute, without fragment; "" for the document */
	const json_t *root;
};

struct schema {
	struct schema_set *set;
	const json_t *json;
	const char *place; /* JSON pointer, for messages */
	const struct resource *resource;
	unsigned kinds; /* that "type" permits */
	const json_t *type;
	bool never; /* the schema false */
	struct rule *rules;
	size_t rules_n;
	struct members *members;      /* of the rule, once it exists */
	struct schema_list inplace;   /* applied to the same value... */
	struct schema_list alongside; /* ...of which all must hold */
	int mark;                     /* of the search for loops */
};

/* All schemas of a set as declared; the first "done" are compiled. */
struct schema_queue {
	struct schema **at;
	size_t n;
	size_t done;
};

struct walk {
	schema_error_cb add; /* NULL: only whether it is valid */
	void *arg;
	int errors;
	int max;
};

/* schema.c: memory that lives as long as the set; never NULL. */
void *set_alloc(struct schema_set *, size_t);
void *set_grow(struct schema_set *, void *old, size_t n, size_t size);
char *set_printf(struct schema_set *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* schema.c: what a set knows. */
struct schema *set_schema(struct schema_set *, const json_t *);
void set_add_schema(struct schema_set *, struct schema *);
struct schema_queue *set_queue(struct schema_set *);
struct resource **set_resources(struct schema_set *);
void set_add_anchor(struct schema_set *, const struct resource *,
    const char *name, const json_t *);
const json_t *set_anchor(
    struct schema_set *, const struct resource *, const char *name);
struct pattern *set_pattern(
    struct schema_set *, const char *text, char *err, size_t errlen);

/* schema_compile.c.  fail() always returns -1. */
struct compiler {
	struct schema_set *set;
	char *err;
	size_t errlen;
	unsigned depth;
};
int compile_fail(struct compiler *, const struct schema *, const char *, ...)
    __attribute__((format(printf, 3, 4)));
int compile_all(struct compiler *);
struct schema *declare(struct compiler *, const json_t *, const char *place,
    const struct resource *);
struct rule *add_rule(struct schema *, rule_check, unsigned kinds,
    enum field_error, const json_t *limit);
/* The schema at a keyword's value; NULL after compile_fail(). */
const struct schema *child(
    struct compiler *, const struct schema *, const json_t *);
/* The same, noting that it applies to the same value as its parent. */
const struct schema *inplace(
    struct compiler *, struct schema *, const json_t *);
void list_add(struct schema_set *, struct schema_list *, const struct schema *);

/* schema_keyword.c */
enum holds {
	HOLDS_NOTHING,
	HOLDS_SCHEMA,
	HOLDS_LIST,
	HOLDS_MAP
};
struct keyword {
	const char *name;
	enum holds holds;
	/* NULL: an annotation.  -1 after compile_fail(). */
	int (*compile)(struct compiler *, struct schema *, const json_t *value);
};
const struct keyword *keyword_find(const char *name);

/* schema_apply.c */
#define APPLIES(name)                                                          \
	int name(struct compiler *, struct schema *, const json_t *value)
APPLIES(compile_ref);
APPLIES(compile_all_of);
APPLIES(compile_any_of);
APPLIES(compile_one_of);
APPLIES(compile_not);
APPLIES(compile_if);
APPLIES(compile_prefix_items);
APPLIES(compile_items);
APPLIES(compile_contains);
APPLIES(compile_members);
APPLIES(compile_property_names);

/* schema_ref.c */
const struct resource *resource_enter(struct compiler *,
    const struct resource *base, const json_t *json, const char *id);
struct schema *ref_resolve(
    struct compiler *, const struct schema *, const char *ref);
const json_t *pointer_get(const json_t *doc, const char *pointer);

/* schema_check.c */
/* The kinds of value that can be valid, as far as "type" says. */
unsigned schema_kinds(const struct schema *);
void walk_schema(
    struct walk *, const struct schema *, const json_t *, const struct step *);
bool walk_full(const struct walk *);
bool accepts(const struct schema *, const json_t *);
void report(
    struct walk *, enum field_error, const json_t *limit, const struct step *);

/* schema_rule.c */
#define RULE(name)                                                             \
	void name(struct walk *, const struct rule *, const json_t *,          \
	    const struct step *)
RULE(check_enum);
RULE(check_const);
RULE(check_minimum);
RULE(check_maximum);
RULE(check_exclusive_minimum);
RULE(check_exclusive_maximum);
RULE(check_multiple_of);
RULE(check_min_length);
RULE(check_max_length);
RULE(check_pattern);
RULE(check_format);
RULE(check_min_items);
RULE(check_max_items);
RULE(check_unique_items);
RULE(check_min_properties);
RULE(check_max_properties);
RULE(check_required);

/* schema_nest.c */
RULE(check_ref);
RULE(check_all_of);
RULE(check_any_of);
RULE(check_one_of);
RULE(check_not);
RULE(check_condition);
RULE(check_prefix_items);
RULE(check_items);
RULE(check_contains);
RULE(check_members);
RULE(check_property_names);
RULE(check_dependents);

/* schema_value.c */
unsigned value_kind(const json_t *);
const char *kind_name(unsigned kind);
unsigned kind_of_name(const char *name); /* 0: no such type */
int number_order(const json_t *, const json_t *);
int json_order(const json_t *, const json_t *);
int json_order_at(const void *, const void *); /* for qsort, bsearch */
size_t code_points(const char *text, size_t len);
bool nests_deeper(const json_t *, unsigned levels);
json_t *iterable(const json_t *);

/* schema_format.c */
format_check format_find(const char *name, enum field_error *code);

/* schema_pattern.c */
struct pattern *pattern_new(const char *text, char *err, size_t errlen);
void pattern_free(struct pattern *);
bool pattern_matches(const struct pattern *, const char *, size_t);

#endif

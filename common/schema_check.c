/*
 * The walk over a value: each schema's rules in turn.  Where the walk stands
 * is a list on the C stack; a JSON pointer is written only for an error.
 */

#include "schema_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
walk_full(const struct walk *walk)
{
	return (walk->errors >= walk->max);
}

/* NOLINTBEGIN(misc-no-recursion): compile_all() has refused loops. */
unsigned
schema_kinds(const struct schema *schema)
{
	unsigned kinds = schema->never ? 0 : schema->kinds;
	size_t i;

	for (i = 0; i < schema->alongside.n; i++)
		kinds &= schema_kinds(schema->alongside.at[i]);
	return (kinds);
}

/* NOLINTEND(misc-no-recursion) */

void
walk_schema(struct walk *walk, const struct schema *schema, const json_t *value,
    const struct step *at)
{
	unsigned kind = value_kind(value);
	const struct rule *rule;
	size_t i;

	if (schema->never) {
		report(walk, FIELD_FALSE_SCHEMA, schema->json, at);
		return;
	}
	/* The wrong kind of value: what else is wrong with it is noise. */
	if ((schema->kinds & kind) == 0) {
		report(walk, FIELD_TYPE, schema->type, at);
		return;
	}
	for (i = 0; i < schema->rules_n && !walk_full(walk); i++) {
		rule = &schema->rules[i];
		if (rule->kinds & kind)
			rule->check(walk, rule, value, at);
	}
}

bool
accepts(const struct schema *schema, const json_t *value)
{
	struct walk walk = { .max = 1 };

	walk_schema(&walk, schema, value, NULL);
	return (walk.errors == 0);
}

static size_t
token_len(const struct step *step)
{
	const char *p;
	size_t len = 1;

	if (step->key == NULL)
		return (1 + 20);
	for (p = step->key; *p != '\0'; p++)
		len += *p == '~' || *p == '/' ? 2 : 1;
	return (len);
}

/* RFC 6901: "~" is written "~0" and "/" is written "~1". */
static char *
put_token(char *out, const struct step *step)
{
	const char *p;

	*out++ = '/';
	if (step->key == NULL)
		return (out + snprintf(out, 21, "%zu", step->index));
	for (p = step->key; *p != '\0'; p++) {
		if (*p == '~' || *p == '/') {
			*out++ = '~';
			*out++ = *p == '~' ? '0' : '1';
		} else {
			*out++ = *p;
		}
	}
	return (out);
}

static char *
pointer_new(const struct step *at)
{
	const struct step *steps[SCHEMA_DEPTH_MAX + 2];
	size_t n = 0, len = 1;
	char *pointer, *out;

	for (; at != NULL && n < SCHEMA_DEPTH_MAX + 2; at = at->parent) {
		len += token_len(at);
		steps[n++] = at;
	}
	if ((pointer = malloc(len)) == NULL)
		return (NULL);
	out = pointer;
	while (n > 0)
		out = put_token(out, steps[--n]);
	*out = '\0';
	return (pointer);
}

void
report(struct walk *walk, enum field_error code, const json_t *limit,
    const struct step *at)
{
	char *pointer;

	if (walk_full(walk))
		return;
	walk->errors++;
	if (walk->add == NULL)
		return;
	pointer = pointer_new(at);
	walk->add(walk->arg, pointer == NULL ? "" : pointer, code, limit);
	free(pointer);
}

/*
 * Rules that apply other schemas, to the same value or to what it holds.
 */

#include "schema_int.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(name)                                                            \
	void name(struct walk *walk, const struct rule *rule,                  \
	    const json_t *value, const struct step *at)

CHECK(check_ref)
{
	walk_schema(walk, rule->u.schema, value, at);
}

CHECK(check_all_of)
{
	size_t i;

	for (i = 0; i < rule->u.list.n && !walk_full(walk); i++)
		walk_schema(walk, rule->u.list.at[i], value, at);
}

/*
 * No branch fits.  When only one is meant for this kind of value (the other
 * being null, say), its errors say more than "no branch fits".
 */
static void
report_branches(struct walk *walk, const struct rule *rule, const json_t *value,
    const struct step *at)
{
	unsigned kind = value_kind(value);
	const struct schema *meant = NULL;
	size_t i, n = 0;

	for (i = 0; walk->add != NULL && i < rule->u.list.n; i++) {
		if (schema_kinds(rule->u.list.at[i]) & kind) {
			meant = rule->u.list.at[i];
			n++;
		}
	}
	if (meant != NULL && n == 1)
		walk_schema(walk, meant, value, at);
	else
		report(walk, rule->code, rule->limit, at);
}

CHECK(check_any_of)
{
	size_t i;

	for (i = 0; i < rule->u.list.n; i++) {
		if (accepts(rule->u.list.at[i], value))
			return;
	}
	report_branches(walk, rule, value, at);
}

CHECK(check_one_of)
{
	size_t i, n = 0;

	for (i = 0; i < rule->u.list.n && n < 2; i++)
		n += accepts(rule->u.list.at[i], value);
	if (n == 0)
		report_branches(walk, rule, value, at);
	else if (n > 1)
		report(walk, rule->code, rule->limit, at);
}

CHECK(check_not)
{
	if (accepts(rule->u.schema, value))
		report(walk, rule->code, rule->limit, at);
}

CHECK(check_condition)
{
	const struct schema *branch = accepts(rule->u.condition.test, value)
					  ? rule->u.condition.then
					  : rule->u.condition.otherwise;

	if (branch != NULL)
		walk_schema(walk, branch, value, at);
}

CHECK(check_prefix_items)
{
	struct step step = { .parent = at };
	size_t n = json_array_size(value);

	for (;
	     step.index < n && step.index < rule->u.list.n && !walk_full(walk);
	     step.index++) {
		walk_schema(walk, rule->u.list.at[step.index],
		    json_array_get(value, step.index), &step);
	}
}

CHECK(check_items)
{
	struct step step = { .parent = at, .index = rule->u.contains.min };
	size_t n = json_array_size(value);

	for (; step.index < n && !walk_full(walk); step.index++) {
		walk_schema(walk, rule->u.contains.schema,
		    json_array_get(value, step.index), &step);
	}
}

CHECK(check_contains)
{
	const struct contains *contains = &rule->u.contains;
	size_t i, n = json_array_size(value), found = 0;

	for (i = 0; i < n; i++)
		found += accepts(contains->schema, json_array_get(value, i));
	if (found < contains->min)
		report(walk, rule->code, rule->limit, at);
	if (found > contains->max)
		report(walk, FIELD_MAX_CONTAINS, contains->max_limit, at);
}

static int
name_order(const void *name, const void *entry)
{
	return (strcmp(name, ((const struct named_schema *)entry)->name));
}

static void
check_other(struct walk *walk, const struct members *m, const json_t *value,
    const struct step *step)
{
	if (m->other == NULL)
		return;
	if (m->other->never)
		report(walk, FIELD_UNKNOWN_MEMBER, m->other_limit, step);
	else
		walk_schema(walk, m->other, value, step);
}

static void
check_member(struct walk *walk, const struct members *m, const json_t *value,
    const struct step *step)
{
	const struct named_schema *named = NULL;
	bool known;
	size_t i;

	if (m->named_n > 0)
		named = bsearch(step->key, m->named, m->named_n,
		    sizeof(*m->named), name_order);
	known = named != NULL;
	if (named != NULL)
		walk_schema(walk, named->schema, value, step);
	for (i = 0; i < m->patterns_n && !walk_full(walk); i++) {
		if (!pattern_matches(
			m->patterns[i].pattern, step->key, strlen(step->key)))
			continue;
		known = true;
		walk_schema(walk, m->patterns[i].schema, value, step);
	}
	if (!known)
		check_other(walk, m, value, step);
}

CHECK(check_members)
{
	struct step step = { .parent = at };
	json_t *object = iterable(value), *item;

	json_object_foreach(object, step.key, item) {
		if (walk_full(walk))
			return;
		check_member(walk, rule->u.members, item, &step);
	}
}

CHECK(check_property_names)
{
	struct step step = { .parent = at };
	json_t *object = iterable(value), *item, *name;

	json_object_foreach(object, step.key, item) {
		if (walk_full(walk))
			return;
		name = json_string_nocheck(step.key);
		if (name == NULL || !accepts(rule->u.schema, name))
			report(walk, rule->code, rule->limit, &step);
		json_decref(name);
	}
}

static void
check_names(struct walk *walk, const struct rule *rule, const json_t *names,
    const json_t *value, const struct step *at)
{
	struct step step = { .parent = at };
	size_t i, n = json_array_size(names);

	for (i = 0; i < n && !walk_full(walk); i++) {
		step.key = json_string_value(json_array_get(names, i));
		if (json_object_get(value, step.key) == NULL)
			report(walk, rule->code, names, &step);
	}
}

CHECK(check_dependents)
{
	const struct dependent *one = rule->u.dependents.at;
	const struct dependent *end = one + rule->u.dependents.n;

	for (; one < end; one++) {
		if (json_object_get(value, one->name) == NULL)
			continue;
		if (one->schema != NULL)
			walk_schema(walk, one->schema, value, at);
		else
			check_names(walk, rule, one->required, value, at);
	}
}

/*
 * Rules about one value by itself.
 */

#include "schema_int.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Up to here comparing all pairs is quicker than sorting. */
#define PAIRS_MAX 16

#define FAIL_IF(condition)                                                     \
	do {                                                                   \
		if (condition)                                                 \
			report(walk, rule->code, rule->limit, at);             \
	} while (0)

#define CHECK(name)                                                            \
	void name(struct walk *walk, const struct rule *rule,                  \
	    const json_t *value, const struct step *at)

CHECK(check_enum)
{
	FAIL_IF(rule->u.values.n == 0 ||
		bsearch(&value, rule->u.values.at, rule->u.values.n,
		    sizeof(json_t *), json_order_at) == NULL);
}

CHECK(check_const)
{
	FAIL_IF(json_order(value, rule->limit) != 0);
}

CHECK(check_minimum)
{
	FAIL_IF(number_order(value, rule->limit) < 0);
}

CHECK(check_maximum)
{
	FAIL_IF(number_order(value, rule->limit) > 0);
}

CHECK(check_exclusive_minimum)
{
	FAIL_IF(number_order(value, rule->limit) <= 0);
}

CHECK(check_exclusive_maximum)
{
	FAIL_IF(number_order(value, rule->limit) >= 0);
}

/*
 * 0.0075 counts as a multiple of 0.0001 although neither has an exact double:
 * the quotient may miss a whole number by its own rounding.
 */
static bool
is_multiple(const json_t *value, const json_t *of)
{
	double number = json_number_value(value), step = json_number_value(of);
	double quotient = number / step;

	if (json_is_integer(value) && json_is_integer(of))
		return (
		    json_integer_value(value) % json_integer_value(of) == 0);
	if (!isfinite(quotient))
		return (fmod(number, step) == 0);
	return (fabs(quotient - rint(quotient)) <=
		2 * DBL_EPSILON * fabs(quotient));
}

CHECK(check_multiple_of)
{
	FAIL_IF(!is_multiple(value, rule->limit));
}

static size_t
length(const json_t *value)
{
	return (
	    code_points(json_string_value(value), json_string_length(value)));
}

CHECK(check_min_length)
{
	FAIL_IF(length(value) < rule->u.count);
}

CHECK(check_max_length)
{
	FAIL_IF(length(value) > rule->u.count);
}

CHECK(check_pattern)
{
	FAIL_IF(!pattern_matches(rule->u.pattern, json_string_value(value),
	    json_string_length(value)));
}

CHECK(check_format)
{
	FAIL_IF(!rule->u.format(
	    json_string_value(value), json_string_length(value)));
}

CHECK(check_min_items)
{
	FAIL_IF(json_array_size(value) < rule->u.count);
}

CHECK(check_max_items)
{
	FAIL_IF(json_array_size(value) > rule->u.count);
}

static bool
repeats_pairwise(const json_t *array)
{
	size_t i, j, n = json_array_size(array);

	for (i = 1; i < n; i++) {
		for (j = 0; j < i; j++) {
			if (json_order(json_array_get(array, i),
				json_array_get(array, j)) == 0)
				return (true);
		}
	}
	return (false);
}

/* Sorted: a long list must not cost the event loop a quadratic pause. */
static bool
repeats_sorted(const json_t *array)
{
	size_t i, n = json_array_size(array);
	const json_t **items = calloc(n, sizeof(json_t *));
	bool found = false;

	if (items == NULL)
		return (true);
	for (i = 0; i < n; i++)
		items[i] = json_array_get(array, i);
	qsort(items, n, sizeof(json_t *), json_order_at);
	for (i = 1; i < n && !found; i++)
		found = json_order(items[i - 1], items[i]) == 0;
	free(items);
	return (found);
}

CHECK(check_unique_items)
{
	FAIL_IF(json_array_size(value) <= PAIRS_MAX ? repeats_pairwise(value)
						    : repeats_sorted(value));
}

CHECK(check_min_properties)
{
	FAIL_IF(json_object_size(value) < rule->u.count);
}

CHECK(check_max_properties)
{
	FAIL_IF(json_object_size(value) > rule->u.count);
}

/* The error points at the member that is missing. */
CHECK(check_required)
{
	struct step step = { .parent = at };
	size_t i, n = json_array_size(rule->limit);

	for (i = 0; i < n && !walk_full(walk); i++) {
		step.key = json_string_value(json_array_get(rule->limit, i));
		if (json_object_get(value, step.key) == NULL)
			report(walk, rule->code, rule->limit, &step);
	}
}

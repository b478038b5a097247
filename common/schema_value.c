/*
 * JSON values as JSON Schema sees them: 1.0 is an integer and equals 1, the
 * order of members does not matter, strings are counted in code points.
 */

#include "schema_int.h"

#include <math.h>
#include <string.h>

/* 2^63: the first double that no json_int_t holds. */
#define INT_LIMIT 9223372036854775808.0

static const struct {
	const char *name;
	unsigned kinds;
} kind_names[] = {
	{ "integer", KIND_INTEGER },
	{ "number", KIND_NUMBER },
	{ "string", KIND_STRING },
	{ "boolean", KIND_BOOLEAN },
	{ "array", KIND_ARRAY },
	{ "object", KIND_OBJECT },
	{ "null", KIND_NULL },
};

#define KIND_NAMES (sizeof(kind_names) / sizeof(kind_names[0]))

const char *
kind_name(unsigned kinds)
{
	size_t i;

	for (i = 0; i < KIND_NAMES; i++) {
		if (kind_names[i].kinds == kinds)
			return (kind_names[i].name);
	}
	return (NULL);
}

unsigned
kind_of_name(const char *name)
{
	size_t i;

	for (i = 0; i < KIND_NAMES; i++) {
		if (strcmp(kind_names[i].name, name) == 0)
			return (kind_names[i].kinds);
	}
	return (0);
}

unsigned
value_kind(const json_t *value)
{
	double real;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return (KIND_OBJECT);
	case JSON_ARRAY:
		return (KIND_ARRAY);
	case JSON_STRING:
		return (KIND_STRING);
	case JSON_INTEGER:
		return (KIND_INTEGER);
	case JSON_REAL:
		real = json_real_value(value);
		return (real == floor(real) ? KIND_INTEGER : KIND_REAL);
	case JSON_TRUE:
	case JSON_FALSE:
		return (KIND_BOOLEAN);
	case JSON_NULL:
	default:
		return (KIND_NULL);
	}
}

/* Jansson iterates over non-const objects only; nothing is changed. */
json_t *
iterable(const json_t *object)
{
	union {
		const json_t *in;
		json_t *out;
	} both = { .in = object };

	return (both.out);
}

static int
int_order(json_int_t a, json_int_t b)
{
	return ((a > b) - (a < b));
}

/* Exact: an integer above 2^53 must not pass for its neighbour. */
static int
mixed_order(json_int_t a, double b)
{
	json_int_t whole;
	int order;

	if (b >= INT_LIMIT)
		return (-1);
	if (b < -INT_LIMIT)
		return (1);
	whole = (json_int_t)b;
	order = int_order(a, whole);
	if (order != 0)
		return (order);
	return (((double)whole > b) - ((double)whole < b));
}

int
number_order(const json_t *a, const json_t *b)
{
	double x, y;

	if (json_is_integer(a) && json_is_integer(b)) {
		return (
		    int_order(json_integer_value(a), json_integer_value(b)));
	}
	if (json_is_integer(a))
		return (mixed_order(json_integer_value(a), json_real_value(b)));
	if (json_is_integer(b)) {
		return (
		    -mixed_order(json_integer_value(b), json_real_value(a)));
	}
	x = json_real_value(a);
	y = json_real_value(b);
	return ((x > y) - (x < y));
}

static int
string_order(const json_t *a, const json_t *b)
{
	size_t alen = json_string_length(a), blen = json_string_length(b);

	if (alen != blen)
		return (alen < blen ? -1 : 1);
	return (memcmp(json_string_value(a), json_string_value(b), alen));
}

static int order_within(const json_t *, const json_t *, unsigned levels);

/* NOLINTBEGIN(misc-no-recursion): each call has a level less. */

static int
array_order(const json_t *a, const json_t *b, unsigned levels)
{
	size_t i, n = json_array_size(a), m = json_array_size(b);
	int order;

	if (n != m)
		return (n < m ? -1 : 1);
	for (i = 0; i < n; i++) {
		order = order_within(
		    json_array_get(a, i), json_array_get(b, i), levels);
		if (order != 0)
			return (order);
	}
	return (0);
}

/*
 * The least key at which b differs from a, looking at the keys of a only;
 * *order says how.  A member that b lacks puts a first.
 */
static const char *
least_difference(const json_t *a, const json_t *b, unsigned levels, int *order)
{
	json_t *object = iterable(a);
	const char *key, *least = NULL;
	json_t *mine;
	const json_t *theirs;
	int differs;

	*order = 0;
	json_object_foreach(object, key, mine) {
		if (least != NULL && strcmp(key, least) >= 0)
			continue;
		theirs = json_object_get(b, key);
		differs =
		    theirs == NULL ? -1 : order_within(mine, theirs, levels);
		if (differs != 0) {
			least = key;
			*order = differs;
		}
	}
	return (least);
}

/* Lexicographic over (key, value) pairs sorted by key, without sorting. */
static int
object_order(const json_t *a, const json_t *b, unsigned levels)
{
	size_t n = json_object_size(a), m = json_object_size(b);
	const char *left, *right;
	int lorder, rorder;

	if (n != m)
		return (n < m ? -1 : 1);
	left = least_difference(a, b, levels, &lorder);
	if (left == NULL)
		return (0); /* as many members, and all of a's are b's */
	right = least_difference(b, a, levels, &rorder);
	if (right == NULL || strcmp(left, right) <= 0)
		return (lorder);
	return (-rorder);
}

static int
order_within(const json_t *a, const json_t *b, unsigned levels)
{
	unsigned akind = value_kind(a), bkind = value_kind(b);

	if (akind & KIND_NUMBER)
		akind = KIND_NUMBER;
	if (bkind & KIND_NUMBER)
		bkind = KIND_NUMBER;
	if (akind != bkind)
		return (akind < bkind ? -1 : 1);
	if (levels == 0)
		return (0);
	switch (akind) {
	case KIND_NUMBER:
		return (number_order(a, b));
	case KIND_STRING:
		return (string_order(a, b));
	case KIND_BOOLEAN:
		return (json_is_true(a) - json_is_true(b));
	case KIND_ARRAY:
		return (array_order(a, b, levels - 1));
	case KIND_OBJECT:
		return (object_order(a, b, levels - 1));
	default:
		return (0);
	}
}

/* NOLINTEND(misc-no-recursion) */

/*
 * A total order of all JSON values; 0 means equal in the sense of JSON Schema.
 * Values deeper than an instance may be never reach this.
 */
int
json_order(const json_t *a, const json_t *b)
{
	return (order_within(a, b, SCHEMA_DEPTH_MAX + 1));
}

int
json_order_at(const void *a, const void *b)
{
	return (
	    json_order(*(const json_t *const *)a, *(const json_t *const *)b));
}

/* Jansson's strings are valid UTF-8: count the bytes that begin one. */
size_t
code_points(const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return (n);
}

/* NOLINTBEGIN(misc-no-recursion): each call has a level less. */
bool
nests_deeper(const json_t *value, unsigned levels)
{
	json_t *object = iterable(value);
	const char *key;
	json_t *item;
	size_t i;

	if (!json_is_array(value) && !json_is_object(value))
		return (false);
	if (levels == 0)
		return (true);
	json_array_foreach(value, i, item) {
		if (nests_deeper(item, levels - 1))
			return (true);
	}
	json_object_foreach(object, key, item) {
		if (nests_deeper(item, levels - 1))
			return (true);
	}
	return (false);
}
/* NOLINTEND(misc-no-recursion) */

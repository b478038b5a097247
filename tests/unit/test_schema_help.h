/*
 * What the unit tests of the schema check share: one line says the schema,
 * the value and all errors that are expected.
 */

#ifndef ZAEDNO_TEST_SCHEMA_HELP_H
#define ZAEDNO_TEST_SCHEMA_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "common/schema.h"

#define SEEN_MAX 128

struct seen {
	int n;
	char line[SEEN_MAX][200];
};

/* Single quotes for double ones: JSON that can be read in C. */
static inline json_t *
json(const char *text)
{
	char *copy = strdup(text), *p;
	json_error_t error;
	json_t *value;

	assert_non_null(copy);
	for (p = copy; *p != '\0'; p++) {
		if (*p == '\'')
			*p = '"';
	}
	value = json_loads(copy, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	if (value == NULL)
		fail_msg("%s: %s", copy, error.text);
	free(copy);
	return (value);
}

static inline void
see(void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	struct seen *seen = arg;

	(void)limit;
	assert_in_range(seen->n, 0, SEEN_MAX - 1);
	(void)snprintf(seen->line[seen->n++], sizeof(seen->line[0]), "%s %s",
	    pointer, field_error_code(code));
}

static inline int
by_text(const void *a, const void *b)
{
	return (strcmp(a, b));
}

/* All errors, sorted, one "pointer code" each, joined by "; ". */
static inline const char *
errors(const char *schema_text, const char *value_text)
{
	static char all[8000];
	struct seen seen = { .n = 0 };
	json_t *doc = json(schema_text), *value = json(value_text);
	struct schema_set *set = schema_set_new(doc);
	const struct schema *schema;
	char why[300] = "";
	size_t len = 0;
	int i, n;

	schema = schema_compile(set, "", why, sizeof(why));
	if (schema == NULL)
		fail_msg("%s", why);
	n = schema_check(schema, value, see, &seen);
	assert_int_equal(n, seen.n);
	assert_int_equal(
	    schema_check(schema, value, NULL, NULL), n > 0 ? 1 : 0);
	qsort(seen.line, (size_t)n, sizeof(seen.line[0]), by_text);
	all[0] = '\0';
	for (i = 0; i < n && len < sizeof(all) - 1; i++) {
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
		    i == 0 ? "" : "; ", seen.line[i]);
	}
	schema_set_free(set);
	json_decref(value);
	json_decref(doc);
	return (all);
}

/* Why a schema is refused; "" when it is not. */
static inline const char *
refusal(const char *schema_text)
{
	static char why[300];
	json_t *doc = json(schema_text);
	struct schema_set *set = schema_set_new(doc);

	why[0] = '\0';
	if (schema_compile(set, "", why, sizeof(why)) != NULL)
		why[0] = '\0';
	schema_set_free(set);
	json_decref(doc);
	return (why);
}

#define ERRORS(schema, value, expected)                                        \
	assert_string_equal(errors(schema, value), expected)
#define REFUSED(schema, words) assert_non_null(strstr(refusal(schema), words))

#endif

/*
 * Runs the official JSON Schema 2020-12 cases against common/schema.c:
 *
 *     suite [-s skipped.json] [directory]
 *
 * Prints TAP and a last line of counts.  Fails when a case fails, when a case
 * that is not listed in skipped.json cannot be run, and when skipped.json
 * lists a case that does not exist or that could well be run.
 */

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "common/schema.h"

struct suite {
	json_t *skipped;
	int number;
	int passed;
	int failed;
	int skips;
};

static void
result(struct suite *suite, bool good, const char *file, const char *group,
    const char *test)
{
	suite->number++;
	if (good)
		suite->passed++;
	else
		suite->failed++;
	printf("%sok %d - %s: %s: %s\n", good ? "" : "not ", suite->number,
	    file, group, test);
}

static const char *
text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return (value == NULL ? "" : value);
}

/* The row of skipped.json for a case; it is marked as met. */
static json_t *
skip_row(
    struct suite *suite, const char *file, const char *group, const char *test)
{
	json_t *row;
	size_t i;

	json_array_foreach(suite->skipped, i, row) {
		if (strcmp(text(row, "file"), file) == 0 &&
		    strcmp(text(row, "group"), group) == 0 &&
		    (strcmp(text(row, "test"), "*") == 0 ||
			strcmp(text(row, "test"), test) == 0)) {
			json_object_set_new(row, "met", json_true());
			return (row);
		}
	}
	return (NULL);
}

static void
ignore_error(
    void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	int *calls = arg;

	(void)pointer;
	(void)code;
	(void)limit;
	(*calls)++;
}

/* The verdict must be the same with and without reporting. */
static bool
is_valid(const struct schema *schema, const json_t *data, bool *agree)
{
	int calls = 0;
	int errors = schema_check(schema, data, ignore_error, &calls);
	bool quick = schema_check(schema, data, NULL, NULL) == 0;

	*agree = errors == calls && quick == (errors == 0);
	return (errors == 0);
}

static void
run_test(struct suite *suite, const struct schema *schema, const char *file,
    const char *group, const json_t *test, const char *why)
{
	const char *name = text(test, "description");
	const json_t *row = skip_row(suite, file, group, name);
	bool valid = json_is_true(json_object_get(test, "valid"));
	bool agree = false, good = false;

	if (schema != NULL) {
		good = is_valid(schema, json_object_get(test, "data"),
			   &agree) == valid &&
		       agree;
	}
	if (row == NULL || good) {
		result(suite, good && row == NULL, file, group, name);
		if (row != NULL)
			printf("# listed as skipped, but it passes\n");
		else if (schema == NULL)
			printf("# %s\n", why);
		return;
	}
	suite->number++;
	suite->skips++;
	printf("ok %d - %s: %s: %s # SKIP %s\n", suite->number, file, group,
	    name, text(row, "reason"));
}

static void
run_group(struct suite *suite, const char *file, const json_t *group)
{
	struct schema_set *set =
	    schema_set_new(json_object_get(group, "schema"));
	char why[300] = "no schema";
	const struct schema *schema =
	    set == NULL ? NULL : schema_compile(set, "", why, sizeof(why));
	json_t *tests = json_object_get(group, "tests"), *test;
	size_t i;

	json_array_foreach(tests, i, test) {
		run_test(
		    suite, schema, file, text(group, "description"), test, why);
	}
	schema_set_free(set);
}

static int
run_file(struct suite *suite, const char *directory, const char *file)
{
	char path[4096];
	json_error_t error;
	json_t *groups, *group;
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, file);
	groups = json_load_file(path, JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	if (groups == NULL) {
		fprintf(stderr, "%s: %s\n", path, error.text);
		return (-1);
	}
	json_array_foreach(groups, i, group) {
		run_group(suite, file, group);
	}
	json_decref(groups);
	return (0);
}

static int
is_case_file(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return (dot != NULL && strcmp(dot, ".json") == 0);
}

static int
run_directory(struct suite *suite, const char *directory)
{
	struct dirent **entries;
	int i, n = scandir(directory, &entries, is_case_file, alphasort);
	int failed = n <= 0;

	if (n <= 0)
		fprintf(stderr, "%s: no cases\n", directory);
	for (i = 0; i < n; i++) {
		if (run_file(suite, directory, entries[i]->d_name) != 0)
			failed = 1;
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return (failed ? -1 : 0);
}

static void
check_skips(struct suite *suite)
{
	json_t *row;
	size_t i;

	json_array_foreach(suite->skipped, i, row) {
		if (json_object_get(row, "met") == NULL ||
		    *text(row, "reason") == '\0')
			result(suite, false, text(row, "file"),
			    text(row, "group"), "skipped without need");
	}
}

int
main(int argc, char **argv)
{
	struct suite suite = { .number = 0 };
	const char *skips = "tests/schema/skipped.json";
	const char *directory = "tests/schema/cases";
	json_error_t error;
	int option, unread;

	while ((option = getopt(argc, argv, "s:")) != -1) {
		if (option != 's')
			return (2);
		skips = optarg;
	}
	if (optind < argc)
		directory = argv[optind];
	suite.skipped = json_load_file(skips, 0, &error);
	if (!json_is_array(suite.skipped)) {
		fprintf(stderr, "%s: %s\n", skips, error.text);
		return (2);
	}
	unread = run_directory(&suite, directory);
	check_skips(&suite);
	json_decref(suite.skipped);
	printf("1..%d\n", suite.number);
	printf("%d passed, %d failed, %d skipped\n", suite.passed, suite.failed,
	    suite.skips);
	return (unread != 0 || suite.failed > 0 || suite.passed == 0);
}

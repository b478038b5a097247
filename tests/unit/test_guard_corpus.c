/*
 * What the identity guard finds in the labelled texts of tests/fixtures/guard:
 * recall and precision by kind, for the half that it was tuned on and for the
 * half that was kept out.  A place counts when its kind, start and end are
 * exactly those of the label.
 *
 * GUARD_SHOW=1 lists what differs in the tuned half; kept is not looked into.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "crypt.h"
#include "node/guard.h"

#define FIXTURES "tests/fixtures/guard/"
#define LEAST    400

enum kind {
	NAME,
	EGN,
	LNCH,
	IDENTIFIER,
	EIK,
	IBAN,
	PHONE,
	EMAIL,
	KINDS
};

static const struct {
	const char *label;
	enum field_error code;
} kinds[KINDS] = {
	[NAME] = { "name", FIELD_NAME_IN_TEXT },
	[EGN] = { "egn", FIELD_EGN_IN_TEXT },
	[LNCH] = { "lnch", FIELD_LNCH_IN_TEXT },
	[IDENTIFIER] = { "identifier", FIELD_IDENTIFIER_IN_TEXT },
	[EIK] = { "eik", FIELD_EIK_IN_TEXT },
	[IBAN] = { "iban", FIELD_IBAN_IN_TEXT },
	[PHONE] = { "phone", FIELD_PHONE_IN_TEXT },
	[EMAIL] = { "email", FIELD_EMAIL_IN_TEXT },
};

struct score {
	unsigned labelled[KINDS], found[KINDS], right[KINDS];
	size_t texts;
};

static const char *show;

static int
kind_of_label(const char *label)
{
	int k;

	for (k = 0; k < KINDS && strcmp(kinds[k].label, label) != 0; k++)
		;
	assert_true(k < KINDS);
	return (k);
}

static int
kind_of_code(enum field_error code)
{
	int k;

	for (k = 0; k < KINDS && kinds[k].code != code; k++)
		;
	assert_true(k < KINDS);
	return (k);
}

static size_t
number(const json_t *span, const char *member)
{
	return ((size_t)json_integer_value(json_object_get(span, member)));
}

static int
is_found(const json_t *span, int kind, const struct guard_hit *hits, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (kind_of_code(hits[i].code) == kind &&
		    hits[i].start == number(span, "start") &&
		    hits[i].end == number(span, "end"))
			return (1);
	}
	return (0);
}

static void
show_item(const char *text, const struct guard_hit *hits, size_t n)
{
	size_t i;

	printf("# %s:", text);
	for (i = 0; i < n; i++)
		printf(" %zu-%zu %s", hits[i].start, hits[i].end,
		    field_error_code(hits[i].code));
	printf("\n");
}

static void
score_item(const json_t *item, struct score *score)
{
	static struct guard_names names;
	struct guard_hit hits[GUARD_HITS_MAX];
	const char *text;
	unsigned right = 0;
	json_t *value;
	size_t i, n;
	int kind;

	memset(&names, 0, sizeof(names));
	json_array_foreach(json_object_get(item, "names"), i, value)
		guard_names_add(&names, json_string_value(value));
	assert_false(names.full);
	text = json_string_value(json_object_get(item, "text"));
	n = guard_text(text, &names, 0, hits, GUARD_HITS_MAX);
	for (i = 0; i < n; i++)
		score->found[kind_of_code(hits[i].code)]++;
	json_array_foreach(json_object_get(item, "spans"), i, value) {
		kind = kind_of_label(
		    json_string_value(json_object_get(value, "kind")));
		score->labelled[kind]++;
		if (!is_found(value, kind, hits, n))
			continue;
		score->right[kind]++;
		right++;
	}
	if (show != NULL && (right != i || n != i))
		show_item(text, hits, n);
}

static double
percent(unsigned part, unsigned whole)
{
	return (whole == 0 ? 100 : 100.0 * part / whole);
}

static void
score_file(const char *name, struct score *score)
{
	char path[256];
	json_t *items, *item;
	size_t i;
	int k;

	memset(score, 0, sizeof(*score));
	(void)snprintf(path, sizeof(path), FIXTURES "%s.json", name);
	items = json_load_file(path, 0, NULL);
	assert_non_null(items);
	score->texts = json_array_size(items);
	json_array_foreach(items, i, item)
		score_item(item, score);
	json_decref(items);
	for (k = 0; k < KINDS; k++)
		printf("# guard %s %-10s places %3u recall %5.1f %% "
		       "precision %5.1f %%\n",
		    name, kinds[k].label, score->labelled[k],
		    percent(score->right[k], score->labelled[k]),
		    percent(score->right[k], score->found[k]));
}

static void
found_well(const struct score *score)
{
	int k;

	for (k = 0; k < KINDS; k++) {
		assert_true(score->labelled[k] > 0);
		if (k != NAME)
			assert_int_equal(score->right[k], score->labelled[k]);
	}
	assert_true(percent(score->right[NAME], score->labelled[NAME]) >= 95);
	assert_true(percent(score->right[NAME], score->found[NAME]) >= 90);
}

static void
the_tuned_half(void **state)
{
	struct score score;

	(void)state;
	show = getenv("GUARD_SHOW");
	score_file("tune", &score);
	show = NULL;
	found_well(&score);
}

static void
the_kept_half(void **state)
{
	struct score score, tuned;

	(void)state;
	score_file("kept", &score);
	found_well(&score);
	score_file("tune", &tuned);
	assert_true(score.texts + tuned.texts >= LEAST);
	assert_true(score.texts * 2 >= LEAST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tuned_half),
		cmocka_unit_test(the_kept_half),
	};

	(void)crypt_init();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}

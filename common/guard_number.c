/*
 * Identifiers and telephone numbers in free text.
 *
 * Digits are read in groups, with at most three separators between two; a
 * number is some groups that follow one another.  Groups that are part of a
 * date, or years, are not part of a number, unless they are the six and four
 * digits into which people part an ЕГН.
 */
#include "guard_pattern.h"

#include <string.h>

#include "identifier.h"

#define GROUPS_MAX  64
#define DIGITS_MAX  20
#define GAP_MAX     3
#define LIKE_DIGITS 6 /* true digits that a number with letters in it has */
#define PERSON      10
#define FIRM        9
#define BRANCH      13

struct group {
	size_t start, end; /* in the text */
	size_t at, n;      /* in digits */
	int date;
	int liked; /* has letters that look like digits */
};

/* Groups of digits that only separators part. */
struct run {
	const struct guard_chars *t;
	struct group g[GROUPS_MAX];
	size_t n;
	char digits[GROUPS_MAX * DIGITS_MAX + 1];
	size_t len;
	int telephones;
};

/* Some groups of a run, as one number. */
struct number {
	const struct run *run;
	size_t from, to; /* groups, to is the last */
	char digits[DIGITS_MAX + 1];
	size_t n;
	int plus;
	enum guard_label label;
};

/* The digit that a letter looks like, or 0. */
static char
looks_like(uint32_t c)
{
	static const struct {
		uint32_t c;
		char digit;
	} like[] = { { 'o', '0' }, { 0x043e, '0' }, { 'l', '1' }, { 'i', '1' },
		{ 0x0456, '1' }, { '|', '1' }, { 0x0437, '3' }, { 0x0447, '4' },
		{ 0x0431, '6' }, { 'b', '8' }, { 0x0432, '8' } };
	size_t i;

	for (i = 0; i < sizeof(like) / sizeof(like[0]); i++) {
		if (like[i].c == c)
			return (like[i].digit);
	}
	return ('\0');
}

/* The end of the digits, and of what looks like them, from i on. */
static size_t
group_end(const struct guard_chars *t, size_t i, int *liked)
{
	size_t end, digits;

	for (end = i, digits = 0;
	     looks_like(t->c[end]) != '\0' || guard_is_digit(t->c[end]) ||
	     t->c[end] == GUARD_SKIP;
	     end++)
		digits += (size_t)guard_is_digit(t->c[end]);
	*liked = 1;
	if (!guard_is_letter(t->c[end]) && digits * 2 >= end - i &&
	    digits > 1 && digits < end - i &&
	    (i == 0 || !guard_is_letter(t->c[i - 1])))
		return (end);
	*liked = 0;
	for (end = i; guard_is_digit(t->c[end]) || t->c[end] == GUARD_SKIP;
	     end++)
		;
	while (end > i && t->c[end - 1] == GUARD_SKIP)
		end--;
	return (end);
}

static int
group_add(struct run *run, size_t start, size_t end, int liked)
{
	struct group *g = &run->g[run->n];
	uint32_t c;
	size_t i;

	*g = (struct group){ start, end, run->len, 0, 0, liked };
	for (i = start; i < end; i++) {
		c = run->t->c[i];
		if (c == GUARD_SKIP)
			continue;
		if (g->n == DIGITS_MAX) /* longer than any number here */
			return (0);
		if (guard_is_digit(c))
			run->digits[run->len++] = (char)c;
		else
			run->digits[run->len++] = looks_like(c);
		g->n++;
	}
	run->n++;
	return (1);
}

static int
is_gap(uint32_t c)
{
	return (c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' ||
		c == ')' || c == '_' || c == '\\' || c == '*' ||
		c == GUARD_SKIP);
}

/* Reads the groups from i on; where to go on. */
static size_t
run_read(struct run *run, size_t i)
{
	size_t end, gap, last;
	int liked;

	run->n = run->len = 0;
	for (last = i; run->n < GROUPS_MAX; i = end + gap) {
		end = group_end(run->t, i, &liked);
		if (end == i || !group_add(run, i, end, liked))
			return (end > last ? end : last);
		last = end;
		for (gap = 0; gap < GAP_MAX && is_gap(run->t->c[end + gap]);)
			gap++;
	}
	return (last);
}

static int
value(const struct run *run, size_t g)
{
	size_t i;
	int v;

	for (i = v = 0; i < run->g[g].n && i < 4; i++)
		v = v * 10 + run->digits[run->g[g].at + i] - '0';
	return (v);
}

/* The one separator between a group and the next, or 0. */
static uint32_t
joint(const struct run *run, size_t g)
{
	if (g + 1 >= run->n || run->g[g + 1].start != run->g[g].end + 1)
		return (0);
	return (run->t->c[run->g[g].end]);
}

static int
is_year(const struct run *run, size_t g)
{
	return (
	    run->g[g].n == 4 && value(run, g) >= 1900 && value(run, g) < 2100);
}

static int
is_part(const struct run *run, size_t g, int most)
{
	return (
	    run->g[g].n <= 2 && value(run, g) >= 1 && value(run, g) <= most);
}

/* Day, month and year, joined alike, and not to yet another group. */
static int
is_date(const struct run *run, size_t g)
{
	uint32_t by = joint(run, g);

	if (g + 2 >= run->n || by == 0 || by == ' ' || joint(run, g + 1) != by)
		return (0);
	if (joint(run, g + 2) == by)
		return (0);
	if (g > 0 && joint(run, g - 1) == by)
		return (0);
	if (is_year(run, g))
		return (is_part(run, g + 1, 12) && is_part(run, g + 2, 31));
	return (is_part(run, g, 31) && is_part(run, g + 1, 12) &&
		(is_year(run, g + 2) || run->g[g + 2].n == 2));
}

/* 2025/2026, 2025 - 26, 94-00-12/2026. */
static int
is_lone_year(const struct run *run, size_t g)
{
	uint32_t before = g > 0 ? run->t->c[run->g[g].start - 1] : 0;
	uint32_t after = run->t->c[run->g[g].end];

	if (g > 0 && run->g[g - 1].n >= 3 &&
	    run->digits[run->g[g - 1].at] == '0')
		return (0); /* behind an area code */
	return (
	    is_year(run, g) && (before == '/' || after == '/' ||
				   (g + 1 < run->n && is_year(run, g + 1)) ||
				   (g > 0 && is_year(run, g - 1))));
}

static void
run_dates(struct run *run)
{
	size_t g;

	for (g = 0; g < run->n; g++) {
		if (is_date(run, g))
			run->g[g].date = run->g[g + 1].date =
			    run->g[g + 2].date = 1;
		if (is_lone_year(run, g))
			run->g[g].date = 1;
	}
}

/* The groups as one number; 0 when they are too many or partly a date. */
static int
number_of(const struct run *run, size_t from, size_t to, struct number *out)
{
	size_t g, true_digits, i;
	int liked, date;

	out->run = run;
	out->from = from;
	out->to = to;
	out->n = run->g[to].at + run->g[to].n - run->g[from].at;
	if (out->n > DIGITS_MAX)
		return (0);
	memcpy(out->digits, run->digits + run->g[from].at, out->n);
	out->digits[out->n] = '\0';
	for (g = from, liked = date = 0; g <= to; g++) {
		liked |= run->g[g].liked;
		date |= run->g[g].date;
	}
	for (i = run->g[from].start, true_digits = 0; i < run->g[to].end; i++)
		true_digits += (size_t)guard_is_digit(run->t->c[i]);
	if (liked && true_digits < LIKE_DIGITS)
		return (0);
	return (!date ||
		(to == from + 1 && run->g[from].n == 6 && run->g[to].n == 4));
}

static int
begins(const struct number *n, const char *digits)
{
	return (strncmp(n->digits, digits, strlen(digits)) == 0);
}

/* Groups of three digits and more tell a number from times and counts. */
static int
has_long_group(const struct number *n)
{
	size_t g;

	for (g = n->from; g <= n->to; g++) {
		if (n->run->g[g].n >= 3)
			return (1);
	}
	return (0);
}

static int
is_mobile(const char *digits)
{
	return ((digits[0] == '8' && digits[1] >= '7' && digits[1] <= '9') ||
		(digits[0] == '9' && digits[1] >= '8' && digits[1] <= '9'));
}

/* Behind the country's code: 9 digits of a mobile, 7 or 8 of another. */
static int
is_national(const char *digits, size_t n)
{
	if (is_mobile(digits))
		return (n == 9);
	return (digits[0] >= '2' && digits[0] <= '9' && (n == 7 || n == 8));
}

/* 112, 116xxx, 0700 and 0800: everybody's. */
static int
is_public_line(const struct number *n)
{
	return (begins(n, "0700") || begins(n, "0800") ||
		(begins(n, "116") && n->n == 6));
}

static int
is_telephone(const struct number *n)
{
	if (is_public_line(n))
		return (0);
	if (n->plus && !begins(n, "359"))
		return (n->n >= 8 && n->n <= 15);
	if (begins(n, "00359"))
		return (is_national(n->digits + 5, n->n - 5));
	if (begins(n, "359") && n->n > 10)
		return (is_national(n->digits + 3, n->n - 3) ||
			(n->digits[3] == '0' &&
			    is_national(n->digits + 4, n->n - 4)));
	if (n->digits[0] == '0' && is_mobile(n->digits + 1))
		return (n->n == 10);
	if (n->digits[0] == '0' && n->digits[1] >= '2')
		return (n->n == 9 && (has_long_group(n) || begins(n, "02")));
	return (n->n == 9 && is_mobile(n->digits) && has_long_group(n));
}

/* Split over groups, nine digits are a firm's only as 3-3-3. */
static int
is_firm(const struct number *n)
{
	size_t g;

	for (g = n->from; n->n == FIRM && n->to > n->from && g <= n->to; g++) {
		if (n->run->g[g].n != 3 && n->label != GUARD_LABEL_FIRM)
			return (0);
	}
	return (identifier_eik(n->digits));
}

static enum field_error
by_label(const struct number *n)
{
	switch (n->label) {
	case GUARD_LABEL_PERSON:
		return (n->n >= PERSON - 1 && n->n <= PERSON + 1
			    ? FIELD_IDENTIFIER_IN_TEXT
			    : FIELD_ERROR_COUNT);
	case GUARD_LABEL_FIRM:
		return (n->n == FIRM || n->n == PERSON || n->n == BRANCH
			    ? FIELD_IDENTIFIER_IN_TEXT
			    : FIELD_ERROR_COUNT);
	case GUARD_LABEL_TELEPHONE:
		return (n->n >= 5 && n->n <= 15 && !is_public_line(n)
			    ? FIELD_PHONE_IN_TEXT
			    : FIELD_ERROR_COUNT);
	case GUARD_LABEL_NONE:
	default:
		return (FIELD_ERROR_COUNT);
	}
}

/* What the number is, by itself; FIELD_ERROR_COUNT when it is nothing. */
static enum field_error
judge(const struct number *n)
{
	if (n->n == PERSON && identifier_egn(n->digits))
		return (FIELD_EGN_IN_TEXT);
	if (n->n == PERSON && n->label == GUARD_LABEL_PERSON &&
	    identifier_lnch(n->digits))
		return (FIELD_LNCH_IN_TEXT);
	if (n->label != GUARD_LABEL_FIRM && by_label(n) != FIELD_ERROR_COUNT)
		return (by_label(n));
	if (is_telephone(n))
		return (FIELD_PHONE_IN_TEXT);
	if (n->n == PERSON && identifier_lnch(n->digits))
		return (FIELD_LNCH_IN_TEXT);
	if ((n->n == FIRM || n->n == BRANCH) && is_firm(n))
		return (FIELD_EIK_IN_TEXT);
	return (by_label(n));
}

/* The longest number that begins with this group; its last group. */
static enum field_error
judge_from(struct run *run, size_t from, size_t *to)
{
	struct number n;
	enum field_error code;
	size_t start = run->g[from].start;

	n.plus = start > 0 && run->t->c[start - 1] == '+';
	n.label = guard_label(run->t, start);
	for (*to = run->n; (*to)-- > from;) {
		if (!number_of(run, from, *to, &n))
			continue;
		if ((code = judge(&n)) != FIELD_ERROR_COUNT)
			return (code);
	}
	return (FIELD_ERROR_COUNT);
}

/* From the plus or the bracket before it: +359…, (062)…. */
static size_t
number_start(const struct run *run, const struct group *g, int goes_on)
{
	const uint32_t *c = run->t->c;

	if (g->start == 0)
		return (0);
	if (c[g->start - 1] == '+' ||
	    (goes_on && c[g->start - 1] == '(' && c[g->end] == ')'))
		return (g->start - 1);
	return (g->start);
}

static void
run_judge(struct run *run, struct guard_chars *t, struct guard_hits *hits)
{
	struct guard_hits none = { 0 };
	enum field_error code;
	size_t from, to, start;

	for (from = 0; from < run->n; from++) {
		code = judge_from(run, from, &to);
		if (code == FIELD_ERROR_COUNT)
			continue;
		start = number_start(run, &run->g[from], to > from);
		guard_hit_add(t,
		    code == FIELD_PHONE_IN_TEXT && !run->telephones ? &none
								    : hits,
		    start, run->g[to].end, code);
		from = to;
	}
}

void
guard_find_numbers(
    struct guard_chars *t, struct guard_hits *hits, int telephones)
{
	struct run run = { .t = t, .telephones = telephones };
	size_t i, next;

	for (i = 0; i < t->n;) {
		if (!guard_is_digit(t->c[i]) && looks_like(t->c[i]) == '\0') {
			i++;
			continue;
		}
		next = run_read(&run, i);
		i = next > i ? next : i + 1;
		run_dates(&run);
		run_judge(&run, t, hits);
	}
}

/*
 * The identity check of free text.
 *
 * A text is cut into words at blanks and punctuation for names, and into
 * runs of digits (with blanks, dots, hyphens, slashes and brackets between
 * them) for numbers.  It is meant to catch slips, and to err by asking once
 * too often; it cannot catch everything, and the screen says so.
 */
#include "guard.h"

#include <string.h>

#include "crypt.h"
#include "identifier.h"

#define WORD_MAX       256
#define DIGITS_MAX     24
#define NAME_LETTERS   3
#define IDENTIFIER_LEN 10
#define PHONE_MIN      7
#define PHONE_MAX      15

struct guard {
	const char *text;
	struct guard_hit *hits;
	size_t max;
	size_t n;
};

/* Characters before a byte; continuation bytes do not count. */
static size_t
characters(const char *text, size_t bytes)
{
	size_t i, n;

	for (i = n = 0; i < bytes; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return (n);
}

static void
hit(struct guard *g, size_t from, size_t to, enum field_error code)
{
	if (g->n == g->max)
		return;
	g->hits[g->n].start = characters(g->text, from);
	g->hits[g->n].end = characters(g->text, to);
	g->hits[g->n].code = code;
	g->n++;
}

static int
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

/* Part of a word: a letter of any script, a digit, or an apostrophe. */
static int
is_word(char c)
{
	return (((unsigned char)c & 0x80) != 0 || is_digit(c) ||
		(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'');
}

/* Bytes at p that cannot be in a name though not ASCII: quotes, dashes. */
static size_t
foreign_mark(const char *p)
{
	static const char *const marks[] = { "„", "“", "”", "«", "»", "–", "—",
		"…", "\xc2\xa0", "№" };
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strncmp(p, marks[i], strlen(marks[i])) == 0)
			return (strlen(marks[i]));
	}
	return (0);
}

static size_t
word_length(const char *p)
{
	size_t len;

	for (len = 0; p[len] != '\0' && is_word(p[len]); len++) {
		if (foreign_mark(p + len) > 0)
			break;
	}
	return (len);
}

static int
is_name(const char *word, size_t len, const char *const *names, size_t n)
{
	char copy[WORD_MAX], folded[WORD_MAX];
	size_t i;

	if (len >= sizeof(copy))
		return (0);
	memcpy(copy, word, len);
	copy[len] = '\0';
	if (crypt_fold(copy, folded, sizeof(folded)) == 0 ||
	    characters(folded, strlen(folded)) < NAME_LETTERS)
		return (0);
	for (i = 0; i < n; i++) {
		if (strcmp(folded, names[i]) == 0)
			return (1);
	}
	return (0);
}

static void
find_names(struct guard *g, const char *const *names, size_t n)
{
	const char *p;
	size_t len;

	for (p = g->text; *p != '\0'; p += len) {
		if ((len = foreign_mark(p)) > 0)
			continue;
		if ((len = word_length(p)) == 0) {
			len = 1;
			continue;
		}
		if (is_name(p, len, names, n))
			hit(g, (size_t)(p - g->text),
			    (size_t)(p - g->text) + len, FIELD_NAME_IN_TEXT);
	}
}

static int
is_gap(char c)
{
	return (c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' ||
		c == ')');
}

/* A run of digits with gaps; the bytes it takes, its digits in out. */
static size_t
digit_run(const char *p, char out[DIGITS_MAX], size_t *count)
{
	size_t i, end, n;

	for (i = end = n = 0; is_digit(p[i]) || is_gap(p[i]); i++) {
		if (!is_digit(p[i]))
			continue;
		if (n == DIGITS_MAX - 1)
			break;
		out[n++] = p[i];
		end = i + 1;
	}
	out[n] = '\0';
	*count = n;
	return (end);
}

static void
judge_digits(
    struct guard *g, size_t from, size_t to, const char *digits, size_t n)
{
	int plus;

	plus = from > 0 && g->text[from - 1] == '+';
	if (n == IDENTIFIER_LEN &&
	    (identifier_egn(digits) || identifier_lnch(digits)))
		hit(g, from, to, FIELD_IDENTIFIER_IN_TEXT);
	else if (n >= PHONE_MIN && n <= PHONE_MAX && (plus || *digits == '0'))
		hit(g, plus ? from - 1 : from, to, FIELD_PHONE_IN_TEXT);
}

static void
find_numbers(struct guard *g)
{
	char digits[DIGITS_MAX];
	size_t i, len, n;

	for (i = 0; g->text[i] != '\0'; i += len > 0 ? len : 1) {
		len = 0;
		if (!is_digit(g->text[i]))
			continue;
		len = digit_run(g->text + i, digits, &n);
		judge_digits(g, i, i + len, digits, n);
	}
}

static int
is_address(char c)
{
	return (c != '\0' && strchr(" \t\r\n<>()[],;:\"", c) == NULL);
}

/* Something, an at sign, something with a dot. */
static void
find_addresses(struct guard *g)
{
	const char *at;
	size_t from, to, here;

	for (at = strchr(g->text, '@'); at != NULL; at = strchr(at + 1, '@')) {
		here = from = (size_t)(at - g->text);
		while (from > 0 && is_address(g->text[from - 1]))
			from--;
		for (to = here + 1; is_address(g->text[to]); to++)
			;
		if (from < here && memchr(at, '.', to - here) != NULL)
			hit(g, from, to, FIELD_EMAIL_IN_TEXT);
	}
}

static void
sort_hits(struct guard *g)
{
	struct guard_hit h;
	size_t i, j;

	for (i = 1; i < g->n; i++) {
		h = g->hits[i];
		for (j = i; j > 0 && g->hits[j - 1].start > h.start; j--)
			g->hits[j] = g->hits[j - 1];
		g->hits[j] = h;
	}
}

size_t
guard_text(const char *text, const char *const *names, size_t names_len,
    struct guard_hit *hits, size_t max)
{
	struct guard g = { .text = text, .hits = hits, .max = max };

	find_names(&g, names, names_len);
	find_numbers(&g);
	find_addresses(&g);
	sort_hits(&g);
	return (g.n);
}

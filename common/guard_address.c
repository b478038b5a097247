/*
 * E-mail addresses and bank accounts in free text.
 *
 * An address is a local part, an at sign (also as people write it to hide
 * it: "(at)", "[at]", „кльомба“, „маймунско а“) and a domain with a dot.  An
 * account is an IBAN: ISO 13616, check by mod 97; a Bulgarian one is also
 * told by its form alone, since one wrong digit does not make it nobody's.
 */
#include "guard_pattern.h"

#include <string.h>

#include "letter.h"

#define IBAN_MIN   15
#define IBAN_MAX   34
#define IBAN_BG    22
#define IBAN_COUNT 8 /* digits that any IBAN has */

/* How many characters of t from i on are this text; 0 when they differ. */
static size_t
spelled(const struct guard_chars *t, size_t i, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t from = i;

	while (*p != '\0') {
		if (t->c[i] != letter_take(&p))
			return (0);
		i++;
	}
	return (i - from);
}

static size_t
one_of(const struct guard_chars *t, size_t i, const char *const *list)
{
	size_t n;

	for (n = 0; *list != NULL && n == 0; list++)
		n = spelled(t, i, *list);
	return (n);
}

static size_t
at_sign(const struct guard_chars *t, size_t i)
{
	static const char *const signs[] = { " @ ", " @", "@ ", "@", "(at)",
		" (at) ", "[at]", " [at] ", "(ет)", " кльомба ",
		" маймунско а ", " маймуна ", " маймунка ", "(кльомба)", NULL };

	return (one_of(t, i, signs));
}

static size_t
dot_sign(const struct guard_chars *t, size_t i)
{
	static const char *const signs[] = { ".", " . ", "(dot)", "[dot]",
		" (dot) ", " [dot] ", " dot ", " точка ", "(точка)", NULL };

	return (one_of(t, i, signs));
}

static int
is_label(uint32_t c)
{
	return (guard_is_letter(c) || guard_is_digit(c) || c == '-' ||
		c == GUARD_SKIP);
}

static int
is_local(uint32_t c)
{
	return (is_label(c) || c == '.' || c == '_' || c == '+' || c == '%');
}

/* The end of the domain that begins at i; 0 when it has no dot. */
static size_t
domain_end(const struct guard_chars *t, size_t i)
{
	size_t end, from, dot, labels;

	for (end = labels = 0;; i += dot) {
		for (from = i; is_label(t->c[i]); i++)
			;
		if (i == from)
			return (end);
		if (++labels > 1 && i - from > 1)
			end = i;
		if ((dot = dot_sign(t, i)) == 0)
			return (end);
	}
}

void
guard_find_addresses(struct guard_chars *t, struct guard_hits *hits, int told)
{
	struct guard_hits none = { 0 };
	size_t i, at, from, end;

	for (i = 1; i < t->n; i++) {
		if ((at = at_sign(t, i)) == 0)
			continue;
		for (from = i; from > 0 && is_local(t->c[from - 1]); from--)
			;
		end = domain_end(t, i + at);
		if (from == i || end <= i + at)
			continue;
		guard_hit_add(
		    t, told ? hits : &none, from, end, FIELD_EMAIL_IN_TEXT);
		i = end;
	}
}

/* An IBAN being read: its characters in Latin, and where each stands. */
struct account {
	char text[IBAN_MAX + 1];
	size_t at[IBAN_MAX];
	size_t n;
};

static char
account_char(uint32_t c)
{
	if (guard_is_digit(c) || (c >= 'a' && c <= 'z'))
		return ((char)c);
	if (c == 0x0431) /* БГ, as it sounds */
		return ('b');
	if (c == 0x0433)
		return ('g');
	return ((char)guard_latin_like(c));
}

static void
account_read(const struct guard_chars *t, size_t i, struct account *a)
{
	int gaps;
	char c;

	for (a->n = 0, gaps = 0; i < t->n && a->n < IBAN_MAX; i++) {
		if ((c = account_char(t->c[i])) != '\0') {
			a->at[a->n] = i;
			a->text[a->n++] = c;
			gaps = 0;
		} else if (t->c[i] == GUARD_SKIP) {
			continue;
		} else if (gaps++ > 0 || a->n == 0 ||
			   (t->c[i] != ' ' && t->c[i] != '-' &&
			       t->c[i] != '.')) {
			break;
		}
	}
	a->text[a->n] = '\0';
}

static size_t
count(const char *text, size_t from, size_t to, int digits)
{
	size_t i, n;

	for (i = from, n = 0; i < to; i++)
		n += guard_is_digit((unsigned char)text[i]) == digits;
	return (n);
}

/* ISO 7064: the first four to the end, letters as 10 to 35, rest 1. */
static int
mod97(const char *text, size_t n)
{
	unsigned rest = 0;
	size_t i;
	char c;

	for (i = 0; i < n; i++) {
		c = text[(i + 4) % n];
		if (guard_is_digit((unsigned char)c))
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else
			rest = (rest * 100 + (unsigned)(c - 'a') + 10) % 97;
	}
	return (rest == 1);
}

/* Two letters, two digits, and whatever makes it an account, of n. */
static int
is_account(const struct account *a, size_t n)
{
	if (count(a->text, 0, 2, 0) != 2 || count(a->text, 2, 4, 1) != 2 ||
	    count(a->text, 4, n, 1) < IBAN_COUNT)
		return (0);
	if (n == IBAN_BG && memcmp(a->text, "bg", 2) == 0 &&
	    count(a->text, 4, 8, 0) == 4 && count(a->text, 8, 14, 1) == 6)
		return (1);
	return (mod97(a->text, n));
}

static int
is_word(uint32_t c)
{
	return (guard_is_letter(c) || guard_is_digit(c));
}

void
guard_find_accounts(struct guard_chars *t, struct guard_hits *hits)
{
	struct account a;
	size_t i, n;

	for (i = 0; i < t->n; i++) {
		if (account_char(t->c[i]) == '\0' || guard_is_digit(t->c[i]) ||
		    (i > 0 && is_word(t->c[i - 1])))
			continue;
		account_read(t, i, &a);
		for (n = a.n; n >= IBAN_MIN; n--) {
			if (is_word(t->c[a.at[n - 1] + 1]) ||
			    !is_account(&a, n))
				continue;
			guard_hit_add(
			    t, hits, i, a.at[n - 1] + 1, FIELD_IBAN_IN_TEXT);
			break;
		}
	}
}

/*
 * A text cut into words.
 */
#include "guard_word.h"

#include <stdio.h>
#include <string.h>

#include "letter.h"

#define LETTERS_MAX  40
#define SPACED_LEAST 3

static int
is_part(uint32_t c)
{
	return (guard_is_letter(c) || guard_is_digit(c) || c == GUARD_SKIP);
}

static int
is_cyrillic(uint32_t c)
{
	return (c >= 0x0400 && c <= 0x052f);
}

/* Other Cyrillic alphabets' letters as the Bulgarian ones. */
static uint32_t
bulgarian(uint32_t c)
{
	switch (c) {
	case 0x0456: /* і */
		return (0x0438);
	case 0x0451: /* ё */
	case 0x0454: /* є */
		return (0x0435);
	case 0x0458: /* ј */
		return (0x0439);
	case 0x044b: /* ы */
		return (0x0438);
	default:
		return (c);
	}
}

static void
put(char out[GUARD_WORD_BYTES], size_t *n, uint32_t c)
{
	if (*n + LETTER_BYTES < GUARD_WORD_BYTES)
		*n += letter_put(c, out + *n);
	out[*n] = '\0';
}

/* From the letters of the word: what they are, and what they look like. */
static void
spell(const struct guard_chars *t, struct guard_word *w)
{
	size_t i, n = 0, like = 0;
	int cyrillic = 0, other = 0;
	uint32_t c;

	w->letters = 0;
	w->text[0] = w->like[0] = '\0';
	for (i = w->start; i < w->end; i++) {
		cyrillic |= is_cyrillic(t->c[i]);
		w->letters += (size_t)guard_is_letter(t->c[i]);
	}
	w->latin = !cyrillic;
	if (w->letters > LETTERS_MAX)
		return;
	for (i = w->start; i < w->end; i++) {
		if (!is_part(t->c[i]) || t->c[i] == GUARD_SKIP)
			continue;
		c = bulgarian(t->c[i]);
		put(w->text, &n, c);
		if (!is_cyrillic(c)) {
			c = bulgarian(guard_cyrillic_like(c));
			other |= c == 0;
		}
		if (!other)
			put(w->like, &like, c);
	}
	if (other)
		w->like[0] = '\0';
}

/* Does a sentence begin between the word before and here? */
static int
is_first(const struct guard_chars *t, size_t i)
{
	uint32_t c;

	while (i > 0) {
		c = t->c[--i];
		if (is_part(c) || c == GUARD_TAKEN)
			return (0);
		if (c == '.' || c == '!' || c == '?' || c == 0x2026 ||
		    c == 0x2022)
			return (1);
	}
	return (1);
}

static int
is_lower_text(const struct guard_chars *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (t->capital[i])
			return (0);
	}
	return (1);
}

static void
look(const struct guard_chars *t, struct guard_word *w)
{
	w->capital = t->capital[w->start];
	w->first = is_first(t, w->start);
	w->lower_text = is_lower_text(t);
	spell(t, w);
}

int
guard_word_next(const struct guard_chars *t, size_t i, struct guard_word *out)
{
	while (
	    i < t->n && !guard_is_letter(t->c[i]) && !guard_is_digit(t->c[i]))
		i++;
	out->start = i;
	while (i < t->n && is_part(t->c[i]))
		i++;
	while (i > out->start && t->c[i - 1] == GUARD_SKIP)
		i--;
	out->end = i;
	if (i == out->start)
		return (0);
	look(t, out);
	return (1);
}

static int
is_joint(uint32_t c)
{
	return (c == ' ' || c == '.' || c == '-' || c == '_' || c == '*');
}

int
guard_word_spaced(const struct guard_chars *t, size_t i, struct guard_word *out)
{
	size_t n;

	out->start = out->end = i;
	if (i > 0 && is_part(t->c[i - 1]))
		return (0);
	for (n = 0; i < t->n && guard_is_letter(t->c[i]); n++, i += 2) {
		if (is_part(t->c[i + 1]))
			break;
		if (n > 0 && t->capital[i] && !t->capital[i - 2])
			break; /* another word */
		out->end = i + 1;
		if (!is_joint(t->c[i + 1]))
			break;
	}
	if (out->end - out->start < 2 * SPACED_LEAST - 1)
		return (0);
	look(t, out);
	return (1);
}

int
guard_word_join(const struct guard_chars *t, const struct guard_word *a,
    const struct guard_word *b, struct guard_word *out)
{
	if (b->start != a->end + 1 || t->c[a->end] != '-')
		return (0);
	*out = *a;
	out->end = b->end;
	spell(t, out);
	return (1);
}

/*
 * A text cut into words, as the guard compares them with names.
 */
#ifndef NODE_GUARD_WORD_H
#define NODE_GUARD_WORD_H

#include <stddef.h>

#include "guard_chars.h"
#include "guard_name.h"

struct guard_word {
	size_t start, end; /* in the text */
	size_t letters;
	int capital;                 /* its first letter */
	int first;                   /* of its sentence */
	int lower_text;              /* the text has no capital at all */
	char text[GUARD_WORD_BYTES]; /* folded; "" when it is too long */
	char like[GUARD_WORD_BYTES]; /* look-alikes as Cyrillic, or "" */
	int latin;                   /* text is Latin letters and digits */
};

/* The next word from i on; 0 at the end of the text. */
int guard_word_next(
    const struct guard_chars *, size_t i, struct guard_word *out);

/* Letters with one separator between them, as one word; 0 when not so. */
int guard_word_spaced(
    const struct guard_chars *, size_t i, struct guard_word *out);

/* Two words with a hyphen between, as one. */
int guard_word_join(const struct guard_chars *, const struct guard_word *a,
    const struct guard_word *b, struct guard_word *out);

#endif

/*
 * The part of the identity guard that needs to know nobody: numbers and
 * addresses that belong to one person or organisation, found in free text by
 * their check digits and their form.  Pure; no memory of its own.
 */
#ifndef COMMON_GUARD_PATTERN_H
#define COMMON_GUARD_PATTERN_H

#include <stddef.h>

#include "field_error.h"
#include "guard_chars.h"

#define GUARD_HITS_MAX 16

/* The field is an office's telephone or e-mail address. */
#define GUARD_OFFICE 0x01

/* A part of a text, in characters (not bytes): start to end, exclusive. */
struct guard_hit {
	size_t start;
	size_t end;
	enum field_error code;
};

/* Where hits go; those beyond max are dropped. */
struct guard_hits {
	struct guard_hit *list;
	size_t max;
	size_t n;
};

/*
 * Finds e-mail addresses; IBANs; ЕГН, ЛНЧ and ЕИК with a right check digit,
 * and any number that the word before it calls one; telephone numbers.  All
 * of them also with blanks, dots, hyphens or slashes between, in digits of
 * other scripts, and with letters in the place of the digits or letters that
 * they look like.  A text longer than GUARD_TEXT_MAX is a hit from there on
 * (max-length).  Hits come in the order of the text.
 *
 * Not found, as they are nobody's: dates, years, times, the lines 112,
 * 116xxx, 0700 and 0800.
 */
size_t guard_pattern(
    const char *text, unsigned flags, struct guard_hit *hits, size_t max);

/* The same on what was read, where it marks what it found GUARD_TAKEN. */
void guard_pattern_find(
    struct guard_chars *, unsigned flags, struct guard_hits *);

/* Notes one hit and marks its place. */
void guard_hit_add(struct guard_chars *, struct guard_hits *, size_t start,
    size_t end, enum field_error);
void guard_hits_sort(struct guard_hits *);

/* The parts, each in a file of its own. */
void guard_find_addresses(struct guard_chars *, struct guard_hits *, int told);
void guard_find_accounts(struct guard_chars *, struct guard_hits *);
void guard_find_numbers(
    struct guard_chars *, struct guard_hits *, int telephones);

/* What the word before a number says that the number is. */
enum guard_label {
	GUARD_LABEL_NONE,
	GUARD_LABEL_PERSON, /* ЕГН, ЛНЧ */
	GUARD_LABEL_FIRM,
	GUARD_LABEL_TELEPHONE,
};
enum guard_label guard_label(const struct guard_chars *, size_t start);

#endif

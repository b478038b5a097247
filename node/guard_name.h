/*
 * A name as people write it in Bulgarian: what of it stays and which endings
 * it takes.  Pure.
 */
#ifndef NODE_GUARD_NAME_H
#define NODE_GUARD_NAME_H

#include <stddef.h>

#define GUARD_WORD_BYTES 96
#define GUARD_STEMS_MAX  2048

/* How sure an ending makes it that a word is the name. */
enum guard_ending {
	GUARD_ENDING_SURE, /* the name, its vocative and accusative */
	GUARD_ENDING_OWN, /* what is the person's: Ивановата, Еленин */
	GUARD_ENDING_PET,  /* Еленка, Иванчо */
	GUARD_ENDING_LOOSE /* may well be another word: Мире, рози */
};

/* Endings are separated by blanks; "-" is none. */
struct guard_endings {
	enum guard_ending kind;
	const char *list; /* NULL ends an array of these */
};

struct guard_stem {
	char text[GUARD_WORD_BYTES]; /* folded, UTF-8 */
	size_t len;
	const struct guard_endings *endings;
	unsigned char common; /* the name is a common word too: роза */
	unsigned char pet;    /* from a short form of the name */
};

/* The names held for a case. */
struct guard_names {
	struct guard_stem stem[GUARD_STEMS_MAX];
	size_t n;
	int full; /* some name did not fit: nothing may be let through */
};

/* Adds each word of a name, in Cyrillic or Latin; NULL adds nothing. */
void guard_names_add(struct guard_names *, const char *name);

/* The short forms that rules do not give (Гошо, Митко), or NULL. */
const char *guard_short_forms(const char *folded);

/* Is it, folded, a word that everybody uses: надежда, ради, стани? */
int guard_is_common(const char *folded);

/* Is a Latin word (folded) this Cyrillic one, by any usual spelling? */
int guard_latin_is(const char *latin, const char *cyrillic);

/* A Latin name in Cyrillic, as it sounds; 0 when it does not fit. */
size_t guard_latin_read(const char *latin, char *out, size_t outlen);

#endif

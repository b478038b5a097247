/*
 * The identity check of free text: what would tell who a child is must not
 * leave the node.  Pure; no memory of its own.
 */
#ifndef NODE_GUARD_H
#define NODE_GUARD_H

#include <stddef.h>

#include "field_error.h"

#define GUARD_HITS_MAX 16

/* A part of a text, in characters (not bytes): start to end, exclusive. */
struct guard_hit {
	size_t start;
	size_t end;
	enum field_error code;
};

/*
 * Finds in UTF-8 text: digits that pass the check of an ЕГН or ЛНЧ, also
 * with blanks, dots or hyphens between; e-mail addresses; telephone numbers;
 * and words that are one of names (folded with crypt_fold(); names of fewer
 * than three letters are not looked for, they are common words).  At most
 * max hits are written, in the order of the text.  Returns how many.
 */
size_t guard_text(const char *text, const char *const *names, size_t names_len,
    struct guard_hit *hits, size_t max);

#endif

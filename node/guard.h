/*
 * The identity guard of a node: in free text that is to leave it, what would
 * tell who a child is.  Numbers and addresses (common/guard_pattern.h), and
 * the names held for the case.  Pure.
 */
#ifndef NODE_GUARD_H
#define NODE_GUARD_H

#include <stddef.h>

#include "guard_name.h"
#include "guard_pattern.h"

/*
 * Adds to what guard_pattern() finds the names, as FIELD_NAME_IN_TEXT: in
 * any case of letters, in Bulgarian inflection, with diminutives, in Latin
 * letters, with letters of the other alphabet that look alike, and spaced
 * out („И в а н“).  A name that is a common word as well is only found where
 * it is written as a name.  It is meant to catch slips, and to err by asking
 * once too often; it cannot catch everything, and the screen says so.
 *
 * names may be NULL: then only patterns are looked for.
 */
size_t guard_text(const char *text, const struct guard_names *names,
    unsigned flags, struct guard_hit *hits, size_t max);

#endif

/*
 * The minutes of a meeting as a page, made from its record; the same at the
 * hub and at a node.
 */
#ifndef COMMON_MINUTES_H
#define COMMON_MINUTES_H

#include <jansson.h>

struct html;

/*
 * Writes what stands in the record: agenda, present, absent, child, parents,
 * decisions, in words that need no list of codes.  No person's name is in it.
 */
void minutes_write(struct html *, const json_t *record);

#endif

/*
 * The minutes of a meeting as a page, made from its record; the same at the
 * hub and at a node.
 */
#ifndef COMMON_MINUTES_H
#define COMMON_MINUTES_H

struct db_row;
struct req;

/*
 * What a statement answers that reads a meeting: the page for paper of its
 * record, or its problem.  The record: agenda, present, absent, child, parents,
 * decisions, in words that need no list of codes.
 */
int minutes_reply(struct req *, const struct db_row *);

#endif

/*
 * What the files of a coordination share.
 */
#ifndef HUB_COORDINATION_H
#define HUB_COORDINATION_H

#include "common/db.h"
#include "coordination_flow.h"

struct req;

/* Answers 409 step-refused with what is missing, in the caller's language. */
int coordination_refuse(struct req *, unsigned missing);

/* Answers 409 step-not-possible with the steps that there are from a state. */
int coordination_not_possible(struct req *, enum flow_state from);

/*
 * Answers with a row of coordination_reply or one like it: a status, a code,
 * or "step-refused:" and the codes of what is missing.
 */
int coordination_reply(struct req *, const struct db_row *);

/*
 * The same, where the status "invalid" says that what stands at the pointer
 * into the body names nobody, or nothing, that may stand there.
 */
int coordination_reply_at(
    struct req *, const struct db_row *, const char *pointer);

/* Guards of a list of codes with commas between. */
unsigned coordination_guards(const char *codes);

/* After a new consent: goes on from where it was suspended. */
int coordination_resume(struct req *, const struct db_row *);

#endif

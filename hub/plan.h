/*
 * What the files of a shared plan share.
 */
#ifndef HUB_PLAN_H
#define HUB_PLAN_H

#include "common/db.h"

struct req;

/*
 * Answers as coordination_reply() does; "invalid:" and a pointer is what a
 * body names and nobody finds.
 */
int plan_reply(struct req *, const struct db_row *);

#endif

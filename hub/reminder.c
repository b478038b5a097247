/*
 * What is due is told to its owner, to the owner's supervisor, then to the
 * coordinators: the database knows what and to whom, here is the timer that
 * reminds it, and the coordinators' list.  The lessons of a quarter that is
 * over are due to all: the same timer publishes them.
 *
 * Operations: listReminders.
 */
#include "reminder.h"

#include <kore/kore.h>

#include "common/config.h"
#include "common/db.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "sequencer.h"

int
list_reminders(struct req *r)
{
	return (db_exec(r, STMTS(STMT_REMINDER_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "assigned")),
	    req_reply_row));
}

static void
sweep(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	sequencer_run(STMTS(STMT_REMINDER_SWEEP));
	sequencer_run(STMTS(STMT_LESSON_PUBLISH));
}

void
reminder_start(void)
{
	(void)kore_timer_add(sweep,
	    (u_int64_t)config_number("reminder_sweep_s") * 1000, NULL, 0);
}

/*
 * What waits for a person: reminders and alarms that the database raised, by
 * itself or when the timer here reminds it.
 *
 * listTasks, completeTask.
 */
#include "task.h"

#include <stdio.h>

#include <kore/kore.h>

#include "config.h"
#include "db.h"
#include "node_routes.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

#define HOURS_SIZE 16

int
list_tasks(struct req *r)
{
	return (db_exec(r, STMTS(STMT_TASK_LIST),
	    ARGS(req_query(r, "done"), req_query(r, "subject"),
		req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

int
complete_task(struct req *r)
{
	return (db_exec(r, STMTS(STMT_TASK_COMPLETE, STMT_TASK_GET),
	    ARGS(r->param[0]), req_reply_row));
}

static void
sweep(void *arg, u_int64_t now)
{
	char target[HOURS_SIZE], alarm_at[HOURS_SIZE];

	(void)arg;
	(void)now;
	if (!db_ready())
		return;
	(void)snprintf(
	    target, sizeof(target), "%ld", config_number("purge_target_h"));
	(void)snprintf(
	    alarm_at, sizeof(alarm_at), "%ld", config_number("purge_alarm_h"));
	(void)db_task(
	    STMTS(STMT_TASK_SWEEP), ARGS(target, alarm_at), NULL, NULL);
	/* Apart: what one stumbles over does not keep the other's alarms. */
	(void)db_task(STMTS(STMT_CASE_SWEEP), NO_ARGS, NULL, NULL);
}

void
task_start(void)
{
	(void)kore_timer_add(
	    sweep, (u_int64_t)config_number("task_sweep_s") * 1000, NULL, 0);
}

/*
 * What waits for a person: reminders and alarms that the database raised.
 *
 * listTasks, completeTask.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

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

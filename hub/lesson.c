/*
 * What coordinations that are over tell: lessons, and how long things took.
 * reminder.c has the timer that publishes the lessons of a quarter.
 *
 * Operations: listLessons, getCoordinationTimes.
 */
#include "hub_routes.h"

#include "common/db.h"
#include "common/req.h"
#include "hub_statements.h"

int
list_lessons(struct req *r)
{
	return (db_exec(r, STMTS(STMT_LESSON_LIST),
	    ARGS(req_query(r, "quarter"), req_query(r, "limit"),
		req_query(r, "after")),
	    req_reply_row));
}

int
get_coordination_times(struct req *r)
{
	return (db_exec(r, STMTS(STMT_TIMES_GET), NO_ARGS, req_reply_row));
}

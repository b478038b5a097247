/*
 * What was learned in cases that are over, as the hub publishes it by the
 * quarter: of no case, for everybody who works on cases here.
 *
 * listLessons.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_lessons(struct req *r)
{
	return (db_exec(r, STMTS(STMT_LESSON_LIST),
	    ARGS(
		req_query(r, "quarter"), req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

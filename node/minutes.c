/*
 * Minutes of a meeting for paper, from the hub's document in the mirror.
 *
 * getMeetingMinutes.
 */
#include "common/minutes.h"

#include "db.h"
#include "node_routes.h"
#include "node_statements.h"
#include "req.h"

int
get_meeting_minutes(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_MEETING_MINUTES), ARGS(r->param[0]), minutes_reply));
}

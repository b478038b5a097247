/*
 * Minutes for paper, from what was recorded of a meeting.
 *
 * Operations: getMeetingMinutes.
 */
#include "common/minutes.h"

#include "common/db.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"

int
get_meeting_minutes(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_MEETING_MINUTES), ARGS(r->param[0]), minutes_reply));
}

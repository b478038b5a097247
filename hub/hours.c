/*
 * Hours for meetings: what organisations promise for a quarter, what is given.
 *
 * Operations: putHourPromise, getMeetingHours.
 */
#include <string.h>

#include "common/db.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"

/* "invalid": a quarter that is over, or too far ahead. */
static int
promised(struct req *r, const struct db_row *rows)
{
	const char *status;

	status = db_text(rows, 0, 0);
	if (status != NULL && strcmp(status, "invalid") == 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/quarter", FIELD_CONFLICT));
	return (req_reply_row(r, rows));
}

int
put_hour_promise(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_HOURS_HOLD, STMT_HOURS_PROMISE, STMT_HOURS_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    promised));
}

int
get_meeting_hours(struct req *r)
{
	return (db_exec(r, STMTS(STMT_HOURS_GET), ARGS(req_query(r, "quarter")),
	    req_reply_row));
}

/*
 * Emergency reading: a practitioner opens a colleague's case with a reason,
 * for three hours; the database lets it be read and tells who oversees.
 *
 * listEmergencyReadings, openEmergencyReading, listNotices,
 * acknowledgeNotice.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
emergency_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "emergency"));
}

int
list_emergency_readings(struct req *r)
{
	return (db_exec(r, STMTS(STMT_EMERGENCY_LIST),
	    ARGS(
		req_query(r, "case_id"), req_query(r, "after"), reply_limit(r)),
	    emergency_done));
}

int
open_emergency_reading(struct req *r)
{
	const char *sealed;
	json_t *reason;

	reason =
	    json_pack("{s:O}", "reason", json_object_get(r->body, "reason"));
	sealed = reply_seal(r, "emergency", r->param[0], reason);
	json_decref(reason);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_EMERGENCY_PUT, STMT_EMERGENCY_PUT_REPLY),
	    ARGS(r->param[0], req_str(r->body, "case_id"),
		req_str(r->body, "number"), sealed, reply_content(r)),
	    emergency_done));
}

int
list_notices(struct req *r)
{
	return (db_exec(r, STMTS(STMT_NOTICE_LIST),
	    ARGS(req_query(r, "seen"), req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

int
acknowledge_notice(struct req *r)
{
	return (db_exec(r, STMTS(STMT_NOTICE_ACKNOWLEDGE, STMT_NOTICE_GET),
	    ARGS(r->param[0]), req_reply_row));
}

/*
 * What other organisations have shared with this one: a supervisor assigns
 * it, the practitioner reads it and links it to a case of ours.  Who may see
 * what is in the row policies; the sender is told of the first opening.
 *
 * listReceivedSummaries, getReceivedSummary, assignReceivedSummary,
 * linkReceivedSummary.
 */
#include "node_routes.h"

#include <string.h>

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_received_summaries(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RECEIVED_LIST),
	    ARGS(req_query(r, "after"), reply_limit(r)), req_reply_row));
}

int
get_received_summary(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RECEIVED_OPEN, STMT_RECEIVED_GET),
	    ARGS(r->param[0]), req_reply_row));
}

/* Nothing changed although the version was right: the other id is unknown. */
static int
put_done(struct req *r, const struct db_row *rows, const char *pointer)
{
	const char *status;

	status = db_text(rows, 0, 0);
	if (status != NULL && strcmp(status, "invalid") == 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, pointer, FIELD_NOT_FOUND));
	return (req_reply_row(r, rows));
}

static int
assign_done(struct req *r, const struct db_row *rows)
{
	return (put_done(r, rows, "/user_id"));
}

int
assign_received_summary(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RECEIVED_ASSIGN, STMT_RECEIVED_PUT_REPLY),
	    ARGS(r->param[0], req_str(r->body, "user_id"), r->if_match),
	    assign_done));
}

static int
link_done(struct req *r, const struct db_row *rows)
{
	return (put_done(r, rows, "/case_id"));
}

int
link_received_summary(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RECEIVED_LINK, STMT_RECEIVED_PUT_REPLY),
	    ARGS(r->param[0], req_str(r->body, "case_id"), r->if_match),
	    link_done));
}

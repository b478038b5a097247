/*
 * What a meeting leaves: who was there, what child and parents say, and the
 * decisions, each with who, what, by when, and how it will be known.
 *
 * Operations: recordMeeting, putDecision, reportDecision.
 */
#include "common/db.h"
#include "common/req.h"
#include "coordination.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "words.h"

static const char *const texts[] = { "attendance", "voices", "what",
	"how_known", "text", NULL };

static int
recorded(struct req *r, const struct db_row *rows)
{
	return (coordination_reply_at(r, rows, "/attendance"));
}

int
record_meeting(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_HOURS_RECORDED_HOLD,
		STMT_MEETING_RECORD, STMT_HOURS_RECORDED,
		STMT_MEETING_RECORD_CLEAR, STMT_MEETING_RECORD_FILL,
		STMT_MEETING_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    recorded));
}

static int
decided(struct req *r, const struct db_row *rows)
{
	return (coordination_reply_at(r, rows, "/organisation_id"));
}

int
put_decision(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_DECISION_PUT, STMT_DECISION_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key,
		r->param[1]),
	    decided));
}

int
report_decision(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_DECISION_LOCK, STMT_DECISION_REPORT,
		STMT_DECISION_REPORT_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    coordination_reply));
}

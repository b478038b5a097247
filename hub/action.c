/*
 * Actions of a shared plan: proposed to an organisation, accepted or declined
 * by it, reported as done or not done, with how it is known.
 *
 * Operations: putAction, getAction, answerAction, reportAction, noteAction.
 */
#include "common/db.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "plan.h"
#include "words.h"

static const char *const texts[] = { "what", "evidence_wanted", "evidence",
	"reason", "text", NULL };

int
get_action(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_ACTION_GET), ARGS(r->param[0]), req_reply_row));
}

/* One statement of an action between holding and telling. */
static int
act(struct req *r, int stmt, const char *third)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_ACTION_HOLD, stmt, STMT_ACTION_REPLY),
	    ARGS(r->param[0], r->body_text, third, r->idempotency_key),
	    plan_reply));
}

int
put_action(struct req *r)
{
	return (act(r, STMT_ACTION_PUT, r->if_match));
}

int
answer_action(struct req *r)
{
	return (act(r, STMT_ACTION_ANSWER, r->if_match));
}

int
report_action(struct req *r)
{
	return (act(r, STMT_ACTION_REPORT, r->if_match));
}

int
note_action(struct req *r)
{
	return (act(r, STMT_ACTION_NOTE_PUT, r->param[1]));
}

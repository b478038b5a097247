/*
 * The shared plan of a coordination: the understanding and who has adopted it,
 * goals and their ratings, waymarks, what to do in a crisis, what the family
 * thinks of it.
 *
 * Operations: getPlan, putPlan, adoptFormulation, recordFamilyView, putGoal,
 * rateGoal, putWaymark, getFamilyPlan, putFamilyPlanView.
 */
#include "plan.h"

#include <string.h>

#include "common/req.h"
#include "coordination.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "words.h"

#define INVALID "invalid:"

static const char *const texts[] = { "formulation", "contingency", "words",
	"text", NULL };

int
plan_reply(struct req *r, const struct db_row *rows)
{
	const char *status;

	status = db_text(rows, 0, 0);
	if (status != NULL &&
	    strncmp(status, INVALID, sizeof(INVALID) - 1) == 0)
		return (req_problem_at(r, PROBLEM_INVALID,
		    req_strdup(r, status + sizeof(INVALID) - 1),
		    FIELD_NOT_FOUND));
	return (coordination_reply(r, rows));
}

int
get_plan(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_PLAN_GET), ARGS(r->param[0]), req_reply_row));
}

int
put_plan(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_PLAN_HOLD, STMT_PLAN_PUT, STMT_PLAN_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    plan_reply));
}

int
adopt_formulation(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_PLAN_HOLD, STMT_PLAN_ADOPT, STMT_PLAN_REPLY),
		ARGS(r->param[0], r->body_text), plan_reply));
}

int
record_family_view(struct req *r)
{
	const char *view;

	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	view = req_str(r->body, "view");
	if (strcmp(view, "not_asked_because") == 0 &&
	    req_str(r->body, "text") == NULL)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/text", FIELD_REQUIRED));
	return (db_exec(r,
	    STMTS(STMT_PLAN_HOLD, STMT_PLAN_FAMILY_VIEW_PUT, STMT_PLAN_REPLY),
	    ARGS(r->param[0], r->body_text), plan_reply));
}

int
put_goal(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_GOAL_HOLD, STMT_GOAL_PUT, STMT_GOAL_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    plan_reply));
}

int
rate_goal(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_RATING_HOLD, STMT_RATING_PUT, STMT_GOAL_REPLY),
	    ARGS(r->param[0], r->body_text, r->param[1]), plan_reply));
}

int
put_waymark(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_WAYMARK_HOLD, STMT_WAYMARK_PUT, STMT_WAYMARK_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    plan_reply));
}

int
get_family_plan(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_PLAN),
	    ARGS(r->caller.session), req_reply_row));
}

int
put_family_plan_view(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_PLAN_HOLD,
		STMT_FAMILY_PLAN_VIEW_PUT, STMT_FAMILY_PLAN),
	    ARGS(r->caller.session, r->body_text), req_reply_row));
}

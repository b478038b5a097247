/*
 * The deadlines of a coordination: drafts, and the decisions of the board that
 * adopt them.
 *
 * Operations: listDeadlineSets, putDeadlineSet, adoptDeadlineSet.
 */
#include "hub_routes.h"

#include "common/db.h"
#include "common/req.h"
#include "hub_statements.h"
#include "words.h"

static const char *const texts[] = { "note", "decision", NULL };

int
list_deadline_sets(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_DEADLINE_SET_LIST), NO_ARGS, req_reply_row));
}

int
put_deadline_set(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_DEADLINE_SET_LOCK, STMT_DEADLINE_SET_PUT),
	    ARGS(r->param[0], r->body_text, r->if_match), req_reply_row));
}

int
adopt_deadline_set(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_DEADLINE_SET_LOCK, STMT_DEADLINE_SET_ADOPT,
		STMT_DEADLINE_SET_ADOPTED),
	    ARGS(r->param[0], r->body_text, r->if_match), req_reply_row));
}

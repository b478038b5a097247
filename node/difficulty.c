/*
 * Is this a difficult case?  The database proposes which criteria are met, a
 * person confirms, and goes against it only with a reason.
 *
 * getDifficulty, listDifficultyChecks, recordDifficultyCheck.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
check_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "difficulty_check"));
}

int
get_difficulty(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_DIFFICULTY_GET), ARGS(r->param[0]), req_reply_row));
}

int
list_difficulty_checks(struct req *r)
{
	return (db_exec(r, STMTS(STMT_DIFFICULTY_CHECK_LIST), ARGS(r->param[0]),
	    check_done));
}

int
record_difficulty_check(struct req *r)
{
	static const char *const words[] = { "reason", NULL };
	const json_t *difficult;
	const char *sealed, *says;

	sealed = reply_seal_named(r, "difficulty_check", r->param[1], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	difficult = json_object_get(r->body, "difficult");
	says = difficult == NULL ? NULL : json_is_true(difficult) ? "t" : "f";
	return (db_exec(r,
	    STMTS(STMT_DIFFICULTY_CHECK_PUT, STMT_DIFFICULTY_CHECK_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_json(r, "definition_version"),
		req_json(r, "met"), says,
		req_str(r->body, "reason") != NULL ? "t" : "f", sealed,
		reply_content(r)),
	    check_done));
}

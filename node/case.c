/*
 * Cases of this organisation, and the needs and strengths of the child.  The
 * reason of a case, in free words, is sealed like a name.
 *
 * createCase, listCases, getCase, updateCase, putNeeds.
 */
#include "node_routes.h"

#include <string.h>

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
case_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "case"));
}

/* The sealed reason of the body, or NULL when it has none. */
static const char *
reason_sealed(struct req *r)
{
	const char *sealed;
	json_t *members;

	if (json_object_get(r->body, "reason") == NULL)
		return (NULL);
	members =
	    json_pack("{s:O}", "reason", json_object_get(r->body, "reason"));
	sealed = reply_seal(r, "case", r->param[0], members);
	json_decref(members);
	return (sealed);
}

/* Who may not see all cases can give a case to nobody else. */
static int
holder_allowed(struct req *r)
{
	const char *holder;

	holder = req_str(r->body, "holder");
	return (holder == NULL || strcmp(holder, r->caller.user) == 0 ||
		req_has_scope(r, "cases:all"));
}

int
create_case(struct req *r)
{
	if (!holder_allowed(r))
		return (req_problem(r, PROBLEM_SCOPE_MISSING));
	return (db_exec(r, STMTS(STMT_CASE_PUT, STMT_CASE_CREATED),
	    ARGS(r->param[0], req_str(r->body, "person_id"),
		req_str(r->body, "opened_on"), req_str(r->body, "holder"),
		reason_sealed(r), reply_content(r)),
	    case_done));
}

int
list_cases(struct req *r)
{
	return (db_exec(r, STMTS(STMT_CASE_LIST),
	    ARGS(req_query(r, "state"), req_query(r, "holder"),
		req_query(r, "person_id"), req_query(r, "after"),
		reply_limit(r)),
	    req_reply_row));
}

int
get_case(struct req *r)
{
	return (db_exec(r, STMTS(STMT_CASE_GET), ARGS(r->param[0]), case_done));
}

int
update_case(struct req *r)
{
	if (!holder_allowed(r))
		return (req_problem(r, PROBLEM_SCOPE_MISSING));
	return (db_exec(r, STMTS(STMT_CASE_UPDATE, STMT_CASE_UPDATE_REPLY),
	    ARGS(r->param[0], r->if_match, req_str(r->body, "state"),
		req_str(r->body, "closed_on"), req_str(r->body, "holder"),
		reason_sealed(r)),
	    case_done));
}

int
put_needs(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_NEED_TOUCH, STMT_NEED_CLEAR, STMT_NEED_PUT,
		STMT_NEED_NOTE, STMT_CASE_UPDATED),
	    ARGS(r->param[0], r->if_match, req_json(r, "needs"),
		req_json(r, "strengths"), req_json(r, "strength_levels")),
	    case_done));
}

/*
 * Who helps with which needs, and whom the child or a parent names as
 * keyworker; the table need x helper is made by the database (help_table).
 *
 * listHelpers, putHelper, listNominations, putNomination, getHelpTable.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
helper_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "helper"));
}

int
list_helpers(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_HELPER_LIST), ARGS(r->param[0]), helper_done));
}

int
put_helper(struct req *r)
{
	static const char *const words[] = { "label", "organisation", "role",
		"contact", NULL };
	const char *sealed;

	sealed = reply_seal_named(r, "helper", r->param[1], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_HELPER_PUT, STMT_HELPER_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "kind"),
		req_str(r->body, "sector"), req_str(r->body, "org_kind"),
		req_json(r, "domains"), req_str(r->body, "since"),
		req_str(r->body, "until"), req_str(r->body, "rhythm"),
		req_str(r->body, "last_contact"), sealed, reply_content(r),
		r->if_match),
	    helper_done));
}

int
list_nominations(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_NOMINATION_LIST), ARGS(r->param[0]), req_reply_row));
}

int
put_nomination(struct req *r)
{
	return (db_exec(r,
	    STMTS(
		STMT_CASE_LOCK, STMT_NOMINATION_PUT, STMT_NOMINATION_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "helper_id"),
		req_str(r->body, "source"), req_str(r->body, "since"),
		req_str(r->body, "until"), r->if_match),
	    reply_checked));
}

int
get_help_table(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_HELP_TABLE), ARGS(r->param[0]), req_reply_row));
}

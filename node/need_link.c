/*
 * Needs and strengths with the history of their ratings, and how needs hang
 * together.  They are written with the case (putNeeds, case.c).
 *
 * getNeeds, listNeedLinks, putNeedLink.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
need_link_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "need_link"));
}

int
get_needs(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_NEED_GET), ARGS(r->param[0]), req_reply_row));
}

int
list_need_links(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_NEED_LINK_LIST), ARGS(r->param[0]), need_link_done));
}

int
put_need_link(struct req *r)
{
	static const char *const words[] = { "note", NULL };
	const char *sealed;

	sealed = reply_seal_named(r, "need_link", r->param[1], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_CASE_LOCK, STMT_NEED_LINK_PUT, STMT_NEED_LINK_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "from"),
		req_str(r->body, "to"), req_str(r->body, "kind"),
		req_str(r->body, "since"), req_str(r->body, "until"), sealed,
		reply_content(r), r->if_match),
	    need_link_done));
}

/*
 * Shared work as the mirror holds it: plans, actions, meetings, whatever the
 * hub tells of a coordination.
 *
 * listShared, getShared, assignAction.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_shared(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SHARED_LIST),
	    ARGS(req_query(r, "kind"), req_query(r, "coordination"),
		req_query(r, "due_before"), req_query(r, "after"),
		reply_limit(r)),
	    req_reply_row));
}

int
get_shared(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SHARED_GET),
	    ARGS(r->param[0], r->param[1]), req_reply_row));
}

int
assign_action(struct req *r)
{
	return (db_exec(r, STMTS(STMT_ACTION_ASSIGN),
	    ARGS(r->param[0], req_str(r->body, "user_id")), reply_checked));
}

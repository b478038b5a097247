/*
 * What waits to be sent to the hub, without content.
 *
 * listOutbox.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_outbox(struct req *r)
{
	return (db_exec(r, STMTS(STMT_OUTBOX_LIST),
	    ARGS(req_query(r, "state"), req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

/*
 * Who did what: for the data-protection officer, the newest first.
 *
 * listAudit.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_audit(struct req *r)
{
	return (db_exec(r, STMTS(STMT_AUDIT_LIST),
	    ARGS(req_query(r, "ref"), req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

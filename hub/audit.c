/*
 * The audit: who did what, never the content.
 *
 * Operation: listAudit.
 */
#include "hub_routes.h"

#include "common/db.h"
#include "common/req.h"
#include "hub_statements.h"

int
list_audit(struct req *r)
{
	return (db_exec(r, STMTS(STMT_AUDIT_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after")), req_reply_row));
}

/*
 * The directory of organisations, from the node's own copy.
 *
 * listOrganisations.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_organisations(struct req *r)
{
	return (db_exec(r, STMTS(STMT_DIRECTORY_LIST),
	    ARGS(req_query(r, "sector"), req_query(r, "municipality"),
		req_query(r, "service"), req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

/*
 * The directory: organisations and the services that they offer.
 *
 * Operations: listOrganisations, getOrganisation, putOrganisation,
 * setOrganisationStatus, putService, deleteService.
 */
#include "hub_routes.h"

#include "common/db.h"
#include "common/identifier.h"
#include "common/req.h"
#include "hub_statements.h"

int
list_organisations(struct req *r)
{
	return (db_exec(r, STMTS(STMT_ORGANISATION_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "sector"), req_query(r, "municipality"),
		req_query(r, "service")),
	    req_reply_row));
}

int
get_organisation(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_ORGANISATION_GET), ARGS(r->param[0]), req_reply_row));
}

int
put_organisation(struct req *r)
{
	if (!identifier_eik(req_str(r->body, "eik")))
		return (req_problem_at(
		    r, PROBLEM_IDENTIFIER_INVALID, "/eik", FIELD_EIK_CHECK));
	return (db_exec(r, STMTS(STMT_ORGANISATION_LOCK, STMT_ORGANISATION_PUT),
	    ARGS(r->param[0], r->body_text, r->if_match), req_reply_row));
}

int
set_organisation_status(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_ORGANISATION_LOCK, STMT_ORGANISATION_REQUEUE,
		STMT_ORGANISATION_STATUS),
	    ARGS(r->param[0], req_str(r->body, "status"),
		req_str(r->body, "reason")),
	    req_reply_row));
}

/* An administrator may change any organisation's, others their own. */
static const char *
whose(struct req *r)
{
	return (req_has_scope(r, "organisations:admin") ? "any" : NULL);
}

int
put_service(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_ORGANISATION_LOCK, STMT_SERVICE_PUT,
		STMT_ORGANISATION_AFTER),
	    ARGS(r->param[0], r->param[1], r->body_text, whose(r)),
	    req_reply_row));
}

int
delete_service(struct req *r)
{
	return (db_exec(r, STMTS(STMT_ORGANISATION_LOCK, STMT_SERVICE_DELETE),
	    ARGS(r->param[0], r->param[1], whose(r)), req_reply_row));
}

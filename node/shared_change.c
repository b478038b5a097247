/*
 * What this organisation wants changed in shared work: drafted and sent
 * without the hub, and back with its author when the document has changed
 * meanwhile.  Before anything is stored: what the hub takes by its own
 * schema, and nothing that tells who somebody is.
 *
 * listSharedChanges, putSharedChange, getSharedChange, discardSharedChange,
 * resendSharedChange.
 */
#include "node_routes.h"

#include "db.h"
#include "hub_change.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"
#include "summary_guard.h"

#define SEALED_AS "change"

static int
change_open(struct req *r, const struct db_row *rows, json_t *doc)
{
	(void)r;
	(void)rows;
	return (reply_open(doc, SEALED_AS));
}

static int
change_reply(struct req *r, const struct db_row *rows)
{
	return (reply_changed(r, rows, change_open));
}

int
list_shared_changes(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SHARED_CHANGE_LIST),
	    ARGS(req_query(r, "state"), req_query(r, "coordination"),
		req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
}

int
get_shared_change(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_SHARED_CHANGE_GET), ARGS(r->param[0]), change_reply));
}

/* Which coordination is meant, in the hub's words first; NULL: not said. */
static const char *
coordination_said(const struct req *r)
{
	const char *said;

	said = req_str(json_object_get(r->body, "body"), "coordination_id");
	return (said != NULL ? said : req_str(r->body, "coordination_id"));
}

/* The body of the change, sealed as {"body": …}; NULL when memory lacked. */
static const char *
body_sealed(struct req *r)
{
	const char *sealed;
	json_t *members;

	members = json_pack("{s:O}", "body", json_object_get(r->body, "body"));
	sealed = reply_seal(r, SEALED_AS, r->param[0], members);
	json_decref(members);
	return (sealed);
}

static const char *
change_row(struct req *r, const struct hub_change *h, const char *sealed)
{
	const char *text;
	json_t *row;

	row =
	    json_pack("{s:s, s:O, s:s, s:s*, s:O*, s:s, s:s, s:O}", "operation",
		h->operation, "params", json_object_get(r->body, "params"),
		"kind", h->kind, "coordination_id", coordination_said(r),
		"base_version", json_object_get(r->body, "base_version"),
		"sealed", sealed, "content", reply_content(r), "send",
		json_object_get(r->body, "send"));
	text = req_dumps(r, row);
	json_decref(row);
	return (text);
}

static int
put_looked_at(struct req *r, const struct db_row *rows)
{
	const struct hub_change *h;
	const char *sealed, *item;
	int found;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	h = hub_change_find(req_str(r->body, "operation"));
	found = summary_guard_body(r, rows, "body");
	if (found != 0)
		return (req_problem(
		    r, found > 0 ? PROBLEM_INVALID : PROBLEM_INTERNAL));
	if ((sealed = body_sealed(r)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	item = NULL;
	if (json_is_true(json_object_get(r->body, "send")))
		item = hub_change_item(r, h, json_object_get(r->body, "params"),
		    json_object_get(r->body, "body"));
	return (db_exec(r,
	    STMTS(STMT_SHARED_CHANGE_LOCK, STMT_SHARED_CHANGE_PUT,
		STMT_SHARED_CHANGE_SEND, STMT_SHARED_CHANGE_PUT_REPLY),
	    ARGS(r->param[0], change_row(r, h, sealed), r->if_match, item),
	    change_reply));
}

int
put_shared_change(struct req *r)
{
	const struct hub_change *h;

	h = hub_change_find(req_str(r->body, "operation"));
	if (h == NULL)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/operation", FIELD_NOT_FOUND));
	if (!hub_change_fits(r, h))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_SHARED_CHANGE_PREPARE),
	    ARGS(h->kind, req_str(json_object_get(r->body, "params"), "id"),
		coordination_said(r)),
	    put_looked_at));
}

/* The item of the outbox anew, from what was sealed; NULL when it cannot. */
static const char *
item_anew(struct req *r, const struct db_row *rows)
{
	const struct hub_change *h;
	const char *item;
	json_t *doc, *params;

	item = NULL;
	h = hub_change_find(db_text(rows, 0, db_col(rows, "operation")));
	doc = json_loads(db_text(rows, 0, db_col(rows, "body")), 0, NULL);
	params = json_loads(db_text(rows, 0, db_col(rows, "params")), 0, NULL);
	if (h != NULL && params != NULL && doc != NULL &&
	    reply_open(doc, SEALED_AS))
		item =
		    hub_change_item(r, h, params, json_object_get(doc, "body"));
	json_decref(params);
	json_decref(doc);
	return (item);
}

static int
resend(struct req *r, const struct db_row *rows)
{
	const char *item;

	/* None: what has no text any more, of which the reply says why. */
	item = rows->n > 0 ? item_anew(r, rows) : "{}";
	if (item == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_SHARED_CHANGE_RESEND_LOCK, STMT_SHARED_CHANGE_RESEND,
		STMT_SHARED_CHANGE_RESEND_SEND,
		STMT_SHARED_CHANGE_RESEND_REPLY),
	    ARGS(r->param[0], req_json(r, "base_version"), r->if_match, item),
	    change_reply));
}

int
resend_shared_change(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_SHARED_CHANGE_LOOK), ARGS(r->param[0]), resend));
}

int
discard_shared_change(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_SHARED_CHANGE_DISCARD, STMT_SHARED_CHANGE_DISCARDED),
	    ARGS(r->param[0]), req_reply_row));
}

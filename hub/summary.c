/*
 * Minimal summaries: shared under a consent, read by whom it names; and what
 * recipients tell of their copies.
 *
 * Operations: listSummaries, putSummary, getSummary, recordOpening,
 * recordPurge.
 */
#include "hub_routes.h"

#include <string.h>

#include "common/db.h"
#include "common/guard_document.h"
#include "common/guard_pattern.h"
#include "common/req.h"
#include "hub_statements.h"
#include "receipt.h"

int
list_summaries(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUMMARY_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "direction")),
	    req_reply_row));
}

/* The hub knows no names; numbers and addresses it can tell by their form. */
static void
look_at(void *arg, const char *pointer, const char *member, const char *text)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	struct req *r = arg;
	size_t i, n;

	n = guard_pattern(text,
	    strncmp(member, "office_", 7) == 0 ? GUARD_OFFICE : 0, hits,
	    GUARD_HITS_MAX);
	for (i = 0; i < n; i++)
		req_field_span(
		    r, pointer, hits[i].code, hits[i].start, hits[i].end);
}

int
put_summary(struct req *r)
{
	guard_document(json_object_get(r->body, "doc"), "/doc", look_at, r);
	if (json_array_size(r->errors) > 0)
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_CONSENT_LOCK, STMT_SUMMARY_PUT),
	    ARGS(req_str(r->body, "consent_id"), r->param[0],
		req_json(r, "version"), req_json(r, "doc"), r->idempotency_key),
	    req_reply_row));
}

static int
summary_read(struct req *r, const struct db_row *rows)
{
	if (rows->n > 0)
		return (req_reply_row(r, rows));
	return (db_exec(
	    r, STMTS(STMT_SUMMARY_GONE), ARGS(r->param[0]), req_reply_row));
}

int
get_summary(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_SUMMARY_GET), ARGS(r->param[0]), summary_read));
}

int
record_opening(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUMMARY_OPEN),
	    ARGS(r->param[0], req_str(r->body, "at"), req_str(r->body, "role")),
	    req_reply_row));
}

static int
purge_verified(struct req *r, json_t *claims)
{
	return (db_exec(r, STMTS(STMT_DELIVERY_LOCK, STMT_SUMMARY_PURGE),
	    ARGS(r->param[0], req_str(r->body, "receipt"),
		req_strdup(r, req_str(claims, "at")),
		req_strdup(r, req_str(claims, "feed_id")),
		req_dumps(r, json_object_get(claims, "seq")),
		req_strdup(r, req_str(claims, "tag"))),
	    req_reply_row));
}

int
record_purge(struct req *r)
{
	return (receipt_verify(r, RECEIPT_PURGE, "summary_id", purge_verified));
}

/*
 * The audit: who did what, never the content; its chain, signed, and the
 * heads that nodes sign of theirs.
 *
 * Operations: listAudit, exportAudit, listAuditHeads, putAuditHead
 * (signAuditHead: common/audit_sign.c).
 */
#include "audit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/audit_sign.h"
#include "common/auth.h"
#include "common/db.h"
#include "common/metrics.h"
#include "common/req.h"
#include "common/service.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "receipt.h"

static const int head_next[] = { STMT_SEQUENCER_LOCK, STMT_SEQUENCER_STEP,
	STMT_AUDIT_HEAD_NEXT, -1 };

const struct audit_signing audit_signing = {
	.next = head_next,
	.put = STMT_AUDIT_HEAD_PUT,
	.key = service_key,
};

int
list_audit(struct req *r)
{
	return (db_exec(r, STMTS(STMT_AUDIT_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after")), req_reply_row));
}

int
export_audit(struct req *r)
{
	return (db_exec(r, STMTS(STMT_AUDIT_EXPORT),
	    ARGS(req_query(r, "limit"), req_query(r, "after")), req_reply_row));
}

int
list_audit_heads(struct req *r)
{
	return (db_exec(r, STMTS(STMT_AUDIT_HEAD_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "organisation_id"), audit_sign_keys(r)),
	    req_reply_row));
}

/* The column of the statement node_head_put after those of an answer. */
#define COL_STATE 5

/* A log that has become another is told to people, once for each head. */
static int
head_put(struct req *r, const struct db_row *rows)
{
	const char *state;

	state = db_text(rows, 0, COL_STATE);
	if (state != NULL && strcmp(state, "good") != 0)
		metrics_add(METRIC_AUDIT_FORKS, 1);
	return (req_reply_row(r, rows));
}

/* Our word that we have it; kept only if it goes on from the one before. */
static const char *
countersign(struct req *r, json_t *claims)
{
	json_auto_t *ours = NULL;
	const char *copy;
	char *token;

	ours = json_pack("{s:s, s:s, s:I, s:s, s:s, s:O, s:O, s:O}",
	    "token_use", "audit-countersignature", "iss", service_issuer(),
	    "iat", (json_int_t)time(NULL), "id", r->param[0], "organisation_id",
	    r->caller.org, "log_id", json_object_get(claims, "log_id"), "count",
	    json_object_get(claims, "count"), "chain",
	    json_object_get(claims, "chain"));
	token = auth_sign(service_key(), ours);
	copy = token == NULL ? NULL : req_strdup(r, token);
	free(token);
	return (copy);
}

static int
head_verified(struct req *r, json_t *claims)
{
	const char *countersignature;

	countersignature = countersign(r, claims);
	if (countersignature == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_KEY_LOCK, STMT_NODE_HEAD_PUT),
	    ARGS(r->param[0], req_dumps(r, claims), req_str(r->body, "receipt"),
		countersignature),
	    head_put));
}

int
put_audit_head(struct req *r)
{
	return (receipt_verify(r, RECEIPT_AUDIT_HEAD, "id", head_verified));
}

void
audit_start(void)
{
	audit_sign_start();
}

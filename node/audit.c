/*
 * Who did what: for the data-protection officer, the newest first; its chain,
 * for those who check it elsewhere, and the signed heads, ours and the hub's.
 *
 * listAudit, exportAudit, listAuditHeads (signAuditHead:
 * common/audit_sign.c).
 */
#include "audit.h"

#include <stdlib.h>

#include <kore/kore.h>

#include "audit_sign.h"
#include "db.h"
#include "identity.h"
#include "metrics.h"
#include "node_routes.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

#define STEP_MS 1000
/* A step takes at most so many leaves: audit_step(). */
#define STEP_ROWS 2000

static const int head_next[] = { STMT_AUDIT_STEP, STMT_AUDIT_HEAD_NEXT, -1 };

const struct audit_signing audit_signing = {
	.next = head_next,
	.put = STMT_AUDIT_HEAD_PUT,
	.key = identity_receipt_key,
};

static int running;

int
list_audit(struct req *r)
{
	return (db_exec(r, STMTS(STMT_AUDIT_LIST),
	    ARGS(req_query(r, "ref"), req_query(r, "after"), reply_limit(r)),
	    req_reply_row));
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
	    ARGS(req_query(r, "from"), req_query(r, "after"), reply_limit(r),
		audit_sign_keys(r)),
	    req_reply_row));
}

static void step(void);

static void
stepped(void *arg, const struct db_row *rows)
{
	(void)arg;
	running = 0;
	if (rows == NULL || rows->n == 0)
		return;
	metrics_set(METRIC_AUDIT_FORKS, strtol(db_text(rows, 0, 1), NULL, 10));
	if (strtol(db_text(rows, 0, 0), NULL, 10) >= STEP_ROWS)
		step();
}

static void
step(void)
{
	if (!running && db_ready())
		running = db_task(STMTS(STMT_AUDIT_STEP), NO_ARGS, stepped,
			      NULL) == 0;
}

static void
tick(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	step();
}

void
audit_after_act(void)
{
	step();
}

void
audit_start(void)
{
	(void)kore_timer_add(tick, STEP_MS, NULL, 0);
	audit_sign_start();
}

/*
 * Consents, as families signed them: registering, reading, withdrawing, and
 * the list of what has reached whom.
 *
 * A consent ends through three doors with the same two statements: the
 * holder's node, a family's code, a coordinator to whom it was said.
 *
 * Operations: putConsent, getConsent, withdrawConsent, recordWithdrawal,
 * listDeliveries.
 */
#include "consent.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/auth.h"
#include "common/db.h"
#include "common/guard_pattern.h"
#include "common/req.h"
#include "common/service.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "receipt.h"

static int
consent_verified(struct req *r, json_t *claims)
{
	return (db_exec(r, STMTS(STMT_CONSENT_PUT_ROOT, STMT_CONSENT_PUT),
	    ARGS(r->param[0], req_dumps(r, claims), req_str(r->body, "receipt"),
		r->idempotency_key),
	    req_reply_row));
}

int
put_consent(struct req *r)
{
	return (
	    receipt_verify(r, RECEIPT_CONSENT, "consent_id", consent_verified));
}

int
get_consent(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CONSENT_GET), ARGS(r->param[0]), req_reply_row));
}

/* The columns of the statement consent_withdraw. */
enum {
	COL_STATUS,
	COL_VERSION,
	COL_AT,
	COL_LEAF,
	COL_RECEIPT,
	COL_DOOR,
	COL_CAPACITY,
	COL_CONSENT
};

/* The hub's word that it is withdrawn; kept as text in the request. */
static const char *
receipt_sign(struct req *r, const struct db_row *rows)
{
	json_auto_t *claims = NULL;
	const char *copy;
	char *token;

	claims = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:I}",
	    "token_use", "withdrawal-receipt", "iss", service_issuer(),
	    "consent_id", db_text(rows, 0, COL_CONSENT), "version",
	    (json_int_t)strtoll(db_text(rows, 0, COL_VERSION), NULL, 10), "at",
	    db_text(rows, 0, COL_AT), "leaf", db_text(rows, 0, COL_LEAF),
	    "door", db_text(rows, 0, COL_DOOR), "capacity",
	    db_text(rows, 0, COL_CAPACITY), "iat", (json_int_t)time(NULL));
	token = auth_sign(service_key(), claims);
	copy = token == NULL ? NULL : req_strdup(r, token);
	free(token);
	return (copy);
}

/*
 * The withdrawal is committed with all that the receipt says; only the
 * signature is missing.  Whoever stores one first has made the receipt, so a
 * retry gets the same.
 */
int
withdrawal_done(struct req *r, const struct db_row *rows)
{
	const char *consent, *receipt, *status;

	status = db_text(rows, 0, COL_STATUS);
	if (status == NULL || *status != '2')
		return (req_reply_row(r, rows));
	consent = req_strdup(r, db_text(rows, 0, COL_CONSENT));
	receipt = db_text(rows, 0, COL_RECEIPT);
	receipt =
	    receipt == NULL ? receipt_sign(r, rows) : req_strdup(r, receipt);
	if (receipt == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	/* A family's visit says in each transaction what it is bound to. */
	if (strcmp(r->caller.role, "family") == 0)
		return (db_exec(r,
		    STMTS(STMT_FAMILY_ENTER_TO_END, STMT_WITHDRAWAL_SIGN,
			STMT_WITHDRAWAL_GET),
		    ARGS(consent, receipt, r->caller.session), req_reply_row));
	return (db_exec(r, STMTS(STMT_WITHDRAWAL_SIGN, STMT_WITHDRAWAL_GET),
	    ARGS(consent, receipt), req_reply_row));
}

int
withdraw_consent(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_CONSENT_WITHDRAW_ROOT, STMT_CONSENT_WITHDRAW),
	    ARGS(r->param[0], req_str(r->body, "capacity")), withdrawal_done));
}

/* A number of a paper names no child. */
static int
reference_guarded(struct req *r)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	const char *reference;
	size_t i, n;

	if ((reference = req_str(r->body, "reference")) == NULL)
		return (1);
	n = guard_pattern(reference, 0, hits, GUARD_HITS_MAX);
	for (i = 0; i < n; i++)
		req_field_span(
		    r, "/reference", hits[i].code, hits[i].start, hits[i].end);
	return (n == 0);
}

int
record_withdrawal(struct req *r)
{
	if (!reference_guarded(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_CONSENT_WITHDRAW_ROOT, STMT_WITHDRAWAL_RECORD,
		STMT_CONSENT_WITHDRAW),
	    ARGS(r->param[0], req_str(r->body, "capacity"),
		req_str(r->body, "received"), req_str(r->body, "reason"),
		req_str(r->body, "reference")),
	    withdrawal_done));
}

int
list_deliveries(struct req *r)
{
	return (db_exec(r, STMTS(STMT_DELIVERY_LIST),
	    ARGS(r->param[0], req_query(r, "limit"), req_query(r, "after")),
	    req_reply_row));
}

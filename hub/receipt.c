/*
 * Signed receipts: find the organisation's key, verify, check the claims.
 */
#include "receipt.h"

#include <string.h>
#include <time.h>

#include "common/auth.h"
#include "common/db.h"
#include "common/req.h"
#include "common/schema.h"
#include "common/service.h"
#include "hub_statements.h"

static const struct {
	const char *token_use;
	const char *pointer;
} kinds[RECEIPT_KINDS] = {
	[RECEIPT_CONSENT] = { "consent-receipt",
	    "/components/schemas/ConsentReceipt" },
	[RECEIPT_PURGE] = { "purge-receipt",
	    "/components/schemas/PurgeReceiptClaims" },
	[RECEIPT_AUDIT_HEAD] = { "audit-head",
	    "/components/schemas/AuditHeadClaims" },
};

static const struct schema *schemas[RECEIPT_KINDS];

/* What a verification in progress remembers, for the life of the request. */
struct receipt {
	enum receipt_kind kind;
	const char *about;
	const char *token;
	int (*next)(struct req *, json_t *);
	int (*with_key)(struct req *, const struct auth_key *);
};

int
receipt_configure(char *err, size_t errlen)
{
	struct schema_set *set;
	json_t *doc;
	int i;

	doc = json_loadb(
	    (const char *)service.openapi, *service.openapi_len, 0, NULL);
	set = schema_set_new(doc);
	json_decref(doc);
	if (set == NULL)
		return (-1);
	for (i = 0; i < RECEIPT_KINDS; i++) {
		schemas[i] = schema_compile(set, kinds[i].pointer, err, errlen);
		if (schemas[i] == NULL)
			return (-1);
	}
	return (0);
}

static int
key_found(struct req *r, const struct db_row *rows)
{
	struct receipt *x = r->state;
	struct auth_key *key;
	int answer;

	key = rows->n == 0 ? NULL : auth_key_from_pem(db_text(rows, 0, 0));
	answer = x->with_key(r, key);
	auth_key_free(key);
	return (answer);
}

static struct receipt *
state_of(struct req *r)
{
	if (r->state == NULL)
		r->state = req_alloc(r, sizeof(struct receipt));
	return (r->state);
}

int
receipt_key(struct req *r, const char *org, const char *kid,
    const char *purpose, int (*next)(struct req *, const struct auth_key *))
{
	state_of(r)->with_key = next;
	return (db_exec(
	    r, STMTS(STMT_KEY_FIND), ARGS(kid, org, purpose), key_found));
}

static int
refused(struct req *r)
{
	return (req_problem_at(
	    r, PROBLEM_RECEIPT_INVALID, "/receipt", FIELD_SIGNATURE));
}

static void
field_wrong(
    void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	struct req *r = arg;

	req_field(r, req_printf(r, "/receipt%s", pointer), code, limit);
}

static int
claims_checked(struct req *r, json_t *claims)
{
	const struct receipt *x = r->state;
	const char *about;

	if (schema_check(schemas[x->kind], claims, field_wrong, r) > 0)
		return (req_problem(r, PROBLEM_RECEIPT_INVALID));
	about = req_str(claims, x->about);
	if (strcmp(about, r->param[0]) != 0)
		return (req_problem_at(r, PROBLEM_RECEIPT_INVALID,
		    req_printf(r, "/receipt/%s", x->about), FIELD_CONFLICT));
	return (x->next(r, claims));
}

static int
receipt_with_key(struct req *r, const struct auth_key *key)
{
	const struct receipt *x = r->state;
	struct auth_expect expect;
	json_auto_t *claims = NULL;

	memset(&expect, 0, sizeof(expect));
	expect.issuer = r->caller.org;
	expect.token_use = kinds[x->kind].token_use;
	expect.max_len = AUTH_RECEIPT_MAX;
	expect.now = time(NULL);
	if (key == NULL || auth_verify(x->token, strlen(x->token), key, &expect,
			       &claims) != AUTH_OK)
		return (refused(r));
	return (claims_checked(r, claims));
}

int
receipt_verify(struct req *r, enum receipt_kind kind, const char *about,
    int (*next)(struct req *, json_t *))
{
	struct auth_peek peek;
	struct receipt *x;

	x = state_of(r);
	x->kind = kind;
	x->about = about;
	x->next = next;
	x->token = req_str(r->body, "receipt");
	if (auth_gate_max(
		x->token, strlen(x->token), AUTH_RECEIPT_MAX, &peek) != AUTH_OK)
		return (refused(r));
	return (receipt_key(r, r->caller.org, req_strdup(r, peek.kid),
	    "receipt", receipt_with_key));
}

/*
 * Signing the head of the audit: see audit_sign.h.  One statement says what
 * the next head would say, we sign it, another keeps it; of two that were
 * signed at the same moment one is kept, and the other is made anew.
 */
#include "audit_sign.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <kore/kore.h>

#include "auth.h"
#include "db.h"
#include "req.h"
#include "service.h"

#define FIRST_MS 30000
#define EVERY_MS 3600000
#define TRIES    5

static const char *
col(const struct db_row *rows, const char *name)
{
	return (db_text(rows, 0, db_col(rows, name)));
}

static json_int_t
number(const struct db_row *rows, const char *name)
{
	const char *text;

	text = col(rows, name);
	return (text == NULL ? 0 : (json_int_t)strtoll(text, NULL, 10));
}

/* The head that a row describes, signed; free()d by the caller, or NULL. */
static char *
head_sign(const struct db_row *rows)
{
	json_auto_t *claims = NULL;
	const char *issuer;

	issuer = col(rows, "organisation_id");
	claims = json_pack("{s:s, s:s, s:I, s:s, s:s, s:I, s:s, s:I, s:s, s:s}",
	    "token_use", "audit-head", "iss",
	    issuer != NULL ? issuer : service_issuer(), "iat",
	    (json_int_t)time(NULL) + number(rows, "clock_offset_ms") / 1000,
	    "id", col(rows, "id"), "log_id", col(rows, "log_id"), "count",
	    number(rows, "count"), "chain", col(rows, "chain"), "prev_count",
	    number(rows, "prev_count"), "prev_chain", col(rows, "prev_chain"),
	    "at", col(rows, "at"));
	return (auth_sign(audit_signing.key(), claims));
}

static int head_begin(struct req *);

static int
head_kept(struct req *r, const struct db_row *rows)
{
	int *tries = r->state;

	if (rows->n > 0)
		return (req_reply_row(r, rows));
	if (++*tries >= TRIES)
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	return (head_begin(r));
}

/* A column's text in the request's memory, or NULL. */
static const char *
kept(struct req *r, const struct db_row *rows, const char *name)
{
	const char *text;

	text = col(rows, name);
	return (text == NULL ? NULL : req_strdup(r, text));
}

static int
head_known(struct req *r, const struct db_row *rows)
{
	const char *known, *copy;
	char *token;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	known = col(rows, "known");
	if (known != NULL)
		return (req_reply(r, 200, known));
	token = head_sign(rows);
	if (token == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	copy = req_strdup(r, token);
	free(token);
	return (db_exec(r, STMTS(audit_signing.put),
	    ARGS(r->param[0], kept(r, rows, "n"), kept(r, rows, "log_id"),
		kept(r, rows, "count"), kept(r, rows, "chain"),
		kept(r, rows, "at"), copy, kept(r, rows, "organisation_id")),
	    head_kept));
}

static int
head_begin(struct req *r)
{
	return (db_exec(r, audit_signing.next, ARGS(r->param[0]), head_known));
}

int
sign_audit_head(struct req *r)
{
	r->state = req_alloc(r, sizeof(int));
	return (head_begin(r));
}

const char *
audit_sign_keys(struct req *r)
{
	json_auto_t *keys = NULL;

	keys = json_pack("[o]", auth_key_jwk(audit_signing.key()));
	return (req_dumps(r, keys));
}

static void
due(void *arg, const struct db_row *rows)
{
	char *token;

	(void)arg;
	if (rows == NULL || rows->n == 0 || *col(rows, "due") != 't')
		return;
	token = head_sign(rows);
	if (token == NULL)
		return;
	(void)db_task(STMTS(audit_signing.put),
	    ARGS(col(rows, "id"), col(rows, "n"), col(rows, "log_id"),
		col(rows, "count"), col(rows, "chain"), col(rows, "at"), token,
		col(rows, "organisation_id")),
	    NULL, NULL);
	free(token);
}

static void
look(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (db_ready())
		(void)db_task(audit_signing.next, ARGS(NULL), due, NULL);
}

void
audit_sign_start(void)
{
	(void)kore_timer_add(look, FIRST_MS, NULL, KORE_TIMER_ONESHOT);
	(void)kore_timer_add(look, EVERY_MS, NULL, 0);
}

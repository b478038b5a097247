/*
 * A family's visit: it is opened with a one-time code, sees one consent's
 * facts, withdraws, and says what it has to say.
 *
 * Every statement here begins with family_enter, which asks the visit's own
 * row whether it still stands, in the same transaction.
 *
 * Operations: openFamilySession, endFamilySession, getFamilyFacts,
 * withdrawFamilyConsent, disagreeWithFact, sendFamilyWords.
 */
#include "family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/auth.h"
#include "common/crypt.h"
#include "common/db.h"
#include "common/guard_pattern.h"
#include "common/req.h"
#include "common/service.h"
#include "common/stretch.h"
#include "consent.h"
#include "family_code.h"
#include "hub_routes.h"
#include "hub_statements.h"

/* How long one waits for its turn to be stretched, and how often. */
#define TURN_MS   250
#define TURNS_MAX 40

/* A code on its way to a visit. */
struct visit {
	struct stretch stretch;
	char session[CRYPT_UUID_SIZE];
	char kept[STRETCH_HEX_SIZE];
	char context[FAMILY_CONTEXT_SIZE];
	int turns;
};

static char *
visit_token(const char *session)
{
	json_auto_t *claims = NULL;
	char jti[CRYPT_UUID_SIZE];
	json_int_t now;

	now = (json_int_t)time(NULL);
	crypt_uuid4(jti);
	claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s}",
	    "iss", service_issuer(), "aud", service_issuer(), "sub", session,
	    "iat", now, "exp", now + FAMILY_VISIT_S, "jti", jti, "scope",
	    "family:view", "token_use", "visit", "role", "family", "sid",
	    session);
	return (auth_sign(service_key(), claims));
}

static int
opened(struct req *r, const struct db_row *rows)
{
	struct visit *v = r->state;
	json_auto_t *body = NULL;
	char *token;

	if (rows->n == 0 || strcmp(db_text(rows, 0, 0), "t") != 0)
		return (req_problem(r, PROBLEM_FAMILY_CODE_REFUSED));
	token = visit_token(v->session);
	if (token == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	body = json_pack("{s:s, s:s, s:i, s:s}", "access_token", token,
	    "token_type", "Bearer", "expires_in", FAMILY_VISIT_S, "scope",
	    "family:view");
	free(token);
	return (req_reply(r, 200, req_dumps(r, body)));
}

static int
stretched(struct req *r, struct stretch *s)
{
	struct visit *v = r->state;
	int kept;

	kept = s->ok && family_code_keep(s->hex[0], v->kept);
	crypt_wipe(s, sizeof(*s));
	if (!kept)
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	crypt_uuid4(v->session);
	return (db_exec(r, STMTS(STMT_FAMILY_OPEN),
	    ARGS(v->kept, r->source, v->session,
		req_printf(r, "%d", FAMILY_VISIT_S)),
	    opened));
}

/*
 * Families wait for their turn, so that a flood of guesses makes visits slow
 * and takes nothing from those who sign in.
 */
static int
turn(struct req *r, int timed_out)
{
	struct visit *v = r->state;

	(void)timed_out;
	if (!stretch_free() && v->turns++ < TURNS_MAX)
		return (req_sleep(r, TURN_MS, turn));
	if (!stretch_free())
		return (req_problem(r, PROBLEM_TOO_MANY_REQUESTS));
	return (stretch_start(r, &v->stretch, v->context, stretched));
}

static int
waited(struct req *r, const struct db_row *rows)
{
	struct visit *v = r->state;
	unsigned long wait;

	(void)snprintf(v->context, sizeof(v->context), FAMILY_CONTEXT,
	    db_text(rows, 0, 1));
	wait = strtoul(db_text(rows, 0, 0), NULL, 10);
	return (wait == 0 ? turn(r, 0) : req_sleep(r, (unsigned)wait, turn));
}

int
open_family_session(struct req *r)
{
	struct visit *v;
	const char *code;
	size_t n;

	r->state = v = req_alloc(r, sizeof(*v));
	v->stretch.n = 1;
	n = 0;
	for (code = req_str(r->body, "code"); *code != '\0'; code++) {
		if (*code >= '0' && *code <= '9')
			v->stretch.code[0][n++] = *code;
	}
	return (db_exec(r, STMTS(STMT_FAMILY_WAIT), ARGS(r->source), waited));
}

static int
ended(struct req *r, const struct db_row *rows)
{
	(void)rows;
	return (req_reply(r, 204, NULL));
}

int
end_family_session(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_END),
	    ARGS(r->caller.session), ended));
}

int
get_family_facts(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_FACTS),
	    ARGS(r->caller.session), req_reply_row));
}

/* The visit's consent ends with the statements of every door. */
static int
withdraw_bound(struct req *r, const struct db_row *rows)
{
	const char *consent, *capacity;

	consent = db_text(rows, 0, 0);
	capacity = db_text(rows, 0, 1);
	if (consent == NULL || capacity == NULL)
		return (req_problem(r, PROBLEM_SESSION_ENDED));
	return (db_exec(r,
	    STMTS(STMT_FAMILY_ENTER_TO_END, STMT_CONSENT_WITHDRAW_ROOT,
		STMT_CONSENT_WITHDRAW),
	    ARGS(req_strdup(r, consent), req_strdup(r, capacity),
		r->caller.session),
	    withdrawal_done));
}

int
withdraw_family_consent(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_WHOSE),
	    ARGS(r->caller.session), withdraw_bound));
}

/* Who has said enough for today may say more tomorrow. */
static int
said(struct req *r, const struct db_row *rows)
{
	const char *status;

	status = db_text(rows, 0, 0);
	if (status != NULL && strcmp(status, "too-many-requests") == 0)
		req_header(r, "retry-after", "3600");
	return (req_reply_row(r, rows));
}

int
disagree_with_fact(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_SAY),
	    ARGS(r->caller.session, r->param[0], "disagreement", NULL,
		req_str(r->body, "summary_id"),
		req_str(r->body, "organisation_id"),
		req_str(r->body, "category")),
	    said));
}

int
send_family_words(struct req *r)
{
	if (!family_text_passes(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_FAMILY_ENTER, STMT_FAMILY_SAY),
	    ARGS(r->caller.session, r->param[0], "words",
		req_str(r->body, "text"), NULL, NULL, NULL),
	    said));
}

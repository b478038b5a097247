/*
 * The own account: who I am, a new password, a new second factor.
 *
 * Operations: getMe, changePassword, enrolTotp, confirmTotp.
 */
#include "session.h"

#include <string.h>
#include <time.h>

#include "crypt.h"
#include "db.h"
#include "password.h"
#include "req.h"
#include "service.h"
#include "totp.h"

/* What account_find returns. */
struct account {
	const char *hash;
	const char *pending;
	const char *login;
	char login_sha256[CRYPT_SHA256_HEX_SIZE];
	char secret[TOTP_SECRET_SIZE];
	int (*next)(struct req *); /* once the password was right */
};

/* A row of one column or none says whether the session still stands. */
static int
done(struct req *r, const struct db_row *rows)
{
	if (rows->n == 0)
		return (req_problem(r, PROBLEM_SESSION_ENDED));
	return (req_reply_row(r, rows));
}

int
get_me(struct req *r)
{
	return (
	    db_exec(r, STMTS(session_stmts.me), ARGS(r->caller.session), done));
}

static int
wrong_noted(struct req *r, const struct db_row *rows)
{
	const char *field;

	(void)rows;
	field = json_object_get(r->body, "current") != NULL ? "/current"
							    : "/password";
	return (
	    req_problem_at(r, PROBLEM_INVALID, field, FIELD_PASSWORD_WRONG));
}

static int
checked(struct req *r, int ok)
{
	struct account *a = r->state;

	if (ok)
		return (a->next(r));
	crypt_sha256_hex(a->login, strlen(a->login), a->login_sha256);
	return (db_exec(r, STMTS(session_stmts.refuse),
	    ARGS(a->login_sha256, r->source), wrong_noted));
}

static struct account *
account_read(struct req *r, const struct db_row *rows)
{
	struct account *a = r->state;
	const char *pending;

	pending = db_text(rows, 0, 1);
	a->hash = req_strdup(r, db_text(rows, 0, 0));
	a->pending = pending == NULL ? NULL : req_strdup(r, pending);
	a->login = req_strdup(r, db_text(rows, 0, 2));
	return (a);
}

static int
found(struct req *r, const struct db_row *rows)
{
	const char *password;
	struct account *a;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_SESSION_ENDED));
	a = account_read(r, rows);
	password = req_str(r->body, "current");
	if (password == NULL)
		password = req_str(r->body, "password");
	return (password_verify(r, a->hash, password, checked));
}

/* Checks the password that the body gives, then goes on with next. */
static int
with_password(struct req *r, int (*next)(struct req *))
{
	struct account *a;

	r->state = a = req_alloc(r, sizeof(*a));
	a->next = next;
	return (db_exec(
	    r, STMTS(session_stmts.account), ARGS(r->caller.session), found));
}

static int
password_hashed(struct req *r, const char *encoded)
{
	if (encoded == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(session_stmts.password_set),
	    ARGS(r->caller.session, req_strdup(r, encoded)), done));
}

static int
password_replace(struct req *r)
{
	struct account *a = r->state;
	const char *password;

	password = req_str(r->body, "password");
	if (password_policy(password, a->login) != PASSWORD_FINE)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/password", FIELD_PASSWORD_WEAK));
	return (password_hash(r, password, password_hashed));
}

int
change_password(struct req *r)
{
	return (with_password(r, password_replace));
}

static int
totp_begun(struct req *r, const struct db_row *rows)
{
	struct account *a = r->state;
	json_auto_t *body = NULL;
	char uri[512];

	(void)rows;
	if (totp_uri(service_issuer(), a->login, a->secret, uri, sizeof(uri)) ==
	    0)
		return (req_problem(r, PROBLEM_INTERNAL));
	body = json_pack("{s:s, s:s}", "secret", a->secret, "otpauth", uri);
	return (req_reply(r, 200, req_dumps(r, body)));
}

static int
totp_begin(struct req *r)
{
	struct account *a = r->state;

	if (!totp_secret(a->secret))
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(
	    r, STMTS(session_stmts.totp_begin), ARGS(a->secret), totp_begun));
}

int
enrol_totp(struct req *r)
{
	return (with_password(r, totp_begin));
}

static int
totp_found(struct req *r, const struct db_row *rows)
{
	struct account *a = r->state;
	uint64_t step;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_SESSION_ENDED));
	(void)account_read(r, rows);
	if (a->pending == NULL ||
	    !totp_verify(
		a->pending, req_str(r->body, "totp"), time(NULL), 0, &step))
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/totp", FIELD_TOTP_WRONG));
	return (db_exec(r, STMTS(session_stmts.totp_confirm),
	    ARGS(req_printf(r, "%llu", (unsigned long long)step)), done));
}

int
confirm_totp(struct req *r)
{
	r->state = req_alloc(r, sizeof(struct account));
	return (db_exec(r, STMTS(session_stmts.account),
	    ARGS(r->caller.session), totp_found));
}

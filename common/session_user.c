/*
 * People, as an administrator makes and changes them.
 *
 * Operations: listUsers, createUser, updateUser.
 */
#include "session.h"

#include <string.h>

#include "db.h"
#include "password.h"
#include "req.h"
#include "service.h"
#include "totp.h"

/* What the body asks for, made before the statement runs. */
struct change {
	const char *hash;   /* of a new password, or NULL */
	const char *secret; /* of a new second factor, or NULL */
	const char *login;
	int (*next)(struct req *);
};

int
list_users(struct req *r)
{
	return (db_exec(r, STMTS(session_stmts.user_list),
	    ARGS(req_query(r, "limit"), req_query(r, "after")), req_reply_row));
}

/* A second factor is shown once, in the answer that made it. */
static int
stored(struct req *r, const struct db_row *rows)
{
	struct change *c = r->state;
	json_auto_t *body = NULL;
	const char *status, *etag;
	char uri[512];

	status = db_text(rows, 0, 0);
	if (status == NULL || c->secret == NULL || *status != '2' ||
	    (c->next == NULL && strcmp(status, "201") != 0))
		return (req_reply_row(r, rows));
	body = json_loads(db_text(rows, 0, 1), 0, NULL);
	(void)json_object_set_new(body, "totp_secret", json_string(c->secret));
	if (totp_uri(service_issuer(), req_str(body, "login"), c->secret, uri,
		sizeof(uri)) > 0)
		(void)json_object_set_new(body, "otpauth", json_string(uri));
	etag = db_text(rows, 0, db_col(rows, "etag"));
	if (etag != NULL)
		req_header(r, "etag", req_printf(r, "\"%s\"", etag));
	return (
	    req_reply(r, *(status + 2) == '1' ? 201 : 200, req_dumps(r, body)));
}

static int
hashed(struct req *r, const char *encoded)
{
	struct change *c = r->state;

	if (encoded == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	c->hash = req_strdup(r, encoded);
	return (c->next(r));
}

static int
secret_make(struct req *r)
{
	struct change *c = r->state;
	char *secret;

	secret = req_alloc(r, TOTP_SECRET_SIZE);
	c->secret = secret;
	return (totp_secret(secret));
}

/* Hashes the body's password, if it has one, then goes on. */
static int
with_hash(struct req *r, int (*next)(struct req *))
{
	struct change *c = r->state;
	const char *password;

	c->next = next;
	password = req_str(r->body, "password");
	if (password == NULL)
		return (next(r));
	if (password_policy(password, req_str(r->body, "login")) !=
	    PASSWORD_FINE)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/password", FIELD_PASSWORD_WEAK));
	return (password_hash(r, password, hashed));
}

/* The body without its password: that goes nowhere but into the hash. */
static const char *
body_text(struct req *r)
{
	(void)json_object_del(r->body, "password");
	return (req_dumps(r, r->body));
}

static int
create_store(struct req *r)
{
	struct change *c = r->state;

	c->next = NULL;
	return (db_exec(r, STMTS(session_stmts.user_create),
	    ARGS(r->param[0], body_text(r), c->hash, c->secret), stored));
}

int
create_user(struct req *r)
{
	r->state = req_alloc(r, sizeof(struct change));
	if (session_role_needs_totp(req_str(r->body, "role")) &&
	    !secret_make(r))
		return (req_problem(r, PROBLEM_INTERNAL));
	return (with_hash(r, create_store));
}

static int
update_store(struct req *r)
{
	struct change *c = r->state;

	return (db_exec(r,
	    STMTS(session_stmts.user_lock, session_stmts.user_update),
	    ARGS(r->param[0], r->if_match, body_text(r), c->hash, c->secret),
	    stored));
}

int
update_user(struct req *r)
{
	r->state = req_alloc(r, sizeof(struct change));
	if (json_object_get(r->body, "totp") != NULL && !secret_make(r))
		return (req_problem(r, PROBLEM_INTERNAL));
	return (with_hash(r, update_store));
}

/*
 * Sessions: signing in with password and second factor, refreshing with a
 * cookie that changes at every use, signing out.
 *
 * Operations: signIn, refreshSession, signOut.
 */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth.h"
#include "config.h"
#include "crypt.h"
#include "db.h"
#include "password.h"
#include "req.h"
#include "scopes.h"
#include "service.h"
#include "totp.h"

#define TOKEN_BYTES 32
#define TOKEN_SIZE  CRYPT_B64_SIZE(TOKEN_BYTES)

/* The columns of the statements find, open and refresh. */
enum {
	COL_ID,
	COL_NAME,
	COL_ROLE,
	COL_ORG,
	COL_SESSION,
	COL_MORE
};

/* One person as find, open and refresh return it. */
struct person {
	const char *id;
	const char *name;
	const char *role;
	const char *org; /* or NULL */
	const char *session;
	int weak; /* the role needs a second factor that it lacks */
};

struct attempt {
	struct person person;
	const char *login;
	const char *hash;   /* of the password; NULL: nobody's */
	const char *secret; /* of the second factor, or NULL */
	uint64_t last_step;
	const char *step; /* of the code given, or NULL */
	char login_sha256[CRYPT_SHA256_HEX_SIZE];
	char refresh[TOKEN_SIZE];
	char refresh_sha256[CRYPT_SHA256_HEX_SIZE];
};

int
session_role_needs_totp(const char *role)
{
	const char *list;
	size_t len;

	len = strlen(role);
	list = config_text("totp_roles");
	for (; list != NULL && *list != '\0'; list += strspn(list, ", ")) {
		if (strcspn(list, ", ") == len && strncmp(list, role, len) == 0)
			return (1);
		list += strcspn(list, ", ");
	}
	return (0);
}

const char *
session_role_scope(struct req *r, const char *role)
{
	const char *const *scope;
	const char *text;

	scope = scopes_of_role(service.name, role);
	if (scope == NULL)
		return ("");
	for (text = *scope++; *scope != NULL; scope++)
		text = req_printf(r, "%s %s", text, *scope);
	return (text == NULL ? "" : text);
}

/*
 * Browsers keep cookies by host, not by port: services on one host must not
 * overwrite each other's.
 */
static const char *
cookie_name(struct req *r)
{
	char hex[CRYPT_SHA256_HEX_SIZE];

	crypt_sha256_hex(service_issuer(), strlen(service_issuer()), hex);
	return (req_printf(r, "zaedno_%.8s", hex));
}

static void
cookie_set(struct req *r, const char *value, long max_age)
{
	int tls;

	tls = strncmp(service_issuer(), "https:", 6) == 0;
	req_header(r, "set-cookie",
	    req_printf(r,
		"%s=%s; Path=/v1/sessions; Max-Age=%ld; HttpOnly; "
		"SameSite=Strict%s",
		cookie_name(r), value, max_age, tls ? "; Secure" : ""));
}

/* The refresh token of the request's cookie, or NULL. */
static const char *
cookie_get(struct req *r)
{
	const char *all, *name;
	char *value;
	size_t len;

	name = cookie_name(r);
	len = strlen(name);
	all = req_request_header(r, "cookie");
	while (all != NULL) {
		all += strspn(all, "; ");
		if (strncmp(all, name, len) == 0 && all[len] == '=')
			break;
		all = strchr(all, ';');
	}
	if (all == NULL)
		return (NULL);
	value = req_strdup(r, all + len + 1);
	value[strcspn(value, "; ")] = '\0';
	return (value);
}

static const char *
days(struct req *r)
{
	return (req_printf(r, "%ld", config_number("session_days")));
}

/* A new refresh token and its hash, which alone the database gets. */
static void
refresh_make(char token[TOKEN_SIZE], char hex[CRYPT_SHA256_HEX_SIZE])
{
	unsigned char raw[TOKEN_BYTES];

	crypt_random(raw, sizeof(raw));
	(void)crypt_base64url(raw, sizeof(raw), token, TOKEN_SIZE);
	crypt_sha256_hex(token, strlen(token), hex);
}

static char *
access_token(const struct person *p, const char *scope)
{
	json_auto_t *claims = NULL;
	char jti[CRYPT_UUID_SIZE];
	json_int_t now;

	now = (json_int_t)time(NULL);
	crypt_uuid4(jti);
	claims = json_pack(
	    "{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "iss", service_issuer(), "aud", service_issuer(), "sub", p->id,
	    "client_id", "zaedno-pages", "iat", now, "exp",
	    now + config_number("access_token_s"), "jti", jti, "scope", scope,
	    "token_use", "access", "role", p->role, "user", p->id, "sid",
	    p->session);
	if (p->org != NULL)
		(void)json_object_set_new(claims, "org", json_string(p->org));
	return (auth_sign(service_key(), claims));
}

static int
session_reply(struct req *r, const struct person *p, const char *refresh)
{
	json_auto_t *body = NULL;
	const char *scope;
	char *token;

	scope = p->weak ? "self" : session_role_scope(r, p->role);
	token = access_token(p, scope);
	if (token == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	body = json_pack("{s:s, s:s, s:I, s:s, s:{s:s, s:s, s:s}}",
	    "access_token", token, "token_type", "Bearer", "expires_in",
	    (json_int_t)config_number("access_token_s"), "scope", scope, "user",
	    "id", p->id, "name", p->name, "role", p->role);
	free(token);
	cookie_set(r, refresh, config_number("session_days") * 86400);
	return (req_reply(r, 200, req_dumps(r, body)));
}

static const char *
keep(struct req *r, const struct db_row *rows, int col)
{
	const char *text;

	text = db_text(rows, 0, col);
	return (text == NULL ? NULL : req_strdup(r, text));
}

static void
person_read(struct req *r, const struct db_row *rows, struct person *p)
{
	p->id = keep(r, rows, COL_ID);
	p->name = keep(r, rows, COL_NAME);
	p->role = keep(r, rows, COL_ROLE);
	p->org = keep(r, rows, COL_ORG);
	p->session = keep(r, rows, COL_SESSION);
}

static int
refused(struct req *r, const struct db_row *rows)
{
	(void)rows;
	return (req_problem(r, PROBLEM_SIGN_IN_FAILED));
}

static int
refuse(struct req *r)
{
	struct attempt *a = r->state;

	return (db_exec(r, STMTS(session_stmts.refuse),
	    ARGS(a->login_sha256, r->source), refused));
}

static int
opened(struct req *r, const struct db_row *rows)
{
	struct attempt *a = r->state;

	/* The code was used meanwhile, or the account was disabled. */
	if (rows->n == 0)
		return (refuse(r));
	person_read(r, rows, &a->person);
	return (session_reply(r, &a->person, a->refresh));
}

static int
session_open(struct req *r)
{
	struct attempt *a = r->state;

	a->person.weak =
	    a->secret == NULL && session_role_needs_totp(a->person.role);
	refresh_make(a->refresh, a->refresh_sha256);
	return (db_exec(r, STMTS(session_stmts.open),
	    ARGS(a->person.id, a->step, a->refresh_sha256, days(r)), opened));
}

static int
password_checked(struct req *r, int ok)
{
	struct attempt *a = r->state;
	const char *code;
	uint64_t step;

	if (!ok)
		return (refuse(r));
	if (a->secret == NULL)
		return (session_open(r));
	code = req_str(r->body, "totp");
	if (code == NULL)
		return (req_problem(r, PROBLEM_SECOND_FACTOR_REQUIRED));
	if (!totp_verify(a->secret, code, time(NULL), a->last_step, &step))
		return (refuse(r));
	a->step = req_printf(r, "%llu", (unsigned long long)step);
	return (session_open(r));
}

static int
waited(struct req *r, int timed_out)
{
	struct attempt *a = r->state;

	(void)timed_out;
	return (password_verify(
	    r, a->hash, req_str(r->body, "password"), password_checked));
}

static int
found(struct req *r, const struct db_row *rows)
{
	struct attempt *a = r->state;
	const char *step;
	unsigned long wait;

	person_read(r, rows, &a->person);
	a->hash = keep(r, rows, COL_MORE);
	a->secret = keep(r, rows, COL_MORE + 1);
	step = db_text(rows, 0, COL_MORE + 2);
	a->last_step = step == NULL ? 0 : strtoull(step, NULL, 10);
	wait = strtoul(db_text(rows, 0, COL_MORE + 3), NULL, 10);
	return (
	    wait == 0 ? waited(r, 0) : req_sleep(r, (unsigned)wait, waited));
}

int
sign_in(struct req *r)
{
	struct attempt *a;

	r->state = a = req_alloc(r, sizeof(*a));
	a->login = req_str(r->body, "login");
	crypt_sha256_hex(a->login, strlen(a->login), a->login_sha256);
	return (db_exec(r, STMTS(session_stmts.find),
	    ARGS(a->login, a->login_sha256, r->source), found));
}

static int
refreshed(struct req *r, const struct db_row *rows)
{
	struct attempt *a = r->state;

	if (rows->n == 0) {
		cookie_set(r, "", 0);
		return (req_problem(r, PROBLEM_SESSION_ENDED));
	}
	person_read(r, rows, &a->person);
	a->person.weak = *db_text(rows, 0, COL_MORE) != 't' &&
			 session_role_needs_totp(a->person.role);
	return (session_reply(r, &a->person, a->refresh));
}

int
refresh_session(struct req *r)
{
	struct attempt *a;
	const char *origin, *token;

	/* SameSite=Strict holds this off already; a browser that errs. */
	origin = req_request_header(r, "origin");
	if (origin != NULL && strcmp(origin, service_issuer()) != 0)
		return (req_problem(r, PROBLEM_ORIGIN_REFUSED));
	token = cookie_get(r);
	if (token == NULL)
		return (req_problem(r, PROBLEM_SESSION_ENDED));
	r->state = a = req_alloc(r, sizeof(*a));
	crypt_sha256_hex(token, strlen(token), a->login_sha256);
	refresh_make(a->refresh, a->refresh_sha256);
	return (
	    db_exec(r, STMTS(session_stmts.refresh_lock, session_stmts.refresh),
		ARGS(a->login_sha256, a->refresh_sha256, days(r)), refreshed));
}

static int
ended(struct req *r, const struct db_row *rows)
{
	(void)rows;
	cookie_set(r, "", 0);
	return (req_reply(r, 204, NULL));
}

int
sign_out(struct req *r)
{
	return (db_exec(
	    r, STMTS(session_stmts.end), ARGS(r->caller.session), ended));
}

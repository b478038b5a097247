/*
 * Access tokens for organisations: client_credentials with a signed
 * assertion (RFC 6749 4.4, RFC 7523), five minutes, for the scopes granted.
 *
 * Operations: issueToken, getAuthorizationServerMetadata.
 */
#include "hub_routes.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/auth.h"
#include "common/config.h"
#include "common/crypt.h"
#include "common/db.h"
#include "common/req.h"
#include "common/service.h"
#include "hub_statements.h"
#include "receipt.h"
#include "scopes.h"

/* An assertion lives at most this long (exp - iat), in seconds. */
#define ASSERTION_S 60
#define JTI_MAX     200

static int
refused(struct req *r)
{
	return (req_problem(r, PROBLEM_CLIENT_REFUSED));
}

/* The token's claims; r->caller holds who it is for. */
static json_t *
token_claims(const struct req *r)
{
	char jti[CRYPT_UUID_SIZE];
	json_int_t now;

	now = (json_int_t)time(NULL);
	crypt_uuid4(jti);
	return (
	    json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s}",
		"iss", service_issuer(), "aud", service_issuer(), "sub",
		r->caller.org, "client_id", r->caller.org, "iat", now, "exp",
		now + config_number("access_token_s"), "jti", jti, "scope",
		r->caller.scope, "token_use", "access", "org", r->caller.org,
		"role", "node"));
}

static int
admitted(struct req *r, const struct db_row *rows)
{
	json_auto_t *claims = NULL, *body = NULL;
	const char *status;
	char *token;

	status = db_text(rows, 0, 0);
	if (status == NULL)
		return (refused(r));
	if (*status != '2')
		return (req_reply_row(r, rows));
	claims = token_claims(r);
	token = auth_sign(service_key(), claims);
	if (token == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	body = json_pack("{s:s, s:s, s:I, s:s}", "access_token", token,
	    "token_type", "Bearer", "expires_in",
	    (json_int_t)config_number("access_token_s"), "scope",
	    r->caller.scope);
	free(token);
	return (req_reply(r, 200, req_dumps(r, body)));
}

/* 1 when the word of len bytes is among the scopes. */
static int
scope_in(const char *const *scopes, const char *word, size_t len)
{
	for (; *scopes != NULL; scopes++) {
		if (strlen(*scopes) == len && memcmp(*scopes, word, len) == 0)
			return (1);
	}
	return (0);
}

/* What is asked for, or all that is granted; NULL when it is more. */
static const char *
scope_granted(struct req *r)
{
	const char *const *granted;
	const char *text, *p;
	size_t len;

	granted = scopes_of_role("hub", "node");
	text = req_str(r->body, "scope");
	if (text == NULL) {
		for (text = *granted++; *granted != NULL; granted++)
			text = req_printf(r, "%s %s", text, *granted);
		return (text);
	}
	for (p = text + strspn(text, " "); *p != '\0'; p += strspn(p, " ")) {
		len = strcspn(p, " ");
		if (!scope_in(granted, p, len))
			return (NULL);
		p += len;
	}
	return (text);
}

/* RFC 7523 3: who it is about, and that it has an identifier. */
static const char *
jti_of(struct req *r, const json_t *claims)
{
	const char *sub, *jti, *client;

	sub = req_str(claims, "sub");
	jti = req_str(claims, "jti");
	client = req_str(r->body, "client_id");
	if (sub == NULL || strcmp(sub, r->caller.org) != 0)
		return (NULL);
	if (client != NULL && strcmp(client, r->caller.org) != 0)
		return (NULL);
	if (jti == NULL || *jti == '\0' || strlen(jti) > JTI_MAX)
		return (NULL);
	return (req_strdup(r, jti));
}

static int
with_key(struct req *r, const struct auth_key *key)
{
	json_auto_t *claims = NULL;
	struct auth_expect expect;
	const char *token, *jti;

	memset(&expect, 0, sizeof(expect));
	expect.issuer = r->caller.org;
	expect.audience = service_issuer();
	expect.token_use = "assertion";
	expect.token_use_optional = 1;
	expect.max_lifetime = ASSERTION_S;
	expect.now = time(NULL);
	token = req_str(r->body, "client_assertion");
	if (key == NULL ||
	    auth_verify(token, strlen(token), key, &expect, &claims) != AUTH_OK)
		return (refused(r));
	if ((jti = jti_of(r, claims)) == NULL)
		return (refused(r));
	/* Longer than it could be accepted, clocks apart. */
	return (db_exec(r, STMTS(STMT_TOKEN_ADMIT),
	    ARGS(r->caller.org, jti,
		req_printf(
		    r, "%d", ASSERTION_S + AUTH_FUTURE_S + AUTH_EXPIRY_S + 20)),
	    admitted));
}

int
issue_token(struct req *r)
{
	struct auth_peek peek;
	char issuer[64];
	const char *token, *resource;

	token = req_str(r->body, "client_assertion");
	resource = req_str(r->body, "resource");
	if (resource != NULL && strcmp(resource, service_issuer()) != 0)
		return (req_problem(r, PROBLEM_MALFORMED_REQUEST));
	if (auth_gate(token, strlen(token), &peek) != AUTH_OK ||
	    !auth_peek_issuer(token, strlen(token), issuer, sizeof(issuer)) ||
	    !req_is_uuid(issuer))
		return (refused(r));
	r->caller.org = req_strdup(r, issuer);
	r->caller.role = "node";
	r->caller.scope = scope_granted(r);
	if (r->caller.scope == NULL)
		return (req_problem(r, PROBLEM_SCOPE_MISSING));
	return (receipt_key(
	    r, r->caller.org, req_strdup(r, peek.kid), "assertion", with_key));
}

int
get_authorization_server_metadata(struct req *r)
{
	json_auto_t *body = NULL;
	json_t *scopes;
	const char *const *scope;
	const char *issuer;

	issuer = service_issuer();
	scopes = json_array();
	for (scope = scopes_of_role("hub", "node"); *scope != NULL; scope++)
		(void)json_array_append_new(scopes, json_string(*scope));
	body = json_pack("{s:s, s:s, s:s, s:s, s:[s], s:[], s:[s], s:[s], s:o}",
	    "issuer", issuer, "token_endpoint",
	    req_printf(r, "%s/oauth/token", issuer), "jwks_uri",
	    req_printf(r, "%s/.well-known/jwks.json", issuer),
	    "service_documentation", req_printf(r, "%s/reference", issuer),
	    "grant_types_supported", "client_credentials",
	    "response_types_supported", "token_endpoint_auth_methods_supported",
	    "private_key_jwt",
	    "token_endpoint_auth_signing_alg_values_supported", "ES256",
	    "scopes_supported", scopes);
	return (req_reply(r, 200, req_dumps(r, body)));
}

/*
 * How an organisation gets in, and how its keys change: single-use codes,
 * proofs of possession, rotation signed by the current key.
 *
 * Operations: createEnrolmentCode, enrolOrganisation, putKey.
 */
#include "hub_routes.h"

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

/* 20 characters of five bits, in groups of four. */
#define CODE_CHARS 20
#define CODE_SIZE  (CODE_CHARS + CODE_CHARS / 4)
/* A proof is made for this enrolment, not kept for another. */
#define PROOF_S 3600

/* Crockford's alphabet: no letter is taken for a digit. */
static void
code_make(char out[CODE_SIZE])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned char raw[CODE_CHARS];
	size_t i, n;

	crypt_random(raw, sizeof(raw));
	for (i = n = 0; i < CODE_CHARS; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = '-';
		out[n++] = alphabet[raw[i] & 31];
	}
	out[n] = '\0';
	crypt_wipe(raw, sizeof(raw));
}

static int
code_created(struct req *r, const struct db_row *rows)
{
	json_auto_t *body = NULL;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	body = json_pack("{s:s, s:s}", "code", (const char *)r->state,
	    "expires_at", db_text(rows, 0, 0));
	return (req_reply(r, 201, req_dumps(r, body)));
}

int
create_enrolment_code(struct req *r)
{
	char code[CODE_SIZE];
	char hex[CRYPT_SHA256_HEX_SIZE];

	code_make(code);
	r->state = req_strdup(r, code);
	crypt_sha256_hex(code, strlen(code), hex);
	return (db_exec(r, STMTS(STMT_ENROLMENT_CODE_CREATE),
	    ARGS(r->param[0], req_strdup(r, hex),
		req_printf(r, "%ld", config_number("enrolment_hours"))),
	    code_created));
}

static int
equal(const json_t *claims, const char *member, const char *want)
{
	const char *got;

	got = req_str(claims, member);
	return (got != NULL && strcmp(got, want) == 0);
}

/* 1 when the proof was made with the key itself, for this code. */
static int
proof_holds(const json_t *item, const struct auth_key *key, const char *hex)
{
	json_auto_t *claims = NULL;
	struct auth_expect expect;
	const char *proof;
	json_int_t iat;

	memset(&expect, 0, sizeof(expect));
	expect.audience = service_issuer();
	expect.token_use = "enrolment";
	expect.now = time(NULL);
	proof = req_str(item, "proof");
	if (auth_verify(proof, strlen(proof), key, &expect, &claims) != AUTH_OK)
		return (0);
	iat = json_integer_value(json_object_get(claims, "iat"));
	return (iat > (json_int_t)expect.now - PROOF_S &&
		equal(claims, "code_sha256", hex) &&
		equal(claims, "purpose", req_str(item, "purpose")));
}

/* A row of organisation_key, as the statements want it; NULL if unproven. */
static json_t *
key_row(const json_t *item, const char *hex)
{
	struct auth_key *key;
	json_t *row;

	key = auth_key_from_jwk(json_object_get(item, "jwk"), NULL, 0);
	row = NULL;
	if (key != NULL && proof_holds(item, key, hex))
		row = json_pack("{s:s, s:s, s:o, s:s}", "kid",
		    auth_key_kid(key), "purpose", req_str(item, "purpose"),
		    "jwk", auth_key_jwk(key), "pem", auth_key_pem(key));
	auth_key_free(key);
	return (row);
}

/* The two keys, one of each purpose, or NULL. */
static json_t *
key_rows(struct req *r, const char *hex)
{
	const json_t *items, *item;
	json_t *rows, *row;
	size_t i;

	items = json_object_get(r->body, "keys");
	rows = json_array();
	json_array_foreach(items, i, item) {
		row = key_row(item, hex);
		if (row == NULL) {
			json_decref(rows);
			return (NULL);
		}
		(void)json_array_append_new(rows, row);
	}
	return (rows);
}

static int
purposes_differ(struct req *r)
{
	const json_t *keys;

	keys = json_object_get(r->body, "keys");
	return (strcmp(req_str(json_array_get(keys, 0), "purpose"),
		    req_str(json_array_get(keys, 1), "purpose")) != 0);
}

static int
redeemed(struct req *r, const struct db_row *rows)
{
	json_auto_t *body = NULL;
	json_t *scopes;
	const char *const *scope;
	const char *status;

	status = db_text(rows, 0, 0);
	if (status == NULL || *status != '2')
		return (req_problem(r, PROBLEM_ENROLMENT_REFUSED));
	scopes = json_array();
	for (scope = scopes_of_role("hub", "node"); *scope != NULL; scope++)
		(void)json_array_append_new(scopes, json_string(*scope));
	body = json_pack("{s:s, s:s, s:s, s:o}", "organisation_id",
	    db_text(rows, 0, 1), "issuer", service_issuer(), "feed_id",
	    db_text(rows, 0, 2), "scopes", scopes);
	return (req_reply(
	    r, strcmp(status, "201") == 0 ? 201 : 200, req_dumps(r, body)));
}

int
enrol_organisation(struct req *r)
{
	json_auto_t *rows = NULL;
	char hex[CRYPT_SHA256_HEX_SIZE];
	const char *code;

	code = req_str(r->body, "code");
	crypt_sha256_hex(code, strlen(code), hex);
	if (purposes_differ(r))
		rows = key_rows(r, hex);
	if (rows == NULL)
		return (req_problem(r, PROBLEM_ENROLMENT_REFUSED));
	return (db_exec(r, STMTS(STMT_ENROLMENT_LOCK, STMT_ENROLMENT_REDEEM),
	    ARGS(req_strdup(r, hex), req_dumps(r, rows)), redeemed));
}

/* The current key vouches for the new one. */
static int
vouched(struct req *r, const struct auth_key *current)
{
	json_auto_t *claims = NULL, *jwk = NULL;
	struct auth_expect expect;
	struct auth_key *new;
	const char *proof, *pem, *purpose;

	memset(&expect, 0, sizeof(expect));
	expect.issuer = r->caller.org;
	expect.audience = service_issuer();
	expect.token_use = "key";
	expect.now = time(NULL);
	proof = req_str(r->body, "proof");
	purpose = req_str(r->body, "purpose");
	if (current == NULL ||
	    auth_verify(proof, strlen(proof), current, &expect, &claims) !=
		AUTH_OK ||
	    !equal(claims, "kid", r->param[0]) ||
	    !equal(claims, "purpose", purpose))
		return (req_problem_at(
		    r, PROBLEM_RECEIPT_INVALID, "/proof", FIELD_SIGNATURE));
	new = auth_key_from_jwk(json_object_get(r->body, "jwk"), NULL, 0);
	jwk = auth_key_jwk(new);
	pem = req_strdup(r, auth_key_pem(new));
	auth_key_free(new);
	return (db_exec(r, STMTS(STMT_KEY_LOCK, STMT_KEY_PUT),
	    ARGS(r->param[0], purpose, req_dumps(r, jwk), pem,
		req_str(r->body, "not_before"),
		req_printf(r, "%ld", config_number("key_overlap_s"))),
	    req_reply_row));
}

int
put_key(struct req *r)
{
	struct auth_peek peek;
	struct auth_key *new;
	const char *proof;
	int named;

	new = auth_key_from_jwk(json_object_get(r->body, "jwk"), NULL, 0);
	named = new != NULL &&strcmp(auth_key_kid(new), r->param[0]) == 0;
	auth_key_free(new);
	if (!named)
		return (
		    req_problem_at(r, PROBLEM_INVALID, "/jwk", FIELD_CONFLICT));
	proof = req_str(r->body, "proof");
	if (auth_gate(proof, strlen(proof), &peek) != AUTH_OK)
		return (req_problem_at(
		    r, PROBLEM_RECEIPT_INVALID, "/proof", FIELD_SIGNATURE));
	return (receipt_key(r, r->caller.org, req_strdup(r, peek.kid),
	    req_str(r->body, "purpose"), vouched));
}

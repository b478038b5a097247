/*
 * Consents: what a family agrees may be shared, with whom and until when.
 *
 * What can refuse a consent is asked first; then the receipt is signed with
 * this organisation's receipt key, and the consent, its signers, its receipt
 * and the request to the hub are stored in one transaction.  Names, the text
 * that was read and where the paper is stay here, sealed; the salts of the
 * evidence stay here too.
 *
 * createConsent, getConsent, listConsents, withdrawConsent, listReceipts.
 */
#include "node_routes.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth.h"
#include "consent_age.h"
#include "crypt.h"
#include "db.h"
#include "evidence.h"
#include "identity.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

/* A consent on its way into the database; text in the request's memory. */
struct draft {
	const char *content; /* keyed hash of the body */
	const char
	    *signers; /* [{capacity, method, at, salt, evidence_commit}] */
	const char *decision; /* "t" or "f" */
	char text_sha256[CRYPT_SHA256_HEX_SIZE];
	/* Said by the database. */
	const char *version;
	const char *pseudonym;
	const char *valid_from;
	const char *receipt;
	const char *sealed;
};

static const char *
content_hash(struct req *r)
{
	char token[CRYPT_INDEX_SIZE], *text;

	text = json_dumps(r->body, JSON_SORT_KEYS | JSON_COMPACT);
	crypt_index(identity_key(), "content", text, token);
	crypt_wipe_free(text);
	return (req_strdup(r, token));
}

/* The signers with a fresh salt and the commitment to their evidence. */
static const char *
signers_committed(struct req *r)
{
	const char *text;
	json_t *out, *signer;
	size_t i;

	out = json_array();
	json_array_foreach(json_object_get(r->body, "signers"), i, signer)
		(void)json_array_append_new(out, evidence_commit(signer));
	text = req_dumps(r, out);
	json_decref(out);
	return (text);
}

/* Who signed by name, where the paper is, the decision and the text. */
static const char *
draft_seal(struct req *r, const char *version)
{
	const char *id, *sealed;
	json_t *doc, *people, *signer, *person;
	size_t i;

	people = json_array();
	json_array_foreach(json_object_get(r->body, "signers"), i, signer) {
		person = json_object();
		(void)json_object_set(
		    person, "name", json_object_get(signer, "name"));
		(void)json_object_set(
		    person, "evidence", json_object_get(signer, "evidence"));
		(void)json_array_append_new(people, person);
	}
	doc = json_pack("{s:o, s:O}", "signers", people, "text",
	    json_object_get(r->body, "text"));
	(void)json_object_set(
	    doc, "decision_ref", json_object_get(r->body, "decision_ref"));
	id = req_printf(r, "%s/%s", r->param[0], version);
	sealed = reply_seal(r, "consent", id, doc);
	json_decref(doc);
	return (sealed);
}

/* The receipt shows the commitments; the salts are nobody's but ours. */
static json_t *
receipt_signers(const struct draft *d)
{
	json_t *signers, *signer;
	size_t i;

	signers = json_loads(d->signers, 0, NULL);
	json_array_foreach(signers, i, signer)
		(void)json_object_del(signer, "salt");
	return (signers);
}

/* The payload of the consent receipt (PROTOCOL.md section 7). */
static json_t *
receipt_claims(struct req *r, const struct draft *d, const char *organisation)
{
	json_t *claims;

	claims = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "token_use",
	    "consent-receipt", "iss", organisation, "consent_id", r->param[0],
	    "case_pseudonym", d->pseudonym, "version",
	    (json_int_t)strtoll(d->version, NULL, 10), "iat",
	    (json_int_t)time(NULL));
	(void)json_object_set(
	    claims, "purpose", json_object_get(r->body, "purpose"));
	(void)json_object_set(
	    claims, "recipients", json_object_get(r->body, "recipients"));
	(void)json_object_set(claims, "rule", json_object_get(r->body, "rule"));
	(void)json_object_set_new(claims, "signers", receipt_signers(d));
	(void)json_object_set(
	    claims, "child_opinion", json_object_get(r->body, "child_opinion"));
	if (*d->decision == 't')
		(void)json_object_set_new(claims, "decision_ref", json_true());
	(void)json_object_set_new(
	    claims, "text_sha256", json_string(d->text_sha256));
	(void)json_object_set(
	    claims, "text_version", json_object_get(r->body, "text_version"));
	(void)json_object_set(
	    claims, "language", json_object_get(r->body, "language"));
	(void)json_object_set_new(claims, "basis", json_string("consent"));
	(void)json_object_set_new(claims, "from", json_string(d->valid_from));
	(void)json_object_set(
	    claims, "until", json_object_get(r->body, "until"));
	(void)json_object_set(
	    claims, "supersedes", json_object_get(r->body, "supersedes"));
	return (claims);
}

static const char *
receipt_sign(struct req *r, const struct draft *d, const char *organisation)
{
	const char *receipt;
	char *jws;
	json_t *claims;

	claims = receipt_claims(r, d, organisation);
	jws = auth_sign(identity_receipt_key(), claims);
	json_decref(claims);
	if (jws == NULL)
		return (NULL);
	receipt = req_strdup(r, jws);
	free(jws);
	return (receipt);
}

static int
consent_write(struct req *r, const struct draft *d)
{
	return (db_exec(r,
	    STMTS(STMT_CONSENT_LOCK, STMT_CONSENT_PUT, STMT_CONSENT_VERSION_PUT,
		STMT_CONSENT_RECIPIENTS_PUT, STMT_CONSENT_SUPERSEDE,
		STMT_CONSENT_SIGNERS_PUT, STMT_CONSENT_PUT_REPLY),
	    ARGS(r->param[0], req_str(r->body, "case_id"),
		req_str(r->body, "supersedes"), d->version, d->content,
		d->receipt, d->sealed, req_json(r, "recipients"), d->signers,
		req_str(r->body, "purpose"), req_str(r->body, "rule"),
		req_str(r->body, "child_opinion"), d->decision,
		req_str(r->body, "text_version"), d->text_sha256,
		req_str(r->body, "language"), d->valid_from,
		req_str(r->body, "until"), d->pseudonym),
	    req_reply_row));
}

/* The age of the child decides which rule may be used, and for how long. */
static enum signature_fault
rule_fault(struct req *r, const struct db_row *rows)
{
	struct signature s;
	const json_t *signer;
	size_t i;

	s.rule = req_str(r->body, "rule");
	s.until = db_text(rows, 0, db_col(rows, "until_day"));
	s.young = 0;
	json_array_foreach(json_object_get(r->body, "signers"), i, signer)
		s.young |=
		    strcmp(req_str(signer, "capacity"), "young_person") == 0;
	return (consent_age_fault(rows, &s, 1));
}

static int
rule_refuse(struct req *r, enum signature_fault fault)
{
	switch (fault) {
	case SIGNATURE_NEEDS_YOUNG_PERSON:
	case SIGNATURE_NEEDS_SELF:
		return (req_problem_at(r, PROBLEM_CONSENT_SIGNERS_MISSING,
		    "/rule", FIELD_SIGNERS));
	case SIGNATURE_TOO_YOUNG:
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/rule", FIELD_CONFLICT));
	case SIGNATURE_TOO_LONG:
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/until", FIELD_TOO_LATE));
	case SIGNATURE_FITS:
	case SIGNATURE_UNKNOWN:
		break;
	}
	return (req_problem(r, PROBLEM_INTERNAL));
}

static int
create_consent_prepared(struct req *r, const struct db_row *rows)
{
	struct draft *d = r->state;
	const char *status;
	enum signature_fault fault;

	status = db_text(rows, 0, 0);
	if (status != NULL && strcmp(status, "same") == 0)
		return (db_exec(r, STMTS(STMT_CONSENT_GET), ARGS(r->param[0]),
		    consent_age_reply));
	if (status == NULL || strcmp(status, "ok") != 0)
		return (reply_checked(r, rows));
	if ((fault = rule_fault(r, rows)) != SIGNATURE_FITS)
		return (rule_refuse(r, fault));
	d->version = req_strdup(r, db_text(rows, 0, db_col(rows, "version")));
	d->pseudonym =
	    req_strdup(r, db_text(rows, 0, db_col(rows, "pseudonym")));
	d->valid_from =
	    req_strdup(r, db_text(rows, 0, db_col(rows, "valid_from")));
	d->sealed = draft_seal(r, d->version);
	d->receipt = receipt_sign(
	    r, d, db_text(rows, 0, db_col(rows, "organisation_id")));
	if (d->sealed == NULL || d->receipt == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (consent_write(r, d));
}

int
create_consent(struct req *r)
{
	struct draft *d;
	const char *text;

	r->state = d = req_alloc(r, sizeof(*d));
	text = req_str(r->body, "text");
	crypt_sha256_hex(text, strlen(text), d->text_sha256);
	d->content = content_hash(r);
	d->signers = signers_committed(r);
	d->decision = req_str(r->body, "decision_ref") != NULL ? "t" : "f";
	return (db_exec(r, STMTS(STMT_CONSENT_PREPARE),
	    ARGS(r->param[0], req_str(r->body, "case_id"), r->if_match,
		d->content, req_str(r->body, "rule"), d->signers, d->decision,
		req_str(r->body, "from"), req_str(r->body, "until"),
		req_json(r, "recipients"), req_str(r->body, "supersedes")),
	    create_consent_prepared));
}

int
get_consent(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CONSENT_GET), ARGS(r->param[0]), consent_age_reply));
}

int
list_consents(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CONSENT_LIST), ARGS(r->param[0]), consent_age_reply));
}

int
withdraw_consent(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_CONSENT_WITHDRAW, STMT_CONSENT_WITHDRAW_QUEUE,
		STMT_CONSENT_WITHDRAW_REPLY),
	    ARGS(r->param[0], req_str(r->body, "capacity")), req_reply_row));
}

int
list_receipts(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CONSENT_RECEIPTS), ARGS(r->param[0]), req_reply_row));
}

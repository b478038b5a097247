/*
 * Joining a hub (PROTOCOL.md section 3): read the issuer, redeem the code
 * with both public keys and their proofs, keep what the hub answers.
 */
#include "courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/log.h"

#define METADATA_PATH "/.well-known/oauth-authorization-server"

static json_t *
enrol_key(struct courier *c, const char *purpose, const struct auth_key *key)
{
	char hash[CRYPT_SHA256_HEX_SIZE], *proof;
	json_t *claims, *row;

	crypt_sha256_hex(c->link.code, strlen(c->link.code), hash);
	claims = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "token_use",
	    "enrolment", "iss", auth_key_kid(key), "purpose", purpose,
	    "code_sha256", hash, "aud", c->enrol.issuer, "iat",
	    (json_int_t)http_hub_time(&c->http));
	row = NULL;
	if ((proof = auth_sign(key, claims)) != NULL) {
		row = json_pack("{s:s, s:o, s:s}", "purpose", purpose, "jwk",
		    auth_key_jwk(key), "proof", proof);
	}
	json_decref(claims);
	free(proof);
	return (row);
}

/* The same for a code at every attempt: a UUID made of its hash. */
static void
enrol_idempotency_key(const char *code, char out[CRYPT_UUID_SIZE])
{
	char hash[CRYPT_SHA256_HEX_SIZE];

	crypt_sha256_hex(code, strlen(code), hash);
	(void)snprintf(out, CRYPT_UUID_SIZE, "%.8s-%.4s-8%.3s-8%.3s-%.12s",
	    hash, hash + 8, hash + 12, hash + 16, hash + 20);
}

static void
enrol_wait(struct courier *c, const struct transfer *t)
{
	struct answer a;

	a = http_answer(t);
	c->enrol.step = ENROL_IDLE;
	pause_begin(&c->enrol.pause, t->retry_after);
	log_event(LOG_LEVEL_WARNING, "could not join the hub",
	    LOG_I("status", a.status), LOG_S("code", a.code),
	    LOG_I("attempt", c->enrol.pause.failures), LOG_END);
}

static void
enrol_joined(struct courier *c, const struct transfer *t)
{
	const char *issuer;

	issuer = json_string_value(json_object_get(t->body, "issuer"));
	if (issuer == NULL || strcmp(issuer, c->enrol.issuer) != 0) {
		enrol_wait(c, t);
		return;
	}
	c->enrol.step = ENROL_IDLE;
	pause_end(&c->enrol.pause);
	if (!store_joined(&c->store, t->body))
		return;
	log_event(LOG_LEVEL_INFO, "joined the hub", LOG_END);
	token_forget(c);
	feed_reset(c);
	c->link_at = 0;
}

static void
enrol_refused(struct courier *c, const struct transfer *t)
{
	struct answer a;
	char *problem;

	a = http_answer(t);
	log_event(LOG_LEVEL_ERROR, "the hub refused to be joined",
	    LOG_I("status", a.status), LOG_S("code", a.code), LOG_END);
	c->enrol.step = ENROL_IDLE;
	problem = json_dumps(t->body, JSON_COMPACT);
	(void)store_join_refused(&c->store, problem);
	free(problem);
	c->link_at = 0;
}

static void
redeem_done(struct transfer *t, void *arg)
{
	struct courier *c;
	struct answer a;

	c = arg;
	hub_seen(c, t);
	a = http_answer(t);
	switch (item_verdict(&a)) {
	case VERDICT_DELIVERED:
		enrol_joined(c, t);
		return;
	case VERDICT_REFUSED:
		enrol_refused(c, t);
		return;
	case VERDICT_UNAUTHORISED:
	case VERDICT_PAUSE:
	case VERDICT_STRIKE:
	case VERDICT_RESYNC:
		enrol_wait(c, t);
	}
}

static void
enrol_redeem(struct courier *c)
{
	json_t *body;
	char *text, key[CRYPT_UUID_SIZE];

	body = json_pack("{s:s, s:[o?, o?]}", "code", c->link.code, "keys",
	    enrol_key(c, "assertion", c->assertion_key),
	    enrol_key(c, "receipt", c->receipt_key));
	text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	enrol_idempotency_key(c->link.code, key);
	c->enrol.step = ENROL_REDEEM;
	if (text == NULL || !http_send(&c->http, &c->enrol.transfer,
				&(struct request){ .method = "POST",
				    .base = c->link.hub_url,
				    .path = "/v1/enrolments",
				    .body = text,
				    .key = key,
				    .timeout_ms = c->request_timeout_ms },
				redeem_done, c))
		enrol_wait(c, &c->enrol.transfer);
	free(text);
}

static void
metadata_done(struct transfer *t, void *arg)
{
	struct courier *c;
	const char *issuer;

	c = arg;
	hub_seen(c, t);
	issuer = json_string_value(json_object_get(t->body, "issuer"));
	if (t->status != 200 || issuer == NULL ||
	    strlen(issuer) >= sizeof(c->enrol.issuer)) {
		enrol_wait(c, t);
		return;
	}
	(void)snprintf(c->enrol.issuer, sizeof(c->enrol.issuer), "%s", issuer);
	enrol_redeem(c);
}

/* Nothing is said to an address that others could listen at. */
static void
enrol_unsafe(struct courier *c)
{
	(void)store_join_refused(&c->store,
	    "{\"status\":422,\"code\":\"invalid\","
	    "\"errors\":[{\"pointer\":\"/hub_url\"}]}");
	log_event(LOG_LEVEL_ERROR, "the hub's address is not https", LOG_END);
	c->link_at = 0;
}

void
enrol_turn(struct courier *c)
{
	if (c->link.state != LINK_JOINING || c->enrol.step != ENROL_IDLE ||
	    c->store.db == NULL || pause_holds(&c->enrol.pause))
		return;
	if (!http_url_allowed(&c->http, c->link.hub_url)) {
		enrol_unsafe(c);
		c->link.state = LINK_REFUSED;
		return;
	}
	c->enrol.step = ENROL_METADATA;
	if (!http_send(&c->http, &c->enrol.transfer,
		&(struct request){ .method = "GET",
		    .base = c->link.hub_url,
		    .path = METADATA_PATH,
		    .timeout_ms = c->request_timeout_ms },
		metadata_done, c))
		enrol_wait(c, &c->enrol.transfer);
}

void
enrol_reset(struct courier *c)
{
	http_abort(&c->http, &c->enrol.transfer);
	c->enrol.step = ENROL_IDLE;
	pause_end(&c->enrol.pause);
}

long
enrol_due(const struct courier *c)
{
	if (c->link.state != LINK_JOINING || c->enrol.step != ENROL_IDLE)
		return (FAR_MS);
	return (pause_left(&c->enrol.pause));
}

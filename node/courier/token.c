/*
 * The access token (PROTOCOL.md section 5): asked for with a signed
 * assertion, kept in memory only, renewed before it ends.
 */
#include "courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/log.h"

#define ASSERTION_S     60
#define RENEW_BEFORE_MS 30000
#define USE_UNTIL_MS    5000
#define TOKEN_FORM                                                             \
	"grant_type=client_credentials"                                        \
	"&client_assertion_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3A"            \
	"client-assertion-type%%3Ajwt-bearer&client_assertion=%s"

const char *
token_get(const struct courier *c)
{
	const struct token *t;

	t = &c->token;
	return (now_ms() < t->expires - USE_UNTIL_MS ? t->text : NULL);
}

void
token_forget(struct courier *c)
{
	http_abort(&c->http, &c->token.transfer);
	c->token.expires = 0;
	c->token.generation++;
	pause_end(&c->token.pause);
}

void
token_reject(struct courier *c, unsigned generation)
{
	if (generation != c->token.generation)
		return;
	c->token.expires = 0;
	c->token.generation++;
}

static char *
assertion_make(const struct courier *c)
{
	json_t *claims;
	char *jws, jti[CRYPT_UUID_SIZE];
	long long iat;

	/* The hub's clock, not ours: section 12. */
	iat = (long long)http_hub_time(&c->http);
	crypt_uuid4(jti);
	claims = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "iss",
	    c->link.organisation_id, "sub", c->link.organisation_id, "aud",
	    c->link.issuer, "jti", jti, "iat", (json_int_t)iat, "exp",
	    (json_int_t)(iat + ASSERTION_S), "token_use", "assertion");
	jws = auth_sign(c->assertion_key, claims);
	json_decref(claims);
	return (jws);
}

static void
token_failed(struct courier *c, const struct transfer *t)
{
	struct answer a;

	a = http_answer(t);
	pause_begin(&c->token.pause, t->retry_after);
	/* A hub that is away is told of once, by hub_seen(). */
	if (a.status == 0)
		return;
	if (a.code != NULL && c->token.refused != 1)
		c->token.refused = store_token_problem(&c->store, t->body);
	log_event(LOG_LEVEL_WARNING, "token refused", LOG_I("status", a.status),
	    LOG_S("code", a.code), LOG_I("attempt", c->token.pause.failures),
	    LOG_END);
}

static void
token_done(struct transfer *t, void *arg)
{
	struct courier *c;
	const char *text;
	json_int_t lives;

	c = arg;
	hub_seen(c, t);
	text = json_string_value(json_object_get(t->body, "access_token"));
	lives = json_integer_value(json_object_get(t->body, "expires_in"));
	if (t->status != 200 || text == NULL || lives < 1 ||
	    strlen(text) > AUTH_TOKEN_MAX) {
		token_failed(c, t);
		return;
	}
	(void)snprintf(c->token.text, sizeof(c->token.text), "%s", text);
	c->token.expires = now_ms() + lives * 1000;
	c->token.generation++;
	pause_end(&c->token.pause);
	if (c->token.refused)
		c->token.refused = !store_token_problem(&c->store, NULL);
	c->outbox.look = 1;
}

static void
token_ask(struct courier *c)
{
	char *jws, *form;

	form = NULL;
	if ((jws = assertion_make(c)) == NULL ||
	    asprintf(&form, TOKEN_FORM, jws) == -1) {
		log_event(LOG_LEVEL_ERROR, "cannot sign an assertion", LOG_END);
		form = NULL;
	}
	free(jws);
	if (form == NULL || !http_send(&c->http, &c->token.transfer,
				&(struct request){ .method = "POST",
				    .base = c->link.hub_url,
				    .path = "/oauth/token",
				    .type = "application/x-www-form-urlencoded",
				    .body = form,
				    .timeout_ms = c->request_timeout_ms },
				token_done, c))
		pause_begin(&c->token.pause, 0);
	free(form);
}

static long
token_left(const struct courier *c)
{
	long long left;

	left = c->token.expires - RENEW_BEFORE_MS - now_ms();
	return (left < 0 ? 0 : (long)left);
}

void
token_turn(struct courier *c)
{
	if (c->link.state != LINK_JOINED || c->token.transfer.busy ||
	    pause_holds(&c->token.pause) || token_left(c) > 0)
		return;
	token_ask(c);
}

long
token_due(const struct courier *c)
{
	long left;

	if (c->link.state != LINK_JOINED || c->token.transfer.busy)
		return (FAR_MS);
	left = pause_left(&c->token.pause);
	return (left > token_left(c) ? left : token_left(c));
}

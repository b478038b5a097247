/*
 * The hub's heads (PROTOCOL.md, "The audit"): the feed has stored them; each
 * is checked by the hub's published keys, and the database judges what it
 * says.  The feed waits for none of it: tombstones come first.
 */
#include "courier.h"

#include <string.h>
#include <time.h>

#include "common/log.h"

#define JWKS_PATH "/.well-known/jwks.json"
/* The hub's keys are asked for at most this often (section 4). */
#define KEYS_MS 60000

/* The columns of HUB_HEADS_NEW. */
enum {
	COL_ID,
	COL_HEAD,
	COL_JWK
};

static void
keys_done(struct transfer *t, void *arg)
{
	struct courier *c = arg;

	hub_seen(c, t);
	if (t->status != 200 ||
	    !json_is_array(json_object_get(t->body, "keys")))
		return;
	if (store_hub_keys(&c->store, json_object_get(t->body, "keys")))
		c->heads.look = c->heads.keys_fresh = 1;
}

static void
keys_ask(struct courier *c)
{
	c->heads.keys_at = now_ms() + KEYS_MS;
	(void)http_send(&c->http, &c->heads.transfer,
	    &(struct request){ .method = "GET",
		.base = c->link.hub_url,
		.path = JWKS_PATH,
		.timeout_ms = c->request_timeout_ms },
	    keys_done, c);
}

/* What a head says, a new reference; NULL when its signature does not hold. */
static json_t *
head_check(const struct courier *c, const char *head, const char *jwk)
{
	json_auto_t *doc = NULL;
	struct auth_expect expect;
	struct auth_key *key;
	json_t *claims;

	memset(&expect, 0, sizeof(expect));
	expect.issuer = c->link.issuer;
	expect.token_use = "audit-head";
	expect.max_len = AUTH_RECEIPT_MAX;
	expect.now = http_hub_time(&c->http);
	claims = NULL;
	doc = json_loads(jwk, 0, NULL);
	key = doc == NULL ? NULL : auth_key_from_jwk(doc, NULL, 0);
	if (key != NULL)
		(void)auth_verify(head, strlen(head), key, &expect, &claims);
	auth_key_free(key);
	return (claims);
}

/* A head that needs a key that we do not have waits for the keys. */
static void
head_judge(struct courier *c, const PGresult *res, int row)
{
	json_t *claims;
	const char *head;
	struct auth_peek peek;

	head = PQgetvalue(res, row, COL_HEAD);
	claims = NULL;
	if (auth_gate_max(head, strlen(head), AUTH_RECEIPT_MAX, &peek) ==
	    AUTH_OK) {
		if (!PQgetisnull(res, row, COL_JWK)) {
			claims =
			    head_check(c, head, PQgetvalue(res, row, COL_JWK));
		} else if (!c->heads.keys_fresh) {
			c->heads.wants_keys = 1;
			return;
		}
	}
	if (!store_hub_head_judge(
		&c->store, PQgetvalue(res, row, COL_ID), claims))
		log_event(LOG_LEVEL_ERROR, "could not judge a head of the hub",
		    LOG_END);
	json_decref(claims);
}

void
heads_turn(struct courier *c)
{
	PGresult *res;
	int row;

	if (c->link.state != LINK_JOINED || c->store.db == NULL)
		return;
	if (c->heads.look) {
		c->heads.look = 0;
		c->heads.wants_keys = 0;
		if ((res = store_hub_heads(&c->store)) == NULL)
			return;
		for (row = 0; row < PQntuples(res) && !c->heads.wants_keys;
		     row++)
			head_judge(c, res, row);
		PQclear(res);
		c->heads.keys_fresh = 0;
	}
	if (c->heads.wants_keys && !c->heads.transfer.busy &&
	    now_ms() >= c->heads.keys_at)
		keys_ask(c);
}

void
heads_reset(struct courier *c)
{
	http_abort(&c->http, &c->heads.transfer);
	c->heads.look = 1;
}

/*
 * The feed (PROTOCOL.md sections 8 to 10): one long poll in flight, always.
 * A page is checked, committed with its cursor in one transaction, and
 * acknowledged by asking for the next.
 */
#include "courier.h"

#include <stdio.h>
#include <string.h>

#include "common/log.h"

#define FEED_WAIT_S 25
/* How long after its wait an answer may still come. */
#define FEED_GRACE_MS 15000

static void
feed_done(struct transfer *t, void *arg)
{
	struct courier *c;

	c = arg;
	hub_seen(c, t);
	c->feed.arrived = 1;
}

static void
feed_ask(struct courier *c)
{
	struct feed *f;
	char path[CURSOR_SIZE + 64];
	int wait;

	f = &c->feed;
	/* To have heard from the hub is what renews the lease: at once. */
	wait = c->link.resync || !f->current ? 0 : FEED_WAIT_S;
	if (c->link.position.cursor[0] == '\0')
		(void)snprintf(path, sizeof(path), "/v1/feed?wait=%d", wait);
	else
		(void)snprintf(path, sizeof(path), "/v1/feed?after=%s&wait=%d",
		    c->link.position.cursor, wait);
	f->generation = c->token.generation;
	if (!http_send(&c->http, &f->transfer,
		&(struct request){ .method = "GET",
		    .base = c->link.hub_url,
		    .path = path,
		    .token = token_get(c),
		    .timeout_ms = wait * 1000L + FEED_GRACE_MS },
		feed_done, c))
		pause_begin(&f->pause, 0);
}

/* The hub broke a promise, or the node's database does not take the page. */
static void
feed_refuse(struct courier *c, const char *reason)
{
	pause_begin(&c->feed.pause, 0);
	log_event(LOG_LEVEL_ERROR, "feed answer refused",
	    LOG_S("reason", reason), LOG_I("attempt", c->feed.pause.failures),
	    LOG_END);
	(void)store_feed_refused(&c->store, c->feed.pause.failures > 1);
}

/* What the hub no longer knows is read again from the start: section 10. */
static void
feed_resync(struct courier *c, const char *code)
{
	int compacted;

	compacted = strcmp(code, "feed-compacted") == 0;
	/* The second time in a row it is the hub that is not well. */
	if (c->link.resync && c->link.position.cursor[0] == '\0') {
		feed_refuse(c, code);
		return;
	}
	log_event(
	    LOG_LEVEL_WARNING, "resynchronising", LOG_S("code", code), LOG_END);
	if (!store_resync_begin(&c->store, compacted) ||
	    !store_link(&c->store, &c->link))
		pause_begin(&c->feed.pause, 0);
}

/* Acknowledging is asking with the new cursor; normally after the commit. */
static int
feed_commit(struct courier *c, json_t *page, const struct feed_position *next)
{
	json_t *none;

	if (!acknowledges_first())
		return (store_feed_apply(&c->store, page));
	/* Broken on purpose: the cursor is kept and told before the events. */
	none = json_copy(page);
	(void)json_object_set_new(none, "events", json_array());
	(void)store_feed_apply(&c->store, none);
	json_decref(none);
	c->link.position = *next;
	feed_ask(c);
	return (store_feed_apply(&c->store, page));
}

static void
feed_apply(struct courier *c)
{
	struct feed_position next;
	enum feed_fault fault;
	size_t count;
	json_t *page;

	page = json_incref(c->feed.transfer.body);
	fault = feed_check(page, &c->link.position, &next, &count);
	if (fault != FEED_GOOD) {
		feed_refuse(c, feed_fault_name(fault));
	} else if (!feed_commit(c, page, &next)) {
		if (c->store.db != NULL)
			feed_refuse(
			    c, c->store.wrong ? "document" : "database");
	} else {
		pause_end(&c->feed.pause);
		c->feed.current = 1;
		c->link.position = next;
		if (count > 0) {
			/* Its receipts leave now, not when next looked for. */
			c->outbox.look = 1;
			c->heads.look = 1;
			log_event(LOG_LEVEL_DEBUG, "feed applied",
			    LOG_I("count", count), LOG_END);
		} else if (c->link.resync && store_resync_end(&c->store)) {
			c->link.resync = 0;
			c->outbox.look = 1;
			log_event(LOG_LEVEL_INFO, "resynchronised", LOG_END);
		}
	}
	json_decref(page);
}

static void
feed_take(struct courier *c)
{
	struct feed *f;
	struct answer a;

	f = &c->feed;
	f->arrived = 0;
	f->current = 0;
	a = http_answer(&f->transfer);
	switch (feed_verdict(&a)) {
	case VERDICT_DELIVERED:
		feed_apply(c);
		return;
	case VERDICT_UNAUTHORISED:
		/* The first time at once, then with a pause. */
		if (f->generation == c->token.generation)
			token_reject(c, f->generation);
		if (f->pause.failures++ > 0)
			pause_begin(&f->pause, f->transfer.retry_after);
		return;
	case VERDICT_RESYNC:
		feed_resync(c, a.code);
		return;
	case VERDICT_REFUSED:
		log_event(LOG_LEVEL_ERROR, "feed refused",
		    LOG_I("status", a.status), LOG_S("code", a.code), LOG_END);
		f->pause.failures = 100;
		pause_begin(&f->pause, f->transfer.retry_after);
		return;
	case VERDICT_PAUSE:
	case VERDICT_STRIKE:
		/* A redirect is not followed: the hub is where it was joined. */
		if (f->transfer.oversize)
			feed_refuse(c, "size");
		else if (a.status >= 200 && a.status < 400)
			feed_refuse(c, a.status < 300 ? "json" : "redirect");
		else
			pause_begin(&f->pause, f->transfer.retry_after);
	}
}

void
feed_turn(struct courier *c)
{
	if (c->link.state != LINK_JOINED || c->store.db == NULL)
		return;
	if (c->feed.arrived)
		feed_take(c);
	if (!c->feed.transfer.busy && c->store.db != NULL &&
	    !pause_holds(&c->feed.pause) && token_get(c) != NULL)
		feed_ask(c);
}

void
feed_reset(struct courier *c)
{
	http_abort(&c->http, &c->feed.transfer);
	c->feed.arrived = 0;
	c->feed.current = 0;
	pause_end(&c->feed.pause);
}

long
feed_due(const struct courier *c)
{
	if (c->link.state != LINK_JOINED || c->feed.transfer.busy ||
	    token_get(c) == NULL)
		return (FAR_MS);
	return (pause_left(&c->feed.pause));
}

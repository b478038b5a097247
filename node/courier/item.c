/*
 * One item of the outbox, and what an answer to it does: to the item, to its
 * lane and to the token (PROTOCOL.md section 6).
 */
#include "courier.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

static const char *const lane_names[LANES] = {
	"withdrawal",
	"receipt",
	"normal",
};

enum lane
lane_of(const char *name)
{
	int n;

	for (n = 0; n < LANE_NORMAL; n++) {
		if (strcmp(lane_names[n], name) == 0)
			break;
	}
	return ((enum lane)n);
}

void
outbox_look_within(struct outbox *o, long ms)
{
	if (now_ms() + ms < o->look_at)
		o->look_at = now_ms() + ms;
}

void
lane_pause(struct courier *c, enum lane n, long retry_after)
{
	struct lane_state *l;

	l = &c->outbox.lane[n];
	/* Of several answers to one trouble the first one counts. */
	if (!pause_holds(&l->pause))
		pause_begin(&l->pause, retry_after);
	l->probing = 1;
	outbox_look_within(&c->outbox, pause_left(&l->pause));
}

static void
lane_passes(struct courier *c, enum lane n)
{
	struct lane_state *l;

	l = &c->outbox.lane[n];
	pause_end(&l->pause);
	l->probing = 0;
	l->rejected = 0;
}

/* Notes what an item was answered, to be written with others. */
void
item_result(struct item *i, const char *verdict, long delay)
{
	struct outbox *o;
	struct transfer *t;
	json_t *refusal, *answer;

	o = &i->courier->outbox;
	t = &i->transfer;
	refusal = t->status >= 400 ? t->body : NULL;
	/* Those lanes bring the hub's signatures. */
	answer = i->lane != LANE_NORMAL && refusal == NULL ? t->body : NULL;
	if (o->results == NULL)
		o->results = json_array();
	(void)json_array_append_new(o->results,
	    json_pack("{s:I, s:s, s:i, s:O?, s:O?, s:s?, s:O?, s:I}", "id",
		(json_int_t)i->id, "verdict", verdict, "status", t->status,
		"code", json_object_get(refusal, "code"), "problem", refusal,
		"etag", t->etag[0] == '\0' ? NULL : t->etag, "answer", answer,
		"delay_ms", (json_int_t)delay));
	i->answered = 1;
}

static void
item_log(const struct item *i, enum log_level level, const char *event)
{
	struct answer a;

	a = http_answer(&i->transfer);
	log_event(level, event, LOG_I("item", i->id),
	    LOG_S("lane", lane_names[i->lane]), LOG_I("status", a.status),
	    LOG_S("code", a.code), LOG_I("attempt", i->attempts + 1),
	    LOG_I("ms", wall_ms() - i->transfer.began), LOG_END);
}

static void
item_delivered(struct courier *c, struct item *i)
{
	strikes_settle(&c->outbox.strikes, i->id, 1);
	lane_passes(c, i->lane);
	item_result(i, "delivered", 0);
	item_log(i, LOG_LEVEL_DEBUG, "item delivered");
}

static void
item_refused(struct courier *c, struct item *i)
{
	strikes_settle(&c->outbox.strikes, i->id, 0);
	lane_passes(c, i->lane);
	item_result(i, "refused", 0);
	item_log(i, LOG_LEVEL_WARNING, "item refused");
}

/* A token that was replaced meanwhile says nothing; a fresh one does. */
static void
item_unauthorised(struct courier *c, struct item *i)
{
	struct lane_state *l;

	l = &c->outbox.lane[i->lane];
	if (i->generation == c->token.generation) {
		token_reject(c, i->generation);
		if (l->rejected++ > 0)
			lane_pause(c, i->lane, i->transfer.retry_after);
	}
	i->id = 0;
	c->outbox.look = 1;
}

/* RFC 9110 15.5.9: a 408 may be about the connection; once, at once. */
static int
item_timed_out(struct courier *c, struct item *i)
{
	if (i->transfer.status != 408 || c->outbox.lane[i->lane].rejected++ > 0)
		return (0);
	i->id = 0;
	c->outbox.look = 1;
	return (1);
}

void
item_paused(struct courier *c, struct item *i)
{
	if (item_timed_out(c, i))
		return;
	lane_pause(c, i->lane, i->transfer.retry_after);
	if (i->transfer.status == 0) {
		i->id = 0;
		return;
	}
	item_result(i, "waiting", 0);
	item_log(i, LOG_LEVEL_WARNING, "lane paused");
}

static void
item_struck(struct courier *c, struct item *i)
{
	long delay;

	lane_pause(c, i->lane, i->transfer.retry_after);
	if (i->parked ||
	    strikes_add(&c->outbox.strikes, i->id) >= STRIKES_MAX) {
		strikes_settle(&c->outbox.strikes, i->id, 0);
		item_result(i, "parked", PARKED_RETRY_MS);
		item_log(i, LOG_LEVEL_ERROR, "item parked");
		return;
	}
	/* After the pause others go first, or it would be tried alone. */
	delay = pause_left(&c->outbox.lane[i->lane].pause) +
		backoff_ms((unsigned)i->attempts + 1, (uint32_t)random());
	outbox_look_within(&c->outbox, delay);
	item_result(i, "waiting", delay);
	item_log(i, LOG_LEVEL_WARNING, "item failed");
}

void
item_answered(struct transfer *t, void *arg)
{
	struct item *i;
	struct courier *c;
	struct answer a;

	i = arg;
	c = i->courier;
	hub_seen(c, t);
	a = http_answer(t);
	switch (item_verdict(&a)) {
	case VERDICT_DELIVERED:
		item_delivered(c, i);
		break;
	case VERDICT_UNAUTHORISED:
		item_unauthorised(c, i);
		break;
	case VERDICT_PAUSE:
	case VERDICT_RESYNC:
		item_paused(c, i);
		break;
	case VERDICT_STRIKE:
		item_struck(c, i);
		break;
	case VERDICT_REFUSED:
		item_refused(c, i);
		break;
	}
}

/* A body that asks for a signature that we do not know: set aside. */
void
item_unsignable(struct item *i)
{
	http_forget(&i->transfer);
	item_result(i, "parked", PARKED_RETRY_MS);
	item_log(i, LOG_LEVEL_ERROR, "cannot sign the item");
}

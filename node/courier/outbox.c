/*
 * The outbox (PROTOCOL.md section 6): what waits is sent, several subjects at
 * a time, withdrawals first; nothing is marked before the hub has answered.
 */
#include "courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

/* The table is looked at this often though nothing was noticed. */
#define LOOK_MS 1000

/* The columns of HEADS. */
enum head_column {
	HEAD_ID,
	HEAD_LANE,
	HEAD_OPERATION,
	HEAD_METHOD,
	HEAD_PATH,
	HEAD_BODY,
	HEAD_KEY,
	HEAD_IF_MATCH,
	HEAD_ACTOR,
	HEAD_ATTEMPTS,
	HEAD_STATE,
};

void
outbox_resume(struct courier *c)
{
	int n;

	for (n = 0; n < LANES; n++)
		pause_end(&c->outbox.lane[n].pause);
	c->outbox.look = 1;
}

/* The text of a cell, or NULL. */
static const char *
cell(const PGresult *res, int row, int col)
{
	return (PQgetisnull(res, row, col) ? NULL : PQgetvalue(res, row, col));
}

static struct item *
item_free(struct outbox *o)
{
	size_t n;

	for (n = 0; n < ITEMS_MAX; n++) {
		if (o->item[n].id == 0)
			return (&o->item[n]);
	}
	return (NULL);
}

/* Sends one row of HEADS. */
static void
item_send(struct courier *c, struct item *i, const PGresult *res, int row)
{
	char *body;

	i->courier = c;
	i->id = strtoll(cell(res, row, HEAD_ID), NULL, 10);
	i->lane = lane_of(cell(res, row, HEAD_LANE));
	i->attempts = (int)strtol(cell(res, row, HEAD_ATTEMPTS), NULL, 10);
	i->parked = strcmp(cell(res, row, HEAD_STATE), "parked") == 0;
	i->generation = c->token.generation;
	i->answered = 0;
	body = NULL;
	if (cell(res, row, HEAD_BODY) != NULL)
		body = item_body(c, cell(res, row, HEAD_BODY));
	if (cell(res, row, HEAD_BODY) != NULL && body == NULL)
		item_unsignable(i);
	else if (!http_send(&c->http, &i->transfer,
		     &(struct request){ .method = cell(res, row, HEAD_METHOD),
			 .base = c->link.hub_url,
			 .path = cell(res, row, HEAD_PATH),
			 .body = body,
			 .token = token_get(c),
			 .key = cell(res, row, HEAD_KEY),
			 .if_match = cell(res, row, HEAD_IF_MATCH),
			 .actor = cell(res, row, HEAD_ACTOR),
			 .timeout_ms = c->request_timeout_ms },
		     item_answered, i))
		item_paused(c, i);
	else if (acknowledges_first())
		item_result(i, "delivered", 0); /* broken on purpose */
	free(body);
}

/*
 * How many items each lane may send at most, and how many all but the
 * withdrawals together (the result).
 */
static int
rooms(const struct courier *c, int room[LANES])
{
	const struct lane_state *l;
	int used[LANES] = { 0 }, n, left;

	for (n = 0; n < ITEMS_MAX; n++) {
		if (c->outbox.item[n].id != 0)
			used[c->outbox.item[n].lane]++;
	}
	left = (int)c->transfers - used[LANE_WITHDRAWAL] - used[LANE_RECEIPT] -
	       used[LANE_NORMAL];
	for (n = 0; n < LANES; n++) {
		l = &c->outbox.lane[n];
		room[n] =
		    n == LANE_WITHDRAWAL ? left + TRANSFERS_WITHDRAWAL : left;
		if (l->probing && room[n] > 1)
			room[n] = 1;
		if (room[n] < 0 || pause_holds(&l->pause) ||
		    (l->probing && used[n] > 0))
			room[n] = 0;
	}
	return (left < 0 ? 0 : left);
}

/* What was not noticed is found by looking, at the latest after LOOK_MS. */
static void
look_later(struct outbox *o)
{
	int n;

	o->look = 0;
	o->look_at = now_ms() + LOOK_MS;
	for (n = 0; n < LANES; n++) {
		if (pause_holds(&o->lane[n].pause))
			outbox_look_within(o, pause_left(&o->lane[n].pause));
	}
}

/* "{4,7}": what is in flight or waits to be settled. */
static void
in_flight(const struct outbox *o, char *out, size_t size)
{
	size_t n, len;

	len = (size_t)snprintf(out, size, "{");
	for (n = 0; n < ITEMS_MAX; n++) {
		if (o->item[n].id != 0)
			len += (size_t)snprintf(out + len, size - len, "%s%lld",
			    len > 1 ? "," : "", o->item[n].id);
	}
	(void)snprintf(out + len, size - len, "}");
}

void
outbox_turn(struct courier *c)
{
	struct outbox *o;
	struct item *i;
	PGresult *heads;
	char flying[ITEMS_MAX * 21 + 3];
	int room[LANES], left, row;

	o = &c->outbox;
	if (now_ms() >= o->look_at)
		o->look = 1;
	if (!o->look || c->link.state != LINK_JOINED || c->store.db == NULL ||
	    token_get(c) == NULL)
		return;
	look_later(o);
	left = rooms(c, room);
	if (room[LANE_WITHDRAWAL] + room[LANE_RECEIPT] + room[LANE_NORMAL] == 0)
		return;
	in_flight(o, flying, sizeof(flying));
	if ((heads = store_heads(&c->store, flying, room)) == NULL)
		return;
	for (row = 0; row < PQntuples(heads); row++) {
		if ((i = item_free(o)) == NULL)
			break;
		if (lane_of(cell(heads, row, HEAD_LANE)) != LANE_WITHDRAWAL &&
		    left-- <= 0)
			break;
		item_send(c, i, heads, row);
	}
	PQclear(heads);
}

/* The rows that the database does not take together are told one by one. */
static void
settle_singly(struct courier *c, const json_t *results)
{
	json_t *one;
	size_t n;

	for (n = 0; c->store.db != NULL && n < json_array_size(results); n++) {
		one = json_pack("[O]", json_array_get(results, n));
		if (!store_settle(&c->store, one)) {
			lane_pause(c, LANE_NORMAL, 0);
			lane_pause(c, LANE_RECEIPT, 0);
		}
		json_decref(one);
	}
}

void
outbox_settle(struct courier *c)
{
	struct outbox *o;
	json_t *results;
	size_t n;

	o = &c->outbox;
	if ((results = o->results) == NULL || c->store.db == NULL)
		return;
	o->results = NULL;
	if (!store_settle(&c->store, results))
		settle_singly(c, results);
	json_decref(results);
	for (n = 0; n < ITEMS_MAX; n++) {
		if (o->item[n].answered && !o->item[n].transfer.busy)
			o->item[n].id = o->item[n].answered = 0;
	}
	o->look = 1;
}

void
outbox_reset(struct courier *c)
{
	struct outbox *o;
	size_t n;

	o = &c->outbox;
	for (n = 0; n < ITEMS_MAX; n++) {
		http_abort(&c->http, &o->item[n].transfer);
		o->item[n].id = o->item[n].answered = 0;
	}
	json_decref(o->results);
	o->results = NULL;
	o->look = 1;
}

int
outbox_busy(const struct courier *c)
{
	size_t n;

	for (n = 0; n < ITEMS_MAX; n++) {
		if (c->outbox.item[n].transfer.busy)
			return (1);
	}
	return (0);
}

long
outbox_due(const struct courier *c)
{
	long long left;

	if (c->link.state != LINK_JOINED || token_get(c) == NULL)
		return (FAR_MS);
	if (c->outbox.look)
		return (0);
	left = c->outbox.look_at - now_ms();
	return (left < 0 ? 0 : (long)left);
}

/*
 * The feed.  A page is one read; a cursor that is new acknowledges what came
 * before it in a write of its own; an empty page may wait asleep until a
 * notification says that its organisation has an event.
 *
 * Operation: readFeed.
 */
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/db.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"

#define EVERYONE "00000000-0000-0000-0000-000000000000"
/* A broadcast wakes all; they come back spread over this long. */
#define SPREAD_MS 200

/* One poll, for the life of its request. */
struct poll {
	const char *feed_id; /* of the cursor; NULL without one */
	const char *seq;
	const char *tag;
	const char *page; /* read, and held back until acknowledged */
	uint64_t until_ms;
	uint64_t head; /* of the page */
};

/* The columns of the statement feed_page. */
enum {
	COL_STATUS,
	COL_BODY,
	COL_ETAG,
	COL_EVENTS,
	COL_HEAD,
	COL_ACK
};

static int page_read(struct req *);

/* Of this worker: up to where sleepers were woken, and are being. */
static uint64_t woken;
static uint64_t wanted;
static int waking;
static int broadcast; /* while everyone is being woken */

static void
cursor_read(struct req *r, struct poll *p)
{
	char *text, *dot;

	if (req_query(r, "after") == NULL)
		return;
	text = req_strdup(r, req_query(r, "after"));
	p->feed_id = text;
	dot = strchr(text, '.');
	*dot++ = '\0';
	p->seq = dot;
	dot = strchr(dot, '.');
	*dot++ = '\0';
	p->tag = dot;
}

/* Those woken for everyone come back at different moments. */
static int
spread(struct req *r, int timed_out)
{
	(void)timed_out;
	return (page_read(r));
}

static int
stirred(struct req *r, int timed_out)
{
	struct poll *p = r->state;

	if (timed_out)
		return (req_reply(r, 200, p->page));
	if (broadcast)
		return (req_sleep(r, (unsigned)random() % SPREAD_MS, spread));
	return (page_read(r));
}

/*
 * An empty page: sleep, unless an event came while it was read, which its
 * organisation would not be woken for again.
 */
static int
page_wait(struct req *r)
{
	struct poll *p = r->state;
	uint64_t now;

	now = req_now_ms();
	if (p->until_ms <= now)
		return (req_reply(r, 200, p->page));
	if (p->head < woken)
		return (page_read(r));
	return (req_sleep(r, (unsigned)(p->until_ms - now), stirred));
}

static int
acknowledged(struct req *r, const struct db_row *rows)
{
	struct poll *p = r->state;

	(void)rows;
	if (p->until_ms == 0)
		return (req_reply(r, 200, p->page));
	return (page_wait(r));
}

static int
page_done(struct req *r, const struct db_row *rows)
{
	struct poll *p = r->state;
	const char *status;

	status = db_text(rows, 0, COL_STATUS);
	if (status == NULL || *status != '2')
		return (req_reply_row(r, rows));
	p->page = req_strdup(r, db_text(rows, 0, COL_BODY));
	p->head = strtoull(db_text(rows, 0, COL_HEAD), NULL, 10);
	if (strcmp(db_text(rows, 0, COL_EVENTS), "0") != 0)
		p->until_ms = 0;
	if (*db_text(rows, 0, COL_ACK) == 'f')
		return (acknowledged(r, rows));
	if (p->seq == NULL)
		return (db_exec(
		    r, STMTS(STMT_FEED_RESTART), NO_ARGS, acknowledged));
	return (db_exec(r, STMTS(STMT_FEED_ACK), ARGS(p->seq), acknowledged));
}

static int
page_read(struct req *r)
{
	const struct poll *p = r->state;
	const char *limit;

	limit = req_query(r, "limit");
	return (db_exec(r, STMTS(STMT_FEED_PAGE),
	    ARGS(p->feed_id, p->seq, p->tag, limit == NULL ? "500" : limit),
	    page_done));
}

int
read_feed(struct req *r)
{
	struct poll *p;
	const char *wait;

	r->state = p = req_alloc(r, sizeof(*p));
	cursor_read(r, p);
	wait = req_query(r, "wait");
	if (wait != NULL && *wait != '0')
		p->until_ms = req_now_ms() + strtoull(wait, NULL, 10) * 1000;
	return (page_read(r));
}

static int
is_waiting(const struct req *r, const void *org)
{
	return (r->wake == stirred &&
		(org == NULL || strcmp(r->caller.org, org) == 0));
}

static void wake_next(void);

/*
 * Whom a batch of events concerns.  The broadcast's id sorts first, so those
 * who have an event of their own as well wait no longer than the others.
 */
static void
wake_done(void *arg, const struct db_row *rows)
{
	const char *org;
	int i;

	(void)arg;
	waking = 0;
	if (rows == NULL)
		req_wake_matching(is_waiting, NULL);
	for (i = 0; rows != NULL && i < rows->n; i++) {
		org = db_text(rows, i, 0);
		broadcast = strcmp(org, EVERYONE) == 0;
		req_wake_matching(is_waiting, broadcast ? NULL : org);
		broadcast = 0;
	}
	wake_next();
}

/* Asks once for a whole batch of notifications whom they concern. */
static void
wake_next(void)
{
	char last[24], head[24];

	if (waking || wanted <= woken)
		return;
	(void)snprintf(last, sizeof(last), "%llu", (unsigned long long)woken);
	(void)snprintf(head, sizeof(head), "%llu", (unsigned long long)wanted);
	if (db_task(STMTS(STMT_FEED_WAKE), ARGS(last, head), wake_done, NULL) ==
	    -1)
		return;
	woken = wanted;
	waking = 1;
}

/* A new head; "" when notifications may have been missed: wake all. */
static void
heard(const char *payload)
{
	uint64_t head;

	if (*payload == '\0') {
		req_wake_matching(is_waiting, NULL);
		return;
	}
	head = strtoull(payload, NULL, 10);
	if (wanted == 0) {
		/* The first: nothing says where its batch began. */
		woken = wanted = head;
		req_wake_matching(is_waiting, NULL);
		return;
	}
	if (head > wanted)
		wanted = head;
	wake_next();
}

void
feed_start(void)
{
	db_listen("feed", heard);
}

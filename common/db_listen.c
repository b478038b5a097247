/*
 * The connection that listens for notifications.
 */
#include "db_internal.h"

#include <stdio.h>
#include <string.h>

#include "log.h"
#include "req.h"

#define CHANNELS_MAX 4
#define SQL_SIZE     64
#define FIRST_MS     1000
#define EVERY_MS     60000

struct channel {
	const char *name;
	void (*heard)(const char *);
};

static struct {
	struct kore_event evt; /* first: Kore calls through it */
	PGconn *pg;
	enum db_state state;
	struct channel channel[CHANNELS_MAX];
	size_t n;
	size_t asked; /* channels that it has asked for */
	size_t open;  /* and that it listens to already */
	unsigned attempts;
	uint64_t retry_ms;
} ear;

void
db_listen(const char *channel, void (*heard)(const char *))
{
	if (ear.n == CHANNELS_MAX)
		fatal("more than %d channels to listen to", CHANNELS_MAX);
	ear.channel[ear.n++] = (struct channel){ channel, heard };
}

static void
tick(void *arg, u_int64_t now)
{
	const struct channel *c = arg;

	(void)now;
	c->heard("");
}

void
db_look_out(const char *channel, void (*look)(const char *))
{
	struct channel *c;

	db_listen(channel, look);
	c = &ear.channel[ear.n - 1];
	(void)kore_timer_add(tick, FIRST_MS, c, KORE_TIMER_ONESHOT);
	(void)kore_timer_add(tick, EVERY_MS, c, 0);
}

static void
ear_lost(void)
{
	PQfinish(ear.pg);
	ear.pg = NULL;
	ear.state = DB_DOWN;
	ear.attempts++;
	ear.retry_ms = req_now_ms() + db_backoff_ms(ear.attempts);
}

/* The next channel: the extended protocol takes one command at a time. */
static void
ear_listen(void)
{
	char sql[SQL_SIZE];

	(void)snprintf(
	    sql, sizeof(sql), "LISTEN %s", ear.channel[ear.asked++].name);
	if (!PQsendQueryParams(ear.pg, sql, 0, NULL, NULL, NULL, NULL, 0))
		ear_lost();
}

static void
ear_poll(void)
{
	switch (PQconnectPoll(ear.pg)) {
	case PGRES_POLLING_OK:
		ear.state = DB_PREPARING;
		db_watch(&ear.evt, PQsocket(ear.pg), 0);
		ear.asked = ear.open = 0;
		ear_listen();
		break;
	case PGRES_POLLING_READING:
		db_watch(&ear.evt, PQsocket(ear.pg), 0);
		break;
	case PGRES_POLLING_WRITING:
		db_watch(&ear.evt, PQsocket(ear.pg), 1);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
	default:
		ear_lost();
		break;
	}
}

static void
ear_told(const PGnotify *note)
{
	size_t i;

	for (i = 0; i < ear.n; i++) {
		if (strcmp(ear.channel[i].name, note->relname) == 0)
			ear.channel[i].heard(note->extra);
	}
}

static void
ear_results(void)
{
	PGresult *res;
	PGnotify *note;
	int ended;

	ended = 0;
	while (!ended && !PQisBusy(ear.pg)) {
		res = PQgetResult(ear.pg);
		ended = res == NULL;
		if (PQresultStatus(res) == PGRES_COMMAND_OK) {
			ear.attempts = 0;
			/* What was said while nobody listened is not known. */
			ear.channel[ear.open++].heard("");
		}
		PQclear(res);
	}
	while ((note = PQnotifies(ear.pg)) != NULL) {
		ear_told(note);
		PQfreemem(note);
	}
	if (ear.open == ear.n)
		ear.state = DB_IDLE;
	else if (ended && ear.open == ear.asked)
		ear_listen();
}

static void
ear_event(void *arg, int error)
{
	(void)arg;
	(void)error;
	if (ear.pg == NULL)
		return;
	if (ear.state == DB_CONNECTING) {
		ear_poll();
		return;
	}
	if (!PQconsumeInput(ear.pg) || PQstatus(ear.pg) == CONNECTION_BAD) {
		ear_lost();
		return;
	}
	ear_results();
}

static void
ear_open(void)
{
	ear.evt.type = KORE_TYPE_PGSQL_CONN;
	ear.evt.handle = ear_event;
	ear.state = DB_CONNECTING;
	ear.pg = db_connect_start();
	if (ear.pg == NULL || PQstatus(ear.pg) == CONNECTION_BAD) {
		ear_lost();
		return;
	}
	db_watch(&ear.evt, PQsocket(ear.pg), 1);
}

void
db_listen_start(void)
{
	if (ear.n > 0)
		ear_open();
}

void
db_listen_tick(uint64_t now_ms)
{
	if (ear.n > 0 && ear.state == DB_DOWN && now_ms >= ear.retry_ms)
		ear_open();
}

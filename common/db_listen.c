/*
 * The connection that listens for notifications.
 */
#include "db_internal.h"

#include <string.h>

#include "log.h"
#include "req.h"

static struct {
	struct kore_event evt; /* first: Kore calls through it */
	PGconn *pg;
	enum db_state state;
	const char *sql; /* NULL: nothing to listen to */
	void (*heard)(const char *);
	unsigned attempts;
	uint64_t retry_ms;
} ear;

void
db_listen(const char *sql, void (*heard)(const char *))
{
	ear.sql = sql;
	ear.heard = heard;
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

static void
ear_poll(void)
{
	switch (PQconnectPoll(ear.pg)) {
	case PGRES_POLLING_OK:
		ear.state = DB_PREPARING;
		db_watch(&ear.evt, PQsocket(ear.pg), 0);
		if (!PQsendQueryParams(
			ear.pg, ear.sql, 0, NULL, NULL, NULL, NULL, 0))
			ear_lost();
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
ear_results(void)
{
	PGresult *res;
	PGnotify *note;

	while (!PQisBusy(ear.pg) && (res = PQgetResult(ear.pg)) != NULL) {
		if (PQresultStatus(res) == PGRES_COMMAND_OK) {
			ear.state = DB_IDLE;
			ear.attempts = 0;
			/* What was said while nobody listened is not known. */
			ear.heard("");
		}
		PQclear(res);
	}
	while ((note = PQnotifies(ear.pg)) != NULL) {
		ear.heard(note->extra);
		PQfreemem(note);
	}
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
	if (ear.sql != NULL)
		ear_open();
}

void
db_listen_tick(uint64_t now_ms)
{
	if (ear.sql != NULL && ear.state == DB_DOWN && now_ms >= ear.retry_ms)
		ear_open();
}

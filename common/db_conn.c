/*
 * One connection to the database, in pipeline mode on Kore's event loop:
 * connecting, preparing, sending a segment, reading its results.
 */
#include "db_internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "config.h"
#include "log.h"
#include "metrics.h"
#include "req.h"

const struct stmt *db_stmts;
size_t db_stmts_len;

static const char caller_sql[] = "SELECT set_config('zaedno.org', $1, true),"
				 " set_config('zaedno.user', $2, true),"
				 " set_config('zaedno.role', $3, true),"
				 " set_config('zaedno.operation', $4, true),"
				 " set_config('zaedno.request', $5, true)";

/*
 * Our statements are short and prepared once: compiling them costs seconds,
 * and planning them anew for each set of values costs more than it gains.
 */
const char db_settings_sql[] =
    "SELECT current_setting('fsync') AS fsync,"
    " current_setting('full_page_writes') AS full_page_writes,"
    " current_setting('synchronous_commit') AS synchronous_commit,"
    " current_setting('log_parameter_max_length')"
    "     AS log_parameter_max_length,"
    " current_setting('log_parameter_max_length_on_error')"
    "     AS log_parameter_max_length_on_error,"
    " set_config('jit', 'off', false),"
    " set_config('plan_cache_mode', 'force_generic_plan', false)";

static void conn_event(void *, int);

/* What libpq would print as plain text among our lines. */
static void
notice_ignore(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

PGconn *
db_connect_start(void)
{
	PGconn *pg;

	pg = PQconnectStart(config_text("database"));
	if (pg != NULL)
		(void)PQsetNoticeReceiver(pg, notice_ignore, NULL);
	return (pg);
}

void
db_watch(struct kore_event *evt, int fd, int writing)
{
	/*
	 * Level-triggered on purpose: libpq reads once a call and does not
	 * say whether the socket is empty.
	 */
	kore_platform_event_schedule(fd,
	    (int)(EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0u)), 0, evt);
}

unsigned
db_backoff_ms(unsigned n)
{
	return (n > 6 ? 2000 : 25u << n);
}

const char *
db_unsafe_setting(const PGresult *res)
{
	int i;
	const char *value;

	if (PQntuples(res) != 1 || PQnfields(res) < 5)
		return ("settings");
	for (i = 0; i < 5; i++) {
		value = PQgetvalue(res, 0, i);
		/* What was erased would live on in the database's log. */
		if (strcmp(value, "off") == 0 ||
		    (i >= 3 && strcmp(value, "0") != 0))
			return (PQfname(res, i));
	}
	return (NULL);
}

/* Closes and plans the next try; what was on its way has failed. */
static void
conn_lost(struct db_conn *c, const char *reason)
{
	int was_ready;

	was_ready = c->state == DB_IDLE || c->state == DB_BUSY;
	if (was_ready || c->attempts == 0)
		log_event(LOG_LEVEL_WARNING, "database connection lost",
		    LOG_S("reason", reason), LOG_END);
	c->attempts++;
	c->retry_ms = req_now_ms() + db_backoff_ms(c->attempts);
	/* Closing the socket takes it off the loop. */
	PQfinish(c->pg);
	c->pg = NULL;
	c->state = DB_DOWN;
	c->wants_write = 0;
	if (was_ready) {
		c->pool->ready--;
		metrics_add(METRIC_DB_RECONNECTS, 1);
	}
	db_segment_lost(c);
}

static void
conn_flush(struct db_conn *c)
{
	int left;

	left = PQflush(c->pg);
	if (left == -1) {
		conn_lost(c, "could not send");
		return;
	}
	if (left != c->wants_write) {
		c->wants_write = left;
		db_watch(&c->evt, PQsocket(c->pg), left);
	}
}

/* Asks for the settings and prepares every statement, in one pipeline. */
static void
conn_prepare(struct db_conn *c)
{
	char name[24];
	size_t i;
	int ok;

	c->state = DB_PREPARING;
	c->step = 0;
	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
		conn_lost(c, "could not enter pipeline mode");
		return;
	}
	ok = PQsendQueryParams(
	    c->pg, db_settings_sql, 0, NULL, NULL, NULL, NULL, 0);
	ok = ok && PQsendPrepare(c->pg, "caller", caller_sql, 0, NULL);
	for (i = 0; ok && i < db_stmts_len; i++) {
		(void)snprintf(name, sizeof(name), "s%zu", i);
		ok = PQsendPrepare(c->pg, name, db_stmts[i].sql, 0, NULL);
	}
	if (!ok || !PQpipelineSync(c->pg)) {
		conn_lost(c, "could not prepare");
		return;
	}
	db_watch(&c->evt, PQsocket(c->pg), 0);
	conn_flush(c);
}

static void
conn_poll(struct db_conn *c)
{
	switch (PQconnectPoll(c->pg)) {
	case PGRES_POLLING_OK:
		conn_prepare(c);
		break;
	case PGRES_POLLING_READING:
		db_watch(&c->evt, PQsocket(c->pg), 0);
		break;
	case PGRES_POLLING_WRITING:
		db_watch(&c->evt, PQsocket(c->pg), 1);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
	default:
		conn_lost(c, "could not connect");
		break;
	}
}

void
db_conn_open(struct db_conn *c)
{
	c->evt.type = KORE_TYPE_PGSQL_CONN;
	c->evt.handle = conn_event;
	c->sent_ms = req_now_ms();
	c->pg = db_connect_start();
	c->state = DB_CONNECTING;
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		conn_lost(c, "could not connect");
		return;
	}
	db_watch(&c->evt, PQsocket(c->pg), 1);
}

/* A result while preparing; 0 when the connection was given up. */
static int
prepare_result(struct db_conn *c, const PGresult *res)
{
	const char *unsafe;

	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
		unsafe = db_unsafe_setting(res);
		if (unsafe == NULL)
			return (1);
		log_event(LOG_LEVEL_ERROR, "unsafe database setting",
		    LOG_S("reason", unsafe), LOG_END);
		conn_lost(c, "unsafe setting");
		return (0);
	case PGRES_COMMAND_OK:
		return (1);
	case PGRES_PIPELINE_SYNC:
		c->state = DB_IDLE;
		c->attempts = 0;
		c->pool->ready++;
		db_conn_up(c);
		return (1);
	case PGRES_EMPTY_QUERY:
	case PGRES_COPY_OUT:
	case PGRES_COPY_IN:
	case PGRES_BAD_RESPONSE:
	case PGRES_NONFATAL_ERROR:
	case PGRES_FATAL_ERROR:
	case PGRES_COPY_BOTH:
	case PGRES_SINGLE_TUPLE:
	case PGRES_PIPELINE_ABORTED:
	default:
		log_event(LOG_LEVEL_ERROR, "could not prepare",
		    LOG_S(
			"sqlstate", PQresultErrorField(res, PG_DIAG_SQLSTATE)),
		    LOG_END);
		conn_lost(c, "could not prepare");
		return (0);
	}
}

static void
job_failed(struct db_conn *c, const PGresult *res)
{
	const char *state, *name;

	c->failed = 1;
	if (c->current == NULL || c->current->sqlstate[0] != '\0')
		return;
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	(void)snprintf(c->current->sqlstate, sizeof(c->current->sqlstate), "%s",
	    state != NULL ? state : "XX000");
	name = "caller";
	if (c->step > 0)
		name = db_stmts[c->current->stmts[c->step - 1]].name;
	/* The message may quote a value: only the state is told. */
	log_event(LOG_LEVEL_WARNING, "statement failed",
	    LOG_S("statement", name), LOG_S("sqlstate", c->current->sqlstate),
	    LOG_END);
}

/* A result of a segment; returns 1 when it was the Sync, its last. */
static int
segment_result(struct db_conn *c, PGresult *res)
{
	ExecStatusType status;

	status = PQresultStatus(res);
	if (status == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		return (1);
	}
	c->seen = 1;
	if (status == PGRES_FATAL_ERROR)
		job_failed(c, res);
	if (c->current != NULL && c->step == c->current->nstmts &&
	    (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)) {
		c->current->result = res;
		return (0);
	}
	PQclear(res);
	return (0);
}

/* The NULL after a statement's result: on to the next one. */
static void
segment_step(struct db_conn *c)
{
	if (c->state != DB_BUSY || c->current == NULL || !c->seen)
		return;
	c->seen = 0;
	if (++c->step <= c->current->nstmts)
		return;
	c->current = TAILQ_NEXT(c->current, link);
	c->step = 0;
}

/* A result by the state that the connection is in; 0 when it was lost. */
static int
conn_result(struct db_conn *c, PGresult *res)
{
	int kept;

	if (c->state == DB_BUSY) {
		if (segment_result(c, res)) {
			c->state = DB_IDLE;
			db_segment_done(c);
		}
		return (1);
	}
	kept = c->state != DB_PREPARING || prepare_result(c, res);
	PQclear(res);
	return (kept);
}

static void
conn_results(struct db_conn *c)
{
	PGresult *res;
	int nulls;

	nulls = 0;
	while (c->pg != NULL && !PQisBusy(c->pg)) {
		res = PQgetResult(c->pg);
		if (res != NULL) {
			nulls = 0;
			if (!conn_result(c, res))
				return;
			continue;
		}
		/* One NULL ends a statement's results; two: none are left. */
		if (++nulls > 1)
			return;
		segment_step(c);
	}
}

static void
conn_event(void *arg, int error)
{
	struct db_conn *c = arg;

	if (c->pg == NULL)
		return;
	if (c->state == DB_CONNECTING) {
		conn_poll(c);
		return;
	}
	if (c->evt.flags & KORE_EVENT_WRITE) {
		c->evt.flags &= ~KORE_EVENT_WRITE;
		conn_flush(c);
	}
	if (c->pg == NULL)
		return;
	c->evt.flags &= ~KORE_EVENT_READ;
	if (!PQconsumeInput(c->pg) || PQstatus(c->pg) == CONNECTION_BAD) {
		conn_results(c);
		if (c->pg != NULL)
			conn_lost(c, error ? "closed" : "could not read");
		return;
	}
	conn_results(c);
}

/* Queues one statement on the wire; 0 on failure. */
static int
statement_send(struct db_conn *c, const struct db_job *job, int stmt)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "s%d", stmt);
	return (PQsendQueryPrepared(
	    c->pg, name, db_stmts[stmt].nparams, job->args, NULL, NULL, 0));
}

static int
job_send(struct db_conn *c, const struct db_job *job)
{
	const char *caller[5] = { "", "", "service", "", "" };
	int i;

	if (job->req != NULL) {
		caller[0] = job->req->caller.org;
		caller[1] = job->req->caller.user;
		caller[2] = job->req->caller.role;
		caller[3] = job->req->route->operation;
		caller[4] = job->req->id;
	}
	if (!PQsendQueryPrepared(c->pg, "caller", 5, caller, NULL, NULL, 0))
		return (0);
	for (i = 0; i < job->nstmts; i++) {
		if (!statement_send(c, job, job->stmts[i]))
			return (0);
	}
	return (1);
}

void
db_conn_send(struct db_conn *c)
{
	struct db_job *job;
	int n;

	n = 0;
	c->state = DB_BUSY;
	c->sent_ms = req_now_ms();
	c->failed = 0;
	c->step = 0;
	c->seen = 0;
	c->current = TAILQ_FIRST(&c->jobs);
	TAILQ_FOREACH(job, &c->jobs, link) {
		n++;
		if (!job_send(c, job)) {
			conn_lost(c, "could not send");
			return;
		}
	}
	if (!PQpipelineSync(c->pg)) {
		conn_lost(c, "could not send");
		return;
	}
	metrics_add(METRIC_DB_SEGMENTS, 1);
	metrics_add(METRIC_DB_JOBS, n);
	conn_flush(c);
}

void
db_conn_tick(struct db_conn *c, uint64_t now_ms)
{
	if (c->state == DB_DOWN) {
		if (now_ms >= c->retry_ms)
			db_conn_open(c);
		return;
	}
	if (c->state != DB_IDLE && now_ms > c->sent_ms + DB_STUCK_MS)
		conn_lost(c, "no answer");
}

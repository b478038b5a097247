/*
 * The queue before the database connections: which request goes out when,
 * and what becomes of its result.
 */
#include "db_internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "metrics.h"
#include "precond.h"
#include "req.h"

#define DB_TICK_MS   50
#define DB_QUEUE_MAX 20000

static struct db_pool fast, slow;
static struct {
	struct kore_event evt; /* first: Kore calls through it */
	int fd;
	int raised;
} kick;
static void (*after_act)(void);
static int act_pending;
static int queued;

static struct db_pool *
pool_of(const struct db_job *job)
{
	return (job->flags & STMT_SLOW ? &slow : &fast);
}

static void
job_queue(struct db_job *job)
{
	struct db_pool *pool;

	pool = pool_of(job);
	queued++;
	if (job->flags & STMT_READ)
		TAILQ_INSERT_TAIL(&pool->reads, job, link);
	else
		TAILQ_INSERT_TAIL(&pool->writes, job, link);
}

static void
job_take(struct db_jobs *from, struct db_jobs *to)
{
	struct db_job *job;

	job = TAILQ_FIRST(from);
	TAILQ_REMOVE(from, job, link);
	TAILQ_INSERT_TAIL(to, job, link);
	queued--;
}

/* Moves as many waiting reads as may share a Sync. */
static void
reads_take(struct db_pool *pool, struct db_conn *c)
{
	const struct db_job *job;
	int n;

	for (n = 0; n < DB_SHARED_MAX; n++) {
		job = TAILQ_FIRST(&pool->reads);
		if (job == NULL || (job->alone && n > 0))
			return;
		job_take(&pool->reads, &c->jobs);
		if (TAILQ_FIRST(&c->jobs)->alone)
			return;
	}
}

/* Writes first to connections without reads; then whatever waits. */
static void
pool_dispatch(struct db_pool *pool)
{
	struct db_conn *c;
	int i;

	for (i = pool->len - 1; i >= 0; i--) {
		c = &pool->conns[i];
		if (c->state != DB_IDLE)
			continue;
		if (c->reads && !TAILQ_EMPTY(&pool->reads))
			reads_take(pool, c);
		else if (!TAILQ_EMPTY(&pool->writes))
			job_take(&pool->writes, &c->jobs);
		else
			continue;
		db_conn_send(c);
	}
}

static void
after_act_run(void)
{
	if (!act_pending || after_act == NULL)
		return;
	act_pending = 0;
	after_act();
}

static void
kick_event(void *arg, int error)
{
	uint64_t n;

	(void)arg;
	(void)error;
	if (read(kick.fd, &n, sizeof(n)) == -1)
		n = 0;
	kick.raised = 0;
	after_act_run();
	pool_dispatch(&fast);
	pool_dispatch(&slow);
}

void
db_kick(void)
{
	const uint64_t one = 1;

	if (kick.raised)
		return;
	kick.raised = 1;
	if (write(kick.fd, &one, sizeof(one)) == -1)
		log_event(LOG_LEVEL_ERROR, "could not wake the loop", LOG_END);
}

/* Moves all of one list to the end of another (TAILQ_CONCAT). */
static void
jobs_move(struct db_jobs *to, struct db_jobs *from)
{
	struct db_job *job;

	while ((job = TAILQ_FIRST(from)) != NULL) {
		TAILQ_REMOVE(from, job, link);
		TAILQ_INSERT_TAIL(to, job, link);
	}
}

/* A deadlock, a serialisation failure or a stale plan is tried once more. */
static int
job_retry(struct db_job *job)
{
	if (job->tries > 0 || (strncmp(job->sqlstate, "40", 2) != 0 &&
				  strcmp(job->sqlstate, "0A000") != 0))
		return (0);
	job->tries++;
	job->alone = 1;
	job->sqlstate[0] = '\0';
	PQclear(job->result);
	job->result = NULL;
	job_queue(job);
	return (1);
}

/* A shared segment failed: each of its reads goes again, alone. */
static void
jobs_separate(struct db_jobs *jobs)
{
	struct db_job *job;

	while ((job = TAILQ_FIRST(jobs)) != NULL) {
		TAILQ_REMOVE(jobs, job, link);
		PQclear(job->result);
		job->result = NULL;
		job->sqlstate[0] = '\0';
		job->alone = 1;
		job_queue(job);
	}
}

static void
segment_job_done(struct db_job *job)
{
	if (job->flags & STMT_ACT)
		act_pending = 1;
	db_job_done(job);
}

void
db_segment_done(struct db_conn *c)
{
	struct db_jobs jobs;
	struct db_job *job;

	TAILQ_INIT(&jobs);
	jobs_move(&jobs, &c->jobs);
	/* The connection is free: what waits need not wait for the answers. */
	pool_dispatch(c->pool);
	job = TAILQ_FIRST(&jobs);
	if (c->failed && job != NULL && TAILQ_NEXT(job, link) != NULL) {
		jobs_separate(&jobs);
	}
	while ((job = TAILQ_FIRST(&jobs)) != NULL) {
		TAILQ_REMOVE(&jobs, job, link);
		if (job->sqlstate[0] == '\0' && job->result != NULL)
			segment_job_done(job);
		else if (!job_retry(job))
			db_job_fail(job);
	}
	if (act_pending || queued > 0)
		db_kick();
}

static void
jobs_fail(struct db_jobs *jobs, const char *sqlstate)
{
	struct db_job *job;

	while ((job = TAILQ_FIRST(jobs)) != NULL) {
		TAILQ_REMOVE(jobs, job, link);
		(void)snprintf(
		    job->sqlstate, sizeof(job->sqlstate), "%s", sqlstate);
		db_job_fail(job);
	}
}

/* Whether the commit happened is not known: 503, and the key will tell. */
void
db_segment_lost(struct db_conn *c)
{
	struct db_jobs jobs;
	struct db_pool *pool = c->pool;

	TAILQ_INIT(&jobs);
	jobs_move(&jobs, &c->jobs);
	jobs_fail(&jobs, "08006");
	if (pool->ready > 0)
		return;
	jobs_move(&jobs, &pool->reads);
	jobs_move(&jobs, &pool->writes);
	queued = 0;
	jobs_fail(&jobs, "08006");
}

void
db_conn_up(struct db_conn *c)
{
	(void)c;
	db_kick();
}

int
db_ready(void)
{
	return (fast.ready > 0);
}

static void
job_init(struct db_job *job, const int *stmts, int nargs)
{
	int i;

	job->flags = STMT_READ;
	job->nargs = nargs;
	for (i = 0; stmts[i] != -1; i++) {
		PRECOND(i < DB_STMTS_MAX);
		PRECOND(db_stmts[stmts[i]].nparams <= nargs);
		job->stmts[i] = stmts[i];
		job->flags |= db_stmts[stmts[i]].flags & (STMT_SLOW | STMT_ACT);
		if (!(db_stmts[stmts[i]].flags & STMT_READ))
			job->flags &= ~(unsigned)STMT_READ;
	}
	job->nstmts = i;
}

int
db_exec(struct req *r, const int *stmts, int nargs, const char *const *args,
    db_done done)
{
	struct db_job *job;
	const char **copy;

	job = req_alloc(r, sizeof(*job));
	job_init(job, stmts, nargs);
	if (pool_of(job)->ready == 0 || queued >= DB_QUEUE_MAX)
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	copy = req_alloc(r, sizeof(*copy) * (size_t)(nargs + 1));
	if (nargs > 0)
		memcpy(copy, args, sizeof(*copy) * (size_t)nargs);
	job->args = copy;
	job->done = done;
	job->req = r;
	req_retain(r);
	job_queue(job);
	db_kick();
	return (KORE_RESULT_RETRY);
}

/* The argument array and its texts, in one block. */
static const char *const *
args_copy(int nargs, const char *const *args)
{
	size_t len;
	char **copy, *p;
	int i;

	len = sizeof(*copy) * (size_t)(nargs + 1);
	for (i = 0; i < nargs; i++)
		len += args[i] != NULL ? strlen(args[i]) + 1 : 0;
	if ((copy = calloc(1, len)) == NULL)
		return (NULL);
	p = (char *)(copy + nargs + 1);
	for (i = 0; i < nargs; i++) {
		if (args[i] == NULL)
			continue;
		copy[i] = p;
		p = stpcpy(p, args[i]) + 1;
	}
	return ((const char *const *)copy);
}

int
db_task(const int *stmts, int nargs, const char *const *args,
    void (*done)(void *, const struct db_row *), void *arg)
{
	struct db_job *job;

	if ((job = calloc(1, sizeof(*job))) == NULL)
		return (-1);
	job_init(job, stmts, nargs);
	job->args = args_copy(nargs, args);
	if (job->args == NULL || pool_of(job)->ready == 0 ||
	    queued >= DB_QUEUE_MAX) {
		db_job_free(job);
		return (-1);
	}
	job->task_done = done;
	job->task_arg = arg;
	job_queue(job);
	db_kick();
	return (0);
}

static void
pool_init(struct db_pool *pool, int len, int reads)
{
	const uint64_t now = req_now_ms();
	int i;

	TAILQ_INIT(&pool->reads);
	TAILQ_INIT(&pool->writes);
	pool->conns = kore_calloc((size_t)len, sizeof(*pool->conns));
	pool->len = len;
	for (i = 0; i < len; i++) {
		TAILQ_INIT(&pool->conns[i].jobs);
		pool->conns[i].pool = pool;
		pool->conns[i].reads = i < reads;
		/* The first one at once; to prepare all at once is slower. */
		pool->conns[i].retry_ms = now + (uint64_t)i * DB_TICK_MS;
		if (i == 0)
			db_conn_open(&pool->conns[i]);
	}
}

static void
tick(void *arg, u_int64_t now)
{
	uint64_t ms;
	int i;

	(void)arg;
	(void)now;
	ms = req_now_ms();
	for (i = 0; i < fast.len; i++)
		db_conn_tick(&fast.conns[i], ms);
	for (i = 0; i < slow.len; i++)
		db_conn_tick(&slow.conns[i], ms);
	db_listen_tick(ms);
	log_flush();
}

void
db_start(const struct stmt *stmts, size_t len, void (*act)(void))
{
	db_stmts = stmts;
	db_stmts_len = len;
	after_act = act;
	kick.evt.type = KORE_TYPE_PGSQL_CONN;
	kick.evt.handle = kick_event;
	kick.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (kick.fd == -1)
		fatal("eventfd: %s", errno_s);
	db_watch(&kick.evt, kick.fd, 0);
	pool_init(&fast, (int)config_number("database_connections"),
	    (int)config_number("database_read_connections"));
	pool_init(&slow, (int)config_number("database_slow_connections"), 64);
	db_listen_start();
	(void)kore_timer_add(tick, DB_TICK_MS, NULL, 0);
}

/*
 * What db.c (the queue) and db_conn.c (connections) share.
 */
#ifndef ZAEDNO_DB_INTERNAL_H
#define ZAEDNO_DB_INTERNAL_H

#include <stdint.h>
#include <sys/types.h>
#include <sys/queue.h>

#include <kore/kore.h>

#include "db.h"

/* Reads that share a Sync at the most (FACTS: 16). */
#define DB_SHARED_MAX 16
/* A segment that takes longer has lost its connection. */
#define DB_STUCK_MS 10000

struct db_job {
	TAILQ_ENTRY(db_job) link;
	struct req *req; /* NULL for a task */
	int stmts[DB_STMTS_MAX];
	int nstmts;
	int nargs;
	const char *const *args;
	db_done done;
	void (*task_done)(void *, const struct db_row *);
	void *task_arg;
	unsigned flags; /* STMT_* */
	int tries;
	int alone; /* must not share a Sync any more */
	PGresult *result;
	char sqlstate[6]; /* "" while nothing failed */
};

TAILQ_HEAD(db_jobs, db_job);

enum db_state {
	DB_DOWN,       /* no socket; tried again at retry_ms */
	DB_CONNECTING, /* PQconnectPoll */
	DB_PREPARING,  /* settings are checked, statements prepared */
	DB_IDLE,
	DB_BUSY, /* a segment is on its way */
};

struct db_pool;

struct db_conn {
	struct kore_event evt; /* first: Kore calls through it */
	PGconn *pg;
	enum db_state state;
	struct db_pool *pool;
	int reads;           /* carries reads */
	struct db_jobs jobs; /* of the segment on its way */
	struct db_job *current;
	int step; /* results of current seen so far */
	int seen; /* the statement at step has given a result */
	int failed;
	int wants_write;
	unsigned attempts;
	uint64_t retry_ms;
	uint64_t sent_ms;
};

struct db_pool {
	struct db_conn *conns;
	int len;
	int ready; /* connections idle or busy */
	struct db_jobs reads;
	struct db_jobs writes;
};

/* The statements of the service, set by db_start. */
extern const struct stmt *db_stmts;
extern size_t db_stmts_len;

/* Begins to connect; on failure the connection is down and tried later. */
void db_conn_open(struct db_conn *);

/* Sends the jobs in c->jobs as one segment. */
void db_conn_send(struct db_conn *);

/* Every 50 ms: opens what is due, closes what is stuck. */
void db_conn_tick(struct db_conn *, uint64_t now_ms);

/* From db_conn.c to db.c: a segment's Sync has arrived, or its connection
 * is lost.  Takes the jobs off c->jobs. */
void db_segment_done(struct db_conn *);
void db_segment_lost(struct db_conn *);
/* The connection became idle for the first time, or went down. */
void db_conn_up(struct db_conn *);

/*
 * Whether the settings in a row keep what was acknowledged (fsync,
 * full_page_writes, synchronous_commit), and no parameters in the log
 * (log_parameter_max_length, …_on_error: 0); else the name of the one that
 * does not.
 */
const char *db_unsafe_setting(const PGresult *);

extern const char db_settings_sql[];

/*
 * The three ends of a job: freed without a word, answered with the problem
 * that its sqlstate means, answered with its rows.
 */
void db_job_free(struct db_job *);
void db_job_fail(struct db_job *);
void db_job_done(struct db_job *);

/* Starts the connection that listens (db_listen.c). */
void db_listen_start(void);
void db_listen_tick(uint64_t now_ms);

/* Registers the socket with the loop: reading, and writing if wanted. */
void db_watch(struct kore_event *, int fd, int writing);

/* Begins a connection that keeps its notices to itself; NULL: no memory. */
PGconn *db_connect_start(void);

/* Milliseconds to wait before try number n (from 1): 50 ms to 2 s. */
unsigned db_backoff_ms(unsigned n);

#endif

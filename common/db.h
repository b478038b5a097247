/*
 * The database: libpq in pipeline mode on Kore's event loop.
 *
 * A request's statements form one segment: the caller's settings first, then
 * the statements, in one transaction.  Reads of one loop turn may share a
 * Sync (and so a commit for their log rows); a failed shared segment is
 * repeated one by one.  An answer leaves only after the Sync has arrived.
 */
#ifndef ZAEDNO_DB_H
#define ZAEDNO_DB_H

#include <libpq-fe.h>
#include <stddef.h>

struct req;

#define STMT_READ 0x01 /* may share a Sync with other reads */
#define STMT_SLOW 0x02 /* goes to the second pool */
#define STMT_ACT  0x04 /* the service's after-act step follows */

struct stmt {
	const char *name;
	const char *sql;
	int nparams;
	unsigned flags;
};

/* The rows of the last statement of a segment. */
struct db_row {
	const PGresult *res;
	int n;
};

typedef int (*db_done)(struct req *, const struct db_row *);

#define DB_STMTS_MAX 8

#define STMTS(...)                                                             \
	(const int[])                                                          \
	{                                                                      \
		__VA_ARGS__, -1                                                \
	}
#define ARGS(...)                                                              \
	(int)(sizeof((const char *const[]){ __VA_ARGS__ }) /                   \
	      sizeof(const char *)),                                           \
	    (const char *const[])                                              \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
#define NO_ARGS 0, NULL

/*
 * Sends a segment for a request; the request sleeps until the rows are there.
 * stmts ends with -1.  Every statement gets the first nparams of the same
 * arguments, which must live as long as the request (NULL is SQL's NULL).
 * On success done is called with the rows of the last statement; a failure
 * is answered here: 404 for 23505 and 42501, 409 for 23P01, 503 with
 * Retry-After when the database is away, 500 otherwise.  Returns what a
 * handler returns.
 */
int db_exec(struct req *, const int *stmts, int nargs, const char *const *args,
    db_done done);

/*
 * The same without a request: done gets NULL when the segment failed.
 * Arguments are copied.  Returns -1 when the queue is full.
 */
int db_task(const int *stmts, int nargs, const char *const *args,
    void (*done)(void *, const struct db_row *), void *arg);

/* The text of a cell, borrowed; NULL for SQL's NULL. */
const char *db_text(const struct db_row *, int row, int col);

/* Number of the column with this name, or -1. */
int db_col(const struct db_row *, const char *name);

/*
 * Answers with a reply row: columns status, body and, if wanted, etag,
 * location, next.  No row: 404.  A status of digits is answered with the body
 * as it is; anything else is a problem's code, whose body, if any, is the
 * member "current".
 */
int req_reply_row(struct req *, const struct db_row *);

/* The same with another body, for what the service has to add to the row's. */
int req_reply_row_with(struct req *, const struct db_row *, const char *body);

/*
 * Calls heard for each notification of a channel, all on one connection of
 * their own.  After a reconnection heard is called with "": something may have
 * been missed.  Called before db_start; channel stays the caller's.
 */
void db_listen(const char *channel, void (*heard)(const char *payload));

/*
 * The same for work that waits in the database: look is also called soon after
 * the start and each minute, whatever was told; it asks db_ready itself.
 */
void db_look_out(const char *channel, void (*look)(const char *payload));

/* 1 when at least one connection of the pool works. */
int db_ready(void);

/*
 * Start of a worker: connects, prepares all statements (an error in one stops
 * the start), refuses a database with fsync, full_page_writes or
 * synchronous_commit off.  after_act, if any, is called at most once a loop
 * turn, after acts whose Sync has arrived.
 */
void db_start(const struct stmt *stmts, size_t len, void (*after_act)(void));
void db_stop(void);

/* Makes the loop come round once more, at once. */
void db_kick(void);

#endif

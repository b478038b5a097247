/*
 * The sequencer step: gives committed events their number in the feed, and
 * audit leaves their place in the chain; reads get a leaf by the set.  The
 * worker whose act has committed runs it; a timer picks up what a crash left.
 * Only the step notifies, once a batch.  The sweep latches expired consents
 * and removes what has had its time.
 */
#include "sequencer.h"

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>

#include "common/config.h"
#include "common/db.h"
#include "common/metrics.h"
#include "hub_statements.h"

#define STEP_MS    250
#define READS_MS   1000
#define UNSTICK_MS 5000
/* A step takes at most so many of each queue: sequencer.sql. */
#define STEP_ROWS  2000
#define READS_ROWS 2000

/* The columns of the statement sequencer_step. */
enum {
	COL_EVENTS,
	COL_LEAVES,
	COL_TOLD,
	COL_MINE
};

static int running;
static int again; /* an act committed while a step was in flight */

static void step(void);

static void
done(void *arg, const struct db_row *rows)
{
	(void)arg;
	(void)rows;
}

static void
stepped(void *arg, const struct db_row *rows)
{
	long events, leaves;
	int mine;

	(void)arg;
	running = 0;
	if (rows == NULL)
		return;
	events = strtol(db_text(rows, 0, COL_EVENTS), NULL, 10);
	leaves = strtol(db_text(rows, 0, COL_LEAVES), NULL, 10);
	mine = strcmp(db_text(rows, 0, COL_MINE), "t") == 0;
	metrics_add(METRIC_SEQUENCED, events);
	/* Another worker has the lock: it, or the timer, takes ours too. */
	if ((again && mine) || events == STEP_ROWS || leaves == STEP_ROWS)
		step();
}

static void
step(void)
{
	again = 0;
	running = db_task(STMTS(STMT_SEQUENCER_LOCK, STMT_SEQUENCER_STEP),
		      NO_ARGS, stepped, NULL) == 0;
}

void
sequencer_after_act(void)
{
	if (running)
		again = 1;
	else
		step();
}

static void
tick(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (!running && db_ready())
		step();
}

static void reads(void *arg, u_int64_t now);

/* A set of reads has its leaf: the step gives it its place. */
static void
reads_done(void *arg, const struct db_row *rows)
{
	const char *text;

	(void)arg;
	text = rows == NULL ? NULL : db_text(rows, 0, 0);
	if (text == NULL)
		return;
	sequencer_after_act();
	if (strtol(text, NULL, 10) >= READS_ROWS)
		reads(NULL, 0);
}

static void
reads(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (db_ready())
		(void)db_task(STMTS(STMT_READS_LOCK, STMT_SEQUENCER_READS),
		    NO_ARGS, reads_done, NULL);
}

static void
acted(void *arg, const struct db_row *rows)
{
	(void)arg;
	if (rows != NULL)
		sequencer_after_act();
}

void
sequencer_run(const int *stmts)
{
	if (db_ready())
		(void)db_task(stmts, NO_ARGS, acted, NULL);
}

static void
sweep(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	sequencer_run(STMTS(STMT_SWEEP_LOCK, STMT_SWEEP_EXPIRE,
	    STMT_SWEEP_ERASE, STMT_SWEEP_CLOCK, STMT_SWEEP_PRUNE));
}

static void
unstick(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (db_ready())
		(void)db_task(
		    STMTS(STMT_SEQUENCER_UNSTICK), NO_ARGS, done, NULL);
}

void
sequencer_start(void)
{
	(void)kore_timer_add(tick, STEP_MS, NULL, 0);
	(void)kore_timer_add(reads, READS_MS, NULL, 0);
	(void)kore_timer_add(
	    sweep, (u_int64_t)config_number("sweep_s") * 1000, NULL, 0);
	(void)kore_timer_add(unstick, UNSTICK_MS, NULL, 0);
}

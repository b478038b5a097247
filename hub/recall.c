/*
 * Copies that are to be erased at a recipient and are not yet: counted for
 * the metrics, listed for those who can pick up a telephone.
 *
 * Operations: listRecalls.
 */
#include "recall.h"

#include <stdlib.h>

#include <kore/kore.h>

#include "common/config.h"
#include "common/db.h"
#include "common/metrics.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"

#define HOURS_SIZE 16

/* The columns of the statement recall_count. */
enum {
	COL_PENDING,
	COL_OVERDUE,
	COL_ALARM,
	COL_OLDEST
};

/* The two limits, in hours, as text; for the life of the service. */
static char target[HOURS_SIZE], alarm_at[HOURS_SIZE];

static void
limits_read(void)
{
	(void)snprintf(
	    target, sizeof(target), "%ld", config_number("purge_target_h"));
	(void)snprintf(
	    alarm_at, sizeof(alarm_at), "%ld", config_number("purge_alarm_h"));
}

int
list_recalls(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RECALL_LIST),
	    ARGS(req_query(r, "state"), req_query(r, "limit"),
		req_query(r, "after"), target, alarm_at),
	    req_reply_row));
}

static void
gauge(enum metric m, const struct db_row *rows, int col)
{
	metrics_set(m, strtoll(db_text(rows, 0, col), NULL, 10));
}

static void
counted(void *arg, const struct db_row *rows)
{
	(void)arg;
	if (rows == NULL || rows->n == 0)
		return;
	gauge(METRIC_RECALLS_PENDING, rows, COL_PENDING);
	gauge(METRIC_RECALLS_OVERDUE, rows, COL_OVERDUE);
	gauge(METRIC_RECALLS_ALARM, rows, COL_ALARM);
	gauge(METRIC_RECALL_OLDEST, rows, COL_OLDEST);
}

static void
count(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (db_ready())
		(void)db_task(STMTS(STMT_RECALL_COUNT), ARGS(target, alarm_at),
		    counted, NULL);
}

void
recall_start(void)
{
	limits_read();
	(void)kore_timer_add(
	    count, (u_int64_t)config_number("sweep_s") * 1000, NULL, 0);
}

/*
 * How long what is kept is kept: the rules are the database's, which counts
 * and removes; here is the timer that reminds it.
 */
#include "retention.h"

#include <kore/kore.h>

#include "db.h"
#include "hub_statements.h"

#define FIRST_MS 60000
#define EVERY_MS 3600000

static void
sweep(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (!db_ready())
		return;
	(void)db_task(STMTS(STMT_RETENTION_SWEEP), NO_ARGS, NULL, NULL);
	(void)db_task(STMTS(STMT_READ_LOG_AHEAD), NO_ARGS, NULL, NULL);
}

void
retention_start(void)
{
	(void)kore_timer_add(sweep, FIRST_MS, NULL, KORE_TIMER_ONESHOT);
	(void)kore_timer_add(sweep, EVERY_MS, NULL, 0);
}

/*
 * How long what is kept is kept: the rules are the database's, which counts
 * and removes; here is the timer that reminds it, and what the
 * data-protection officer asks.
 *
 * listRetention, runRetention, setRetention.
 */
#include "retention.h"

#include <kore/kore.h>

#include "db.h"
#include "node_routes.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

#define FIRST_MS 60000
#define EVERY_MS 3600000

int
list_retention(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RETENTION_LIST), NO_ARGS, req_reply_row));
}

int
run_retention(struct req *r)
{
	return (db_exec(r, STMTS(STMT_RETENTION_RUN), NO_ARGS, req_reply_row));
}

int
set_retention(struct req *r)
{
	const char *days = NULL;

	if (json_is_integer(json_object_get(r->body, "days")))
		days = req_json(r, "days");
	return (db_exec(r, STMTS(STMT_RETENTION_SET, STMT_RETENTION_SET_REPLY),
	    ARGS(r->param[0], days, r->if_match), reply_checked));
}

static void
sweep(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (db_ready())
		(void)db_task(STMTS(STMT_RETENTION_SWEEP), NO_ARGS, NULL, NULL);
}

void
retention_start(void)
{
	(void)kore_timer_add(sweep, FIRST_MS, NULL, KORE_TIMER_ONESHOT);
	(void)kore_timer_add(sweep, EVERY_MS, NULL, 0);
}

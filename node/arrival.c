/*
 * What others write in shared work on a case of ours: a plan, minutes, a
 * reason.  The hub has looked at it for numbers and addresses; the names held
 * for the case are known here alone.  A name is a task for whoever works on
 * the case, who asks the author to mend it, until it comes without.
 */
#include "arrival.h"

#include "db.h"
#include "node_statements.h"
#include "summary_guard.h"

/* Documents of one look; more come at the next. */
#define MOST   "20"
#define MOST_N 20

/* Handed on with the last of a full look: there may be more. */
static char more;

static void look(const char *payload);

static void
seen(void *arg, const struct db_row *rows)
{
	(void)rows;
	if (arg != NULL)
		look("");
}

static void
arrived(void *arg, const struct db_row *rows)
{
	const char *doc;
	int i, named;

	(void)arg;
	for (i = 0; rows != NULL && i < rows->n; i++) {
		doc = db_text(rows, i, db_col(rows, "doc"));
		named = summary_guard_names(rows, i, doc);
		/* A name did not open: what cannot be looked at waits. */
		if (named < 0)
			continue;
		(void)db_task(STMTS(STMT_ARRIVAL_SEEN),
		    ARGS(db_text(rows, i, db_col(rows, "kind")),
			db_text(rows, i, db_col(rows, "id")),
			db_text(rows, i, db_col(rows, "seq")),
			named > 0 ? "true" : "false"),
		    seen, i == MOST_N - 1 ? &more : NULL);
	}
}

static void
look(const char *payload)
{
	(void)payload;
	if (db_ready())
		(void)db_task(STMTS(STMT_ARRIVALS), ARGS(MOST), arrived, NULL);
}

void
arrival_start(void)
{
	db_look_out("arrival", look);
}

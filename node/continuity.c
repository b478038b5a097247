/*
 * The path through services, and who is lost and who stays at each move.
 *
 * getPath, putContinuity.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

/* The answer is sealed within its stay, as "episode/id/continuity". */
static int
path_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "episode"));
}

int
get_path(struct req *r)
{
	return (db_exec(r, STMTS(STMT_PATH_GET), ARGS(r->param[0]), path_done));
}

static const char *
count_of(struct req *r, const char *member)
{
	return (req_printf(
	    r, "%zu", json_array_size(json_object_get(r->body, member))));
}

int
put_continuity(struct req *r)
{
	static const char *const words[] = { "lost", "stays", "goodbye", "plan",
		NULL };
	const char *sealed;

	sealed = reply_seal_named(
	    r, "episode", req_printf(r, "%s/continuity", r->param[1]), words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_CONTINUITY_PUT, STMT_CONTINUITY_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], count_of(r, "lost"),
		count_of(r, "stays"), sealed, reply_content(r), r->if_match),
	    path_done));
}

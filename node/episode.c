/*
 * Stays in services and schools, from which moves are counted.
 *
 * listEpisodes, putEpisode.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
opened(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "episode"));
}

int
list_episodes(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_EPISODE_LIST), ARGS(r->param[0]), opened));
}

/* The service, in words that may say who takes the child in; NULL: no memory */
static const char *
service_sealed(struct req *r)
{
	const char *sealed;
	json_t *members;

	members =
	    json_pack("{s:O}", "service", json_object_get(r->body, "service"));
	sealed = members == NULL
		     ? NULL
		     : reply_seal(r, "episode", r->param[1], members);
	json_decref(members);
	return (sealed);
}

static const char *
planned(const struct req *r)
{
	const json_t *value;

	value = json_object_get(r->body, "planned");
	return (value == NULL ? NULL : json_is_true(value) ? "t" : "f");
}

/* Dates are ISO 8601, so they compare as text. */
int
put_episode(struct req *r)
{
	const char *start, *end, *service;

	start = req_str(r->body, "start");
	end = req_str(r->body, "end");
	if (end != NULL && strcmp(end, start) < 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/end", FIELD_TOO_EARLY));
	if ((service = service_sealed(r)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_EPISODE_PUT, STMT_EPISODE_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "kind"), service,
		start, end, req_str(r->body, "end_reason"), planned(r),
		req_str(r->body, "initiated_by"), r->if_match,
		reply_content(r)),
	    opened));
}

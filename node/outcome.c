/*
 * Outcome records: keyworker, school, care, violence, each with its day.  A
 * correction is a new record that names the one it replaces.
 *
 * listOutcomes, recordOutcome.
 */
#include "node_routes.h"

#include <string.h>

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_outcomes(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_OUTCOME_LIST), ARGS(r->param[0]), req_reply_row));
}

/* Which of the kinds the body has; the schema lets through exactly one. */
static const char *
kind_of(const json_t *body)
{
	static const char *const kinds[] = { "keyworker", "school", "care",
		"violence" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (json_object_get(body, kinds[i]) != NULL)
			return (kinds[i]);
	}
	return (NULL);
}

/* Dates are ISO 8601, so they compare as text. */
int
record_outcome(struct req *r)
{
	const char *kind, *on, *to;
	const json_t *care, *violence;

	kind = kind_of(r->body);
	on = req_str(r->body, "on");
	to = req_str(json_object_get(r->body, "keyworker"), "to");
	care = json_object_get(r->body, "care");
	violence = json_object_get(r->body, "violence");
	if (to != NULL && strcmp(to, on) < 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/keyworker/to", FIELD_TOO_EARLY));
	return (db_exec(r, STMTS(STMT_OUTCOME_PUT, STMT_OUTCOME_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], kind, on, to,
		req_str(json_object_get(r->body, "school"), "state"),
		req_str(care, "event"), req_str(care, "setting"),
		req_str(violence, "form"), req_str(violence, "setting"),
		req_str(violence, "ended"), req_str(r->body, "replaces")),
	    reply_checked));
}

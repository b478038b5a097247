/*
 * Coordinations: asked for by whom a family's consent lets, listed for the
 * coordinators as a queue, and read.
 *
 * Operations: listCoordinations, requestCoordination, getCoordination,
 * listCoordinationSteps, setCoordinationConsent.
 */
#include "coordination.h"

#include <stdlib.h>
#include <string.h>

#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"

#define REFUSED "step-refused:"

unsigned
coordination_guards(const char *codes)
{
	enum flow_guard guard;
	unsigned bits;
	size_t n;
	char code[32];

	bits = 0;
	while (codes != NULL && *codes != '\0') {
		n = strcspn(codes, ",");
		if (n < sizeof(code)) {
			memcpy(code, codes, n);
			code[n] = '\0';
			guard = flow_guard_of(code);
			if (guard != FLOW_GUARD_COUNT)
				bits |= FLOW_BIT(guard);
		}
		codes += n + (codes[n] == ',');
	}
	return (bits);
}

int
coordination_refuse(struct req *r, unsigned missing)
{
	json_auto_t *list = json_array();
	int g;

	for (g = 0; g < FLOW_GUARD_COUNT; g++) {
		if (missing & FLOW_BIT(g))
			(void)json_array_append_new(list,
			    json_pack("{s:s, s:s, s:b}", "code",
				flow_guard_code((enum flow_guard)g), "text",
				flow_guard_text((enum flow_guard)g, r->lang),
				"overridable",
				flow_guard_kind((enum flow_guard)g) ==
				    FLOW_ON_WORK));
	}
	return (req_problem_with(
	    r, PROBLEM_STEP_REFUSED, "missing", req_dumps(r, list)));
}

/* The roles that people have, not the consent's own. */
static int
known_step(enum flow_state from, enum flow_step step)
{
	struct flow_answer a;
	int role;

	for (role = 0; role < FLOW_ROLE_CONSENT; role++) {
		a = flow_try(
		    from, FLOW_REQUESTED, step, (enum flow_role)role, ~0U, 0);
		if (a.verdict == FLOW_TAKEN)
			return (1);
	}
	return (0);
}

int
coordination_not_possible(struct req *r, enum flow_state from)
{
	json_auto_t *list = json_array();
	int step;

	for (step = 0; step < FLOW_STEP_COUNT; step++) {
		if (known_step(from, (enum flow_step)step))
			(void)json_array_append_new(list,
			    json_string(flow_step_code((enum flow_step)step)));
	}
	return (req_problem_with(
	    r, PROBLEM_STEP_NOT_POSSIBLE, "steps", req_dumps(r, list)));
}

int
coordination_reply(struct req *r, const struct db_row *rows)
{
	const char *status, *state;

	if ((status = db_text(rows, 0, 0)) == NULL)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	if (strncmp(status, REFUSED, sizeof(REFUSED) - 1) == 0)
		return (coordination_refuse(
		    r, coordination_guards(status + sizeof(REFUSED) - 1)));
	state = db_text(rows, 0, db_col(rows, "state"));
	if (strcmp(status, "step-not-possible") == 0 && state != NULL)
		return (coordination_not_possible(r, flow_state_of(state)));
	return (req_reply_row(r, rows));
}

int
coordination_reply_at(
    struct req *r, const struct db_row *rows, const char *pointer)
{
	const char *status;

	status = db_text(rows, 0, 0);
	if (status != NULL && strcmp(status, "invalid") == 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, pointer, FIELD_NOT_FOUND));
	return (coordination_reply(r, rows));
}

/* Each way to ask has an index in whose order the page is read. */
static int
queue_stmt(struct req *r)
{
	const char *assigned;

	if (!req_has_scope(r, "coordinations:manage"))
		return (STMT_COORDINATION_OWN);
	if (req_query(r, "state") != NULL)
		return (STMT_COORDINATION_IN_STATE);
	if ((assigned = req_query(r, "assigned")) == NULL)
		return (STMT_COORDINATION_QUEUE);
	return (strcmp(assigned, "me") == 0 ? STMT_COORDINATION_MINE
					    : STMT_COORDINATION_NOBODYS);
}

int
list_coordinations(struct req *r)
{
	return (db_exec(r, STMTS(queue_stmt(r)),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "overdue"), req_query(r, "assigned"),
		req_query(r, "state")),
	    req_reply_row));
}

int
request_coordination(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_CONSENT_LOCK, STMT_COORDINATION_REQUEST,
		STMT_COORDINATION_REQUESTED, STMT_COORDINATION_REQUEST_REPLY),
	    ARGS(r->param[0], r->body_text, r->idempotency_key),
	    coordination_reply));
}

int
get_coordination(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_COORDINATION_GET), ARGS(r->param[0]), req_reply_row));
}

int
list_coordination_steps(struct req *r)
{
	return (db_exec(r, STMTS(STMT_COORDINATION_HISTORY),
	    ARGS(r->param[0], req_query(r, "limit"), req_query(r, "after")),
	    req_reply_row));
}

/* What was suspended goes on, if nothing else is missing. */
static int
consent_set(struct req *r, const struct db_row *rows)
{
	const char *status, *state;

	status = db_text(rows, 0, 0);
	state = db_text(rows, 0, db_col(rows, "state"));
	if (status == NULL || state == NULL || *status != '2' ||
	    flow_state_of(state) != FLOW_SUSPENDED)
		return (coordination_reply(r, rows));
	return (coordination_resume(r, rows));
}

int
set_coordination_consent(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_CONSENT_LOCK, STMT_COORDINATION_LOCK,
		STMT_COORDINATION_CONSENT_PUT, STMT_COORDINATION_CONSENT_AFTER,
		STMT_COORDINATION_REPLY),
	    ARGS(r->param[0], r->body_text), consent_set));
}

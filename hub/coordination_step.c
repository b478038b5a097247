/*
 * From step to step.  The facts are read, coordination_flow.c says what
 * follows from them, and the change is made only if the coordination is still
 * of the version that was read: every act that changes a fact changes that.
 *
 * Operations: takeCoordinationStep.
 */
#include "coordination.h"

#include <string.h>

#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "words.h"

static const char *const texts[] = { "reason", "because", "closing", NULL };

/* A row of coordination_facts, and what was found in the body. */
struct facts {
	const char *body;
	const char *version;
	enum flow_state state;
	enum flow_state before;
	int reviewed;
	unsigned met;  /* by the rows */
	unsigned said; /* by the request */
};

/* How often what changes meanwhile is read anew. */
#define RESUME_TRIES 3

/* What is to be done, once the table has allowed it. */
struct taking {
	const char *operation;
	db_done done;
	enum flow_step step;
	enum flow_role role;
	struct flow_answer answer;
};

static enum flow_state
state_col(const struct db_row *rows, const char *name)
{
	const char *code;

	code = db_text(rows, 0, db_col(rows, name));
	return (code == NULL ? FLOW_STATE_COUNT : flow_state_of(code));
}

/* Facts that the step itself brings. */
static unsigned
said_in(const struct req *r)
{
	static const struct {
		const char *member;
		enum flow_guard guard;
	} closing[] = {
		{ "outcome", FLOW_GUARD_OUTCOME },
		{ "family_view", FLOW_GUARD_FAMILY_VIEW },
		{ "lesson", FLOW_GUARD_LESSON },
	};
	const json_t *end;
	unsigned bits;
	size_t i;

	bits = 0;
	if (req_str(r->body, "reason") != NULL)
		bits |= FLOW_BIT(FLOW_GUARD_REASON);
	if (json_is_true(json_object_get(r->body, "criteria_discussed")))
		bits |= FLOW_BIT(FLOW_GUARD_DIFFICULTY);
	end = json_object_get(r->body, "closing");
	for (i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
		if (req_str(end, closing[i].member) != NULL)
			bits |= FLOW_BIT(closing[i].guard);
	}
	return (bits);
}

static void
facts_read(struct req *r, const struct db_row *rows, struct facts *f)
{
	const char *reviewed;

	f->body = db_text(rows, 0, db_col(rows, "body"));
	f->version = req_strdup(r, db_text(rows, 0, db_col(rows, "etag")));
	f->state = state_col(rows, "state");
	f->before = state_col(rows, "before");
	reviewed = db_text(rows, 0, db_col(rows, "reviewed"));
	f->reviewed = reviewed != NULL && *reviewed == 't';
	f->met = coordination_guards(db_text(rows, 0, db_col(rows, "met")));
	f->said = said_in(r);
}

/* Codes of guards with commas between, in the request's memory. */
static const char *
codes_of(struct req *r, unsigned guards)
{
	const char *codes;
	int g;

	codes = "";
	for (g = 0; g < FLOW_GUARD_COUNT; g++) {
		if (guards & FLOW_BIT(g))
			codes = req_printf(r, "%s%s%s", codes,
			    *codes != '\0' ? "," : "",
			    flow_guard_code((enum flow_guard)g));
	}
	return (codes);
}

static int
take(struct req *r, const struct facts *f, const struct taking *t)
{
	enum flow_deadline due;
	unsigned needed;

	due = flow_due_in(
	    t->answer.to, f->reviewed || t->step == FLOW_STEP_REVIEW);
	needed = flow_guards_of(f->state, t->step) & f->met;
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_LOCK, STMT_COORDINATION_TAKE,
		STMT_COORDINATION_REPLY),
	    ARGS(r->param[0], r->body_text, r->idempotency_key, t->operation,
		f->version, flow_step_code(t->step),
		flow_state_code(t->answer.to), flow_role_code(t->role),
		codes_of(r, t->answer.overridden), codes_of(r, needed),
		flow_deadline_code(due)),
	    t->done));
}

/*
 * Somebody may be in two roles: the first that can take the step takes it;
 * else what a role that could take it lacks is told.
 */
static int
try_roles(
    struct req *r, const char *roles, const struct facts *f, struct taking *t)
{
	static const enum flow_role order[] = { FLOW_ROLE_COORDINATOR,
		FLOW_ROLE_CASE_MANAGER, FLOW_ROLE_HOLDER };
	struct flow_answer a, best = { .verdict = FLOW_NOT_YOURS };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (roles == NULL ||
		    strstr(roles, flow_role_code(order[i])) == NULL)
			continue;
		a = flow_try(f->state, f->before, t->step, order[i],
		    f->met | f->said, req_str(r->body, "because") != NULL);
		if (a.verdict == FLOW_TAKEN) {
			t->role = order[i];
			t->answer = a;
			return (take(r, f, t));
		}
		if (a.verdict != FLOW_NOT_YOURS)
			best = a;
	}
	if (flow_try(f->state, f->before, t->step, FLOW_ROLE_MEMBER, ~0U, 0)
		.verdict == FLOW_NOT_FROM_HERE)
		return (coordination_not_possible(r, f->state));
	if (best.verdict == FLOW_MISSING)
		return (coordination_refuse(r, best.missing));
	return (req_problem(r, PROBLEM_STEP_NOT_YOURS));
}

static int
facts_known(struct req *r, const struct db_row *rows)
{
	const char *status;
	struct facts f;
	struct taking t = { .operation = "takeCoordinationStep",
		.done = coordination_reply };

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "go") != 0)
		return (req_reply_row(r, rows));
	facts_read(r, rows, &f);
	if (strcmp(r->if_match, f.version) != 0)
		return (req_problem_with(
		    r, PROBLEM_PRECONDITION_FAILED, "current", f.body));
	t.step = flow_step_of(req_str(r->body, "step"));
	return (try_roles(r, db_text(rows, 0, db_col(rows, "roles")), &f, &t));
}

int
take_coordination_step(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_COORDINATION_FACTS),
	    ARGS(r->param[0], r->body_text, r->idempotency_key,
		"takeCoordinationStep"),
	    facts_known));
}

/* Nobody has said from which version: what has changed is read again. */
static int
resumed(struct req *r, const struct db_row *rows)
{
	const char *status;
	int *tries;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "precondition-failed") != 0)
		return (coordination_reply(r, rows));
	if (r->state == NULL)
		r->state = req_alloc(r, sizeof(*tries));
	tries = r->state;
	if (++*tries == RESUME_TRIES)
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	return (coordination_resume(r, rows));
}

/* Nobody takes this step: the new consent does. */
static int
resume_known(struct req *r, const struct db_row *rows)
{
	const char *status;
	struct facts f;
	struct taking t = { .operation = "setCoordinationConsent",
		.done = resumed,
		.step = FLOW_STEP_RESUME,
		.role = FLOW_ROLE_CONSENT };

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "go") != 0)
		return (req_reply_row(r, rows));
	facts_read(r, rows, &f);
	t.answer =
	    flow_try(f.state, f.before, t.step, t.role, f.met | f.said, 0);
	if (t.answer.verdict == FLOW_MISSING)
		return (coordination_refuse(r, t.answer.missing));
	if (t.answer.verdict != FLOW_TAKEN)
		return (coordination_not_possible(r, f.state));
	return (take(r, &f, &t));
}

int
coordination_resume(struct req *r, const struct db_row *rows)
{
	(void)rows;
	return (db_exec(r, STMTS(STMT_COORDINATION_FACTS),
	    ARGS(r->param[0], r->body_text, NULL, "setCoordinationConsent"),
	    resume_known));
}

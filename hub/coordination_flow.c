/*
 * The course of a coordination: one table of steps, and what reads it.
 */
#include "coordination_flow.h"

#include <stddef.h>
#include <string.h>

#define IN(state)  (1U << FLOW_##state)
#define BY(role)   (1U << FLOW_ROLE_##role)
#define HAS(guard) FLOW_BIT(FLOW_GUARD_##guard)

/* The team works, whatever it is at. */
#define WORKING (IN(PLANNED) | IN(IN_ACTION) | IN(REVIEWED) | IN(STEPPED_DOWN))
/* From where the end needs an outcome: something was begun with the family. */
#define BEGUN                                                                  \
	(IN(UNDERSTANDING) | IN(MET) | WORKING | IN(ESCALATED) |               \
	    IN(HANDED_OVER) | IN(SUSPENDED))

/* FLOW_STATE_COUNT as `to`: back to the state before the suspension. */
#define BACK FLOW_STATE_COUNT

struct rule {
	enum flow_step step;
	unsigned from, roles, guards;
	enum flow_state to;
};

/* The first row that has the step and the state is the one. */
static const struct rule rules[] = {
	{ FLOW_STEP_REQUEST, IN(NONE), BY(HOLDER), HAS(CONSENT) | HAS(PURPOSE),
	    FLOW_REQUESTED },
	{ FLOW_STEP_ACCEPT, IN(REQUESTED), BY(COORDINATOR),
	    HAS(CONSENT) | HAS(PURPOSE) | HAS(DIFFICULTY), FLOW_TEAM_FORMING },
	{ FLOW_STEP_ADVISE, IN(REQUESTED), BY(COORDINATOR), HAS(REASON),
	    FLOW_ADVISED },
	{ FLOW_STEP_REDIRECT, IN(REQUESTED), BY(COORDINATOR), HAS(REASON),
	    FLOW_REDIRECTED },
	{ FLOW_STEP_CANCEL, IN(REQUESTED) | IN(TEAM_FORMING), BY(HOLDER),
	    HAS(REASON), FLOW_CLOSED },
	{ FLOW_STEP_UNDERSTAND, IN(TEAM_FORMING),
	    BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(NAMED) | HAS(MANAGER) | HAS(ANSWERED) |
		HAS(TWO_SECTORS),
	    FLOW_UNDERSTANDING },
	{ FLOW_STEP_MEET, IN(UNDERSTANDING), BY(COORDINATOR),
	    HAS(CONSENT) | HAS(NAMED) | HAS(ATTENDED) | HAS(VOICES) |
		HAS(DECISIONS),
	    FLOW_MET },
	{ FLOW_STEP_PLAN, IN(MET) | IN(PLANNED) | IN(REVIEWED),
	    BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(NAMED) | HAS(FORMULATION) | HAS(ACTIONS) |
		HAS(ACTIONS_SECTORS) | HAS(FAMILY),
	    FLOW_PLANNED },
	{ FLOW_STEP_START, IN(PLANNED), BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(NAMED) | HAS(PLAN_ADOPTED) | HAS(ACCEPTED),
	    FLOW_IN_ACTION },
	{ FLOW_STEP_REVIEW, IN(IN_ACTION) | IN(STEPPED_DOWN),
	    BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(VOICES) | HAS(CHANGED) | HAS(VOICES_MET),
	    FLOW_REVIEWED },
	{ FLOW_STEP_CONTINUE, IN(REVIEWED), BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(NAMED) | HAS(PLAN_ADOPTED) | HAS(NEXT_REVIEW),
	    FLOW_IN_ACTION },
	{ FLOW_STEP_STEP_DOWN, IN(REVIEWED), BY(COORDINATOR),
	    HAS(CONSENT) | HAS(PLAN_ADOPTED) | HAS(REASON) | HAS(NEXT_REVIEW),
	    FLOW_STEPPED_DOWN },
	{ FLOW_STEP_ESCALATE, IN(MET) | WORKING, BY(COORDINATOR),
	    HAS(CONSENT) | HAS(QUESTION), FLOW_ESCALATED },
	{ FLOW_STEP_ANSWER, IN(ESCALATED), BY(COORDINATOR),
	    HAS(CONSENT) | HAS(REPLY), FLOW_REVIEWED },
	{ FLOW_STEP_HAND_OVER, WORKING, BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(NAMED) | HAS(RECEIVER) | HAS(GOODBYE),
	    FLOW_HANDED_OVER },
	{ FLOW_STEP_TAKE_OVER, IN(HANDED_OVER),
	    BY(COORDINATOR) | BY(CASE_MANAGER),
	    HAS(CONSENT) | HAS(NAMED) | HAS(MANAGER), FLOW_REVIEWED },
	{ FLOW_STEP_CLOSE, BEGUN, BY(COORDINATOR),
	    HAS(OUTCOME) | HAS(FAMILY_VIEW) | HAS(LESSON), FLOW_CLOSED },
	{ FLOW_STEP_CLOSE, IN(REQUESTED) | IN(TEAM_FORMING), BY(COORDINATOR),
	    HAS(REASON), FLOW_CLOSED },
	{ FLOW_STEP_CLOSE, IN(ADVISED) | IN(REDIRECTED), BY(COORDINATOR), 0,
	    FLOW_CLOSED },
	{ FLOW_STEP_REOPEN, IN(CLOSED) | IN(ADVISED) | IN(REDIRECTED),
	    BY(COORDINATOR),
	    HAS(CONSENT) | HAS(PURPOSE) | HAS(DIFFICULTY) | HAS(REASON),
	    FLOW_TEAM_FORMING },
	{ FLOW_STEP_RESUME, IN(SUSPENDED), BY(COORDINATOR) | BY(CONSENT),
	    HAS(CONSENT) | HAS(PURPOSE) | HAS(NAMED), BACK },
};

static const char *const state_codes[] = {
#define STATE(symbol, code, running) code,
	FLOW_STATES(STATE)
#undef STATE
};
static const char state_runs[] = {
#define STATE(symbol, code, running) running,
	FLOW_STATES(STATE)
#undef STATE
};
static const char *const step_codes[] = {
#define STEP(symbol, code) code,
	FLOW_STEPS(STEP)
#undef STEP
};
static const char *const role_codes[] = {
#define ROLE(symbol, code) code,
	FLOW_ROLES(ROLE)
#undef ROLE
};
static const struct {
	const char *code;
	enum flow_guard_kind kind;
	const char *bg, *en;
} guards[] = {
#define GUARD(symbol, code, kind, bg, en) { code, kind, bg, en },
	FLOW_GUARDS(GUARD)
#undef GUARD
};
static const char *const deadline_codes[] = {
#define DEADLINE(symbol, code) code,
	FLOW_DEADLINES(DEADLINE)
#undef DEADLINE
};

static const struct rule *
rule_of(enum flow_state from, enum flow_step step)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].step == step && (rules[i].from & (1U << from)))
			return (&rules[i]);
	}
	return (NULL);
}

static unsigned
on_work(unsigned missing)
{
	unsigned bits;
	int g;

	for (bits = 0, g = 0; g < FLOW_GUARD_COUNT; g++) {
		if (guards[g].kind == FLOW_ON_WORK)
			bits |= missing & FLOW_BIT(g);
	}
	return (bits);
}

/* A consent that ends stops whatever is under way, without asking. */
static struct flow_answer
suspend(enum flow_state from, enum flow_role role)
{
	struct flow_answer a = { .to = from };

	if (!state_runs[from])
		a.verdict = FLOW_NOT_FROM_HERE;
	else if (role != FLOW_ROLE_CONSENT)
		a.verdict = FLOW_NOT_YOURS;
	else
		a.to = FLOW_SUSPENDED;
	return (a);
}

struct flow_answer
flow_try(enum flow_state from, enum flow_state before, enum flow_step step,
    enum flow_role role, unsigned met, int because)
{
	const struct rule *rule;
	struct flow_answer a = { .to = from };

	if (step == FLOW_STEP_SUSPEND)
		return (suspend(from, role));
	if ((rule = rule_of(from, step)) == NULL) {
		a.verdict = FLOW_NOT_FROM_HERE;
		return (a);
	}
	if (!(rule->roles & (1U << role))) {
		a.verdict = FLOW_NOT_YOURS;
		return (a);
	}
	a.missing = rule->guards & ~met;
	if (because && role == FLOW_ROLE_COORDINATOR) {
		a.overridden = on_work(a.missing);
		a.missing &= ~a.overridden;
	}
	if (a.missing != 0) {
		a.verdict = FLOW_MISSING;
		a.overridden = 0;
		return (a);
	}
	a.to = rule->to == BACK ? before : rule->to;
	return (a);
}

unsigned
flow_guards_of(enum flow_state from, enum flow_step step)
{
	const struct rule *rule;

	return ((rule = rule_of(from, step)) == NULL ? 0 : rule->guards);
}

const char *
flow_state_code(enum flow_state state)
{
	return (state_codes[state]);
}

const char *
flow_step_code(enum flow_step step)
{
	return (step_codes[step]);
}

const char *
flow_role_code(enum flow_role role)
{
	return (role_codes[role]);
}

const char *
flow_guard_code(enum flow_guard guard)
{
	return (guards[guard].code);
}

enum flow_guard_kind
flow_guard_kind(enum flow_guard guard)
{
	return (guards[guard].kind);
}

const char *
flow_guard_text(enum flow_guard guard, const char *lang)
{
	return (strcmp(lang, "en") == 0 ? guards[guard].en : guards[guard].bg);
}

static int
code_find(const char *const *codes, int n, const char *code)
{
	int i;

	for (i = 0; i < n && strcmp(codes[i], code) != 0; i++)
		;
	return (i);
}

enum flow_state
flow_state_of(const char *code)
{
	return (
	    (enum flow_state)code_find(state_codes, FLOW_STATE_COUNT, code));
}

enum flow_step
flow_step_of(const char *code)
{
	return ((enum flow_step)code_find(step_codes, FLOW_STEP_COUNT, code));
}

enum flow_guard
flow_guard_of(const char *code)
{
	int g;

	for (g = 0; g < FLOW_GUARD_COUNT && strcmp(guards[g].code, code) != 0;)
		g++;
	return ((enum flow_guard)g);
}

enum flow_deadline
flow_due_in(enum flow_state state, int reviewed_before)
{
	switch (state) {
	case FLOW_REQUESTED:
		return (FLOW_DEADLINE_SCREENING);
	case FLOW_TEAM_FORMING:
	case FLOW_UNDERSTANDING:
		return (FLOW_DEADLINE_MEETING);
	case FLOW_MET:
		return (FLOW_DEADLINE_PLAN);
	case FLOW_PLANNED:
	case FLOW_IN_ACTION:
	case FLOW_STEPPED_DOWN:
		return (reviewed_before ? FLOW_DEADLINE_NEXT_REVIEW
					: FLOW_DEADLINE_FIRST_REVIEW);
	case FLOW_ESCALATED:
		return (FLOW_DEADLINE_EXPERT_ANSWER);
	case FLOW_NONE:
	case FLOW_ADVISED:
	case FLOW_REDIRECTED:
	case FLOW_REVIEWED:
	case FLOW_HANDED_OVER:
	case FLOW_CLOSED:
	case FLOW_SUSPENDED:
	case FLOW_STATE_COUNT:
		break;
	}
	return (FLOW_DEADLINE_COUNT);
}

const char *
flow_deadline_code(enum flow_deadline deadline)
{
	return (
	    deadline == FLOW_DEADLINE_COUNT ? NULL : deadline_codes[deadline]);
}

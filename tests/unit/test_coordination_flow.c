/*
 * The course of a coordination, row by row: hub/coordination_flow.c.  What can
 * be reached in it: test_coordination_search.c.
 */
#include "test_coordination_flow.h"

static struct flow_answer
try(enum flow_state from, enum flow_step step, enum flow_role role,
    unsigned met, int because)
{
	return (flow_try(from, FLOW_MET, step, role, met, because));
}

static void
takes(enum flow_state from, enum flow_step step, enum flow_role role,
    enum flow_state to)
{
	struct flow_answer a;

	a = try(from, step, role, ALL, 0);
	assert_int_equal(a.verdict, FLOW_TAKEN);
	assert_string_equal(flow_state_code(a.to), flow_state_code(to));
}

static void
the_usual_course(void **state)
{
	const enum flow_role c = FLOW_ROLE_COORDINATOR;

	(void)state;
	takes(FLOW_NONE, FLOW_STEP_REQUEST, FLOW_ROLE_HOLDER, FLOW_REQUESTED);
	takes(FLOW_REQUESTED, FLOW_STEP_ACCEPT, c, FLOW_TEAM_FORMING);
	takes(FLOW_TEAM_FORMING, FLOW_STEP_UNDERSTAND, c, FLOW_UNDERSTANDING);
	takes(FLOW_UNDERSTANDING, FLOW_STEP_MEET, c, FLOW_MET);
	takes(FLOW_MET, FLOW_STEP_PLAN, FLOW_ROLE_CASE_MANAGER, FLOW_PLANNED);
	takes(FLOW_PLANNED, FLOW_STEP_PLAN, c, FLOW_PLANNED);
	takes(FLOW_PLANNED, FLOW_STEP_START, c, FLOW_IN_ACTION);
	takes(FLOW_IN_ACTION, FLOW_STEP_REVIEW, c, FLOW_REVIEWED);
	takes(FLOW_REVIEWED, FLOW_STEP_CONTINUE, c, FLOW_IN_ACTION);
	takes(FLOW_REVIEWED, FLOW_STEP_PLAN, c, FLOW_PLANNED);
	takes(FLOW_REVIEWED, FLOW_STEP_STEP_DOWN, c, FLOW_STEPPED_DOWN);
	takes(FLOW_STEPPED_DOWN, FLOW_STEP_REVIEW, c, FLOW_REVIEWED);
	takes(FLOW_REVIEWED, FLOW_STEP_CLOSE, c, FLOW_CLOSED);
	takes(FLOW_CLOSED, FLOW_STEP_REOPEN, c, FLOW_TEAM_FORMING);
}

static void
the_other_ways(void **state)
{
	const enum flow_role c = FLOW_ROLE_COORDINATOR;

	(void)state;
	takes(FLOW_REQUESTED, FLOW_STEP_ADVISE, c, FLOW_ADVISED);
	takes(FLOW_REQUESTED, FLOW_STEP_REDIRECT, c, FLOW_REDIRECTED);
	takes(FLOW_REQUESTED, FLOW_STEP_CANCEL, FLOW_ROLE_HOLDER, FLOW_CLOSED);
	takes(FLOW_ADVISED, FLOW_STEP_REOPEN, c, FLOW_TEAM_FORMING);
	takes(FLOW_IN_ACTION, FLOW_STEP_ESCALATE, c, FLOW_ESCALATED);
	takes(FLOW_ESCALATED, FLOW_STEP_ANSWER, c, FLOW_REVIEWED);
	takes(FLOW_IN_ACTION, FLOW_STEP_HAND_OVER, c, FLOW_HANDED_OVER);
	takes(FLOW_HANDED_OVER, FLOW_STEP_TAKE_OVER, FLOW_ROLE_CASE_MANAGER,
	    FLOW_REVIEWED);
}

/* Which roles may take which step, wherever it can be taken. */
static void
each_step_has_its_roles(void **state)
{
	static const char *const rows[FLOW_STEP_COUNT] = {
		[FLOW_STEP_REQUEST] = "holder",
		[FLOW_STEP_ACCEPT] = "coordinator",
		[FLOW_STEP_ADVISE] = "coordinator",
		[FLOW_STEP_REDIRECT] = "coordinator",
		[FLOW_STEP_CANCEL] = "holder",
		[FLOW_STEP_UNDERSTAND] = "coordinator case_manager",
		[FLOW_STEP_MEET] = "coordinator",
		[FLOW_STEP_PLAN] = "coordinator case_manager",
		[FLOW_STEP_START] = "coordinator case_manager",
		[FLOW_STEP_REVIEW] = "coordinator case_manager",
		[FLOW_STEP_CONTINUE] = "coordinator case_manager",
		[FLOW_STEP_STEP_DOWN] = "coordinator",
		[FLOW_STEP_ESCALATE] = "coordinator",
		[FLOW_STEP_ANSWER] = "coordinator",
		[FLOW_STEP_HAND_OVER] = "coordinator case_manager",
		[FLOW_STEP_TAKE_OVER] = "coordinator case_manager",
		[FLOW_STEP_CLOSE] = "coordinator",
		[FLOW_STEP_REOPEN] = "coordinator",
		[FLOW_STEP_SUSPEND] = "consent",
		[FLOW_STEP_RESUME] = "coordinator consent",
	};
	struct flow_answer a;
	int from, step, role;

	(void)state;
	STATES(from) STEPS(step) ROLES(role)
	{
		a = try(from, step, role, ALL, 0);
		if (a.verdict == FLOW_NOT_FROM_HERE)
			continue;
		assert_int_equal(
		    a.verdict, strstr(rows[step], flow_role_code(role)) == NULL
				   ? FLOW_NOT_YOURS
				   : FLOW_TAKEN);
	}
}

/* From which states each step can be taken. */
static void
each_step_has_its_states(void **state)
{
#define AT(name) (1U << FLOW_##name)
	static const unsigned rows[FLOW_STEP_COUNT] = {
		[FLOW_STEP_REQUEST] = AT(NONE),
		[FLOW_STEP_ACCEPT] = AT(REQUESTED),
		[FLOW_STEP_ADVISE] = AT(REQUESTED),
		[FLOW_STEP_REDIRECT] = AT(REQUESTED),
		[FLOW_STEP_CANCEL] = AT(REQUESTED) | AT(TEAM_FORMING),
		[FLOW_STEP_UNDERSTAND] = AT(TEAM_FORMING),
		[FLOW_STEP_MEET] = AT(UNDERSTANDING),
		[FLOW_STEP_PLAN] = AT(MET) | AT(PLANNED) | AT(REVIEWED),
		[FLOW_STEP_START] = AT(PLANNED),
		[FLOW_STEP_REVIEW] = AT(IN_ACTION) | AT(STEPPED_DOWN),
		[FLOW_STEP_CONTINUE] = AT(REVIEWED),
		[FLOW_STEP_STEP_DOWN] = AT(REVIEWED),
		[FLOW_STEP_ESCALATE] = AT(MET) | AT(PLANNED) | AT(IN_ACTION) |
				       AT(REVIEWED) | AT(STEPPED_DOWN),
		[FLOW_STEP_ANSWER] = AT(ESCALATED),
		[FLOW_STEP_HAND_OVER] = AT(PLANNED) | AT(IN_ACTION) |
					AT(REVIEWED) | AT(STEPPED_DOWN),
		[FLOW_STEP_TAKE_OVER] = AT(HANDED_OVER),
		[FLOW_STEP_CLOSE] = ~0U & ~AT(NONE) & ~AT(CLOSED),
		[FLOW_STEP_REOPEN] = AT(CLOSED) | AT(ADVISED) | AT(REDIRECTED),
		[FLOW_STEP_SUSPEND] = ~0U & ~AT(NONE) & ~AT(CLOSED) &
				      ~AT(ADVISED) & ~AT(REDIRECTED) &
				      ~AT(SUSPENDED),
		[FLOW_STEP_RESUME] = AT(SUSPENDED),
	};
	int from, step;

	(void)state;
	STATES(from) STEPS(step)
	{
		assert_int_equal(
		    try(from, step, FLOW_ROLE_MEMBER, ALL, 0).verdict,
		    rows[step] & (1U << from) ? FLOW_NOT_YOURS
					      : FLOW_NOT_FROM_HERE);
	}
#undef AT
}

/* What each step waits for; an end, by how far the work has come. */
static void
each_step_waits_for_its_guards(void **state)
{
	static const struct {
		enum flow_step step;
		enum flow_state from;
		unsigned guards;
	} rows[] = {
		{ FLOW_STEP_REQUEST, FLOW_NONE, HAS(CONSENT) | HAS(PURPOSE) },
		{ FLOW_STEP_ACCEPT, FLOW_REQUESTED,
		    HAS(CONSENT) | HAS(PURPOSE) | HAS(DIFFICULTY) },
		{ FLOW_STEP_ADVISE, FLOW_REQUESTED, HAS(REASON) },
		{ FLOW_STEP_REDIRECT, FLOW_REQUESTED, HAS(REASON) },
		{ FLOW_STEP_CANCEL, FLOW_TEAM_FORMING, HAS(REASON) },
		{ FLOW_STEP_UNDERSTAND, FLOW_TEAM_FORMING,
		    HAS(CONSENT) | HAS(NAMED) | HAS(MANAGER) | HAS(ANSWERED) |
			HAS(TWO_SECTORS) },
		{ FLOW_STEP_MEET, FLOW_UNDERSTANDING,
		    HAS(CONSENT) | HAS(NAMED) | HAS(ATTENDED) | HAS(VOICES) |
			HAS(DECISIONS) },
		{ FLOW_STEP_PLAN, FLOW_MET,
		    HAS(CONSENT) | HAS(NAMED) | HAS(FORMULATION) |
			HAS(ACTIONS) | HAS(ACTIONS_SECTORS) | HAS(FAMILY) },
		{ FLOW_STEP_START, FLOW_PLANNED,
		    HAS(CONSENT) | HAS(NAMED) | HAS(PLAN_ADOPTED) |
			HAS(ACCEPTED) },
		{ FLOW_STEP_REVIEW, FLOW_IN_ACTION,
		    HAS(CONSENT) | HAS(VOICES) | HAS(CHANGED) |
			HAS(VOICES_MET) },
		{ FLOW_STEP_CONTINUE, FLOW_REVIEWED,
		    HAS(CONSENT) | HAS(NAMED) | HAS(PLAN_ADOPTED) |
			HAS(NEXT_REVIEW) },
		{ FLOW_STEP_STEP_DOWN, FLOW_REVIEWED,
		    HAS(CONSENT) | HAS(PLAN_ADOPTED) | HAS(REASON) |
			HAS(NEXT_REVIEW) },
		{ FLOW_STEP_ESCALATE, FLOW_MET, HAS(CONSENT) | HAS(QUESTION) },
		{ FLOW_STEP_ANSWER, FLOW_ESCALATED, HAS(CONSENT) | HAS(REPLY) },
		{ FLOW_STEP_HAND_OVER, FLOW_IN_ACTION,
		    HAS(CONSENT) | HAS(NAMED) | HAS(RECEIVER) | HAS(GOODBYE) },
		{ FLOW_STEP_TAKE_OVER, FLOW_HANDED_OVER,
		    HAS(CONSENT) | HAS(NAMED) | HAS(MANAGER) },
		{ FLOW_STEP_CLOSE, FLOW_TEAM_FORMING, HAS(REASON) },
		{ FLOW_STEP_CLOSE, FLOW_UNDERSTANDING,
		    HAS(OUTCOME) | HAS(FAMILY_VIEW) | HAS(LESSON) },
		{ FLOW_STEP_CLOSE, FLOW_SUSPENDED,
		    HAS(OUTCOME) | HAS(FAMILY_VIEW) | HAS(LESSON) },
		{ FLOW_STEP_CLOSE, FLOW_ADVISED, 0 },
		{ FLOW_STEP_REOPEN, FLOW_CLOSED,
		    HAS(CONSENT) | HAS(PURPOSE) | HAS(DIFFICULTY) |
			HAS(REASON) },
		{ FLOW_STEP_RESUME, FLOW_SUSPENDED,
		    HAS(CONSENT) | HAS(PURPOSE) | HAS(NAMED) },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    flow_guards_of(rows[i].from, rows[i].step), rows[i].guards);
}

/* One guard's fact is missing: what the step needs is told, and no more. */
static void
misses(enum flow_state from, enum flow_step step, enum flow_role role, int g)
{
	const unsigned bit = FLOW_BIT(g);
	struct flow_answer a;

	a = try(from, step, role, ALL & ~bit, 0);
	if (!(flow_guards_of(from, step) & bit)) {
		assert_int_equal(a.verdict, FLOW_TAKEN);
		return;
	}
	assert_int_equal(a.verdict, FLOW_MISSING);
	assert_int_equal(a.missing, bit);
	assert_int_equal(a.to, from);
}

/* For every state, step, role and guard. */
static void
each_guard_is_told_when_it_is_missing(void **state)
{
	int from, step, role, g, tried;

	(void)state;
	tried = 0;
	STATES(from) STEPS(step) ROLES(role)
	{
		if (try(from, step, role, ALL, 0).verdict != FLOW_TAKEN)
			continue;
		for (g = 0; g < FLOW_GUARD_COUNT; g++, tried++)
			misses(from, step, role, g);
	}
	assert_true(tried > 1000);
}

static void
all_that_is_missing_is_told_at_once(void **state)
{
	struct flow_answer a;

	(void)state;
	a = try(FLOW_MET, FLOW_STEP_PLAN, FLOW_ROLE_COORDINATOR, 0, 0);
	assert_int_equal(a.missing, flow_guards_of(FLOW_MET, FLOW_STEP_PLAN));
}

static void
passes_over(
    enum flow_state from, enum flow_step step, enum flow_role role, int g)
{
	struct flow_answer a;

	if (!(flow_guards_of(from, step) & FLOW_BIT(g)))
		return;
	a = try(from, step, role, ALL & ~FLOW_BIT(g), 1);
	if (role != FLOW_ROLE_COORDINATOR ||
	    flow_guard_kind(g) != FLOW_ON_WORK) {
		assert_int_equal(a.verdict, FLOW_MISSING);
		assert_int_equal(a.overridden, 0);
		return;
	}
	assert_int_equal(a.verdict, FLOW_TAKEN);
	assert_int_equal(a.overridden, FLOW_BIT(g));
}

static void
because_passes_over_work_and_never_over_consent(void **state)
{
	int from, step, role, g;

	(void)state;
	STATES(from) STEPS(step) ROLES(role)
	{
		if (try(from, step, role, ALL, 0).verdict != FLOW_TAKEN)
			continue;
		for (g = 0; g < FLOW_GUARD_COUNT; g++)
			passes_over(from, step, role, g);
	}
}

/* What every step that works with the family's data rests on. */
static void
only_endings_need_no_consent(void **state)
{
	int from, step;

	(void)state;
	STATES(from) STEPS(step)
	{
		if (try(from, step, FLOW_ROLE_MEMBER, ALL, 0).verdict ==
			FLOW_NOT_FROM_HERE ||
		    (flow_guards_of(from, step) & HAS(CONSENT)))
			continue;
		assert_true(
		    step == FLOW_STEP_ADVISE || step == FLOW_STEP_REDIRECT ||
		    step == FLOW_STEP_CANCEL || step == FLOW_STEP_CLOSE ||
		    step == FLOW_STEP_SUSPEND);
	}
}

static void
a_suspension_returns_to_where_it_was(void **state)
{
	struct flow_answer a;
	int from;

	(void)state;
	STATES(from)
	{
		if (try(from, FLOW_STEP_SUSPEND, FLOW_ROLE_CONSENT, 0, 0)
			.verdict != FLOW_TAKEN)
			continue;
		a = flow_try(FLOW_SUSPENDED, (enum flow_state)from,
		    FLOW_STEP_RESUME, FLOW_ROLE_CONSENT, ALL, 0);
		assert_int_equal(a.verdict, FLOW_TAKEN);
		assert_int_equal(a.to, from);
	}
}

static void
every_code_is_found_again(void **state)
{
	int i, k;

	(void)state;
	STATES(i)
	assert_int_equal(flow_state_of(flow_state_code(i)), i);
	STEPS(i) assert_int_equal(flow_step_of(flow_step_code(i)), i);
	for (i = 0; i < FLOW_GUARD_COUNT; i++) {
		assert_int_equal(flow_guard_of(flow_guard_code(i)), i);
		assert_string_not_equal(
		    flow_guard_text(i, "bg"), flow_guard_text(i, "en"));
		for (k = 0; k < i; k++)
			assert_string_not_equal(
			    flow_guard_text(i, "bg"), flow_guard_text(k, "bg"));
	}
	assert_int_equal(flow_state_of("nowhere"), FLOW_STATE_COUNT);
	assert_int_equal(flow_step_of("jump"), FLOW_STEP_COUNT);
	assert_int_equal(flow_guard_of("none"), FLOW_GUARD_COUNT);
}

static void
deadlines_of_the_states(void **state)
{
	static const struct {
		enum flow_state at;
		int reviewed;
		const char *code;
	} rows[] = {
		{ FLOW_REQUESTED, 0, "screening" },
		{ FLOW_TEAM_FORMING, 0, "meeting" },
		{ FLOW_UNDERSTANDING, 0, "meeting" },
		{ FLOW_MET, 0, "plan" },
		{ FLOW_PLANNED, 0, "first_review" },
		{ FLOW_IN_ACTION, 0, "first_review" },
		{ FLOW_IN_ACTION, 1, "next_review" },
		{ FLOW_STEPPED_DOWN, 1, "next_review" },
		{ FLOW_ESCALATED, 1, "expert_answer" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(flow_deadline_code(flow_due_in(
					rows[i].at, rows[i].reviewed)),
		    rows[i].code);
	assert_null(flow_deadline_code(flow_due_in(FLOW_CLOSED, 0)));
	assert_null(flow_deadline_code(flow_due_in(FLOW_SUSPENDED, 0)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_course),
		cmocka_unit_test(the_other_ways),
		cmocka_unit_test(each_step_has_its_roles),
		cmocka_unit_test(each_step_has_its_states),
		cmocka_unit_test(each_step_waits_for_its_guards),
		cmocka_unit_test(each_guard_is_told_when_it_is_missing),
		cmocka_unit_test(all_that_is_missing_is_told_at_once),
		cmocka_unit_test(
		    because_passes_over_work_and_never_over_consent),
		cmocka_unit_test(only_endings_need_no_consent),
		cmocka_unit_test(a_suspension_returns_to_where_it_was),
		cmocka_unit_test(every_code_is_found_again),
		cmocka_unit_test(deadlines_of_the_states),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

/*
 * The course of a coordination, searched whole: everything that can be reached
 * in hub/coordination_flow.c; its rows one by one: test_coordination_flow.c.
 */
#include "test_coordination_flow.h"

#define BEFORES FLOW_STATE_COUNT

/*
 * Everything that can be reached, with the worst will: the coordinator always
 * says "because", and the understanding is written anew at any time.  A node
 * of the search is a state, the state before a suspension, and whether the
 * plan is adopted as it is.
 */
struct place {
	int state, before, plan;
};
#define PLACES (FLOW_STATE_COUNT * BEFORES * 2)

static int
index_of(struct place p)
{
	return ((p.state * BEFORES + p.before) * 2 + p.plan);
}

static struct place
place_after(struct place p, int step, const struct flow_answer *a)
{
	struct place next = { a->to, p.before, p.plan };

	if (step == FLOW_STEP_SUSPEND)
		next.before = p.state;
	if (step == FLOW_STEP_PLAN)
		next.plan = 1;
	if (step == FLOW_STEP_REOPEN)
		next.plan = 0;
	return (next);
}

typedef void look_at(struct place, int step, struct place, unsigned met);

struct search {
	struct place queue[PLACES];
	char seen[PLACES];
	int head, tail;
	look_at *look;
};

static void
arrive(struct search *s, struct place p)
{
	if (s->seen[index_of(p)])
		return;
	s->seen[index_of(p)] = 1;
	s->queue[s->tail++] = p;
}

static void
step_on(struct search *s, struct place p, int step, int role, unsigned met)
{
	struct flow_answer a;
	struct place next;
	unsigned facts;

	facts = p.plan ? met : met & NO(PLAN_ADOPTED);
	a = flow_try((enum flow_state)p.state, (enum flow_state)p.before,
	    (enum flow_step)step, (enum flow_role)role, facts, 1);
	if (a.verdict != FLOW_TAKEN)
		return;
	next = place_after(p, step, &a);
	if (s->look != NULL)
		s->look(p, step, next, met);
	arrive(s, next);
}

/* All places reachable from one, with the facts of `met`. */
static void
search(struct search *s, struct place start, unsigned met, look_at *look)
{
	struct place p;
	int step, role;

	memset(s, 0, sizeof(*s));
	s->look = look;
	arrive(s, start);
	while (s->head < s->tail) {
		p = s->queue[s->head++];
		STEPS(step) ROLES(role) step_on(s, p, step, role, met);
		p.plan = 0;
		arrive(s, p);
	}
}

/* Whether a state was reached, whatever came before it. */
static int
reached(const struct search *s, int state)
{
	int i;

	for (i = 0; i < BEFORES * 2; i++) {
		if (s->seen[state * BEFORES * 2 + i])
			return (1);
	}
	return (0);
}

static void
judge(struct place from, int step, struct place to, unsigned met)
{
	/* Nobody begins to work under a plan that is not adopted as it is. */
	if (step == FLOW_STEP_START || step == FLOW_STEP_CONTINUE ||
	    step == FLOW_STEP_STEP_DOWN || to.state == FLOW_PLANNED)
		assert_true(to.plan || step == FLOW_STEP_RESUME);
	/* No team is called before the criteria were gone through. */
	if (to.state == FLOW_TEAM_FORMING && step != FLOW_STEP_RESUME)
		assert_true(flow_guards_of(from.state, step) & HAS(DIFFICULTY));
	if (step == FLOW_STEP_PLAN)
		assert_true(met & HAS(FORMULATION));
	/* Of a suspended one nothing flows: it is resumed or closed. */
	if (from.state == FLOW_SUSPENDED)
		assert_true(
		    step == FLOW_STEP_RESUME || step == FLOW_STEP_CLOSE);
	if (from.state == FLOW_SUSPENDED && step == FLOW_STEP_RESUME)
		assert_true((met & HAS(CONSENT)) && (met & HAS(NAMED)) &&
			    (met & HAS(PURPOSE)));
}

static const struct place start = { FLOW_NONE, FLOW_NONE, 0 };

/* With each guard's fact missing in turn, and with all of them there. */
static void
no_plan_without_formulation_and_nothing_while_suspended(void **state)
{
	struct search s;
	int g, i;

	(void)state;
	search(&s, start, ALL, judge);
	STATES(i) assert_true(reached(&s, i));
	for (g = 0; g < FLOW_GUARD_COUNT; g++)
		search(&s, start, ALL & ~FLOW_BIT(g), judge);
	search(&s, start, NO(FORMULATION), judge);
	assert_false(reached(&s, FLOW_PLANNED));
	assert_false(reached(&s, FLOW_IN_ACTION));
	search(&s, start, NO(CONSENT), judge);
	STATES(i) assert_int_equal(reached(&s, i), i == FLOW_NONE);
}

/* From wherever one can come to, the end can be reached: even unconsented. */
static void
closing_is_always_reachable(void **state)
{
	struct search s, end;
	int i;

	(void)state;
	search(&s, start, ALL, NULL);
	for (i = 0; i < s.tail; i++) {
		if (s.queue[i].state == FLOW_NONE)
			continue;
		search(&end, s.queue[i], HAS(REASON), NULL);
		assert_true(reached(&end, FLOW_CLOSED));
	}
	assert_true(s.tail > FLOW_STATE_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    no_plan_without_formulation_and_nothing_while_suspended),
		cmocka_unit_test(closing_is_always_reachable),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

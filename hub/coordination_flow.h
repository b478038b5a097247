/*
 * The course of a coordination: states, steps, who may take them, what they
 * wait for, and by when (DESIGN.md section 8, DOMAIN.md section 4,
 * CODELISTS.md section 12).  Pure: facts come in as bits, and go out as what
 * is missing.
 */
#ifndef HUB_COORDINATION_FLOW_H
#define HUB_COORDINATION_FLOW_H

/*
 * STATE(symbol, code, running): what runs can be suspended.  What is suspended
 * does not run, and is under way for all that: coordination_open() in SQL.
 */
#define FLOW_STATES(STATE)                                                     \
	STATE(NONE, "none", 0) /* before the request */                        \
	STATE(REQUESTED, "requested", 1)                                       \
	STATE(ADVISED, "advised", 0)                                           \
	STATE(REDIRECTED, "redirected", 0)                                     \
	STATE(TEAM_FORMING, "team_forming", 1)                                 \
	STATE(UNDERSTANDING, "understanding", 1)                               \
	STATE(MET, "met", 1)                                                   \
	STATE(PLANNED, "planned", 1)                                           \
	STATE(IN_ACTION, "in_action", 1)                                       \
	STATE(REVIEWED, "reviewed", 1)                                         \
	STATE(STEPPED_DOWN, "stepped_down", 1)                                 \
	STATE(ESCALATED, "escalated", 1)                                       \
	STATE(HANDED_OVER, "handed_over", 1)                                   \
	STATE(CLOSED, "closed", 0)                                             \
	STATE(SUSPENDED, "suspended", 0)

enum flow_state {
#define STATE(symbol, code, running) FLOW_##symbol,
	FLOW_STATES(STATE)
#undef STATE
	FLOW_STATE_COUNT
};

/* STEP(symbol, code) */
#define FLOW_STEPS(STEP)                                                       \
	STEP(REQUEST, "request")                                               \
	STEP(ACCEPT, "accept")                                                 \
	STEP(ADVISE, "advise")                                                 \
	STEP(REDIRECT, "redirect")                                             \
	STEP(CANCEL, "cancel")                                                 \
	STEP(UNDERSTAND, "understand")                                         \
	STEP(MEET, "meet")                                                     \
	STEP(PLAN, "plan")                                                     \
	STEP(START, "start")                                                   \
	STEP(REVIEW, "review")                                                 \
	STEP(CONTINUE, "continue")                                             \
	STEP(STEP_DOWN, "step_down")                                           \
	STEP(ESCALATE, "escalate")                                             \
	STEP(ANSWER, "answer")                                                 \
	STEP(HAND_OVER, "hand_over")                                           \
	STEP(TAKE_OVER, "take_over")                                           \
	STEP(CLOSE, "close")                                                   \
	STEP(REOPEN, "reopen")                                                 \
	STEP(SUSPEND, "suspend")                                               \
	STEP(RESUME, "resume")

enum flow_step {
#define STEP(symbol, code) FLOW_STEP_##symbol,
	FLOW_STEPS(STEP)
#undef STEP
	FLOW_STEP_COUNT
};

/* ROLE(symbol, code): in this coordination, not in an organisation. */
#define FLOW_ROLES(ROLE)                                                       \
	ROLE(HOLDER, "holder")                                                 \
	ROLE(COORDINATOR, "coordinator")                                       \
	ROLE(CASE_MANAGER, "case_manager")                                     \
	ROLE(MEMBER, "member")                                                 \
	ROLE(CONSENT, "consent") /* the consent's own act, nobody's */

enum flow_role {
#define ROLE(symbol, code) FLOW_ROLE_##symbol,
	FLOW_ROLES(ROLE)
#undef ROLE
	FLOW_ROLE_COUNT
};

/* A guard on consent or firm never yields; one on work to "because". */
enum flow_guard_kind {
	FLOW_ON_CONSENT,
	FLOW_FIRM,
	FLOW_ON_WORK
};

/* GUARD(symbol, code, kind, what is missing in bg, in en) */
#define FLOW_GUARDS(GUARD)                                                                                        \
	GUARD(CONSENT, "consent", FLOW_ON_CONSENT,                                                                \
	    "няма действащо съгласие на семейството",                                                             \
	    "there is no consent of the family in force")                                                         \
	GUARD(PURPOSE, "purpose", FLOW_ON_CONSENT,                                                                \
	    "съгласието е само за консултация, не за обща работа",                                                \
	    "the consent is for consultation only, not for shared work")                                          \
	GUARD(NAMED, "named", FLOW_ON_CONSENT,                                                                    \
	    "съгласието не назовава всяка организация от екипа",                                                  \
	    "the consent does not name every organisation of the team")                                           \
	GUARD(GIVEN, "given", FLOW_ON_CONSENT,                                                                    \
	    "съгласието не дава на организацията общия план и срещите",                                           \
	    "the consent does not give the organisation the plan and the "                                        \
	    "meetings")                                                                                           \
	GUARD(REASON, "reason", FLOW_FIRM, "не е записана причината",                                             \
	    "the reason is not recorded")                                                                         \
	GUARD(DIFFICULTY, "difficulty", FLOW_ON_WORK,                                                             \
	    "критериите за труден случай не са обсъдени с водещия",                                               \
	    "the criteria of a difficult case were not gone through with the "                                    \
	    "holder")                                                                                             \
	GUARD(MANAGER, "manager", FLOW_ON_WORK,                                                                   \
	    "не е посочен водещ на случая", "no case manager is named")                                           \
	GUARD(ANSWERED, "answered", FLOW_ON_WORK, "има покани без отговор",                                       \
	    "some invitations are not answered")                                                                  \
	GUARD(TWO_SECTORS, "two_sectors", FLOW_ON_WORK,                                                           \
	    "в екипа няма организации от поне два сектора",                                                       \
	    "the team has no organisations of at least two sectors")                                              \
	GUARD(ATTENDED, "attended", FLOW_ON_WORK,                                                                 \
	    "на срещата не са присъствали поне два сектора",                                                      \
	    "fewer than two sectors were at the meeting")                                                         \
	GUARD(VOICES, "voices", FLOW_ON_WORK,                                                                     \
	    "не е записано какво казват детето и родителите или защо ги няма",                                    \
	    "what the child and the parents say, or why they are not there, "                                     \
	    "is "                                                                                                 \
	    "not recorded")                                                                                       \
	GUARD(DECISIONS, "decisions", FLOW_FIRM,                                                                  \
	    "на срещата няма решение: кой, какво, докога и как ще се разбере",                                    \
	    "the meeting has no decision: who, what, by when, how we know")                                       \
	GUARD(FORMULATION, "formulation", FLOW_FIRM,                                                              \
	    "общото разбиране не е прието от поне два сектора",                                                   \
	    "the shared understanding is not adopted by at least two sectors")                                    \
	GUARD(ACTIONS, "actions", FLOW_FIRM,                                                                      \
	    "планът няма действие, или някое е на организация извън него",                                        \
	    "the plan has no action, or one is of an organisation outside it")                                    \
	GUARD(ACTIONS_SECTORS, "actions_sectors", FLOW_ON_WORK,                                                   \
	    "действията са само от един сектор",                                                                  \
	    "the actions are of one sector only")                                                                 \
	GUARD(FAMILY, "family", FLOW_ON_WORK,                                                                     \
	    "не е записано съгласни ли са детето и родителите с плана",                                           \
	    "whether child and parents agree with the plan is not recorded")                                      \
	GUARD(PLAN_ADOPTED, "plan_adopted", FLOW_FIRM, "няма приет общ план",                                     \
	    "no shared plan is adopted")                                                                          \
	GUARD(ACCEPTED, "accepted", FLOW_ON_WORK,                                                                 \
	    "има предложени действия, които организациите им не са приели",                                       \
	    "some actions are proposed and not accepted by their "                                                \
	    "organisations")                                                                                      \
	GUARD(CHANGED, "changed", FLOW_ON_WORK,                                                                   \
	    "не е записано какво се е променило за детето",                                                       \
	    "what has changed for the child is not recorded")                                                     \
	GUARD(VOICES_MET, "voices_met", FLOW_ON_WORK,                                                             \
	    "не е записано какво е направено с казаното от детето и " \
	    "родителите",                                                                                         \
	    "what was done about what child and parents said is not recorded")                                    \
	GUARD(NEXT_REVIEW, "next_review", FLOW_ON_WORK,                                                           \
	    "няма дата за следващия преглед", "the next review has no date")                                      \
	GUARD(QUESTION, "question", FLOW_FIRM,                                                                    \
	    "няма въпрос към експертите без данни за случая",                                                     \
	    "there is no question to the experts without data of the case")                                       \
	GUARD(REPLY, "reply", FLOW_ON_WORK,                                                                       \
	    "няма отговор от експертите или не е записано приет ли е",                                            \
	    "the experts' answer, or whether it was adopted, is not recorded")                                    \
	GUARD(RECEIVER, "receiver", FLOW_ON_WORK,                                                                 \
	    "приемащият специалист не е бил на среща",                                                            \
	    "the receiving worker was not at a meeting")                                                          \
	GUARD(GOODBYE, "goodbye", FLOW_ON_WORK,                                                                   \
	    "няма план за сбогуването: кого губи детето и кой остава",                                            \
	    "there is no goodbye plan: whom the child loses and who stays")                                       \
	GUARD(OUTCOME, "outcome", FLOW_ON_WORK, "не е записан резултатът",                                        \
	    "the outcome is not recorded")                                                                        \
	GUARD(FAMILY_VIEW, "family_view", FLOW_ON_WORK,                                                           \
	    "не е записано мнението на детето и родителите",                                                      \
	    "the view of child and parents is not recorded")                                                      \
	GUARD(LESSON, "lesson", FLOW_ON_WORK, "не е записан извод",                                               \
	    "no lesson is recorded")

enum flow_guard {
#define GUARD(symbol, code, kind, bg, en) FLOW_GUARD_##symbol,
	FLOW_GUARDS(GUARD)
#undef GUARD
	FLOW_GUARD_COUNT
};

#define FLOW_BIT(guard) (1U << (guard))

enum flow_verdict {
	FLOW_TAKEN,
	FLOW_NOT_FROM_HERE, /* the state knows no such step */
	FLOW_NOT_YOURS,     /* another role takes it */
	FLOW_MISSING        /* guards are not met */
};

struct flow_answer {
	enum flow_verdict verdict;
	enum flow_state to;  /* where it is now: unchanged unless taken */
	unsigned missing;    /* bits of enum flow_guard */
	unsigned overridden; /* of work, passed over by "because" */
};

/*
 * What a step does.  before: the state that a suspended coordination was in,
 * else ignored; met: bits of the guards whose facts are there; because: the
 * coordinator said why work's guards are passed over.  `because` of another
 * role counts for nothing.
 */
struct flow_answer flow_try(enum flow_state from, enum flow_state before,
    enum flow_step step, enum flow_role role, unsigned met, int because);

/* The guards of a step from a state; 0 where the step cannot be taken. */
unsigned flow_guards_of(enum flow_state from, enum flow_step step);

/* Codes as they stand in api-spec; NULL or the COUNT for what is unknown. */
const char *flow_state_code(enum flow_state state);
const char *flow_step_code(enum flow_step step);
const char *flow_role_code(enum flow_role role);
const char *flow_guard_code(enum flow_guard guard);
enum flow_guard_kind flow_guard_kind(enum flow_guard guard);
/* lang: "bg" or "en". */
const char *flow_guard_text(enum flow_guard guard, const char *lang);
enum flow_state flow_state_of(const char *code);
enum flow_step flow_step_of(const char *code);
enum flow_guard flow_guard_of(const char *code);

/* DEADLINE(symbol, code): how long each is, the set in force says. */
#define FLOW_DEADLINES(DEADLINE)                                               \
	DEADLINE(SCREENING, "screening")                                       \
	DEADLINE(MEETING, "meeting")                                           \
	DEADLINE(PLAN, "plan")                                                 \
	DEADLINE(FIRST_REVIEW, "first_review")                                 \
	DEADLINE(NEXT_REVIEW, "next_review")                                   \
	DEADLINE(EXPERT_ANSWER, "expert_answer")

enum flow_deadline {
#define DEADLINE(symbol, code) FLOW_DEADLINE_##symbol,
	FLOW_DEADLINES(DEADLINE)
#undef DEADLINE
	FLOW_DEADLINE_COUNT /* none */
};

/* What a state runs towards; FLOW_DEADLINE_COUNT where nothing is due. */
enum flow_deadline flow_due_in(enum flow_state state, int reviewed_before);

/* As it stands in a deadline set; NULL for FLOW_DEADLINE_COUNT. */
const char *flow_deadline_code(enum flow_deadline deadline);

#endif

/*
 * What the regional board adopts: the deadlines of a coordination, and what a
 * difficult case is.  Drafts, and the decisions that put one in force.
 *
 * Operations: listDeadlineSets, putDeadlineSet, adoptDeadlineSet,
 * listDifficultyDefinitions, putDifficultyDefinition,
 * adoptDifficultyDefinition.
 */
#include "hub_routes.h"

#include "common/db.h"
#include "common/req.h"
#include "hub_statements.h"
#include "words.h"

static const char *const texts[] = { "note", "decision", NULL };

static int
put_draft(struct req *r, int lock, int put)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(lock, put),
	    ARGS(r->param[0], r->body_text, r->if_match), req_reply_row));
}

static int
adopt_draft(struct req *r, int lock, int adopt, int adopted)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(lock, adopt, adopted),
	    ARGS(r->param[0], r->body_text, r->if_match), req_reply_row));
}

int
list_deadline_sets(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_DEADLINE_SET_LIST), NO_ARGS, req_reply_row));
}

int
put_deadline_set(struct req *r)
{
	return (put_draft(r, STMT_DEADLINE_SET_LOCK, STMT_DEADLINE_SET_PUT));
}

int
adopt_deadline_set(struct req *r)
{
	return (adopt_draft(r, STMT_DEADLINE_SET_LOCK, STMT_DEADLINE_SET_ADOPT,
	    STMT_DEADLINE_SET_ADOPTED));
}

/* Notes what a rule asks for that its criteria cannot give. */
static void
look_at_rule(struct req *r, size_t i, const json_t *one, const json_t *criteria)
{
	const json_t *all, *code;
	json_int_t most;
	size_t n;

	all = json_object_get(one, "all");
	json_array_foreach(all, n, code) {
		if (json_object_get(criteria, json_string_value(code)) == NULL)
			req_field(r, req_printf(r, "/rule/%zu/all/%zu", i, n),
			    FIELD_NOT_DECLARED, NULL);
	}
	most = (json_int_t)(json_object_size(criteria) - n);
	if (json_integer_value(json_object_get(one, "more")) > most ||
	    (n == 0 && json_integer_value(json_object_get(one, "more")) == 0))
		req_field(r, req_printf(r, "/rule/%zu/more", i),
		    FIELD_NOT_DECLARED, NULL);
}

int
list_difficulty_definitions(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_DEFINITION_LIST), NO_ARGS, req_reply_row));
}

int
put_difficulty_definition(struct req *r)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(r->body, "rule"), i, one)
		look_at_rule(r, i, one, json_object_get(r->body, "criteria"));
	return (put_draft(r, STMT_DEFINITION_LOCK, STMT_DEFINITION_PUT));
}

int
adopt_difficulty_definition(struct req *r)
{
	return (adopt_draft(r, STMT_DEFINITION_LOCK, STMT_DEFINITION_ADOPT,
	    STMT_DEFINITION_ADOPTED));
}

/*
 * Questions to experts: of method, or escalated from a coordination, without
 * anything of a case in them.
 *
 * Operations: listExperts, listQuestions, putQuestion, getQuestion,
 * assignQuestion, answerQuestion, adoptAnswer.
 */
#include "coordination.h"

#include <ctype.h>

#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "words.h"

/* As many hexadecimal digits as a case's identifier or pseudonym has. */
#define PSEUDONYM_DIGITS 32

static const char *const texts[] = { "text", "answer", "why", NULL };

/* Notes what could be a pseudonym: 32 digits or more, hyphens or none. */
static void
look_for_pseudonym(struct req *r, const char *pointer, const char *text)
{
	size_t at, start, digits;

	for (at = 0, start = 0, digits = 0;; text++) {
		if (*text == '-' || isxdigit((unsigned char)*text)) {
			digits += *text != '-';
		} else {
			if (digits >= PSEUDONYM_DIGITS)
				req_field_span(r, pointer,
				    FIELD_IDENTIFIER_IN_TEXT, start, at);
			if (*text == '\0')
				return;
			digits = 0;
		}
		/* Places are told in characters, not bytes. */
		at += ((unsigned char)*text & 0xc0) != 0x80;
		if (digits == 0)
			start = at;
	}
}

static int
without_case(struct req *r)
{
	const char *const *member;
	const char *text;

	for (member = texts; *member != NULL; member++) {
		if ((text = req_str(r->body, *member)) != NULL)
			look_for_pseudonym(
			    r, req_printf(r, "/%s", *member), text);
	}
	return (words_pass(r, texts));
}

int
list_experts(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_QUESTION_EXPERTS), NO_ARGS, req_reply_row));
}

int
list_questions(struct req *r)
{
	return (db_exec(r, STMTS(STMT_QUESTION_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "state")),
	    req_reply_row));
}

int
get_question(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_QUESTION_GET), ARGS(r->param[0]), req_reply_row));
}

/* A coordinator's region is known; an organisation's coordination is not its
 * to escalate. */
static int
fields_fit(struct req *r)
{
	if (req_has_scope(r, "coordinations:manage")) {
		if (req_str(r->body, "region") != NULL)
			req_field(r, "/region", FIELD_FALSE_SCHEMA, NULL);
	} else {
		if (req_str(r->body, "region") == NULL)
			req_field(r, "/region", FIELD_REQUIRED, NULL);
		if (req_str(r->body, "coordination_id") != NULL)
			req_field(
			    r, "/coordination_id", FIELD_FALSE_SCHEMA, NULL);
	}
	return (without_case(r));
}

int
put_question(struct req *r)
{
	if (!fields_fit(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_QUESTION_HOLD, STMT_QUESTION_LOCK, STMT_QUESTION_PUT,
		STMT_QUESTION_LINKED, STMT_QUESTION_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    coordination_reply));
}

int
assign_question(struct req *r)
{
	return (db_exec(r,
	    STMTS(
		STMT_QUESTION_LOCK, STMT_QUESTION_ASSIGN, STMT_QUESTION_REPLY),
	    ARGS(r->param[0], r->body_text), req_reply_row));
}

int
answer_question(struct req *r)
{
	if (!without_case(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(
		STMT_QUESTION_LOCK, STMT_QUESTION_ANSWER, STMT_QUESTION_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match), req_reply_row));
}

int
adopt_answer(struct req *r)
{
	if (!without_case(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(
		STMT_QUESTION_LOCK, STMT_QUESTION_DECIDE, STMT_QUESTION_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    req_reply_row));
}

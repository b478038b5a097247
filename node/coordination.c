/*
 * Coordinations, as a node knows them from the mirror, and what it asks of the
 * hub about them.
 *
 * listCoordinations, requestCoordination, getCoordination,
 * setCoordinationConsent, nameCaseManager, answerInvitation.
 */
#include "node_routes.h"

#include <string.h>

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

int
list_coordinations(struct req *r)
{
	return (db_exec(r, STMTS(STMT_COORDINATION_LIST),
	    ARGS(req_query(r, "after"), reply_limit(r), req_query(r, "state"),
		req_query(r, "overdue")),
	    req_reply_row));
}

int
request_coordination(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_CASE_LOCK, STMT_COORDINATION_CONSENT_LOCK,
		STMT_COORDINATION_REQUEST_PUT, STMT_COORDINATION_REQUEST_REPLY),
	    ARGS(r->param[0], req_str(r->body, "summary_id"),
		req_str(r->body, "region"), r->body_text),
	    reply_checked));
}

int
get_coordination(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_COORDINATION_GET), ARGS(r->param[0]), req_reply_row));
}

int
set_coordination_consent(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_CONSENT_LOCK, STMT_COORDINATION_CONSENT_PUT,
		STMT_COORDINATION_CONSENT_REPLY),
	    ARGS(r->param[0], req_str(r->body, "summary_id")), reply_checked));
}

int
name_case_manager(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_MANAGER, STMT_COORDINATION_MANAGER_REPLY),
	    ARGS(r->param[0], req_str(r->body, "organisation_id")),
	    reply_checked));
}

/* What the hub is told of a reason: the words of its code, no others. */
static const char *
reason_words(const char *code)
{
	static const struct {
		const char *code, *words;
	} reasons[] = {
		{ "no_capacity", "в момента нямаме възможност" },
		{ "not_our_field", "помощта не е в нашата работа" },
		{ "too_far", "работим на друга територия" },
		{ "conflict", "има пречка да работим по този случай" },
		{ "work_done", "нашата част е завършена" },
		{ "child_moved", "детето вече не е при нас" },
		{ "other", "друга причина, ще се обадим" },
	};
	size_t i;

	for (i = 0; code != NULL && i < sizeof(reasons) / sizeof(reasons[0]);
	     i++) {
		if (strcmp(reasons[i].code, code) == 0)
			return (reasons[i].words);
	}
	return (NULL);
}

int
answer_invitation(struct req *r)
{
	const char *answer, *words;

	answer = req_str(r->body, "answer");
	words = reason_words(req_str(r->body, "reason"));
	if (strcmp(answer, "accepted") == 0)
		words = NULL;
	else if (words == NULL)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/reason", FIELD_REQUIRED));
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_ANSWER, STMT_COORDINATION_ANSWER_REPLY),
	    ARGS(r->param[0], answer, words), req_reply_row));
}

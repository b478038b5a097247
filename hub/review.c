/*
 * What a coordination is held to: its reviews, the people that a child or a
 * parent has named, and what is planned before it moves on.
 *
 * Operations: listReviews, putReview, listKeyworkers, putKeyworker,
 * getHandover, putHandover.
 */
#include "coordination.h"

#include <string.h>

#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "words.h"

static const char *const texts[] = { "changed_for_child", "voices_answered",
	"role", "loses", "stays", NULL };

/* What a row's status says of one member of the body. */
struct fault {
	const char *status, *pointer;
	enum field_error code;
};

static const struct fault faults[] = {
	{ "in-past", "/next_review", FIELD_IN_PAST },
	{ "too-late", "/next_review", FIELD_TOO_LATE },
	{ "too-early", "/to", FIELD_TOO_EARLY },
};

/* part: where the organisation stands that is of no team. */
static int
reply_at(struct req *r, const struct db_row *rows, const char *part)
{
	const char *status;
	size_t i;

	status = db_text(rows, 0, 0);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (status != NULL && strcmp(status, faults[i].status) == 0)
			return (req_problem_at(r, PROBLEM_INVALID,
			    faults[i].pointer, faults[i].code));
	}
	return (coordination_reply_at(r, rows, part));
}

static int
part_kept(struct req *r, const struct db_row *rows)
{
	return (reply_at(r, rows, "/organisation_id"));
}

static int
handover_kept(struct req *r, const struct db_row *rows)
{
	return (reply_at(r, rows, "/receiver"));
}

int
list_reviews(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_REVIEW_LIST), ARGS(r->param[0]), req_reply_row));
}

int
put_review(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_REVIEW_LOCK, STMT_REVIEW_PUT),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    part_kept));
}

int
list_keyworkers(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_KEYWORKER_LIST), ARGS(r->param[0]), req_reply_row));
}

int
put_keyworker(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_REVIEW_LOCK, STMT_KEYWORKER_PUT),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    part_kept));
}

int
get_handover(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_HANDOVER_GET), ARGS(r->param[0]), req_reply_row));
}

int
put_handover(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_COORDINATION_LOCK, STMT_HANDOVER_PUT),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    handover_kept));
}

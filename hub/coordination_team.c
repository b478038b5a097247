/*
 * The team of a coordination: invitations and answers, the case manager, the
 * coordinator that it is with, and who stands for whom.
 *
 * Operations: inviteMember, removeMember, answerInvitation, nameCaseManager,
 * assignCoordinator, listAbsences, putAbsence.
 */
#include "coordination.h"

#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "words.h"

static const char *const texts[] = { "role", "mandate", "reason", NULL };

int
invite_member(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_LOCK, STMT_MEMBER_INVITE,
		STMT_COORDINATION_REPLY),
	    ARGS(r->param[0], r->param[1], r->body_text), coordination_reply));
}

int
remove_member(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_LOCK, STMT_MEMBER_REMOVE,
		STMT_COORDINATION_REPLY),
	    ARGS(r->param[0], r->param[1]), coordination_reply));
}

int
answer_invitation(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(
		STMT_COORDINATION_LOCK, STMT_MEMBER_ANSWER, STMT_MEMBER_REPLY),
	    ARGS(r->param[0], r->body_text), coordination_reply));
}

static int
manager_named(struct req *r, const struct db_row *rows)
{
	return (coordination_reply_at(r, rows, "/organisation_id"));
}

int
name_case_manager(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_LOCK, STMT_MANAGER_NAME,
		STMT_COORDINATION_REPLY),
	    ARGS(r->param[0], req_str(r->body, "organisation_id")),
	    manager_named));
}

static int
coordinator_named(struct req *r, const struct db_row *rows)
{
	return (coordination_reply_at(r, rows, "/user_id"));
}

int
assign_coordinator(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_COORDINATION_LOCK, STMT_COORDINATOR_ASSIGN,
		STMT_COORDINATION_REPLY),
	    ARGS(r->param[0], req_str(r->body, "user_id")), coordinator_named));
}

int
list_absences(struct req *r)
{
	return (db_exec(r, STMTS(STMT_ABSENCE_LIST), NO_ARGS, req_reply_row));
}

static int
absence_kept(struct req *r, const struct db_row *rows)
{
	return (coordination_reply_at(r, rows, "/substitute"));
}

int
put_absence(struct req *r)
{
	return (db_exec(r, STMTS(STMT_ABSENCE_LOCK, STMT_ABSENCE_PUT),
	    ARGS(r->param[0], r->body_text, r->if_match), absence_kept));
}

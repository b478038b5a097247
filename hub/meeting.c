/*
 * Meetings: of a coordination, and those without a case; convened by the
 * coordinators, answered by organisations, seen by their facilitators.
 *
 * Operations: listMeetings, getMeeting, putMeeting, cancelMeeting,
 * inviteToMeeting, takeBackInvitation, inviteFacilitator, removeFacilitator,
 * answerMeeting.
 */
#include <string.h>

#include "common/db.h"
#include "common/req.h"
#include "coordination.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "meeting.h"
#include "words.h"

static const char *const texts[] = { "place", "agenda", "reason", "role",
	"substitute", NULL };

int
list_meetings(struct req *r)
{
	return (db_exec(r, STMTS(STMT_MEETING_LIST),
	    ARGS(req_query(r, "limit"), req_query(r, "after"),
		req_query(r, "from"), req_query(r, "to"),
		req_query(r, "coordination")),
	    req_reply_row));
}

int
get_meeting(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_MEETING_GET), ARGS(r->param[0]), req_reply_row));
}

int
meeting_kind_fits(struct req *r)
{
	const char *kind, *coordination;
	int supervision;

	kind = req_str(r->body, "kind");
	coordination = req_str(r->body, "coordination_id");
	supervision = strcmp(kind, "supervision") == 0;
	if (strcmp(kind, "case") == 0 && coordination == NULL)
		req_field(r, "/coordination_id", FIELD_REQUIRED, NULL);
	if ((strcmp(kind, "admin") == 0 || strcmp(kind, "board") == 0) &&
	    coordination != NULL)
		req_field(r, "/coordination_id", FIELD_CONFLICT, NULL);
	if (supervision != (req_str(r->body, "supervision_kind") != NULL))
		req_field(r, "/supervision_kind",
		    supervision ? FIELD_REQUIRED : FIELD_CONFLICT, NULL);
	return (json_array_size(r->errors) == 0);
}

int
put_meeting(struct req *r)
{
	if (!words_pass(r, texts) || !meeting_kind_fits(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_MEETING_HOLD, STMT_MEETING_PUT, STMT_MEETING_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    coordination_reply));
}

int
cancel_meeting(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_MEETING_CANCEL, STMT_MEETING_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    coordination_reply));
}

int
invite_to_meeting(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_MEETING_INVITE, STMT_MEETING_REPLY),
	    ARGS(r->param[0], r->body_text, r->param[1]), coordination_reply));
}

int
take_back_invitation(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_MEETING_UNINVITE, STMT_MEETING_REPLY),
	    ARGS(r->param[0], NULL, r->param[1]), coordination_reply));
}

static int
facilitator(struct req *r, const char *what)
{
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_MEETING_FACILITATOR,
		STMT_MEETING_REPLY),
	    ARGS(r->param[0], NULL, r->param[1], what), coordination_reply));
}

int
invite_facilitator(struct req *r)
{
	return (facilitator(r, "add"));
}

int
remove_facilitator(struct req *r)
{
	return (facilitator(r, "remove"));
}

int
answer_meeting(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_MEETING_LOCK, STMT_MEETING_ANSWER, STMT_MEETING_REPLY),
	    ARGS(r->param[0], r->body_text), coordination_reply));
}

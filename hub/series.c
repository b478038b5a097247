/*
 * Meetings that come again, and agendas to take.
 *
 * Operations: putMeetingSeries, cancelMeetingSeries, listAgendaTemplates,
 * putAgendaTemplate.
 */
#include <string.h>

#include "common/db.h"
#include "common/req.h"
#include "coordination.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "meeting.h"
#include "words.h"

static const char *const texts[] = { "name", "place", "agenda", "reason",
	NULL };

/* One of the two, and not both. */
static int
one_of(struct req *r, const char *this, const char *that)
{
	int these, those;

	these = json_object_get(r->body, this) != NULL;
	those = json_object_get(r->body, that) != NULL;
	if (these == those)
		req_field(r, req_printf(r, "/%s", this),
		    these ? FIELD_CONFLICT : FIELD_REQUIRED, NULL);
	return (these != those);
}

/* "invalid": none, or too many. */
static int
made(struct req *r, const struct db_row *rows)
{
	const char *status;

	status = db_text(rows, 0, 0);
	if (status != NULL && strcmp(status, "invalid") == 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/until", FIELD_CONFLICT));
	if (status != NULL && strcmp(status, "no-template") == 0)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/template_id", FIELD_NOT_FOUND));
	return (coordination_reply(r, rows));
}

int
put_meeting_series(struct req *r)
{
	if (!words_pass(r, texts) || !meeting_kind_fits(r) ||
	    !one_of(r, "times", "until") || !one_of(r, "agenda", "template_id"))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_SERIES_HOLD, STMT_SERIES_PUT, STMT_SERIES_REPLY),
	    ARGS(r->param[0], r->body_text), made));
}

int
cancel_meeting_series(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_SERIES_HOLD, STMT_SERIES_CANCEL, STMT_SERIES_REPLY),
	    ARGS(r->param[0], r->body_text), made));
}

int
list_agenda_templates(struct req *r)
{
	return (db_exec(r, STMTS(STMT_TEMPLATE_LIST), NO_ARGS, req_reply_row));
}

int
put_agenda_template(struct req *r)
{
	if (!words_pass(r, texts))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_TEMPLATE_LOCK, STMT_TEMPLATE_PUT, STMT_TEMPLATE_REPLY),
	    ARGS(r->param[0], r->body_text, r->if_match, r->idempotency_key),
	    req_reply_row));
}

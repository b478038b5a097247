/*
 * The statutory lane: signals under Art. 7 of the Child Protection Act, and
 * teams that the law convenes.  They rest on duty and not on consent, so they
 * stay here: nothing of this file queues for the hub, and its routes are quiet.
 *
 * listSignals, createSignal, getSignal, acknowledgeSignal, listTeamRecords,
 * createTeamRecord, getTeamRecord.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
signal_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "signal"));
}

static int
team_record_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "team_record"));
}

int
list_signals(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_SIGNAL_LIST), ARGS(r->param[0]), signal_done));
}

int
create_signal(struct req *r)
{
	static const char *const words[] = { "what", "office", NULL };
	const char *sealed;

	sealed = reply_seal_named(r, "signal", r->param[0], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_SIGNAL_PUT, STMT_SIGNAL_PUT_REPLY),
	    ARGS(r->param[0], req_str(r->body, "case_id"),
		req_str(r->body, "channel"), req_str(r->body, "recipient"),
		req_str(r->body, "made_at"), req_str(r->body, "made_by"),
		sealed, reply_content(r)),
	    signal_done));
}

int
get_signal(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_SIGNAL_GET), ARGS(r->param[0]), signal_done));
}

int
acknowledge_signal(struct req *r)
{
	static const char *const words[] = { "by", "reference", NULL };
	const char *sealed;

	sealed = reply_seal_named(r, "signal",
	    req_printf(r, "%s/acknowledgement", r->param[0]), words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_SIGNAL_ACKNOWLEDGE, STMT_SIGNAL_ACKNOWLEDGE_REPLY),
	    ARGS(r->param[0], req_str(r->body, "at"), sealed, reply_content(r)),
	    signal_done));
}

int
list_team_records(struct req *r)
{
	return (db_exec(r, STMTS(STMT_TEAM_RECORD_LIST), ARGS(r->param[0]),
	    team_record_done));
}

int
create_team_record(struct req *r)
{
	static const char *const words[] = { "participants", "decisions",
		"minutes", NULL };
	const char *sealed;

	sealed = reply_seal_named(r, "team_record", r->param[0], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (
	    db_exec(r, STMTS(STMT_TEAM_RECORD_PUT, STMT_TEAM_RECORD_PUT_REPLY),
		ARGS(r->param[0], req_str(r->body, "case_id"),
		    req_str(r->body, "kind"), req_str(r->body, "convened_at"),
		    req_str(r->body, "held_at"), sealed, reply_content(r)),
		team_record_done));
}

int
get_team_record(struct req *r)
{
	return (db_exec(r, STMTS(STMT_TEAM_RECORD_GET), ARGS(r->param[0]),
	    team_record_done));
}

/*
 * Calendars of meetings for programs that only read: at an address with a
 * secret, shown once, revoked at will.  No case is in them.
 *
 * Operations: listCalendars, createCalendar, revokeCalendar, readCalendar.
 */
#include "common/calendar.h"

#include "common/db.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"

int
list_calendars(struct req *r)
{
	return (db_exec(r, STMTS(STMT_CALENDAR_LIST), NO_ARGS, req_reply_row));
}

int
create_calendar(struct req *r)
{
	return (db_exec(r, STMTS(STMT_CALENDAR_CREATE),
	    ARGS(r->param[0], calendar_new(r)), calendar_told));
}

int
revoke_calendar(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CALENDAR_REVOKE), ARGS(r->param[0]), req_reply_row));
}

int
read_calendar(struct req *r)
{
	return (db_exec(r, STMTS(STMT_CALENDAR_OPEN, STMT_CALENDAR_READ),
	    ARGS(calendar_hash(r, r->param[0])), calendar_reply));
}

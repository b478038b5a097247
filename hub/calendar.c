/*
 * Calendars of the hub's people: which statements common/calendar.c uses here.
 */
#include "common/calendar.h"

#include "hub_statements.h"

const struct calendar_stmts calendar_stmts = {
	.list = STMT_CALENDAR_LIST,
	.create = STMT_CALENDAR_CREATE,
	.revoke = STMT_CALENDAR_REVOKE,
	.open = STMT_CALENDAR_OPEN,
	.read = STMT_CALENDAR_READ,
};

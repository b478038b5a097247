/*
 * Calendars of this organisation's people, of the meetings in the mirror:
 * which statements common/calendar.c uses here.
 */
#include "common/calendar.h"

#include "node_statements.h"

const struct calendar_stmts calendar_stmts = CALENDAR_STMTS;

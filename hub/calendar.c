/*
 * Calendars of the hub's people: which statements common/calendar.c uses here.
 */
#include "common/calendar.h"

#include "hub_statements.h"

const struct calendar_stmts calendar_stmts = CALENDAR_STMTS;

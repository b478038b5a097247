/*
 * The regional hub.  The table of contents:
 *
 * organisation.c  the directory: organisations and their services
 * enrolment.c     single-use codes, an organisation's keys
 * token.c         access tokens for organisations
 * session.c       people of the hub (the rest is common/session*.c)
 * review.c        reviews, keyworkers, handovers of a coordination
 * reminder.c      what is due, told to whom and when
 * hours.c         hours for meetings, promised and given
 * series.c        meetings that come again, agendas to take
 * lesson.c        what coordinations that are over tell
 * consent.c       consents, withdrawals, deliveries
 * recall.c        copies that are to be erased at recipients
 * summary.c       minimal summaries, openings, purges
 * receipt.c       what organisations sign with their receipt keys
 * family.c        a family's visit: one consent's facts, by one-time code
 * family_code.c   the codes, and what a family said, as the holder has them
 * feed.c          the feed and those who wait on it
 * sequencer.c     numbering what was committed; the sweep
 * retention.c     how long what is kept is kept
 * audit.c         the audit, its chain and signed heads
 */
#include "common/service.h"

#include "audit.h"
#include "family.h"
#include "feed.h"
#include "hub_embed.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "recall.h"
#include "receipt.h"
#include "reference_css.h"
#include "reminder.h"
#include "retention.h"
#include "sequencer.h"

static int
configure(char *err, size_t errlen)
{
	if (family_configure(err, errlen) != 0)
		return (-1);
	return (receipt_configure(err, errlen));
}

static void
start(void)
{
	feed_start();
	sequencer_start();
	retention_start();
	recall_start();
	reminder_start();
	audit_start();
}

const struct service service = {
	.name = "hub",
	.routes = hub_routes,
	.routes_len = &hub_routes_len,
	.stmts = hub_stmts,
	.stmts_len = &hub_stmts_len,
	.openapi = hub_openapi,
	.openapi_len = &hub_openapi_len,
	.reference = hub_reference,
	.reference_len = &hub_reference_len,
	.reference_css = reference_css,
	.reference_css_len = &reference_css_len,
	.visit_s = FAMILY_VISIT_S,
	.configure = configure,
	.start = start,
	.after_act = sequencer_after_act,
	.health = NULL,
};

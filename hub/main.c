/*
 * The regional hub.  The table of contents:
 *
 * organisation.c       the directory: organisations and their services
 * enrolment.c          single-use codes, an organisation's keys
 * token.c              access tokens for organisations
 * session.c            people of the hub (the rest is common/session*.c)
 * consent.c            consents, withdrawals, deliveries
 * summary.c            minimal summaries, openings, purges
 * receipt.c            what organisations sign with their receipt keys
 * recall.c             copies that are to be erased at recipients
 * family.c             a family's visit: one consent's facts, by one-time code
 * family_code.c        the codes, and what a family said, as the holder has them
 * coordination.c       shared work on a case: request, reading, the queue
 * coordination_flow.c  its course as a pure table
 * coordination_step.c  a step of it, and what is missing for one
 * coordination_team.c  who is invited, who manages the case, who coordinates
 * plan.c               the shared plan: formulation, goals, waymarks
 * action.c             its actions
 * meeting.c            meetings: when, where, who is invited
 * meeting_record.c     who was there, what was said and decided
 * minutes.c            that record for paper
 * series.c             meetings that come again, agendas to take
 * calendar.c           meetings for calendar programs, at secret addresses
 * hours.c              hours for meetings, promised and given
 * review.c             reviews, keyworkers, handovers
 * reminder.c           what is due, told to whom and when
 * question.c           questions to experts, without a case
 * adoption.c           what the board adopts: deadlines, definitions
 * words.c              the identity guard over what is typed at the hub
 * lesson.c             what coordinations that are over tell
 * feed.c               the feed and those who wait on it
 * sequencer.c          numbering what was committed; the sweep
 * retention.c          how long what is kept is kept
 * audit.c              the audit, its chain and signed heads
 * commands.c           what the program does besides serving
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

/*
 * A node of Zaedno: the table of its parts.
 *
 *	person.c	who a case is about; sealed
 *	person_index.c	by what a person is found
 *	case.c		cases, needs, strengths
 *	need_link.c	how needs hang together, and their history
 *	voice.c		what the child and those who raise it say
 *	helper.c	who helps with what, and gaps and overlaps
 *	continuity.c	the path, who is lost and who stays at a move
 *	grid.c		the dis-integration grid, connecting conversations
 *	prompt.c	two questions that a case may be asked
 *	difficulty.c	is this a difficult case
 *	episode.c	stays in services
 *	outcome.c	what became of the child
 *	statutory.c	signals and teams by law; never leaves
 *	emergency.c	reading a colleague's case, and who is told
 *	consent.c	consents, withdrawal, receipts
 *	consent_age.c	what a child's age means for one
 *	evidence.c	commitment to the evidence of a signature
 *	signature_rule.c who signs at which age
 *	guard.c		the identity guard: names, see guard_*.c; numbers and
 *			addresses are common/guard_*.c
 *	guard_machine.c	which texts are identifiers or times, and no words
 *	summary_guard.c	the guard over what is to be sent, and what may pass it
 *	identity.c	the keys
 *	init.c		making their files
 *	rekey.c		sealing everything under another key
 *	commands.c	what the program does besides serving
 *	reply.c		answers that hold something sealed
 *	summary.c	what is shared, and its preview
 *	received.c	what others have shared with us
 *	coordination.c	coordinations as the mirror holds them, and what we ask
 *	shared.c	shared work as the mirror holds it
 *	lesson.c	what was learned, of no case
 *	minutes.c	the record of a meeting for paper
 *	calendar.c	their meetings for calendar programs
 *	shared_change.c	what we want changed in it
 *	arrival.c	names in what others write in it
 *	hub_change.c	which operations of the hub that may be
 *	hub_schema.c	the hub's own schemas
 *	outbox.c	what waits for the hub
 *	hub_link.c	the link to the hub
 *	directory.c	organisations
 *	audit.c		who did what, its chain and signed heads
 *	print.c		receipts on paper
 *	family.c	codes for the family's page at the hub
 *	family_word.c	what a family said there, and the answer
 *	subject.c	a person's rights: export and erasure
 *	subject_page.c	the export as a page
 *	subject_records.c outcomes, the statutory lane, emergencies, tasks in it
 *	subject_casework.c the records of case work in it
 *	subject_family.c the family's page in it
 *	subject_words.c	and its words
 *	task.c		what waits for a person
 *	retention.c	how long what is kept is kept
 *	session.c	signing in (common/session.c with our statements)
 */
#include "service.h"

#include "arrival.h"
#include "audit.h"
#include "db.h"
#include "family_word.h"
#include "hub_change.h"
#include "hub_embed.h"
#include "hub_link.h"
#include "identity.h"
#include "node_embed.h"
#include "node_routes.h"
#include "node_statements.h"
#include "reference_css.h"
#include "retention.h"
#include "summary.h"
#include "task.h"

static int
configure(char *err, size_t errlen)
{
	if (identity_start(err, errlen) != 0)
		return (-1);
	if (summary_start(err, errlen) != 0)
		return (-1);
	return (hub_change_start(err, errlen));
}

/* Something was queued: the courier listens. */
static void
after_act(void)
{
	audit_after_act();
	(void)db_task(STMTS(STMT_OUTBOX_WAKE), NO_ARGS, NULL, NULL);
}

static void
start(void)
{
	hub_link_start();
	family_word_start();
	arrival_start();
	retention_start();
	task_start();
	audit_start();
}

const struct service service = {
	.name = "node",
	.routes = node_routes,
	.routes_len = &node_routes_len,
	.stmts = node_stmts,
	.stmts_len = &node_stmts_len,
	.openapi = node_openapi,
	.openapi_len = &node_openapi_len,
	.reference = node_reference,
	.reference_len = &node_reference_len,
	.reference_css = reference_css,
	.reference_css_len = &reference_css_len,
	.configure = configure,
	.start = start,
	.after_act = after_act,
	.health = hub_link_health,
};

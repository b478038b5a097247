/*
 * Minutes of a meeting for paper, from the hub's document in the mirror.
 *
 * getMeetingMinutes.
 */
#include "common/minutes.h"

#include <string.h>

#include "common/html.h"
#include "db.h"
#include "node_routes.h"
#include "node_statements.h"
#include "page.h"
#include "req.h"

static int
printed(struct req *r, const struct db_row *rows)
{
	json_auto_t *doc = NULL;
	struct html h = { 0 };
	const char *status;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "200") != 0)
		return (req_reply_row(r, rows));
	if ((doc = json_loads(db_text(rows, 0, 1), 0, NULL)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	page_begin(&h, "Протокол от среща", "register");
	minutes_write(&h, doc);
	page_end(&h, req_str(doc, "printed"), req_str(doc, "printed_by"));
	return (page_reply(r, &h));
}

int
get_meeting_minutes(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_MEETING_MINUTES), ARGS(r->param[0]), printed));
}

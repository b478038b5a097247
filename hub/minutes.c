/*
 * Minutes for paper, from what was recorded of a meeting.
 *
 * Operations: getMeetingMinutes, getPrintCss.
 */
#include "common/minutes.h"

#include <string.h>

#include "common/db.h"
#include "common/html.h"
#include "common/page.h"
#include "common/req.h"
#include "hub_routes.h"
#include "hub_statements.h"
#include "print_css.h"

int
get_print_css(struct req *r)
{
	req_header(r, "cache-control", "max-age=300");
	return (req_reply_data(
	    r, 200, "text/css; charset=utf-8", print_css, print_css_len));
}

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

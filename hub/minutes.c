/*
 * Minutes for paper, from what was recorded of a meeting.
 *
 * Operations: getMeetingMinutes, getPrintCss.
 */
#include "common/minutes.h"

#include "common/db.h"
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

int
get_meeting_minutes(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_MEETING_MINUTES), ARGS(r->param[0]), minutes_reply));
}

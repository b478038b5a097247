/*
 * The style of the pages for paper.
 *
 * getPrintCss.
 */
#include "node_routes.h"
#include "print_css.h"
#include "req.h"

int
get_print_css(struct req *r)
{
	req_header(r, "cache-control", "max-age=300");
	return (req_reply_data(
	    r, 200, "text/css; charset=utf-8", print_css, print_css_len));
}

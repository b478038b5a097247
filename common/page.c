/*
 * Pages for paper: no scripts, one style sheet of our own, nothing personal
 * in the title, nothing kept by a browser.
 *
 * getPrintCss.
 */
#include "page.h"

#include "crypt.h"
#include "html.h"
#include "print_css.h"
#include "req.h"

void
page_begin(struct html *h, const char *title, const char *sheet)
{
	html_add(h,
	    "<!DOCTYPE html>\n<html lang=\"bg\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<title>%s</title>\n"
	    "<link rel=\"stylesheet\" href=\"/print.css\">\n"
	    "</head>\n<body class=\"%s\">\n<main>\n",
	    title, sheet);
}

void
page_end(struct html *h, const char *when, const char *role)
{
	html_add(h,
	    "</main>\n<footer>Отпечатано на %s от %s</footer>\n"
	    "</body>\n</html>\n",
	    when, role);
}

int
page_part_begin(struct html *h, const char *title, const json_t *items)
{
	if (json_array_size(items) == 0)
		return (0);
	html_add(h, "<h2>%s</h2>\n", title);
	return (1);
}

void
page_fact(struct html *h, const char *name, const char *value)
{
	if (value != NULL)
		html_add(h, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

void
page_table_begin(struct html *h, const char *const *heads)
{
	html_add(h, "<table>\n<thead><tr>");
	for (; *heads != NULL; heads++)
		html_add(h, "<th scope=\"col\">%s</th>", *heads);
	html_add(h, "</tr></thead>\n<tbody>\n");
}

void
page_table_end(struct html *h)
{
	html_add(h, "</tbody>\n</table>\n");
}

static int
page_answer(struct req *r, int status, struct html *h)
{
	if (h->failed || h->text == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	req_header(r, "content-security-policy",
	    "default-src 'none'; style-src 'self'; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'none'");
	return (req_reply_data(
	    r, status, "text/html; charset=utf-8", h->text, h->len));
}

int
page_reply(struct req *r, struct html *h)
{
	int result;

	result = page_answer(r, 200, h);
	html_free(h);
	return (result);
}

int
page_reply_once(struct req *r, struct html *h)
{
	int result;

	result = page_answer(r, 201, h);
	if (h->text != NULL)
		crypt_wipe(h->text, h->size);
	html_free(h);
	return (result);
}

int
get_print_css(struct req *r)
{
	req_header(r, "cache-control", "max-age=300");
	return (req_reply_data(
	    r, 200, "text/css; charset=utf-8", print_css, print_css_len));
}

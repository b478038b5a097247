/*
 * From the row that a statement returns to the answer of a request.
 */
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "req.h"

const char *
db_text(const struct db_row *rows, int row, int col)
{
	if (row >= rows->n || col < 0 || col >= PQnfields(rows->res) ||
	    PQgetisnull(rows->res, row, col))
		return (NULL);
	return (PQgetvalue(rows->res, row, col));
}

int
db_col(const struct db_row *rows, const char *name)
{
	return (PQfnumber(rows->res, name));
}

/* The query string of the next page: the same filters, another cursor. */
static void
next_link(struct req *r, const char *next)
{
	const char *key;
	json_t *value;
	char *link;

	link = req_printf(r, "<%s?after=%s", req_path(r), next);
	json_object_foreach(r->query, key, value) {
		if (strcmp(key, "after") != 0)
			link = req_printf(
			    r, "%s&%s=%s", link, key, req_query(r, key));
	}
	req_header(r, "link", req_printf(r, "%s>; rel=\"next\"", link));
}

static void
row_headers(struct req *r, const struct db_row *rows)
{
	const char *value;

	if ((value = db_text(rows, 0, db_col(rows, "etag"))) != NULL)
		req_header(r, "etag", req_printf(r, "\"%s\"", value));
	if ((value = db_text(rows, 0, db_col(rows, "location"))) != NULL)
		req_header(r, "location", value);
	if ((value = db_text(rows, 0, db_col(rows, "next"))) != NULL)
		next_link(r, value);
}

int
req_reply_row(struct req *r, const struct db_row *rows)
{
	return (req_reply_row_with(r, rows, db_text(rows, 0, 1)));
}

int
req_reply_row_with(struct req *r, const struct db_row *rows, const char *body)
{
	const char *status;
	enum problem p;

	status = db_text(rows, 0, 0);
	if (status == NULL)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	if (*status >= '0' && *status <= '9') {
		row_headers(r, rows);
		return (req_reply(r, (int)strtol(status, NULL, 10), body));
	}
	p = problem_by_code(status);
	if (p == PROBLEM_COUNT)
		p = PROBLEM_INTERNAL;
	if (body == NULL)
		return (req_problem(r, p));
	row_headers(r, rows);
	return (req_problem_with(r, p, "current", body));
}

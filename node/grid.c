/*
 * The dis-integration grid, and the connecting conversations that follow from
 * it.  The database gets the codes of a grid, its words only sealed.
 *
 * listGrids, putGrid, getGrid, listConnections, putConnection.
 */
#include "node_routes.h"

#include <string.h>

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static const char *const levels[] = { "explanation", "intervention",
	"responsibility" };

#define LEVELS (sizeof(levels) / sizeof(levels[0]))

static int
grid_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "grid"));
}

static int
connecting_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "connecting"));
}

int
list_grids(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_GRID_LIST), ARGS(r->param[0]), req_reply_row));
}

int
get_grid(struct req *r)
{
	return (db_exec(r, STMTS(STMT_GRID_GET), ARGS(r->param[0], r->param[1]),
	    grid_done));
}

/* Copies the named string members; 0 when memory lacked. */
static int
copy_codes(json_t *to, const json_t *from, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (json_object_get(from, *names) != NULL &&
		    json_object_set(
			to, *names, json_object_get(from, *names)) != 0)
			return (0);
	}
	return (to != NULL);
}

/* A column's codes: who, and how each of its cells is known. */
static json_t *
column_codes(const json_t *column)
{
	static const char *const own[] = { "id", "kind", "sector", NULL };
	json_t *codes;
	size_t i;

	codes = json_object();
	if (!copy_codes(codes, column, own)) {
		json_decref(codes);
		return (NULL);
	}
	for (i = 0; i < LEVELS; i++)
		(void)json_object_set(codes, levels[i],
		    json_object_get(
			json_object_get(column, levels[i]), "source"));
	return (codes);
}

/* {"columns", "alignments"} of the body without a word of it. */
static const char *
shape(struct req *r)
{
	static const char *const judged[] = { "level", "a", "b", "value",
		NULL };
	const char *text;
	json_t *columns, *alignments, *codes, *item, *all;
	size_t i;

	columns = json_array();
	alignments = json_array();
	json_array_foreach(json_object_get(r->body, "columns"), i, item)
		(void)json_array_append_new(columns, column_codes(item));
	json_array_foreach(json_object_get(r->body, "alignments"), i, item) {
		codes = json_object();
		(void)copy_codes(codes, item, judged);
		(void)json_array_append_new(alignments, codes);
	}
	all = json_pack(
	    "{s:o, s:o}", "columns", columns, "alignments", alignments);
	text = req_dumps(r, all);
	json_decref(all);
	return (text);
}

/* Where a cell that is not "unknown" has no words; NULL when none. */
static const char *
wordless(struct req *r)
{
	const json_t *cell;
	json_t *column;
	size_t i, k;

	json_array_foreach(json_object_get(r->body, "columns"), i, column) {
		for (k = 0; k < LEVELS; k++) {
			cell = json_object_get(column, levels[k]);
			if (strcmp(req_str(cell, "source"), "unknown") != 0 &&
			    req_str(cell, "text") == NULL)
				return (req_printf(
				    r, "/columns/%zu/%s/text", i, levels[k]));
		}
	}
	return (NULL);
}

int
put_grid(struct req *r)
{
	static const char *const words[] = { "facilitator", "columns",
		"alignments", NULL };
	const char *sealed, *codes, *at;

	if ((at = wordless(r)) != NULL)
		return (req_problem_at(r, PROBLEM_INVALID, at, FIELD_REQUIRED));
	sealed = reply_seal_named(r, "grid", r->param[1], words);
	codes = shape(r);
	if (sealed == NULL || codes == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_CASE_LOCK, STMT_GRID_PUT, STMT_GRID_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "on"),
		req_str(r->body, "baseline"), codes, sealed, reply_content(r),
		r->if_match),
	    grid_done));
}

int
list_connections(struct req *r)
{
	return (db_exec(r, STMTS(STMT_CONNECTING_LIST), ARGS(r->param[0]),
	    connecting_done));
}

int
put_connection(struct req *r)
{
	static const char *const words[] = { "broker", "intention",
		"new_action", NULL };
	const char *sealed, *dropped;

	sealed = reply_seal_named(r, "connecting", r->param[1], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	dropped = json_is_true(json_object_get(r->body, "dropped")) ? "t" : "f";
	return (db_exec(r,
	    STMTS(
		STMT_CASE_LOCK, STMT_CONNECTING_PUT, STMT_CONNECTING_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "grid_id"),
		req_str(r->body, "level"), req_json(r, "between"),
		req_str(r->body, "due"), req_str(r->body, "held_on"),
		req_str(r->body, "outcome"), dropped, sealed, reply_content(r),
		r->if_match),
	    connecting_done));
}

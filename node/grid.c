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

/* A column's codes: who, and how each of its cells is known. */
static json_t *
column_codes(const json_t *column)
{
	static const char *const own[] = { "id", "kind", "sector", NULL };
	json_t *codes, *source;
	size_t i;

	codes = reply_members(column, own);
	for (i = 0; i < LEVELS; i++) {
		source = json_object_get(
		    json_object_get(column, levels[i]), "source");
		if (json_object_set(codes, levels[i], source) != 0) {
			json_decref(codes);
			return (NULL);
		}
	}
	return (codes);
}

/* An alignment's codes: between whom, at which level, and what it is. */
static json_t *
alignment_codes(const json_t *alignment)
{
	static const char *const own[] = { "level", "a", "b", "value", NULL };

	return (reply_members(alignment, own));
}

/* A list of the codes of each item; NULL when memory lacked. */
static json_t *
codes_of(const json_t *items, json_t *codes(const json_t *))
{
	json_t *list;
	size_t i;

	list = json_array();
	for (i = 0; i < json_array_size(items); i++) {
		if (json_array_append_new(
			list, codes(json_array_get(items, i))) != 0) {
			json_decref(list);
			return (NULL);
		}
	}
	return (list);
}

/* {"columns", "alignments"} of the body without a word of it, or NULL. */
static const char *
shape(struct req *r)
{
	const char *text;
	json_t *all;

	all = json_pack("{s:o, s:o}", "columns",
	    codes_of(json_object_get(r->body, "columns"), column_codes),
	    "alignments",
	    codes_of(json_object_get(r->body, "alignments"), alignment_codes));
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

/*
 * Minimal summaries that this organisation shares.  Before anything is
 * stored: only what the consent covers, nothing that tells who it is in free
 * text, and exactly what the hub will accept.
 *
 * previewSummary, shareSummary, getSharedSummary.
 */
#include "summary.h"

#include <string.h>

#include "consent_age.h"
#include "db.h"
#include "hub_schema.h"
#include "node_routes.h"
#include "node_statements.h"
#include "req.h"
#include "schema.h"
#include "summary_guard.h"

#define PUT_SUMMARY                                                            \
	"/paths/~1v1~1summaries~1{id}/put/requestBody/content/"                \
	"application~1json/schema"
#define POINTER_MAX 64

static const struct schema *put_summary;

int
summary_start(char *err, size_t errlen)
{
	put_summary = hub_schema(PUT_SUMMARY, err, errlen);
	return (put_summary != NULL ? 0 : -1);
}

/* Categories that no recipient was consented stay here. */
static size_t
consented_only(struct req *r, const char *categories)
{
	char pointer[POINTER_MAX];
	const char *key;
	json_t *allowed, *value, *code;
	size_t i, n;
	int found;

	n = 0;
	allowed = json_loads(categories, 0, NULL);
	json_object_foreach(json_object_get(r->body, "doc"), key, value) {
		found = 0;
		json_array_foreach(allowed, i, code)
			found |= strcmp(json_string_value(code), key) == 0;
		if (found)
			continue;
		(void)snprintf(pointer, sizeof(pointer), "/doc/%s", key);
		req_field(r, pointer, FIELD_NOT_CONSENTED, NULL);
		n++;
	}
	json_decref(allowed);
	return (n);
}

/* 1 when the text tells nobody; otherwise the request has been answered. */
static int
guarded(struct req *r, const struct db_row *rows, size_t wrong, int *answer)
{
	int found;

	found = summary_guard(r, rows);
	if (found == 0 && wrong == 0)
		return (1);
	*answer =
	    req_problem(r, found >= 0 ? PROBLEM_INVALID : PROBLEM_INTERNAL);
	return (0);
}

static int
permitted(const struct db_row *rows)
{
	const char *status;

	status = db_text(rows, 0, 0);
	return (status != NULL && *status == '2');
}

static int
preview_summary_done(struct req *r, const struct db_row *rows)
{
	int answer;

	if (permitted(rows) && (!consent_age_allows(r, rows, &answer) ||
				   !guarded(r, rows, 0, &answer)))
		return (answer);
	return (req_reply_row(r, rows));
}

int
preview_summary(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUMMARY_PREVIEW),
	    ARGS(r->param[0], req_json(r, "doc")), preview_summary_done));
}

static void
hub_refuses(
    void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	req_field(arg, pointer, code, limit);
}

/* What is queued is what the hub takes: its own schema says so here. */
static int
hub_accepts(struct req *r)
{
	json_t *body;
	int errors;

	body = json_pack("{s:O, s:i, s:O}", "consent_id",
	    json_object_get(r->body, "consent_id"), "version", 1, "doc",
	    json_object_get(r->body, "doc"));
	errors = schema_check(put_summary, body, hub_refuses, r);
	json_decref(body);
	return (errors == 0);
}

static int
share_summary_allowed(struct req *r, const struct db_row *rows)
{
	const char *categories;
	size_t wrong;
	int answer;

	if (!permitted(rows))
		return (req_reply_row(r, rows));
	if (!consent_age_allows(r, rows, &answer))
		return (answer);
	categories = db_text(rows, 0, db_col(rows, "categories"));
	wrong = consented_only(r, categories != NULL ? categories : "[]");
	if (!guarded(r, rows, wrong, &answer))
		return (answer);
	if (!hub_accepts(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r,
	    STMTS(STMT_SUMMARY_LOCK, STMT_SUMMARY_PUT,
		STMT_SUMMARY_OVERRULE_PUT, STMT_SUMMARY_PUT_REPLY),
	    ARGS(req_str(r->body, "consent_id"), req_json(r, "doc"),
		r->param[0], r->if_match,
		summary_guard_seal(r, r->param[0], r->if_match)),
	    summary_guard_reply));
}

int
share_summary(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUMMARY_PREVIEW),
	    ARGS(req_str(r->body, "consent_id"), req_json(r, "doc")),
	    share_summary_allowed));
}

int
get_shared_summary(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUMMARY_GET), ARGS(r->param[0]),
	    summary_guard_reply));
}

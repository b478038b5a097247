/*
 * A person's rights: a copy of all that is held on them, and its erasure, on
 * the data-protection officer's hands.  The database asks who asks, and notes
 * each export and search; here what is sealed is opened.
 *
 * searchSubjects, exportSubject, getSubjectPrint, eraseSubject.
 */
#include "subject.h"

#include "common/html.h"
#include "crypt.h"
#include "db.h"
#include "identity.h"
#include "node_routes.h"
#include "node_statements.h"
#include "page.h"
#include "person_index.h"
#include "reply.h"
#include "req.h"
#include "subject_casework.h"

/* Each version's sealed part, under the id that it was sealed for. */
static int
versions_open(const json_t *consents)
{
	json_t *consent, *version;
	size_t i, k;

	json_array_foreach(consents, i, consent) {
		json_array_foreach(
		    json_object_get(consent, "versions"), k, version) {
			if (!reply_open(version, "consent"))
				return (0);
			(void)json_object_del(version, "id");
		}
	}
	return (1);
}

/* Each overrule's places and reasons, likewise. */
static int
overrules_open(const json_t *overrules)
{
	json_t *item;
	size_t i;

	json_array_foreach(overrules, i, item) {
		if (!reply_open(item, "overrule"))
			return (0);
		(void)json_object_del(item, "id");
	}
	return (1);
}

/* 0 when something of it does not open. */
static int
export_open(const json_t *doc)
{
	static const struct {
		const char *list;
		const char *kind; /* what its items were sealed as */
	} lists[] = {
		{ "cases", "case" },
		{ "episodes", "episode" },
		{ "signals", "signal" },
		{ "team_records", "team_record" },
		{ "emergency_readings", "emergency" },
		{ "changes", "change" },
		{ "family_words", "family_word" },
		{ "child_limits", "child_limit" },
	};
	json_t *item;
	size_t i, k;

	if (!reply_open(json_object_get(doc, "person"), "person"))
		return (0);
	for (k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		json_array_foreach(
		    json_object_get(doc, lists[k].list), i, item) {
			if (!reply_open(item, lists[k].kind))
				return (0);
		}
	}
	return (subject_casework_open(json_object_get(doc, "casework")) &&
		versions_open(json_object_get(doc, "consents")) &&
		overrules_open(json_object_get(doc, "overrules")));
}

/* The export, opened; NULL when it is not there or does not open. */
static json_t *
export_read(const struct db_row *rows)
{
	json_t *doc;

	doc = json_loads(db_text(rows, 0, 1), 0, NULL);
	if (doc != NULL && export_open(doc))
		return (doc);
	json_decref(doc);
	return (NULL);
}

static int
exported(struct req *r, const struct db_row *rows)
{
	const char *text;
	json_t *doc;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	if ((doc = export_read(rows)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	text = req_dumps(r, doc);
	json_decref(doc);
	req_header(r, "content-disposition",
	    "attachment; filename=\"izvlechenie.json\"");
	return (req_reply(r, 200, text));
}

int
export_subject(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUBJECT_EXPORT),
	    ARGS(r->param[0], req_query(r, "by")), exported));
}

static int
export_printed(struct req *r, const struct db_row *rows)
{
	struct html h = { 0 };
	json_t *doc, *labels;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	if ((doc = export_read(rows)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	labels = json_loads(db_text(rows, 0, db_col(rows, "labels")), 0, NULL);
	subject_page(&h, doc, labels);
	json_decref(labels);
	json_decref(doc);
	return (page_reply(r, &h));
}

int
get_subject_print(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUBJECT_EXPORT_PAGE),
	    ARGS(r->param[0], req_query(r, "by")), export_printed));
}

static int
found(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "person"));
}

int
search_subjects(struct req *r)
{
	const char *wanted;
	json_t *tokens;

	tokens = person_index_rows(identity_key(), r->body);
	wanted = req_dumps(r, tokens);
	json_decref(tokens);
	return (db_exec(r, STMTS(STMT_SUBJECT_SEARCH), ARGS(wanted), found));
}

int
erase_subject(struct req *r)
{
	return (db_exec(r, STMTS(STMT_SUBJECT_ERASE, STMT_SUBJECT_ERASED),
	    ARGS(r->param[0], req_str(r->body, "reason")), req_reply_row));
}

/*
 * Answers whose documents hold something sealed, or that refuse one field.
 */
#include "reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypt.h"
#include "db.h"
#include "identity.h"
#include "req.h"

#define CONTEXT_SIZE 80

const char *
reply_limit(struct req *r)
{
	const char *limit;

	limit = req_query(r, "limit");
	return (limit != NULL ? limit : "50");
}

const char *
reply_seal(
    struct req *r, const char *kind, const char *id, const json_t *members)
{
	char context[CONTEXT_SIZE], *sealed;
	const char *text;

	(void)snprintf(context, sizeof(context), "%s/%s", kind, id);
	sealed = crypt_seal(identity_key(), context, req_dumps(r, members));
	if (sealed == NULL)
		return (NULL);
	text = req_strdup(r, sealed);
	free(sealed);
	return (text);
}

json_t *
reply_members(const json_t *of, const char *const *names)
{
	json_t *members, *value;
	int failed;

	members = json_object();
	failed = members == NULL;
	for (; !failed && *names != NULL; names++) {
		if ((value = json_object_get(of, *names)) != NULL)
			failed = json_object_set(members, *names, value) != 0;
	}
	if (!failed)
		return (members);
	json_decref(members);
	return (NULL);
}

const char *
reply_seal_named(
    struct req *r, const char *kind, const char *id, const char *const *names)
{
	const char *sealed;
	json_t *members;

	members = reply_members(r->body, names);
	sealed = members == NULL ? NULL : reply_seal(r, kind, id, members);
	json_decref(members);
	return (sealed);
}

const char *
reply_content(struct req *r)
{
	char token[CRYPT_INDEX_SIZE], *text;

	text = json_dumps(r->body, JSON_SORT_KEYS | JSON_COMPACT);
	crypt_index(identity_key(), "content", text, token);
	crypt_wipe_free(text);
	return (req_strdup(r, token));
}

/* Opens the member "sealed" of one object under its context. */
static int
open_one(json_t *doc, const char *context)
{
	const char *sealed;
	char *text;
	json_t *members;
	int opened;

	sealed = req_str(doc, "sealed");
	if (sealed == NULL)
		return (1);
	text = crypt_open(identity_key(), context, sealed);
	if (text == NULL)
		return (0);
	members = json_loads(text, 0, NULL);
	crypt_wipe_free(text);
	opened = json_object_update(doc, members) == 0;
	json_decref(members);
	(void)json_object_del(doc, "sealed");
	return (opened);
}

int
reply_open(json_t *doc, const char *kind)
{
	char context[CONTEXT_SIZE];
	const char *id, *key;
	json_t *value;

	id = req_str(doc, "id");
	json_object_foreach(doc, key, value) {
		if (req_str(value, "sealed") == NULL)
			continue;
		(void)snprintf(
		    context, sizeof(context), "%s/%s/%s", kind, id, key);
		if (!open_one(value, context))
			return (0);
	}
	(void)snprintf(context, sizeof(context), "%s/%s", kind, id);
	return (open_one(doc, context));
}

static int
all_open(json_t *doc, const char *kind)
{
	json_t *items, *item;
	size_t i;

	items = json_object_get(doc, "items");
	if (items == NULL)
		return (reply_open(doc, kind));
	json_array_foreach(items, i, item) {
		if (!reply_open(item, kind))
			return (0);
	}
	return (1);
}

/* The body of the row, opened; NULL when it has none or does not open. */
static const char *
body_opened(struct req *r, const struct db_row *rows, const char *kind)
{
	const char *body, *text;
	json_t *doc;

	body = db_text(rows, 0, 1);
	if (body == NULL || (doc = json_loads(body, 0, NULL)) == NULL)
		return (NULL);
	text = all_open(doc, kind) ? req_dumps(r, doc) : NULL;
	json_decref(doc);
	return (text);
}

int
reply_opened(struct req *r, const struct db_row *rows, const char *kind)
{
	const char *status, *body;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "invalid") == 0 ||
	    db_text(rows, 0, 1) == NULL)
		return (reply_checked(r, rows));
	if ((body = body_opened(r, rows, kind)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (req_reply_row_with(r, rows, body));
}

int
reply_changed(struct req *r, const struct db_row *rows, reply_change *change)
{
	const char *body, *text;
	json_t *doc;

	body = rows->n > 0 ? db_text(rows, 0, db_col(rows, "body")) : NULL;
	doc = body != NULL ? json_loads(body, 0, NULL) : NULL;
	if (doc == NULL)
		return (req_reply_row(r, rows));
	text = change(r, rows, doc) ? req_dumps(r, doc) : NULL;
	json_decref(doc);
	if (text == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (req_reply_row_with(r, rows, text));
}

static enum field_error
field_by_code(const char *code)
{
	int i;

	for (i = 0; i < FIELD_ERROR_COUNT; i++) {
		if (strcmp(field_error_code((enum field_error)i), code) == 0)
			return ((enum field_error)i);
	}
	return (FIELD_NOT_FOUND);
}

int
reply_checked(struct req *r, const struct db_row *rows)
{
	const char *status, *pointer, *code;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "invalid") != 0)
		return (req_reply_row(r, rows));
	pointer = db_text(rows, 0, db_col(rows, "body"));
	code = db_text(rows, 0, db_col(rows, "etag"));
	return (
	    req_problem_at(r, PROBLEM_INVALID, pointer != NULL ? pointer : "",
		code != NULL ? field_by_code(code) : FIELD_NOT_FOUND));
}

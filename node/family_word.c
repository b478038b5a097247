/*
 * What a family has said on its page, and the answer to it.  The courier, which
 * has no key, brings the words as they were said; they are sealed here at once,
 * and the hub is told that it may forget them.
 *
 * And what a child asked not to be told to anybody: it is read before
 * something is shared, and nothing that leaves is made from it.
 *
 * listFamilyWords, answerFamilyWord, putChildLimit, getChildLimit.
 */
#include "family_word.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypt.h"
#include "db.h"
#include "identity.h"
#include "node_routes.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"
#include "summary_guard.h"

/* Words of one look; more come at the next. */
#define MOST         "20"
#define MOST_N       20
#define CONTEXT_SIZE 80

/* Handed on with the last of a full look: there may be more. */
static char more;

static void look(const char *payload);

static void
taken(void *arg, const struct db_row *rows)
{
	(void)rows;
	if (arg != NULL)
		look("");
}

/* {"text": words} under "family_word/<id>"; malloc'ed, or NULL. */
static char *
words_seal(const char *id, const char *words)
{
	char context[CONTEXT_SIZE], *sealed, *text;
	json_t *doc;

	doc = json_pack("{s:s}", "text", words);
	text = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	(void)snprintf(context, sizeof(context), "family_word/%s", id);
	sealed =
	    text == NULL ? NULL : crypt_seal(identity_key(), context, text);
	crypt_wipe_free(text);
	return (sealed);
}

static void
arrived(void *arg, const struct db_row *rows)
{
	const char *id, *words;
	char *sealed;
	int i;

	(void)arg;
	for (i = 0; rows != NULL && i < rows->n; i++) {
		id = db_text(rows, i, 0);
		words = db_text(rows, i, 1);
		sealed = words == NULL ? NULL : words_seal(id, words);
		/* Memory lacked: the next look tries again. */
		if (words != NULL && sealed == NULL)
			continue;
		(void)db_task(STMTS(STMT_FAMILY_WORD_TAKE), ARGS(id, sealed),
		    taken, i == MOST_N - 1 ? &more : NULL);
		free(sealed);
	}
}

static void
look(const char *payload)
{
	(void)payload;
	if (db_ready())
		(void)db_task(STMTS(STMT_FAMILY_WORDS_ARRIVED), ARGS(MOST),
		    arrived, NULL);
}

void
family_word_start(void)
{
	db_look_out("family", look);
}

static int
opened(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "family_word"));
}

/* What was born at the hub has been looked at there for numbers alone. */
static int
words_open(struct req *r, const struct db_row *rows, json_t *doc)
{
	json_t *words, *word;
	size_t i;

	words = json_object_get(doc, "items");
	json_array_foreach(words, i, word) {
		if (!reply_open(word, "family_word"))
			return (0);
	}
	return (summary_guard_mark(r, rows, words));
}

static int
words_listed(struct req *r, const struct db_row *rows)
{
	return (reply_changed(r, rows, words_open));
}

int
list_family_words(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_FAMILY_WORD_LIST), ARGS(r->param[0]), words_listed));
}

/* The body, sealed under "kind/id"; NULL when memory lacked. */
static const char *
body_sealed(struct req *r, const char *kind, const char *id)
{
	return (reply_seal(r, kind, id, r->body));
}

/* The family's page shows no names: the answer must not tell who it is. */
static int
answer_looked_at(struct req *r, const struct db_row *rows)
{
	const char *sealed;
	int found;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	found = summary_guard_text(r, rows, "/text", req_str(r->body, "text"));
	if (found != 0)
		return (req_problem(
		    r, found > 0 ? PROBLEM_INVALID : PROBLEM_INTERNAL));
	sealed = body_sealed(
	    r, "family_word", req_printf(r, "%s/answer", r->param[0]));
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_FAMILY_WORD_ANSWER, STMT_FAMILY_WORD_ANSWER_QUEUE,
		STMT_FAMILY_WORD_ANSWER_REPLY),
	    ARGS(r->param[0], sealed, reply_content(r),
		req_str(r->body, "text")),
	    opened));
}

int
answer_family_word(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_ANSWER_PREPARE), ARGS(r->param[0]),
	    answer_looked_at));
}

static int
limit_opened(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "child_limit"));
}

int
put_child_limit(struct req *r)
{
	const char *sealed;

	sealed = body_sealed(r, "child_limit", r->param[0]);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (
	    db_exec(r, STMTS(STMT_CHILD_LIMIT_PUT, STMT_CHILD_LIMIT_PUT_REPLY),
		ARGS(r->param[0], sealed, reply_content(r), r->if_match),
		limit_opened));
}

int
get_child_limit(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CHILD_LIMIT_GET), ARGS(r->param[0]), limit_opened));
}

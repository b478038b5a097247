/*
 * Voices of the child and of those who raise it, and what was done about
 * them.  Every word is sealed; to refuse to speak is recorded as an answer.
 *
 * listVoices, putVoice, answerVoice.
 */
#include "node_routes.h"

#include <string.h>

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static const char *const said[] = { "text", "wants", "fears", NULL };

static int
voice_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "voice"));
}

int
list_voices(struct req *r)
{
	return (db_exec(r, STMTS(STMT_VOICE_LIST),
	    ARGS(r->param[0], req_query(r, "answered")), voice_done));
}

/* The first member of what was said that the body has, or NULL. */
static const char *
first_said(const json_t *body)
{
	size_t i;

	for (i = 0; said[i] != NULL; i++) {
		if (json_object_get(body, said[i]) != NULL)
			return (said[i]);
	}
	return (NULL);
}

/* Who refused has said nothing; who spoke did, and somehow. */
int
put_voice(struct req *r)
{
	const char *sealed, *word;
	int refused;

	refused = json_is_true(json_object_get(r->body, "refused"));
	word = first_said(r->body);
	if (refused && word != NULL)
		return (req_problem_at(r, PROBLEM_INVALID,
		    req_printf(r, "/%s", word), FIELD_FALSE_SCHEMA));
	if (!refused && word == NULL)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/text", FIELD_REQUIRED));
	if (!refused && req_str(r->body, "how") == NULL)
		return (
		    req_problem_at(r, PROBLEM_INVALID, "/how", FIELD_REQUIRED));
	sealed = reply_seal_named(r, "voice", r->param[1], said);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_VOICE_PUT, STMT_VOICE_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "who"),
		req_str(r->body, "how"), req_str(r->body, "on"),
		refused ? "t" : "f", req_str(r->body, "agrees_to_share"),
		sealed, reply_content(r), r->if_match),
	    voice_done));
}

/* What was not followed, or not wholly, has a reason. */
int
answer_voice(struct req *r)
{
	static const char *const words[] = { "done", "reason", NULL };
	const char *sealed;

	if (strcmp(req_str(r->body, "followed"), "yes") != 0 &&
	    req_str(r->body, "reason") == NULL)
		return (req_problem_at(
		    r, PROBLEM_INVALID, "/reason", FIELD_REQUIRED));
	sealed = reply_seal_named(
	    r, "voice", req_printf(r, "%s/answer", r->param[1]), words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r, STMTS(STMT_VOICE_ANSWER, STMT_VOICE_ANSWER_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "on"),
		req_str(r->body, "followed"), sealed, reply_content(r),
		r->if_match),
	    voice_done));
}

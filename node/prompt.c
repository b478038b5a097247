/*
 * Two questions that a case may be asked: what would the child say, and which
 * knowledge was used?  Answers are sealed and never changed.
 *
 * listPromptAnswers, answerPrompt.
 */
#include "node_routes.h"

#include "db.h"
#include "node_statements.h"
#include "reply.h"
#include "req.h"

static int
prompt_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "prompt_answer"));
}

int
list_prompt_answers(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_PROMPT_ANSWER_LIST), ARGS(r->param[0]), prompt_done));
}

int
answer_prompt(struct req *r)
{
	static const char *const words[] = { "text", NULL };
	const char *sealed;

	sealed = reply_seal_named(r, "prompt_answer", r->param[1], words);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_PROMPT_ANSWER_PUT, STMT_PROMPT_ANSWER_PUT_REPLY),
	    ARGS(r->param[0], r->param[1], req_str(r->body, "prompt"), sealed,
		reply_content(r)),
	    prompt_done));
}

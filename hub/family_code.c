/*
 * The holder's side of the family's page: slips of codes, what the family
 * said, and the answer to it.
 *
 * Operations: putFamilyCodes, revokeFamilyCodes, takeFamilyWord,
 * answerFamilyWord.
 */
#include "family_code.h"

#include <stdio.h>

#include "common/auth.h"
#include "common/db.h"
#include "common/guard_pattern.h"
#include "common/req.h"
#include "common/service.h"
#include "family.h"
#include "hub_routes.h"
#include "hub_statements.h"

#define FIRST_HOURS "72"

static unsigned char keep_key[STRETCH_BYTES];

/*
 * Codes are kept under a key made of the one that signs tokens: whoever has
 * the database alone has nothing to try codes against.
 */
int
family_configure(char *err, size_t errlen)
{
	if (auth_key_derive(service_key(), "family codes", keep_key))
		return (0);
	(void)snprintf(err, errlen, "the signing key is not private");
	return (-1);
}

int
family_code_keep(const char *hex, char out[STRETCH_HEX_SIZE])
{
	return (stretch_key(hex, keep_key, out));
}

int
family_text_passes(struct req *r)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	size_t i, n;

	n = guard_pattern(req_str(r->body, "text"), 0, hits, GUARD_HITS_MAX);
	for (i = 0; i < n; i++)
		req_field_span(
		    r, "/text", hits[i].code, hits[i].start, hits[i].end);
	return (n == 0);
}

/* The body's codes as they are kept, JSON text; NULL when memory lacked. */
static const char *
codes_kept(struct req *r)
{
	char kept[STRETCH_HEX_SIZE];
	const char *text;
	json_t *list, *code;
	size_t i;
	int ok;

	ok = 1;
	list = json_array();
	json_array_foreach(json_object_get(r->body, "codes"), i, code) {
		ok = ok && family_code_keep(json_string_value(code), kept) &&
		     json_array_append_new(list, json_string(kept)) == 0;
	}
	text = ok ? req_dumps(r, list) : NULL;
	json_decref(list);
	return (text);
}

int
put_family_codes(struct req *r)
{
	const char *codes;

	codes = codes_kept(r);
	if (codes == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_CONSENT_LOCK, STMT_FAMILY_SLIP_REPLACE,
		STMT_FAMILY_SLIP_PUT, STMT_FAMILY_CODES_PUT),
	    ARGS(req_str(r->body, "consent_id"), r->param[0],
		req_json(r, "signer"), req_str(r->body, "issued_at"),
		req_str(r->body, "capacity"), req_str(r->body, "feed_id"),
		FIRST_HOURS, codes),
	    req_reply_row));
}

int
revoke_family_codes(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_FAMILY_SLIP_REVOKE, STMT_FAMILY_SLIP_REVOKED),
	    ARGS(r->param[0], req_str(r->body, "consent_id")), req_reply_row));
}

int
take_family_word(struct req *r)
{
	return (db_exec(r, STMTS(STMT_FAMILY_WORD_TAKE),
	    ARGS(r->param[0], req_str(r->body, "at")), req_reply_row));
}

int
answer_family_word(struct req *r)
{
	if (!family_text_passes(r))
		return (req_problem(r, PROBLEM_INVALID));
	return (db_exec(r, STMTS(STMT_FAMILY_WORD_ANSWER),
	    ARGS(r->param[0], req_str(r->body, "text")), req_reply_row));
}

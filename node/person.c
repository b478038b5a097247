/*
 * Persons: who a case is about.  Sealed here before it reaches the database
 * and opened here after; found through keyed hashes of whole names, of the
 * identifier and of the birth date.
 *
 * createPerson, getPerson, updatePerson, searchPersons.
 */
#include "node_routes.h"

#include <string.h>

#include "crypt.h"
#include "db.h"
#include "identifier.h"
#include "identity.h"
#include "node_statements.h"
#include "person_index.h"
#include "reply.h"
#include "req.h"

static const char *
index_rows(struct req *r, const json_t *person)
{
	const char *text;
	json_t *rows;

	rows = person_index_rows(identity_key(), person);
	text = req_dumps(r, rows);
	json_decref(rows);
	return (text);
}

/* Check digit, and the date of an ЕГН against the birth date: 1, or told. */
static int
identifier_fits(struct req *r, const json_t *person, int *answer)
{
	char date[IDENTIFIER_DATE_SIZE];
	const char *kind, *value;
	const json_t *identifier;

	identifier = json_object_get(person, "identifier");
	kind = req_str(identifier, "kind");
	value = req_str(identifier, "value");
	if (kind == NULL || value == NULL)
		return (1);
	if (strcmp(kind, "lnch") == 0 && !identifier_lnch(value)) {
		*answer = req_problem_at(r, PROBLEM_IDENTIFIER_INVALID,
		    "/identifier/value", FIELD_LNCH_CHECK);
		return (0);
	}
	if (strcmp(kind, "egn") != 0)
		return (1);
	if (!identifier_egn(value)) {
		*answer = req_problem_at(r, PROBLEM_IDENTIFIER_INVALID,
		    "/identifier/value", FIELD_EGN_CHECK);
		return (0);
	}
	if (identifier_egn_birth_date(value, date) &&
	    strcmp(date, req_str(person, "birth_date")) != 0) {
		*answer = req_problem_at(r, PROBLEM_IDENTIFIER_INVALID,
		    "/birth_date", FIELD_EGN_BIRTH_DATE);
		return (0);
	}
	return (1);
}

/* A keyed hash of the whole: equal content is known without opening it. */
static const char *
content_hash(struct req *r, const json_t *person)
{
	char token[CRYPT_INDEX_SIZE], *text;

	text = json_dumps(person, JSON_SORT_KEYS | JSON_COMPACT);
	crypt_index(identity_key(), "content", text, token);
	crypt_wipe_free(text);
	return (req_strdup(r, token));
}

static int
person_done(struct req *r, const struct db_row *rows)
{
	return (reply_opened(r, rows, "person"));
}

int
create_person(struct req *r)
{
	const char *sealed;
	int answer;

	if (!identifier_fits(r, r->body, &answer))
		return (answer);
	sealed = reply_seal(r, "person", r->param[0], r->body);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_PERSON_PUT, STMT_PERSON_INDEX_PUT, STMT_PERSON_CREATED),
	    ARGS(r->param[0], sealed, content_hash(r, r->body),
		index_rows(r, r->body)),
	    person_done));
}

int
get_person(struct req *r)
{
	return (
	    db_exec(r, STMTS(STMT_PERSON_GET), ARGS(r->param[0]), person_done));
}

/* The person as it is, with the change in it; null takes a member out. */
static json_t *
person_changed(const char *body, json_t *change)
{
	const char *key;
	json_t *person, *value;

	person = json_loads(body, 0, NULL);
	if (person == NULL || !reply_open(person, "person")) {
		json_decref(person);
		return (NULL);
	}
	(void)json_object_del(person, "id");
	(void)json_object_del(person, "version");
	json_object_foreach(change, key, value) {
		if (json_is_null(value))
			(void)json_object_del(person, key);
		else
			(void)json_object_set(person, key, value);
	}
	return (person);
}

static int
person_write(struct req *r, const json_t *person)
{
	const char *sealed;
	int answer;

	if (!identifier_fits(r, person, &answer))
		return (answer);
	sealed = reply_seal(r, "person", r->param[0], person);
	if (sealed == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (db_exec(r,
	    STMTS(STMT_PERSON_UPDATE, STMT_PERSON_INDEX_CLEAR,
		STMT_PERSON_INDEX_PUT, STMT_PERSON_UPDATED),
	    ARGS(r->param[0], sealed, content_hash(r, person),
		index_rows(r, person), r->if_match),
	    person_done));
}

static int
update_person_read(struct req *r, const struct db_row *rows)
{
	json_t *person;
	int answer;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	person = person_changed(db_text(rows, 0, 1), r->body);
	if (person == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	answer = person_write(r, person);
	json_decref(person);
	return (answer);
}

int
update_person(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_PERSON_GET), ARGS(r->param[0]), update_person_read));
}

int
search_persons(struct req *r)
{
	return (db_exec(r, STMTS(STMT_PERSON_SEARCH),
	    ARGS(index_rows(r, r->body), req_query(r, "after"), reply_limit(r)),
	    person_done));
}

/*
 * What the age of a child means for a consent.
 */
#include "consent_age.h"

#include <string.h>

#include "db.h"
#include "reply.h"
#include "req.h"

/* The birth date of the row's person and today; NULL when it does not open. */
static json_t *
person_open(const struct db_row *rows)
{
	json_t *person;

	person = json_pack("{s:s?, s:s?}", "id",
	    db_text(rows, 0, db_col(rows, "person_id")), "sealed",
	    db_text(rows, 0, db_col(rows, "sealed")));
	if (person != NULL && reply_open(person, "person") &&
	    req_str(person, "birth_date") != NULL)
		return (person);
	json_decref(person);
	return (NULL);
}

enum signature_fault
consent_age_fault(const struct db_row *rows, const struct signature *s, int new)
{
	enum signature_fault fault;
	const char *birth, *today;
	json_t *person;

	if ((person = person_open(rows)) == NULL)
		return (SIGNATURE_UNKNOWN);
	birth = req_str(person, "birth_date");
	today = db_text(rows, 0, db_col(rows, "today"));
	fault = new ? signature_rule_check(s, birth, today)
		    : signature_rule_now(s, birth, today);
	json_decref(person);
	return (fault);
}

/* A band that nobody asked about is right. */
static int
band_right(const struct req *r, const json_t *person, const char *today)
{
	char expected[AGE_BAND_SIZE];
	const char *said;

	said =
	    req_str(json_object_get(json_object_get(r->body, "doc"), "basics"),
		"age_band");
	signature_age_band(req_str(person, "birth_date"), today, expected);
	return (said == NULL || strcmp(said, expected) == 0);
}

int
consent_age_allows(struct req *r, const struct db_row *rows, int *answer)
{
	struct signature s;
	const char *today;
	json_t *person;
	int right;

	if ((person = person_open(rows)) == NULL) {
		*answer = req_problem(r, PROBLEM_INTERNAL);
		return (0);
	}
	s.rule = db_text(rows, 0, db_col(rows, "rule"));
	s.young = *db_text(rows, 0, db_col(rows, "young")) == 't';
	s.until = NULL;
	today = db_text(rows, 0, db_col(rows, "today"));
	right = signature_rule_now(&s, req_str(person, "birth_date"), today) ==
		SIGNATURE_FITS;
	if (!right)
		*answer = req_problem(r, PROBLEM_YOUNG_PERSON_NEEDED);
	else if (!(right = band_right(r, person, today)))
		*answer = req_problem_at(
		    r, PROBLEM_INVALID, "/doc/basics/age_band", FIELD_CONFLICT);
	json_decref(person);
	return (right);
}

static int
young_signed(const json_t *doc)
{
	const json_t *signer;
	size_t i;

	json_array_foreach(json_object_get(doc, "signers"), i, signer) {
		if (strcmp(req_str(signer, "capacity"), "young_person") == 0)
			return (1);
	}
	return (0);
}

static void
state_say(json_t *doc, const char *birth, const char *today)
{
	struct signature s;

	if (strcmp(req_str(doc, "state"), "active") != 0)
		return;
	s.rule = req_str(doc, "rule");
	s.young = young_signed(doc);
	s.until = NULL;
	if (signature_rule_now(&s, birth, today) != SIGNATURE_FITS)
		(void)json_object_set_new(
		    doc, "state", json_string("needs_young_person"));
}

/* One consent or a list of one person's; unchanged where it is not known. */
static int
states_say(struct req *r, const struct db_row *rows, json_t *doc)
{
	const char *birth, *today;
	json_t *items, *item, *person;
	size_t i;

	(void)r;
	if ((person = person_open(rows)) == NULL)
		return (1);
	birth = req_str(person, "birth_date");
	today = db_text(rows, 0, db_col(rows, "today"));
	items = json_object_get(doc, "items");
	if (items == NULL)
		state_say(doc, birth, today);
	json_array_foreach(items, i, item)
		state_say(item, birth, today);
	json_decref(person);
	return (1);
}

int
consent_age_reply(struct req *r, const struct db_row *rows)
{
	return (reply_changed(r, rows, states_say));
}

/*
 * The identity guard over a summary that is about to leave.
 *
 * Names held for a case are the child's and those of everybody who signed
 * for it.  A supervisor may overrule a name, never a number or an address;
 * the place must be exactly one that the guard found.
 */
#include "summary_guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field_error.h"
#include "guard.h"
#include "guard_document.h"
#include "guard_machine.h"
#include "reply.h"

#define ID_SIZE 64

struct look {
	struct req *r;
	const struct guard_names *names;
	const json_t *overrule;
	unsigned used; /* bit i: overrule i let something pass */
	int found;
};

static int
person_names(struct guard_names *names, const struct db_row *rows, int i)
{
	json_t *person;
	int opened;

	person = json_pack("{s:s?, s:s?}", "id",
	    db_text(rows, i, db_col(rows, "person_id")), "sealed",
	    db_text(rows, i, db_col(rows, "sealed")));
	opened = person != NULL && reply_open(person, "person");
	if (opened) {
		guard_names_add(names, req_str(person, "given_name"));
		guard_names_add(names, req_str(person, "middle_name"));
		guard_names_add(names, req_str(person, "family_name"));
	}
	json_decref(person);
	return (opened);
}

static int
signer_names(struct guard_names *names, const struct db_row *rows, int row)
{
	json_t *consents, *consent, *signer;
	const char *text;
	size_t i, j;
	int opened;

	text = db_text(rows, row, db_col(rows, "signers"));
	consents = text != NULL ? json_loads(text, 0, NULL) : NULL;
	opened = 1;
	json_array_foreach(consents, i, consent) {
		opened = opened && reply_open(consent, "consent");
		json_array_foreach(
		    json_object_get(consent, "signers"), j, signer)
			guard_names_add(names, req_str(signer, "name"));
	}
	json_decref(consents);
	return (opened);
}

/* All names held for the row's case; NULL when some do not open. */
static struct guard_names *
names_held(struct req *r, const struct db_row *rows)
{
	struct guard_names *names;

	names = req_alloc(r, sizeof(*names));
	return (person_names(names, rows, 0) && signer_names(names, rows, 0)
		    ? names
		    : NULL);
}

/* The overrule for exactly this place, or -1. */
static int
overruled(const struct look *l, const char *pointer, const struct guard_hit *h)
{
	json_t *o;
	size_t i;

	json_array_foreach(l->overrule, i, o) {
		if (strcmp(req_str(o, "pointer"), pointer) == 0 &&
		    json_integer_value(json_object_get(o, "start")) ==
			(json_int_t)h->start &&
		    json_integer_value(json_object_get(o, "end")) ==
			(json_int_t)h->end)
			return ((int)i);
	}
	return (-1);
}

static int
is_supervisor(const struct req *r)
{
	return (strcmp(r->caller.role, "supervisor") == 0);
}

/* Names are looked for where people write; codes cannot hold any. */
static int
is_free_text(const char *member)
{
	return (strcmp(member, "text") == 0 || strcmp(member, "role") == 0 ||
		strcmp(member, "organisation") == 0);
}

static unsigned
flags_of(const char *member)
{
	return (strncmp(member, "office_", 7) == 0 ? GUARD_OFFICE : 0);
}

static void
look_at(void *arg, const char *pointer, const char *member, const char *text)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	struct look *l = arg;
	size_t i, n;
	int which;

	n = guard_text(text, is_free_text(member) ? l->names : NULL,
	    flags_of(member), hits, GUARD_HITS_MAX);
	for (i = 0; i < n; i++) {
		which = hits[i].code == FIELD_NAME_IN_TEXT
			    ? overruled(l, pointer, &hits[i])
			    : -1;
		if (which >= 0)
			l->used |= 1U << which;
		if (which >= 0 && is_supervisor(l->r))
			continue;
		req_field_span(
		    l->r, pointer, hits[i].code, hits[i].start, hits[i].end);
		l->found++;
	}
}

/* An overrule by somebody else, or of something that is no name there. */
static void
overrules_check(struct look *l)
{
	char pointer[ID_SIZE];
	size_t i;

	for (i = 0; i < json_array_size(l->overrule); i++) {
		(void)snprintf(pointer, sizeof(pointer), "/overrule/%zu", i);
		if ((l->used & 1U << i) == 0)
			req_field(l->r, pointer, FIELD_OVERRULE_NO_NAME, NULL);
		else if (!is_supervisor(l->r))
			req_field(l->r, pointer, FIELD_OVERRULE_ROLE, NULL);
		else
			continue;
		l->found++;
	}
}

int
summary_guard(struct req *r, const struct db_row *rows)
{
	struct look l = { .r = r };

	l.names = names_held(r, rows);
	if (l.names == NULL || l.names->full)
		return (-1);
	l.overrule = json_object_get(r->body, "overrule");
	guard_document(json_object_get(r->body, "doc"), "/doc", look_at, &l);
	overrules_check(&l);
	return (l.found);
}

int
summary_guard_text(struct req *r, const struct db_row *rows,
    const char *pointer, const char *text)
{
	struct look l = { .r = r };

	l.names = names_held(r, rows);
	if (l.names == NULL || l.names->full)
		return (-1);
	look_at(&l, pointer, "text", text);
	return (l.found);
}

static void
look_at_any(
    void *arg, const char *pointer, const char *member, const char *text)
{
	(void)member;
	if (!guard_machine(text))
		look_at(arg, pointer, "text", text);
}

int
summary_guard_body(struct req *r, const struct db_row *rows, const char *member)
{
	struct look l = { .r = r };

	if (db_text(rows, 0, db_col(rows, "person_id")) != NULL) {
		l.names = names_held(r, rows);
		if (l.names == NULL || l.names->full)
			return (-1);
	}
	guard_document(json_object_get(r->body, member),
	    req_printf(r, "/%s", member), look_at_any, &l);
	return (l.found);
}

/* Looks for names alone, and until the first is found. */
struct search {
	struct guard_names names;
	int found;
};

static void
search_text(
    void *arg, const char *pointer, const char *member, const char *text)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	struct search *s = arg;
	size_t i, n;

	(void)pointer;
	(void)member;
	if (s->found || guard_machine(text))
		return;
	n = guard_text(text, &s->names, 0, hits, GUARD_HITS_MAX);
	for (i = 0; i < n; i++)
		s->found |= hits[i].code == FIELD_NAME_IN_TEXT;
}

int
summary_guard_names(const struct db_row *rows, int row, const char *doc)
{
	struct search *s;
	json_t *parsed;
	int found;

	s = calloc(1, sizeof(*s));
	parsed = json_loads(doc != NULL ? doc : "", 0, NULL);
	found = -1;
	if (s != NULL && parsed != NULL && person_names(&s->names, rows, row) &&
	    signer_names(&s->names, rows, row)) {
		guard_document(parsed, "", search_text, s);
		found = s->found || s->names.full;
	}
	json_decref(parsed);
	free(s);
	return (found);
}

static void
mark(json_t *doc, const struct guard_names *names)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	const char *text;
	json_t *list;
	size_t i, n;

	if ((text = req_str(doc, "text")) == NULL)
		return;
	n = guard_text(text, names, 0, hits, GUARD_HITS_MAX);
	list = json_array();
	for (i = 0; i < n; i++)
		(void)json_array_append_new(
		    list, json_pack("{s:s, s:I, s:I}", "code",
			      field_error_code(hits[i].code), "start",
			      (json_int_t)hits[i].start, "end",
			      (json_int_t)hits[i].end));
	if (n > 0)
		(void)json_object_set(doc, "identifying", list);
	json_decref(list);
}

int
summary_guard_mark(struct req *r, const struct db_row *rows, json_t *items)
{
	struct guard_names *names;
	json_t *doc;
	size_t i;

	if ((names = names_held(r, rows)) == NULL)
		return (0);
	json_array_foreach(items, i, doc)
		mark(doc, names);
	return (1);
}

const char *
summary_guard_seal(struct req *r, const char *summary_id, const char *if_match)
{
	char id[ID_SIZE];
	const char *sealed;
	json_t *overrule, *members;
	long version;

	overrule = json_object_get(r->body, "overrule");
	if (json_array_size(overrule) == 0)
		return (NULL);
	version = if_match != NULL ? strtol(if_match, NULL, 10) + 1 : 1;
	(void)snprintf(id, sizeof(id), "%s/%ld", summary_id, version);
	members = json_pack("{s:O}", "overruled", overrule);
	sealed = reply_seal(r, "overrule", id, members);
	json_decref(members);
	return (sealed);
}

/* Puts "overruled" in the place of "sealed"; 0 when it does not open. */
static int
overruled_open(struct req *r, const struct db_row *rows, json_t *doc)
{
	char id[ID_SIZE];
	const char *sealed;
	json_t *part;
	int opened;

	(void)r;
	(void)rows;
	if ((sealed = req_str(doc, "sealed")) == NULL)
		return (1);
	(void)snprintf(id, sizeof(id), "%s/%" JSON_INTEGER_FORMAT,
	    req_str(doc, "id"),
	    json_integer_value(json_object_get(doc, "version")));
	part = json_pack("{s:s, s:s}", "id", id, "sealed", sealed);
	opened = reply_open(part, "overrule") &&
		 json_object_set(
		     doc, "overruled", json_object_get(part, "overruled")) == 0;
	json_decref(part);
	(void)json_object_del(doc, "sealed");
	return (opened);
}

int
summary_guard_reply(struct req *r, const struct db_row *rows)
{
	return (reply_changed(r, rows, overruled_open));
}

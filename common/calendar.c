/*
 * Calendars of meetings at secret addresses.
 *
 * listCalendars, createCalendar, revokeCalendar, readCalendar.
 */
#include "common/calendar.h"

#include <string.h>

#include "common/crypt.h"
#include "common/db.h"
#include "common/ical.h"
#include "common/req.h"

#define SECRET_BYTES 32

int
list_calendars(struct req *r)
{
	return (db_exec(r, STMTS(calendar_stmts.list), NO_ARGS, req_reply_row));
}

static const char *
secret_hash(struct req *r, const char *secret)
{
	char hash[CRYPT_SHA256_HEX_SIZE];

	crypt_sha256_hex(secret, strlen(secret), hash);
	return (req_strdup(r, hash));
}

/* A new secret, kept in the request; its hash. */
static const char *
secret_new(struct req *r)
{
	unsigned char raw[SECRET_BYTES];
	char *secret;

	crypt_random(raw, sizeof(raw));
	secret = req_alloc(r, CRYPT_B64_SIZE(SECRET_BYTES));
	(void)crypt_base64url(
	    raw, sizeof(raw), secret, CRYPT_B64_SIZE(SECRET_BYTES));
	crypt_wipe(raw, sizeof(raw));
	r->state = secret;
	return (secret_hash(r, secret));
}

/* The one time that the address is told. */
static int
created(struct req *r, const struct db_row *rows)
{
	json_auto_t *doc = NULL;
	const char *body;

	if ((body = db_text(rows, 0, 1)) == NULL)
		return (req_reply_row(r, rows));
	if ((doc = json_loads(body, 0, NULL)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	(void)json_object_set_new(doc, "address",
	    json_string(
		req_printf(r, "/v1/calendar/%s", (const char *)r->state)));
	return (req_reply_row_with(r, rows, req_dumps(r, doc)));
}

int
create_calendar(struct req *r)
{
	return (db_exec(r, STMTS(calendar_stmts.create),
	    ARGS(r->param[0], secret_new(r)), created));
}

int
revoke_calendar(struct req *r)
{
	return (db_exec(
	    r, STMTS(calendar_stmts.revoke), ARGS(r->param[0]), req_reply_row));
}

static void
event_write(struct ical *c, const json_t *item)
{
	struct ical_event e = {
		.uid = req_str(item, "uid"),
		.summary = req_str(item, "summary"),
		.location = req_str(item, "location"),
		.url = req_str(item, "url"),
		.starts = json_integer_value(json_object_get(item, "starts")),
		.changed = json_integer_value(json_object_get(item, "changed")),
		.minutes = json_integer_value(json_object_get(item, "minutes")),
		.sequence =
		    json_integer_value(json_object_get(item, "sequence")),
		.cancelled = json_is_true(json_object_get(item, "cancelled")),
	};

	ical_add(c, &e);
}

/* text/calendar from a JSON list of events; no row is a 404. */
static int
found(struct req *r, const struct db_row *rows)
{
	json_auto_t *list = NULL;
	const json_t *item;
	struct ical c = { 0 };
	size_t i;
	int result;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	list = json_loads(db_text(rows, 0, 1), 0, NULL);
	ical_begin(&c, "Заедно – срещи");
	json_array_foreach(list, i, item)
		event_write(&c, item);
	ical_end(&c);
	result = list == NULL || c.failed
		     ? req_problem(r, PROBLEM_INTERNAL)
		     : req_reply_data(r, 200, "text/calendar; charset=utf-8",
			   c.text, c.len);
	ical_free(&c);
	return (result);
}

int
read_calendar(struct req *r)
{
	return (db_exec(r, STMTS(calendar_stmts.open, calendar_stmts.read),
	    ARGS(secret_hash(r, r->param[0])), found));
}

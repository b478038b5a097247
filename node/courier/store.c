/*
 * The courier's statements and the connection that runs them.
 */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

enum sql {
#define SQL(name, nparams, text) SQL_##name,
#include "sql.h"
#undef SQL
	SQL_COUNT,
};

static const struct {
	const char *name;
	const char *text;
	int nparams;
} statements[] = {
#define SQL(name, nparams, text) { #name, text, nparams },
#include "sql.h"
#undef SQL
};

/* Logs a failure by its SQLSTATE alone: the message may hold content. */
static void
store_failed(struct store *s, const PGresult *res, const char *name)
{
	const char *state;

	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	s->wrong = state != NULL && strcmp(state, "ZN002") == 0;
	log_event(LOG_LEVEL_ERROR, "statement failed", LOG_S("statement", name),
	    LOG_S("sqlstate", state == NULL ? "connection" : state), LOG_END);
}

/* Runs a prepared statement; the caller clears the result, NULL: failed. */
static PGresult *
run(struct store *s, enum sql n, const char *const *args)
{
	PGresult *res;
	ExecStatusType status;

	s->wrong = 0;
	if (s->db == NULL)
		return (NULL);
	res = PQexecPrepared(s->db, statements[n].name, statements[n].nparams,
	    args, NULL, NULL, 0);
	status = PQresultStatus(res);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return (res);
	store_failed(s, res, statements[n].name);
	PQclear(res);
	if (PQstatus(s->db) == CONNECTION_BAD)
		store_close(s);
	return (NULL);
}

/* The same when its rows do not matter. */
static int
done(struct store *s, enum sql n, const char *const *args)
{
	PGresult *res;

	res = run(s, n, args);
	PQclear(res);
	return (res != NULL);
}

static int
prepare_all(struct store *s, char *err, size_t errlen)
{
	PGresult *res;
	int i, ok;

	for (i = 0, ok = 1; ok && i < SQL_COUNT; i++) {
		res = PQprepare(
		    s->db, statements[i].name, statements[i].text, 0, NULL);
		ok = PQresultStatus(res) == PGRES_COMMAND_OK;
		if (!ok) {
			(void)snprintf(err, errlen, "cannot prepare %s: %s",
			    statements[i].name, PQresultErrorMessage(res));
		}
		PQclear(res);
	}
	return (ok);
}

static int
lock_taken(struct store *s)
{
	PGresult *res;
	int taken;

	res = run(s, SQL_LOCK, (const char *const[]){ STORE_LOCK });
	taken = res != NULL && PQgetvalue(res, 0, 0)[0] == 't';
	PQclear(res);
	return (taken);
}

static int
listen_outbox(struct store *s)
{
	PGresult *res;
	int ok;

	res =
	    PQexecParams(s->db, "LISTEN outbox", 0, NULL, NULL, NULL, NULL, 0);
	ok = PQresultStatus(res) == PGRES_COMMAND_OK;
	PQclear(res);
	return (ok);
}

static enum store_result
store_set_up(struct store *s, char *err, size_t errlen)
{
	if (PQstatus(s->db) != CONNECTION_OK) {
		(void)snprintf(err, errlen, "%s", PQerrorMessage(s->db));
		return (STORE_AWAY);
	}
	if (!prepare_all(s, err, errlen))
		return (PQstatus(s->db) == CONNECTION_OK ? STORE_WRONG
							 : STORE_AWAY);
	if (!lock_taken(s)) {
		(void)snprintf(err, errlen,
		    "another courier runs on this node's database");
		return (s->db == NULL ? STORE_AWAY : STORE_LOCKED);
	}
	if (!listen_outbox(s)) {
		(void)snprintf(err, errlen, "could not listen");
		return (STORE_AWAY);
	}
	return (STORE_OK);
}

/* Notices of the server are not for the log: they may hold content. */
static void
no_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

enum store_result
store_open(struct store *s, const char *conninfo, char *err, size_t errlen)
{
	enum store_result result;

	store_close(s);
	if ((s->db = PQconnectdb(conninfo)) == NULL) {
		(void)snprintf(err, errlen, "out of memory");
		return (STORE_AWAY);
	}
	(void)PQsetNoticeReceiver(s->db, no_notice, NULL);
	if ((result = store_set_up(s, err, errlen)) != STORE_OK)
		store_close(s);
	err[strcspn(err, "\n")] = '\0';
	return (result);
}

void
store_close(struct store *s)
{
	PQfinish(s->db);
	s->db = NULL;
}

int
store_noticed(struct store *s)
{
	PGnotify *n;
	int any;

	if (s->db == NULL)
		return (0);
	if (!PQconsumeInput(s->db)) {
		log_event(
		    LOG_LEVEL_WARNING, "database connection lost", LOG_END);
		store_close(s);
		return (0);
	}
	any = 0;
	while ((n = PQnotifies(s->db)) != NULL) {
		PQfreemem(n);
		any = 1;
	}
	return (any);
}

static void
text_copy(char *out, size_t outlen, const PGresult *res, int col)
{
	(void)snprintf(out, outlen, "%s", PQgetvalue(res, 0, col));
}

static long long
number(const PGresult *res, int col)
{
	return (strtoll(PQgetvalue(res, 0, col), NULL, 10));
}

static enum link_state
link_state_of(const char *text)
{
	static const char *const names[] = { "none", "joining", "joined",
		"refused" };
	int i;

	for (i = 0; i < 4; i++) {
		if (strcmp(names[i], text) == 0)
			return ((enum link_state)i);
	}
	return (LINK_NONE);
}

int
store_link(struct store *s, struct link *l)
{
	PGresult *res;
	size_t len;

	if ((res = run(s, SQL_LINK, NULL)) == NULL)
		return (0);
	memset(l, 0, sizeof(*l));
	if (PQntuples(res) == 1) {
		l->state = link_state_of(PQgetvalue(res, 0, 0));
		text_copy(l->hub_url, sizeof(l->hub_url), res, 1);
		text_copy(l->issuer, sizeof(l->issuer), res, 2);
		text_copy(
		    l->organisation_id, sizeof(l->organisation_id), res, 3);
		text_copy(l->code, sizeof(l->code), res, 4);
		text_copy(
		    l->position.feed_id, sizeof(l->position.feed_id), res, 5);
		text_copy(
		    l->position.cursor, sizeof(l->position.cursor), res, 6);
		l->position.head[0] = number(res, 7);
		l->position.head[1] = number(res, 8);
		l->resync = PQgetvalue(res, 0, 9)[0] == 't';
		l->clock_offset_ms = number(res, 10);
		l->down_since = number(res, 11);
	}
	PQclear(res);
	len = strlen(l->hub_url);
	if (len > 0 && l->hub_url[len - 1] == '/')
		l->hub_url[len - 1] = '\0';
	return (1);
}

PGresult *
store_heads(struct store *s, const char *in_flight, const int room[LANES])
{
	char text[LANES][12];
	int i;

	for (i = 0; i < LANES; i++)
		(void)snprintf(text[i], sizeof(text[i]), "%d", room[i]);
	return (run(s, SQL_HEADS,
	    (const char *const[]){ in_flight, text[LANE_WITHDRAWAL],
		text[LANE_RECEIPT], text[LANE_NORMAL] }));
}

/* Runs a statement whose first argument is a JSON value. */
static int
done_json(
    struct store *s, enum sql n, const json_t *v, const char *const more[3])
{
	char *text;
	int ok;

	if ((text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY)) == NULL)
		return (0);
	ok = done(
	    s, n, (const char *const[]){ text, more[0], more[1], more[2] });
	free(text);
	return (ok);
}

int
store_settle(struct store *s, const json_t *results)
{
	return (done_json(
	    s, SQL_SETTLE, results, (const char *const[]){ NULL, NULL, NULL }));
}

static const char *
member(const json_t *object, const char *key)
{
	return (json_string_value(json_object_get(object, key)));
}

int
store_feed_apply(struct store *s, const json_t *answer)
{
	return (done_json(s, SQL_FEED_APPLY, json_object_get(answer, "events"),
	    (const char *const[]){ member(answer, "cursor"),
		member(answer, "feed_id"), member(answer, "at") }));
}

int
store_feed_refused(struct store *s, int again)
{
	return (done(s, SQL_FEED_REFUSED,
	    (const char *const[]){ again ? "true" : "false" }));
}

int
store_resync_begin(struct store *s, int compacted)
{
	return (done(s, SQL_RESYNC_BEGIN,
	    (const char *const[]){ compacted ? "true" : "false" }));
}

int
store_resync_end(struct store *s)
{
	return (done(s, SQL_RESYNC_END, NULL));
}

PGresult *
store_hub_heads(struct store *s)
{
	return (run(s, SQL_HUB_HEADS_NEW, NULL));
}

int
store_hub_head_judge(struct store *s, const char *id, const json_t *claims)
{
	char *text;
	int ok;

	text = claims == NULL ? NULL : json_dumps(claims, JSON_COMPACT);
	ok = done(s, SQL_HUB_HEAD_JUDGE, (const char *const[]){ id, text });
	free(text);
	return (ok);
}

int
store_hub_keys(struct store *s, const json_t *keys)
{
	return (done_json(
	    s, SQL_HUB_KEYS, keys, (const char *const[]){ NULL, NULL, NULL }));
}

int
store_joined(struct store *s, const json_t *answer)
{
	char *scopes;
	int ok;

	scopes = json_dumps(json_object_get(answer, "scopes"), JSON_COMPACT);
	ok = done(s, SQL_JOINED,
	    (const char *const[]){ member(answer, "issuer"),
		member(answer, "organisation_id"), member(answer, "feed_id"),
		scopes });
	free(scopes);
	return (ok);
}

int
store_join_refused(struct store *s, const char *problem)
{
	return (done(s, SQL_JOIN_REFUSED, (const char *const[]){ problem }));
}

int
store_token_problem(struct store *s, const json_t *problem)
{
	char *text;
	int ok;

	text = json_dumps(problem, JSON_COMPACT);
	ok = done(s, SQL_TOKEN_PROBLEM, (const char *const[]){ text });
	free(text);
	return (ok);
}

int
store_hub_down(struct store *s, int down)
{
	return (done(
	    s, SQL_HUB_DOWN, (const char *const[]){ down ? "true" : "false" }));
}

int
store_clock(struct store *s, long long offset_ms)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", offset_ms);
	return (done(s, SQL_CLOCK, (const char *const[]){ text }));
}

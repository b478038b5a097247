/*
 * A request: what handlers see of one HTTP request.  The context is counted:
 * one reference for the connection, one for each query or task in flight; it
 * outlives a client that leaves, and answers to such a client are no-ops.
 */
#ifndef ZAEDNO_REQ_H
#define ZAEDNO_REQ_H

#include <jansson.h>
#include <stdint.h>
#include <sys/queue.h>

#include "field_error.h"
#include "problem.h"
#include "route.h"

struct http_request;
struct arena_block;

#define REQ_PARAMS_MAX 6
#define REQ_UUID_LEN   36

/* Who asks.  Texts live as long as the request; "" where there is none. */
struct caller {
	const char *org;     /* organisation, uuid */
	const char *user;    /* person, uuid (a node's: the actor) */
	const char *role;    /* "node", "coordinator", "practitioner"… */
	const char *session; /* session of a person, uuid */
	const char *scope;   /* the token's scopes, separated by blanks */
};

struct req {
	struct http_request *http; /* NULL once the client has left */
	const struct route *route;
	unsigned refs;
	int replied;
	struct arena_block *arena;
	const char *param[REQ_PARAMS_MAX]; /* of the path, checked */
	json_t *query;                     /* checked object, or NULL */
	json_t *body;                      /* checked value, or NULL */
	const char *body_text;             /* the body's bytes, NUL added */
	size_t body_len;
	struct caller caller;
	char id[REQ_UUID_LEN + 1];
	const char *lang;            /* "bg" or "en" */
	const char *if_match;        /* version, or NULL */
	const char *idempotency_key; /* uuid, or NULL */
	const char *source;          /* the caller's address */
	uint64_t started_us;
	void *state;    /* the handler's own, from req_alloc */
	json_t *errors; /* fields found wrong so far, or NULL */
	json_t *claims; /* of the token: the caller's texts */
	/* A sleeping request: set by req_sleep. */
	TAILQ_ENTRY(req) sleepers;
	uint64_t wake_at_ms;
	int (*wake)(struct req *, int timed_out);
	int asleep;
};

/* Zeroed memory that lives as long as the request; never NULL. */
void *req_alloc(struct req *, size_t);
char *req_strdup(struct req *, const char *);
char *req_printf(struct req *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Compact JSON text of a value, in the request's memory; NULL for NULL. */
char *req_dumps(struct req *, const json_t *);

/* A string member, borrowed, or NULL when it is absent or no string. */
const char *req_str(const json_t *object, const char *key);

/* A member of the body as JSON text, or NULL when it is absent. */
const char *req_json(struct req *, const char *key);

/* A query parameter as text (numbers too), or NULL. */
const char *req_query(struct req *, const char *key);

/* A request header's value, borrowed, or NULL. */
const char *req_request_header(struct req *, const char *name);

/* 1 when text is a UUID as RFC 9562 writes it. */
int req_is_uuid(const char *text);

/* 1 when the caller's token holds the scope. */
int req_has_scope(const struct req *, const char *scope);

/* The path asked for, without its query string. */
const char *req_path(const struct req *);

/* Adds a header to the answer; name in lower case. */
void req_header(struct req *, const char *name, const char *value);

/*
 * Answers.  Each returns what a handler returns to Kore; only the first
 * answer of a request counts.  json may be NULL for an empty body.
 */
int req_reply(struct req *, int status, const char *json);
int req_reply_data(
    struct req *, int status, const char *type, const void *data, size_t len);
int req_problem(struct req *, enum problem);
/* The same with one member more: its name and its JSON text. */
int req_problem_with(
    struct req *, enum problem, const char *member, const char *json);
/* A 422 (or another problem) about one field. */
int req_problem_at(
    struct req *, enum problem, const char *pointer, enum field_error);

/* Notes one more field that is wrong, to be told by req_problem. */
void req_field(
    struct req *, const char *pointer, enum field_error, const json_t *limit);

/* The same for a part of a text: characters start to end (exclusive). */
void req_field_span(struct req *, const char *pointer, enum field_error,
    size_t start, size_t end);

void req_retain(struct req *);
void req_release(struct req *);

/*
 * Puts the request to sleep for at most ms milliseconds; wake is called once,
 * by the sweep (timed_out 1) or by req_wake (0), and answers or sleeps again.
 * Returns what the handler returns.
 */
int req_sleep(struct req *, unsigned ms, int (*wake)(struct req *, int));

/* Wakes a sleeping request now. */
void req_wake(struct req *);

/*
 * Wakes each sleeping request for which match says 1.
 */
void req_wake_matching(
    int (*match)(const struct req *, const void *), const void *arg);

/* Milliseconds of the monotonic clock. */
uint64_t req_now_ms(void);

#endif

/*
 * A route: one row for each operation of the specification.  The rows are
 * generated from api-spec (the YAML files) and are the whole policy of what may be
 * asked: what has no row cannot be reached.
 */
#ifndef ZAEDNO_ROUTE_H
#define ZAEDNO_ROUTE_H

#include <stddef.h>

struct req;

/* How often one source may ask; the limits are configuration. */
enum rate_class {
	RATE_FREE,
	RATE_READ,
	RATE_WRITE,
	RATE_SIGNIN,
	RATE_TOKEN,
	RATE_FEED,
};

#define ROUTE_FORM              0x01 /* the body is form-urlencoded */
#define ROUTE_IF_MATCH          0x02 /* 428 without If-Match */
#define ROUTE_IDEMPOTENT        0x04 /* Idempotency-Key is required */
#define ROUTE_BODY              0x08 /* a body is required */
#define ROUTE_PUBLIC            0x10 /* no token is asked for */
#define ROUTE_IF_MATCH_OPTIONAL 0x20 /* If-Match is honoured when there */
#define ROUTE_QUIET             0x40 /* the log does not tell of it */

struct route {
	const char *method;
	const char *path;          /* template: "/v1/summaries/{id}" */
	const char *operation;     /* operationId */
	const char *const *scopes; /* any of these; NULL: public */
	enum rate_class rate;
	unsigned flags;
	const char *audit;        /* event, or NULL */
	const char *body_schema;  /* JSON pointer, or NULL */
	const char *query_schema; /* NULL: no query parameters */
	const char *path_schema;  /* NULL: no path parameters */
	int (*handler)(struct req *);
};

#endif

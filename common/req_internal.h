/*
 * The parts of a request's way in and out that only common/req*.c share.
 */
#ifndef ZAEDNO_REQ_INTERNAL_H
#define ZAEDNO_REQ_INTERNAL_H

#include <kore/kore.h>
#include <kore/http.h>

#include "req.h"

/* Steps of the way in: 1 to go on, 0 when the request was answered. */
int req_read_headers(struct req *); /* language, If-Match, Accept… */
int req_match(struct req *);        /* the route, 404 and 405 */
int req_admit(struct req *);        /* rate, token, scope */
int req_check(struct req *);        /* path, query and body against schemas */

/* Compiles the routes' schemas and paths; fatal on a fault. In each worker. */
void req_match_init(void);
void req_check_init(void);
void req_admit_init(void);
void req_sleep_init(void);

/* The schemas of a route, by its number in the table. */
struct route_schemas {
	const struct schema *path;
	const struct schema *query;
	const struct schema *body;
};
const struct route_schemas *req_schemas(const struct route *);

/* Name of the n-th path parameter of a route, borrowed. */
const char *req_param_name(const struct route *, int n);

/* Takes a sleeping request off the list, if it is there. */
void req_sleep_cancel(struct req *);

/* Rate limits: 1 when the caller may go on; else seconds to wait in *wait. */
int rate_take(const char *key, enum rate_class, unsigned *wait);

#endif

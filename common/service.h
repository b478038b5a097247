/*
 * What a service (hub or node) gives to the shared code: one table of its
 * parts, named `service`, in its main.c.
 */
#ifndef ZAEDNO_SERVICE_H
#define ZAEDNO_SERVICE_H

#include <jansson.h>
#include <stddef.h>

#include "auth.h"
#include "db.h"
#include "route.h"

struct service {
	const char *name; /* "hub" or "node" */
	const struct route *routes;
	const size_t *routes_len;
	const struct stmt *stmts;
	const size_t *stmts_len;
	const unsigned char *openapi;
	const size_t *openapi_len;
	const unsigned char *reference;
	const size_t *reference_len;
	const unsigned char *reference_css;
	const size_t *reference_css_len;
	/* The longest lifetime of a token of kind "visit"; 0: there is none. */
	int visit_s;
	/* Before the workers start: reads key files…; -1 refuses the start. */
	int (*configure)(char *err, size_t errlen);
	/* In each worker, once its database connections are there. */
	void (*start)(void);
	/* After an act has committed; at most once a loop turn. */
	void (*after_act)(void);
	/* Members to add to /readyz's answer; may be NULL. */
	json_t *(*health)(void);
};

extern const struct service service;

/* The key that signs this service's tokens and receipts. */
const struct auth_key *service_key(void);

/* The service's issuer: its public base URL. */
const char *service_issuer(void);

/* The bearer token that /metrics asks for, or NULL. */
const char *service_metrics_token(void);

/* Handlers of the operations that both services have. */
int get_health(struct req *);
int get_readiness(struct req *);
int get_metrics(struct req *);
int get_openapi(struct req *);
int get_reference(struct req *);
int get_reference_css(struct req *);
int get_jwks(struct req *);

#endif

/*
 * The operations of the hub by which a node changes what is shared, and what
 * the hub takes as one.
 */
#ifndef NODE_HUB_CHANGE_H
#define NODE_HUB_CHANGE_H

#include <jansson.h>
#include <stddef.h>

struct req;

/* Does the operation ask for the version that it changes? */
enum hub_change_match {
	HUB_CHANGE_NEVER,
	HUB_CHANGE_MAY_MATCH,
	HUB_CHANGE_MATCHES,
};

/* One that hub.yaml marks x-node-change. */
struct hub_change {
	const char *operation;
	const char *method;
	const char *path; /* with {names} */
	const char *kind; /* of the document that it changes */
	const char *body_schema;
	const char *path_schema;
	enum hub_change_match match;
};

/* Compiles their schemas; 0, or -1 and err says why. */
int hub_change_start(char *err, size_t errlen);

/* NULL when there is none of this name. */
const struct hub_change *hub_change_find(const char *operation);

/*
 * 1 when the request's members params, body and base_version are what the hub
 * takes by its schema; else 0, and each wrong field is noted.
 */
int hub_change_fits(struct req *, const struct hub_change *);

/*
 * The item of the outbox, {method, path, body}, as JSON text in the request's
 * memory.  params have passed hub_change_fits().
 */
const char *hub_change_item(struct req *, const struct hub_change *,
    const json_t *params, const json_t *body);

#endif

/*
 * The operations of the hub by which a node changes what is shared: see
 * hub_change.h.
 */
#include "hub_change.h"

#include <stdio.h>
#include <string.h>

#include "hub_changes.h"
#include "hub_schema.h"
#include "req.h"
#include "schema.h"

/* Operations at most; the generated table is shorter. */
#define CHANGES_MAX 64

static const struct schema *body_schemas[CHANGES_MAX];
static const struct schema *path_schemas[CHANGES_MAX];

int
hub_change_start(char *err, size_t errlen)
{
	size_t i;

	for (i = 0; hub_changes[i].operation != NULL; i++) {
		if (i == CHANGES_MAX) {
			(void)snprintf(
			    err, errlen, "more than %d changes", CHANGES_MAX);
			return (-1);
		}
		body_schemas[i] =
		    hub_schema(hub_changes[i].body_schema, err, errlen);
		path_schemas[i] =
		    hub_schema(hub_changes[i].path_schema, err, errlen);
		if (body_schemas[i] == NULL || path_schemas[i] == NULL)
			return (-1);
	}
	return (0);
}

const struct hub_change *
hub_change_find(const char *operation)
{
	size_t i;

	for (i = 0; hub_changes[i].operation != NULL; i++) {
		if (strcmp(hub_changes[i].operation, operation) == 0)
			return (&hub_changes[i]);
	}
	return (NULL);
}

/* Where in our body the hub's schema was not met. */
struct place {
	struct req *r;
	const char *member;
};

static void
hub_refuses(
    void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	struct place *p = arg;

	req_field(
	    p->r, req_printf(p->r, "/%s%s", p->member, pointer), code, limit);
}

static int
member_fits(struct req *r, const struct schema *schema, const char *member)
{
	struct place p = { r, member };

	return (schema_check(schema, json_object_get(r->body, member),
		    hub_refuses, &p) == 0);
}

static int
version_fits(struct req *r, const struct hub_change *h)
{
	int given;

	given = json_object_get(r->body, "base_version") != NULL;
	if (h->match == HUB_CHANGE_MATCHES && !given)
		req_field(r, "/base_version", FIELD_REQUIRED, NULL);
	else if (h->match == HUB_CHANGE_NEVER && given)
		req_field(r, "/base_version", FIELD_UNKNOWN_MEMBER, NULL);
	else
		return (1);
	return (0);
}

int
hub_change_fits(struct req *r, const struct hub_change *h)
{
	int fits;

	fits = member_fits(r, path_schemas[h - hub_changes], "params");
	fits &= member_fits(r, body_schemas[h - hub_changes], "body");
	fits &= version_fits(r, h);
	return (fits);
}

/* The path with its {names} filled in: they are UUIDs, by their schema. */
static const char *
path_filled(struct req *r, const char *path, const json_t *params)
{
	const char *open, *value;
	char *filled, *name;
	size_t len;

	filled = req_strdup(r, "");
	while ((open = strchr(path, '{')) != NULL) {
		len = strcspn(open, "}");
		name = req_printf(r, "%.*s", (int)len - 1, open + 1);
		value = req_str(params, name);
		filled = req_printf(r, "%s%.*s%s", filled, (int)(open - path),
		    path, value != NULL ? value : "");
		path = open + len + 1;
	}
	return (req_printf(r, "%s%s", filled, path));
}

const char *
hub_change_item(struct req *r, const struct hub_change *h, const json_t *params,
    const json_t *body)
{
	const char *text;
	json_t *item, *copy;

	copy = json_deep_copy(body);
	item = json_pack("{s:s, s:s, s:o}", "method", h->method, "path",
	    path_filled(r, h->path, params), "body", copy);
	text = req_dumps(r, item);
	json_decref(item);
	return (text);
}

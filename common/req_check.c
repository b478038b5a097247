/*
 * The request's parts against the schemas of its row: path parameters,
 * query string and body, all faults told at once.
 */
#include "req_internal.h"

#include <string.h>
#include <strings.h>

#include "config.h"
#include "hex.h"
#include "precond.h"
#include "schema.h"
#include "service.h"

#define ROUTES_MAX 256

static struct route_schemas schemas[ROUTES_MAX];

static const struct schema *
schema_at(struct schema_set *set, const char *pointer)
{
	const struct schema *s;
	char err[256];

	if (pointer == NULL)
		return (NULL);
	s = schema_compile(set, pointer, err, sizeof(err));
	if (s == NULL)
		fatal("schema %s: %s", pointer, err);
	return (s);
}

void
req_check_init(void)
{
	struct schema_set *set;
	json_error_t error;
	json_t *doc;
	size_t i;

	PRECOND(*service.routes_len <= ROUTES_MAX);
	doc = json_loadb((const char *)service.openapi, *service.openapi_len,
	    JSON_REJECT_DUPLICATES, &error);
	if (doc == NULL || (set = schema_set_new(doc)) == NULL)
		fatal("the specification cannot be read: %s", error.text);
	for (i = 0; i < *service.routes_len; i++) {
		schemas[i].path = schema_at(set, service.routes[i].path_schema);
		schemas[i].query =
		    schema_at(set, service.routes[i].query_schema);
		schemas[i].body = schema_at(set, service.routes[i].body_schema);
	}
	/* The set keeps the document. */
	json_decref(doc);
}

const struct route_schemas *
req_schemas(const struct route *route)
{
	return (&schemas[route - service.routes]);
}

static void
field_add(
    void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	req_field(arg, pointer, code, limit);
}

/* Decodes %xx and + in place; 0 when a byte is malformed or NUL. */
static int
url_decode(char *text)
{
	char *out;
	int high, low;

	for (out = text; *text != '\0'; text++) {
		if (*text == '+')
			*text = ' ';
		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		if ((high = hex_value(text[1])) == -1 ||
		    (low = hex_value(text[2])) == -1 || (high | low) == 0)
			return (0);
		*out++ = (char)(high * 16 + low);
		text += 2;
	}
	*out = '\0';
	return (1);
}

/* "12" → 12 where the schema says integer; else the text as it is. */
static json_t *
typed_value(const struct schema *schema, const char *name, const char *text)
{
	const char *type;
	json_t *value;

	type = schema == NULL ? NULL : schema_property_type(schema, name);
	if (type != NULL &&
	    (strcmp(type, "integer") == 0 || strcmp(type, "boolean") == 0 ||
		strcmp(type, "number") == 0)) {
		value = json_loads(text, JSON_DECODE_ANY, NULL);
		if (json_is_number(value) || json_is_boolean(value))
			return (value);
		json_decref(value);
	}
	return (json_string(text));
}

static json_t *
typed_list(char *text)
{
	json_t *list;
	char *item, *rest;

	list = json_array();
	rest = text;
	while ((item = strsep(&rest, ",")) != NULL)
		(void)json_array_append_new(list, json_string(item));
	return (list);
}

/* name=value&name=value → object; NULL when it is malformed. */
static json_t *
pairs_read(struct req *r, const struct schema *schema, const char *text)
{
	json_t *object, *value;
	char *rest, *pair, *name;
	const char *type;

	object = json_object();
	rest = req_strdup(r, text);
	while ((pair = strsep(&rest, "&")) != NULL) {
		if (*pair == '\0')
			continue;
		name = strsep(&pair, "=");
		if (pair == NULL || !url_decode(name) || !url_decode(pair) ||
		    json_object_get(object, name) != NULL) {
			json_decref(object);
			return (NULL);
		}
		type =
		    schema == NULL ? NULL : schema_property_type(schema, name);
		value = type != NULL && strcmp(type, "array") == 0
			    ? typed_list(pair)
			    : typed_value(schema, name, pair);
		if (json_object_set_new(object, name, value) != 0) {
			json_decref(object); /* not UTF-8 */
			return (NULL);
		}
	}
	return (object);
}

static int
path_check(struct req *r)
{
	const struct schema *schema = req_schemas(r->route)->path;
	const char *name;
	json_t *object;
	int i, faults;

	if (schema == NULL)
		return (1);
	object = json_object();
	for (i = 0; (name = req_param_name(r->route, i)) != NULL; i++)
		(void)json_object_set_new(
		    object, name, typed_value(schema, name, r->param[i]));
	faults = schema_check(schema, object, NULL, NULL);
	json_decref(object);
	if (faults == 0)
		return (1);
	/* What is no identifier names nothing. */
	(void)req_problem(r, PROBLEM_NOT_FOUND);
	return (0);
}

/* 0 when the query string cannot even be read, and that was answered. */
static int
query_check(struct req *r)
{
	const struct schema *schema = req_schemas(r->route)->query;
	const char *text = r->http->query_string;
	const char *name;
	json_t *value;

	r->query = pairs_read(r, schema, text == NULL ? "" : text);
	if (r->query == NULL) {
		(void)req_problem(r, PROBLEM_MALFORMED_REQUEST);
		return (0);
	}
	if (schema != NULL) {
		(void)schema_check(schema, r->query, field_add, r);
		return (1);
	}
	json_object_foreach(r->query, name, value)
		req_field(
		    r, req_printf(r, "/%s", name), FIELD_UNKNOWN_MEMBER, NULL);
	return (1);
}

static int
media_type_fits(struct req *r)
{
	const char *type, *wanted;
	size_t len;

	wanted = r->route->flags & ROUTE_FORM
		     ? "application/x-www-form-urlencoded"
		     : "application/json";
	type = req_request_header(r, "content-type");
	if (type == NULL)
		return (0);
	len = strcspn(type, "; \t");
	return (len == strlen(wanted) && strncasecmp(type, wanted, len) == 0);
}

static int
body_take(struct req *r)
{
	struct http_request *http = r->http;
	char *text;
	ssize_t n;
	size_t len;

	text = req_alloc(r, http->http_body_length + 1);
	for (len = 0; len < http->http_body_length; len += (size_t)n) {
		n = http_body_read(
		    http, text + len, http->http_body_length - len);
		if (n <= 0)
			break;
	}
	r->body_text = text;
	r->body_len = len;
	/* A NUL would hide the rest from everything that reads texts. */
	return (len > 0 && memchr(text, '\0', len) == NULL);
}

static int
body_parse(struct req *r)
{
	if (!body_take(r))
		return (0);
	if (r->route->flags & ROUTE_FORM)
		r->body =
		    pairs_read(r, req_schemas(r->route)->body, r->body_text);
	else
		r->body = json_loadb(r->body_text, r->body_len,
		    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	return (r->body != NULL);
}

/* 0 when the body cannot even be read, and that was answered. */
static int
body_check(struct req *r)
{
	const struct schema *schema = req_schemas(r->route)->body;

	if (schema == NULL)
		return (1);
	if (r->http->http_body_length == 0 && !(r->route->flags & ROUTE_BODY))
		return (1);
	if (r->http->http_body_length > 0 && !media_type_fits(r)) {
		(void)req_problem(r, PROBLEM_MEDIA_TYPE);
		return (0);
	}
	if ((long)r->http->http_body_length > config_number("body_max")) {
		(void)req_problem(r, PROBLEM_BODY_TOO_LARGE);
		return (0);
	}
	if (!body_parse(r)) {
		(void)req_problem(r, PROBLEM_MALFORMED_BODY);
		return (0);
	}
	(void)schema_check(schema, r->body, field_add, r);
	return (1);
}

static int
preconditions_check(struct req *r)
{
	const char *key;

	key = req_request_header(r, "idempotency-key");
	if (key != NULL && req_is_uuid(key))
		r->idempotency_key = req_strdup(r, key);
	if (r->route->flags & ROUTE_IDEMPOTENT && r->idempotency_key == NULL) {
		(void)req_problem(r, PROBLEM_IDEMPOTENCY_KEY_MISSING);
		return (0);
	}
	if (r->route->flags & ROUTE_IF_MATCH && r->if_match == NULL) {
		(void)req_problem(r, PROBLEM_PRECONDITION_REQUIRED);
		return (0);
	}
	return (1);
}

int
req_check(struct req *r)
{
	if (!path_check(r) || !query_check(r) || !body_check(r))
		return (0);
	if (r->errors != NULL) {
		(void)req_problem(r, PROBLEM_INVALID);
		return (0);
	}
	return (preconditions_check(r));
}

/*
 * A request's way out: headers, bodies, problems, the log line.
 */
#include "req_internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "metrics.h"
#include "service.h"

void
req_header(struct req *r, const char *name, const char *value)
{
	if (r->http != NULL && !r->replied)
		http_response_header(r->http, name, value);
}

/* RFC 9110 5.6.7; nodes learn the hub's clock from it. */
static const char *
http_date(void)
{
	static char text[32];
	static time_t made;
	struct tm tm;
	time_t now;

	now = time(NULL);
	if (now != made) {
		made = now;
		(void)gmtime_r(&now, &tm);
		(void)strftime(
		    text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	}
	return (text);
}

static void
log_answer(const struct req *r, int status, const char *code)
{
	struct timespec ts;
	uint64_t us;
	enum log_level level;
	int quiet;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	us = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
	us -= r->started_us;
	metrics_request(status, (double)us / 1e6);
	quiet = r->route != NULL && (r->route->flags & ROUTE_QUIET);
	if (quiet && status < 500)
		return;
	level = LOG_LEVEL_INFO;
	/* Reads of a busy hub would drown the rest. */
	if (status < 400 && strcmp(r->http->path, "/v1/feed") == 0)
		level = LOG_LEVEL_DEBUG;
	log_event(level, "request", LOG_S("request", r->id),
	    LOG_S("method", http_method_text(r->http->method)),
	    LOG_S("operation",
		r->route != NULL && !quiet ? r->route->operation : "-"),
	    LOG_S(
		"organisation", *r->caller.org != '\0' ? r->caller.org : NULL),
	    LOG_I("status", status), LOG_S("code", code),
	    LOG_I("ms", us / 1000), LOG_END);
}

static int
answer(struct req *r, int status, const char *type, const void *data,
    size_t len, const char *code)
{
	struct http_request *http = r->http;

	if (http == NULL || r->replied)
		return (KORE_RESULT_OK);
	if (type != NULL)
		req_header(r, "content-type", type);
	req_header(r, "date", http_date());
	req_header(r, "x-request-id", r->id);
	req_header(r, "x-content-type-options", "nosniff");
	req_header(r, "referrer-policy", "no-referrer");
	if (r->route == NULL || !(r->route->flags & ROUTE_PUBLIC) ||
	    status >= 400 || http->method != HTTP_METHOD_GET)
		req_header(r, "cache-control", "no-store");
	log_answer(r, status, code);
	r->replied = 1;
	http_response(http, status, data, len);
	/* Kore comes by once more, to free it. */
	http_request_wakeup(http);
	return (KORE_RESULT_OK);
}

int
req_reply(struct req *r, int status, const char *json)
{
	if (json == NULL)
		return (answer(r, status, NULL, NULL, 0, NULL));
	return (
	    answer(r, status, "application/json", json, strlen(json), NULL));
}

int
req_reply_data(
    struct req *r, int status, const char *type, const void *data, size_t len)
{
	return (answer(r, status, type, data, len, NULL));
}

static json_t *
problem_json(struct req *r, const struct problem_row *row)
{
	json_t *doc;

	/* No request id: two who may not know get the very same bytes. */
	doc = json_pack("{s:o, s:s, s:i, s:s}", "type",
	    json_sprintf("urn:zaedno:problem:%s", row->code), "title",
	    strcmp(r->lang, "en") == 0 ? row->en : row->bg, "status",
	    row->status, "code", row->code);
	if (r->errors != NULL)
		(void)json_object_set(doc, "errors", r->errors);
	return (doc);
}

/* RFC 9110 15.5.2: every 401 says how to authenticate (RFC 6750 3). */
static const char *
challenge(enum problem p)
{
	if (p == PROBLEM_TOKEN_INVALID)
		return ("Bearer error=\"invalid_token\"");
	if (p == PROBLEM_SCOPE_MISSING)
		return ("Bearer error=\"insufficient_scope\"");
	return (problem_row(p)->status == 401 ? "Bearer" : NULL);
}

static void
problem_headers(struct req *r, enum problem p)
{
	/* RFC 9110 10.2.3: every 503 says when to come again. */
	if (problem_row(p)->status == 503)
		req_header(r, "retry-after", "2");
	if (challenge(p) != NULL)
		req_header(r, "www-authenticate", challenge(p));
}

/* The error codes of RFC 6749 5.2, which /oauth/token must answer with. */
static const char *
oauth_error(enum problem p)
{
	int status;

	status = problem_row(p)->status;
	if (p == PROBLEM_SCOPE_MISSING)
		return ("invalid_scope");
	if (status == 401)
		return ("invalid_client");
	if (status == 403)
		return ("unauthorized_client");
	if (status == 429 || status >= 500)
		return ("temporarily_unavailable");
	return ("invalid_request");
}

/* An OAuth client reads its own members, and JSON only. */
static const char *
problem_type(struct req *r, enum problem p, json_t *doc)
{
	if (r->route == NULL || !(r->route->flags & ROUTE_FORM))
		return ("application/problem+json");
	(void)json_object_set_new(doc, "error", json_string(oauth_error(p)));
	(void)json_object_set_new(
	    doc, "error_description", json_string(problem_row(p)->en));
	return ("application/json");
}

static int
problem_reply(struct req *r, enum problem p, json_t *doc)
{
	const char *type;
	const struct problem_row *row;
	char *text;

	row = problem_row(p);
	type = problem_type(r, p, doc);
	text = req_dumps(r, doc);
	json_decref(doc);
	problem_headers(r, p);
	req_header(r, "content-language", r->lang);
	return (answer(r, row->status, type, text, strlen(text), row->code));
}

int
req_problem(struct req *r, enum problem p)
{
	return (problem_reply(r, p, problem_json(r, problem_row(p))));
}

int
req_problem_with(
    struct req *r, enum problem p, const char *member, const char *json)
{
	json_t *doc, *value;

	doc = problem_json(r, problem_row(p));
	value = json_loads(json, JSON_DECODE_ANY, NULL);
	if (value != NULL)
		(void)json_object_set_new(doc, member, value);
	return (problem_reply(r, p, doc));
}

void
req_field(struct req *r, const char *pointer, enum field_error code,
    const json_t *limit)
{
	char *text;

	if (r->errors == NULL)
		r->errors = json_array();
	text = field_error_format(code, r->lang, limit);
	(void)json_array_append_new(
	    r->errors, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code",
			   field_error_code(code), "message",
			   text != NULL ? text : field_error_code(code)));
	free(text);
}

void
req_field_span(struct req *r, const char *pointer, enum field_error code,
    size_t start, size_t end)
{
	json_t *last;

	req_field(r, pointer, code, NULL);
	last = json_array_get(r->errors, json_array_size(r->errors) - 1);
	(void)json_object_set_new(
	    last, "start", json_integer((json_int_t)start));
	(void)json_object_set_new(last, "end", json_integer((json_int_t)end));
}

int
req_problem_at(
    struct req *r, enum problem p, const char *pointer, enum field_error code)
{
	req_field(r, pointer, code, NULL);
	return (req_problem(r, p));
}

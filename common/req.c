/*
 * A request's life: made at Kore's catch-all entry, counted while queries
 * run, freed with the last reference.
 */
#include "req_internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "crypt.h"

#define DUMP_ROOM 256

int req_entry(struct http_request *);

static uint64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

uint64_t
req_now_ms(void)
{
	return (now_us() / 1000);
}

/* Kore frees the http_request: the client has its answer, or has left. */
static void
on_free(struct http_request *http)
{
	struct req *r = http->hdlr_extra;

	if (r == NULL)
		return;
	http->hdlr_extra = NULL;
	r->http = NULL;
	req_sleep_cancel(r);
	req_release(r);
}

static struct req *
req_new(struct http_request *http)
{
	struct req *r;

	r = kore_calloc(1, sizeof(*r));
	r->http = http;
	r->refs = 1;
	r->started_us = now_us();
	r->lang = "bg";
	r->caller.org = r->caller.user = r->caller.role = "";
	r->caller.session = r->caller.scope = r->source = "";
	crypt_uuid4(r->id);
	http->hdlr_extra = r;
	http->flags |= HTTP_REQUEST_RETAIN_EXTRA;
	http->onfree = on_free;
	return (r);
}

static void
req_run(struct req *r)
{
	/* The handler may answer and drop its references: keep one here. */
	req_retain(r);
	if (req_read_headers(r) && req_match(r) && req_admit(r) && req_check(r))
		(void)r->route->handler(r);
	req_release(r);
}

/* Kore's one handler for every method and path. */
int
req_entry(struct http_request *http)
{
	struct req *r = http->hdlr_extra;

	if (r == NULL) {
		r = req_new(http);
		req_run(r);
	}
	if (r->replied)
		return (KORE_RESULT_OK);
	/* Kore lets the time for headers run on after an empty body. */
	http->owner->http_timeout = 0;
	http_request_sleep(http);
	return (KORE_RESULT_RETRY);
}

void
req_retain(struct req *r)
{
	r->refs++;
}

void
req_release(struct req *r)
{
	if (--r->refs > 0)
		return;
	json_decref(r->query);
	json_decref(r->body);
	json_decref(r->errors);
	json_decref(r->claims);
	arena_free(&r->arena);
	kore_free(r);
}

void *
req_alloc(struct req *r, size_t len)
{
	return (arena_alloc(&r->arena, len));
}

char *
req_strdup(struct req *r, const char *text)
{
	size_t len;
	char *copy;

	len = strlen(text) + 1;
	copy = req_alloc(r, len);
	memcpy(copy, text, len);
	return (copy);
}

char *
req_printf(struct req *r, const char *fmt, ...)
{
	va_list ap;
	int len;
	char *text;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = req_alloc(r, (size_t)len + 1);
	va_start(ap, fmt);
	(void)vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return (text);
}

char *
req_dumps(struct req *r, const json_t *value)
{
	const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
	size_t len, room;
	char *text;

	if (value == NULL)
		return (NULL);
	/* A part of the body is hardly ever longer than the body was. */
	room = r->body_len + DUMP_ROOM;
	text = req_alloc(r, room + 1);
	len = json_dumpb(value, text, room, flags);
	if (len <= room)
		return (text);
	text = req_alloc(r, len + 1);
	(void)json_dumpb(value, text, len, flags);
	return (text);
}

const char *
req_str(const json_t *object, const char *key)
{
	return (json_string_value(json_object_get(object, key)));
}

const char *
req_json(struct req *r, const char *key)
{
	return (req_dumps(r, json_object_get(r->body, key)));
}

const char *
req_query(struct req *r, const char *key)
{
	const json_t *value;

	value = json_object_get(r->query, key);
	if (json_is_string(value))
		return (json_string_value(value));
	return (req_dumps(r, value));
}

const char *
req_request_header(struct req *r, const char *name)
{
	const char *value;

	if (r->http == NULL || !http_request_header(r->http, name, &value))
		return (NULL);
	return (value);
}

const char *
req_path(const struct req *r)
{
	return (r->http == NULL ? "" : r->http->path);
}

int
req_has_scope(const struct req *r, const char *scope)
{
	const char *p;
	size_t len;

	len = strlen(scope);
	for (p = r->caller.scope; *p != '\0'; p += strspn(p, " ")) {
		if (strncmp(p, scope, len) == 0 &&
		    (p[len] == ' ' || p[len] == '\0'))
			return (1);
		p += strcspn(p, " ");
	}
	return (0);
}

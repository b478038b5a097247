/*
 * What the request's headers say before anything else is looked at.
 */
#include "req_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"

/* Kore drops every header after the 23rd without a word: 22 are too many. */
#define HEADERS_MAX 21

static int
headers_count(const struct http_request *http)
{
	const struct http_header *hdr;
	int n;

	n = 1; /* Kore has taken Host off the list */
	TAILQ_FOREACH(hdr, &http->req_headers, list)
		n++;
	return (n);
}

/* The weight (RFC 9110 12.4.2) of a language in Accept-Language, in 1/1000. */
static int
language_weight(const char *header, const char *lang)
{
	const char *p, *q;
	size_t len;

	for (p = header; *p != '\0'; p += strspn(p, ", \t")) {
		len = strcspn(p, ",");
		if (strncasecmp(p, lang, 2) == 0 &&
		    (p[2] == '\0' || strchr("-;, ", p[2]) != NULL)) {
			q = memchr(p, ';', len);
			if (q == NULL || (q = strstr(q, "q=")) == NULL ||
			    q > p + len)
				return (1000);
			return ((int)(strtod(q + 2, NULL) * 1000));
		}
		p += len;
	}
	return (0);
}

static void
language_read(struct req *r)
{
	const char *accept;

	accept = req_request_header(r, "accept-language");
	if (accept != NULL &&
	    language_weight(accept, "en") > language_weight(accept, "bg"))
		r->lang = "en";
}

/* JSON is what the interface answers with; pages and text are not asked. */
static int
accept_fits(struct req *r)
{
	const char *accept;

	accept = req_request_header(r, "accept");
	if (accept == NULL || (strncmp(req_path(r), "/v1/", 4) != 0 &&
				  strncmp(req_path(r), "/oauth/", 7) != 0))
		return (1);
	return (strstr(accept, "*/*") != NULL ||
		strcasestr(accept, "application/*") != NULL ||
		strcasestr(accept, "application/json") != NULL ||
		strcasestr(accept, "application/problem+json") != NULL);
}

static void
source_read(struct req *r)
{
	struct connection *c = r->http->owner;
	const char *forwarded, *last;
	char text[INET6_ADDRSTRLEN];

	if (config_flag("trusted_proxy") &&
	    (forwarded = req_request_header(r, "x-forwarded-for")) != NULL) {
		last = strrchr(forwarded, ',');
		last = last == NULL ? forwarded : last + 1;
		r->source = req_strdup(r, last + strspn(last, " "));
		return;
	}
	if (c->family == AF_INET) {
		if (inet_ntop(AF_INET, &c->addr.ipv4.sin_addr, text,
			sizeof(text)) != NULL)
			r->source = req_strdup(r, text);
	} else if (c->family == AF_INET6) {
		if (inet_ntop(AF_INET6, &c->addr.ipv6.sin6_addr, text,
			sizeof(text)) != NULL)
			r->source = req_strdup(r, text);
	} else {
		r->source = "local";
	}
}

/* "17" or W/"17" → 17; anything else cannot match a version. */
static void
if_match_read(struct req *r)
{
	const char *value;
	size_t len;
	char *text;

	value = req_request_header(r, "if-match");
	if (value == NULL)
		return;
	if (strncmp(value, "W/", 2) == 0)
		value += 2;
	len = strlen(value);
	if (len < 3 || len > 20 || value[0] != '"' || value[len - 1] != '"' ||
	    strspn(value + 1, "0123456789") != len - 2) {
		r->if_match = "0";
		return;
	}
	text = req_strdup(r, value + 1);
	text[len - 2] = '\0';
	r->if_match = text;
}

int
req_read_headers(struct req *r)
{
	language_read(r);
	if (headers_count(r->http) > HEADERS_MAX) {
		req_header(r, "connection", "close");
		r->http->owner->flags |= CONN_CLOSE_EMPTY;
		(void)req_problem(r, PROBLEM_HEADERS_TOO_MANY);
		return (0);
	}
	if (!accept_fits(r)) {
		(void)req_problem(r, PROBLEM_NOT_ACCEPTABLE);
		return (0);
	}
	source_read(r);
	if_match_read(r);
	return (1);
}

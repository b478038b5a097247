/*
 * The operations that every service has: health, readiness, metrics, its
 * specification and reference page, its public key.
 */
#include "service.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "crypt.h"
#include "metrics.h"
#include "req.h"

int
get_health(struct req *r)
{
	return (req_reply(r, 200, "{\"status\":\"ok\"}"));
}

int
get_readiness(struct req *r)
{
	json_t *doc, *more;
	const char *text;

	if (!db_ready())
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	doc = json_pack("{s:s, s:s}", "status", "ready", "database", "up");
	more = service.health == NULL ? NULL : service.health();
	(void)json_object_update(doc, more);
	text = req_dumps(r, doc);
	json_decref(more);
	json_decref(doc);
	return (req_reply(r, 200, text));
}

/*
 * Who may read the counters: the bearer of the configured token; without
 * one, whoever is on this machine and did not come through the proxy.
 */
static int
metrics_allowed(struct req *r)
{
	const char *token, *given;

	token = service_metrics_token();
	if (token == NULL)
		return ((strcmp(r->source, "127.0.0.1") == 0 ||
			    strcmp(r->source, "::1") == 0 ||
			    strcmp(r->source, "local") == 0) &&
			req_request_header(r, "x-forwarded-for") == NULL);
	given = req_request_header(r, "authorization");
	return (given != NULL && strncmp(given, "Bearer ", 7) == 0 &&
		crypt_equal_text(given + 7, token));
}

int
get_metrics(struct req *r)
{
	char *text;
	size_t len;
	int result;

	if (!metrics_allowed(r))
		return (req_problem(r, PROBLEM_NOT_FOUND));
	text = metrics_text(&len);
	if (text == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	result = req_reply_data(r, 200, "text/plain; version=0.0.4", text, len);
	free(text);
	return (result);
}

int
get_openapi(struct req *r)
{
	req_header(r, "cache-control", "max-age=300");
	return (req_reply_data(
	    r, 200, "application/json", service.openapi, *service.openapi_len));
}

int
get_reference(struct req *r)
{
	req_header(r, "content-security-policy",
	    "default-src 'none'; style-src 'self'; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'none'");
	req_header(r, "cache-control", "max-age=300");
	return (req_reply_data(r, 200, "text/html; charset=utf-8",
	    service.reference, *service.reference_len));
}

int
get_reference_css(struct req *r)
{
	req_header(r, "cache-control", "max-age=300");
	return (req_reply_data(r, 200, "text/css; charset=utf-8",
	    service.reference_css, *service.reference_css_len));
}

int
get_jwks(struct req *r)
{
	json_t *doc;
	const char *text;

	doc = json_pack("{s:[o]}", "keys", auth_key_jwk(service_key()));
	text = req_dumps(r, doc);
	json_decref(doc);
	req_header(r, "cache-control", "max-age=300");
	return (req_reply(r, 200, text));
}

/*
 * Who asks, and whether the route's row lets them: rate, token, scope.
 */
#include "req_internal.h"

#include <string.h>
#include <time.h>

#include "auth.h"
#include "config.h"
#include "log.h"
#include "metrics.h"
#include "service.h"

#define TOKENS_CACHED 20000

static struct auth_cache *cache;
static int lifetime;

void
req_admit_init(void)
{
	cache = auth_cache_new(TOKENS_CACHED);
	lifetime = (int)config_number("access_token_s");
	if (cache == NULL)
		fatal("could not allocate the token cache");
}

static int
limited(struct req *r, const char *key, enum rate_class class)
{
	unsigned wait;

	if (rate_take(key, class, &wait))
		return (0);
	metrics_add(METRIC_RATE_LIMITED, 1);
	req_header(r, "retry-after", req_printf(r, "%u", wait));
	(void)req_problem(r, PROBLEM_TOO_MANY_REQUESTS);
	return (1);
}

/* The token of the Authorization header, or NULL. */
static const char *
bearer(struct req *r)
{
	const char *value;

	value = req_request_header(r, "authorization");
	if (value == NULL || strncasecmp(value, "Bearer ", 7) != 0)
		return (NULL);
	return (value + 7 + strspn(value + 7, " "));
}

/* Verifies a token that is not in the cache; NULL when it is refused. */
static json_t *
token_verify(const char *token, size_t len)
{
	struct auth_expect expect;
	enum auth_result result;
	json_t *claims;

	memset(&expect, 0, sizeof(expect));
	expect.issuer = expect.audience = service_issuer();
	expect.token_use = "access";
	expect.max_lifetime = lifetime;
	expect.now = time(NULL);
	result = auth_verify(token, len, service_key(), &expect, &claims);
	/* A visit is no session of a person: a kind and a lifetime of its own. */
	if (result == AUTH_KIND && service.visit_s > 0) {
		expect.token_use = "visit";
		expect.max_lifetime = service.visit_s;
		result =
		    auth_verify(token, len, service_key(), &expect, &claims);
	}
	metrics_add(METRIC_TOKENS_VERIFIED, 1);
	if (result == AUTH_OK) {
		auth_cache_put(cache, token, len, claims,
		    (time_t)json_integer_value(json_object_get(claims, "exp")));
		return (claims);
	}
	metrics_add(METRIC_TOKENS_REFUSED, 1);
	log_event(LOG_LEVEL_INFO, "token refused",
	    LOG_S("reason", auth_result_name(result)), LOG_END);
	return (NULL);
}

/*
 * The claims of the request's token, or NULL when the request was answered.
 * Checking a signature costs 0.4 ms of the loop: a source with many bad
 * ones waits.
 */
static json_t *
token_claims(struct req *r, const char *token)
{
	const json_t *cached;
	json_t *claims;
	size_t len;

	len = strlen(token);
	cached = auth_cache_get(cache, token, len, time(NULL));
	if (cached != NULL) {
		metrics_add(METRIC_TOKENS_CACHED, 1);
		return (json_incref((json_t *)(uintptr_t)cached));
	}
	claims = token_verify(token, len);
	if (claims != NULL)
		return (claims);
	if (!limited(r, req_printf(r, "bad %s", r->source), RATE_SIGNIN))
		(void)req_problem(r, PROBLEM_TOKEN_INVALID);
	return (NULL);
}

static const char *
claim(const struct req *r, const char *name)
{
	const char *text;

	text = req_str(r->claims, name);
	return (text == NULL ? "" : text);
}

/* 1 when text is a UUID as RFC 9562 writes it. */
int
req_is_uuid(const char *text)
{
	int i;

	for (i = 0; i < REQ_UUID_LEN; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return (0);
		} else if (text[i] == '\0' ||
			   strchr("0123456789abcdefABCDEF", text[i]) == NULL) {
			return (0);
		}
	}
	return (text[i] == '\0');
}

/* The person that an organisation says is acting: "uuid;role". */
static void
actor_read(struct req *r)
{
	const char *value, *semi;
	char *id;

	value = req_request_header(r, "zaedno-actor");
	if (value == NULL || (semi = strchr(value, ';')) == NULL)
		return;
	id = req_strdup(r, value);
	id[semi - value] = '\0';
	if (req_is_uuid(id))
		r->caller.user = id;
}

static void
caller_read(struct req *r)
{
	r->caller.org = claim(r, "org");
	r->caller.user = claim(r, "user");
	r->caller.role = claim(r, "role");
	r->caller.session = claim(r, "sid");
	r->caller.scope = claim(r, "scope");
	if (strcmp(r->caller.role, "node") == 0)
		actor_read(r);
}

static int
scope_held(const struct req *r)
{
	const char *const *scope;

	for (scope = r->route->scopes; *scope != NULL; scope++) {
		if (req_has_scope(r, *scope))
			return (1);
	}
	return (0);
}

int
req_admit(struct req *r)
{
	const char *token;

	if (r->route->flags & ROUTE_PUBLIC)
		return (r->route->rate == RATE_FREE ||
			!limited(r, r->source, r->route->rate));
	token = bearer(r);
	if (token == NULL) {
		(void)req_problem(r, PROBLEM_TOKEN_MISSING);
		return (0);
	}
	r->claims = token_claims(r, token);
	if (r->claims == NULL)
		return (0);
	caller_read(r);
	if (!scope_held(r)) {
		(void)req_problem(r, PROBLEM_SCOPE_MISSING);
		return (0);
	}
	return (!limited(r, claim(r, "sub"), r->route->rate));
}

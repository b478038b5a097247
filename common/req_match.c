/*
 * Which route a request is for.  Templates are cut into segments once, at
 * start; a request is matched segment by segment.
 */
#include "req_internal.h"

#include <string.h>

#include "precond.h"
#include "service.h"

#define SEGMENTS_MAX 10
#define ROUTES_MAX   256

struct segment {
	const char *text; /* in the template, not terminated */
	size_t len;
};

struct template
{
	struct segment segment[SEGMENTS_MAX];
	int len;
};

static struct template templates[ROUTES_MAX];

static int
path_split(const char *path, struct segment *segment)
{
	int n;

	for (n = 0; *path == '/'; n++) {
		if (n == SEGMENTS_MAX)
			return (-1);
		segment[n].text = ++path;
		segment[n].len = strcspn(path, "/");
		path += segment[n].len;
	}
	return (n);
}

void
req_match_init(void)
{
	size_t i;

	PRECOND(*service.routes_len <= ROUTES_MAX);
	for (i = 0; i < *service.routes_len; i++) {
		templates[i].len =
		    path_split(service.routes[i].path, templates[i].segment);
		PRECOND(templates[i].len > 0);
	}
}

static int
template_fits(const struct template *t, const struct segment *segment, int len)
{
	int i;

	if (t->len != len)
		return (0);
	for (i = 0; i < len; i++) {
		if (t->segment[i].text[0] == '{') {
			if (segment[i].len == 0)
				return (0);
			continue;
		}
		if (t->segment[i].len != segment[i].len ||
		    memcmp(t->segment[i].text, segment[i].text,
			segment[i].len) != 0)
			return (0);
	}
	return (1);
}

static void
params_take(
    struct req *r, const struct template *t, const struct segment *segment)
{
	int i, n;
	char *text;

	n = 0;
	for (i = 0; i < t->len && n < REQ_PARAMS_MAX; i++) {
		if (t->segment[i].text[0] != '{' || segment[i].text == NULL)
			continue;
		text = req_alloc(r, segment[i].len + 1);
		memcpy(text, segment[i].text, segment[i].len);
		r->param[n++] = text;
	}
}

const char *
req_param_name(const struct route *route, int n)
{
	static char name[64];
	const struct template *t;
	int i;

	t = &templates[route - service.routes];
	for (i = 0; i < t->len; i++) {
		if (t->segment[i].text[0] != '{' || n-- > 0)
			continue;
		PRECOND(t->segment[i].len < sizeof(name));
		memcpy(name, t->segment[i].text + 1, t->segment[i].len - 2);
		name[t->segment[i].len - 2] = '\0';
		return (name);
	}
	return (NULL);
}

static int
method_fits(const struct req *r, const char *method)
{
	const char *asked;

	asked = http_method_text(r->http->method);
	if (strcmp(asked, method) == 0)
		return (1);
	return (strcmp(asked, "HEAD") == 0 && strcmp(method, "GET") == 0);
}

int
req_match(struct req *r)
{
	struct segment segment[SEGMENTS_MAX] = { 0 };
	const struct route *row;
	const char *allow;
	size_t i;
	int len;

	allow = NULL;
	len = path_split(r->http->path, segment);
	for (i = 0; i < *service.routes_len; i++) {
		row = &service.routes[i];
		if (!template_fits(&templates[i], segment, len))
			continue;
		if (method_fits(r, row->method)) {
			r->route = row;
			params_take(r, &templates[i], segment);
			return (1);
		}
		allow = allow == NULL
			    ? row->method
			    : req_printf(r, "%s, %s", allow, row->method);
	}
	if (allow != NULL)
		req_header(r, "allow", allow);
	(void)req_problem(
	    r, allow != NULL ? PROBLEM_METHOD_NOT_ALLOWED : PROBLEM_NOT_FOUND);
	return (0);
}

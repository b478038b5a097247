/*
 * The identity guard over the texts of a request's body.
 */
#include "words.h"

#include "common/guard_document.h"
#include "common/guard_pattern.h"
#include "common/req.h"

static void
look_at(void *arg, const char *pointer, const char *member, const char *text)
{
	struct guard_hit hits[GUARD_HITS_MAX];
	struct req *r = arg;
	size_t i, n;

	(void)member;
	n = guard_pattern(text, 0, hits, GUARD_HITS_MAX);
	for (i = 0; i < n; i++)
		req_field_span(
		    r, pointer, hits[i].code, hits[i].start, hits[i].end);
}

int
words_pass(struct req *r, const char *const *members)
{
	const json_t *value;

	for (; *members != NULL; members++) {
		value = json_object_get(r->body, *members);
		if (value != NULL)
			guard_document(
			    value, req_printf(r, "/%s", *members), look_at, r);
	}
	return (json_array_size(r->errors) == 0);
}

/*
 * Checking an answer of the feed: see chain.h.
 */
#include "chain.h"

#include <stdio.h>
#include <string.h>

const char *
feed_fault_name(enum feed_fault fault)
{
	static const char *const names[] = { "good", "form", "other-feed",
		"order", "gap", "cursor", "head", "long" };

	return (names[fault]);
}

static int
is_uuid_text(const char *s)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	if (strlen(s) != UUID_TEXT_SIZE - 1)
		return (0);
	for (i = 0; i < UUID_TEXT_SIZE - 1; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s[i] != '-')
				return (0);
		} else if (strchr(hex, s[i]) == NULL) {
			return (0);
		}
	}
	return (1);
}

static int
is_uuid(const json_t *v)
{
	return (json_is_string(v) && is_uuid_text(json_string_value(v)));
}

/* What is put has its document; what goes has none. */
static int
op_formed(const json_t *e)
{
	const json_t *doc;
	const char *op;

	op = json_string_value(json_object_get(e, "op"));
	doc = json_object_get(e, "doc");
	if (op == NULL)
		return (0);
	if (strcmp(op, "put") == 0)
		return (json_is_object(doc));
	return (doc == NULL &&
		(strcmp(op, "purge") == 0 || strcmp(op, "remove") == 0));
}

/* The chain of an event: 0 own, 1 for everybody, -1 neither. */
static int
event_chain(const json_t *e)
{
	const char *recipient;

	recipient = json_string_value(json_object_get(e, "recipient"));
	if (recipient == NULL)
		return (-1);
	if (strcmp(recipient, "own") == 0)
		return (0);
	return (strcmp(recipient, "all") == 0 ? 1 : -1);
}

static int
event_formed(const json_t *e)
{
	return (json_is_integer(json_object_get(e, "seq")) &&
		json_is_integer(json_object_get(e, "prev_seq")) &&
		json_is_integer(json_object_get(e, "version")) &&
		json_is_string(json_object_get(e, "kind")) &&
		is_uuid(json_object_get(e, "id")) &&
		is_uuid(json_object_get(e, "tag")) && event_chain(e) >= 0 &&
		op_formed(e));
}

/*
 * "<feed_id>.<seq>.<tag>" names the last event given, by its own tag; without
 * events it is the one that was asked with.
 */
static int
cursor_names(const struct feed_position *next, const struct feed_position *at,
    const json_t *events, long long seq)
{
	char want[80];
	const char *tag;
	size_t n;
	int len;

	n = json_array_size(events);
	if (n == 0 && at->cursor[0] != '\0')
		return (strcmp(next->cursor, at->cursor) == 0);
	len = snprintf(
	    want, sizeof(want), "%s.%lld.", next->feed_id, seq < 0 ? 0 : seq);
	if (strncmp(next->cursor, want, (size_t)len) != 0)
		return (0);
	/* Purge receipts name events, and the cursor, by their tag. */
	tag = next->cursor + len;
	return (n == 0 ? is_uuid_text(tag)
		       : strcmp(tag,
			     json_string_value(json_object_get(
				 json_array_get(events, n - 1), "tag"))) == 0);
}

static enum feed_fault
events_check(const json_t *events, struct feed_position *p, long long *last)
{
	size_t i;
	const json_t *e;
	long long seq, prev;
	int n;

	*last = p->head[0] > p->head[1] ? p->head[0] : p->head[1];
	json_array_foreach(events, i, e) {
		if (!event_formed(e))
			return (FEED_FORM);
		seq = json_integer_value(json_object_get(e, "seq"));
		prev = json_integer_value(json_object_get(e, "prev_seq"));
		if (seq <= *last || prev >= seq || prev < 0)
			return (FEED_ORDER);
		n = event_chain(e);
		if (p->head[n] != -1 && p->head[n] != prev)
			return (FEED_GAP);
		p->head[n] = *last = seq;
	}
	return (FEED_GOOD);
}

enum feed_fault
feed_check(const json_t *answer, const struct feed_position *at,
    struct feed_position *next, size_t *count)
{
	struct feed_position p;
	const json_t *events, *feed_id, *cursor;
	enum feed_fault fault;
	long long last;

	events = json_object_get(answer, "events");
	feed_id = json_object_get(answer, "feed_id");
	cursor = json_object_get(answer, "cursor");
	if (!json_is_array(events) || !is_uuid(feed_id) ||
	    !json_is_string(cursor) || json_string_length(cursor) == 0 ||
	    json_string_length(cursor) >= CURSOR_SIZE ||
	    !json_is_integer(json_object_get(answer, "head")) ||
	    !json_is_string(json_object_get(answer, "at")))
		return (FEED_FORM);
	if (json_array_size(events) > FEED_EVENTS_MAX)
		return (FEED_LONG);
	if (at->feed_id[0] != '\0' &&
	    strcmp(at->feed_id, json_string_value(feed_id)) != 0)
		return (FEED_OTHER);
	p = *at;
	if ((fault = events_check(events, &p, &last)) != FEED_GOOD)
		return (fault);
	(void)snprintf(
	    p.feed_id, sizeof(p.feed_id), "%s", json_string_value(feed_id));
	(void)snprintf(
	    p.cursor, sizeof(p.cursor), "%s", json_string_value(cursor));
	if (!cursor_names(&p, at, events, last))
		return (FEED_CURSOR);
	if (json_integer_value(json_object_get(answer, "head")) < last)
		return (FEED_HEAD);
	*next = p;
	*count = json_array_size(events);
	return (FEED_GOOD);
}

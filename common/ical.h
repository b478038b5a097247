/*
 * Text of an iCalendar feed (RFC 5545): events that a reader only shows.
 * Lines are folded at 75 octets between characters, values escaped, times in
 * UTC.  Pure; knows nothing of requests.
 */
#ifndef COMMON_ICAL_H
#define COMMON_ICAL_H

#include <stddef.h>
#include <stdint.h>

struct ical {
	char *text; /* NUL terminated once something was added */
	size_t len;
	size_t size;
	int failed; /* memory lacked, or a time is none */
};

struct ical_event {
	const char *uid;      /* without it the feed fails */
	const char *summary;  /* or NULL */
	const char *location; /* or NULL */
	const char *url;      /* or NULL; left out with a control character */
	int64_t starts;       /* seconds since 1970 */
	int64_t changed;      /* the same */
	int64_t minutes;
	int64_t sequence; /* more with every change */
	int cancelled;
};

/* Begins the feed, in an empty struct; name: what a reader calls it. */
void ical_begin(struct ical *, const char *name);

/* Adds one event; its uid and summary are there. */
void ical_add(struct ical *, const struct ical_event *);

/* Ends it: text and len are the feed, unless failed. */
void ical_end(struct ical *);

/* Frees the text and makes it empty again. */
void ical_free(struct ical *);

#endif

/*
 * What an answer of the feed must look like before any of it is applied:
 * PROTOCOL.md section 8.  Pure.
 */
#ifndef COURIER_CHAIN_H
#define COURIER_CHAIN_H

#include <jansson.h>

#define UUID_TEXT_SIZE 37
#define CURSOR_SIZE    160
/* The most events of one answer. */
#define FEED_EVENTS_MAX 500

/*
 * How far the feed is applied.  head holds the last seq of the two chains,
 * own events and those for everybody; -1 where any predecessor is accepted,
 * as after 410 feed-compacted.
 */
struct feed_position {
	char feed_id[UUID_TEXT_SIZE]; /* "": whatever the answer says */
	char cursor[CURSOR_SIZE];     /* "": from the start */
	long long head[2];
};

enum feed_fault {
	FEED_GOOD,
	FEED_FORM,   /* a member is missing or of the wrong type */
	FEED_OTHER,  /* another feed than the one joined */
	FEED_ORDER,  /* seq does not increase */
	FEED_GAP,    /* prev_seq is not the end of its chain */
	FEED_CURSOR, /* the cursor does not name the last event */
	FEED_HEAD,   /* the hub's feed ends before what it has given */
	FEED_LONG,   /* more events than one answer has */
};

const char *feed_fault_name(enum feed_fault);

/*
 * Checks a whole answer against where we are.  On FEED_GOOD *next is where
 * we are once it is applied and *count the number of its events; otherwise
 * both are untouched.
 */
enum feed_fault feed_check(const json_t *answer, const struct feed_position *,
    struct feed_position *next, size_t *count);

#endif

/*
 * The rules of delivery, pure: which answer means what, how long to wait,
 * what the hub's clock says.  PROTOCOL.md sections 6 and 12.
 */
#ifndef COURIER_RULES_H
#define COURIER_RULES_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Pauses, milliseconds. */
#define BACKOFF_MIN_MS     250
#define BACKOFF_MAX_MS     60000
#define RETRY_AFTER_MAX_MS 3600000
#define PARKED_RETRY_MS    3600000
/* Server errors of one item, while others pass, before it is parked. */
#define STRIKES_MAX 8

enum verdict {
	VERDICT_DELIVERED,    /* the hub has committed it */
	VERDICT_UNAUTHORISED, /* renew the token, once at once */
	VERDICT_PAUSE,        /* nothing is wrong with the item: wait */
	VERDICT_STRIKE,       /* wait, and count it against the item */
	VERDICT_REFUSED,      /* the item will never pass as it is */
	VERDICT_RESYNC,       /* feed only: the cursor is not known any more */
};

/* An answer, as far as the rules look at it. */
struct answer {
	int status;       /* 0: none came */
	const char *code; /* of the hub's problem, or NULL */
	int json;         /* its body is JSON, or it has none */
};

/*
 * What an answer to an outbox item means.  A 4xx without a problem code and a
 * 2xx that is not JSON are not the hub's words (a proxy's, a portal's), so
 * they neither refuse nor deliver.
 */
enum verdict item_verdict(const struct answer *);

/* What an answer to a feed read means; never STRIKE. */
enum verdict feed_verdict(const struct answer *);

/* A short name for logs. */
const char *verdict_name(enum verdict);

/*
 * The pause after the nth failure in a row (from 1): doubling from 250 ms to
 * 60 s, drawn between half and the whole of it by a random number.
 */
long backoff_ms(unsigned failures, uint32_t random);

/*
 * Retry-After (RFC 9110 10.2.3), seconds or a date, as milliseconds from now
 * (the hub's clock); 0 when absent or not understood, at most one hour.
 */
long retry_after_ms(const char *value, time_t now);

/* IMF-fixdate (RFC 9110 5.6.7), strictly; 1 and *out, or 0. */
int http_date_parse(const char *value, time_t *out);

/*
 * The hub's clock minus ours, milliseconds.  Date has whole seconds, so half
 * a second is added; before and after are ours around the exchange.
 */
long long clock_offset_ms(time_t date, long long before, long long after);

/*
 * Failures of items.  A failure counts only when another item has passed
 * since this item's first one: a hub that is down for all parks nothing.
 */
#define STRIKES_ITEMS 64

struct strikes {
	struct strike {
		long long id; /* 0: free */
		unsigned count;
		uint64_t passed; /* at the first failure */
	} item[STRIKES_ITEMS];
	uint64_t passed; /* items delivered since the start */
	unsigned next;   /* the entry that is given up when all are used */
};

/* Notes a server error of an item; how many now count against it. */
unsigned strikes_add(struct strikes *, long long id);
/* Forgets an item that was settled; delivered: it passed. */
void strikes_settle(struct strikes *, long long id, int delivered);

#endif

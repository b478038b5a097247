/*
 * Rate limits: a token bucket for each caller and class, in a table of fixed
 * size.  Two callers that share a place share a bucket only for as long as
 * both are active: the newer one takes it over with a full bucket.
 */
#include "req_internal.h"

#include <string.h>

#include "config.h"

#define RATE_SLOTS   8192
#define RATE_PROBES  8
#define RATE_CLASSES (RATE_FEED + 1)

struct bucket {
	uint64_t key; /* 0: free */
	uint64_t at_ms;
	double tokens;
};

static struct bucket buckets[RATE_SLOTS];
static double per_minute[RATE_CLASSES];

static void
limits_read(void)
{
	per_minute[RATE_FREE] = 1e9;
	per_minute[RATE_READ] = (double)config_number("rate_read");
	per_minute[RATE_WRITE] = (double)config_number("rate_write");
	per_minute[RATE_SIGNIN] = (double)config_number("rate_signin");
	per_minute[RATE_TOKEN] = (double)config_number("rate_token");
	per_minute[RATE_FEED] = (double)config_number("rate_feed");
}

/* FNV-1a: the table is bounded, a collision costs a caller nothing lasting. */
static uint64_t
key_hash(const char *key, enum rate_class class)
{
	uint64_t h;

	h = (14695981039346656037u ^ (unsigned)class) * 1099511628211u;
	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return (h == 0 ? 1 : h);
}

/* The caller's bucket, or the one that was idle longest, made full. */
static struct bucket *
bucket_of(uint64_t key, double full, uint64_t now)
{
	struct bucket *b, *oldest;
	unsigned i;

	oldest = NULL;
	for (i = 0; i < RATE_PROBES; i++) {
		b = &buckets[(key + i) % RATE_SLOTS];
		if (b->key == key)
			return (b);
		if (oldest == NULL || b->at_ms < oldest->at_ms)
			oldest = b;
	}
	oldest->key = key;
	oldest->at_ms = now;
	oldest->tokens = full;
	return (oldest);
}

int
rate_take(const char *key, enum rate_class class, unsigned *wait)
{
	struct bucket *b;
	uint64_t now;
	double limit;

	if (per_minute[RATE_FREE] < 1.0)
		limits_read();
	limit = per_minute[class];
	now = req_now_ms();
	b = bucket_of(key_hash(key, class), limit, now);
	b->tokens += (double)(now - b->at_ms) * limit / 60000.0;
	b->at_ms = now;
	if (b->tokens > limit)
		b->tokens = limit;
	if (b->tokens < 1.0) {
		*wait = (unsigned)((1.0 - b->tokens) * 60.0 / limit) + 1;
		return (0);
	}
	b->tokens -= 1.0;
	return (1);
}

/*
 * Verified tokens of one worker: a chained hash table under SHA-256 of the
 * token, with a list by last use.  Only what was verified gets in, so a
 * stranger cannot push anybody out.
 */
#include "auth.h"
#include "crypt.h"

#include <sys/queue.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	unsigned char digest[CRYPT_SHA256_BYTES];
	json_t *claims;
	time_t exp;
	LIST_ENTRY(entry) chain;
	TAILQ_ENTRY(entry) used;
};

LIST_HEAD(bucket, entry);

struct auth_cache {
	size_t max, len, nbuckets; /* nbuckets is a power of two */
	struct bucket *buckets;
	TAILQ_HEAD(by_use, entry) order; /* least recently used first */
};

struct auth_cache *
auth_cache_new(size_t max)
{
	struct auth_cache *cache;

	if (max == 0 || (cache = calloc(1, sizeof(*cache))) == NULL)
		return (NULL);
	cache->max = max;
	for (cache->nbuckets = 16; cache->nbuckets < max;)
		cache->nbuckets *= 2;
	TAILQ_INIT(&cache->order);
	cache->buckets = calloc(cache->nbuckets, sizeof(*cache->buckets));
	if (cache->buckets == NULL) {
		free(cache);
		return (NULL);
	}
	return (cache);
}

static void
drop(struct auth_cache *cache, struct entry *entry)
{
	LIST_REMOVE(entry, chain);
	TAILQ_REMOVE(&cache->order, entry, used);
	json_decref(entry->claims);
	free(entry);
	cache->len--;
}

void
auth_cache_clear(struct auth_cache *cache)
{
	struct entry *entry, *next;

	for (entry = TAILQ_FIRST(&cache->order); entry != NULL; entry = next) {
		next = TAILQ_NEXT(entry, used);
		drop(cache, entry);
	}
}

void
auth_cache_free(struct auth_cache *cache)
{
	if (cache == NULL)
		return;
	auth_cache_clear(cache);
	free(cache->buckets);
	free(cache);
}

static struct bucket *
bucket_of(struct auth_cache *cache, const unsigned char *digest)
{
	uint64_t n;

	memcpy(&n, digest, sizeof(n));
	return (&cache->buckets[n & (cache->nbuckets - 1)]);
}

static struct entry *
find(struct auth_cache *cache, const unsigned char *digest)
{
	struct entry *entry;

	LIST_FOREACH(entry, bucket_of(cache, digest), chain)
		if (memcmp(entry->digest, digest, CRYPT_SHA256_BYTES) == 0)
			return (entry);
	return (NULL);
}

const json_t *
auth_cache_get(
    struct auth_cache *cache, const char *token, size_t len, time_t now)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct entry *entry;

	crypt_sha256(token, len, digest);
	if ((entry = find(cache, digest)) == NULL)
		return (NULL);
	if (now >= entry->exp) {
		drop(cache, entry);
		return (NULL);
	}
	TAILQ_REMOVE(&cache->order, entry, used);
	TAILQ_INSERT_TAIL(&cache->order, entry, used);
	return (entry->claims);
}

void
auth_cache_put(struct auth_cache *cache, const char *token, size_t len,
    json_t *claims, time_t exp)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct entry *entry;

	crypt_sha256(token, len, digest);
	if ((entry = find(cache, digest)) != NULL)
		drop(cache, entry);
	/* Without memory a token is merely verified again. */
	if ((entry = calloc(1, sizeof(*entry))) == NULL)
		return;
	memcpy(entry->digest, digest, sizeof(digest));
	entry->claims = json_incref(claims);
	entry->exp = exp;
	LIST_INSERT_HEAD(bucket_of(cache, digest), entry, chain);
	TAILQ_INSERT_TAIL(&cache->order, entry, used);
	if (++cache->len > cache->max)
		drop(cache, TAILQ_FIRST(&cache->order));
}

size_t
auth_cache_len(const struct auth_cache *cache)
{
	return (cache->len);
}

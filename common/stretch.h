/*
 * Short codes made slow to guess: Argon2id with a salt that all codes of one
 * context share, so that a code is found by what it becomes.  A code of 16
 * digits has 53 bits: whoever keeps what it becomes keeps it keyed
 * (stretch_key), under a key that is not beside it.
 *
 * stretch.c holds the task; stretch_hash.c the rest, without Kore.
 */
#ifndef COMMON_STRETCH_H
#define COMMON_STRETCH_H

#include <stddef.h>

struct req;

#define STRETCH_MAX      6 /* codes at once */
#define STRETCH_CODE     32
#define STRETCH_BYTES    32
#define STRETCH_HEX_SIZE (2 * STRETCH_BYTES + 1)
/* Tasks of one worker that run or wait; beyond it the caller waits. */
#define STRETCH_QUEUE_MAX 8

struct stretch {
	size_t n;
	char code[STRETCH_MAX][STRETCH_CODE];
	char hex[STRETCH_MAX][STRETCH_HEX_SIZE];
	int ok;
};

/* 1 when one more may be started now. */
int stretch_free(void);

/*
 * Stretches n codes of s, which lives as long as the request, in a task, then
 * calls done on the loop; s->ok says whether memory sufficed.  The codes are
 * wiped from the task's copy, not from s.  Returns what a handler returns.
 */
int stretch_start(struct req *, struct stretch *s, const char *context,
    int (*done)(struct req *, struct stretch *));

/* The same at once; blocks.  1 or 0. */
int stretch_hash(
    const char *code, const char *context, char hex[STRETCH_HEX_SIZE]);

/* What may be kept of a stretched code: keyed with 32 bytes; 1 or 0. */
int stretch_key(const char *hex, const unsigned char key[STRETCH_BYTES],
    char out[STRETCH_HEX_SIZE]);

#endif

/*
 * Passwords: Argon2id, in a Kore task, so that the loop never waits.
 *
 * password.c holds the tasks; password_hash.c the rest, without Kore.
 */
#ifndef COMMON_PASSWORD_H
#define COMMON_PASSWORD_H

#include <stddef.h>

struct req;

/* OWASP's minimum for Argon2id: 19 MiB, two passes, one lane. */
#define PASSWORD_OPS          2
#define PASSWORD_MEMORY       ((size_t)19 * 1024 * 1024)
#define PASSWORD_ENCODED_SIZE 128
#define PASSWORD_MIN          12  /* characters */
#define PASSWORD_MAX          200 /* characters */
/* Tasks of one worker that run or wait; beyond it answers 429. */
#define PASSWORD_QUEUE_MAX 16

/*
 * Checks a password, then calls done with ok 1 or 0 on the loop.  encoded
 * NULL burns the same time and fails: an unknown login looks like a wrong
 * password.  Copies what it needs and holds r until done has returned; a
 * client that left meanwhile is no matter.  Returns what a handler returns.
 */
int password_verify(struct req *r, const char *encoded, const char *password,
    int (*done)(struct req *, int ok));

/* Hashes; encoded is valid during done only, and NULL when memory lacked. */
int password_hash(struct req *r, const char *password,
    int (*done)(struct req *, const char *encoded));

/* The same at once, for command-line tools and inside tasks; blocks. */
int password_encode(const char *password, char out[PASSWORD_ENCODED_SIZE]);
int password_matches(const char *encoded, const char *password);

enum password_fault {
	PASSWORD_FINE,
	PASSWORD_TOO_SHORT,
	PASSWORD_TOO_LONG,
	PASSWORD_IS_LOGIN,
	PASSWORD_MALFORMED /* not UTF-8, or a control character */
};

/* ASVS 5.0 6.2: length, no composition rules, not the login. */
enum password_fault password_policy(const char *password, const char *login);

#endif

/*
 * Signing the head of the audit (PROTOCOL.md, "The audit"): the same at the
 * hub and at a node, once a day and when it is asked for (sign_audit_head).
 * A service gives its statements and its key in `audit_signing`.
 */
#ifndef COMMON_AUDIT_SIGN_H
#define COMMON_AUDIT_SIGN_H

struct req;
struct auth_key;

struct audit_signing {
	/* id|NULL: chains what waits, and says what the next head says, by
	 * column names; ends with -1. */
	const int *next;
	int put; /* id, n, log, count, chain, at, signed, organisation|NULL */
	const struct auth_key *(*key)(void);
};

extern const struct audit_signing audit_signing;

int sign_audit_head(struct req *);

/* The public key as a JSON array, in the request's memory. */
const char *audit_sign_keys(struct req *);

/* In each worker: the timer that signs when a day has passed. */
void audit_sign_start(void);

#endif

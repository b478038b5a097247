/*
 * What organisations sign with their receipt keys: consents, purges and
 * heads of their audits.
 */
#ifndef ZAEDNO_HUB_RECEIPT_H
#define ZAEDNO_HUB_RECEIPT_H

#include <jansson.h>
#include <stddef.h>

struct req;
struct auth_key;

enum receipt_kind {
	RECEIPT_CONSENT,
	RECEIPT_PURGE,
	RECEIPT_AUDIT_HEAD,
	RECEIPT_KINDS
};

/* Before the workers start: compiles the receipts' schemas. */
int receipt_configure(char *err, size_t errlen);

/*
 * Verifies the receipt in the body's member "receipt": signed by a key of the
 * caller that holds, of this kind, valid against its schema, and whose member
 * `about` names the path's id.  On success next is called with the claims,
 * which live as long as the request; else the request is answered.
 */
int receipt_verify(struct req *, enum receipt_kind, const char *about,
    int (*next)(struct req *, json_t *claims));

/*
 * Finds the caller's key (kid, purpose "assertion" or "receipt") that holds
 * now; calls next with it or with NULL.  The key is freed afterwards.
 */
int receipt_key(struct req *, const char *org, const char *kid,
    const char *purpose, int (*next)(struct req *, const struct auth_key *));

#endif

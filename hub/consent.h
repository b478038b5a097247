/*
 * The end of a consent, for whoever ends one: a segment whose last statement
 * is consent_withdraw (after consent_withdraw_root, with $1 the consent and $2
 * who withdraws) is answered by withdrawal_done.
 */
#ifndef HUB_CONSENT_H
#define HUB_CONSENT_H

struct db_row;
struct req;

/* Signs the receipt, stores it once, and answers with what is stored. */
int withdrawal_done(struct req *, const struct db_row *);

#endif

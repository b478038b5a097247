/*
 * What the age of a child, which only the node knows, means for a consent.
 * Nothing of it is told to anybody but the people here.
 */
#ifndef NODE_CONSENT_AGE_H
#define NODE_CONSENT_AGE_H

#include <jansson.h>

#include "signature_rule.h"

struct db_row;
struct req;

/*
 * The person of a row (columns person_id, sealed, today): the fault of these
 * signatures, when they are made (new) or as they hold today.
 */
enum signature_fault consent_age_fault(
    const struct db_row *, const struct signature *, int new);

/*
 * Before something is shared (columns rule and young too): 1, or 0 when the
 * request has been answered.  The age band that the body says must be that of
 * the quarter's first day.
 */
int consent_age_allows(struct req *, const struct db_row *, int *answer);

/* Answers with consents; what holds no longer on a birthday is told here. */
int consent_age_reply(struct req *, const struct db_row *);

#endif

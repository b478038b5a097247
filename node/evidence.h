/*
 * Commitment to the evidence of a signature.
 */
#ifndef NODE_EVIDENCE_H
#define NODE_EVIDENCE_H

#include <jansson.h>

/*
 * For a signer {capacity, method, at, evidence | scan} a new object
 * {capacity, method, at, salt, evidence_commit}, where evidence_commit =
 * SHA-256(salt ‖ the scan's bytes, or the reference's text, or nothing) and
 * salt is 32 fresh random bytes, both in hex.  The hub sees the commitment
 * and can guess nothing; whoever is shown the salt and the paper can check.
 */
json_t *evidence_commit(const json_t *signer);

#endif

/*
 * The key that seals who a person is, and the key that signs receipts: read
 * once before the workers start, borrowed by all of them.
 */
#ifndef NODE_IDENTITY_H
#define NODE_IDENTITY_H

#include <stddef.h>

struct auth_key;
struct crypt_key;

/*
 * Reads both key files and compares the identity key with the fingerprint in
 * the database, which keeps the first it sees.  -1 with a sentence in err:
 * the node must not start.
 */
int identity_start(char *err, size_t errlen);

const struct crypt_key *identity_key(void);
const struct auth_key *identity_receipt_key(void);

#endif

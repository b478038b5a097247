/*
 * Shared by the auth_*.c files and their tests only.
 */
#ifndef COMMON_AUTH_INT_H
#define COMMON_AUTH_INT_H

#include <stddef.h>

#include <jansson.h>

struct auth_parts {
	const char *header, *payload, *signature;
	size_t header_len, payload_len, signature_len;
};

/* Cuts at the first two dots and checks the lengths; 1 or 0. */
int auth_split(const char *token, size_t len, struct auth_parts *);

/* Decodes a part to a JSON object, strictly; a new reference or NULL. */
json_t *auth_parse(const char *part, size_t len);

struct auth_key;

/* The private key as PEM, or NULL; borrowed. */
const char *auth_key_private_pem(const struct auth_key *);

#endif

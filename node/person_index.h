/*
 * By what a person is found: keyed hashes of single words.
 */
#ifndef NODE_PERSON_INDEX_H
#define NODE_PERSON_INDEX_H

#include <jansson.h>

struct crypt_key;

/*
 * [{"purpose", "token"}] of a person, or of what is searched for: each word
 * of given_name, middle_name and family_name, folded; the birth date; the
 * identifier's value.  A new reference.
 */
json_t *person_index_rows(const struct crypt_key *, const json_t *person);

#endif

/*
 * Blind index rows of a person.
 */
#include "person_index.h"

#include <string.h>

#include "crypt.h"

#define FOLDED_MAX 512

static const char *
member(const json_t *object, const char *key)
{
	return (json_string_value(json_object_get(object, key)));
}

static void
index_text(const struct crypt_key *key, json_t *rows, const char *purpose,
    const char *text)
{
	char token[CRYPT_INDEX_SIZE];

	if (text == NULL)
		return;
	crypt_index(key, purpose, text, token);
	(void)json_array_append_new(
	    rows, json_pack("{s:s, s:s}", "purpose", purpose, "token", token));
}

/* A name of two words is found by either. */
static void
index_name(const struct crypt_key *key, json_t *rows, const char *purpose,
    const char *name)
{
	char folded[FOLDED_MAX], *rest, *word;

	if (name == NULL || crypt_fold(name, folded, sizeof(folded)) == 0)
		return;
	rest = folded;
	while ((word = strsep(&rest, " ")) != NULL)
		index_text(key, rows, purpose, word);
}

json_t *
person_index_rows(const struct crypt_key *key, const json_t *person)
{
	json_t *rows;

	rows = json_array();
	index_name(key, rows, "given", member(person, "given_name"));
	index_name(key, rows, "middle", member(person, "middle_name"));
	index_name(key, rows, "family", member(person, "family_name"));
	index_text(key, rows, "birth", member(person, "birth_date"));
	index_text(key, rows, "identifier",
	    member(json_object_get(person, "identifier"), "value"));
	return (rows);
}

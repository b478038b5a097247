/*
 * The texts of a JSON document.
 */
#include "guard_document.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX  16
#define UUID_LEN   36
#define UUID_CHARS "0123456789abcdefABCDEF-"
#define ID         "_id"

struct walk {
	guard_see see;
	void *arg;
};

/* What refers to another document, and says nothing. */
static int
is_reference(const char *member, const char *text)
{
	size_t n = strlen(member);

	return (n >= sizeof(ID) - 1 &&
		strcmp(member + n - (sizeof(ID) - 1), ID) == 0 &&
		strlen(text) == UUID_LEN &&
		strspn(text, UUID_CHARS) == UUID_LEN && text[8] == '-' &&
		text[13] == '-' && text[18] == '-' && text[23] == '-');
}

static void /* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX */
look(const struct walk *w, const json_t *value, const char *pointer,
    const char *member, int depth)
{
	char inner[GUARD_POINTER_SIZE];
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value) &&
	    !is_reference(member, json_string_value(value)))
		w->see(w->arg, pointer, member, json_string_value(value));
	if (depth == 0)
		return;
	json_array_foreach(value, i, item) {
		(void)snprintf(inner, sizeof(inner), "%s/%zu", pointer, i);
		look(w, item, inner, member, depth - 1);
	}
	/* Jansson's iterator takes what it does not change as not const. */
	if (!json_is_object(value))
		return;
	for (void *it = json_object_iter((json_t *)(uintptr_t)value);
	     it != NULL;
	     it = json_object_iter_next((json_t *)(uintptr_t)value, it)) {
		key = json_object_iter_key(it);
		(void)snprintf(inner, sizeof(inner), "%s/%s", pointer, key);
		look(w, json_object_iter_value(it), inner, key, depth - 1);
	}
}

void
guard_document(const json_t *doc, const char *pointer, guard_see see, void *arg)
{
	struct walk w = { see, arg };

	look(&w, doc, pointer, "", DEPTH_MAX);
}

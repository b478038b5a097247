/*
 * The texts of a JSON document, for the identity guard to look at each.
 */
#ifndef COMMON_GUARD_DOCUMENT_H
#define COMMON_GUARD_DOCUMENT_H

#include <jansson.h>

#define GUARD_POINTER_SIZE 128

/* A string, its JSON pointer, and the name of the member it stands in. */
typedef void (*guard_see)(
    void *arg, const char *pointer, const char *member, const char *text);

/*
 * Shows every string of a document to see, in no order that matters, but for
 * UUIDs in members named "…_id": references, whose digits may look like a
 * number of somebody's.  pointer is the document's own.  The document has
 * passed its schema: its members have names without "/" and "~", and it is
 * nested a few levels deep.
 */
void guard_document(
    const json_t *doc, const char *pointer, guard_see see, void *arg);

#endif

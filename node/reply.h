/*
 * From a statement's row to the answer, where more is to do than to pass the
 * row on: opening what is sealed, or naming the field that was refused.
 */
#ifndef NODE_REPLY_H
#define NODE_REPLY_H

#include <jansson.h>

struct db_row;
struct req;

/*
 * Seals the members of an object under "kind/id"; text in the request's
 * memory, or NULL when memory lacked.
 */
const char *reply_seal(
    struct req *, const char *kind, const char *id, const json_t *members);

/*
 * A new object of those of its members that are named, in a list that ends
 * with NULL; NULL when memory lacked.
 */
json_t *reply_members(const json_t *of, const char *const *names);

/* Seals the named members of the body, as reply_seal does. */
const char *reply_seal_named(
    struct req *, const char *kind, const char *id, const char *const *names);

/*
 * What is sealed in a document {"id", "sealed", …} takes the place of the
 * member "sealed"; likewise in a member that is an object, sealed under
 * "kind/id/member".  0 when something does not open.
 */
int reply_open(json_t *doc, const char *kind);

/*
 * A keyed hash of the request's body, in the request's memory: a repeat with
 * equal content is known without opening it.
 */
const char *reply_content(struct req *);

/*
 * Answers with a reply row whose document, or whose "items", hold a sealed
 * member of this kind.
 */
int reply_opened(struct req *, const struct db_row *, const char *kind);

/*
 * Answers with a reply row whose document was changed first; what has none is
 * passed on.  The change answers 0 when it could not be made (500).
 */
typedef int reply_change(struct req *, const struct db_row *, json_t *doc);
int reply_changed(struct req *, const struct db_row *, reply_change *);

/*
 * Answers with a reply row; the status "invalid" is a refusal of one field,
 * its pointer in the body, its code in the etag.
 */
int reply_checked(struct req *, const struct db_row *);

/* The limit of a page that was asked for, or what it is by itself. */
const char *reply_limit(struct req *);

#endif

/*
 * The identity guard over a summary that is about to leave: the names held
 * for its case, what stands in its texts, and what a supervisor lets pass.
 */
#ifndef NODE_SUMMARY_GUARD_H
#define NODE_SUMMARY_GUARD_H

#include "db.h"
#include "req.h"

/*
 * Notes each place of the body's doc that tells who it is, unless a
 * supervisor overruled it, with req_field_span().  rows: one of
 * STMT_SUMMARY_PREVIEW.  How many were noted; -1 when the names could not be
 * opened, and then nothing may be shared.
 */
int summary_guard(struct req *, const struct db_row *rows);

/*
 * The same for one text that is no summary, at this place of the body; nothing
 * of it may be overruled.
 */
int summary_guard_text(struct req *, const struct db_row *rows,
    const char *pointer, const char *text);

/*
 * The same for a member of the body, a document of whatever form: each of its
 * texts but identifiers and times.  rows: where no case is known, the person's
 * columns are NULL, and numbers and addresses are looked for alone.
 */
int summary_guard_body(
    struct req *, const struct db_row *rows, const char *member);

/*
 * Marks where the member text of opened documents tells who somebody is: adds
 * "identifying": [{"code", "start", "end"}], or nothing.  rows as above.  0
 * when the names could not be opened.
 */
int summary_guard_mark(struct req *, const struct db_row *rows, json_t *items);

/*
 * Whether some text of a document, JSON as it arrived, has a name held for the
 * case of this row (its columns as above): 1, also where there are more names
 * than can be looked for, or 0; -1 when they could not be opened or memory
 * lacked, and nothing is known.
 */
int summary_guard_names(const struct db_row *rows, int row, const char *doc);

/* The body's overrules, sealed for a version; NULL when there are none. */
const char *summary_guard_seal(
    struct req *, const char *summary_id, const char *if_match);

/* The reply, with what was let pass of this version opened. */
int summary_guard_reply(struct req *, const struct db_row *rows);

#endif

/*
 * What an export holds besides the case itself, as parts of its page.
 */
#ifndef NODE_SUBJECT_RECORDS_H
#define NODE_SUBJECT_RECORDS_H

#include <jansson.h>

struct html;

/* doc: an opened export; labels: list → code → words; both borrowed. */
void subject_records_write(
    struct html *, const json_t *doc, const json_t *labels);

#endif

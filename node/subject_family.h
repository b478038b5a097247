/*
 * The family's page in an export: sheets of codes, what was said there, and
 * what the child does not want shared.
 */
#ifndef NODE_SUBJECT_FAMILY_H
#define NODE_SUBJECT_FAMILY_H

#include <jansson.h>

struct html;

/* doc: an opened export; labels: list → code → words; both borrowed. */
void subject_family_write(
    struct html *, const json_t *doc, const json_t *labels);

#endif

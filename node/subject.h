/*
 * What is held on one person, as a page for people.
 */
#ifndef NODE_SUBJECT_H
#define NODE_SUBJECT_H

#include <jansson.h>

struct html;

/*
 * Writes an opened export (SubjectExport of the interface, times already as
 * people read them).  labels: list → code → words; borrowed.
 */
void subject_page(struct html *, const json_t *doc, const json_t *labels);

#endif

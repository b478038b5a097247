/*
 * The records of case work in an export: opened, and as part of the page.
 */
#ifndef NODE_SUBJECT_CASEWORK_H
#define NODE_SUBJECT_CASEWORK_H

#include <jansson.h>

struct html;

/* Opens each record in place; 0 when something does not open. */
int subject_casework_open(const json_t *records);

/* Every record under the title of its kind, codes in words. */
void subject_casework_write(
    struct html *, const json_t *records, const json_t *labels);

#endif

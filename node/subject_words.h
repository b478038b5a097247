/*
 * The words of an export.  labels: list → code → words, everywhere.
 */
#ifndef NODE_SUBJECT_WORDS_H
#define NODE_SUBJECT_WORDS_H

#include <jansson.h>

struct html;

/* The words of a code; the code itself where the list has none. */
const char *subject_label(
    const json_t *labels, const char *list, const char *code);

/* What an event of the audit is called. */
const char *subject_event(const char *event);

/* A summary's document, category by category. */
void subject_doc_write(struct html *, json_t *doc, const json_t *labels);

#endif

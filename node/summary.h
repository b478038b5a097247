/*
 * Own summaries: what is needed before the workers start.
 */
#ifndef NODE_SUMMARY_H
#define NODE_SUMMARY_H

#include <stddef.h>

/* Compiles the hub's schema of putSummary; -1 with a sentence in err. */
int summary_start(char *err, size_t errlen);

#endif

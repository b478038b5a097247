/*
 * Counters, shared by the workers of one service, in Prometheus' text form.
 * No label names an organisation or a person.
 */
#ifndef ZAEDNO_METRICS_H
#define ZAEDNO_METRICS_H

#include <stddef.h>

enum metric {
#define METRIC(name, text, kind, help) METRIC_##name,
#include "tbl/metric.h"
#undef METRIC
	METRIC_COUNT,
};

/* Makes the shared memory; called once in the parent. -1 on failure. */
int metrics_init(void);

void metrics_add(enum metric, long long);

/* A gauge of this service (not of a worker): the last value set counts. */
void metrics_set(enum metric, long long);

/* Counts one answered request and the time that it took. */
void metrics_request(int status, double seconds);

/* The text for /metrics, malloc'ed; the caller frees it. */
char *metrics_text(size_t *len);

#endif

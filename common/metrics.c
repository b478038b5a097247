/*
 * Counters in memory that the workers share.
 */
#include "metrics.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define BUCKETS 8

static const double bounds[BUCKETS] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1,
	0.5, 2.5 };

struct metrics {
	atomic_llong value[METRIC_COUNT];
	atomic_llong bucket[BUCKETS + 1];
	atomic_llong micros;
};

static const struct {
	const char *name;
	const char *kind;
	const char *help;
} rows[METRIC_COUNT] = {
#define METRIC(name, text, kind, help) { text, kind, help },
#include "tbl/metric.h"
#undef METRIC
};

static struct metrics *shared;

int
metrics_init(void)
{
	void *p;

	p = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return (-1);
	shared = p;
	return (0);
}

void
metrics_add(enum metric m, long long n)
{
	if (shared != NULL)
		(void)atomic_fetch_add_explicit(
		    &shared->value[m], n, memory_order_relaxed);
}

void
metrics_set(enum metric m, long long n)
{
	if (shared != NULL)
		atomic_store_explicit(
		    &shared->value[m], n, memory_order_relaxed);
}

void
metrics_request(int status, double seconds)
{
	int i;

	if (shared == NULL)
		return;
	if (status >= 200 && status < 600)
		metrics_add(
		    (enum metric)(METRIC_REQUESTS_2XX + status / 100 - 2), 1);
	for (i = 0; i < BUCKETS && seconds > bounds[i]; i++)
		continue;
	(void)atomic_fetch_add_explicit(
	    &shared->bucket[i], 1, memory_order_relaxed);
	(void)atomic_fetch_add_explicit(
	    &shared->micros, (long long)(seconds * 1e6), memory_order_relaxed);
}

static void
histogram_print(FILE *out)
{
	long long sum;
	int i;

	sum = 0;
	(void)fputs("# HELP zaedno_request_seconds time to answer\n"
		    "# TYPE zaedno_request_seconds histogram\n",
	    out);
	for (i = 0; i < BUCKETS; i++) {
		sum += atomic_load(&shared->bucket[i]);
		(void)fprintf(out,
		    "zaedno_request_seconds_bucket{le=\"%g\"} %lld\n",
		    bounds[i], sum);
	}
	sum += atomic_load(&shared->bucket[BUCKETS]);
	(void)fprintf(out,
	    "zaedno_request_seconds_bucket{le=\"+Inf\"} %lld\n"
	    "zaedno_request_seconds_sum %.6f\n"
	    "zaedno_request_seconds_count %lld\n",
	    sum, (double)atomic_load(&shared->micros) / 1e6, sum);
}

char *
metrics_text(size_t *len)
{
	FILE *out;
	char *text;
	int i;

	text = NULL;
	if (shared == NULL || (out = open_memstream(&text, len)) == NULL)
		return (NULL);
	for (i = 0; i < METRIC_COUNT; i++) {
		(void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n",
		    rows[i].name, rows[i].help, rows[i].name, rows[i].kind,
		    rows[i].name, atomic_load(&shared->value[i]));
	}
	histogram_print(out);
	(void)fclose(out);
	return (text);
}

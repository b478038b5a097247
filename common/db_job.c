/*
 * How a queued request ends: with its rows, or with a problem.
 */
#include "db_internal.h"

#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "req.h"

void
db_job_free(struct db_job *job)
{
	PQclear(job->result);
	if (job->req == NULL) {
		free((void *)(uintptr_t)job->args);
		free(job);
	}
}

/* What a failed statement is to its caller, by SQLSTATE or its class. */
static enum problem
problem_of(const char *sqlstate)
{
	static const struct {
		const char *prefix;
		enum problem problem;
	} rows[] = {
		{ "23505", PROBLEM_NOT_FOUND }, /* a client-made id taken */
		{ "42501", PROBLEM_NOT_FOUND }, /* row-level security */
		{ "23P01", PROBLEM_ALREADY_EXISTS }, /* one at a time */
		{ "23514", PROBLEM_INVALID },
		{ "22", PROBLEM_INVALID }, /* a date that does not exist… */
		{ "08", PROBLEM_UNAVAILABLE },
		{ "25", PROBLEM_UNAVAILABLE },
		{ "40", PROBLEM_UNAVAILABLE },
		{ "53", PROBLEM_UNAVAILABLE },
		{ "55", PROBLEM_UNAVAILABLE },
		{ "54000", PROBLEM_BODY_TOO_LARGE }, /* more than is told */
		{ "57", PROBLEM_UNAVAILABLE },
		{ "58", PROBLEM_UNAVAILABLE },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strncmp(sqlstate, rows[i].prefix, strlen(rows[i].prefix)) ==
		    0)
			return (rows[i].problem);
	}
	return (PROBLEM_INTERNAL);
}

/* Answers for a segment that failed for good. */
void
db_job_fail(struct db_job *job)
{
	struct req *r = job->req;

	metrics_add(METRIC_DB_ERRORS, 1);
	if (r == NULL) {
		if (job->task_done != NULL)
			job->task_done(job->task_arg, NULL);
		db_job_free(job);
		return;
	}
	(void)req_problem(r, problem_of(job->sqlstate));
	db_job_free(job);
	req_release(r);
}

void
db_job_done(struct db_job *job)
{
	struct db_row rows;
	struct req *r = job->req;

	rows.res = job->result;
	rows.n = PQntuples(job->result);
	if (r == NULL) {
		if (job->task_done != NULL)
			job->task_done(job->task_arg, &rows);
		db_job_free(job);
		return;
	}
	(void)job->done(r, &rows);
	db_job_free(job);
	req_release(r);
}

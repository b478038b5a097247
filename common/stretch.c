/*
 * Codes stretched in tasks, so that the loop never waits for it.
 */
#include "stretch.h"

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>

#include "crypt.h"
#include "req.h"
#include "work.h"

#define CONTEXT_SIZE 128

/* A copy: the thread must not touch the request's memory. */
struct job {
	struct stretch s;
	struct stretch *to;
	char context[CONTEXT_SIZE];
	int (*done)(struct req *, struct stretch *);
};

static unsigned pending; /* of this worker; the loop's alone */

int
stretch_free(void)
{
	return (pending < STRETCH_QUEUE_MAX);
}

static void
job_run(void *arg)
{
	struct job *job = arg;
	size_t i;

	job->s.ok = 1;
	for (i = 0; i < job->s.n; i++)
		job->s.ok = job->s.ok && stretch_hash(job->s.code[i],
					     job->context, job->s.hex[i]);
}

static int
job_done(struct req *r, void *arg)
{
	struct job *job = arg;
	int answer;

	pending--;
	job->to->ok = job->s.ok;
	memcpy(job->to->hex, job->s.hex, sizeof(job->s.hex));
	answer = job->done(r, job->to);
	crypt_wipe(job, sizeof(*job));
	free(job);
	return (answer);
}

int
stretch_start(struct req *r, struct stretch *s, const char *context,
    int (*done)(struct req *, struct stretch *))
{
	struct job *job;

	job = calloc(1, sizeof(*job));
	if (job == NULL || strlen(context) >= sizeof(job->context)) {
		free(job);
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	}
	job->s = *s;
	job->to = s;
	job->done = done;
	memcpy(job->context, context, strlen(context));
	if (!work_start(r, job_run, job_done, job)) {
		crypt_wipe(job, sizeof(*job));
		free(job);
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	}
	pending++;
	return (KORE_RESULT_RETRY);
}

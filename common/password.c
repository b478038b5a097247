/*
 * Argon2id in tasks, so that the loop never waits for it.
 */
#include "password.h"
#include "crypt.h"
#include "req.h"
#include "work.h"

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>

struct job {
	char *password;
	char *encoded; /* what to verify against; NULL: nobody's */
	int (*verified)(struct req *, int ok);
	int (*hashed)(struct req *, const char *encoded);
	char hash[PASSWORD_ENCODED_SIZE];
	int ok;
};

static unsigned pending; /* of this worker; the loop's alone */

static void
job_free(struct job *job)
{
	crypt_wipe_free(job->password);
	crypt_wipe_free(job->encoded);
	crypt_wipe(job->hash, sizeof(job->hash));
	free(job);
}

static void
job_run(void *arg)
{
	struct job *job = arg;

	if (job->verified != NULL)
		job->ok = password_matches(job->encoded, job->password);
	else
		job->ok = password_encode(job->password, job->hash);
}

static int
job_done(struct req *r, void *arg)
{
	struct job *job = arg;
	int answer;

	pending--;
	if (job->verified != NULL)
		answer = job->verified(r, job->ok);
	else
		answer = job->hashed(r, job->ok ? job->hash : NULL);
	job_free(job);
	return (answer);
}

static struct job *
job_new(const char *encoded, const char *password)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job == NULL)
		return (NULL);
	job->password = strdup(password);
	if (encoded != NULL)
		job->encoded = strdup(encoded);
	if (job->password == NULL ||
	    (encoded != NULL && job->encoded == NULL)) {
		job_free(job);
		return (NULL);
	}
	return (job);
}

static int
job_start(struct req *r, struct job *job)
{
	if (!work_start(r, job_run, job_done, job)) {
		job_free(job);
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	}
	pending++;
	return (KORE_RESULT_RETRY);
}

int
password_verify(struct req *r, const char *encoded, const char *password,
    int (*done)(struct req *, int ok))
{
	struct job *job;

	if (pending >= PASSWORD_QUEUE_MAX)
		return (req_problem(r, PROBLEM_TOO_MANY_REQUESTS));
	if ((job = job_new(encoded, password)) == NULL)
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	job->verified = done;
	return (job_start(r, job));
}

int
password_hash(struct req *r, const char *password,
    int (*done)(struct req *, const char *encoded))
{
	struct job *job;

	if (pending >= PASSWORD_QUEUE_MAX)
		return (req_problem(r, PROBLEM_TOO_MANY_REQUESTS));
	if ((job = job_new(NULL, password)) == NULL)
		return (req_problem(r, PROBLEM_UNAVAILABLE));
	job->hashed = done;
	return (job_start(r, job));
}

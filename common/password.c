/*
 * Argon2id in Kore tasks, so that the loop never waits for it.
 *
 * A task is not bound to the http request: Kore would run its on_free twice
 * with a task pending.  It holds a reference to our context instead and
 * copies what it needs, so a client may leave at any time.
 *
 * Beyond Kore's own filter a thread needs clone3, rseq, set_robust_list and
 * socketpair (Kore allows clone and the last two once tasks are used), and
 * libsodium's guarded memory mlock and munlock.
 */
#include "password.h"
#include "crypt.h"
#include "req.h"

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/tasks.h>

struct job {
	struct kore_task task; /* first: Kore gives it back */
	struct req *req;
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

/*
 * On a task thread: neither Kore's memory nor its log nor the request may
 * be touched here.
 *
 * Kore signals its thread after it has let go of the queue's lock; a thread
 * that takes a task between the two, and is done with it, would wake on the
 * late signal to an empty queue and fall.  So it waits for a byte that the
 * loop writes after kore_task_run() has returned.
 */
static int
job_run(struct kore_task *task)
{
	struct job *job = (struct job *)task;
	char go;

	(void)kore_task_channel_read(task, &go, sizeof(go));
	if (job->verified != NULL)
		job->ok = password_matches(job->encoded, job->password);
	else
		job->ok = password_encode(job->password, job->hash);
	return (KORE_RESULT_OK);
}

/* On the loop, once the thread has closed its end. */
static void
job_done(struct kore_task *task)
{
	struct job *job = (struct job *)task;
	struct req *r = job->req;

	if (!kore_task_finished(task))
		return;
	kore_task_destroy(task);
	pending--;
	if (job->verified != NULL)
		(void)job->verified(r, job->ok);
	else
		(void)job->hashed(r, job->ok ? job->hash : NULL);
	job_free(job);
	req_release(r);
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
	char go = 1;

	job->req = r;
	req_retain(r);
	pending++;
	kore_task_create(&job->task, job_run);
	kore_task_bind_callback(&job->task, job_done);
	kore_task_run(&job->task);
	kore_task_channel_write(&job->task, &go, sizeof(go));
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

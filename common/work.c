/*
 * Kore's tasks, so that the loop never waits.
 *
 * A task is not bound to the http request: Kore would run its on_free twice
 * with a task pending.  It holds a reference to our context instead.
 *
 * Beyond Kore's own filter a thread needs clone3, rseq, set_robust_list and
 * socketpair (Kore allows clone and the last two once tasks are used), and
 * libsodium's guarded memory mlock and munlock.
 */
#include "work.h"
#include "req.h"

#include <stdlib.h>

#include <kore/kore.h>
#include <kore/tasks.h>

struct work {
	struct kore_task task; /* first: Kore gives it back */
	struct req *req;
	void (*run)(void *);
	int (*done)(struct req *, void *);
	void *arg;
};

/*
 * On a task thread.
 *
 * Kore signals its thread after it has let go of the queue's lock; a thread
 * that takes a task between the two, and is done with it, would wake on the
 * late signal to an empty queue and fall.  So it waits for a byte that the
 * loop writes after kore_task_run() has returned.
 */
static int
work_run(struct kore_task *task)
{
	struct work *work = (struct work *)task;
	char go;

	(void)kore_task_channel_read(task, &go, sizeof(go));
	work->run(work->arg);
	return (KORE_RESULT_OK);
}

/* On the loop, once the thread has closed its end. */
static void
work_done(struct kore_task *task)
{
	struct work *work = (struct work *)task;
	struct req *r = work->req;

	if (!kore_task_finished(task))
		return;
	kore_task_destroy(task);
	(void)work->done(r, work->arg);
	free(work);
	req_release(r);
}

int
work_start(struct req *r, void (*run)(void *),
    int (*done)(struct req *, void *), void *arg)
{
	struct work *work = calloc(1, sizeof(*work));
	char go = 1;

	if (work == NULL)
		return (0);
	work->req = r;
	work->run = run;
	work->done = done;
	work->arg = arg;
	req_retain(r);
	kore_task_create(&work->task, work_run);
	kore_task_bind_callback(&work->task, work_done);
	kore_task_run(&work->task);
	kore_task_channel_write(&work->task, &go, sizeof(go));
	return (1);
}

/*
 * Requests that wait for something to happen: one list, one sweep.  A timer
 * for each would cost: Kore keeps timers in a linear list.
 */
#include "req_internal.h"

#include "metrics.h"
#include "precond.h"

#define SWEEP_MS 250

TAILQ_HEAD(sleepers, req);
static struct sleepers sleepers = TAILQ_HEAD_INITIALIZER(sleepers);

void
req_sleep_cancel(struct req *r)
{
	if (!r->asleep)
		return;
	r->asleep = 0;
	TAILQ_REMOVE(&sleepers, r, sleepers);
	metrics_add(METRIC_SLEEPERS, -1);
}

static void
wake(struct req *r, int timed_out)
{
	req_retain(r);
	req_sleep_cancel(r);
	(void)r->wake(r, timed_out);
	req_release(r);
}

int
req_sleep(struct req *r, unsigned ms, int (*woken)(struct req *, int))
{
	PRECOND(!r->asleep);
	if (r->http == NULL)
		return (KORE_RESULT_OK);
	r->wake = woken;
	r->wake_at_ms = req_now_ms() + ms;
	r->asleep = 1;
	TAILQ_INSERT_TAIL(&sleepers, r, sleepers);
	metrics_add(METRIC_SLEEPERS, 1);
	return (KORE_RESULT_RETRY);
}

void
req_wake(struct req *r)
{
	if (r->asleep)
		wake(r, 0);
}

/*
 * Waking may put a request back to sleep at the end of the list: only those
 * that sleep now are looked at.
 */
static void
each(int (*match)(const struct req *, const void *), const void *arg,
    int timed_out)
{
	struct req *r, *next, *last;

	last = TAILQ_LAST(&sleepers, sleepers);
	for (r = TAILQ_FIRST(&sleepers); r != NULL; r = next) {
		next = r == last ? NULL : TAILQ_NEXT(r, sleepers);
		if (match(r, arg))
			wake(r, timed_out);
	}
}

void
req_wake_matching(
    int (*match)(const struct req *, const void *), const void *arg)
{
	each(match, arg, 0);
}

static int
is_due(const struct req *r, const void *now)
{
	return (r->wake_at_ms <= *(const uint64_t *)now);
}

static void
sweep(void *arg, u_int64_t now)
{
	uint64_t ms;

	(void)arg;
	(void)now;
	ms = req_now_ms();
	each(is_due, &ms, 1);
}

void
req_sleep_init(void)
{
	(void)kore_timer_add(sweep, SWEEP_MS, NULL, 0);
}

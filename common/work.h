/*
 * Work that takes too long for the loop, on one of Kore's task threads.
 */
#ifndef COMMON_WORK_H
#define COMMON_WORK_H

struct req;

/*
 * Has run(arg) done on a thread, then done(r, arg) on the loop.  run may
 * touch neither Kore's memory nor its log nor the request; done answers the
 * request and frees arg.  Holds r until done has returned: a client that left
 * meanwhile is no matter.  0 when memory lacked; then arg is still the
 * caller's.
 */
int work_start(struct req *r, void (*run)(void *),
    int (*done)(struct req *, void *), void *arg);

#endif

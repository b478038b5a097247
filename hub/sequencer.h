/*
 * Numbering what was committed (FACTS: no act notifies), and the sweep.
 */
#ifndef ZAEDNO_HUB_SEQUENCER_H
#define ZAEDNO_HUB_SEQUENCER_H

/* In each worker: starts the timers. */
void sequencer_start(void);

/* After an act has committed; at most one step is in flight per worker. */
void sequencer_after_act(void);

/*
 * For timers: runs statements (STMTS) that act without a request, where the
 * database is there, and then the step.
 */
void sequencer_run(const int *stmts);

#endif

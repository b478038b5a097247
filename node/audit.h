/*
 * The audit's timers: leaves get their place in the chain, and its head is
 * signed once a day.
 */
#ifndef NODE_AUDIT_H
#define NODE_AUDIT_H

/* In each worker, once its database connections are there. */
void audit_start(void);

/* After an act: its leaves are chained at once. */
void audit_after_act(void);

#endif

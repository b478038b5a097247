/*
 * The audit's timer: its head is signed once a day.
 */
#ifndef ZAEDNO_HUB_AUDIT_H
#define ZAEDNO_HUB_AUDIT_H

/* In each worker, once its database connections are there. */
void audit_start(void);

#endif

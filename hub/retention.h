/*
 * The timer of the retention rules.
 */
#ifndef HUB_RETENTION_H
#define HUB_RETENTION_H

/* In each worker, once its database connections are there. */
void retention_start(void);

#endif

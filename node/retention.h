/*
 * The timer of the retention rules.
 */
#ifndef NODE_RETENTION_H
#define NODE_RETENTION_H

/* In each worker, once its database connections are there. */
void retention_start(void);

#endif

/*
 * What waits for a person: the timer that reminds the database of it.
 */
#ifndef NODE_TASK_H
#define NODE_TASK_H

void task_start(void);

#endif

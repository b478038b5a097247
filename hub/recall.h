/*
 * Copies that are to be erased and are not yet: the watch over them.
 */
#ifndef HUB_RECALL_H
#define HUB_RECALL_H

/* Starts the timer that counts them for the metrics. */
void recall_start(void);

#endif

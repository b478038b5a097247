/*
 * The feed: what changed for one organisation, and those who wait for it.
 */
#ifndef ZAEDNO_HUB_FEED_H
#define ZAEDNO_HUB_FEED_H

/* In each worker: begins to hear of new events. */
void feed_start(void);

#endif

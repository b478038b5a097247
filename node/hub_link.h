/*
 * How it stands with the hub, asked of the database every few seconds.
 */
#ifndef NODE_HUB_LINK_H
#define NODE_HUB_LINK_H

#include <jansson.h>

/* In each worker, before it serves. */
void hub_link_start(void);

/* {"hub": "up|down|none", "hub_down_since", "warnings"}; a new reference. */
json_t *hub_link_health(void);

#endif

/*
 * What is kept of a family's codes, and what a holder's node does with them.
 */
#ifndef ZAEDNO_HUB_FAMILY_CODE_H
#define ZAEDNO_HUB_FAMILY_CODE_H

#include "common/stretch.h"

struct req;

/* What codes are stretched with: "zaedno family code" and the feed. */
#define FAMILY_CONTEXT      "zaedno family code %s"
#define FAMILY_CONTEXT_SIZE 64

/* A stretched code under the hub's own key, which no dump has; 1 or 0. */
int family_code_keep(const char *hex, char out[STRETCH_HEX_SIZE]);

/* 1 when the body's "text" tells nobody; else each place is noted. */
int family_text_passes(struct req *);

#endif

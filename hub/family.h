/*
 * The family's facts by one-time code.
 */
#ifndef ZAEDNO_HUB_FAMILY_H
#define ZAEDNO_HUB_FAMILY_H

#include <stddef.h>

/* One visit, seconds. */
#define FAMILY_VISIT_S 1800

/* Before the workers start: the key that codes are kept under. */
int family_configure(char *err, size_t errlen);

#endif

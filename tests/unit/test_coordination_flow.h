/*
 * What the tests of hub/coordination_flow.c have in common: all states, steps
 * and roles, and what guards are met.
 */
#ifndef ZAEDNO_TEST_COORDINATION_FLOW_H
#define ZAEDNO_TEST_COORDINATION_FLOW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hub/coordination_flow.h"

#define ALL        (FLOW_BIT(FLOW_GUARD_COUNT) - 1)
#define HAS(guard) FLOW_BIT(FLOW_GUARD_##guard)
#define NO(guard)  (ALL & ~HAS(guard))
#define STATES(x)  for ((x) = FLOW_NONE; (x) < FLOW_STATE_COUNT; (x)++)
#define STEPS(x)   for ((x) = 0; (x) < FLOW_STEP_COUNT; (x)++)
#define ROLES(x)   for ((x) = 0; (x) < FLOW_ROLE_COUNT; (x)++)

#endif

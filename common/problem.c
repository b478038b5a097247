/*
 * The table of problems, from common/tbl/problem.h.
 */
#include "problem.h"

#include <string.h>

static const struct problem_row rows[PROBLEM_COUNT] = {
#define PROBLEM(name, status, code, en, bg) { status, code, en, bg },
#include "tbl/problem.h"
#undef PROBLEM
};

const struct problem_row *
problem_row(enum problem p)
{
	return (&rows[p < PROBLEM_COUNT ? p : PROBLEM_INTERNAL]);
}

enum problem
problem_by_code(const char *code)
{
	int i;

	for (i = 0; i < PROBLEM_COUNT; i++) {
		if (strcmp(rows[i].code, code) == 0)
			return ((enum problem)i);
	}
	return (PROBLEM_COUNT);
}

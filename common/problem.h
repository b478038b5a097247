/*
 * Problems (RFC 9457): the one table of codes, statuses and titles.
 */
#ifndef ZAEDNO_PROBLEM_H
#define ZAEDNO_PROBLEM_H

enum problem {
#define PROBLEM(name, status, code, en, bg) PROBLEM_##name,
#include "tbl/problem.h"
#undef PROBLEM
	PROBLEM_COUNT,
};

struct problem_row {
	int status;
	const char *code;
	const char *en;
	const char *bg;
};

/* The row of a problem; never NULL for a value of the enum. */
const struct problem_row *problem_row(enum problem);

/* The problem with this code, or PROBLEM_COUNT when there is none. */
enum problem problem_by_code(const char *code);

#endif

/*
 * PRECOND: what our own code must have made sure of.  Input never reaches
 * one; a broken one stops the worker with its place in the log.
 */
#ifndef ZAEDNO_PRECOND_H
#define ZAEDNO_PRECOND_H

void precond_failed(const char *file, int line, const char *what)
    __attribute__((noreturn));

#define PRECOND(x)                                                             \
	do {                                                                   \
		if (!(x))                                                      \
			precond_failed(__FILE__, __LINE__, #x);                \
	} while (0)

#endif

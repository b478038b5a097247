/*
 * Configuration: one table per program, one "key value" line per setting.
 * An unknown key, a value out of range or a missing required one stops the
 * start.  The example files and manual pages are printed from the table.
 */
#ifndef ZAEDNO_CONFIG_H
#define ZAEDNO_CONFIG_H

#include <stddef.h>
#include <stdio.h>

enum config_type {
	CONFIG_TEXT,
	CONFIG_NUMBER, /* whole number, min to max */
	CONFIG_FLAG,   /* yes or no */
};

struct config_row {
	const char *key;
	enum config_type type;
	const char *def; /* NULL: optional; "!": required */
	long min;
	long max;
	const char *doc;
};

/*
 * Reads a file against a table.  Returns 0, or -1 with one line in err that
 * names the file, the line and what is wrong.  Called once, at start.
 */
int config_load(const char *path, const struct config_row *table, size_t rows,
    char *err, size_t errlen);

/* The text of a key of the table, or NULL when it has no value. */
const char *config_text(const char *key);

/* The number of a key of the table. */
long config_number(const char *key);

/* 1 when a flag of the table is "yes". */
int config_flag(const char *key);

/* Prints the table as a commented example file. */
void config_example(FILE *out, const struct config_row *table, size_t rows);

#endif

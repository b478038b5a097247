/*
 * Reading of configuration files against a program's table.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "precond.h"

#define CONFIG_ROWS_MAX 64
#define CONFIG_LINE_MAX 1024

static const struct config_row *table_rows;
static size_t table_len;
static char *values[CONFIG_ROWS_MAX];

static int
row_of(const char *key)
{
	size_t i;

	for (i = 0; i < table_len; i++) {
		if (strcmp(table_rows[i].key, key) == 0)
			return ((int)i);
	}
	return (-1);
}

/* NULL when the value suits its row, else what is wrong with it. */
static const char *
value_fault(const struct config_row *row, const char *value)
{
	char *end;
	long n;

	if (row->type == CONFIG_FLAG) {
		if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0)
			return (NULL);
		return ("is neither yes nor no");
	}
	if (row->type == CONFIG_TEXT)
		return (NULL);
	errno = 0;
	n = strtol(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0')
		return ("is not a whole number");
	if (n < row->min || n > row->max)
		return ("is out of range");
	return (NULL);
}

/* Cuts blanks from both ends, in place. */
static char *
trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		text[--len] = '\0';
	return (text);
}

/* Takes one line; NULL, or what is wrong with it. */
static const char *
line_take(char *line)
{
	char *key, *value;
	const char *fault;
	int i;

	key = trimmed(line);
	if (*key == '\0' || *key == '#')
		return (NULL);
	value = key + strcspn(key, " \t");
	if (*value == '\0')
		return ("the key has no value");
	*value++ = '\0';
	value = trimmed(value);
	if ((i = row_of(key)) == -1)
		return ("the key is not known");
	if (values[i] != NULL)
		return ("the key is given twice");
	if ((fault = value_fault(&table_rows[i], value)) != NULL)
		return (fault);
	if ((values[i] = strdup(value)) == NULL)
		return ("out of memory");
	return (NULL);
}

/* Fills in the defaults; -1 when a required key is missing. */
static int
defaults_take(const char *path, char *err, size_t errlen)
{
	size_t i;
	const char *def;

	for (i = 0; i < table_len; i++) {
		def = table_rows[i].def;
		if (values[i] != NULL || def == NULL)
			continue;
		if (strcmp(def, "!") == 0) {
			(void)snprintf(err, errlen, "%s: \"%s\" is missing",
			    path, table_rows[i].key);
			return (-1);
		}
		values[i] = strdup(def);
	}
	return (0);
}

int
config_load(const char *path, const struct config_row *table, size_t rows,
    char *err, size_t errlen)
{
	FILE *in;
	char line[CONFIG_LINE_MAX], key[CONFIG_LINE_MAX];
	const char *fault;
	int number;

	table_rows = table;
	table_len = rows < CONFIG_ROWS_MAX ? rows : CONFIG_ROWS_MAX;
	if ((in = fopen(path, "re")) == NULL) {
		(void)snprintf(err, errlen, "%s: %s", path, strerror(errno));
		return (-1);
	}
	fault = NULL;
	for (number = 1; fault == NULL && fgets(line, sizeof(line), in) != NULL;
	     number++) {
		(void)snprintf(key, sizeof(key), "%s", line);
		key[strcspn(key, " \t\r\n")] = '\0';
		/* Only the key is told: a value may be a secret. */
		if ((fault = line_take(line)) != NULL) {
			(void)snprintf(err, errlen, "%s:%d: \"%s\": %s", path,
			    number, key, fault);
		}
	}
	(void)fclose(in);
	if (fault != NULL)
		return (-1);
	return (defaults_take(path, err, errlen));
}

const char *
config_text(const char *key)
{
	int i;

	i = row_of(key);
	PRECOND(i != -1);
	return (values[i]);
}

long
config_number(const char *key)
{
	const char *value;

	value = config_text(key);
	return (value == NULL ? 0 : strtol(value, NULL, 10));
}

int
config_flag(const char *key)
{
	const char *value;

	value = config_text(key);
	return (value != NULL && strcmp(value, "yes") == 0);
}

void
config_example(FILE *out, const struct config_row *table, size_t rows)
{
	size_t i;
	const struct config_row *row;

	for (i = 0; i < rows; i++) {
		row = &table[i];
		(void)fprintf(out, "# %s\n", row->doc);
		if (row->type == CONFIG_NUMBER)
			(void)fprintf(
			    out, "# (%ld to %ld)\n", row->min, row->max);
		if (row->def == NULL)
			(void)fprintf(out, "#%s\n\n", row->key);
		else if (strcmp(row->def, "!") == 0)
			(void)fprintf(out, "%s REQUIRED\n\n", row->key);
		else
			(void)fprintf(out, "#%s %s\n\n", row->key, row->def);
	}
}

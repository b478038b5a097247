/*
 * Texts for one wrong field, in the caller's language.
 */

#include "field_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A longer list helps nobody who reads it in a message. */
#define LIST_SHOWN 12

struct field_text {
	const char *code;
	const char *en;
	const char *bg;
};

static const struct field_text field_texts[] = {
#define FIELD_ERROR(name, code, en, bg) { (code), (en), (bg) },
#include "tbl/field_error.h"
#undef FIELD_ERROR
};

static const struct field_text *
field_row(enum field_error error)
{
	if ((unsigned)error >= FIELD_ERROR_COUNT)
		error = FIELD_CONFLICT;
	return (&field_texts[error]);
}

const char *
field_error_code(enum field_error error)
{
	return (field_row(error)->code);
}

const char *
field_error_text(enum field_error error, const char *lang)
{
	const struct field_text *row = field_row(error);

	if (lang != NULL && strcmp(lang, "en") == 0)
		return (row->en);
	return (row->bg);
}

static void
put_scalar(FILE *out, const json_t *value)
{
	if (json_is_string(value))
		fputs(json_string_value(value), out);
	else if (json_is_integer(value))
		fprintf(
		    out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		fprintf(out, "%.15g", json_real_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", out);
	else
		fputs(json_is_null(value) ? "null" : "…", out);
}

static void
put_limit(FILE *out, const json_t *limit)
{
	size_t i, n = json_array_size(limit);

	if (limit == NULL)
		return;
	if (!json_is_array(limit)) {
		put_scalar(out, limit);
		return;
	}
	for (i = 0; i < n && i < LIST_SHOWN; i++) {
		if (i > 0)
			fputs(", ", out);
		put_scalar(out, json_array_get(limit, i));
	}
	if (i < n)
		fputs(", …", out);
}

char *
field_error_format(
    enum field_error error, const char *lang, const json_t *limit)
{
	const char *text, *mark;
	char *line = NULL;
	size_t len = 0;
	FILE *out;

	/* "At least 1 character" is what an empty field means to a person. */
	if (error == FIELD_MIN_LENGTH && json_integer_value(limit) == 1)
		error = FIELD_REQUIRED;
	text = field_error_text(error, lang);
	if ((mark = strstr(text, "%s")) == NULL)
		return (strdup(text));
	if ((out = open_memstream(&line, &len)) == NULL)
		return (NULL);
	fwrite(text, 1, (size_t)(mark - text), out);
	put_limit(out, limit);
	fputs(mark + 2, out);
	if (fclose(out) != 0) {
		free(line);
		return (NULL);
	}
	return (line);
}

/*
 * Names and texts of what can be wrong with one field, from the rows of
 * common/tbl/field_error.h.
 */

#ifndef ZAEDNO_FIELD_ERROR_H
#define ZAEDNO_FIELD_ERROR_H

#include <jansson.h>

enum field_error {
#define FIELD_ERROR(name, code, en, bg) FIELD_##name,
#include "tbl/field_error.h"
#undef FIELD_ERROR
	FIELD_ERROR_COUNT,
};

/* The stable code that clients may rely on, such as "max-length". */
const char *field_error_code(enum field_error);

/* The text with its "%s" left in; lang is "bg" or "en", else Bulgarian. */
const char *field_error_text(enum field_error, const char *lang);

/*
 * The text with the limit filled in: a number or string as it is, a list as
 * its first members separated by commas.  limit may be NULL.  The caller
 * frees the answer; NULL when memory is out.
 */
char *field_error_format(
    enum field_error, const char *lang, const json_t *limit);

#endif

/*
 * JSON Schema 2020-12 for request bodies and query strings: the keywords that
 * the specs use, compiled once at start into a tree of rules, checked on the
 * request path without allocation as long as nothing is wrong.
 *
 * Whatever is not implemented is refused when compiled, by name and place, so
 * that no constraint of a spec is silently ignored.
 */

#ifndef ZAEDNO_SCHEMA_H
#define ZAEDNO_SCHEMA_H

#include <stddef.h>

#include <jansson.h>

#include "field_error.h"

/* An instance may nest this deep, and may have this many errors reported. */
#define SCHEMA_DEPTH_MAX  64
#define SCHEMA_ERRORS_MAX 100

struct schema_set;
struct schema;

/*
 * A set holds one JSON document and the schemas in it that were compiled.
 * The document is retained (json_incref).  NULL when memory is out.
 * A set, its schemas included, belongs to one thread.
 */
struct schema_set *schema_set_new(json_t *doc);
void schema_set_free(struct schema_set *);

/*
 * Compiles the schema at a JSON pointer such as "/components/schemas/Consent"
 * and all that it refers to.  The answer lives as long as the set.  On failure
 * NULL, and err says what is wrong and where; start-up should then refuse.
 * Memory that runs out here, at start, ends the process.
 */
const struct schema *schema_compile(
    struct schema_set *, const char *pointer, char *err, size_t errlen);

/*
 * Called for each error: pointer is a JSON pointer into the instance, valid
 * during the call; for a missing or unknown member it names that member.
 * limit is the keyword's value in the schema (maxLength's number, enum's
 * list), borrowed for the life of the set, or NULL.
 */
typedef void (*schema_error_cb)(
    void *arg, const char *pointer, enum field_error code, const json_t *limit);

/*
 * Checks a value and reports all its errors, up to SCHEMA_ERRORS_MAX.
 * Returns the number of errors; 0 means valid.  add may be NULL: then the
 * check ends at the first error.
 */
int schema_check(
    const struct schema *, const json_t *value, schema_error_cb add, void *arg);

/*
 * Whether a text is of a format that the keyword of that name asserts: "date",
 * "date-time", "time", "email", "uri" or "uuid".  Pure.
 */
int schema_is_format(const char *format, const char *text);

/*
 * The declared type of an object's property: "integer", "boolean", "string",
 * "array" or "number", and NULL when there is none or not just one (null
 * aside).  For reading typed values out of a query string.
 */
const char *schema_property_type(const struct schema *, const char *property);

#endif

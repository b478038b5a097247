/*
 * The schemas of the hub's interface: see hub_schema.h.
 */
#include "hub_schema.h"

#include <stdio.h>

#include <jansson.h>

#include "hub_embed.h"
#include "schema.h"

static struct schema_set *schemas;

const struct schema *
hub_schema(const char *pointer, char *err, size_t errlen)
{
	json_t *doc;

	if (schemas == NULL) {
		doc = json_loadb(
		    (const char *)hub_openapi, hub_openapi_len, 0, NULL);
		schemas = schema_set_new(doc);
		json_decref(doc);
	}
	if (schemas == NULL) {
		(void)snprintf(err, errlen, "no memory for the hub's schemas");
		return (NULL);
	}
	return (schema_compile(schemas, pointer, err, errlen));
}

/*
 * The schemas of the hub's interface: what is queued is what the hub takes.
 */
#ifndef NODE_HUB_SCHEMA_H
#define NODE_HUB_SCHEMA_H

#include <stddef.h>

struct schema;

/*
 * Compiles the schema at a JSON pointer into the hub's OpenAPI document; it
 * lives as long as the process.  At start; on failure NULL, and err says why.
 */
const struct schema *hub_schema(const char *pointer, char *err, size_t errlen);

#endif

/*
 * libFuzzer entry for the schema check: the first byte chooses one of a few
 * schemas, the rest is the instance as JSON text.  The verdict with and
 * without reporting must agree, and each pointer reported must be one.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/schema.h"

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer sets the name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {
	"{\"type\":\"object\",\"additionalProperties\":false,"
	"\"required\":[\"id\"],\"properties\":{"
	"\"id\":{\"format\":\"uuid\"},\"at\":{\"format\":\"date-time\"},"
	"\"on\":{\"format\":\"date\"},\"t\":{\"format\":\"time\"},"
	"\"m\":{\"format\":\"email\"},\"u\":{\"format\":\"uri\"},"
	"\"n\":{\"multipleOf\":0.01,\"minimum\":-5,\"exclusiveMaximum\":9}}}",
	"{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\",\"items\":"
	"{\"$ref\":\"#\"}},{\"type\":\"object\",\"patternProperties\":"
	"{\"^[a-z]+$\":{\"$ref\":\"#\"}},\"additionalProperties\":false}]}",
	"{\"uniqueItems\":true,\"contains\":{\"const\":1},\"maxContains\":2,"
	"\"prefixItems\":[{\"enum\":[1,2.5,\"a\",null,[],{\"a\":1}]}]}",
	"{\"pattern\":\"^(\\\\p{Letter}+ ?)+$\",\"maxLength\":280,"
	"\"minLength\":2,\"not\":{\"const\":\"ab\"}}",
	"{\"propertyNames\":{\"maxLength\":3},\"dependentRequired\":"
	"{\"a\":[\"b\"]},\"if\":{\"required\":[\"a\"]},"
	"\"then\":{\"minProperties\":3},\"else\":{\"maxProperties\":2}}",
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static const struct schema *
schema_at(size_t i)
{
	static struct schema_set *sets[TEXTS];
	static const struct schema *schemas[TEXTS];
	char why[200];
	json_t *doc;

	if (schemas[i] == NULL) {
		doc = json_loads(texts[i], 0, NULL);
		sets[i] = schema_set_new(doc);
		json_decref(doc);
		schemas[i] = schema_compile(sets[i], "", why, sizeof(why));
		if (schemas[i] == NULL)
			abort();
	}
	return (schemas[i]);
}

static void
see(void *arg, const char *pointer, enum field_error code, const json_t *limit)
{
	int *calls = arg;
	char *line = field_error_format(code, "bg", limit);

	if (*pointer != '\0' && *pointer != '/')
		abort();
	free(line);
	(*calls)++;
}

int /* NOLINTNEXTLINE(readability-identifier-naming) */
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct schema *schema;
	int calls = 0, errors;
	json_t *value;

	if (size < 2)
		return (0);
	schema = schema_at(data[0] % TEXTS);
	value = json_loadb((const char *)data + 1, size - 1,
	    JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (value == NULL)
		return (0);
	errors = schema_check(schema, value, see, &calls);
	if (errors != calls ||
	    (schema_check(schema, value, NULL, NULL) > 0) != (errors > 0))
		abort();
	json_decref(value);
	return (0);
}

/* Which JSON Schema keywords the specs may use, and what is made of them. */

const BASE = ["$ref", "$defs", "type", "enum", "const", "title",
	"description", "default", "examples", "deprecated", "readOnly",
	"writeOnly", "$comment", "format", "pattern", "minLength", "maxLength",
	"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"multipleOf", "minItems", "maxItems", "uniqueItems", "minContains",
	"maxContains", "required", "minProperties", "maxProperties",
	"dependentRequired"];
const ONE = ["items", "contains", "additionalProperties", "propertyNames",
	"not", "if", "then", "else"];
const LIST = ["allOf", "anyOf", "oneOf", "prefixItems"];
const MAP = ["properties", "patternProperties", "$defs"];
const KNOWN = new Set([...BASE, ...ONE, ...LIST, ...MAP]);
const FORMATS = new Set(["date-time", "date", "time", "email", "uri", "uuid"]);
const TYPES = new Set(["null", "boolean", "object", "array", "number",
	"integer", "string"]);

/* [keys from the schema, subschema] of every direct subschema */
export function* subschemas(schema) {
	for (const k of ONE) {
		if (k in schema)
			yield [[k], schema[k]];
	}
	for (const k of LIST) {
		for (const [i, s] of (schema[k] ?? []).entries())
			yield [[k, i], s];
	}
	for (const k of MAP) {
		for (const [name, s] of Object.entries(schema[k] ?? {}))
			yield [[k, name], s];
	}
}

function checkValues(schema, say) {
	const types = [schema.type ?? []].flat();

	for (const t of types.filter((t) => !TYPES.has(t)))
		say(["type"], `"${t}" is not a JSON Schema type`);
	if ("format" in schema && !FORMATS.has(schema.format))
		say(["format"], `unknown format "${schema.format}"`);
	if ("pattern" in schema) {
		try {
			new RegExp(schema.pattern, "u");
		} catch (e) {
			say(["pattern"], e.message);
		}
	}
	for (const name of schema.required ?? []) {
		if (schema.properties && !(name in schema.properties))
			say(["required"],
			    `"${name}" is not among the properties`);
	}
}

/* Puts the codes of a list where x-enum names it. */
function fillEnum(schema, lists, say) {
	const list = lists.get(schema["x-enum"]);

	if ("enum" in schema)
		say(["x-enum"], "a schema has either enum or x-enum");
	if (list)
		schema.enum = list.items.map((i) => i.code);
	else
		say(["x-enum"], `no code list "${schema["x-enum"]}"`);
}

/*
 * Checks a schema and all below it and completes it in place: x-enum becomes
 * enum, other extensions go. say(keys, message) tells of what is wrong.
 */
export function finishSchema(schema, lists, say) {
	if (typeof schema === "boolean")
		return;
	if (schema === null || typeof schema !== "object" ||
	    Array.isArray(schema)) {
		say([], "a schema is an object or a boolean");
		return;
	}
	if ("x-enum" in schema)
		fillEnum(schema, lists, say);
	for (const key of Object.keys(schema)) {
		if (key.startsWith("x-"))
			delete schema[key];
		else if (!KNOWN.has(key))
			say([key], `unknown schema keyword "${key}"`);
	}
	checkValues(schema, say);
	for (const [keys, sub] of subschemas(schema)) {
		finishSchema(sub, lists,
		    (at, message) => say([...keys, ...at], message));
	}
}

/*
 * Every object schema that a request body reaches must be closed. resolve()
 * gives the target of a $ref.
 */
export function checkClosed(schema, resolve, say, seen = new Set()) {
	if (typeof schema !== "object" || schema === null || seen.has(schema))
		return;
	seen.add(schema);
	if ("properties" in schema && schema.type !== undefined &&
	    schema.additionalProperties !== false) {
		say([], "an object of a request body needs " +
		    "additionalProperties: false");
	}
	if (schema.type === "object" && !("properties" in schema) &&
	    !("additionalProperties" in schema) && !("$ref" in schema))
		say([], "an object of a request body needs " +
		    "additionalProperties");
	if ("$ref" in schema)
		checkClosed(resolve(schema.$ref), resolve,
		    (at, m) => say([schema.$ref, ...at], m), seen);
	for (const [keys, sub] of subschemas(schema))
		checkClosed(sub, resolve,
		    (at, m) => say([...keys, ...at], m), seen);
}

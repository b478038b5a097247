/* Everything that the generator refuses, each shown by one change. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { complaints, FILES } from "./fixture.mjs";

const HUB = "api-spec/hub.yaml";
const THING = "api-spec/schemas/thing.yaml";
const SQL = "hub/sql/statements/thing.sql";
const COLOUR = "api-spec/codelists/colour.json";
const SCOPES = "api-spec/scopes.yaml";

/* [name, file, from, to, what is said] */
const REFUSALS = [
	["a route with neither scope nor x-public", HUB,
		"      security: [{bearer: ['things:write']}]\n", "",
		/hub\.yaml:8: paths > .*put: neither a scope/],
	["a route with both", HUB, "x-public: true",
		"x-public: true\n      security: [{bearer: ['things:read']}]",
		/x-public and a scope at once/],
	["an unknown scope", HUB, "'things:write'", "'things:burn'",
		/unknown scope "things:burn"/],
	["two scopes that are both needed", HUB, "['things:write']",
		"['things:write', 'things:read']", /each item is \{bearer/],
	["an unknown problem code", HUB, "[stale]", "[rotten]",
		/unknown problem code "rotten"/],
	["a duplicate operationId", HUB, "listThings", "putThing",
		/"putThing" is also at put/],
	["ids that are one name in C", HUB, "listThings", "put_thing",
		/"put_thing" is also at put/],
	["a missing operationId", HUB, "      operationId: putThing\n", "",
		/operationId is missing/],
	["a missing summary", HUB, "      summary: Списък\n", "",
		/summary is missing/],
	["missing tags", HUB, "      tags: [Неща]\n      summary: Списък",
		"      summary: Списък", /tags are missing/],
	["a tag that is not declared", HUB,
		"tags: [Неща]\n      summary: Списък",
		"tags: [Други]\n      summary: Списък",
		/tag "Други" is not declared/],
	["an unknown rate class", HUB, "x-rate: free", "x-rate: often",
		/x-rate: is one of/],
	["an unknown x-if-match", HUB, "x-if-match: optional",
		"x-if-match: sometimes", /is required or optional/],
	["a change by a node without a kind", HUB, "x-if-match: optional",
		"x-node-change: My plan", /is a kind of document/],
	["a change by a node without a body", HUB,
		"      operationId: listThings",
		"      operationId: listThings\n      x-node-change: thing",
		/x-node-change: needs a body/],
	["an unknown extension", HUB, "x-if-match: optional",
		"x-if-matches: optional", /unknown extension "x-if-matches"/],
	["an undeclared path parameter", HUB, "name: id", "name: other",
		/path parameter "id" is not declared/],
	["a query parameter of two types", HUB, "{type: integer}",
		"{type: [integer, 'null']}", /query parameter "limit" has one/],
	["no answer for success", HUB, "'200': {description: Да}",
		"'404': {description: Не}", /no answer for success/],
	["a $ref to a file that is not there", HUB, "schemas/thing.yaml",
		"schemas/none.yaml", /none\.yaml.*does not resolve/],
	["a $ref to a schema that is not there", HUB, "#/Thing", "#/Thin",
		/#\/Thin" does not resolve/],
	["a $ref that does not resolve within its file", THING, "'#/Colour'",
		"'#/Color'", /thing\.yaml:6.*#\/Color" does not resolve/],
	["an unknown schema keyword", THING, "minimum: 0", "minimun: 0",
		/unknown schema keyword "minimun"/],
	["a keyword of OpenAPI 3.0", THING, "minimum: 0", "nullable: true",
		/unknown schema keyword "nullable"/],
	["an unknown format", HUB, "format: uuid", "format: guid",
		/unknown format "guid"/],
	["an unknown type", THING, "type: integer", "type: int",
		/"int" is not a JSON Schema type/],
	["a pattern that is no regular expression", THING, "minimum: 0",
		"pattern: '['", /pattern: Invalid regular expression/],
	["a required member that is none", THING, "[colour]", "[color]",
		/"color" is not among the properties/],
	["an unknown list", THING, "x-enum: colour", "x-enum: shade",
		/no code list "shade"/],
	["an open object in a request body", THING,
		"  additionalProperties: false\n", "",
		/needs additionalProperties: false/],
	["an open object deep in a request body", THING,
		"      additionalProperties: false\n", "",
		/part: an object of a request body needs/],
	["YAML that cannot be read", HUB, "paths:", "paths: [",
		/hub\.yaml: /],
	["two statements in one", SQL, "RETURNING id;",
		"RETURNING id;\nDELETE FROM thing;", /thing_put: two commands/],
	["a statement without SQL", SQL, /INSERT[\s\S]*/.exec(FILES[SQL])[0],
		"-- nothing\n", /thing_put: no SQL command/],
	["two statements of one name", SQL, "thing_put", "thing_get",
		/thing_get: is also at/],
	["a statement of an unknown kind", SQL, "(read)", "(look)",
		/thing\.sql:1: kind "look"/],
	["a statement with an unknown flag", SQL, "write, act", "write, now",
		/unknown flag "now"/],
	["an act that only reads", SQL, "(read)", "(read, act)",
		/only a write is an act/],
	["a statement's header that cannot be read", SQL, "thing_get (read)",
		"thing_get", /thing\.sql:1: a header is/],
	["SQL before the first header", SQL, "-- statement: thing_get (read)",
		"SELECT 1;", /SQL before the first header/],
	["a quote that is not closed", SQL, "'a;b'", "'a;b",
		/a quote or comment is not closed/],
	["a code twice in a list", COLOUR, '"blue"', '"red"',
		/red: the code is there twice/],
	["a label that is missing", COLOUR, '"червен"', '""',
		/red: bg is missing/],
	["a list under another name", COLOUR, '"list":"colour"',
		'"list":"color"', /list is "color" in a file/],
	["a member that a list does not declare", COLOUR,
		'"en":"red"', '"en":"red","hex":"f00"',
		/"hex" is not declared/],
	["a role with an unknown scope", SCOPES, "'things:read', ",
		"'things:red', 'things:read', ", /unknown scope "things:red"/],
	["a scope that no role holds", SCOPES, "'things:read', ", "",
		/things:read: no role holds it/],
	["a problem row that cannot be read", "common/tbl/problem.h",
		'PROBLEM(STALE, 409,', 'PROBLEM(STALE, forty,',
		/a row cannot be read/],
	["a problem code twice", "common/tbl/problem.h", '"stale"',
		'"invalid"', /invalid: this code is there twice/],
	["problems without their schema", "api-spec/schemas/problem.yaml",
		"Problem:", "Trouble:", /problem\.yaml: Problem: is not there/],
];

for (const [name, file, from, to, said] of REFUSALS) {
	test(`refused: ${name}`, () => {
		const lines = complaints(file, from, to);

		assert.match(lines.join("\n"), said);
	});
}

test("nothing is refused in the sources as they stand", () => {
	assert.deepEqual(complaints(HUB, "Списък", "Списък"), []);
});

test("two schemas of one name are refused", () => {
	const lines = complaints(HUB, "'schemas/thing.yaml#/Thing'}, etag",
	    "'schemas/problem.yaml#/Thing'}, etag");

	assert.match(lines.join("\n"), /does not resolve/);
});

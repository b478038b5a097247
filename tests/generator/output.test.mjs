/* What the generator writes. */

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { scanSql } from "../../api-spec/generator/sqltext.mjs";
import { Project, FILES } from "./fixture.mjs";

let project;
const read = (name) => readFileSync(join(project.out, name), "utf8");

before(() => {
	project = new Project();
	assert.deepEqual(project.run(), []);
});

after(() => project.remove());

function document() {
	return JSON.parse(read("hub_openapi.json"));
}

test("ERRORS.md that is stale fails the run once and is mended", () => {
	const other = new Project();

	try {
		assert.match(other.runOnce().join(), /was stale.*commit it/);
		assert.deepEqual(other.runOnce(), []);
		other.write("common/tbl/problem.h",
		    `${FILES["common/tbl/problem.h"]}` +
		    'PROBLEM(NEW, 409, "new", "new", "ново")\n');
		assert.match(other.runOnce().join(), /was stale/);
	} finally {
		other.remove();
	}
});

test("a title of a problem may be written in pieces", () => {
	const other = new Project({ "common/tbl/problem.h":
	    FILES["common/tbl/problem.h"].replace('"stale", "en"',
		'"stale",\n    "one "\n    "\\"two\\""') });

	try {
		assert.deepEqual(other.run(), []);
		assert.match(readFileSync(join(other.root,
		    "api-spec/ERRORS.md"), "utf8"), /\| one "two" \|/);
	} finally {
		other.remove();
	}
});

test("a file keeps its time when its content is the same", () => {
	const path = join(project.out, "hub_routes.c");
	const made = statSync(path).mtimeMs;

	assert.deepEqual(project.run(), []);
	assert.equal(statSync(path).mtimeMs, made);
});

test("a route row holds the whole policy", () => {
	const source = read("hub_routes.c");

	assert.match(source,
	    /put_thing_scopes\[\] = \{\n\t"things:write", NULL/);
	assert.match(source, /list_things_scopes\[\] = \{\n\t/);
	assert.match(source, /"things:read", "things:write", NULL,/);
	assert.match(source,
	    /\.flags = ROUTE_IF_MATCH_OPTIONAL \| ROUTE_BODY,/);
	assert.ok(source.includes(
	    '"/paths/~1v1~1things~1{id}/put/requestBody/content/'));
	assert.match(source, /\.scopes = NULL,\n\t\t\.rate = RATE_FREE,/);
	assert.match(read("hub_routes.h"), /int put_thing\(struct req \*\);/);
});

test("what a node may change at the hub is a table", () => {
	const other = new Project({ "api-spec/hub.yaml":
	    FILES["api-spec/hub.yaml"].replace("x-if-match: optional",
		"x-if-match: optional\n      x-node-change: thing") });

	try {
		assert.deepEqual(other.run(), []);
		const source = readFileSync(join(other.out, "hub_changes.c"), "utf8");

		assert.match(source, /\.operation = "putThing",\n[^]*?\.kind = "thing",/);
		assert.match(source, /\.match = HUB_CHANGE_MAY_MATCH,/);
		assert.equal(source.match(/\.operation = "/g).length, 1);
	} finally {
		other.remove();
	}
});

test("files become components, lists become enums", () => {
	const { schemas } = document().components;

	assert.deepEqual(schemas.Colour,
	    { type: "string", enum: ["red", "blue"] });
	assert.equal(schemas.Thing.properties.colour.$ref,
	    "#/components/schemas/Colour");
	assert.ok(schemas.Problem.properties.code.enum.includes("stale"));
});

test("parameters become one closed schema for query and path", () => {
	const { paths } = document();
	const list = paths["/v1/things"].get;

	assert.deepEqual(list["x-query"], { type: "object",
		additionalProperties: false, properties: {
			limit: { type: "integer" },
			colours: { type: "array", items: { type: "string" } },
		} });
	assert.equal(list.parameters[1].explode, false);
	assert.deepEqual(paths["/v1/things/{id}"].put["x-path"].required,
	    ["id"]);
});

test("problems that follow from the operation are added by status", () => {
	const { paths } = document();
	const { responses } = paths["/v1/things/{id}"].put;

	assert.deepEqual(responses["401"]["x-codes"],
	    ["token-missing", "token-invalid"]);
	assert.deepEqual(responses["409"]["x-codes"], ["stale"]);
	assert.deepEqual(responses["412"]["x-codes"],
	    ["precondition-failed"]);
	assert.equal(responses["422"].content["application/problem+json"]
	    .schema.$ref, "#/components/schemas/Problem");
	assert.ok(responses["503"].headers["Retry-After"]);
	assert.ok(responses["200"].headers.ETag);
	assert.deepEqual(Object.keys(paths["/healthz"].get.responses),
	    ["200"]);
});

test("statements keep their kind, parameters and one command", () => {
	const source = read("hub_statements.c");

	assert.match(read("hub_statements.h"), /\tSTMT_THING_GET,\n/);
	assert.match(source, /\.nparams = 2,\n\t\t\.flags = STMT_READ,/);
	assert.match(source, /\.nparams = 1,\n\t\t\.flags = STMT_ACT,/);
	assert.match(source, /'a;b'/);
	assert.doesNotMatch(source, /why it is so/);
});

test("the page has landmarks, a skip link, captions and no script", () => {
	const page = read("hub_reference.html");

	assert.match(page, /<html lang="bg">/);
	assert.match(page, /<a class="skip" href="#main">/);
	assert.match(page, /<main id="main"/);
	assert.match(page, /<nav aria-labelledby=/);
	assert.match(page, /<p lang="en">One thing\.<\/p>/);
	assert.doesNotMatch(page, /<script|<style|style=|\son\w+="/);
	assert.equal(page.match(/<table>/g).length,
	    page.match(/<caption>/g).length);
	const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((m) => m[1]);

	assert.equal(new Set(ids).size, ids.length);
	for (const [, to] of page.matchAll(/href="#([^"]*)"/g))
		assert.ok(ids.includes(to), to);
});

test("the lists' SQL fills a table only where there is one", () => {
	const sql = read("codelists.sql");

	assert.match(sql, /to_regclass\('codelist\.colour'\) IS NULL/);
	assert.match(sql, /\('red', 'червен', 'red', 1\)/);
	assert.match(sql, /ON CONFLICT \(code\) DO UPDATE/);
});

test("a role's scopes are in the C table", () => {
	assert.match(read("scopes.c"),
	    /\{ "hub", "node", hub_node \},/);
});

test("SQL is cut where PostgreSQL would cut it", () => {
	const one = (sql) => assert.equal(scanSql(sql).commands.length, 1, sql);

	one("SELECT ';'");
	one("SELECT E'\\';'");
	one('SELECT 1 AS ";"');
	one("SELECT $$;$$, $a$ $$; $a$");
	one("SELECT 1 -- ;\n");
	one("SELECT /* ; /* ; */ */ 1;");
	assert.equal(scanSql("SELECT 1; SELECT 2").commands.length, 2);
	assert.equal(scanSql("SELECT $1, '$9', $$ $8 $$, $12").nparams, 12);
	assert.ok(scanSql("SELECT /* 1").error);
});

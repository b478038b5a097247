/* The project's own sources agree with one another. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { generate } from "../../api-spec/generate.mjs";
import { orphans } from "../../api-spec/generator/errors.mjs";
import { Sources } from "../../api-spec/generator/files.mjs";
import { readProblems } from "../../api-spec/generator/problems.mjs";
import { Report } from "../../api-spec/generator/report.mjs";
import { readScopes } from "../../api-spec/generator/scopes.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const report = new Report();
const sources = new Sources(ROOT, report);
const LISTS = join(ROOT, "api-spec/codelists");

function list(name) {
	return JSON.parse(readFileSync(join(LISTS, `${name}.json`), "utf8"));
}

function codes(name) {
	return list(name).items.map((i) => i.code);
}

function within(name, member, other) {
	const allowed = codes(other);

	for (const item of list(name).items) {
		for (const code of [item[member] ?? []].flat())
			assert.ok(allowed.includes(code),
			    `${name} ${item.code}: ${member} ${code}`);
	}
}

test("the sources are taken without a complaint", () => {
	const out = mkdtempSync(join(tmpdir(), "generated-"));

	try {
		assert.deepEqual(generate({ root: ROOT, out,
			services: ["hub", "node"] }), []);
	} finally {
		rmSync(out, { recursive: true });
	}
});

test("advice is given only for codes that there are", () => {
	const table = readProblems(sources,
	    join(ROOT, "common/tbl/problem.h"), report);

	assert.deepEqual(orphans(table), []);
});

test("every label on screen is Bulgarian", () => {
	for (const file of readdirSync(LISTS)) {
		for (const item of list(basename(file, ".json")).items)
			assert.match(item.bg, /\p{Script=Cyrillic}/u,
			    `${file} ${item.code}`);
	}
});

test("lists name codes of one another that there are", () => {
	within("municipality", "oblast", "oblast");
	within("service_form", "sector", "sector");
	within("service_form", "kinds", "service_kind");
	within("barrier", "parent", "barrier");
	within("statistics_age_band", "bands", "age_band");
	within("workflow_state", "shared", "sharing_tier");
});

test("every age band is in one band of the statistics", () => {
	assert.deepEqual(list("statistics_age_band").items
	    .flatMap((i) => i.bands), codes("age_band"));
});

test("a municipality's centre has five digits", () => {
	for (const { code, ekatte } of list("municipality").items)
		assert.match(ekatte, /^[0-9]{5}$/, code);
	assert.equal(codes("oblast").length, 28);
});

test("the lists of roles are the roles that hold scopes", () => {
	const scopes = readScopes(sources,
	    join(ROOT, "api-spec/scopes.yaml"), report);
	const people = Object.keys(scopes.hub.roles)
	    .filter((r) => r !== "node" && r !== "family");

	assert.deepEqual(codes("hub_role").sort(), people.sort());
	assert.deepEqual(codes("node_role").sort(),
	    Object.keys(scopes.node.roles).sort());
	assert.deepEqual(report.lines, []);
});

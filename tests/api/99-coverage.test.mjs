// Fails when an operation was never answered with success, or a documented
// problem code was never seen.  Each exception says why it cannot be.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkout } from "../../deploy/demo/place.mjs";
import { stranger } from "../lib/callers.mjs";
import { answered, codeSeen, refusedWhole, succeeded, total } from "../lib/coverage.mjs";
import { documentedCodes, specs } from "../lib/spec.mjs";

const NEVER = {
	"internal": "a mistake of ours; one that a request could provoke would be mended",
	"feed-compacted": "the feed is not compacted yet, so no cursor is too old",
};

/* Pairs of an operation and a code that only chance or time can bring. */
const PAIRS = {
	"hub setCoordinationConsent step-not-possible":
		"ended between the new consent and the resuming, which are two transactions",
};

/* Codes that hold for every operation alike are proven once per service. */
const ALIKE = new Set(["internal", "unavailable", "too-many-requests", "organisation-blocked"]);

test("every operation was answered with success", () => {
	const missing = [];
	for (const [service, spec] of Object.entries(specs))
		for (const id of spec.operations.keys())
			if (!succeeded(service, id))
				missing.push(`${service} ${id}`);
	assert.deepEqual(missing, []);
});

/* Nobody lacks the scope of what everybody of the service may do. */
const open = async (service, operation, code) =>
	code === "scope-missing" && await stranger(service, operation) === undefined;

test("every documented code of an operation was answered by it", async () => {
	const missing = [];
	for (const [service, spec] of Object.entries(specs))
		for (const operation of spec.operations.values())
			for (const codes of documentedCodes(spec, operation).values())
				for (const code of codes) {
					const pair = `${service} ${operation.operationId} ${code}`;
					const seen = ALIKE.has(code)
						? codeSeen(service, code) || code in NEVER
						: answered(service, operation.operationId, code);
					if (!seen && !(pair in PAIRS) && !await open(service, operation, code))
						missing.push(pair);
				}
	assert.deepEqual(missing, []);
});

test("what makes a whole too large was refused by every operation that says so", () => {
	const says = Object.entries(specs).flatMap(([service, spec]) =>
		[...spec.operations.values()]
			.filter((operation) => operation["x-problems"]?.includes("body-too-large"))
			.map(({ operationId }) => [service, operationId]));
	assert.ok(says.length > 5);
	assert.deepEqual(says.filter(([service, id]) => !refusedWhole(service, id)), []);
});

test("every code of the table was seen", () => {
	const table = fs.readFileSync(path.join(checkout, "common/tbl/problem.h"), "utf8");
	const codes = [...table.matchAll(/^PROBLEM\(\w+, \d+, "([a-z-]+)"/gm)].map(([, code]) => code);
	assert.ok(codes.length > 30);
	const missing = codes.filter((code) =>
		!codeSeen("hub", code) && !codeSeen("node", code) && !(code in NEVER));
	assert.deepEqual(missing, []);
	for (const code of Object.keys(NEVER))
		assert.ok(codes.includes(code), `${code} is no code any more`);
	console.log(`# ${total()} different answers seen`);
});

// No service broke its bounds, met undefined behaviour, left its sandbox or
// lost a worker during all the tests before.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { cluster, federation } from "../lib/suite.mjs";

const SIGNS = [
	/ERROR: \w+Sanitizer/, /runtime error:/, /sandbox violation/, /segmentation/i,
	/worker \d+.*(died|exited|signal|gone)/i, /assertion/i,
];

test("no sign of a crash in any log", async (t) => {
	for (const name of fs.readdirSync(cluster.logs).filter((file) => file !== "postgres.log"))
		await t.test(name, () => {
			const text = fs.readFileSync(path.join(cluster.logs, name), "utf8");
			for (const line of text.split("\n"))
				for (const sign of SIGNS)
					assert.doesNotMatch(line, sign);
		});
});

test("every part still runs", () => {
	for (const part of federation.components)
		assert.ok(part.running(), part.name);
});

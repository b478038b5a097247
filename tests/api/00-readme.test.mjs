// README's main job, run as it stands there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { writeDemoFile } from "../../deploy/demo/demofile.mjs";
import { checkout } from "../../deploy/demo/place.mjs";
import { cluster, federation, nodeAs, state } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

function block() {
	const text = fs.readFileSync(path.join(checkout, "README.md"), "utf8");
	const found = /<!--[^>]*00-readme\.test\.mjs[^>]*-->\n```sh\n(.*?)\n```/s.exec(text);
	assert.ok(found, "README has its block");
	return found[1];
}

/* Not in this thread: the services' logs must not wait for us. */
const run = (script, cwd) => new Promise((resolve, reject) => {
	const child = spawn("bash", ["-euo", "pipefail", "-c", script],
		{ cwd, stdio: ["ignore", "pipe", "pipe"] });
	let out = "", error = "";
	child.stdout.setEncoding("utf8").on("data", (part) => { out += part; });
	child.stderr.setEncoding("utf8").on("data", (part) => { error += part; });
	child.on("error", reject);
	child.on("close", (code) => resolve({ code, out, error }));
});

test("README's main job does what README says", async () => {
	await newCase(await nodeAs("csc", "practitioner")); // the centre's own case
	const dir = path.join(cluster.dir, "readme");
	fs.mkdirSync(path.join(dir, "var"), { recursive: true, mode: 0o700 });
	const { lone: _, ...nodes } = federation.nodes;
	writeDemoFile(path.join(dir, "var/demo.json"), { hub: federation.hub, nodes }, state);
	const { code, out, error } = await run(block(), dir);
	assert.equal(code, 0, error);
	const answers = out.trim().split("\n").filter((line) => line !== "")
		.map((line) => JSON.parse(line));
	assert.equal(answers.length, 13, out);
	const [person, opened, consent, summary, assigned, read, linked,
		ngo, admin, coordinator, withdrawn, gone, receipts] = answers;
	assert.equal(person.family_name, "Босе");
	assert.match(opened.number, /^\d+\/\d\d$/);
	assert.equal(consent.state, "active");
	assert.equal(summary.version, 1);
	assert.equal(assigned.state, "assigned");
	assert.deepEqual(Object.keys(read.summary).filter((key) =>
		["basics", "contact", "needs", "help", "wish"].includes(key)).sort(), ["basics", "help"]);
	assert.ok(linked.case_id);
	for (const answer of [ngo, admin, coordinator])
		assert.equal(answer.code, "not-found");
	assert.ok(withdrawn.withdrawn_at);
	assert.equal(gone.code, "consent-withdrawn");
	assert.ok(receipts.withdrawal.receipt);
	assert.ok(receipts.items[0].purged_at);
});

// The model of how a consent ends everywhere, searched by spin: the whole
// state space for safety, and for liveness under weak fairness.  Then each
// variant that is broken on purpose, which spin must refute.
//
//	node tests/model/run.mjs [name ...]

import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const model = path.join(here, "withdrawal.pml");
const build = path.join(here, "../../build/model");
const AT_ONCE = Math.min(2, os.cpus().length);
const SECONDS = 100;
const DEPTH = 100_000;

const SAFETY = { flags: ["-DSAFETY", "-DNOCLAIM"], options: [] };
const liveness = (claim) =>
	({ flags: ["-DNFAIR=3"], options: ["-a", "-f", "-N", claim] });
const LIVENESS = liveness("purges"), AT_REST = liveness("rests");

const RUNS = [
	{ name: "safety", kind: SAFETY, define: ["FAULTS=1"],
		why: "two recipients, one left out, any one fault" },
	{ name: "expiry", kind: SAFETY, define: ["ONE", "EXPIRY", "FAULTS=1"],
		why: "one recipient, the date may pass, any one fault" },
	{ name: "regrant", kind: SAFETY,
		define: ["REGRANT", "FAULTS=1"],
		why: "left out, named again, left out; any one fault" },
	{ name: "regrant-expiry", kind: SAFETY,
		define: ["REGRANT", "EXPIRY", "FAULTS=0"],
		why: "the same, and the date may pass" },
	{ name: "liveness", kind: LIVENESS, define: ["ONE", "FAULTS=1"],
		why: "every connected recipient purges, after any one fault" },
	{ name: "again", kind: AT_REST, define: ["REGRANT", "STAYS", "FAULTS=0"],
		why: "everyone left out purges, named again between and all" },
	{ name: "tombstone", kind: SAFETY, broken: true,
		define: ["FAULTS=1", "BROKEN_TOMBSTONE"],
		why: "a publication that does not look at the tombstone" },
	{ name: "receipt", kind: SAFETY, broken: true,
		define: ["REGRANT", "FAULTS=0", "BROKEN_RECEIPT"],
		why: "a receipt that does not name its event" },
	{ name: "silence", kind: AT_REST, broken: true,
		define: ["REGRANT", "STAYS", "FAULTS=0", "BROKEN_SILENCE"],
		why: "a purge of a tombstone without its receipt" },
	{ name: "ack", kind: LIVENESS, broken: true,
		define: ["ONE", "FAULTS=0", "BROKEN_ACK"],
		why: "acknowledging before the events are kept" },
	{ name: "cursor", kind: LIVENESS, broken: true,
		define: ["ONE", "FAULTS=0", "BROKEN_CURSOR"],
		why: "the cursor kept before the events" },
	{ name: "cancel", kind: LIVENESS, broken: true,
		define: ["ONE", "FAULTS=0", "BROKEN_CANCEL"],
		why: "a withdrawal that waits in its turn" },
];

/* What a search said: how many states, whether it was whole, and its error. */
function verdictOf(text) {
	const number = (pattern) => Number(pattern.exec(text)?.[1] ?? NaN);
	return {
		errors: number(/errors: (\d+)/),
		states: number(/^\s*(\d+) states, stored/m),
		whole: !/Search not completed|max search depth too small|out of memory/i
			.test(text),
		error: /^pan:1: (.*)$/m.exec(text)?.[1],
	};
}

async function search({ name, kind, define }) {
	const dir = path.join(build, name);
	fs.mkdirSync(dir, { recursive: true });
	const inDir = { cwd: dir, maxBuffer: 1 << 24, timeout: SECONDS * 1000 };
	await run("spin", [...define.map((word) => `-D${word}`), "-a", model], inDir);
	await run("gcc", ["-w", "-O2", "-DMEMLIM=2000", ...kind.flags,
		"-o", "pan", "pan.c"], inDir);
	const began = Date.now();
	const { stdout } = await run("./pan", [`-m${DEPTH}`, ...kind.options], inDir)
		.catch((error) => ({ stdout: `${error.stdout}\n${error.message}` }));
	fs.writeFileSync(path.join(dir, "out.txt"), stdout);
	return { ...verdictOf(stdout), ms: Date.now() - began };
}

/** Searches one variant; is it as it should be? */
async function check(one) {
	const found = await search(one);
	const refuted = found.errors > 0;
	const good = one.broken ? refuted : found.errors === 0 && found.whole;
	console.log(`${good ? "ok" : "not ok"} - ${one.broken ? "refuted: " : ""}` +
		`${one.why} (${found.states} states, ${found.ms} ms)`);
	if (refuted)
		console.log(`# ${found.error?.slice(0, 60)}; ` +
			`build/model/${one.name}: spin -t -p -g ` +
			`${one.define.map((word) => `-D${word}`).join(" ")} withdrawal.pml`);
	return good;
}

const wanted = process.argv.slice(2);
const queue = RUNS.filter(({ name }) =>
	wanted.length === 0 || wanted.includes(name));
let failed = queue.length === 0 ? 1 : 0;
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
	for (let one = queue.shift(); one; one = queue.shift())
		failed += await check(one) ? 0 : 1;
}));
process.exitCode = failed === 0 ? 0 : 1;

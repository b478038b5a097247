// Runs the suites of tests/suites.json, several at once, each within its time
// budget; ends with the line `N passed, N failed`.
//
//	node tests/run.mjs [suite ...]
//
// Output of each suite goes to var/test/<suite>.log, and to the terminal when
// it failed.  A suite that names no counts of its own counts as one test.
// Beside its time stands what all its processes took of the processors.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout, linkVar, stateDir } from "../deploy/demo/place.mjs";

process.chdir(checkout);
linkVar(stateDir());
fs.mkdirSync("var/test", { recursive: true });

const suites = JSON.parse(fs.readFileSync("tests/suites.json", "utf8"));
const wanted = process.argv.slice(2);

/** The commands of a suite: one, or each matching program of a directory. */
function commandsOf(suite) {
	if (suite.optional && !fs.existsSync(suite.optional))
		return [];
	if (suite.command)
		return [suite.command.map((word) =>
			word === "@node" ? process.execPath : word)];
	if (!fs.existsSync(suite.each))
		return [];
	const match = new RegExp(suite.match);
	return fs.readdirSync(suite.each).filter((name) => match.test(name)).sort()
		.map((name) => [path.join(suite.each, name)]);
}

/** Counts in the output of node:test, TAP (cmocka, pg_prove) and cmocka. */
export function countsOf(text) {
	const sum = (pattern) => [...text.matchAll(pattern)]
		.reduce((total, [, n]) => total + Number(n), 0);
	if (/^# pass \d+$/m.test(text))
		return {
			passed: sum(/^# pass (\d+)$/gm),
			failed: sum(/^# fail (\d+)$/gm) + sum(/^# cancelled (\d+)$/gm),
		};
	if (/^\[ {2}PASSED {2}\]/m.test(text))
		return {
			passed: sum(/^\[ {2}PASSED {2}\] (\d+) test/gm),
			failed: sum(/^\[ {2}FAILED {2}\] (\d+) test/gm),
		};
	return {
		passed: [...text.matchAll(/^ok\b/gm)].length,
		failed: [...text.matchAll(/^not ok\b/gm)].length,
	};
}

/** Signals a suite and all that it started, unless it has ended already. */
function killGroup(child, signal) {
	if (child.exitCode === null && child.signalCode === null)
		process.kill(-child.pid, signal);
}

/* The shell says at the end what all that it waited for has taken. */
const TIMED = 'trap : TERM; "$@" 3>&-; status=$?; times >&3; exit "$status"';

/* "1m2.345s 0m0.100s", for the shell and for its children: seconds. */
const secondsOf = (times) => [...times.matchAll(/(\d+)m([\d.]+)s/g)]
	.reduce((sum, [, minutes, seconds]) => sum + 60 * minutes + Number(seconds), 0);

async function runCommand(command, log, { budget_s: budgetS, nice, seeded }) {
	const seed = seeded && await seedMade;
	const child = spawn(nice ? "nice" : "env", [...nice ? ["-n", "19"] : [],
		"bash", "-c", TIMED, "timed", ...command], {
		stdio: ["ignore", log, log, "pipe"], detached: true,
		env: { ...process.env, CMOCKA_MESSAGE_OUTPUT: "TAP", ...seed && { ZAEDNO_SEED: seed } },
	});
	let late = false, times = "";
	child.stdio[3]?.setEncoding("utf8").on("data", (part) => { times += part; });
	const timer = setTimeout(() => {
		late = true;
		killGroup(child, "SIGTERM");
		setTimeout(() => killGroup(child, "SIGKILL"), 15_000).unref();
	}, budgetS * 1000);
	const code = await once(child, "close").then(([status]) => status ?? 1,
		(error) => { fs.writeSync(log, `${error.message}\n`); return 127; });
	clearTimeout(timer);
	if (late)
		fs.writeSync(log, `\nout of time: more than ${budgetS} s\n`);
	return { code: late ? 124 : code, processor: secondsOf(times) };
}

async function runSuite(suite) {
	const file = `var/test/${suite.name}.log`;
	const log = fs.openSync(file, "w");
	const started = Date.now();
	let passed = 0, failed = 0, offset = 0, processor = 0;
	for (const command of commandsOf(suite)) {
		const { code, ...took } = await runCommand(command, log, suite);
		processor += took.processor;
		const text = fs.readFileSync(file, "utf8").slice(offset);
		offset += text.length;
		const counts = countsOf(text);
		if (code !== 0 && counts.failed === 0)
			counts.failed = 1;
		if (counts.passed + counts.failed === 0)
			counts.passed = 1;
		passed += counts.passed;
		failed += counts.failed;
	}
	fs.closeSync(log);
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	if (failed > 0)
		process.stdout.write(fs.readFileSync(file, "utf8"));
	console.log(`${suite.name}: ${passed} passed, ${failed} failed ` +
		`(${seconds} s, ${processor.toFixed(1)} s of processors, ${suite.why})`);
	return { passed, failed, processor };
}

const began = Date.now();
const total = { passed: 0, failed: 0, processor: 0 };
const chosen = suites.filter((suite) => wanted.length === 0 || wanted.includes(suite.name));

/* Two schemas deployed once, not by each suite; without it a suite makes its own. */
const seedMade = chosen.some((suite) => suite.seeded)
	? promisify(execFile)(process.execPath, ["tests/seed.mjs"])
		.then(({ stdout }) => stdout.trim(), (error) => { console.error(error.message); })
	: undefined;

/** Runs what a queue holds, `lanes` at once, and adds up the counts. */
async function runAll(queue, lanes) {
	await Promise.all(Array.from({ length: lanes }, async () => {
		for (let suite = queue.shift(); suite; suite = queue.shift())
			for (const [key, n] of Object.entries(await runSuite(suite)))
				total[key] += n;
	}));
}

// Services mostly wait, for each other and for the disk: one lane more than
// there are processors.  What only computes takes what these leave.
await Promise.all([
	runAll(chosen.filter((suite) => !suite.nice), os.availableParallelism() + 1),
	runAll(chosen.filter((suite) => suite.nice), 1),
]);
console.log(`all suites: ${((Date.now() - began) / 1000).toFixed(1)} s, ` +
	`${total.processor.toFixed(1)} s of processors`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

// Runs the suites of tests/suites.json one after the other, each within its
// time budget, those marked "beside" in a lane of their own; ends with the line
// `N passed, N failed`.
//
//	node tests/run.mjs [suite ...]
//
// Output of each suite goes to var/test/<suite>.log, and to the terminal when
// it failed.  A suite that names no counts of its own counts as one test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
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

async function runCommand(command, log, budgetS, nice) {
	const [program, ...words] = nice ? ["nice", "-n", "19", ...command] : command;
	const child = spawn(program, words, {
		stdio: ["ignore", log, log], detached: true,
		env: { ...process.env, CMOCKA_MESSAGE_OUTPUT: "TAP" },
	});
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		killGroup(child, "SIGTERM");
		setTimeout(() => killGroup(child, "SIGKILL"), 15_000).unref();
	}, budgetS * 1000);
	const code = await once(child, "exit").then(([status]) => status ?? 1,
		(error) => { fs.writeSync(log, `${error.message}\n`); return 127; });
	clearTimeout(timer);
	if (late)
		fs.writeSync(log, `\nout of time: more than ${budgetS} s\n`);
	return late ? 124 : code;
}

async function runSuite(suite) {
	const file = `var/test/${suite.name}.log`;
	const log = fs.openSync(file, "w");
	const started = Date.now();
	let passed = 0, failed = 0, offset = 0;
	for (const command of commandsOf(suite)) {
		const code = await runCommand(command, log, suite.budget_s, suite.nice);
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
		`(${seconds} s, ${suite.why})`);
	return { passed, failed };
}

/** Runs suites one after the other; their counts together. */
async function runAll(list) {
	const total = { passed: 0, failed: 0 };
	for (const suite of list) {
		const { passed, failed } = await runSuite(suite);
		total.passed += passed;
		total.failed += failed;
	}
	return total;
}

const chosen = suites.filter((suite) => wanted.length === 0 || wanted.includes(suite.name));
// Services mostly wait: two lanes keep both cores busy, and what only computes
// is nice to the others.
const lanes = await Promise.all([true, false].map((beside) =>
	runAll(chosen.filter((suite) => (suite.beside ?? false) === beside))));
const passed = lanes[0].passed + lanes[1].passed;
const failed = lanes[0].failed + lanes[1].failed;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

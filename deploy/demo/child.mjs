// Child processes that end with us: started in the foreground, logged to a
// file, stopped by their own process id and never by name.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { account } from "./place.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* Kore looks at every possible descriptor when it starts. */
const withLimits = 'ulimit -n 16384 2>/dev/null || :; exec "$@"';

/**
 * Starts `command` as the servers' account.  Should we be killed, the kernel
 * sends the child `deathSignal`.
 *
 * @returns {{name, pid, exited: Promise<{code, signal}>, running(), stop()}}
 */
export function startChild(name, command, {
	cwd = "/", log, env = {}, deathSignal = "TERM", stopSignal = "SIGTERM",
	graceMs = 10_000,
} = {}) {
	const out = fs.openSync(log, "a", 0o600);
	const child = spawn("setpriv",
		["--pdeathsig", deathSignal, "sh", "-c", withLimits, "sh", ...command],
		{
			cwd, stdio: ["ignore", out, out], ...account,
			detached: true, // Ctrl-C is for us, who then stop them in order
			env: {
				PATH: process.env.PATH, LANG: "C.UTF-8",
				TZ: "Europe/Sofia", ...env,
			},
		});
	fs.closeSync(out);

	let over = false;
	const exited = once(child, "exit").then(
		([code, signal]) => ({ code, signal }),
		(error) => ({ code: 127, signal: null, error }));
	exited.then(() => { over = true; });

	const stop = async (signal = stopSignal) => {
		if (over)
			return exited;
		self.stopping = true;
		child.kill(signal);
		const late = setTimeout(() => child.kill("SIGKILL"), graceMs);
		const result = await exited;
		clearTimeout(late);
		return result;
	};
	const self = {
		name, log, pid: child.pid, exited, stop,
		stopping: false, running: () => !over,
	};
	return self;
}

/** Tries `probe` until it answers true; throws when the child ends or time is up. */
export async function waitFor(child, probe, ms = 15_000) {
	const deadline = Date.now() + ms;
	for (;;) {
		if (await probe())
			return;
		if (!child.running())
			throw new Error(`${child.name} ended at start, see ${child.log}\n` +
				tail(child.log));
		if (Date.now() > deadline)
			throw new Error(`${child.name} was not ready within ` +
				`${ms / 1000} s, see ${child.log}\n${tail(child.log)}`);
		await sleep(25);
	}
}

/** The last lines of a log. */
export function tail(file, lines = 15) {
	try {
		return fs.readFileSync(file, "utf8").trimEnd().split("\n")
			.slice(-lines).join("\n");
	} catch {
		return "";
	}
}

/** Tries `probe` until it answers something true, and answers that. */
export async function waitUntil(what, probe, ms = 10_000, pause = 50) {
	const deadline = Date.now() + ms;
	for (;;) {
		const found = await probe();
		if (found)
			return found;
		if (Date.now() > deadline)
			throw new Error(`not within ${ms / 1000} s: ${what}`);
		await sleep(pause);
	}
}

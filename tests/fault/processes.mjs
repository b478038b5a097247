// The processes of a federation, by parentage; nothing is found by name
// alone and nothing is killed that we did not start.

import fs from "node:fs";

const read = (file) => {
	try {
		return fs.readFileSync(file, "utf8");
	} catch {
		return "";
	}
};

/** Process ids of a process's children. */
export const childrenOf = (pid) =>
	read(`/proc/${pid}/task/${pid}/children`).trim().split(" ")
		.filter(Boolean).map(Number);

/** What a process calls itself. */
export const titleOf = (pid) =>
	read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();

/** Does it live?  A zombie does not. */
export const lives = (pid) => {
	const stat = read(`/proc/${pid}/stat`);
	return stat !== "" && stat[stat.lastIndexOf(")") + 2] !== "Z";
};

/** A Kore parent's workers. */
export const workersOf = (pid) =>
	childrenOf(pid).filter((child) => /\[wrk \d+\]/.test(titleOf(child)));

/** A postmaster's backends that serve the programs of the federation. */
export const backendsOf = (pid) => childrenOf(pid).filter((child) =>
	/^postgres: (hub|node_\w+|courier_\w+) zaedno_\w+ /.test(titleOf(child)));

/** kill -9; false when it was gone already. */
export function killNow(pid) {
	try {
		process.kill(pid, "SIGKILL");
		return true;
	} catch {
		return false;
	}
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries `probe` until it answers something true, or answers false. */
export async function within(ms, probe, pause = 20) {
	const deadline = performance.now() + ms;
	for (;;) {
		const found = await probe();
		if (found)
			return found;
		if (performance.now() > deadline)
			return false;
		await sleep(pause);
	}
}

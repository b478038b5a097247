// What processes use, from /proc.

import fs from "node:fs";

const TICKS = 100; // USER_HZ of every Linux that we run on

/* Fields after the name, which may hold anything. */
function stat(pid) {
	const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
	return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

const alive = (pid) => {
	try {
		return stat(pid);
	} catch {
		return undefined;
	}
};

/** A process and all below it. */
export function tree(pid) {
	const parents = new Map(fs.readdirSync("/proc").filter((n) => /^\d+$/.test(n))
		.map((n) => [Number(n), Number(alive(n)?.[1])]));
	const found = [pid];
	for (const one of found)
		for (const [child, parent] of parents)
			if (parent === one)
				found.push(child);
	return found;
}

/** Processor seconds used so far, own and system. */
function used(pid) {
	const fields = alive(pid);
	return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS : 0;
}

/* Processor seconds that anything on the machine has used. */
function usedByAll() {
	const [, user, nice, system, , , irq, softirq] = fs.readFileSync("/proc/stat", "utf8")
		.split("\n")[0].split(/\s+/).map(Number);
	return (user + nice + system + irq + softirq) / TICKS;
}

/**
 * Follows groups of process ids; stop() tells how many processors each group
 * used on average, and all others on the machine.  A process that ends in between counts until then.
 */
export function watchCpu(groups) {
	const began = process.hrtime.bigint();
	const pids = Object.values(groups).flat();
	const first = new Map(pids.map((pid) => [pid, used(pid)]));
	const last = new Map(first);
	const before = usedByAll();
	const look = () => pids.forEach((pid) =>
		last.set(pid, Math.max(last.get(pid), used(pid))));
	const timer = setInterval(look, 100);
	return {
		stop() {
			clearInterval(timer);
			look();
			const seconds = Number(process.hrtime.bigint() - began) / 1e9;
			const each = Object.entries(groups).map(([name, list]) =>
				[name, list.reduce((sum, pid) =>
					sum + last.get(pid) - first.get(pid), 0) / seconds]);
			const ours = each.reduce((sum, [, one]) => sum + one, 0);
			return Object.fromEntries([...each,
				["others", (usedByAll() - before) / seconds - ours]]);
		},
	};
}

/** Memory of processes in MB: proportional set size, and resident size. */
export function memory(pids) {
	const sum = { pss_mb: 0, rss_mb: 0, private_mb: 0 };
	for (const pid of pids) {
		const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
		const kb = (name) =>
			Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
		sum.pss_mb += kb("Pss") / 1024;
		sum.rss_mb += kb("Rss") / 1024;
		sum.private_mb += (kb("Private_Clean") + kb("Private_Dirty")) / 1024;
	}
	return sum;
}

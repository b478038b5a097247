// Kills: which process, when, and what must follow.

import fs from "node:fs";
import {
	backendsOf, killNow, lives, sleep, within, workersOf,
} from "./processes.mjs";

/* A victim may just be on its way up again. */
const VICTIM_MS = 30_000;
/* The kernel kills a parent's workers; Kore makes a new worker. */
const ORPHAN_MS = 3_000;
const REBORN_MS = 10_000;

export const KINDS = ["courier", "worker", "parent", "backend"];

export class Killer {
	/** @param federation  as layOut() made it, running */
	constructor(federation, chance, history) {
		Object.assign(this, { federation, chance, history });
		this.kills = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
		this.violations = { "workers left without a parent": 0, "workers not replaced": 0 };
		this.checks = [];
		this.killed = new Set();
	}

	#services() {
		const { hub, nodes } = this.federation;
		return [hub, hub, ...Object.values(nodes)].map((place) => place.service)
			.filter((service) => service.running());
	}

	/* All that could be killed now: [{pid, of, follow?}]. */
	#candidates(kind) {
		const { cluster, hub, nodes } = this.federation;
		if (kind === "courier")
			return Object.values(nodes).map((node) => node.courier)
				.filter((courier) => courier.running())
				.map((courier) => ({ pid: courier.child.pid, of: courier.name }));
		if (kind === "parent")
			return hub.service.running() && workersOf(hub.service.child.pid).length > 0
				? [this.#parent(hub.service)] : [];
		if (kind === "backend")
			return backendsOf(cluster.server.pid)
				.map((pid) => ({ pid, of: "postgres" }));
		return this.#services().flatMap((service) =>
			workersOf(service.child.pid).map((pid) => ({
				pid, of: service.name,
				follow: () => this.#replaced(service.child, pid),
			})));
	}

	#parent(service) {
		const { pid } = service.child, workers = workersOf(pid);
		return {
			pid, of: service.name,
			follow: async () => {
				const gone = await within(ORPHAN_MS, () => !workers.some(lives));
				this.violations["workers left without a parent"] += gone ? 0 : 1;
			},
		};
	}

	async #replaced(parent, worker) {
		const fresh = await within(REBORN_MS, () => !parent.running() ||
			workersOf(parent.pid).some((pid) => pid !== worker && lives(pid)));
		this.violations["workers not replaced"] += fresh ? 0 : 1;
	}

	/**
	 * What the services' logs tell that no kill explains: workers that died of
	 * themselves, and what the sandbox or a sanitizer stopped.
	 */
	unexplained() {
		const { hub, nodes } = this.federation;
		const text = [hub, ...Object.values(nodes)]
			.map(({ service }) => fs.readFileSync(service.log, "utf8")).join("");
		const dead = new Set([...text.matchAll(/worker \d+ \(pid: (\d+)\).* gone/g)]
			.map(([, pid]) => Number(pid)).filter((pid) => !this.killed.has(pid)));
		return {
			"workers that died of themselves": dead.size,
			"sandbox or sanitizer reports": [...text.matchAll(
				/sandbox violation|AddressSanitizer|runtime error:/g)].length,
		};
	}

	/** Kills one of the kind. */
	async kill(kind) {
		const victim = await within(VICTIM_MS, () => {
			const all = this.#candidates(kind);
			return all.length > 0 && this.chance.pick(all);
		});
		if (!victim)
			throw new Error(`no ${kind} to kill within ${VICTIM_MS / 1000} s`);
		if (!killNow(victim.pid))
			return;
		this.history.note(`kill ${kind}`, { key: victim.of, pid: victim.pid });
		this.kills[kind] += 1;
		this.killed.add(victim.pid);
		if (victim.follow)
			this.checks.push(victim.follow());
	}

	/**
	 * Kills until each kind has had its number, in the seed's order and at its
	 * moments.
	 *
	 * @param wanted  kind → number
	 * @param pause   {from, to} ms between two
	 * @param ready   awaited before each kill with how many there have been
	 */
	async run(wanted, pause, ready) {
		const order = this.chance.shuffled(Object.entries(wanted)
			.flatMap(([kind, n]) => Array(n).fill(kind)));
		for (const [done, kind] of order.entries()) {
			await ready(done);
			await sleep(this.chance.integer(pause.from, pause.to));
			const before = this.kills[kind];
			while (this.kills[kind] === before)
				await this.kill(kind);
		}
		await Promise.all(this.checks);
	}
}

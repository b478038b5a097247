// Reads and publications a second: the hub, the peer and pgbench in turns, on
// the same data, each from the same start.

import { ROUNDS, SECONDS } from "./settings.mjs";
import { BASE, median, summary } from "./numbers.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import * as data from "./data.mjs";
import * as pgbench from "./pgbench.mjs";
import * as wrk from "./wrk.mjs";
import { tree } from "./process.mjs";

const queueEmpty = ({ cluster, hub }) =>
	waitUntil("the sequencer has numbered all events", async () =>
		await data.waiting(cluster, hub.database) === 0, 60_000, 20);

/* Sequencer steps so far that found something to number. */
async function stepsSoFar({ cluster, hub }) {
	return Number(await cluster.psql(hub.database,
		"SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'feed_head';"));
}

/* One figure of a service; what it added is taken away again. */
async function ofService(place, service, mode, first, seconds) {
	const { cluster, hub, dir } = place;
	const before = await stepsSoFar(place);
	const result = await wrk.load({
		url: service.url, mode, hub, dir, first, seconds,
		watch: { service: tree(service.pid), database: tree(cluster.server.pid) },
	});
	const began = Date.now();
	await queueEmpty(place);
	const drain_ms = Date.now() - began;
	await new Promise((resolve) => setTimeout(resolve, 1100)); // statistics
	const steps = (await stepsSoFar(place) - before) / (seconds + drain_ms / 1000);
	await data.reset(cluster, hub.database);
	return { ...result, ...mode === "publish" && { steps, drain_ms } };
}

async function ofPgbench(place, mode, steps, seconds) {
	const { cluster, hub, dir, env } = place;
	const result = await pgbench.load({ env, dir, mode, seconds, steps });
	await queueEmpty(place);
	await data.reset(cluster, hub.database);
	return result;
}

async function round(place, mode, seconds) {
	const { hub, peer } = place;
	const ours = await ofService(place,
		{ url: hub.url, pid: place.federation.hub.service.child.pid },
		mode, BASE.hub, seconds);
	const theirs = await ofService(place, peer, mode, BASE.peer, seconds);
	const limit = await ofPgbench(place, mode,
		mode === "publish" ? Math.max(1, ours.steps) : 0, seconds);
	return { hub: ours, peer: theirs, pgbench: limit };
}

/**
 * @param place  as makePlace() made it, with peer and data
 * @param mode   "read" or "publish"
 * @returns {vs_peer, vs_pgbench, hub, peer, pgbench}: medians of the rounds'
 *   ratios, and series
 */
export async function throughput(place, mode, say) {
	await round(place, mode, Math.min(3, SECONDS)); // caches, compilers
	const rounds = [];
	for (let i = 0; i < ROUNDS; i++) {
		const one = await round(place, mode, SECONDS);
		say(`${mode} ${i + 1}/${ROUNDS}: ` + Object.entries(one).map(
			([name, { perSecond }]) => `${name} ${perSecond.toFixed(0)}/s`).join(", "));
		rounds.push(one);
	}
	const series = (name) => ({
		per_second: summary(rounds.map((one) => one[name].perSecond)),
		all: rounds.map((one) => one[name]),
	});
	const ratio = (name) => median(rounds.map(
		(one) => one.hub.perSecond / one[name].perSecond));
	return {
		vs_peer: ratio("peer"), vs_pgbench: ratio("pgbench"),
		hub: series("hub"), peer: series("peer"), pgbench: series("pgbench"),
	};
}

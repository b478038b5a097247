// `make bench`: measures the hub against a peer and against its limit, and
// the federation's delays, memory and start; writes var/bench.json.
// `make bench-withdrawal` measures one of its parts and leaves the others'
// figures as they are.
//
// Method.  One run, one machine, one private cluster with everything durable.
// The hub, the peer (tests/bench/peer) and pgbench do the same work on the
// same 20,000 summaries in turns, so that what disturbs the machine disturbs
// all; what each has written is taken away before the next.  A ratio is the
// median of the rounds' ratios.  wrk drives hub and peer alike; its share of
// the processors is in the result, so a generator that holds both back shows.
// pgbench runs the hub's own statements, read from its sources, as the hub's
// role under its policies: set_config of the caller, the statement with its
// log row, one commit each; beside publications the sequencer step runs as
// often as the hub ran it in the same round.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { checkout, linkVar, stateDir } from "../../deploy/demo/place.mjs";
import { setUp } from "../../deploy/demo/setup.mjs";
import * as settings from "./settings.mjs";
import * as data from "./data.mjs";
import { sameAnswers } from "./check.mjs";
import { makePlace, startPeer } from "./place.mjs";
import { thenStop } from "./ending.mjs";
import { action } from "./action.mjs";
import { plan } from "./plan.mjs";
import { queue } from "./queue.mjs";
import { propagation } from "./propagation.mjs";
import { replication } from "./replication.mjs";
import { resources } from "./resources.mjs";
import { throughput } from "./throughput.mjs";
import { withdrawal } from "./withdrawal.mjs";

const { ROUNDS, SECONDS, CONNECTIONS, CLIENTS, SUMMARIES, PARTS, ALL } = settings;
const wanted = (...parts) => parts.some((part) => PARTS.includes(part));
/* Parts on a place of their own. */
const ALONE = ["withdrawal", "action", "queue", "plan"];
const say = (text) => console.log(text);
const version = (program, ...args) =>
	execFileSync(program, args, { encoding: "utf8" }).trim().split("\n")[0];

function machine() {
	const cpus = os.cpus();
	return {
		processor: cpus[0].model, processors: cpus.length,
		memory_gb: Math.round(os.totalmem() / 2 ** 30), kernel: os.release(),
		postgresql: version("psql", "--version"), node: process.version,
		commit: version("git", "-C", checkout, "rev-parse", "--short", "HEAD"),
		load_before: os.loadavg()[0],
	};
}

/* With nodes and couriers. */
async function federationParts(place) {
	const found = {};
	await place.federation.start();
	const state = await setUp(place.federation);
	if (wanted("propagation"))
		found.propagation = await propagation(place, state);
	if (wanted("replication"))
		found.replication = await replication(place);
	if (wanted("resources"))
		found.resources = await resources(place);
	return found;
}

/* The hub alone with the synthetic data. */
async function throughputParts(place) {
	const found = {};
	for (const node of Object.values(place.federation.nodes))
		for (const part of [node.courier, node.service])
			await part.stop();
	if (!place.hub.service.running())
		await place.hub.service.start();
	await data.load(place.cluster, place.hub.database);
	place.peer = await startPeer(place);
	try {
		await sameAnswers(place);
		await data.reset(place.cluster, place.hub.database);
		for (const mode of ["read", "publish"])
			if (wanted(mode))
				found[mode] = await throughput(place, mode, say);
	} finally {
		await place.peer.stop();
	}
	return found;
}

/* The figures that others read; absent where a part was left out. */
const figures = ({
	read, publish, propagation: p, replication: r, resources: m, withdrawal: w, queue: q, plan: l,
	action: a,
}) => ({
	read_vs_peer: read?.vs_peer, read_vs_pgbench: read?.vs_pgbench,
	publish_vs_peer: publish?.vs_peer, publish_vs_pgbench: publish?.vs_pgbench,
	propagation_p50_ms: p?.p50_ms, propagation_p99_ms: p?.p99_ms,
	logical_replication_p50_ms: r?.p50_ms,
	hub_rss_mb: m?.hub.pss_mb, node_rss_mb: m?.node.pss_mb,
	node_cold_start_ms: m?.cold_start_ms.median,
	withdraw_to_all_purged_p50_ms: w?.p50_ms,
	withdraw_to_all_purged_p99_ms: w?.p99_ms,
	withdraw_acknowledged_p50_ms: w?.acknowledged_p50_ms,
	withdraw_acknowledged_p99_ms: w?.acknowledged_p99_ms,
	queue_p99_ms_1000: q?.small.p99_ms, queue_p99_ms_100000: q?.large.p99_ms,
	queue_p99_ratio: q?.p99_ratio,
	reminder_sweep_ms_1000: q?.small.reminders?.ms,
	reminder_sweep_ms_100000: q?.large.reminders?.ms,
	plan_read_vs_pgbench: l?.vs_pgbench,
	action_update_to_all_nodes_p50_ms: a?.p50_ms,
	action_update_to_all_nodes_p99_ms: a?.p99_ms,
});

/* What a run that measures some parts only leaves as it was. */
function before() {
	const file = path.join(checkout, "var/bench.json");
	return PARTS.length < ALL.length && fs.existsSync(file)
		? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
}

/* On the same place: hub, two nodes, peer. */
async function placeParts() {
	const place = await makePlace();
	return thenStop(() => place.stop(), async () => {
		return {
			...wanted("propagation", "replication", "resources")
				? await federationParts(place) : {},
			...wanted("read", "publish") ? await throughputParts(place) : {},
		};
	});
}

async function main() {
	const began = Date.now();
	linkVar(stateDir());
	const about = machine(), kept = before();
	const measured = {
		...wanted("withdrawal") ? { withdrawal: await withdrawal(say) } : {},
		...wanted("queue") ? { queue: await queue(say) } : {},
		...wanted("action") ? { action: await action(say) } : {},
		...wanted("plan") ? { plan: await plan(say) } : {},
		...PARTS.some((part) => !ALONE.includes(part)) ? await placeParts() : {},
	};
	const seconds = Math.round((Date.now() - began) / 1000);
	const raw = { ...kept?.raw, ...measured };
	const set = { ROUNDS, SECONDS, CONNECTIONS, CLIENTS, SUMMARIES };
	const result = {
		...figures(raw), ...kept
			? { machine: kept.machine, at: kept.at, seconds: kept.seconds, settings: kept.settings }
			: { machine: about, at: new Date().toISOString(), seconds, settings: set },
		raw,
	};
	/* A part that was measured by itself says when and on what. */
	for (const part of Object.values(measured))
		Object.assign(part, { machine: about, at: new Date().toISOString() });
	fs.writeFileSync(path.join(checkout, "var/bench.json"),
		`${JSON.stringify(result, null, "\t")}\n`);
	for (const [name, value] of Object.entries(figures(measured)))
		if (value !== undefined)
			say(`${name} ${value.toFixed(2)}`);
	say(`var/bench.json written after ${seconds} s`);
}

await main();

// The property: whatever the order of granting, sharing, narrowing,
// superseding, withdrawing, expiring, of late duplicates, lost pages, crashes
// and restored recipients, what was withdrawn is never read again, and no receipt lies.
//
//	node tests/property/run.mjs [--long] [--n N] [--seed N] [--lanes N]
//
// Thousands of random lives of consents, interleaved, against the statements
// of hub/sql and the nodes' feed_apply() in PostgreSQL, each step compared
// with a reference in memory.  Then with a condition cut out of a statement:
// it must fail.  The seed repeats a run, the failing history is printed.
// --long is for make test-long, --n for any number of lives.

import { openCluster } from "../../deploy/demo/cluster.mjs";
import { ensureRoles, ensureTemplate } from "../../deploy/demo/database.mjs";
import { lockState, stateDir } from "../../deploy/demo/place.mjs";
import { Arena } from "../fault/arena.mjs";
import { bound, writeFigures } from "../fault/history.mjs";
import { Chance, chooseSeed } from "../fault/random.mjs";
import { sayer } from "../fault/say.mjs";
import { cut, hubSegments } from "../fault/segments.mjs";
import { signersSuffice } from "./consent.mjs";
import { World, worldSegments } from "./world.mjs";

const SHORT = 3000, LONG = 100_000, BROKEN = 1000;
const BATCH = 50;
const LANES = 3;

const BROKEN_VARIANTS = [
	{ what: "a publication that does not look at the consent's state",
		shows: /publish was answered 20/,
		/* What was withdrawn before it was seen has no end: the table's own guard. */
		cut: (s) => ({ ...s, publish: cut(s.publish, "summary_put",
			"c.state = 'active' AND c.in_date", "c.until IS NOT NULL") }) },
	{ what: "a read that does not look at the recipient's consent",
		shows: /the hub gives recipient/,
		cut: (s) => ({ ...s, grant: cut(s.grant, "consent_put",
			"SET live_until = '-infinity', categories = '{}',",
			"SET live_until = r.live_until, categories = '{}',") }) },
	{ what: "a withdrawal that tells no recipient",
		shows: /at rest recipient/,
		cut: (s) => ({ ...s, withdraw: cut(s.withdraw, "consent_withdraw",
			"FROM gone JOIN delivery d ON d.summary_id = gone.id",
			"FROM gone JOIN delivery d ON false") }) },
	{ what: "a receipt that is not held against what was given since",
		shows: /has purged what it holds/,
		cut: (s) => ({ ...s, purge: cut(s.purge, "summary_purge",
			"AND f.op = 'put')", "AND f.op = 'none')") }) },
];

/* Chains and signers, over all that is in the database. */
async function checkWhole(arena) {
	const gaps = await arena.count(`
		SELECT count(*) FROM (SELECT seq, prev, coalesce(lag(seq) OVER
			(PARTITION BY recipient ORDER BY seq), 0) AS before FROM feed) f
		WHERE prev <> before;`);
	const missing = await arena.count(
		"SELECT coalesce(max(seq), 0) - count(*) FROM feed;");
	const facts = await arena.sql(`SELECT DISTINCT rule, decision_ref, signers
		FROM consent WHERE state = 'active';`);
	const unsigned = facts.filter(([rule, decision, signers]) =>
		!signersSuffice(rule, JSON.parse(signers), decision === "t"));
	if (gaps + missing + unsigned.length > 0)
		throw new Error(`${gaps} gaps in chains, ${missing} numbers missing, ` +
			`${unsigned.length} kinds of active consent without a signer`);
}

/** A lane: a hub of its own with a holder and two recipients. */
async function openWorld(cluster, segments, name, chance) {
	const arena = new Arena(cluster, name, chance.part());
	const world = new World(arena, segments, name, chance.part());
	await arena.open(3);
	return world.open(arena.organisations);
}

async function closeWorld(world) {
	await world.close();
	await world.arena.close();
}

/* Lives, until there are enough or one lane has found something. */
async function live(world, work) {
	try {
		while (work.left > 0 && !work.error) {
			work.left -= BATCH;
			await world.run(BATCH);
		}
		await checkWhole(world.arena);
	} catch (error) {
		work.error ??= error;
	}
}

/** @returns {interleavings, steps, reads, restores, seen, error?} */
async function once(cluster, name, segments, n, lanes, chance) {
	const work = { left: n };
	const worlds = [];
	try {
		for (let i = 0; i < lanes; i++)
			worlds.push(await openWorld(cluster, segments, `${name}_${i}`, chance));
		await Promise.all(worlds.map((world) => live(world, work)));
	} finally {
		for (const world of worlds)
			await closeWorld(world);
	}
	const sum = (key) => worlds.reduce((total, world) => total + world[key], 0);
	const seen = {};
	for (const world of worlds)
		for (const [key, times] of Object.entries(world.seen))
			seen[key] = (seen[key] ?? 0) + times;
	return { interleavings: sum("interleavings"), steps: sum("steps"),
		reads: sum("reads"), restores: sum("restores"), seen, error: work.error };
}

/* Each variant in the same databases, with consents of its own. */
async function provenToFail(cluster, segments, chance, say) {
	const caught = {};
	const world = await openWorld(cluster, segments, "prop_broken", chance);
	for (const { what, shows, cut: broken } of BROKEN_VARIANTS) {
		world.segments = broken(segments);
		let error;
		for (let n = 0; n < BROKEN && !error; n += BATCH)
			error = await world.run(BATCH).then(() => undefined, (one) => one);
		caught[what] = error?.message ?? null;
		say(shows.test(error?.message), `found out: ${what} ` +
			`(${error?.message ?? "nothing was noticed"})`);
		if (error && !shows.test(error.message))
			for (const line of error.consent?.history ?? [error.stack])
				say.more(line);
	}
	await closeWorld(world);
	return caught;
}

const option = (name, otherwise) => {
	const at = process.argv.indexOf(name);
	return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const long = process.argv.includes("--long");
const seed = chooseSeed();
const lanes = option("--lanes", LANES);
const say = sayer();
const chance = new Chance(seed);
say.more(`property, seed ${seed}`);

const dir = stateDir("test-property");
lockState(dir);
/* Nothing here outlives the run: what is proven needs no disk. */
const cluster = await openCluster(dir, {
	synchronous_commit: "off", fsync: "off", full_page_writes: "off",
	wal_level: "minimal", max_wal_senders: "0", max_wal_size: "'4GB'",
});
await cluster.start();
try {
	await ensureRoles(cluster);
	await ensureTemplate(cluster, "hub");
	await ensureTemplate(cluster, "node");
	const segments = worldSegments(hubSegments());
	const began = Date.now();
	const held = await once(cluster, "prop", segments,
		option("--n", long ? LONG : SHORT), lanes, chance.part());
	const ms = Date.now() - began;
	say(!held.error, `${held.interleavings} interleavings, ${held.steps} steps, ` +
		`${held.reads} reads compared, ${held.restores} restores (${ms} ms)` +
		(held.error ? `: ${held.error.message}` : ""));
	say.more(`answers ${JSON.stringify(held.seen)}`);
	if (held.error) {
		for (const line of held.error.consent?.history ?? [held.error.stack])
			say.more(line);
		say.more(`consent ${held.error.consent?.id}, seed ${seed}`);
	} else {
		say.more(bound(held.interleavings));
	}
	const caught = await provenToFail(cluster, segments, chance.part(), say);
	const { error, ...figures } = held;
	writeFigures("property", { seed, long, ms, ...figures,
		error: error?.message, broken: caught });
} finally {
	await cluster.stop();
}
process.exitCode = say.failed === 0 ? 0 : 1;

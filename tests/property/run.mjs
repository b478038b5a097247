// The property: whatever the order of granting, sharing, narrowing,
// withdrawing, expiring, of late duplicates, lost pages and crashes, what was
// withdrawn is never read again.
//
//	node tests/property/run.mjs [--long] [--seed N] [--lanes N]
//
// Thousands of random lives of consents, interleaved, against the statements
// of hub/sql and the nodes' feed_apply() in PostgreSQL, each step compared
// with a reference in memory.  Then with a condition cut out of a statement:
// it must fail.  The seed repeats a run, the failing history is printed.

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

const SHORT = 10_000, LONG = 100_000, BROKEN = 1000;
const BATCH = 50;
const LANES = 3;

const BROKEN_VARIANTS = [
	{ what: "a publication that does not look at the consent's state",
		cut: (s) => ({ ...s, publish: cut(s.publish, "summary_put",
			"c.state = 'active' AND c.in_date", "true") }) },
	{ what: "a read that does not look at the recipient's consent",
		cut: (s) => ({ ...s, grant: cut(s.grant, "consent_put",
			"SET live_until = '-infinity', categories = '{}',",
			"SET live_until = r.live_until, categories = '{}',") }) },
	{ what: "a withdrawal that tells no recipient",
		cut: (s) => ({ ...s, withdraw: cut(s.withdraw, "consent_withdraw",
			"FROM gone, c JOIN consent_recipient r ON r.consent_id = c.id",
			"FROM gone, c JOIN consent_recipient r ON false") }) },
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

/**
 * Each lane is a hub of its own with a holder and two recipients.
 *
 * @returns {interleavings, steps, reads, seen, error?}
 */
async function once(cluster, name, segments, n, lanes, chance) {
	const work = { left: n };
	const worlds = [];
	try {
		for (let i = 0; i < lanes; i++) {
			const arena = new Arena(cluster, `${name}_${i}`, chance.part());
			worlds.push(new World(arena, segments, `${name}_${i}`, chance.part()));
			await arena.open(3);
			await worlds[i].open(arena.organisations);
		}
		await Promise.all(worlds.map((world) => live(world, work)));
	} finally {
		for (const world of worlds) {
			await world.close();
			await world.arena.close();
		}
	}
	const sum = (key) => worlds.reduce((total, world) => total + world[key], 0);
	const seen = {};
	for (const world of worlds)
		for (const [key, times] of Object.entries(world.seen))
			seen[key] = (seen[key] ?? 0) + times;
	return { interleavings: sum("interleavings"), steps: sum("steps"),
		reads: sum("reads"), seen, error: work.error };
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
const cluster = await openCluster(dir, { synchronous_commit: "off" });
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
		`${held.reads} reads compared (${ms} ms)` +
		(held.error ? `: ${held.error.message}` : ""));
	say.more(`answers ${JSON.stringify(held.seen)}`);
	if (held.error) {
		for (const line of held.error.consent?.history ?? [held.error.stack])
			say.more(line);
		say.more(`consent ${held.error.consent?.id}, seed ${seed}`);
	} else {
		say.more(bound(held.interleavings));
	}
	const caught = {};
	for (const [i, variant] of BROKEN_VARIANTS.entries()) {
		const broken = await once(cluster, `prop_broken${i}`, variant.cut(segments),
			BROKEN, 1, chance.part());
		caught[variant.what] = broken.error?.message ?? null;
		say(broken.error?.consent !== undefined, `found out: ${variant.what} ` +
			`(${broken.error?.message ?? "nothing was noticed"})`);
	}
	const { error, ...figures } = held;
	writeFigures("property", { seed, long, ms, ...figures,
		error: error?.message, broken: caught });
} finally {
	await cluster.stop();
}
process.exitCode = say.failed === 0 ? 0 : 1;

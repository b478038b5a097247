// The races: the hub's own statements, sent as the hub sends them, by many
// clients at once.  Each is run again with its lock removed and must then
// fail, or it would prove nothing.
//
//	node tests/fault/races.mjs [--long] [--seed N] [name ...]

import { pathToFileURL } from "node:url";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import { ensureRoles, ensureTemplate } from "../../deploy/demo/database.mjs";
import { lockState, stateDir } from "../../deploy/demo/place.mjs";
import { Arena } from "./arena.mjs";
import { bound, writeFigures } from "./history.mjs";
import { Chance, chooseSeed } from "./random.mjs";
import { sayer, told, total } from "./say.mjs";
import { hubSegments } from "./segments.mjs";
import * as withdraw from "./race-withdraw.mjs";
import * as grant from "./race-grant.mjs";
import * as purge from "./race-purge.mjs";
import * as ifMatch from "./race-ifmatch.mjs";
import * as sequencer from "./race-sequencer.mjs";

/* The size of each: consents, consents, consents, edits, publishes. */
const RACES = [
	{ key: "withdraw", race: withdraw, size: 350 },
	{ key: "grant", race: grant, size: 300 },
	{ key: "purge", race: purge, size: 600 },
	{ key: "ifmatch", race: ifMatch, size: 3000 },
	{ key: "sequencer", race: sequencer, size: 2000 },
];
const LONG = 10;
/* How often the broken variant may try to show that it is broken. */
const TRIES = 4;

async function once(cluster, key, race, segments, size, chance) {
	const arena = new Arena(cluster, key, chance);
	const began = Date.now();
	try {
		const result = await race.run(arena, segments, size);
		return { ...result, ms: Date.now() - began };
	} finally {
		await arena.close();
	}
}

/* The broken variant, with more operations until it shows. */
async function shown(cluster, key, race, segments, size, chance) {
	let result;
	for (let i = 0; i < TRIES; i++) {
		result = await once(cluster, `${key}_broken`, race, race.broken(segments),
			Math.round(size * 2 ** (i - 1)), chance);
		if (total(result.violations) > 0)
			break;
	}
	return result;
}

async function runRace(cluster, { key, race, size }, segments, seed, say) {
	const chance = new Chance(seed);
	const held = await once(cluster, key, race, segments, size, chance.part());
	const good = total(held.violations) === 0;
	say(good, `${race.name}: ${held.operations} operations, ` +
		`violations: ${told(held.violations)} (${held.ms} ms)`);
	say.more(`answers ${JSON.stringify(held.seen)}`);
	if (good)
		say.more(bound(held.operations));
	const broken = await shown(cluster, key, race, segments, size, chance.part());
	const caught = total(broken.violations) > 0;
	say(caught, `${race.name} without ${race.lock} fails: ` +
		`${broken.operations} operations, ${told(broken.violations)}`);
	return {
		operations: held.operations, ms: held.ms, violations: held.violations,
		answers: held.seen, lock: race.lock,
		without_lock: { operations: broken.operations, violations: broken.violations },
		passed: good && caught,
	};
}

/** Runs the races; answers how many assertions failed. */
export async function races({ seed, long = false, only = [] }) {
	const say = sayer();
	say.more(`races, seed ${seed}`);
	const dir = stateDir("test-races");
	lockState(dir);
	const cluster = await openCluster(dir);
	await cluster.start();
	const figures = { seed, long };
	try {
		await ensureRoles(cluster);
		await ensureTemplate(cluster, "hub");
		const segments = hubSegments();
		for (const about of RACES) {
			if (only.length > 0 && !only.includes(about.key))
				continue;
			const size = about.size * (long ? LONG : 1);
			figures[about.key] = await runRace(cluster, { ...about, size },
				segments, seed, say);
		}
	} finally {
		await cluster.stop();
	}
	writeFigures("races", figures);
	return say.failed;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const words = process.argv.slice(2);
	process.exitCode = await races({
		seed: chooseSeed(), long: words.includes("--long"),
		only: words.filter((word) => /^[a-z]+$/.test(word)),
	}) === 0 ? 0 : 1;
}

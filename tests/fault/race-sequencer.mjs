// Four sequencers at once beside publishers, one of them killed again and
// again in the middle of its step: one order, gapless, each event once.

import { claims, DOC } from "./arena.mjs";
import { FEED_FAULTS } from "./feedcheck.mjs";
import { cut } from "./segments.mjs";

export const name = "sequencer x 4";
export const lock = "pg_try_advisory_xact_lock in sequencer_lock";
export const broken = (segments) => ({
	...segments,
	sequencer: cut(segments.sequencer, "sequencer_lock",
		"pg_try_advisory_xact_lock(7301)", "true"),
});

const SEQUENCERS = 4;
const HOLDERS = 4;
const ROLL_BACK = { name: "fail", sql: "SELECT 1 / $1::int", nparams: 1 };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* Each organisation has a consent that names the two next ones. */
async function consents(arena, segments) {
	const all = [];
	const connection = await arena.connect();
	for (let i = 0; i < HOLDERS; i++) {
		const holder = arena.organisations[i];
		const recipients = [1, 2].map((n) => arena.organisations[i + n]);
		const id = arena.chance.uuid();
		await arena.as(connection, holder, segments.putConsent, id,
			claims(arena.chance.uuid(), 1, recipients), `receipt of ${id}`,
			arena.chance.uuid());
		all.push({ id, holder, recipients });
	}
	return all;
}

/* A publish; one of ten is rolled back after all its work is done. */
function publish(arena, segments, consent, expected) {
	const summary = arena.chance.uuid(), fails = arena.chance.integer(0, 10) === 0;
	return async (connection) => {
		if (fails)
			return arena.as(connection, consent.holder, [...segments.putSummary, ROLL_BACK],
				consent.id, summary, 1, DOC, arena.chance.uuid())
				.catch((error) => {
					if (error.code !== "22P02" && error.code !== "22012")
						throw error;
				});
		const [status] = await arena.as(connection, consent.holder,
			segments.putSummary, consent.id, summary, 1, DOC, arena.chance.uuid());
		if (status !== "201")
			throw new Error(`putSummary: ${status}`);
		for (const recipient of [consent.holder, ...consent.recipients])
			expected.push(`${recipient} ${summary}`);
	};
}

/* A worker that steps until told to stop; its connection may be killed. */
async function sequence(arena, segment, state) {
	while (!state.over) {
		state.connection ??= await arena.connect();
		const { connection } = state;
		try {
			if (!await arena.step(connection, segment))
				await sleep(1);
		} catch (error) {
			/* The chain's index was given by another meanwhile. */
			state.met += error.code === "23505" ? 1 : 0;
			if (!["23505", "08006", "57P01", "40001", "40P01"].includes(error.code))
				throw error;
			connection.destroy();
			state.connection = undefined;
		}
	}
}

/* Half by the client's death in mid-segment, half by the server's hand. */
async function killing(arena, state) {
	let kills = 0;
	while (!state.over) {
		await sleep(arena.chance.integer(10, 80));
		if (!state.connection)
			continue;
		if (arena.chance.integer(0, 2))
			state.connection.destroy();
		else
			await arena.sql(`
				SELECT count(pg_terminate_backend(pid)) FROM (
				SELECT pid FROM pg_stat_activity WHERE datname = current_database()
				AND usename = 'hub' AND query LIKE '%sequencer%'
				ORDER BY random() LIMIT 1) victim;`);
		kills += 1;
	}
	return kills;
}

/** @returns {operations, violations: {what: number}, seen} */
export async function run(arena, segments, n) {
	await arena.open(HOLDERS + 2);
	const held = await consents(arena, segments), expected = [];
	const works = Array.from({ length: n }, () =>
		publish(arena, segments, arena.chance.pick(held), expected));
	const states = Array.from({ length: SEQUENCERS }, () => ({ over: false, met: 0 }));
	const running = states.map((state) => sequence(arena, segments.sequencer, state));
	const killer = killing(arena, states[0]);
	await arena.race(12, works);
	states.forEach((state) => { state.over = true; });
	await Promise.all(running);
	const kills = await killer;
	await arena.drain(segments.sequencer);
	const found = await arena.sql(
		"SELECT recipient || ' ' || ref FROM feed WHERE kind = 'summary';");
	const times = new Map();
	for (const [key] of found)
		times.set(key, (times.get(key) ?? 0) + 1);
	const wanted = new Set(expected);
	const violations = {
		"events lost": expected.filter((key) => !times.has(key)).length,
		"events twice": [...times.values()].filter((count) => count > 1).length,
		"events of what was rolled back":
			[...times.keys()].filter((key) => !wanted.has(key)).length,
		"steps that met another": states.reduce((sum, { met }) => sum + met, 0),
	};
	for (const [what, query] of Object.entries(FEED_FAULTS))
		violations[what] = await arena.count(query);
	return { operations: n, seen: { steps: arena.steps, kills }, violations };
}

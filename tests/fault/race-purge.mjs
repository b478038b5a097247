// A purge receipt against naming again: whoever the consent names at the end
// has been given a copy, and the hub does not say of it that it was purged.

import { claims, DOC } from "./arena.mjs";
import { without } from "./segments.mjs";

export const name = "purge receipt x named again";
export const lock = "delivery_lock in recordPurge";
export const broken = (segments) =>
	({ ...segments, recordPurge: without(segments.recordPurge, "delivery_lock") });

function tally(seen, status) {
	seen[status] = (seen[status] ?? 0) + 1;
}

/* Given and left out: what the first recipient is to prove. */
function worksOf(arena, segments, seen) {
	const [holder, first, second] = arena.organisations;
	const { chance } = arena;
	const consent = chance.uuid(), pseudonym = chance.uuid(), summary = chance.uuid();
	const put = (version, recipients) => async (connection) => {
		const [status] = await arena.as(connection, holder, segments.putConsent,
			consent, claims(pseudonym, version, recipients),
			`receipt of ${consent}, ${version}`, chance.uuid());
		tally(seen, `consent ${status}`);
	};
	const publish = async (connection) => {
		const [status] = await arena.as(connection, holder, segments.putSummary,
			consent, summary, 1, DOC, chance.uuid());
		tally(seen, status);
	};
	const receipt = (events) => async (connection) => {
		const [status] = await arena.as(connection, first, segments.recordPurge,
			summary, "receipt", new Date().toISOString(), ...events.get(summary));
		tally(seen, `purge ${status}`);
	};
	return {
		before: [put(1, [first, second]), publish, put(2, [second])],
		/* Both at the same time, in either order. */
		then: (events) => chance.shuffled([receipt(events), put(3, [first, second])]),
	};
}

const PURGES = `
	SELECT f.ref, h.feed_id, f.seq, f.tag FROM feed f, feed_head h
	WHERE f.op = 'purge' AND f.kind = 'summary'`;
const KNOWN = new Set(["201", "purge 200", "consent 200", "consent 201"]);

/** @returns {operations, violations: {what: number}, seen} */
export async function run(arena, segments, n) {
	await arena.open(3);
	const seen = {};
	const all = Array.from({ length: n }, () => worksOf(arena, segments, seen));
	for (const i of all[0].before.keys())
		await arena.race(8, all.map((one) => one.before[i]));
	await arena.drain(segments.sequencer);
	const events = new Map((await arena.sql(PURGES))
		.map(([ref, ...event]) => [ref, event]));
	const works = all.flatMap((one) => one.then(events));
	await arena.race(16, works);
	await arena.drain(segments.sequencer);
	return {
		operations: works.length, seen,
		violations: {
			"copies given again and said to be purged": await arena.count(`
				SELECT count(*) FROM delivery d JOIN consent_recipient r
				USING (consent_id, recipient)
				WHERE r.live_until > '-infinity' AND d.purged_at IS NOT NULL;`),
			"purge events missing": n - events.size,
			"other answers": Object.entries(seen)
				.reduce((sum, [status, times]) =>
					sum + (KNOWN.has(status) ? 0 : times), 0),
		},
	};
}

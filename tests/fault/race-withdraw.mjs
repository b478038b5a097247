// Publishing against withdrawing: whichever comes first, nothing is left
// under a withdrawn consent, and every recipient is told.

import { claims, DOC } from "./arena.mjs";
import { without } from "./segments.mjs";

export const name = "publish x withdraw";
export const lock = "consent_lock in putSummary";
export const broken = (segments) =>
	({ ...segments, putSummary: without(segments.putSummary, "consent_lock") });

const PUBLISHES = 5;

/* A consent of the holder that names two others. */
async function consents(arena, segments, n) {
	const [holder, first, second] = arena.organisations;
	const all = Array.from({ length: n }, () => arena.chance.uuid());
	await arena.race(8, all.map((id) => async (connection) => {
		const [status] = await arena.as(connection, holder, segments.putConsent, id,
			claims(arena.chance.uuid(), 1, [first, second]), `receipt of ${id}`,
			arena.chance.uuid());
		if (status !== "201")
			throw new Error(`putConsent: ${status}`);
	}));
	return all;
}

function worksOf(arena, segments, consent, seen) {
	const [holder, recipient] = arena.organisations;
	const summaries = Array.from({ length: PUBLISHES }, () => arena.chance.uuid());
	const publishes = summaries.map((summary) => async (connection) => {
		const [status] = await arena.as(connection, holder, segments.putSummary,
			consent, summary, 1, DOC, arena.chance.uuid());
		seen[status] = (seen[status] ?? 0) + 1;
	});
	const withdraw = async (connection) => {
		const [status] = await arena.as(connection, holder,
			segments.withdrawConsent, consent, "parent");
		seen[`withdrawal ${status}`] = (seen[`withdrawal ${status}`] ?? 0) + 1;
		const [read] = await arena.as(connection, recipient, segments.getSummary,
			arena.chance.pick(summaries));
		if (read === "200")
			seen.late += 1;
	};
	return arena.chance.shuffled([...publishes, withdraw]);
}

const KNOWN = new Set(["201", "consent-withdrawn", "withdrawal 200", "late"]);

/** @returns {operations, violations: {what: number}, seen} */
export async function run(arena, segments, n) {
	await arena.open(3);
	const ids = await consents(arena, segments, n);
	const seen = { late: 0 };
	const works = ids.flatMap((id) => worksOf(arena, segments, id, seen));
	await arena.race(16, works);
	await arena.drain(segments.sequencer);
	const lastPuts = `
		SELECT count(*) FROM (
			SELECT DISTINCT ON (f.recipient, f.ref) f.op, s.consent_id
			FROM feed f JOIN summary s ON s.id = f.ref AND f.kind = 'summary'
			ORDER BY f.recipient, f.ref, f.seq DESC) last
		JOIN consent c ON c.id = last.consent_id AND c.state = 'withdrawn'
		WHERE last.op = 'put';`;
	return {
		operations: works.length, seen,
		violations: {
			"content under a withdrawn consent": await arena.count(`
				SELECT count(*) FROM summary s JOIN consent c
				ON c.id = s.consent_id AND c.state = 'withdrawn'
				WHERE s.doc IS NOT NULL;`),
			"recipients whose last event is put": await arena.count(lastPuts),
			"consents not withdrawn": n - await arena.count(
				"SELECT count(*) FROM consent WHERE state = 'withdrawn';"),
			"acknowledged publishes lost": (seen["201"] ?? 0) -
				await arena.count("SELECT count(*) FROM summary;"),
			"late reads": seen.late,
			"other answers": Object.entries(seen)
				.reduce((sum, [status, times]) =>
					sum + (KNOWN.has(status) ? 0 : times), 0),
		},
	};
}

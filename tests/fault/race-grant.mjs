// Granting against publishing: whoever the consent names at the end has the
// newest version, whoever it no longer names has a purge.

import { claims, DOC } from "./arena.mjs";
import { without } from "./segments.mjs";

export const name = "grant x publish";
export const lock = "consent_lock in putSummary";
export const broken = (segments) =>
	({ ...segments, putSummary: without(segments.putSummary, "consent_lock") });

const SUMMARIES = 3;
const VERSIONS = 2;

function tally(seen, status) {
	seen[status] = (seen[status] ?? 0) + 1;
}

function worksOf(arena, segments, seen) {
	const [holder, first, second] = arena.organisations;
	const { chance } = arena;
	const consent = chance.uuid(), pseudonym = chance.uuid();
	const put = (version, recipients) => async (connection) => {
		const [status] = await arena.as(connection, holder, segments.putConsent,
			consent, claims(pseudonym, version, recipients),
			`receipt of ${consent}, ${version}`, chance.uuid());
		tally(seen, `consent ${status}`);
	};
	const publish = (summary, version) => async (connection) => {
		const [status] = await arena.as(connection, holder, segments.putSummary,
			consent, summary, version, DOC, chance.uuid());
		tally(seen, status);
	};
	const publishes = Array.from({ length: SUMMARIES }, () => chance.uuid())
		.flatMap((summary) => Array.from({ length: VERSIONS },
			(_, i) => publish(summary, i + 1)));
	const after = chance.integer(0, 2) ? [first, second] : [second];
	return {
		first: put(1, [first]),
		then: chance.shuffled([...publishes, put(2, after)]),
	};
}

const LAST = `
	SELECT DISTINCT ON (f.recipient, f.ref) f.recipient, f.ref, f.op, f.version
	FROM feed f WHERE f.kind = 'summary'
	ORDER BY f.recipient, f.ref, f.seq DESC`;
const KNOWN = new Set(["200", "201", "stale", "consent 200", "consent 201"]);

/** @returns {operations, violations: {what: number}, seen} */
export async function run(arena, segments, n) {
	await arena.open(3);
	const seen = {};
	const all = Array.from({ length: n }, () => worksOf(arena, segments, seen));
	await arena.race(8, all.map((one) => one.first));
	const works = all.flatMap((one) => one.then);
	await arena.race(16, works);
	await arena.drain(segments.sequencer);
	return {
		operations: works.length, seen,
		violations: {
			"recipients left stale": await arena.count(`
				WITH last AS (${LAST})
				SELECT count(*) FROM summary s JOIN consent_recipient r
				ON r.consent_id = s.consent_id AND r.live_until > '-infinity'
				LEFT JOIN last l ON l.recipient = r.recipient AND l.ref = s.id
				WHERE l.op IS DISTINCT FROM 'put'
				OR l.version IS DISTINCT FROM s.version;`),
			"former recipients whose last event is put": await arena.count(`
				WITH last AS (${LAST})
				SELECT count(*) FROM summary s JOIN consent_recipient r
				ON r.consent_id = s.consent_id AND r.live_until = '-infinity'
				JOIN last l ON l.recipient = r.recipient AND l.ref = s.id
				WHERE l.op = 'put';`),
			"deliveries not kept": await arena.count(`
				SELECT count(*) FROM summary s JOIN consent_recipient r
				ON r.consent_id = s.consent_id AND r.live_until > '-infinity'
				LEFT JOIN delivery d
				ON d.summary_id = s.id AND d.recipient = r.recipient
				WHERE d.summary_version IS DISTINCT FROM s.version;`),
			"other answers": Object.entries(seen)
				.reduce((sum, [status, times]) =>
					sum + (KNOWN.has(status) ? 0 : times), 0),
		},
	};
}

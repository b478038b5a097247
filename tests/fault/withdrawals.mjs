// Withdrawals against shares while everything is killed: whatever came first,
// no content is left anywhere, and each recipient says that it has erased.

import { FEED_FAULTS } from "./feedcheck.mjs";
import { newShare, prepare, untilAnswered } from "./load.mjs";
import { within } from "./processes.mjs";

const CLIENTS = 8;
const SHARES_EACH = 4;

/* For each consent its shares and, somewhere among them, its withdrawal. */
function worksOf(setting, consents) {
	const { chance } = setting;
	return consents.flatMap((consent) => {
		const shares = Array.from({ length: SHARES_EACH }, () =>
			["share", newShare(setting, consent)]);
		const id = chance.uuid();
		const withdrawal = ["withdraw",
			{ id, key: id, consent: consent.id, from: consent.from, again: true }];
		return [shares[0], ...chance.shuffled([...shares.slice(1), withdrawal])];
	});
}

/* What of the consents is wrong at the hub, and at each node. */
const HUB = {
	"consents not withdrawn":
		"SELECT count(*) FROM consent WHERE id = ANY (:'ids') AND state <> 'withdrawn';",
	"content left at the hub":
		"SELECT count(*) FROM summary WHERE consent_id = ANY (:'ids') AND doc IS NOT NULL;",
	"recipients whose last event is put": `
		SELECT count(*) FROM (
			SELECT DISTINCT ON (f.recipient, f.ref) f.op
			FROM feed f JOIN summary s ON s.id = f.ref AND f.kind = 'summary'
			WHERE s.consent_id = ANY (:'ids')
			ORDER BY f.recipient, f.ref, f.seq DESC) last WHERE op <> 'purge';`,
	"purges without receipt":
		"SELECT count(*) FROM delivery WHERE consent_id = ANY (:'ids') AND purged_at IS NULL;",
	"withdrawals not audited once": `
		SELECT count(*) FROM (SELECT count(*) AS n FROM audit
			WHERE event = 'consent.withdraw' AND ref = ANY (:'ids') GROUP BY ref) a
		WHERE n <> 1;`,
};
const NODE = {
	"content left in mirrors":
		"SELECT count(*) FROM mirror WHERE kind = 'summary' AND parent = ANY (:'ids') " +
		"AND (doc IS NOT NULL OR state <> 'purged');",
	"outbox items refused or waiting":
		"SELECT count(*) FROM outbox WHERE state NOT IN ('delivered', 'cancelled');",
	"withdrawals without receipt":
		"SELECT count(*) FROM consent WHERE id = ANY (:'ids') " +
		"AND (state <> 'withdrawn' OR withdrawal_receipt IS NULL);",
};

async function audit({ federation: { cluster, hub, nodes } }, consents) {
	const violations = {}, ids = `{${consents.map(({ id }) => id).join(",")}}`;
	const add = async (database, queries) => {
		for (const [what, query] of Object.entries(queries))
			violations[what] = (violations[what] ?? 0) + Number(
				await cluster.psql(database, query.replaceAll(":'ids'", ":'ids'::uuid[]"), { ids }));
	};
	await add(hub.database, { ...HUB, ...FEED_FAULTS });
	for (const node of Object.values(nodes))
		await add(node.database, NODE);
	violations["consents lost"] = consents.length - Number(await cluster.psql(
		hub.database, "SELECT count(*) FROM consent WHERE id = ANY (:'ids'::uuid[]);", { ids }));
	return violations;
}

async function client(setting, works, next, answers) {
	while (next.at < works.length) {
		const [op, item] = works[next.at++];
		for (let times = item.again ? 2 : 1; times > 0; times--) {
			const outcome = await untilAnswered(setting, op, item);
			const key = `${op} ${outcome}`;
			answers[key] = (answers[key] ?? 0) + 1;
		}
	}
}

/** @returns {consents, shares, kills, answers, heal_ms, violations} */
export async function withdrawUnderFire(setting, killer, plan) {
	const consents = [];
	for (let i = 0; i < plan.rounds; i++)
		consents.push(...await prepare(setting));
	const works = worksOf(setting, consents), answers = {}, next = { at: 0 };
	const total = Object.values(plan.kills).reduce((a, n) => a + n, 0);
	await Promise.all([
		...Array.from({ length: CLIENTS }, () => client(setting, works, next, answers)),
		killer.run(plan.kills, plan.pause, (done) => within(30_000, () =>
			next.at >= (done / (total + 1)) * works.length)),
	]);
	const began = performance.now();
	let violations;
	const well = await within(plan.healMs, async () => {
		violations = await audit(setting, consents).catch(() => undefined);
		return violations && Object.values(violations).every((n) => n === 0);
	}, 250);
	const healMs = Math.round(performance.now() - began);
	violations ??= { "databases that answer": -1 };
	violations["other answers"] = Object.entries(answers)
		.filter(([key]) => !["share ok", "share ended", "withdraw ok"].includes(key))
		.reduce((sum, [, n]) => sum + n, 0);
	return {
		consents: consents.length, shares: consents.length * SHARES_EACH,
		kills: killer.kills, answers, heal_ms: well ? healMs : null, violations,
	};
}

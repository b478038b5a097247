// After the faults: what was acknowledged is at the node, at the hub and in
// each recipient's mirror, each once, and nothing else is.

import { FEED_FAULTS } from "./feedcheck.mjs";
import { within } from "./processes.mjs";

const rows = async (cluster, database, text) => {
	const out = await cluster.psql(database, text);
	return out === "" ? [] : out.split("\n").map((line) => line.split("|"));
};
const number = async (cluster, database, text) =>
	Number((await rows(cluster, database, text))[0][0]);

/** Members of one list that the other has not, as often as it lacks them. */
export function difference(wanted, found) {
	const counts = new Map();
	for (const key of wanted)
		counts.set(key, (counts.get(key) ?? 0) + 1);
	for (const key of found)
		counts.set(key, (counts.get(key) ?? 0) - 1);
	const values = [...counts.values()];
	return {
		missing: values.filter((n) => n > 0).reduce((a, n) => a + n, 0),
		extra: -values.filter((n) => n < 0).reduce((a, n) => a + n, 0),
	};
}

/** What each database must hold after the shares: lists of keys. */
function expected({ federation, state }, shares) {
	const holder = (share) => state.nodes[share.from].organisation_id;
	const events = shares.flatMap((share) => [
		`${holder(share)} ${share.id}`,
		...share.to.map((name) => `${state.nodes[name].organisation_id} ${share.id}`)]);
	const names = Object.keys(federation.nodes);
	const by = (choose) => Object.fromEntries(names.map((name) =>
		[name, shares.filter((share) => choose(share, name)).map((s) => s.id)]));
	return {
		hub: shares.map((share) => share.id), events,
		sent: by((share, name) => share.from === name),
		received: by((share, name) => share.to.includes(name)),
	};
}

const HUB = {
	hub: "SELECT id FROM summary WHERE version = 1 AND doc IS NOT NULL;",
	audit: "SELECT ref FROM audit WHERE event = 'summary.put';",
	events: "SELECT recipient || ' ' || ref FROM feed " +
		"WHERE kind = 'summary' AND op = 'put' AND version = 1;",
};
const NODE = {
	sent: "SELECT id FROM summary WHERE version = 1;",
	delivered: "SELECT params->>'id' FROM outbox " +
		"WHERE operation = 'putSummary' AND state = 'delivered';",
	echoed: "SELECT id FROM mirror WHERE kind = 'summary' AND own " +
		"AND version = 1 AND doc IS NOT NULL;",
	mirrored: "SELECT id FROM mirror WHERE kind = 'summary' AND NOT own " +
		"AND version = 1 AND doc IS NOT NULL;",
	intake: "SELECT summary_id FROM received;",
};
const NODE_FAULTS = {
	"outbox items refused, parked or waiting":
		"SELECT count(*) FROM outbox WHERE state <> 'delivered';",
	"feed answers refused": "SELECT feed_refused FROM hub_link;",
	"nodes in resynchronisation":
		"SELECT count(*) FROM hub_link WHERE resync_since IS NOT NULL;",
};
const HUB_FAULTS = {
	...FEED_FAULTS,
	"summary events other than the first put":
		"SELECT count(*) FROM feed WHERE kind = 'summary' " +
		"AND (op <> 'put' OR version <> 1);",
	"deliveries not acknowledged":
		"SELECT count(*) FROM delivery WHERE delivered_at IS NULL;",
};

/** @returns {what: number of violations}, all zero when all is well */
export async function audit(setting, shares) {
	const { federation: { cluster, hub, nodes } } = setting;
	const wanted = expected(setting, shares), violations = {};
	const compare = async (what, database, query, keys) => {
		const found = (await rows(cluster, database, query)).map(([key]) => key);
		const { missing, extra } = difference(keys, found);
		violations[`${what}: lost`] = (violations[`${what}: lost`] ?? 0) + missing;
		violations[`${what}: twice or invented`] =
			(violations[`${what}: twice or invented`] ?? 0) + extra;
	};
	const add = async (what, database, query) => {
		violations[what] = (violations[what] ?? 0) +
			await number(cluster, database, query);
	};
	await compare("hub", hub.database, HUB.hub, wanted.hub);
	await compare("hub's audit", hub.database, HUB.audit, wanted.hub);
	await compare("feed", hub.database, HUB.events, wanted.events);
	for (const [what, query] of Object.entries(HUB_FAULTS))
		await add(what, hub.database, query);
	for (const [name, node] of Object.entries(nodes)) {
		for (const what of ["sent", "delivered", "echoed"])
			await compare(`node, ${what}`, node.database, NODE[what], wanted.sent[name]);
		for (const what of ["mirrored", "intake"])
			await compare(`node, ${what}`, node.database, NODE[what], wanted.received[name]);
		for (const [what, query] of Object.entries(NODE_FAULTS))
			await add(what, node.database, query);
	}
	return violations;
}

/**
 * Waits until nothing is on its way any more and all has arrived.
 *
 * @returns milliseconds, or undefined when that did not happen in time
 */
export async function healed(setting, shares, ms) {
	const { federation: { cluster, hub, nodes } } = setting;
	const began = performance.now();
	const wanted = expected(setting, shares);
	const whole = async () => {
		const waiting = await number(cluster, hub.database, `
			SELECT (SELECT count(*) FROM event_queue)
			    + (SELECT count(*) FROM delivery WHERE delivered_at IS NULL);`);
		if (waiting > 0)
			return false;
		for (const [name, node] of Object.entries(nodes)) {
			const [[queued, mirrored, own]] = await rows(cluster, node.database, `
				SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'parked')),
				    (SELECT count(*) FROM mirror WHERE kind = 'summary' AND NOT own),
				    (SELECT count(*) FROM mirror WHERE kind = 'summary' AND own);`);
			if (Number(queued) > 0 || Number(own) < wanted.sent[name].length ||
				Number(mirrored) < wanted.received[name].length)
				return false;
		}
		return true;
	};
	const done = await within(ms, () => whole().catch(() => false), 250);
	return done ? Math.round(performance.now() - began) : undefined;
}

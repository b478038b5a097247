// What happens at once to a coordination: whoever comes first, the other is
// told, and what holds of consent, team and history holds after every order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import {
	consented, get, invite, newCoordinator, newRegion, requestBody, requested, withTeam,
} from "../lib/coordination.mjs";
import { CATEGORIES, enrolledOrganisation, sign } from "../lib/organisation.mjs";
import { cluster, federation, hubAs } from "../lib/suite.mjs";

const ROUNDS = 12;
const holder = await enrolledOrganisation();
const helper = await enrolledOrganisation(), other = await enrolledOrganisation();
const coordinator = await hubAs("coordinator");
const base = federation.hub.database;

/* All at once, the n-th a little later in every round than in the last. */
const atOnce = (round, ...acts) => Promise.all(acts.map(async (act, n) => {
	await pause(n === 0 ? 0 : ((round * 3 + n) % 7) * 3);
	return act();
}));
const take = (api, id, ifMatch, body) =>
	api.call("takeCoordinationStep", { params: { id }, ifMatch, body });
const leave = async (org, id, of = "left") => (await org.api()).call("answerInvitation",
	{ params: { id }, body: { answer: of, ...of !== "accepted" && { reason: "Изпитание." } } });
const history = async (api, id) => (await api.call("listCoordinationSteps",
	{ params: { id }, query: { limit: 200 } }, 200)).body.items;
const rows = async (sql, vars) => (await cluster.psql(base, sql, vars)).split("\n").filter(Boolean);
const counted = (answers) => answers.map(({ status }) => status).sort().join(" ");

/* Of the coordinations of this holder. */
const BROKEN = `
	WITH coordination AS (SELECT * FROM public.coordination WHERE holder = :'holder')
	SELECT 'open under an ended consent: ' || k.id FROM coordination k
	JOIN consent c ON c.id = k.consent_id
	WHERE k.state NOT IN ('suspended', 'closed', 'advised', 'redirected')
	AND c.state <> 'active'
	UNION ALL
	SELECT 'words of an ended consent: ' || k.id FROM coordination k
	JOIN consent c ON c.id = k.consent_id AND c.state <> 'active'
	WHERE EXISTS (SELECT FROM coordination_step s WHERE s.coordination_id = k.id
	    AND num_nonnulls(s.reason, s.because) > 0)
	OR EXISTS (SELECT FROM coordination_member m WHERE m.coordination_id = k.id
	    AND num_nonnulls(m.mandate, m.reason) > 0 AND m.answered_at < k.entered_at)
	UNION ALL
	SELECT 'team: ' || k.id FROM coordination k
	WHERE ARRAY(SELECT unnest(k.team) ORDER BY 1) <> ARRAY(
	    SELECT m.organisation_id FROM coordination_member m
	    WHERE m.coordination_id = k.id AND m.state IN ('invited', 'accepted') ORDER BY 1)
	UNION ALL
	SELECT 'case manager: ' || k.id FROM coordination k
	WHERE k.case_manager <> k.holder AND NOT k.case_manager = ANY (k.team)
	UNION ALL
	SELECT 'not named: ' || m.coordination_id || ' ' || m.organisation_id
	FROM coordination_member m JOIN coordination k ON k.id = m.coordination_id
	JOIN consent c ON c.id = k.consent_id AND c.state = 'active'
	WHERE m.state IN ('invited', 'accepted') AND NOT EXISTS (
	    SELECT FROM consent_recipient r WHERE r.consent_id = c.id
	    AND r.recipient = m.organisation_id AND r.live_until > '-infinity')
	UNION ALL
	SELECT 'history: ' || x.coordination_id || ' ' || x.step FROM (
	    SELECT s.*, lag(s.to_state) OVER (PARTITION BY s.coordination_id
	        ORDER BY s.id) AS was FROM coordination_step s
	    JOIN coordination k ON k.id = s.coordination_id) x
	WHERE x.was IS NOT NULL AND x.was <> x.from_state
	UNION ALL
	SELECT 'the last word: ' || f.ref || ' ' || f.recipient || ' ' || f.op FROM (
	    SELECT DISTINCT ON (f.ref, f.recipient) f.* FROM feed f
	    WHERE f.kind = 'coordination' ORDER BY f.ref, f.recipient, f.seq DESC) f
	JOIN coordination k ON k.id = f.ref
	WHERE (f.op = 'put') <> (f.recipient = k.holder
	    OR (f.recipient = ANY (k.team) AND k.state <> 'suspended'
	        AND k.until > statement_timestamp()))
	OR (f.op = 'put' AND f.version <> k.version);`;

async function sound() {
	await waitUntil("all is in the feed", async () =>
		(await rows("SELECT count(*) FROM event_queue;"))[0] === "0", 15_000);
	assert.deepEqual(await rows(BROKEN, { holder: holder.id }), []);
}
test("two coordinators take different steps at once", async () => {
	const region = await newRegion();
	const second = await newCoordinatorOf(region);
	for (let round = 0; round < ROUNDS; round += 1) {
		const { id } = await teamOf(region);
		const { version } = await get(region.coordinator.api, id);
		const answers = await atOnce(round,
			() => take(region.coordinator.api, id, version, { step: "understand", because: "Сега." }),
			() => take(second, id, version, { step: "close", reason: "Отказаха се." }),
			() => take(region.coordinator.api, id, version, { step: "close", reason: "Друго." }));
		assert.equal(counted(answers), "200 412 412");
		const { body } = answers.find(({ status }) => status === 200);
		for (const { status, body: told } of answers)
			assert.equal(status === 200 || told.current.version === version + 1, true);
		const now = await get(region.coordinator.api, id);
		assert.deepEqual([now.state, now.version], [body.state, version + 1]);
		assert.equal((await history(region.coordinator.api, id)).length, 3, "one step, once");
	}
	await sound();
});

test("a withdrawal against a step, an invitation and an answer", async () => {
	let stopped = 0;
	for (let round = 0; round < ROUNDS; round += 1) {
		const { id, consent } = await withTeam(holder, coordinator, [helper], {}, [other]);
		await invite(coordinator, id, other);
		const { version } = await get(coordinator, id);
		const [step] = await atOnce(round,
			() => take(coordinator, id, version, { step: "understand", because: "Думи от случая." }),
			() => holder.withdraw(consent),
			() => leave(other, id, "accepted"),
			() => coordinator.call("inviteMember", { params: { id, organisation_id: helper.id },
				body: { role: "друго", mandate: "Думи от случая." } }));
		stopped += step.status === 200 ? 0 : 1;
		const items = await history(coordinator, id);
		assert.equal((await get(coordinator, id)).state, "suspended");
		assert.equal(items.at(-1).step, "suspend", "nothing after it");
		assert.equal(JSON.stringify(items).includes("Думи"), false);
		const { body } = await (await helper.api()).call("getCoordination",
			{ params: { id } }, "410 consent-withdrawn");
		assert.equal(JSON.stringify(body).includes("Думи"), false);
	}
	console.log(`# the withdrawal came first in ${stopped} of ${ROUNDS}`);
	await sound();
});

test("who leads leaves while a step that needs a leader is taken", async () => {
	let before = 0;
	for (let round = 0; round < ROUNDS; round += 1) {
		const { id } = await withTeam(holder, coordinator, [helper]);
		await (await holder.api()).call("nameCaseManager",
			{ params: { id }, body: { organisation_id: helper.id } }, 200);
		const { version } = await get(coordinator, id);
		// The one thing that is passed over is another: a leader it needs.
		const [step, left] = await atOnce(round,
			() => take(coordinator, id, version, { step: "understand", because: "Един сектор." }),
			() => leave(helper, id));
		assert.equal(left.status, 200);
		assert.match(String(step.status), /^(200|409|412)$/);
		const now = await get(coordinator, id);
		assert.equal(now.case_manager, undefined);
		assert.equal(now.state, step.status === 200 ? "understanding" : "team_forming");
		if (step.status !== 200)
			continue;
		before += 1;
		const [late] = await rows(`SELECT s.at > m.answered_at FROM coordination_step s
			JOIN coordination_member m USING (coordination_id)
			WHERE s.coordination_id = :'id' AND s.step = 'understand'
			AND NOT 'manager' = ANY (s.overridden);`, { id });
		assert.notEqual(late, "t", "taken after the leader had left, as if one were there");
	}
	console.log(`# the step came first in ${before} of ${ROUNDS}`);
	await sound();
});

test("a narrower consent against an invitation and its answer", async () => {
	for (let round = 0; round < ROUNDS; round += 1) {
		const { id, consent, claims } = await withTeam(holder, coordinator, [helper], {}, [other]);
		const narrower = { ...claims, version: 2, recipients: claims.recipients
			.filter((r) => r.organisation_id !== other.id) };
		if (round % 2 === 0)
			await invite(coordinator, id, other);
		const receipt = await sign(holder.receipt, narrower);
		await atOnce(round,
			() => round % 2 === 0 ? leave(other, id, "accepted")
				: coordinator.call("inviteMember", { params: { id, organisation_id: other.id },
					body: { role: "подкрепа" } }),
			async () => (await holder.api()).call("putConsent",
				{ params: { id: consent }, body: { receipt } }, 200));
		const { members } = await get(coordinator, id);
		assert.ok(members.every((m) => m.organisation_id !== other.id || m.state === "removed"));
		await (await other.api()).call("getCoordination", { params: { id } }, 404);
	}
	await sound();
});

test("one leaves, is removed and is invited anew", async () => {
	for (let round = 0; round < ROUNDS; round += 1) {
		const { id } = await withTeam(holder, coordinator, [helper]);
		await atOnce(round, () => leave(helper, id),
			() => coordinator.call("removeMember", { params: { id, organisation_id: helper.id } }),
			() => coordinator.call("inviteMember", { params: { id, organisation_id: helper.id },
				body: { role: "подкрепа" } }));
		const { members } = await get(coordinator, id);
		assert.equal(members.length, 1);
		const { status } = await (await helper.api()).call("getCoordination", { params: { id } });
		assert.equal(status, ["invited", "accepted"].includes(members[0].state) ? 200 : 404);
	}
	await sound();
});

test("the consent that lets it go on is withdrawn meanwhile", async () => {
	for (let round = 0; round < ROUNDS; round += 1) {
		const { id, consent } = await withTeam(holder, coordinator, [helper]);
		await holder.withdraw(consent);
		const next = await consented(holder, [helper]);
		await atOnce(round, async () => (await holder.api()).call("setCoordinationConsent",
			{ params: { id }, body: { summary_id: next.summary } }), () => holder.withdraw(next.consent));
		assert.equal((await get(coordinator, id)).state, "suspended");
		await (await helper.api()).call("getCoordination", { params: { id } }, "410 consent-withdrawn");
	}
	await sound();
});

test("a request is made twice, and its consent withdrawn", async () => {
	for (let round = 0; round < ROUNDS; round += 1) {
		const { consent, summary } = await consented(holder);
		const ask = () => holder.api().then((api) => api.call("requestCoordination",
			{ params: { id: uuid7() }, body: requestBody(summary) }));
		const answers = await atOnce(round, ask, ask, () => holder.withdraw(consent));
		assert.ok(answers.filter(({ status }) => status === 201).length <= 1, counted(answers));
		const open = await rows(`SELECT state FROM coordination WHERE consent_id = :'consent';`,
			{ consent });
		assert.ok(open.every((state) => state === "suspended"), open.join());
	}
	await sound();
});

/* Who stands for the region's first coordinator. */
async function newCoordinatorOf(region) {
	const second = await newCoordinator(region.id);
	await second.api.call("putAbsence", { params: { id: uuid7() }, body: {
		user_id: region.coordinator.id, first_day: day(-1), last_day: day(2), substitute: second.id,
	} }, 201);
	return second.api;
}

/* A coordination of that region, accepted by its first coordinator. */
async function teamOf(region) {
	const { id: consent } = await holder.consent({ [region.id]: CATEGORIES, [helper.id]: CATEGORIES });
	const id = await requested(holder, await holder.publish(consent), { region: region.id });
	const api = region.coordinator.api;
	await take(api, id, 1, { step: "accept", criteria_discussed: true });
	return { id, consent };
}

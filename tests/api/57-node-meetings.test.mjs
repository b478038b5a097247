// Meetings in a node: answered and reported without the hub, and minutes for
// paper from the mirror.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import {
	convened, decide, getMeeting, invite, inviteTo, record, requestBody, step, takeBack, VOICES,
} from "../lib/coordination.mjs";
import { CATEGORIES } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { shared, withoutHub } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const centre = await nodeAs("csc", "supervisor");
const helper = await nodeAs("csc", "practitioner");
const coordinator = await hubAs("coordinator");
const SCHOOL = { id: organisationId("school") }, CSC = { id: organisationId("csc") };

const document = (api, kind, id, wanted = () => true) =>
	waitUntil(`${kind} ${id}`, async () => {
		const { status, body } = await api.call("getShared", { params: { kind, id } });
		return status === 200 && wanted(body.document) && body.document;
	}, 15_000);
const print = (api, id, expected) => api.call("getMeetingMinutes", { params: { id } }, expected);

test("a meeting from the node's side", async (t) => {
	const ids = await shared(school, {
		[state.team]: CATEGORIES, csc: [...CATEGORIES, "meetings"],
	});
	const k = uuid7();
	await school.call("requestCoordination",
		{ params: { id: k }, body: requestBody(ids.summary) }, 201);
	await document(school, "coordination", k);
	await step(coordinator, k, { step: "accept", criteria_discussed: true });
	await invite(coordinator, k, CSC);
	await waitUntil("the invitation is there", async () => (await centre.call("answerInvitation",
		{ params: { id: k }, body: { answer: "accepted" } })).status === 202, 15_000);
	const id = await convened(coordinator, { coordination_id: k });
	await inviteTo(coordinator, id, CSC);
	await document(centre, "meeting", id);
	await t.test("answered as a change of shared work", async () => {
		const change = uuid7();
		await centre.call("putSharedChange", { params: { id: change }, body: {
			operation: "answerMeeting", params: { id }, send: true,
			body: { answer: "accepted", substitute: "педагог" },
		} }, 201);
		await waitUntil("the hub has the answer", async () =>
			(await getMeeting(coordinator, id)).invitations[0].substitute === "педагог", 15_000);
	});
	await t.test("an invitation that is taken back leaves the node", async () => {
		const other = await convened(coordinator, { coordination_id: k, place: "Зала 7" });
		await inviteTo(coordinator, other, CSC);
		await document(centre, "meeting", other);
		await takeBack(coordinator, other, CSC);
		await waitUntil("it is gone", async () => (await centre.call("getShared",
			{ params: { kind: "meeting", id: other } })).status !== 200, 15_000);
		assert.equal(await cluster.psql(federation.nodes.csc.database,
			"SELECT count(*) FROM mirror WHERE id = :'id' AND doc IS NOT NULL;", { id: other }), "0");
		await document(school, "meeting", other, ({ invitations }) => invitations.length === 0);
	});
	await print(school, id, "404 not-found");
	await waitUntil("the team is whole", async () => (await coordinator.call("getCoordination",
		{ params: { id: k } }, 200)).body.members[0].state === "accepted", 15_000);
	await record(coordinator, id, [SCHOOL]);
	const decision = await decide(coordinator, id, CSC);
	for (const [name, api] of [["the holder", school], ["a member", centre]])
		await t.test(`minutes at ${name}`, async () => {
			await document(api, "meeting", id, ({ decisions }) => decisions.length === 1);
			const { text, headers } = await print(api, id, 200);
			assert.match(headers["content-type"], /^text\/html; charset=utf-8$/);
			for (const told of ["Протокол: екипна среща по случай", VOICES.child.words,
				decision.what, decision.how_known, "Поканени, които не са присъствали"])
				assert.ok(text.includes(told), told);
			assert.ok(!text.includes(k) && !text.includes("null"));
			assert.doesNotMatch(text, /няма имена/, "which nobody has looked for");
		});
	await t.test("not for whom it is not assigned to", async () =>
		print(helper, id, "404 not-found"));
	await t.test("a decision is reported without the hub", async () => {
		const { version } = await document(centre, "decision", decision.id);
		await centre.call("putSharedChange", { params: { id: uuid7() }, body: {
			operation: "reportDecision", params: { id: decision.id }, base_version: version,
			send: true, body: { state: "done", text: "Графикът е готов." },
		} }, 201);
		await document(centre, "decision", decision.id, (doc) => doc.state === "done");
	});
	await t.test("what was held or reported is due no longer", async () => {
		for (const [kind, of] of [["meeting", id], ["decision", decision.id]]) {
			const { body } = await centre.call("getShared", { params: { kind, id: of } }, 200);
			assert.deepEqual([body.due, body.overdue], [undefined, false], kind);
		}
	});
	await t.test("nothing of another's while the clock is behind, all of one's own", async () => {
		const clock = (behind) => Promise.all(["csc", "school"].map((name) =>
			cluster.psql(federation.nodes[name].database,
				"UPDATE hub_link SET clock_mark = now() + :'behind'::interval;", { behind })));
		const listed = async (api) => [
			...(await api.call("listCoordinations", { query: { limit: 200 } }, 200)).body.items,
			...(await api.call("listShared", { query: { coordination: k, limit: 200 } }, 200)).body.items,
		].filter((item) => [k, id, decision.id].includes(item.id)).length;
		const read = async (api, expected) => {
			await api.call("getCoordination", { params: { id: k } }, expected);
			await api.call("getShared", { params: { kind: "meeting", id } }, expected);
			await print(api, id, expected);
		};
		assert.equal(await listed(centre), 4);
		await clock("2 hours");
		try {
			await read(centre, "503 clock-behind");
			assert.equal(await listed(centre), 0);
			await read(school, 200);
			assert.equal(await listed(school), 4);
		} finally {
			await clock("0 seconds");
		}
		await read(centre, 200);
	});
	await t.test("within the lease, and no longer than the consent", async () => {
		await withoutHub("csc", async () => {
			await cluster.psql(federation.nodes.csc.database,
				"UPDATE hub_link SET last_feed_at = now() - interval '30 days';");
			await print(centre, id, "503 hub-unreachable");
		});
		await school.call("withdrawConsent",
			{ params: { id: ids.consent }, body: { capacity: "parent" } }, 200);
		await waitUntil("it is gone", async () => (await print(centre, id)).status === 410, 15_000);
		await print(centre, id, "410 consent-withdrawn");
	});
});

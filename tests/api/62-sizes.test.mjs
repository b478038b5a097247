// What would make a team, a plan or a meeting larger than a node takes is
// refused; what others add to it has room, and the feed tells the whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import {
	answer, convened, decisionBody, get, getMeeting, inviteTo, meetingBody, requested, step, WORKING,
} from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { DOC, enrolledOrganisation, organisationFields } from "../lib/organisation.mjs";
import { act, adopt, getPlan, goalBody, newAction, newGoal, withPlan } from "../lib/plan.mjs";
import { hubAs, state } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const helper = await enrolledOrganisation();
const coordinator = await hubAs("coordinator");
const LARGEST = 65_536;

/* Letters of four bytes each. */
const long = (n) => "𐐀".repeat(n);

/* Organisations that have no key yet, and can be invited. */
const admin = await hubAs("admin");
const guests = await Promise.all([...Array(30)].map(async () => {
	const id = uuid7();
	await admin.call("putOrganisation", { params: { id }, body: organisationFields() }, 201);
	return { id };
}));

/** Puts one more until it is too much, and no earlier than after `least`. */
async function fill(least, put) {
	for (let n = 0; ; n += 1) {
		const { status, body } = await put(n);
		if (status !== 413) {
			assert.equal(status, 201, JSON.stringify(body));
			continue;
		}
		assert.equal(body.code, "body-too-large");
		assert.ok(n >= least, `refused after ${n}`);
		return;
	}
}

/* What the feed tells of it in this version, which a node takes. */
async function told(organisation, kind, id, version) {
	const consumer = new Consumer(organisation);
	const { doc } = await consumer.until((e) =>
		e.kind === kind && e.id === id && e.op === "put" && e.version >= version);
	const bytes = Buffer.byteLength(JSON.stringify(doc));
	assert.ok(bytes > 10_000 && bytes <= LARGEST, `${bytes} bytes`);
	return doc;
}

test("a team ends before it is too large to be told", async () => {
	const named = Object.fromEntries([state.team, helper.id, ...guests.map(({ id }) => id)]
		.map((id) => [id, WORKING]));
	const { id: consent } = await holder.consent(named);
	const id = await requested(holder, await holder.publish(consent, DOC));
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	const invite = (organisation, body, expected) => coordinator.call("inviteMember",
		{ params: { id, organisation_id: organisation.id }, body }, expected);
	const words = { role: long(100), mandate: long(280) };
	await invite(helper, { role: "подкрепа" }, 201);
	await fill(15, (n) => invite(guests[n], words));
	const { version, members } = await get(coordinator, id);
	assert.ok(members.length < 30);
	await fill(0, (n) => invite(guests[members.length - 1 + n], { role: "п" }));
	await invite(helper, words, "413 body-too-large");
	assert.ok((await get(coordinator, id)).version - version < 3, "what is refused is no change");
	await answer(helper, id, { answer: "accepted" });
	await answer(helper, id, { answer: "left", reason: long(280) });
	const now = await get(coordinator, id);
	assert.equal((await told(holder, "coordination", id, now.version)).members.length, now.members.length);
});

test("a plan", async () => {
	const { id } = await withPlan(holder, coordinator, [helper]);
	const short = await newGoal(coordinator, id);
	await fill(10, () => coordinator.call("putGoal",
		{ params: { id: uuid7() }, body: goalBody(id, { words: long(280) }) }));
	await coordinator.call("putGoal", {
		params: { id: short }, ifMatch: 1, body: goalBody(id, { words: long(280) }),
	}, "413 body-too-large");
	await fill(0, () => coordinator.call("putWaymark", { params: { id: uuid7() },
		body: { coordination_id: id, words: long(280), goals: [short] } }));
	const { version, goals } = await getPlan(coordinator, id);
	const text = long(2000);
	await coordinator.call("putPlan", { params: { id }, ifMatch: version, body: {
		formulation: text, contingency: { text, unsafe_for_family: false } } }, "413 body-too-large");
	assert.equal((await getPlan(coordinator, id)).version, version, "what is refused is no change");
	for (const goal of goals)
		await coordinator.call("rateGoal",
			{ params: { id: goal.id, rating_id: uuid7() }, body: { value: 3 } }, 201);
	await coordinator.call("recordFamilyView",
		{ params: { id }, body: { who: "child", view: "differs", text: long(280) } }, 200);
	await adopt(helper, id);
	await act(helper, "answerAction", await newAction(coordinator, id, helper), { answer: "accepted" });
	const now = await getPlan(coordinator, id);
	assert.equal((await told(holder, "plan", id, now.version)).goals.length, goals.length);
});

test("a meeting", async () => {
	const id = await convened(coordinator, { kind: "discussion" });
	await inviteTo(coordinator, id, helper);
	const decisions = [];
	await fill(8, () => {
		decisions.push(uuid7());
		return coordinator.call("putDecision", { params: { id, decision_id: decisions.at(-1) },
			body: decisionBody(helper, { what: long(280), how_known: long(280) }) });
	});
	await fill(0, (n) => coordinator.call("inviteToMeeting", {
		params: { id, organisation_id: guests[n].id }, body: { role: long(100), reason: long(280) },
	}));
	const { version } = await getMeeting(coordinator, id);
	await coordinator.call("putMeeting", { params: { id }, ifMatch: version,
		body: meetingBody({ kind: "discussion", agenda: Array(30).fill(long(280)) }) },
	"413 body-too-large");
	const record = (attendance, of, expected) => coordinator.call("recordMeeting",
		{ params: { id }, ifMatch: of, body: { attendance } }, expected);
	const came = { organisation_id: helper.id, role: long(100), minutes: 60 };
	await record(Array(60).fill(came), version, "413 body-too-large");
	assert.equal((await getMeeting(coordinator, id)).version, version, "what is refused is no change");
	await (await helper.api()).call("answerMeeting", { params: { id }, body: {
		answer: "declined", reason: long(280), substitute: long(100) } }, 200);
	await (await helper.api()).call("reportDecision", { params: { id: decisions[0] }, ifMatch: 1,
		body: { state: "not_done", text: long(280) } }, 200);
	await record([came], (await getMeeting(coordinator, id)).version, 200);
	const now = await getMeeting(coordinator, id);
	assert.equal((await told(helper, "meeting", id, now.version)).decisions.length, decisions.length - 1);
});

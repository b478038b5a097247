// Actions of a plan: proposed, accepted or declined, done or not done with how
// it is known; how far one is sees whose it is, who leads, and the family.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import {
	act, actionBody, getAction, getPlan, newAction, newGoal, ofSector, withPlan,
} from "../lib/plan.mjs";
import { hubAs } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const manager = await enrolledOrganisation();
const helper = await enrolledOrganisation();
const stranger = await enrolledOrganisation();
await ofSector(manager, "EDU");
const coordinator = await hubAs("coordinator");
const api = Object.fromEntries(await Promise.all(Object.entries({
	holder, manager, helper, stranger,
}).map(async ([name, who]) => [name, await who.api()])));
const { id } = await withPlan(holder, coordinator, [manager, helper]);

const DONE = { state: "done", evidence: "Бяхме у дома на два пъти." };
const HIDDEN = ["state", "overdue", "evidence", "reason", "notes", "history", "answered_at"];

test("an action: who, what, by when, how it will be known", async (t) => {
	const action = uuid7(), goal = await newGoal(coordinator, id), key = randomUUID();
	const body = actionBody(id, helper, { goal_id: goal });
	const put = (who, change, expected, ifMatch, theKey = randomUUID()) => who.call("putAction",
		{ params: { id: action }, body: { ...body, ...change }, ifMatch, key: theKey }, expected);
	const { body: first } = await put(api.manager, {}, 201, undefined, key);
	assert.deepEqual([first.state, first.version, first.overdue, first.goal_id],
		["proposed", 1, false, goal]);
	await put(api.manager, {}, 201, undefined, key);
	await put(api.manager, { what: "Друго." }, "409 idempotency-key-reused", undefined, key);
	await put(coordinator, {}, 200);
	await put(coordinator, { what: "Друго." }, "409 already-exists");
	for (const member of ["what", "due", "evidence_wanted", "organisation_id"])
		await put(coordinator, { [member]: undefined }, "422 invalid", 1);
	for (const [change, pointer] of [[{ organisation_id: stranger.id }, "/organisation_id"],
		[{ goal_id: uuid7() }, "/goal_id"]])
		assert.equal((await put(coordinator, change, "422 invalid", 1)).body.errors[0].pointer, pointer);
	await put(coordinator, { what: "Обади се на 0888 123 456." }, "422 invalid", 1);
	await put(api.helper, { what: "Друго." }, "403 step-not-yours", 1);
	await put(api.holder, { what: "Друго." }, "403 step-not-yours", 1);
	await put(api.stranger, {}, "404 not-found");
	await put(api.stranger, {}, "404 not-found", 1);
	const { body: moved } = await put(coordinator, { due: moment(12) }, 200, 1);
	assert.equal(moved.version, 2);
	const { body: stale } = await put(api.manager, { what: "Друго." }, "412 precondition-failed", 1);
	assert.equal(stale.current.due, moved.due);
	await t.test("of another coordination", async () => {
		const other = await withPlan(holder, coordinator, [manager]);
		await put(coordinator, { coordination_id: other.id, organisation_id: manager.id },
			"409 already-exists", 2);
	});
	await t.test("accepted, then another's: proposed again", async () => {
		await act(helper, "answerAction", action, { answer: "accepted" });
		const { version } = await getAction(coordinator, action);
		const { body: given } = await put(coordinator, { organisation_id: manager.id }, 200, version);
		assert.equal(given.state, "proposed");
		assert.equal(given.answered_at, undefined);
		const seen = await getAction(api.helper, action);
		for (const member of HIDDEN)
			assert.equal(member in seen, false, member);
		assert.deepEqual(given.history.map(({ to }) => to), ["proposed", "proposed", "open", "proposed"]);
	});
});

test("whose answer it is: accepted, or declined with a reason", async () => {
	const action = await newAction(coordinator, id, helper);
	const answer = (who, body, expected, ifMatch = 1, key = randomUUID()) => who.call("answerAction",
		{ params: { id: action }, body, ifMatch, key }, expected);
	const accepted = { answer: "accepted" }, key = randomUUID();
	await answer(api.helper, { answer: "declined" }, "422 invalid");
	await answer(api.helper, { answer: "declined", reason: "a.b@primer.example" }, "422 invalid");
	await answer(api.manager, accepted, "403 step-not-yours");
	await answer(api.stranger, accepted, "404 not-found");
	await answer(api.helper, accepted, "412 precondition-failed", 7);
	const { body } = await answer(api.helper, { answer: "declined", reason: "Нямаме места." }, 200, 1, key);
	assert.deepEqual([body.state, body.reason, body.version], ["declined", "Нямаме места.", 2]);
	assert.equal((await answer(api.helper, { answer: "declined", reason: "Нямаме места." }, 200, 1, key))
		.body.version, 2, "a lost answer is the same answer");
	await answer(api.helper, accepted, "409 idempotency-key-reused", 1, key);
	const { body: refused } = await answer(api.helper, accepted, "409 step-not-possible", 2);
	assert.equal(refused.current.state, "declined");
	// Declined, it is proposed anew to the same one.
	await coordinator.call("putAction", {
		params: { id: action }, ifMatch: 2, body: actionBody(id, helper, { due: moment(30) }),
	}, 200);
	assert.equal((await answer(api.helper, accepted, 200, 3)).body.state, "open");
});

test("reported: done and how it is known, not done and why, dropped and who decided", async (t) => {
	const action = await newAction(coordinator, id, helper);
	const report = (who, body, expected, ifMatch, key = randomUUID()) => who.call("reportAction",
		{ params: { id: action }, body, ifMatch, key }, expected);
	const key = randomUUID();
	await report(api.helper, DONE, "409 step-not-possible", 1);
	await act(helper, "answerAction", action, { answer: "accepted" });
	for (const body of [{ state: "done" }, { state: "not_done" }, { state: "dropped", reason: "Край." },
		{ state: "done", evidence: "Тел. 0888 123 456" }])
		await report(api.helper, body, "422 invalid", 2);
	await report(api.manager, DONE, "403 step-not-yours", 2);
	await report(coordinator, DONE, "403 step-not-yours", 2);
	await report(api.helper, { state: "dropped", decided_by: "team", reason: "Край." },
		"403 step-not-yours", 2);
	await report(api.stranger, DONE, "404 not-found", 2);
	await report(api.helper, DONE, "412 precondition-failed", 1);
	const { body } = await report(api.helper, { state: "not_done", reason: "Семейството отсъства." }, 200, 2, key);
	assert.equal(body.state, "not_done");
	await report(api.helper, { state: "not_done", reason: "Семейството отсъства." }, 200, 2, key);
	await report(api.helper, DONE, "409 idempotency-key-reused", 2, key);
	const { body: done } = await report(api.helper, DONE, 200, 3);
	assert.deepEqual([done.state, done.evidence, done.reason], ["done", DONE.evidence, undefined]);
	assert.deepEqual(done.history.map(({ from, to, role, reason }) => [from, to, role, reason]), [
		[undefined, "proposed", "coordinator", undefined], ["proposed", "open", "owner", undefined],
		["open", "not_done", "owner", "Семейството отсъства."], ["not_done", "done", "owner", undefined]]);
	await report(api.helper, DONE, "409 step-not-possible", 4);
	await coordinator.call("putAction",
		{ params: { id: action }, ifMatch: 4, body: actionBody(id, helper) }, "409 step-not-possible");
	await t.test("dropped", async () => {
		const other = await newAction(coordinator, id, helper);
		const { body: dropped } = await api.manager.call("reportAction", {
			params: { id: other }, ifMatch: 1,
			body: { state: "dropped", decided_by: "family", reason: "Вече не е нужно." },
		}, 200);
		assert.deepEqual([dropped.state, dropped.decided_by], ["dropped", "family"]);
		assert.equal(dropped.history.at(-1).role, "case_manager");
	});
});

test("how far it is: for whose it is, who leads, and nobody else of the team", async (t) => {
	const feeds = [new Consumer(helper), new Consumer(manager), new Consumer(holder)];
	const action = await newAction(coordinator, id, helper, { due: moment(-1) });
	await act(helper, "answerAction", action, { answer: "accepted" });
	const note = uuid7();
	const say = (who, text, expected, of = action, as = note) => who.call("noteAction",
		{ params: { id: of, note_id: as }, body: { text } }, expected);
	await say(api.helper, "Обадихме се, не отговарят.", 201);
	await say(api.helper, "Обадихме се, не отговарят.", 200);
	await say(api.helper, "Друго.", "409 already-exists");
	await say(api.helper, "Пишете на a.b@primer.example", "422 invalid");
	await say(api.manager, "Чужда бележка.", "403 step-not-yours", action, uuid7());
	await say(api.stranger, "Чужда бележка.", "404 not-found", action, uuid7());
	await say(api.helper, "Бележка.", "404 not-found", uuid7(), uuid7());
	for (const who of [coordinator, api.helper, api.manager]) {
		const seen = await getAction(who, action);
		assert.deepEqual([seen.state, seen.overdue, seen.notes.length, seen.history.length],
			["open", true, 1, 2]);
	}
	const plain = await getAction(api.holder, action);
	assert.equal(plain.what, "Посещение у дома.");
	for (const member of HIDDEN)
		assert.equal(member in plain, false, member);
	await getAction(api.stranger, action, "404 not-found");
	await getAction(api.helper, uuid7(), "404 not-found");
	await t.test("the plan says the same", async () => {
		const state = async (who) =>
			(await getPlan(who, id)).actions.find((a) => a.id === action).state;
		assert.deepEqual([await state(coordinator), await state(api.helper), await state(api.holder)],
			["open", "open", undefined]);
	});
	await t.test("and the feed", async () => {
		const [own, leads, team] = await Promise.all(feeds.map(async (feed) => {
			// A note raises no version: nobody's change is overtaken by it.
			await feed.until((e) => e.kind === "action" && e.id === action && e.version === 2 &&
				(feed === feeds[2] || e.doc.notes.length === 1));
			return feed.events.filter((e) => e.id === action).at(-1);
		}));
		assert.deepEqual([own.state, own.title, own.parent], ["open", "Посещение у дома.", id]);
		assert.equal(own.due, own.doc.due);
		assert.equal(own.doc.notes[0].text, "Обадихме се, не отговарят.");
		assert.equal(leads.doc.state, "open");
		assert.deepEqual([team.op, team.state, team.doc.state, team.doc.notes], ["put", undefined, undefined, undefined]);
	});
	await t.test("who leaves the team sees it no longer", async () => {
		const other = await withPlan(holder, coordinator, [manager, helper]);
		const theirs = await newAction(coordinator, other.id, helper);
		await api.helper.call("answerInvitation",
			{ params: { id: other.id }, body: { answer: "left", reason: "Преместихме се." } }, 200);
		await getAction(api.helper, theirs, "404 not-found");
		await getPlan(api.helper, other.id, "404 not-found");
		const event = await feeds[0].until((e) => e.id === theirs && e.op === "purge");
		assert.equal(event.doc, undefined);
		// Without anybody whose it is the plan lacks an owner.
		assert.equal((await getPlan(coordinator, other.id)).actions[0].state, "proposed");
	});
});

test("at once, from one version: one changes it, the others are told", async () => {
	const action = await newAction(coordinator, id, helper);
	await act(helper, "answerAction", action, { answer: "accepted" });
	const answers = await Promise.all([
		...[1, 2, 3].map((n) => api.helper.call("reportAction",
			{ params: { id: action }, ifMatch: 2, body: { state: "done", evidence: `Опит ${n}.` } })),
		...[4, 5].map((n) => coordinator.call("putAction",
			{ params: { id: action }, ifMatch: 2, body: actionBody(id, helper, { what: `Опит ${n}.` }) })),
	]);
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412]);
	for (const { status, body } of answers)
		if (status === 412)
			assert.equal(body.current.version, 3, "the document of now, not of before");
	assert.equal((await getAction(coordinator, action)).version, 3);
});

test("most of the actions in one organisation is told to who leads", async () => {
	const many = await withPlan(holder, coordinator, [manager, helper]);
	const told = async (who) => (await getPlan(who, many.id)).concentration;
	await newAction(coordinator, many.id, helper);
	await newAction(coordinator, many.id, helper);
	assert.equal(await told(coordinator), undefined, "two are not many");
	await newAction(coordinator, many.id, manager);
	assert.deepEqual(await told(coordinator), { organisation_id: helper.id, share: 67 });
	assert.deepEqual(await told(api.manager), { organisation_id: helper.id, share: 67 });
	for (const who of [api.helper, api.holder])
		assert.equal(await told(who), undefined);
	const more = async (...whose) => {
		for (const organisation of whose)
			await newAction(coordinator, many.id, organisation);
		return told(coordinator);
	};
	assert.equal(await more(manager, helper), undefined, "three of five are 60 %");
	assert.deepEqual(await more(manager, helper, helper), { organisation_id: helper.id, share: 63 },
		"five of eight are more");
	assert.equal(await more(manager, helper), undefined, "six of ten are not");
});

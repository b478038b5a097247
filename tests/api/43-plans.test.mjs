// The shared plan: who writes, adopts and reads it; what changes is told to
// each organisation as far as it may see it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { get, newCoordinator, requested, consented, step, withTeam, WORKING } from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { CATEGORIES, enrolledOrganisation } from "../lib/organisation.mjs";
import {
	actionBody, adopt, getPlan, goalBody, newAction, newGoal, ofSector, PLAN, putPlan, withPlan,
} from "../lib/plan.mjs";
import { cluster, federation, hubAs, state } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const manager = await enrolledOrganisation();
const helper = await enrolledOrganisation();
const blind = await enrolledOrganisation(); // its categories are without the plan
const stranger = await enrolledOrganisation();
await ofSector(manager, "EDU");
const coordinator = await hubAs("coordinator");
const api = Object.fromEntries(await Promise.all(Object.entries({
	holder, manager, helper, blind, stranger,
}).map(async ([name, who]) => [name, await who.api()])));

const codes = (body) => body.missing.map(({ code }) => code);

/* The last that a consumer was told of something, once it is this. */
const lastWord = (consumer, kind, id, op) => waitUntil(`${op} of ${kind} ${id}`, async () => {
	await consumer.drain();
	const event = consumer.events.filter((e) => e.kind === kind && e.id === id).at(-1);
	return event?.op === op && event;
}, 10_000);

test("the understanding: written, changed from what was seen, adopted", async (t) => {
	const { id } = await withTeam(holder, coordinator, [manager, helper]);
	await getPlan(coordinator, id, "404 not-found");
	await putPlan(api.manager, id, PLAN, "403 step-not-yours");
	await api.holder.call("nameCaseManager",
		{ params: { id }, body: { organisation_id: manager.id } }, 200);
	const key = randomUUID();
	const put = (who, body, expected, ifMatch, theKey = randomUUID()) => who.call("putPlan",
		{ params: { id }, body, ifMatch, key: theKey }, expected);
	const { body: first } = await put(api.manager, PLAN, 201, undefined, key);
	assert.equal(first.state, "draft");
	assert.deepEqual(first.contingency, PLAN.contingency);
	assert.deepEqual([first.version, first.formulation_version], [1, 1]);
	assert.equal((await put(api.manager, PLAN, 201, undefined, key)).body.version, 1);
	await put(api.manager, { formulation: "Друго." }, "409 idempotency-key-reused", undefined, key);
	await put(coordinator, PLAN, 200);
	await put(coordinator, { formulation: "Друго." }, "409 already-exists");
	await put(api.helper, PLAN, "403 step-not-yours");
	await put(api.stranger, PLAN, "404 not-found");
	await t.test("a newer one is 412 with what is there", async () => {
		await put(coordinator, PLAN, 200, 1);
		const { body: stale } = await put(api.manager, { formulation: "Друго." },
			"412 precondition-failed", 1);
		assert.equal(stale.current.formulation, PLAN.formulation);
		assert.equal(stale.current.formulation_version, 1, "the same words are the same understanding");
	});
	await t.test("adoptions of what was changed do not count", async () => {
		await adopt(holder, id, 1);
		assert.equal((await adopt(manager, id, 1)).adoptions.length, 2);
		await adopt(manager, id, 1);
		await adopt(helper, id, 2, "412 precondition-failed");
		const { version } = await getPlan(coordinator, id);
		const { body } = await put(coordinator, { ...PLAN, formulation: "Ново разбиране." }, 200, version);
		assert.equal(body.formulation_version, 2);
		assert.deepEqual(body.adoptions, []);
		const { body: stale } = await api.holder.call("adoptFormulation",
			{ params: { id }, body: { formulation_version: 1 } }, "412 precondition-failed");
		assert.equal(stale.current.formulation, "Ново разбиране.");
		await adopt(holder, id, 2);
		await adopt(stranger, id, 2, "404 not-found");
	});
	await t.test("a contingency that is not given any more is gone", async () => {
		const { version } = await getPlan(coordinator, id);
		const { body } = await put(coordinator, { formulation: "Ново разбиране." }, 200, version);
		assert.equal(body.contingency, undefined);
		assert.equal(body.formulation_version, 2);
	});
	await t.test("another coordinator of the region only reads", async () => {
		const other = await newCoordinator();
		const { version } = await getPlan(other.api, id);
		await put(other.api, PLAN, "403 step-not-yours", version);
	});
	await t.test("texts tell nobody", async () => {
		const { body } = await put(coordinator, {
			formulation: "Обадете се на 0888 123 456.", contingency: { ...PLAN.contingency, text: "a.b@primer.example" },
		}, "422 invalid", 1);
		assert.deepEqual(body.errors.map(({ pointer }) => pointer).sort(),
			["/contingency/text", "/formulation"]);
		await put(coordinator, { formulation: "а".repeat(2001) }, "422 invalid", 1);
	});
});

test("goals in whose words, ratings, waymarks", async (t) => {
	const { id } = await withPlan(holder, coordinator, [manager, helper]);
	const goal = uuid7(), body = goalBody(id), key = randomUUID();
	const put = (who, change, expected, ifMatch, theKey = randomUUID()) => who.call("putGoal",
		{ params: { id: goal }, body: { ...body, ...change }, ifMatch, key: theKey }, expected);
	assert.equal((await put(coordinator, {}, 201, undefined, key)).body.version, 1);
	await put(coordinator, {}, 201, undefined, key);
	await put(coordinator, { target: 8 }, "409 idempotency-key-reused", undefined, key);
	await put(coordinator, {}, 200);
	await put(coordinator, { target: 8 }, "409 already-exists");
	assert.equal((await put(api.manager, { target: 8 }, 200, 1)).body.version, 2);
	const { body: stale } = await put(coordinator, { target: 9 }, "412 precondition-failed", 1);
	assert.equal(stale.current.target, 8);
	await put(api.helper, {}, "403 step-not-yours", 2);
	await put(api.stranger, {}, "404 not-found", 2);
	await put(coordinator, { words: "ЕГН 8001010008" }, "422 invalid", 2);
	const other = await withPlan(holder, coordinator, [manager]);
	await put(coordinator, { coordination_id: other.id }, "409 already-exists", 2);
	await t.test("ratings are appended", async () => {
		const rating = uuid7();
		const rate = (value, expected, who = coordinator, of = goal, as = rating) => who.call("rateGoal",
			{ params: { id: of, rating_id: as }, body: { value } }, expected);
		await rate(4, 201);
		await rate(4, 200);
		await rate(5, "409 already-exists");
		await rate(5, "404 not-found", coordinator, uuid7(), uuid7());
		await rate(5, "403 step-not-yours", api.helper);
		await rate(11, "422 invalid");
		const { body: now } = await rate(6, 201, api.manager, goal, uuid7());
		assert.deepEqual(now.ratings.map(({ value }) => value), [4, 6]);
	});
	await t.test("waymarks between goals", async () => {
		const waymark = uuid7(), second = await newGoal(coordinator, id, { whose: "parent" });
		const wanted = { coordination_id: id, words: "Две спокойни седмици.", goals: [goal, second], due: moment(20) };
		const mark = (who, change, expected, ifMatch, theKey = randomUUID()) => who.call("putWaymark",
			{ params: { id: waymark }, body: { ...wanted, ...change }, ifMatch, key: theKey }, expected);
		const markKey = randomUUID();
		await mark(coordinator, { goals: [uuid7()] }, "422 invalid");
		await mark(coordinator, {}, 201, undefined, markKey);
		await mark(coordinator, {}, 201, undefined, markKey);
		await mark(coordinator, { reached: true }, "409 idempotency-key-reused", undefined, markKey);
		await mark(coordinator, {}, 200);
		await mark(coordinator, { reached: true }, "409 already-exists");
		const { body: reached } = await mark(api.manager, { reached: true }, 200, 1);
		assert.ok(reached.reached_at);
		await mark(coordinator, {}, "412 precondition-failed", 1);
		await mark(api.helper, {}, "403 step-not-yours", 2);
		await mark(api.stranger, {}, "404 not-found", 2);
		const plan = await getPlan(api.helper, id);
		assert.deepEqual(plan.waymarks.map(({ id: found }) => found), [waymark]);
		assert.deepEqual(plan.goals.map(({ id: found }) => found), [goal, second]);
	});
});

test("who sees the plan: whom the consent's categories let", async (t) => {
	const named = { [state.team]: WORKING, [helper.id]: WORKING, [blind.id]: CATEGORIES };
	const { id: consent, claims } = await holder.consent(named);
	const id = await requested(holder, await holder.publish(consent));
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	for (const who of [helper, blind]) {
		await coordinator.call("inviteMember",
			{ params: { id, organisation_id: who.id }, body: { role: "подкрепа" } }, 201);
		await (await who.api()).call("answerInvitation", { params: { id }, body: { answer: "accepted" } }, 200);
	}
	const feed = { helper: new Consumer(helper), blind: new Consumer(blind) };
	await putPlan(coordinator, id);
	for (const who of [coordinator, api.holder, api.helper])
		assert.equal((await getPlan(who, id)).formulation, PLAN.formulation);
	for (const who of [api.blind, api.stranger])
		await getPlan(who, id, "404 not-found");
	await adopt(blind, id, 1, "404 not-found");
	const refused = await coordinator.call("putAction",
		{ params: { id: uuid7() }, body: actionBody(id, blind) }, "422 invalid");
	assert.equal(refused.body.errors[0].pointer, "/organisation_id");
	const told = (consumer, op) => lastWord(consumer, "plan", id, op);
	await t.test("the feed says the same", async () => {
		const event = await told(feed.helper, "put");
		assert.equal(event.parent, id);
		assert.equal(event.subject, claims.case_pseudonym);
		assert.equal(event.doc.formulation, PLAN.formulation);
		assert.equal("actions" in event.doc, false, "each is a document of its own");
		await told(feed.blind, "purge");
	});
	await t.test("a category more or less moves it", async () => {
		await holder.changeConsent(claims, 2,
			{ ...named, [blind.id]: WORKING, [helper.id]: CATEGORIES });
		await told(feed.blind, "put");
		await told(feed.helper, "purge");
		await getPlan(api.helper, id, "404 not-found");
	});
	await t.test("a blocked holder's is hidden, and comes back", async () => {
		const admin = await hubAs("admin");
		const status = (to) => admin.call("setOrganisationStatus",
			{ params: { id: holder.id }, body: { status: to, reason: "Изпитание." } }, 200);
		await status("blocked");
		await told(feed.blind, "purge");
		await getPlan(coordinator, id, "404 not-found");
		await status("active");
		await told(feed.blind, "put");
	});
});

test("the guards of the step plan, and that it adopts", async () => {
	const { id } = await withTeam(holder, coordinator, [manager, helper]);
	await api.holder.call("nameCaseManager",
		{ params: { id }, body: { organisation_id: manager.id } }, 200);
	await step(coordinator, id, { step: "understand" });
	await cluster.psql(federation.hub.database,
		"UPDATE coordination SET state = 'met', version = version + 1 WHERE id = :'id';", { id });
	const missing = async () =>
		codes(await step(api.manager, id, { step: "plan" }, "409 step-refused"));
	assert.deepEqual(await missing(), ["formulation", "actions", "actions_sectors", "family"]);
	await putPlan(coordinator, id);
	await adopt(holder, id);
	await adopt(helper, id);
	assert.ok((await missing()).includes("formulation"), "two organisations of one sector");
	await adopt(manager, id);
	assert.deepEqual(await missing(), ["actions", "actions_sectors", "family"]);
	const action = await newAction(coordinator, id, helper);
	assert.deepEqual(await missing(), ["actions_sectors", "family"]);
	await newAction(coordinator, id, manager);
	assert.deepEqual(await missing(), ["family"]);
	const view = (body, expected = 200, who = coordinator) => who.call("recordFamilyView",
		{ params: { id }, body }, expected);
	await view({ who: "child", view: "not_asked_because" }, "422 invalid");
	await view({ who: "child", view: "agreed" });
	assert.deepEqual(await missing(), ["family"]);
	const { body } = await view({ who: "parents", view: "differs", text: "Искаме повече време." });
	assert.deepEqual(body.family_views.map((v) => [v.who, v.view, v.recorded_by]),
		[["child", "agreed", "team"], ["parents", "differs", "team"]]);
	await view({ who: "parents", view: "agreed" }, "403 step-not-yours", api.helper);
	await view({ who: "parents", view: "agreed" }, "404 not-found", api.stranger);
	await view({ who: "parents", view: "differs", text: "Пишете на a.b@primer.example" }, "422 invalid");

	assert.equal((await step(api.manager, id, { step: "plan" })).state, "planned");
	const adopted = await getPlan(api.helper, id);
	assert.equal(adopted.state, "adopted");
	assert.ok(adopted.adopted_at);
	assert.deepEqual(codes(await step(coordinator, id, { step: "start" }, "409 step-refused")), ["accepted"]);
	for (const who of [helper, manager])
		for (const { id: mine } of adopted.actions.filter((a) => a.organisation_id === who.id))
			await (await who.api()).call("answerAction",
				{ params: { id: mine }, ifMatch: 1, body: { answer: "accepted" } }, 200);
	const { version: old } = await getPlan(coordinator, id);
	await putPlan(coordinator, id, { formulation: "Разбиране, което никой не е приел." }, 200, old);
	assert.deepEqual(codes(await step(coordinator, id, { step: "start", because: "Трябва." },
		"409 step-refused")), ["plan_adopted"]);
	assert.deepEqual(await missing(), ["formulation", "family"]);
	for (const organisation of [holder, manager])
		await adopt(organisation, id, 2);
	for (const who of ["child", "parents"])
		await view({ who, view: "agreed" });
	await cluster.psql(federation.hub.database,
		"UPDATE coordination SET due = due - interval '5 days' WHERE id = :'id';", { id });
	const { due } = await get(coordinator, id);
	const planned = await step(api.manager, id, { step: "plan" });
	assert.deepEqual([planned.state, planned.due], ["planned", due], "nothing is put off by it");
	assert.equal((await getPlan(coordinator, id)).state, "adopted");
	await step(api.manager, id, { step: "start" });
	assert.equal((await getPlan(coordinator, id)).actions.find((a) => a.id === action).state, "open");
	const { version } = await getPlan(coordinator, id);
	const changed = await putPlan(coordinator, id, { formulation: "Друго разбиране." }, 200, version);
	assert.equal(changed.state, "draft", "what was adopted was another understanding");
});

test("nothing is written before the work has begun, nor after its end", async () => {
	const early = await requested(holder, (await consented(holder)).summary);
	const { body } = await coordinator.call("putPlan",
		{ params: { id: early }, body: PLAN }, "409 step-not-possible");
	assert.ok(body.steps.includes("accept"));
	const { id, consent } = await withPlan(holder, coordinator, [manager, helper]);
	const goal = await newGoal(coordinator, id), waymark = uuid7();
	await coordinator.call("putWaymark",
		{ params: { id: waymark }, body: { coordination_id: id, words: "Седмица.", goals: [goal] } }, 201);
	const action = await newAction(coordinator, id, manager);
	await api.manager.call("answerAction",
		{ params: { id: action }, ifMatch: 1, body: { answer: "accepted" } }, 200);
	const theirs = await newAction(coordinator, id, helper);
	const own = await newAction(coordinator, id, holder);
	const feed = { helper: new Consumer(helper) };
	await holder.withdraw(consent);
	const tries = [
		["putPlan", { params: { id }, body: PLAN, ifMatch: 9 }],
		["recordFamilyView", { params: { id }, body: { who: "child", view: "agreed" } }],
		["putGoal", { params: { id: uuid7() }, body: goalBody(id) }],
		["putWaymark", { params: { id: uuid7() }, body: { coordination_id: id, words: "Х.", goals: [] } }],
		["putAction", { params: { id: uuid7() }, body: actionBody(id, manager) }],
		["reportAction", { params: { id: action }, ifMatch: 2, body: { state: "dropped", decided_by: "team", reason: "Край." } }],
	];
	for (const [operation, options] of tries) {
		await api.manager.call(operation, options, "410 consent-withdrawn");
		const { body: refused } = await coordinator.call(operation, options, "409 step-not-possible");
		assert.deepEqual(refused.steps, ["close", "resume"], operation);
	}
	// Goals and waymarks are gone; of a goal that was nobody learns anything.
	await coordinator.call("rateGoal", { params: { id: goal, rating_id: uuid7() }, body: { value: 1 } },
		"404 not-found");
	await getPlan(api.helper, id, "410 consent-withdrawn");
	await adopt(helper, id, 1, "410 consent-withdrawn");
	await adopt(holder, id, 1, "409 step-not-possible");
	for (const [operation, options] of [
		["answerAction", { ifMatch: 1, body: { answer: "accepted" } }],
		["reportAction", { ifMatch: 1, body: { state: "not_done", reason: "Край." } }],
		["noteAction", { body: { text: "Бележка." } }]]) {
		const of = (target) => ({ ...options, params: { id: target, note_id: uuid7() } });
		await api.helper.call(operation, of(theirs), "410 consent-withdrawn");
		await api.holder.call(operation, of(own), "409 step-not-possible");
	}
	await api.helper.call("getAction", { params: { id: action } }, "410 consent-withdrawn");

	// Each keeps what is its own; the rest keeps dates and states.
	assert.equal((await api.helper.call("getAction", { params: { id: theirs } }, 200)).body.what,
		"Посещение у дома.");
	for (const who of [coordinator, api.holder]) {
		const left = await getPlan(who, id);
		assert.equal(left.formulation, undefined);
		assert.deepEqual([left.goals, left.waymarks, left.family_views, left.adoptions], [[], [], [], []]);
		const kept = left.actions.find((a) => a.id === action);
		assert.deepEqual([kept.state, kept.what, kept.evidence_wanted], ["open", undefined, undefined]);
		assert.equal(left.actions.length, 3);
	}
	assert.equal((await getPlan(api.holder, id)).actions.find((a) => a.id === own).what, "Посещение у дома.");
	const found = await cluster.psql(federation.hub.database, `SELECT count(*) FROM plan_goal
		WHERE plan_id = :'id';`, { id });
	assert.equal(found, "0");
	for (const [kind, of, op] of [["plan", id, "purge"], ["action", action, "purge"], ["action", theirs, "put"]])
		await lastWord(feed.helper, kind, of, op);

	// Under a new consent the actions are there again, and the rest begins anew.
	const again = await consented(holder, [manager, helper]);
	await api.holder.call("setCoordinationConsent",
		{ params: { id }, body: { summary_id: again.summary } }, 200);
	const resumed = await getPlan(api.helper, id);
	assert.equal(resumed.formulation, undefined);
	assert.equal(resumed.actions.find((a) => a.id === action).what, "Посещение у дома.");
	await putPlan(coordinator, id, PLAN, 200, resumed.version);
});

test("a consent that ends after the closing erases the plan as well", async () => {
	const { id, consent } = await withPlan(holder, coordinator, [manager]);
	const goal = await newGoal(coordinator, id);
	await step(coordinator, id, { step: "close", reason: "Приключваме." });
	assert.equal((await getPlan(api.manager, id)).formulation, PLAN.formulation);
	await coordinator.call("rateGoal", { params: { id: goal, rating_id: uuid7() }, body: { value: 1 } },
		"409 step-not-possible");
	await holder.withdraw(consent);
	await getPlan(api.manager, id, "410 consent-withdrawn");
	assert.equal((await getPlan(coordinator, id)).formulation, undefined);
	assert.equal(await cluster.psql(federation.hub.database,
		"SELECT count(*) FROM plan WHERE id = :'id' AND formulation IS NOT NULL;", { id }), "0");
});

test("a consent whose days are over, before the sweep has come", async () => {
	const { id } = await withPlan(holder, coordinator, [manager, helper]);
	const goal = await newGoal(coordinator, id);
	await cluster.psql(federation.hub.database,
		"UPDATE coordination SET until = now() WHERE id = :'id';", { id });
	const rate = (who, expected) => who.call("rateGoal",
		{ params: { id: goal, rating_id: uuid7() }, body: { value: 1 } }, expected);
	for (const who of [api.manager, coordinator])
		await rate(who, "410 consent-withdrawn");
	await getPlan(api.helper, id, "410 consent-withdrawn");
	const left = await getPlan(api.holder, id);
	assert.deepEqual([left.goals, left.contingency], [[], undefined], "shown to nobody any more");
	assert.equal(left.formulation, undefined);
});

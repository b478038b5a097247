// Three whole cases as those who work in Veliko Tarnovo told of theirs, through
// hub, nodes and couriers: violence, where the next social worker knows the case
// because he was at the discussion; leaving school, with many helpers; parents in
// conflict, whose consent ends in the middle and is given anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { get, step } from "../lib/coordination.mjs";
import { getAction, getPlan } from "../lib/plan.mjs";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";
import {
	accepts, acts, coordinator, goal, leads, meets, mirrored, place, renewed, reports, send, teamOf,
	understands,
} from "../lib/whole.mjs";

const [odz, school, csc, ngo] = await Promise.all(["odz", "school", "csc", "ngo"].map(place));
const codes = (body) => body.missing.map(({ code }) => code);
const history = async (id) => (await coordinator.call("listCoordinationSteps",
	{ params: { id }, query: { limit: 200 } }, 200)).body.items.map((item) => item.step);
const DONE = { state: "done", evidence: "Бяхме там и говорихме с детето." };
const CLOSING = (lesson) => ({ outcome: "achieved", family_view: "Знаем към кого да се обърнем.", lesson });

/* Reviewed by who leads, at its own node. */
const reviews = (leader, id, change = {}) => send(leader.worker, "putReview", { id: uuid7() }, {
	coordination_id: id, result: "continue", changed_for_child: "Спи спокойно и ходи на училище.",
	voices_answered: "Разговорите са след часовете, както помоли.", next_review: day(30), ...change,
});
const closed = async (id, lesson) =>
	assert.equal((await step(coordinator, id, { step: "close", closing: CLOSING(lesson) })).state, "closed");

test("violence: the next social worker was at the discussion", async (t) => {
	const { id } = await teamOf(odz, [school, csc, ngo], { urgency: "urgent" });
	await leads(odz, id, odz);
	await step(coordinator, id, { step: "understand" });
	let first;
	await t.test("the first meeting: three sectors, the child's voice, decisions", async () => {
		first = await meets(id, [odz, school, ngo], [school, ngo]);
		await step(coordinator, id, { step: "meet" });
	});
	await t.test("one understanding, adopted at each node, and a plan", async () => {
		assert.ok(codes(await step(coordinator, id, { step: "plan" }, "409 step-refused"))
			.includes("formulation"));
		await understands(id, odz, [odz, school, csc, ngo],
			"Страхът идва от вечерите у дома.\nВ училище е спокойно.", "При заплаха: 112, после дежурният.");
		const safe = await goal(id, odz, "Да спя спокойно.");
		const ids = await acts(id, odz, [
			{ of: school, what: "Разговор всяка сутрин преди часовете.", goal_id: safe,
				decision_id: first.decisions[0].id },
			{ of: ngo, what: "Клуб три следобеда в седмицата." },
			{ of: odz, what: "Временно настаняване при баба.", goal_id: safe }]);
		await step(coordinator, id, { step: "plan" });
		assert.equal((await step(coordinator, id, { step: "start" })).state, "in_action");
		await reports(odz, ids[2], { state: "done", evidence: "Детето е при баба си от вчера." });
		await reports(school, ids[0], DONE);
		const seen = await mirrored(school.worker, "action", ids[2]);
		assert.equal("evidence" in seen, false, "how it is known is whose it is");
	});
	await t.test("nobody takes over who has not met the team", async () => {
		await send(odz.worker, "putHandover", { id }, { receiver: csc.id,
			loses: "Социалната работничка; сбогуват се на общ обяд.", stays: "Класната и баба." });
		assert.deepEqual(codes(await step(coordinator, id, { step: "hand_over" }, "409 step-refused")),
			["receiver"]);
		await meets(id, [odz, school, csc], [csc]);
		assert.equal((await step(coordinator, id, { step: "hand_over" })).state, "handed_over");
	});
	await t.test("the new one leads from what it has read in its own mirror", async () => {
		await leads(odz, id, csc);
		await step(coordinator, id, { step: "take_over" });
		const plan = await mirrored(csc.worker, "plan", id);
		assert.match(plan.formulation, /вечерите у дома/);
		await reviews(csc, id);
		await step(coordinator, id, { step: "continue" });
		const refused = await odz.worker.call("putSharedChange", { params: { id: uuid7() }, body: {
			operation: "putReview", params: { id: uuid7() }, send: true, body: {
				coordination_id: id, result: "continue", changed_for_child: "x", voices_answered: "x",
				next_review: day(20) } } }, 201);
		await waitUntil("who led before does not any more", async () => (await odz.worker.call(
			"getSharedChange", { params: { id: refused.body.id } }, 200)).body.problem?.code ===
			"step-not-yours", 15_000);
	});
	await closed(id, "Който поема, идва на обсъждането преди предаването.");
	await mirrored(ngo.worker, "coordination", id, (doc) => doc.state === "closed");
	assert.deepEqual(await history(id), ["request", "accept", "understand", "meet", "plan", "start",
		"hand_over", "take_over", "continue", "close"]);
});

test("leaving school: many helpers, one of whom has too much", async (t) => {
	const { id } = await teamOf(school, [odz, csc, ngo]);
	await leads(school, id, school);
	await step(coordinator, id, { step: "understand" });
	await meets(id, [school, odz, csc, ngo], [csc]);
	await step(coordinator, id, { step: "meet" });
	await understands(id, school, [school, odz, csc, ngo],
		"Никой не знае кой за какво идва.\nДетето избира с кого да говори.");
	const back = await goal(id, school, "Да имам с кого да вървя до училище.");
	let ids;
	await t.test("whose is too much is told to who leads, and to nobody else", async () => {
		ids = await acts(id, school, [{ of: csc, what: "Консултация с майката." },
			{ of: csc, what: "Група за деца." }, { of: csc, what: "Разговор с класа." },
			{ of: ngo, what: "Придружаване сутрин.", goal_id: back }]);
		const { concentration } = await getPlan(coordinator, id);
		assert.deepEqual(concentration, { organisation_id: csc.id, share: 75 });
		const plan = await mirrored(odz.worker, "plan", id);
		assert.equal("concentration" in plan, false);
	});
	await t.test("one is given to another, who accepts or does not", async () => {
		const { version, what, due, evidence_wanted } = await getAction(coordinator, ids[2]);
		await coordinator.call("putAction", { params: { id: ids[2] }, ifMatch: version, body: {
			coordination_id: id, organisation_id: school.id, what, due, evidence_wanted } }, 200);
		await accepts(school, ids[2]);
		assert.equal((await getPlan(coordinator, id)).concentration, undefined);
	});
	await step(coordinator, id, { step: "plan" });
	await step(coordinator, id, { step: "start" });
	await t.test("the child says who", async () => {
		await send(school.worker, "putKeyworker", { id: uuid7() }, { coordination_id: id,
			organisation_id: ngo.id, role: "младежки работник", nominated_by: "child", from: day(0) });
		const { body } = await coordinator.call("listKeyworkers", { params: { id } }, 200);
		assert.deepEqual(body.items.map((one) => [one.organisation_id, one.nominated_by]),
			[[ngo.id, "child"]]);
	});
	await reports(ngo, ids[3], DONE);
	await reports(csc, ids[0], { state: "not_done", reason: "Майката помоли да почакаме." });
	await send(ngo.worker, "noteAction", { id: ids[3], note_id: uuid7() },
		{ text: "Вървим заедно и говорим за футбол." });
	await send(school.worker, "rateGoal", { id: back, rating_id: uuid7() }, { value: 5 });
	await t.test("a review with a meeting, then less", async () => {
		await meets(id, [school, ngo, csc], []);
		await reviews(school, id, { result: "step_down" });
		await step(coordinator, id, { step: "review" });
		assert.equal((await step(coordinator, id,
			{ step: "step_down", reason: "Остава само придружаването." })).state, "stepped_down");
	});
	await closed(id, "Детето каза кой да остане; другите отстъпиха.");
	for (const { worker } of [school, odz, csc, ngo])
		await mirrored(worker, "coordination", id, (doc) => doc.state === "closed");
});

test("parents in conflict: the consent ends in the middle and is given anew", async (t) => {
	const made = await teamOf(csc, [school, ngo]);
	const { id, consent, summary, person } = made;
	await leads(csc, id, csc);
	await step(coordinator, id, { step: "understand" });
	await meets(id, [csc, school], [school]);
	await step(coordinator, id, { step: "meet" });
	const WORDS = "Всеки от двамата говори през детето.";
	await understands(id, csc, [csc, school, ngo], WORDS);
	const ids = await acts(id, csc, [{ of: school, what: "Една учителка пита детето как е." },
		{ of: ngo, what: "Следобеди без родителите." }]);
	await step(coordinator, id, { step: "plan" });
	await step(coordinator, id, { step: "start" });
	await reports(ngo, ids[1], DONE);
	const texts = async (database) => Number(await cluster.psql(database, `SELECT count(*) FROM mirror
		WHERE (id = :'id' OR parent = :'id') AND doc::text ~ 'през детето|Следобеди|спокойно|как е';`,
	{ id }));
	assert.ok(await texts(federation.nodes.school.database) > 0);
	await t.test("one parent withdraws: what was said is gone everywhere", async () => {
		const late = uuid7();
		await csc.worker.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } });
		await mirrored(csc.worker, "coordination", id, (doc) => doc.state === "suspended");
		for (const { worker, name } of [school, ngo])
			await waitUntil(`nothing is left at ${name}`, async () => {
				const { status } = await worker.call("getShared", { params: { kind: "coordination", id } });
				return status === 410;
			}, 30_000);
		const { status } = await school.worker.call("putSharedChange", { params: { id: late }, body: {
			operation: "reportAction", params: { id: ids[0] }, base_version: 2, send: true, body: DONE } });
		assert.ok([404, 409, 410].includes(status), `${status}`);
		await waitUntil("others' texts are gone", async () => {
			const left = await cluster.psql(federation.nodes.school.database, `SELECT count(*)
				FROM mirror WHERE (id = :'id' OR parent = :'id')
				AND doc::text ~ 'през детето|Следобеди|спокойно';`, { id });
			return left === "0";
		}, 30_000);
		const plan = await getPlan(coordinator, id);
		assert.equal(plan.formulation, undefined);
		assert.equal(JSON.stringify(plan).includes("Следобеди"), false);
		const { body: hidden } = await coordinator.call("getAction", { params: { id: ids[1] } });
		assert.deepEqual([hidden.what, hidden.evidence], [undefined, undefined]);
		for (const api of [ngo.worker, ngo.lead]) {
			const { body: own } = await api.call("getShared",
				{ params: { kind: "action", id: ids[1] } }, 200);
			assert.equal(own.document.what, "Следобеди без родителите.",
				"what one has done oneself stays one's own");
			const { body: list } = await api.call("listShared", { query: { coordination: id } }, 200);
			assert.deepEqual(list.items.map((item) => item.id), [ids[1]], "and nothing else");
			await api.call("getShared", { params: { kind: "action", id: ids[0] } },
				"410 consent-withdrawn");
		}
		await step(coordinator, id, { step: "review" }, "409 step-not-possible");
		const { body } = await coordinator.call("putPlan", { params: { id },
			ifMatch: plan.version, body: { formulation: "Пак." } });
		assert.equal(body.code, "step-not-possible");
	});
	await t.test("both agree anew: the work goes on, the understanding is made again", async () => {
		await renewed(csc, made, [school, ngo]);
		assert.equal((await get(coordinator, id)).state, "in_action");
		const { version } = await getPlan(coordinator, id);
		await send(csc.worker, "putPlan", { id }, { formulation: "Двамата говорят помежду си." }, version);
		for (const one of [csc, school, ngo]) {
			const now = await mirrored(one.worker, "plan", id,
				(doc) => doc.formulation === "Двамата говорят помежду си.");
			await send(one.worker, "adoptFormulation", { id },
				{ formulation_version: now.formulation_version });
		}
		await meets(id, [csc, school, ngo], []);
		await reviews(csc, id);
		assert.equal((await step(coordinator, id, { step: "review" })).state, "reviewed");
	});
	await closed(id, "Първо двамата поотделно, после заедно.");
	await t.test("the person's export tells of it; who had no part knows nothing", async () => {
		const { body } = await (await nodeAs("csc", "dpo")).call("exportSubject",
			{ params: { id: person } }, 200);
		assert.ok(body.coordinations.some((one) => one.id === id));
		await odz.lead.call("getShared", { params: { kind: "coordination", id } }, 404);
		assert.equal(await cluster.psql(federation.nodes.odz.database,
			"SELECT count(*) FROM mirror WHERE id = :'id' OR parent = :'id' OR id = :'summary';",
			{ id, summary }), "0");
	});
});

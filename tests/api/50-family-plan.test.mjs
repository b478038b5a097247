// The family reads the plan by its own code, without what is not for it, and
// says what it thinks; with the consent all that ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { requestBody, step, WORKING } from "../lib/coordination.mjs";
import { facts, forgive, slip, visit } from "../lib/family.mjs";
import { getPlan, newAction, newGoal, PLAN, putPlan } from "../lib/plan.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { shared } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const coordinator = await hubAs("coordinator");
const read = async (family, expected = 200) => (await family.call("getFamilyPlan", {}, expected)).body;
const say = async (family, body, expected = 200) =>
	(await family.call("putFamilyPlanView", { body }, expected)).body;

test("the plan on the family's page", async (t) => {
	await forgive();
	const { consent, summary } = await shared(school, { [state.team]: WORKING, csc: WORKING });
	const { codes } = await slip(school, consent);
	const family = await visit(codes[0]);
	await read(family, "404 not-found");
	await say(family, { view: "agreed" }, "404 not-found");

	const id = uuid7(), holder = { id: organisationId("school") };
	await school.call("requestCoordination", { params: { id }, body: requestBody(summary) }, 201);
	await waitUntil("the hub has it", async () =>
		(await coordinator.call("getCoordination", { params: { id } })).status === 200, 15_000);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await putPlan(coordinator, id);
	const goal = await newGoal(coordinator, id, { whose: "parent", words: "Да сме заедно." });
	const secret = await newGoal(coordinator, id);
	const allowed = await newGoal(coordinator, id, { words: "Да играя.", parents_may_see: true });
	const action = await newAction(coordinator, id, holder);
	await coordinator.call("recordFamilyView", {
		params: { id }, body: { who: "child", view: "differs", text: "Не искам да се местя." },
	}, 200);

	await t.test("without what is not for it", async () => {
		const answer = await family.call("getFamilyPlan", {}, 200);
		const { body } = answer;
		assert.equal(body.formulation, PLAN.formulation);
		assert.equal(body.contingency, undefined, "marked unsafe");
		assert.deepEqual(body.goals.map((g) => g.id), [goal, allowed]);
		assert.deepEqual(body.family_views, [], "what the child said is the child's");
		assert.equal(body.actions[0].id, action);
		assert.equal(body.actions[0].state, "proposed");
		assert.deepEqual(body.actions[0].notes, []);
		assert.equal(body.concentration, undefined);
		for (const hidden of [secret, "Да спя", "Не искам"])
			assert.equal(answer.text.includes(hidden), false, hidden);
		assert.equal(answer.headers["cache-control"], "no-store");
	});
	await t.test("nor anything while the clock is behind", async () => {
		const clock = (ahead) => cluster.psql(federation.hub.database,
			`UPDATE clock_mark SET mark = now() + interval '${ahead}';`);
		await clock("2 hours");
		await read(family, "503 clock-behind");
		await clock("0 seconds");
		await read(family);
	});
	await t.test("the reviews, and who has opened what", async () => {
		await cluster.psql(federation.hub.database, `INSERT INTO review (id, coordination_id, result,
			changed_for_child, by_org) SELECT gen_random_uuid(), id, 'continue', 'Спи спокойно.', region
			FROM coordination WHERE id = :'id';`, { id });
		assert.deepEqual((await read(family)).reviews.map((r) => r.changed_for_child), ["Спи спокойно."]);
		await coordinator.call("listReviews", { params: { id } }, 200);
		await getPlan(coordinator, id);
		const answer = await family.call("getFamilyFacts", {}, 200);
		const found = answer.body.opened.filter((o) => o.organisation_id === state.team && o.role);
		for (const kind of ["coordination", "plan", "review"])
			assert.equal(found.find((o) => o.kind === kind)?.role, "coordinator", kind);
		assert.ok(found.every((o) => o.kind_label && o.role_label));
		assert.equal(answer.text.includes("Спи спокойно"), false, "that, and not what it says");
	});
	await t.test("and with what it thinks", async () => {
		await say(family, { view: "not_asked_because" }, "422 invalid");
		await say(family, { view: "differs", text: "Пишете на a.b@primer.example" }, "422 invalid");
		const { family_views: [mine] } = await say(family, { view: "differs", text: "Бързате." });
		assert.deepEqual([mine.who, mine.view, mine.text, mine.recorded_by],
			["parents", "differs", "Бързате.", "family"]);
		await say(family, { view: "agreed" });
		await coordinator.call("recordFamilyView", {
			params: { id }, body: { who: "parents", view: "agreed" },
		}, 200);
		const { family_views: all } = await getPlan(coordinator, id);
		assert.deepEqual(all.map((v) => [v.who, v.recorded_by, v.view]),
			[["child", "team", "differs"], ["parents", "family", "agreed"], ["parents", "team", "agreed"]]);
		assert.equal((await read(family)).family_views.length, 2);
	});
	await t.test("another family's code opens its own", async () => {
		const other = await shared(school, { [state.team]: WORKING });
		const stranger = await visit((await slip(school, other.consent)).codes[0]);
		await read(stranger, "404 not-found");
		await stranger.call("endFamilySession", {}, 204);
		await read(stranger, "401 session-ended");
		await say(stranger, { view: "agreed" }, "401 session-ended");
	});
	await t.test("the consent ends: nothing is there any more", async () => {
		await family.call("withdrawFamilyConsent", {}, 200);
		await read(family, "404 not-found");
		await say(family, { view: "agreed" }, "404 not-found");
		assert.equal((await facts(family)).state, "withdrawn");
		assert.equal((await getPlan(coordinator, id)).formulation, undefined);
	});
});

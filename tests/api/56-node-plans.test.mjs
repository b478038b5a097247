// The shared plan between nodes: written at the school, adopted and done at the
// centre, each through its own outbox, read from its own mirror.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { get, invite, requestBody, step, WORKING } from "../lib/coordination.mjs";
import { actionBody, getAction, goalBody, newAction, PLAN } from "../lib/plan.mjs";
import { hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { arrived, colleague, shared, withoutHub } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const centre = await nodeAs("csc", "supervisor");
const helper = await nodeAs("csc", "practitioner");
const coordinator = await hubAs("coordinator");
const SCHOOL = { id: organisationId("school") }, CSC = { id: organisationId("csc") };

const until = (what, act) => waitUntil(what, act, 15_000);
const document = (api, kind, id, wanted = () => true) => until(`${kind} ${id}`, async () => {
	const { status, body } = await api.call("getShared", { params: { kind, id } });
	return status === 200 && wanted(body.document) && body;
});

/* Sends a change and waits for what becomes of it. */
async function send(api, operation, params, body, { base, becomes = "delivered", more } = {}) {
	const id = uuid7();
	await api.call("putSharedChange", {
		params: { id },
		body: { operation, params, body, base_version: base, send: true, ...more },
	}, 201);
	return until(`${operation} is ${becomes}`, async () => {
		const answer = await api.call("getSharedChange", { params: { id } }, 200);
		if (answer.body.problem && becomes === "delivered")
			throw new Error(JSON.stringify(answer.body.problem));
		return answer.body.state === becomes && answer.body;
	});
}

const made = await shared(school, { [state.team]: WORKING, csc: WORKING });
const id = uuid7();
await school.call("requestCoordination", { params: { id }, body: requestBody(made.summary) }, 201);
await document(school, "coordination", id);
await step(coordinator, id, { step: "accept", criteria_discussed: true });
await invite(coordinator, id, CSC);
await arrived("csc", made.summary);
await document(centre, "coordination", id);
await centre.call("answerInvitation", { params: { id }, body: { answer: "accepted" } }, 202);
await centre.call("assignReceivedSummary", {
	params: { id: made.summary }, body: { user_id: state.nodes.csc.users.practitioner.id },
}, 200);
await document(school, "coordination", id, (doc) => doc.members[0]?.state === "accepted");
await school.call("nameCaseManager", { params: { id }, body: { organisation_id: SCHOOL.id } }, 202);
await until("the school leads", async () =>
	(await get(coordinator, id)).case_manager === SCHOOL.id);

test("the plan is written at one node, read and adopted at the other", async () => {
	await send(school, "putPlan", { id }, PLAN);
	const plan = await document(helper, "plan", id);
	assert.equal(plan.document.formulation, PLAN.formulation);
	assert.equal(plan.coordination_id, id);
	await send(helper, "adoptFormulation", { id }, { formulation_version: 1 });
	await send(school, "putGoal", { id: uuid7() }, goalBody(id));
	await document(helper, "plan", id, (doc) => doc.goals?.length === 1);
	const refused = await send(helper, "putPlan", { id }, { formulation: "Наше." },
		{ base: 1, becomes: "refused" });
	assert.equal(refused.problem.code, "step-not-yours");
	const { body } = await helper.call("putSharedChange", { params: { id: uuid7() }, body: {
		operation: "putPlan", params: { id }, base_version: 1, send: true,
		body: { formulation: "x".repeat(2001) },
	} }, "422 invalid");
	assert.deepEqual(body.errors.map((error) => [error.pointer, error.code]),
		[["/body/formulation", "max-length"]]);
});

test("an action is given at one node, accepted and done at the other", async (t) => {
	const action = uuid7();
	await send(school, "putAction", { id: action }, actionBody(id, CSC));
	await document(helper, "action", action, (doc) => doc.state === "proposed");
	await send(helper, "answerAction", { id: action }, { answer: "accepted" }, { base: 1 });
	await document(helper, "action", action, (doc) => doc.state === "open");
	await t.test("in the list, by what is due", async () => {
		const list = (due) => helper.call("listShared",
			{ query: { kind: "action", coordination: id, due_before: due } }, 200);
		const soon = new Date(Date.now() + 20 * 86_400_000).toISOString();
		assert.deepEqual((await list(soon)).body.items.map((item) => item.id), [action]);
		assert.deepEqual((await list(new Date().toISOString())).body.items, []);
	});
	await t.test("changed meanwhile: back with both versions, then done", async () => {
		const { version } = await getAction(coordinator, action);
		const change = uuid7();
		await withoutHub("csc", async () => {
			await coordinator.call("putAction", { params: { id: action }, ifMatch: version,
				body: actionBody(id, CSC, { what: "Две посещения у дома." }) }, 200);
			await helper.call("putSharedChange", { params: { id: change }, body: {
				operation: "reportAction", params: { id: action }, base_version: version, send: true,
				body: { state: "done", evidence: "Бележка от деня." },
			} }, 201);
		});
		const stale = await until("it is stale", async () => {
			const { body } = await helper.call("getSharedChange", { params: { id: change } }, 200);
			return body.state === "stale" && body;
		});
		assert.equal(stale.body.evidence, "Бележка от деня.");
		assert.equal(stale.current.what, "Две посещения у дома.");
		const now = await document(helper, "action", action,
			(doc) => doc.version === stale.current.version);
		await helper.call("resendSharedChange", { params: { id: change }, ifMatch: stale.version,
			body: { base_version: now.version } }, 200);
		await document(school, "action", action, (doc) => doc.state === "done");
	});
});

test("one's own work without the hub does not overtake one's next change", async (t) => {
	const action = uuid7(), goal = uuid7();
	await send(school, "putAction", { id: action }, actionBody(id, CSC));
	await document(helper, "action", action, (doc) => doc.state === "proposed");
	await send(helper, "answerAction", { id: action }, { answer: "accepted" }, { base: 1 });
	const { document: open } = await document(helper, "action", action, (doc) => doc.state === "open");
	const offline = async (node, list, api) => {
		const sent = [];
		await withoutHub(node, async () => {
			for (const [operation, params, body, base] of list) {
				sent.push([operation, uuid7()]);
				await api.call("putSharedChange", { params: { id: sent.at(-1)[1] },
					body: { operation, params, body, base_version: base, coordination_id: id, send: true } }, 201);
			}
		});
		for (const [operation, change] of sent)
			await until(`${operation} is delivered`, async () => {
				const { body } = await api.call("getSharedChange", { params: { id: change } }, 200);
				assert.equal(body.problem, undefined, operation);
				return body.state === "delivered";
			});
	};
	await t.test("a note, then done", async () => {
		await offline("csc", [
			["noteAction", { id: action, note_id: uuid7() }, { text: "Говорихме." }],
			["reportAction", { id: action }, { state: "done", evidence: "Видяхме го." }, open.version],
		], helper);
		const { document: now } = await document(helper, "action", action, (doc) => doc.state === "done");
		assert.deepEqual(now.notes.map((note) => note.text), ["Говорихме."]);
	});
	await t.test("a goal, its rating and an adoption, then the plan", async () => {
		const { document: plan } = await document(school, "plan", id);
		await offline("school", [
			["putGoal", { id: goal }, goalBody(id, { words: "Да играем заедно." })],
			["rateGoal", { id: goal, rating_id: uuid7() }, { value: 3 }],
			["recordFamilyView", { id }, { who: "child", view: "agreed" }],
			["adoptFormulation", { id }, { formulation_version: plan.formulation_version }],
			["putPlan", { id }, { formulation: "Разбрахме повече." }, plan.version],
		], school);
		await document(helper, "plan", id, (doc) => doc.formulation === "Разбрахме повече." &&
			doc.goals.some((one) => one.id === goal && one.ratings.length === 1));
	});
	await t.test("what another has changed still does", async () => {
		const { version } = await getAction(coordinator, action);
		assert.equal(version, open.version + 1, "a report is a version, a note is none");
	});
});

test("who of us does it stays here, and too much on one is told", async () => {
	const user = state.nodes.csc.users.practitioner.id;
	const actions = [];
	for (let n = 0; n < 3; n += 1)
		actions.push(await newAction(coordinator, id, CSC));
	const assign = (api, action, to, expected) => api.call("assignAction",
		{ params: { id: action }, body: { user_id: to } }, expected);
	for (const action of actions) {
		await document(helper, "action", action);
		await assign(helper, action, user, 200);
	}
	assert.equal((await document(centre, "action", actions[0])).assignee, user);
	assert.equal((await getAction(coordinator, actions[0])).assignee, undefined);
	await document(school, "action", actions[0]);
	await assign(school, actions[0], state.nodes.school.users.practitioner.id, "404 not-found");
	await assign(await nodeAs("ngo", "practitioner"), actions[0], user, "404 not-found");
	const { body } = await assign(helper, actions[0],
		state.nodes.csc.users.dpo.id, "422 invalid");
	assert.equal(body.errors[0].pointer, "/user_id");
	const told = async (api) => (await api.call("listTasks", { query: { subject: id } }, 200))
		.body.items.filter((task) => task.kind === "action_load" && !task.done_at).length;
	assert.equal(await told(centre), 1);
	assert.equal(await told(helper), 0);
	const other = await colleague("csc");
	for (const action of actions.slice(1))
		await assign(centre, action, other.id, 200);
	assert.equal(await told(centre), 1, "now the other has too much");
	await assign(centre, actions[1], user, 200);
	await assign(centre, actions[0], state.nodes.csc.users.supervisor.id, 200);
	assert.equal(await told(centre), 0);
});

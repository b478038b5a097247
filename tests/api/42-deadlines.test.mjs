// Deadlines as configuration: drafts of the board, adopted by a decision, and
// what new deadlines are counted by from then on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { consented, get, requested } from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { deadlines } from "../lib/samples.mjs";
import { hubAs } from "../lib/suite.mjs";

const board = await hubAs("board");
const coordinator = await hubAs("coordinator");
const holder = await enrolledOrganisation();
const DECISION = { decided_on: "2026-11-20", decision: "Протокол № 5" };

const list = async (api = board) => (await api.call("listDeadlineSets", {}, 200)).body.items;
const put = (id, change, expected, options = {}) => board.call("putDeadlineSet", {
	params: { id }, ...options,
	body: { deadlines: deadlines(change), note: "По-кратки срокове." },
}, expected);
const adopt = (id, ifMatch, expected, body = DECISION) => board.call("adoptDeadlineSet",
	{ params: { id }, ifMatch, body }, expected);

test("the system begins with the deadlines of the list", async () => {
	const first = (await list()).at(-1);
	assert.equal(first.number, 1);
	assert.equal("decision" in first, false, "ours, adopted by nobody");
	assert.deepEqual(first.deadlines, deadlines());
	await put(first.id, {}, "409 already-adopted");
	await adopt(first.id, first.version, "409 already-adopted");
});

test("a draft is changed until it is adopted, and then never", async (t) => {
	const id = uuid7();
	const before = (await list()).find(({ state }) => state === "adopted");
	const days = async () => {
		const { summary } = await consented(holder);
		const made = await get(coordinator, await requested(holder, summary));
		return [made.deadline_set, new Date(made.due) - new Date(made.requested_at)];
	};
	const [number, usual] = await days();
	assert.equal(number, before.number);

	await t.test("a draft counts for nothing", async () => {
		await put(id, { screening: { hours: 5 } }, 201);
		await put(id, { screening: { hours: 5 } }, 200);
		await put(id, { screening: { hours: 6 } }, "409 already-exists");
		await put(id, { screening: { hours: 6 } }, "412 precondition-failed", { ifMatch: 4 });
		const { body } = await put(id, { screening: { hours: 6 } }, 200, { ifMatch: 1 });
		assert.equal(body.state, "draft");
		await put(uuid7(), {}, "404 not-found", { ifMatch: 1 });
		assert.deepEqual((await days())[0], before.number);
		assert.ok((await list(coordinator)).some((set) => set.id === id));
	});
	await t.test("what is no set of deadlines is refused", async () => {
		await put(uuid7(), { screening: { hours: 1, working_days: 1 } }, "422 invalid");
		await put(uuid7(), { screening: {} }, "422 invalid");
		await put(uuid7(), { lunch: { hours: 1 } }, "422 invalid");
		await put(uuid7(), { screening: undefined }, "422 invalid");
		const { body } = await adopt(id, 2, "422 invalid",
			{ ...DECISION, decision: "Обадете се на 0888 123 456" });
		assert.equal(body.errors[0].pointer, "/decision");
	});
	await t.test("adopted in the version that was seen", async () => {
		await adopt(id, 1, "412 precondition-failed");
		await adopt(uuid7(), 1, "404 not-found");
		const { body } = await adopt(id, 2, 200);
		assert.equal(body.number, before.number + 1);
		assert.equal(body.decision, DECISION.decision);
		assert.equal(body.decided_on, DECISION.decided_on);
		assert.equal((await adopt(id, 2, 200)).body.number, body.number);
		await adopt(id, 3, "409 already-adopted", { ...DECISION, decision: "Протокол № 6" });
		await put(id, {}, "409 already-adopted", { ifMatch: 3 });
		const states = (await list()).map((set) => [set.number, set.state]);
		assert.equal(states.filter(([, state]) => state === "adopted").length, 1);
		assert.deepEqual(states.find(([n]) => n === before.number),
			[before.number, "superseded"]);
	});
	await t.test("what is asked for now is counted by it", async () => {
		const [set, span] = await days();
		assert.equal(set, before.number + 1);
		assert.ok(Math.abs(span - 6 * 3_600_000) < 1000, `${span} ms`);
		assert.ok(usual > span);
	});
	await t.test("and one by one, whoever adopts at once", async () => {
		const drafts = [uuid7(), uuid7(), uuid7()];
		for (const draft of drafts)
			await put(draft, {}, 201);
		const answers = await Promise.all(drafts.map((draft) => adopt(draft, 1, 200)));
		assert.equal(new Set(answers.map(({ body }) => body.number)).size, 3);
		assert.equal((await list()).filter(({ state }) => state === "adopted").length, 1);
	});
});

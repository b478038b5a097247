// Outcome records of a case: dated, by the holder, corrected by a new record.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { colleague, newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("odz", "practitioner");
const supervisor = await nodeAs("odz", "supervisor");
const { id } = await newCase(practitioner);

const put = (body, expected, outcome_id = uuid7(), api = practitioner) =>
	api.call("recordOutcome", { params: { id, outcome_id }, body }, expected);
const current = async () =>
	(await practitioner.call("getCase", { params: { id } }, 200)).body.outcomes;
const history = async () =>
	(await practitioner.call("listOutcomes", { params: { id } }, 200)).body.items;
const pointer = ({ body }) => [body.errors[0].pointer, body.errors[0].code];

test("a case begins without any", async () => {
	assert.deepEqual(await current(), []);
	assert.deepEqual(await history(), []);
});

test("each kind, and what of it holds now", async () => {
	const violence = (form, ended) => ({ violence: { form, setting: "family", ended } });
	for (const [on, record] of [
		[-300, { keyworker: {} }], [-200, { school: { state: "attending" } }],
		[-100, { school: { state: "at_risk" } }], [-250, { care: { setting: "kin" } }],
		[-90, { care: { event: "entered", setting: "foster" } }],
		[-80, violence("physical", "no")], [-70, violence("neglect", "not_known")],
		[-10, violence("physical", "yes")],
	]) {
		const { body } = await put({ on: day(on), ...record }, 201);
		assert.equal(body.kind, Object.keys(record)[0]);
		assert.equal(body.recorded_by, userId("odz", "practitioner"));
	}
	const holds = await current();
	assert.deepEqual(holds.map((o) => o.kind), ["care", "keyworker", "school", "violence", "violence"]);
	assert.deepEqual(holds[0].care, { event: "entered", setting: "foster" });
	assert.deepEqual(holds[2].school, { state: "at_risk" });
	assert.deepEqual(holds.slice(3).map((o) => [o.violence.form, o.violence.ended]),
		[["neglect", "not_known"], ["physical", "yes"]]);
	assert.equal((await history()).length, 8, "the history keeps all");
});

test("a correction replaces and stays beside what it replaced", async () => {
	const wrong = (await current()).find((o) => o.kind === "school");
	const fixed = uuid7();
	const body = { on: wrong.on, school: { state: "dropped_out" }, replaces: wrong.id };
	await put(body, 201, fixed);
	await put(body, 200, fixed);
	await put({ ...body, school: { state: "returned" } }, "409 already-exists", fixed);
	assert.deepEqual((await current()).find((o) => o.kind === "school").school, { state: "dropped_out" });
	const items = await history();
	assert.equal(items.find((o) => o.id === wrong.id).replaced_by, fixed);
	assert.equal(items.find((o) => o.id === fixed).replaces, wrong.id);
	assert.equal(items.length, 9);

	assert.deepEqual(pointer(await put(body, "422 invalid")), ["/replaces", "conflict"],
		"once only");
	assert.deepEqual(pointer(await put({ ...body, replaces: uuid7() }, "422 invalid")),
		["/replaces", "not-found"]);
	const care = (await current()).find((o) => o.kind === "care");
	assert.deepEqual(pointer(await put({ ...body, replaces: care.id }, "422 invalid")),
		["/replaces", "not-found"], "only of its own kind");
});

test("a nomination that has ended holds no more", async () => {
	const nominated = (await current()).find((o) => o.kind === "keyworker");
	await put({ on: nominated.on, keyworker: { to: day(-30) }, replaces: nominated.id }, 201);
	assert.equal((await current()).some((o) => o.kind === "keyworker"), false);
});

test("what cannot be", async () => {
	assert.deepEqual(pointer(await put({ on: day(2), school: { state: "attending" } }, "422 invalid")),
		["/on", "in-future"]);
	assert.deepEqual(pointer(await put({ on: day(-1), keyworker: { to: day(-5) } }, "422 invalid")),
		["/keyworker/to", "too-early"]);
	await put({ on: day(-1), school: { state: "nowhere" } }, "422 invalid");
	await put({ on: day(-1) }, "422 invalid");
	await put({ on: day(-1), keyworker: {}, school: { state: "attending" } }, "422 invalid");
	await put({ on: day(-1), violence: { form: "neglect", setting: "family" } }, "422 invalid");
});

test("only the holder records; whoever sees the case reads", async () => {
	const body = { on: day(-1), school: { state: "attending" } };
	await put(body, "403 scope-missing", uuid7(), supervisor);
	await supervisor.call("listOutcomes", { params: { id } }, 200);
	const { api } = await colleague("odz");
	await put(body, "404 not-found", uuid7(), api);
	await api.call("listOutcomes", { params: { id } }, "404 not-found");
});

// What a difficult case is: ours as a draft, the board's drafts, the decision
// that puts one in force, and that every node learns of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { definition } from "../lib/samples.mjs";
import { cluster, federation, hubAs, nodeAs } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const board = await hubAs("board");
const organisation = await enrolledOrganisation();
const DECISION = { decided_on: "2026-11-20", decision: "Протокол № 7" };

const list = async (api = board) =>
	(await api.call("listDifficultyDefinitions", {}, 200)).body.items;
const put = async (id, change, expected, options = {}) => (await board.call(
	"putDifficultyDefinition", { params: { id }, ...options, body: definition(change) },
	expected)).body;
const adopt = async (id, ifMatch, expected, body = DECISION) => (await board.call(
	"adoptDifficultyDefinition", { params: { id }, ifMatch, body }, expected)).body;
const next = async () => (await list())[0].number + 1;

/* What a node's mirror has of it, once that is of the version. */
const mirrored = (id, version) => waitUntil(`${id} version ${version} at a node`, async () => {
	const text = await cluster.psql(federation.nodes.ngo.database,
		`SELECT row_to_json(m) FROM mirror m WHERE kind = 'definition'
		AND id = :'id' AND version = :'version';`, { id, version: String(version) });
	return text.trim() !== "" && JSON.parse(text);
});

test("the system begins with a draft of ours, and says whose it is", async () => {
	const ours = (await list()).at(-1);
	assert.deepEqual([ours.number, ours.source], [1, "zaedno"]);
	assert.equal(ours.state, "draft");
	assert.equal("decision" in ours, false);
	assert.equal(Object.keys(ours.criteria).length, 12);
	assert.deepEqual(ours.rule, [{ all: ["D4"], more: 2 }, { all: [], more: 4 }]);
	for (const api of [await hubAs("coordinator"), await hubAs("analyst"),
		await organisation.api()])
		assert.deepEqual((await list(api)).at(-1), ours);
	await put(ours.id, {}, "409 already-exists");
	await put(ours.id, {}, "409 already-exists", { ifMatch: ours.version });
	const { doc, state } = await mirrored(ours.id, ours.version);
	assert.equal(state, "draft");
	assert.deepEqual(doc, ours);
});

test("a draft is the board's, and each of its texts has a number", async () => {
	const id = uuid7(), number = await next();
	const made = await put(id, {}, 201);
	assert.deepEqual([made.number, made.state, made.source], [number, "draft", "board"]);
	assert.deepEqual(await put(id, {}, 200), made, "a repeat changes nothing");
	await put(id, { note: "Друго." }, "409 already-exists");
	const stale = await put(id, { note: "Друго." }, "412 precondition-failed", { ifMatch: 7 });
	assert.equal(stale.current.number, number);
	const changed = await put(id, { note: "Друго." }, 200, { ifMatch: 1 });
	assert.deepEqual([changed.number, changed.version], [number + 1, 2]);
	await put(uuid7(), {}, "404 not-found", { ifMatch: 1 });
});

test("numbers are of each draft alone, whoever writes at once", async () => {
	const made = await Promise.all([1, 2, 3].map(() => put(uuid7(), {}, 201)));
	assert.equal(new Set(made.map(({ number }) => number)).size, 3);
});

test("what can mean nothing is refused, with its place", async () => {
	const { criteria } = definition();
	for (const [change, pointer] of [
		[{ criteria: {} }, "/criteria"],
		[{ criteria: { D13: {} } }, "/criteria/D13"],
		[{ criteria: { ...criteria, D1: {} } }, "/criteria/D1/domains"],
		[{ criteria: { ...criteria, D4: { domains: 2 } } }, "/criteria/D4/domains"],
		[{ criteria: { D4: {}, D5: {} }, rule: [{ all: ["D1"], more: 0 }] }, "/rule/0/all/0"],
		[{ criteria: { D4: {}, D5: {} }, rule: [{ all: ["D4"], more: 2 }] }, "/rule/0/more"],
		[{ rule: [{ all: [], more: 0 }] }, "/rule/0/more"],
		[{ rule: [] }, "/rule"],
		[{ note: "Обадете се на 0888 123 456" }, "/note"],
	]) {
		const { errors } = await put(uuid7(), change, "422 invalid");
		assert.deepEqual(errors.map((error) => error.pointer), [pointer]);
	}
});

test("adopted by a decision in the version that was seen, and never changed", async (t) => {
	const before = (await list()).find(({ state }) => state === "adopted");
	const id = uuid7();
	const { number } = await put(id, {}, 201);
	await adopt(id, 2, "412 precondition-failed");
	await adopt(uuid7(), 1, "404 not-found");
	await adopt(id, 1, "422 invalid", { ...DECISION, decision: "Обадете се на 0888 123 456" });
	const done = await adopt(id, 1, 200);
	assert.deepEqual([done.number, done.state, done.decision], [number, "adopted", DECISION.decision]);
	assert.deepEqual(await adopt(id, 1, 200), done, "a repeat");
	await adopt(id, 2, "409 already-adopted", { ...DECISION, decision: "Протокол № 8" });
	await put(id, { note: "Друго." }, "409 already-adopted", { ifMatch: 2 });
	assert.equal((await mirrored(id, done.version)).doc.state, "adopted");

	await t.test("a node checks by it, and by its numbers", async () => {
		const practitioner = await nodeAs("ngo", "practitioner");
		const { id: caseId } = await newCase(practitioner);
		const picture = async () => (await practitioner.call("getDifficulty",
			{ params: { id: caseId } }, 200)).body;
		const { definition: by, criteria } = await picture();
		assert.deepEqual([by.version, by.state, by.source], [number, "adopted", "board"]);
		assert.deepEqual(criteria.map(({ code, numbers }) => [code, numbers]),
			Object.entries(definition().criteria));
		await practitioner.call("putNeeds", { params: { id: caseId }, ifMatch: 1, body: {
			strengths: [], needs: ["safety", "family"].map((domain) => ({ domain, level: 2 })) } }, 200);
		const { proposed, difficult } = await picture();
		assert.deepEqual([proposed, difficult], [["D1", "D4"], true], "two needs are enough here");
		const { body: check } = await practitioner.call("recordDifficultyCheck", {
			params: { id: caseId, check_id: uuid7() },
			body: { definition_version: number, met: ["D1", "D4"] } }, 201);
		assert.equal(check.definition_version, number);
		await practitioner.call("recordDifficultyCheck", {
			params: { id: caseId, check_id: uuid7() },
			body: { definition_version: number, met: ["D2"] } }, "422 invalid");
	});
	await t.test("another follows it, and nodes keep one", async () => {
		const other = uuid7();
		await put(other, { criteria: { D4: {} }, rule: [{ all: ["D4"], more: 0 }] }, 201);
		await adopt(other, 1, 200);
		const items = await list();
		assert.deepEqual(items.filter(({ state }) => state === "adopted").map((d) => d.id), [other]);
		assert.equal(items.find((d) => d.id === id).state, "superseded");
		assert.deepEqual([...new Set(items.map((d) => d.number))].length, items.length);
		assert.equal((await mirrored(id, 3)).state, "purged");
		if (before)
			assert.equal(items.find((d) => d.id === before.id).state, "superseded");
	});
	await t.test("one by one, whoever adopts at once", async () => {
		const drafts = [uuid7(), uuid7(), uuid7()];
		for (const draft of drafts)
			await put(draft, {}, 201);
		await Promise.all(drafts.map((draft) => adopt(draft, 1, 200)));
		assert.equal((await list()).filter(({ state }) => state === "adopted").length, 1);
	});
});

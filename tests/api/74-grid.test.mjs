// The dis-integration grid: what is not really known, where views are opposed,
// and the conversations that follow.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { erasedWith, exported, hiddenFrom, pointer, putLife, staysHere } from "../lib/casework.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("school", "practitioner");
const supervisor = await nodeAs("school", "supervisor");
const { id } = await newCase(practitioner);

const child = uuid7(), mother = uuid7(), advisor = uuid7();
const unknown = { source: "unknown" };
const own = (text) => ({ source: "own_words", text });
const WORDS = ["Никой не ме пита", "Ливада Шарена", "Кабинет „Слънчоглед“", "вечерите са тежки",
	"Едната чака другата", "Вихра Облачна", "Да се разберат за вечерите", "Иглика Росна", "Разговор всеки понеделник",
	"Калина Горска"];
const columns = [
	{ id: child, kind: "child", label: "Детето", explanation: own(WORDS[0]), intervention: unknown, responsibility: unknown },
	{
		id: mother, kind: "parent", label: WORDS[1], explanation: { source: "reported", text: WORDS[3], author: WORDS[9], confirmed_by: WORDS[7] },
		intervention: own("Да има кой да го вземе."), responsibility: unknown,
	},
	{
		id: advisor, kind: "professional", sector: "EDU", label: "Съветник", organisation: WORDS[2],
		explanation: { source: "assumed", text: "Сменя училище за трети път." }, intervention: own("Занимания."),
		responsibility: own("Училището."),
	},
];
const alignments = [
	{ level: "explanation", a: child, b: advisor, value: "opposed", note: WORDS[4] },
	{ level: "intervention", a: mother, b: advisor, value: "partly" },
];
const grid = { on: day(-40), facilitator: WORDS[5], columns, alignments };
const grid_id = uuid7(), review_id = uuid7();

const put = (body, expected, of = uuid7(), ifMatch = undefined) => practitioner.call("putGrid",
	{ params: { id, grid_id: of }, body, ...ifMatch && { ifMatch } }, expected);
const talk = {
	grid_id, level: "explanation", between: [child, advisor], broker: WORDS[5], intention: WORDS[6], due: day(7),
};
const connect = (body, expected, connection_id = uuid7(), ifMatch = undefined) => practitioner.call("putConnection",
	{ params: { id, connection_id }, body, ...ifMatch && { ifMatch } }, expected);
const talks = async () =>
	(await supervisor.call("listConnections", { params: { id } }, 200)).body.items;

test("a grid keeps its words, and counts what is not really known", async () => {
	const now = await putLife(practitioner, "putGrid", { id, grid_id }, { ...grid, alignments: [] }, grid);
	assert.deepEqual([now.columns, now.alignments, now.facilitator], [columns, alignments, WORDS[5]]);
	assert.deepEqual(now.measures, {
		columns: 3, cells: 9, unknown: 3, assumed: 1, unsure_share: 0.444,
		opposed: { explanation: 1, intervention: 0, responsibility: 0 }, opposed_total: 1, unjudged: 7, without: [],
	});
	const { body } = await supervisor.call("getGrid", { params: { id, grid_id } }, 200);
	assert.deepEqual(body, now);
	assert.equal(body.recorded_by, userId("school", "practitioner"));
	await practitioner.call("getGrid", { params: { id, grid_id: uuid7() } }, "404 not-found");
});

test("a review against its baseline", async () => {
	const better = columns.map((column) => ({ ...column, intervention: own("Знаем го.") }));
	const { body } = await put({ on: day(-1), baseline: grid_id, columns: better, alignments: [] }, 201, review_id);
	assert.deepEqual(body.change, { unknown: -1, assumed: 0, unsure_share: -0.111, opposed_total: -1,
		opposed: { explanation: -1, intervention: 0, responsibility: 0 } });
	const { body: { items } } = await practitioner.call("listGrids", { params: { id } }, 200);
	assert.deepEqual(items.map((item) => [item.id, item.measures.unknown, item.change?.unknown]),
		[[review_id, 2, -1], [grid_id, 3, undefined]]);
});

test("what is no grid", async () => {
	const refused = async (change, ...wrong) =>
		assert.deepEqual(pointer(await put({ ...grid, ...change }, "422 invalid")), wrong);
	const [first, ...rest] = columns;
	await refused({ columns: [{ ...first, responsibility: { source: "assumed" } }, ...rest] },
		"/columns/0/responsibility/text", "required");
	await refused({ columns: [...columns, { ...first, kind: "kin" }] }, "/columns/3/id", "duplicate");
	await refused({ alignments: [{ ...alignments[0], b: child }] }, "/alignments/0/b", "conflict");
	await refused({ alignments: [{ ...alignments[0], b: uuid7() }] }, "/alignments/0/b", "not-found");
	await refused({ alignments: [alignments[0], { ...alignments[0], a: advisor, b: child }] },
		"/alignments/1", "duplicate");
	await refused({ on: day(1) }, "/on", "in-future");
	await refused({ baseline: uuid7() }, "/baseline", "not-found");
	await refused({ baseline: review_id }, "/on", "too-early");
	for (const [change, ...wrong] of [[{ on: day(-1), baseline: review_id }, "/baseline", "conflict"],
		[{ on: day(0) }, "/on", "too-late"]])
		assert.deepEqual(pointer(await put({ ...grid, ...change }, "422 invalid", grid_id, 2)), wrong);
	await put({ ...grid, columns: [first] }, "422 invalid");
	await put({ ...grid, alignments: [{ ...alignments[0], value: "hostile" }] }, "422 invalid");
	const { body: other } = await newCase(practitioner).then((made) => practitioner.call("putGrid",
		{ params: { id: made.id, grid_id: uuid7() }, body: { ...grid, baseline: grid_id } }, "422 invalid"));
	assert.equal(other.errors[0].pointer, "/baseline", "a grid of another case is no baseline");
});

test("conversations: between whom, why, what came of it; three open at most", async () => {
	const first = uuid7();
	const now = await putLife(practitioner, "putConnection", { id, connection_id: first }, talk, { ...talk, due: day(-2) });
	assert.deepEqual([now.broker, now.intention, now.open, now.overdue], [WORDS[5], WORDS[6], true, true]);
	await connect(talk, 201);
	await connect({ ...talk, grid_id: review_id }, 201);
	await connect(talk, "409 connections-open");
	await connect({ ...talk, due: day(0) }, 200, first, 2);
	await connect({ ...talk, held_on: day(0), outcome: "closer", new_action: WORDS[8] }, 200, first, 3);
	const fourth = uuid7();
	await connect(talk, 201, fourth);
	await connect(talk, "409 connections-open", first, 4);
	await connect({ ...talk, dropped: true }, 200, fourth, 1);
	await connect({ ...talk, held_on: day(-1), outcome: "same" }, 201);
	const all = await talks();
	assert.deepEqual(all.map((item) => item.open), [true, true, false, false, false]);
	assert.equal(all.find((item) => item.id === first).new_action, WORDS[8]);
});

test("three at once leave three open", async () => {
	const { id: other } = await newCase(practitioner);
	const of = uuid7();
	await practitioner.call("putGrid", { params: { id: other, grid_id: of }, body: grid }, 201);
	const answers = await Promise.all(Array.from({ length: 8 }, () => practitioner.call("putConnection",
		{ params: { id: other, connection_id: uuid7() }, body: { ...talk, grid_id: of } })));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 409, 409, 409, 409, 409]);
});

test("what is no conversation", async () => {
	const refused = async (change, ...wrong) =>
		assert.deepEqual(pointer(await connect({ ...talk, ...change }, "422 invalid")), wrong);
	await refused({ grid_id: uuid7() }, "/grid_id", "not-found");
	await refused({ between: [child, uuid7()] }, "/between", "not-found");
	await refused({ held_on: day(0) }, "/outcome", "required");
	await refused({ outcome: "same" }, "/held_on", "required");
	await refused({ held_on: day(1), outcome: "same" }, "/held_on", "in-future");
	await refused({ held_on: day(0), outcome: "same", dropped: true }, "/dropped", "conflict");
	await connect({ ...talk, between: [child] }, "422 invalid");
	assert.deepEqual(pointer(await put({ ...grid, alignments: [], columns: columns.slice(0, 2) }, "422 invalid", grid_id, 2)),
		["/columns", "conflict"], "whom a conversation is about stays in the grid");
});

test("a conversation with somebody, and a grid without them, at once: one of the two", async () => {
	for (let n = 0; n < 5; n++) {
		const params = { id: (await newCase(practitioner)).id, grid_id: uuid7() };
		await practitioner.call("putGrid", { params, body: grid }, 201);
		const answers = await Promise.all([
			practitioner.call("putGrid",
				{ params, ifMatch: 1, body: { ...grid, columns: columns.slice(0, 2), alignments: [] } }),
			practitioner.call("putConnection", {
				params: { id: params.id, connection_id: uuid7() },
				body: { ...talk, grid_id: params.grid_id },
			}),
		]);
		assert.equal(answers.filter(({ status }) => status === 422).length, 1,
			answers.map(({ status }) => status).join());
	}
});

test("who does not see the case sees none of it", () => hiddenFrom("school",
	[["listGrids", { id }], ["getGrid", { id, grid_id }], ["listConnections", { id }]],
	[["putGrid", { id, grid_id: uuid7() }, grid], ["putConnection", { id, connection_id: uuid7() }, talk]]));

test("words stay here, sealed; the export shows them; erasure takes them", async () => {
	const mine = await newCase(practitioner);
	const of = uuid7(), connection_id = uuid7();
	await staysHere("school", async () => {
		await practitioner.call("putGrid", { params: { id: mine.id, grid_id: of }, body: grid }, 201);
		await practitioner.call("putConnection", {
			params: { id: mine.id, connection_id },
			body: { ...talk, grid_id: of, held_on: day(0), outcome: "closer", new_action: WORDS[8] },
		}, 201);
		await practitioner.call("getGrid", { params: { id: mine.id, grid_id: of } }, 200);
		for (const operation of ["listGrids", "listConnections"])
			await practitioner.call(operation, { params: { id: mine.id } }, 200);
	}, WORDS, [of, connection_id]);
	const { items, page } = await exported("school", mine.person, "grids");
	assert.deepEqual(items[0].columns, columns);
	for (const word of [...WORDS, "предполагаме", "противоположни", "по-близо"])
		assert.ok(page.includes(word), word);
	await erasedWith("school", mine, ["grid", "connecting"]);
});

// The path through services: at each move who is lost and who stays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { erasedWith, exported, hiddenFrom, staysHere } from "../lib/casework.mjs";
import { nodeAs } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("odz", "practitioner");
const supervisor = await nodeAs("odz", "supervisor");
const { id } = await newCase(practitioner);

const TIES = {
	lost: [{ who: "Леля Събка от групата", how: "чете ѝ вечер" }, { who: "приятелката от долния етаж" }],
	stays: [{ who: "Баба Неделя", how: "идва всяка неделя" }],
	goodbye: "Изпращане с торта в групата.",
	plan: [{ what: "Писмо до Леля Събка", who: "водещият случая", due: day(10) }],
};
const WORDS = ["Събка", "долния етаж", "Неделя", "торта", "Писмо до"];

const stay = (of, start, end) => practitioner.call("putEpisode", {
	params: { id: of, episode_id: uuid7() },
	body: {
		kind: "social", service: "Услуга", start: day(start),
		...end !== undefined && { end: day(end), end_reason: "planned_move", planned: false, initiated_by: "service" },
	},
}, 201).then(({ body }) => body.id);
const path = async (of = id, api = practitioner) =>
	(await api.call("getPath", { params: { id: of } }, 200)).body;
const answer = (episode_id, body, expected, ifMatch) => practitioner.call("putContinuity",
	{ params: { id, episode_id }, body, ...ifMatch && { ifMatch } }, expected);
const tasks = async (kind, subject = id) => (await practitioner.call("listTasks",
	{ query: { subject, limit: 200 } }, 200)).body.items.filter((task) => task.kind === kind);

const first = await stay(id, -800, -300);
const second = await stay(id, -299, -100);

test("a move asks who is lost and who stays, until it is answered", async () => {
	const now = await path();
	assert.deepEqual(now.items.map((item) => [item.id, item.move, item.days, item.continuity]),
		[[first, false, 500, undefined], [second, true, 199, undefined]]);
	assert.deepEqual([now.moves_total, now.moves_12m, now.alert, now.unanswered], [1, 1, false, 1]);
	const [task] = await tasks("continuity_missing");
	assert.deepEqual([task.case_id, task.done_at], [id, undefined]);
	assert.match(task.text, /кого губи/);
	await answer(second, { lost: [] }, "422 invalid");
	await answer(second, { ...TIES, lost: [{}] }, "422 invalid");
	await answer(uuid7(), TIES, "404 not-found");
	await answer(second, TIES, "404 not-found", 1);
	const { body, headers } = await answer(second, TIES, 201);
	assert.equal(headers.etag, '"1"');
	const { version, lost_total, stays_total, recorded_at, recorded_by, ...said } = body.continuity;
	assert.deepEqual([version, lost_total, stays_total], [1, 2, 1]);
	assert.ok(recorded_at && recorded_by);
	assert.deepEqual(said, TIES);
	assert.equal((await path()).unanswered, 0);
	assert.ok((await tasks("continuity_missing"))[0].done_at, "the task is done");
});

test("the answer is repeated, refused anew, changed by its version", async () => {
	await answer(second, TIES, 200);
	const nobody = { lost: [], stays: [] };
	await answer(second, nobody, "409 already-exists");
	const { body: { current } } = await answer(second, nobody, "412 precondition-failed", 9);
	assert.deepEqual(current.continuity.lost, TIES.lost);
	const { body } = await answer(second, nobody, 200, 1);
	assert.deepEqual([body.continuity.version, body.continuity.lost_total, body.continuity.goodbye], [2, 0, undefined]);
	await answer(first, nobody, 201);
});

test("the second move within 12 months is told, once", async () => {
	assert.deepEqual(await tasks("second_move"), []);
	const third = await stay(id, -99);
	const now = await path(id, supervisor);
	assert.deepEqual([now.moves_12m, now.alert, now.unanswered], [2, true, 1]);
	await practitioner.call("putEpisode", {
		params: { id, episode_id: third }, ifMatch: 1, body: { kind: "social", service: "Друга", start: day(-99) },
	}, 200);
	const told = await tasks("second_move");
	assert.equal(told.length, 1);
	assert.equal((await tasks("continuity_missing")).length, 2);
	await practitioner.call("completeTask", { params: { id: told[0].id } }, 200);
});

test("who does not see the case sees none of it", () => hiddenFrom("odz", [["getPath", { id }]],
	[["putContinuity", { id, episode_id: second }, TIES]]));

test("names stay here, sealed; the export shows them; erasure takes them", async () => {
	const own = await newCase(practitioner);
	await stay(own.id, -60, -30);
	const episode_id = await stay(own.id, -29);
	await staysHere("odz", async () => {
		await practitioner.call("putContinuity", { params: { id: own.id, episode_id }, body: TIES }, 201);
		await path(own.id);
	}, WORDS, [episode_id]);
	const { items, page } = await exported("odz", own.person, "continuity");
	assert.deepEqual(items[0].continuity.lost, TIES.lost);
	for (const word of WORDS)
		assert.ok(page.includes(word), word);
	await erasedWith("odz", own, ["continuity", "episode", "task"]);
});

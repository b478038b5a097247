// Voices: said, refused, answered; sealed, and here only.

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

const SAID = {
	text: "Вкъщи всички викат, когато стане късно.", wants: "Да ходя на плуване с братчето.",
	fears: "Че пак ще сменя училището.",
};
const DONE = { done: "Записано е на плуване в сряда.", reason: "В петък няма кой да го заведе." };
const voice = { who: "child", how: "own_words", on: day(-5), agrees_to_share: "partly", ...SAID };

const put = (body, expected, voice_id = uuid7(), api = practitioner) =>
	api.call("putVoice", { params: { id, voice_id }, body }, expected);
const answer = (voice_id, body, expected, ifMatch) => practitioner.call("answerVoice",
	{ params: { id, voice_id }, body, ...ifMatch && { ifMatch } }, expected);
const list = async (query) =>
	(await practitioner.call("listVoices", { params: { id }, query }, 200)).body;

test("a child says what it wants and fears", async () => {
	const now = await putLife(practitioner, "putVoice", { id, voice_id: uuid7() }, voice,
		{ ...voice, wants: "Да ходя на плуване." });
	assert.deepEqual([now.text, now.fears, now.refused, now.recorded_by],
		[SAID.text, SAID.fears, false, userId("school", "practitioner")]);
	assert.equal(now.wants, "Да ходя на плуване.");
});

test("refusing is an answer", async () => {
	const { body } = await put({ who: "father", on: day(-1), refused: true }, 201);
	assert.deepEqual([body.refused, body.text, body.how], [true, undefined, undefined]);
	assert.deepEqual(pointer(await put({ who: "father", on: day(-1), refused: true, fears: "…" }, "422 invalid")),
		["/fears", "false-schema"]);
});

test("what is no voice", async () => {
	assert.deepEqual(pointer(await put({ who: "child", how: "drawing", on: day(-1) }, "422 invalid")),
		["/text", "required"]);
	assert.deepEqual(pointer(await put({ who: "child", on: day(-1), wants: "…" }, "422 invalid")),
		["/how", "required"]);
	assert.deepEqual(pointer(await put({ ...voice, on: day(2) }, "422 invalid")), ["/on", "in-future"]);
	await put({ ...voice, who: "teacher" }, "422 invalid");
	await put({ ...voice, agrees_to_share: "perhaps" }, "422 invalid");
});

test("what was done about it, and why not as was wanted", async () => {
	const [{ id: first }, ...rest] = (await list({ answered: false })).items.toReversed();
	assert.deepEqual([rest.length, (await list()).unanswered], [1, 1], "who refused waits for nothing");
	const body = { on: day(-1), followed: "partly", ...DONE };
	assert.deepEqual(pointer(await answer(first, { ...body, reason: undefined }, "422 invalid")),
		["/reason", "required"]);
	assert.deepEqual(pointer(await answer(first, { ...body, on: day(-9) }, "422 invalid")), ["/on", "too-early"]);
	assert.deepEqual(pointer(await answer(first, { ...body, on: day(3) }, "422 invalid")), ["/on", "in-future"]);
	await answer(uuid7(), body, "404 not-found");
	const { body: answered } = await answer(first, body, 200);
	assert.deepEqual([answered.answer.followed, answered.answer.done, answered.answer.reason],
		["partly", DONE.done, DONE.reason]);
	await answer(first, body, 200);
	await answer(first, { ...body, followed: "no" }, "409 already-exists");
	await answer(first, { ...body, followed: "no" }, "412 precondition-failed", 1);
	const { body: anew } = await answer(first, { ...body, followed: "yes", reason: undefined }, 200, answered.version);
	assert.deepEqual([anew.answer.followed, anew.answer.reason, anew.wants],
		["yes", undefined, "Да ходя на плуване."]);
	assert.equal((await list()).unanswered, 0);
	assert.deepEqual((await list({ answered: true })).items.map((item) => item.id), [first]);
	assert.deepEqual(pointer(await practitioner.call("putVoice",
		{ params: { id, voice_id: first }, body: { ...voice, on: day(0) }, ifMatch: anew.version }, "422 invalid")),
	["/on", "too-late"], "no answer is older than its voice");
});

test("who does not see the case hears none", async () => {
	const [{ id: voice_id }] = (await list()).items;
	await hiddenFrom("school", [["listVoices", { id }]], [["putVoice", { id, voice_id: uuid7() }, voice],
		["answerVoice", { id, voice_id }, { on: day(0), followed: "yes", done: "…" }]]);
	assert.equal((await supervisor.call("listVoices", { params: { id } }, 200)).body.items.length, 2);
});

test("words stay here, sealed; the export shows them; erasure takes them", async () => {
	const own = await newCase(practitioner);
	const voice_id = uuid7(), params = { id: own.id, voice_id };
	await staysHere("school", async () => {
		await practitioner.call("putVoice", { params, body: voice }, 201);
		await practitioner.call("answerVoice", { params, body: { on: day(0), followed: "no", ...DONE } }, 200);
		await practitioner.call("listVoices", { params: { id: own.id } }, 200);
	}, [...Object.values(SAID), ...Object.values(DONE)], [voice_id]);
	const { items, page } = await exported("school", own.person, "voices");
	assert.deepEqual([items[0].fears, items[0].answer.reason], [SAID.fears, DONE.reason]);
	for (const word of [...Object.values(SAID), DONE.done, "със собствени думи", "отчасти"])
		assert.ok(page.includes(word), word);
	await erasedWith("school", own, ["voice"]);
});

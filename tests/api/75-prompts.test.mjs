// The two questions that a case may be asked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { erasedWith, exported, hiddenFrom, staysHere } from "../lib/casework.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("csc", "practitioner");
const supervisor = await nodeAs("csc", "supervisor");
const { id } = await newCase(practitioner);
const TEXTS = ["Пуснете ме при кака в сряда.", "Теория за привързаността, глава трета."];

const answer = (body, expected, answer_id = uuid7()) =>
	practitioner.call("answerPrompt", { params: { id, answer_id }, body }, expected);
const list = async () =>
	(await supervisor.call("listPromptAnswers", { params: { id } }, 200)).body.items;

test("answers stay beside each other, the latest is told", async () => {
	assert.deepEqual(await list(), []);
	const answer_id = uuid7(), body = { prompt: "child_would_say", text: TEXTS[0] };
	const { body: made } = await answer(body, 201, answer_id);
	assert.deepEqual([made.text, made.latest, made.recorded_by], [TEXTS[0], true, userId("csc", "practitioner")]);
	assert.deepEqual((await answer(body, 200, answer_id)).body, made);
	await answer({ ...body, text: "Друго." }, "409 already-exists", answer_id);
	await answer({ prompt: "knowledge_used", text: TEXTS[1] }, 201);
	await answer({ ...body, text: "Друго." }, 201);
	assert.deepEqual((await list()).map((item) => [item.prompt, item.latest]),
		[["child_would_say", true], ["knowledge_used", true], ["child_would_say", false]]);
	await answer({ prompt: "child_would_say" }, "422 invalid");
	await answer({ prompt: "weather", text: "…" }, "422 invalid");
});

test("who does not see the case sees none of it", () => hiddenFrom("csc", [["listPromptAnswers", { id }]],
	[["answerPrompt", { id, answer_id: uuid7() }, { prompt: "child_would_say", text: "…" }]]));

test("words stay here, sealed; the export shows them; erasure takes them", async () => {
	const own = await newCase(practitioner);
	const ids = [uuid7(), uuid7()];
	await staysHere("csc", async () => {
		for (const [i, prompt] of ["child_would_say", "knowledge_used"].entries())
			await practitioner.call("answerPrompt",
				{ params: { id: own.id, answer_id: ids[i] }, body: { prompt, text: TEXTS[i] } }, 201);
		await practitioner.call("listPromptAnswers", { params: { id: own.id } }, 200);
	}, TEXTS, ids);
	const { items, page } = await exported("csc", own.person, "prompts");
	assert.deepEqual(items.map((item) => item.text), TEXTS);
	for (const word of [...TEXTS, "Какво би казало детето?"])
		assert.ok(page.includes(word), word);
	await erasedWith("csc", own, ["prompt_answer"]);
});

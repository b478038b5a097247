// Is this a difficult case? Proposed by the records, confirmed by a person.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { erasedWith, exported, hiddenFrom, pointer, staysHere } from "../lib/casework.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("odz", "practitioner");
const supervisor = await nodeAs("odz", "supervisor");
const { id } = await newCase(practitioner);
const REASON = "Колегите от двете служби не се чуват за него.";

const picture = async () =>
	(await supervisor.call("getDifficulty", { params: { id } }, 200)).body;
const check = (body, expected, check_id = uuid7()) => practitioner.call("recordDifficultyCheck",
	{ params: { id, check_id }, body: { definition_version: 1, ...body } }, expected);

test("the definition is a draft of ours, and says so", async () => {
	const { definition, criteria, proposed, difficult } = await picture();
	assert.deepEqual([definition.version, definition.state, definition.source], [1, "draft", "zaedno"]);
	assert.deepEqual(definition.rule, [{ all: ["D4"], more: 2 }, { all: [], more: 4 }]);
	assert.equal(criteria.length, 12);
	assert.deepEqual(criteria[2].numbers, { moves_12m: 2, moves_ever: 3 });
	assert.deepEqual(criteria.filter((each) => each.met === undefined).map((each) => each.code),
		["D9", "D10"]);
	assert.deepEqual([proposed, difficult], [[], false]);
});

test("what is known proposes criteria", async () => {
	await practitioner.call("putNeeds", {
		params: { id }, ifMatch: 1, body: {
			strengths: [], needs: ["safety", "family", "mental"].map((domain) => ({ domain, level: 2 })),
		},
	}, 200);
	assert.deepEqual((await picture()).proposed, ["D1", "D4", "D7"]);
	assert.equal((await picture()).difficult, true, "violence and two more");
	await practitioner.call("recordOutcome", {
		params: { id, outcome_id: uuid7() }, body: { on: day(-3), school: { state: "dropped_out" } },
	}, 201);
	assert.deepEqual((await picture()).proposed, ["D1", "D4", "D5", "D7"]);
});

test("a person confirms, or goes against it with a reason", async () => {
	const check_id = uuid7(), met = ["D1", "D4", "D5", "D7"];
	const { body: made } = await check({ met }, 201, check_id);
	assert.deepEqual([made.by_rule, made.difficult, made.against, made.proposed, made.recorded_by],
		[true, true, false, met, userId("odz", "practitioner")]);
	assert.deepEqual((await check({ met }, 200, check_id)).body, made);
	await check({ met: [...met, "D10"] }, "409 already-exists", check_id);
	assert.equal((await check({ met: [...met, "D10"] }, 201)).body.against, false, "what nobody else knows");
	assert.deepEqual(pointer(await check({ met: ["D1"] }, "422 invalid")), ["/reason", "required"]);
	assert.deepEqual(pointer(await check({ met, difficult: false }, "422 invalid")), ["/reason", "required"]);
	const { body: over } = await check({ met, difficult: false, reason: REASON }, 201);
	assert.deepEqual([over.by_rule, over.difficult, over.against, over.reason], [true, false, true, REASON]);
	const { body: less } = await check({ met: ["D1", "D4"], reason: REASON }, 201);
	assert.deepEqual([less.difficult, less.against], [false, true]);
	const { body: { items } } = await supervisor.call("listDifficultyChecks", { params: { id } }, 200);
	assert.deepEqual(items.map((item) => item.difficult), [false, false, true, true], "the latest first");
});

test("what cannot be", async () => {
	assert.deepEqual(pointer(await check({ met: [], definition_version: 7 }, "422 invalid")),
		["/definition_version", "not-found"]);
	await check({ met: ["D13"] }, "422 invalid");
	await check({}, "422 invalid");
});

test("who does not see the case sees none of it", () => hiddenFrom("odz",
	[["getDifficulty", { id }], ["listDifficultyChecks", { id }]],
	[["recordDifficultyCheck", { id, check_id: uuid7() }, { definition_version: 1, met: ["D1"], reason: REASON }]]));

test("the reason stays here, sealed; the export shows it; erasure takes it", async () => {
	const own = await newCase(practitioner);
	const check_id = uuid7();
	await staysHere("odz", async () => {
		await practitioner.call("recordDifficultyCheck", {
			params: { id: own.id, check_id },
			body: { definition_version: 1, met: [], difficult: true, reason: REASON },
		}, 201);
		for (const operation of ["getDifficulty", "listDifficultyChecks"])
			await practitioner.call(operation, { params: { id: own.id } }, 200);
	}, [REASON], [check_id]);
	const { items, page } = await exported("odz", own.person, "difficulty_checks");
	assert.equal(items[0].reason, REASON);
	assert.ok(page.includes(REASON));
	await erasedWith("odz", own, ["difficulty_check"]);
});

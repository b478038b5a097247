// Needs in time, strengths with their rating, and how needs hang together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { erasedWith, exported, hiddenFrom, madeOnce, pointer, putLife, staysHere } from "../lib/casework.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("odz", "practitioner");
const supervisor = await nodeAs("odz", "supervisor");
const { id, person } = await newCase(practitioner);
const NOTE = "Докато няма кой да я води, тя не стига до час.";

const putNeeds = (body, ifMatch) =>
	practitioner.call("putNeeds", { params: { id }, body, ifMatch }, 200);
const needs = async (api = practitioner) =>
	(await api.call("getNeeds", { params: { id } }, 200)).body;
const link = (body, expected, link_id = uuid7(), ifMatch = undefined) =>
	practitioner.call("putNeedLink", { params: { id, link_id }, body, ...ifMatch && { ifMatch } }, expected);
const links = async () =>
	(await practitioner.call("listNeedLinks", { params: { id } }, 200)).body.items;

test("each change of the ratings stays as history", async () => {
	assert.deepEqual(await needs(), { needs: [], strengths: [], history: [] });
	await putNeeds({ needs: [{ domain: "family", level: 2 }], strengths: ["peers"] }, 1);
	const second = {
		needs: [{ domain: "education", level: 2 }, { domain: "family", level: 1 }], strengths: ["peers"],
		strength_levels: [{ domain: "health", level: 2 }, { domain: "peers", level: 1 }],
	};
	await putNeeds(second, 2);
	const { body: found } = await putNeeds(second, 3);
	assert.deepEqual(found.strengths, ["health", "peers"], "one rated above none is a strength");
	const now = await needs(supervisor);
	assert.deepEqual([now.needs, now.strengths], [second.needs, second.strength_levels]);
	assert.equal(now.history.length, 2, "what did not change is no history");
	assert.deepEqual(now.history.map((row) => [row.needs.length, row.strengths]),
		[[2, second.strength_levels], [1, [{ domain: "peers" }]]]);
	assert.equal(now.history[0].recorded_by, userId("odz", "practitioner"));
	await practitioner.call("putNeeds", { params: { id }, body: second, ifMatch: 1 }, "412 precondition-failed");
	assert.equal((await needs()).history.length, 2, "nor what was refused");
	await practitioner.call("putNeeds", {
		params: { id }, ifMatch: 4, body: { ...second, strength_levels: [{ domain: "health", level: 3 }] },
	}, "422 invalid");
});

const explains = { from: "family", to: "education", kind: "explains", note: NOTE };

test("a need explains another, with a note; the link ends and is kept", async () => {
	const link_id = uuid7();
	const now = await putLife(practitioner, "putNeedLink", { id, link_id }, explains,
		{ ...explains, since: day(-20) });
	assert.deepEqual([now.from, now.to, now.kind, now.note, now.since],
		["family", "education", "explains", NOTE, day(-20)]);
	assert.deepEqual(pointer(await link(explains, "422 invalid")), ["/to", "duplicate"]);
	await link({ ...explains, kind: "keeps_up" }, 201);
	await link({ ...explains, from: "education", to: "family" }, 201);
	await link({ ...explains, since: day(-20), until: day(-1) }, 200, link_id, 2);
	await link(explains, 201);
	assert.deepEqual((await links()).map((item) => item.until), [undefined, undefined, undefined, day(-1)]);
});

test("what cannot be linked", async () => {
	const refused = async (change, ...wrong) =>
		assert.deepEqual(pointer(await link({ ...explains, ...change }, "422 invalid")), wrong);
	await refused({ to: "family" }, "/to", "conflict");
	await refused({ from: "housing" }, "/from", "not-found");
	await refused({ to: "health" }, "/to", "not-found");
	await refused({ since: day(2) }, "/since", "in-future");
	await refused({ since: day(-2), until: day(-3) }, "/until", "too-early");
	await refused({ since: day(-2), until: day(3) }, "/until", "in-future");
	await link({ ...explains, kind: "causes" }, "422 invalid");
	const [{ id: link_id, version }] = await links();
	assert.deepEqual(pointer(await link({ ...explains, from: "housing" }, "422 invalid", link_id, version)),
		["/from", "not-found"], "nor by a change");
});

test("a link is there once, however many say so at once", async () => {
	const { id: own } = await newCase(practitioner);
	await practitioner.call("putNeeds", {
		params: { id: own }, ifMatch: 1,
		body: { needs: [{ domain: "family", level: 2 }, { domain: "education", level: 2 }], strengths: [] },
	}, 200);
	await madeOnce(practitioner, "putNeedLink", { id: own }, "link_id", explains);
});

test("who does not see the case sees none of it", async () => {
	const { id: other } = await newCase(practitioner);
	await hiddenFrom("odz", [["getNeeds", { id }], ["listNeedLinks", { id }]],
		[["putNeedLink", { id, link_id: uuid7() }, explains]]);
	const [{ id: link_id }] = await links();
	await practitioner.call("putNeedLink", { params: { id: other, link_id }, body: explains }, 422);
});

test("notes stay here, sealed; the export shows them; erasure takes them", async () => {
	const own = await newCase(practitioner);
	const link_id = uuid7();
	await staysHere("odz", async () => {
		await practitioner.call("putNeeds", {
			params: { id: own.id }, ifMatch: 1,
			body: { needs: [{ domain: "family", level: 2 }, { domain: "education", level: 2 }], strengths: [] },
		}, 200);
		await practitioner.call("putNeedLink", { params: { id: own.id, link_id }, body: explains }, 201);
		await practitioner.call("listNeedLinks", { params: { id: own.id } }, 200);
	}, [NOTE], [link_id]);
	const { items, page } = await exported("odz", own.person, "need_links");
	assert.deepEqual(items.map((item) => [item.id, item.case_id, item.note]), [[link_id, own.id, NOTE]]);
	assert.ok(page.includes(NOTE) && page.includes("обяснява") && page.includes("училище и учене"), "in words");
	assert.equal((await exported("odz", own.person, "need_history")).items.length, 1);
	await erasedWith("odz", own, ["need_link", "need_history"]);
	assert.ok(person);
});

// Who helps with what, whom the family names, gaps and overlaps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { erasedWith, exported, hiddenFrom, madeOnce, pointer, putLife, staysHere } from "../lib/casework.mjs";
import { nodeAs } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const practitioner = await nodeAs("csc", "practitioner");
const supervisor = await nodeAs("csc", "supervisor");
const { id } = await newCase(practitioner);
const WHO = {
	label: "г-жа Тетрадкова", organisation: "Училище „Край реката“", role: "педагогически съветник",
	contact: "кабинет на втория етаж",
};
const advisor = {
	kind: "professional", sector: "EDU", org_kind: "school", domains: ["education"], since: day(-100),
	rhythm: "weekly", last_contact: day(-10), ...WHO,
};
const grandmother = { kind: "kin", label: "Баба", domains: ["family", "care"], since: day(-900) };

const helper_id = uuid7(), kin_id = uuid7();
const put = (body, expected, of = uuid7(), ifMatch = undefined) => practitioner.call("putHelper",
	{ params: { id, helper_id: of }, body, ...ifMatch && { ifMatch } }, expected);
const nominate = (body, expected, nomination_id = uuid7()) =>
	practitioner.call("putNomination", { params: { id, nomination_id }, body }, expected);
const list = async () => (await practitioner.call("listHelpers", { params: { id } }, 200)).body.items;
const table = async () => (await supervisor.call("getHelpTable", { params: { id } }, 200)).body;
const states = (found) => Object.fromEntries(found.needs.map((need) => [need.domain, need.state]));

test("a helper: who, with what, since when, how often", async () => {
	const now = await putLife(practitioner, "putHelper", { id, helper_id }, advisor,
		{ ...advisor, last_contact: day(-3) });
	assert.deepEqual([now.label, now.organisation, now.role, now.contact, now.overdue],
		[...Object.values(WHO), false]);
	await put(grandmother, 201, kin_id);
	assert.deepEqual((await list()).map((item) => item.id), [kin_id, helper_id]);
	const { body: late } = await put({ ...advisor, last_contact: day(-10) }, 200, helper_id, 2);
	assert.equal(late.overdue, true);
});

test("what cannot be", async () => {
	const refused = async (change, ...wrong) =>
		assert.deepEqual(pointer(await put({ ...advisor, ...change }, "422 invalid")), wrong);
	await refused({ sector: undefined }, "/sector", "required");
	await refused({ kind: "kin" }, "/sector", "false-schema");
	await refused({ kind: "kin", sector: undefined }, "/org_kind", "false-schema");
	await refused({ since: day(1), last_contact: undefined }, "/since", "in-future");
	await refused({ until: day(-101) }, "/until", "too-early");
	await refused({ last_contact: day(1) }, "/last_contact", "in-future");
	await put({ ...advisor, kind: "child" }, "422 invalid");
	await put({ ...advisor, domains: ["weather"] }, "422 invalid");
});

test("the child and a parent name a keyworker; several, and they change", async () => {
	const nomination_id = uuid7();
	const body = { helper_id: kin_id, source: "child", since: day(-60) };
	const now = await putLife(practitioner, "putNomination", { id, nomination_id }, body,
		{ ...body, since: day(-50) });
	assert.deepEqual([now.helper_id, now.source, now.since], [kin_id, "child", day(-50)]);
	assert.deepEqual(pointer(await nominate({ ...body, since: day(-3) }, "422 invalid")), ["/since", "duplicate"]);
	assert.deepEqual(pointer(await nominate({ ...body, helper_id: uuid7() }, "422 invalid")),
		["/helper_id", "not-found"]);
	assert.deepEqual(pointer(await nominate({ ...body, since: day(-70), until: day(-71) }, "422 invalid")),
		["/until", "too-early"]);
	await nominate({ helper_id, source: "worker_guess", since: day(-3) }, 201);
	await nominate({ helper_id: kin_id, source: "parent", since: day(-3) }, 201);
	await nominate({ helper_id, source: "child", since: day(-90), until: day(-61) }, 201);
	const { body: { items } } = await supervisor.call("listNominations", { params: { id } }, 200);
	assert.equal(items.length, 4);
	assert.deepEqual((await list()).map((item) => item.keyworker), [["child", "parent"], ["worker_guess"]]);
	const { id: other } = await newCase(practitioner);
	const { body: problem } = await practitioner.call("putNomination",
		{ params: { id: other, nomination_id: uuid7() }, body }, "422 invalid");
	assert.equal(problem.errors[0].pointer, "/helper_id", "a helper of another case");
});

test("a source names a helper once, however many say so at once", async () => {
	const { id: own } = await newCase(practitioner);
	const of = uuid7();
	await practitioner.call("putHelper", { params: { id: own, helper_id: of }, body: advisor }, 201);
	await madeOnce(practitioner, "putNomination", { id: own }, "nomination_id",
		{ helper_id: of, source: "parent", since: day(-2) });
});

test("need × helper: gaps, overlaps, who carries it", async () => {
	assert.deepEqual((await table()).needs, []);
	await practitioner.call("putNeeds", {
		params: { id }, ifMatch: 1, body: {
			strengths: [], needs: [["education", 2], ["family", 1], ["mental", 2], ["peers", 0]]
				.map(([domain, level]) => ({ domain, level })),
		},
	}, 200);
	assert.deepEqual(states(await table()), { education: "one", family: "one", mental: "gap" });
	await put({ ...advisor, sector: "SOC", org_kind: undefined, domains: ["education", "mental"], label: "Трета" }, 201);
	assert.deepEqual(states(await table()), { education: "shared", family: "one", mental: "one" });
	await put({ ...advisor, domains: ["education"], label: "Четвърта" }, 201);
	const now = await table();
	assert.deepEqual([states(now).education, now.gaps, now.overlaps, now.sectors, now.concentrated],
		["overlap", 0, 1, 2, []]);
	assert.deepEqual(now.needs[0].sectors, ["EDU", "SOC"]);
	assert.equal(now.needs[0].helpers.length, 3);
	const kin = now.helpers.find((helper) => helper.id === kin_id);
	assert.deepEqual([kin.needs, kin.keyworker], [1, ["child", "parent"]]);
	await put({ ...grandmother, domains: ["education", "family", "mental"], until: day(0) }, 200, kin_id, 1);
	await put({ ...advisor, until: day(-1), last_contact: undefined }, 200, helper_id, 3);
	assert.deepEqual(states(await table()), { education: "shared", family: "one", mental: "shared" },
		"who has gone helps no more");
});

test("who does not see the case sees none of it", async () => {
	await hiddenFrom("csc", [["listHelpers", { id }], ["listNominations", { id }], ["getHelpTable", { id }]],
		[["putHelper", { id, helper_id: uuid7() }, grandmother],
			["putNomination", { id, nomination_id: uuid7() }, { helper_id: kin_id, source: "child", since: day(-1) }]]);
});

test("who it is stays here, sealed; the export shows it; erasure takes it", async () => {
	const own = await newCase(practitioner);
	const of = uuid7(), nomination_id = uuid7();
	await staysHere("csc", async () => {
		await practitioner.call("putHelper", { params: { id: own.id, helper_id: of }, body: advisor }, 201);
		await practitioner.call("putNomination", {
			params: { id: own.id, nomination_id }, body: { helper_id: of, source: "child", since: day(-1) },
		}, 201);
		for (const operation of ["listHelpers", "listNominations", "getHelpTable"])
			await practitioner.call(operation, { params: { id: own.id } }, 200);
	}, Object.values(WHO), [of, nomination_id]);
	const { items, page } = await exported("csc", own.person, "helpers");
	assert.deepEqual([items[0].label, items[0].keyworker], [WHO.label, ["child"]]);
	for (const word of [...Object.values(WHO), "специалист", "всяка седмица", "Посочени за ключов специалист"])
		assert.ok(page.includes(word), word);
	await erasedWith("csc", own, ["helper", "nomination"]);
});

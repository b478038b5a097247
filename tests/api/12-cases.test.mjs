// Cases of a node: who sees which, needs, stays in services, moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { colleague, newCase, personFields } from "../lib/work.mjs";

const practitioner = await nodeAs("odz", "practitioner");
const supervisor = await nodeAs("odz", "supervisor");

test("a case is opened, changed and closed", async (t) => {
	const { id, person } = await newCase(practitioner);
	const get = async () => (await practitioner.call("getCase", { params: { id } }, 200)).body;

	await t.test("it has a number of the year and belongs to who opened it", async () => {
		const found = await get();
		assert.match(found.number, /^\d+\/\d{2}$/);
		assert.equal(found.holder, userId("odz", "practitioner"));
		assert.equal(found.person_id, person);
		assert.deepEqual([found.moves_total, found.moves_12m], [0, 0]);
	});
	await t.test("needs replace each other, by version", async () => {
		const body = {
			needs: [{ domain: "safety", level: 2 }, { domain: "family", level: 1 }],
			strengths: ["peers"],
		};
		await practitioner.call("putNeeds", { params: { id }, body }, "428 precondition-required");
		await practitioner.call("putNeeds", { params: { id }, body, ifMatch: 5 },
			"412 precondition-failed");
		await practitioner.call("putNeeds", { params: { id }, body, ifMatch: 1 }, 200);
		const sorted = (list) => [...list].sort((a, b) => a.domain.localeCompare(b.domain));
		assert.deepEqual(sorted((await get()).needs), sorted(body.needs));
		await practitioner.call("putNeeds",
			{ params: { id }, body: { needs: [], strengths: [] }, ifMatch: 2 }, 200);
		assert.deepEqual((await get()).needs, []);
	});
	await t.test("closing and opening again", async () => {
		const { version } = await get();
		await practitioner.call("updateCase",
			{ params: { id }, body: { state: "closed" } }, "428 precondition-required");
		const { body } = await practitioner.call("updateCase",
			{ params: { id }, body: { state: "closed" }, ifMatch: version }, 200);
		assert.equal(body.closed_on, day(0));
		await practitioner.call("updateCase",
			{ params: { id }, body: { state: "open" }, ifMatch: version + 1 }, 200);
		const { body: current } = await practitioner.call("updateCase",
			{ params: { id }, body: { state: "closed" }, ifMatch: version }, "412 precondition-failed");
		assert.equal(current.current?.id, id);
	});
	await t.test("creating twice", async () => {
		const again = { params: { id }, body: { person_id: person, reason: "Нужда от подкрепа." } };
		await practitioner.call("createCase", again, 200);
		await practitioner.call("createCase",
			{ params: { id }, body: { person_id: person, reason: "Друга причина." } },
			"409 already-exists");
		await practitioner.call("createCase",
			{ params: { id: uuid7() }, body: { person_id: uuid7() } }, 422);
	});
});

test("stays in services and their moves", async () => {
	const { id } = await newCase(practitioner);
	const stays = [
		["social", "Дневен център", -800, -500], ["social", "Кризисен център", -499, -200],
		["social", "Приемна грижа", -199, undefined], ["education", "Основно училище", -700, undefined],
	];
	for (const [kind, service, start, end] of stays)
		await practitioner.call("putEpisode", {
			params: { id, episode_id: uuid7() },
			body: {
				kind, service, start: day(start),
				...end && { end: day(end), end_reason: "planned_move", planned: false, initiated_by: "service" },
			},
		}, 201);
	const { body } = await practitioner.call("getCase", { params: { id } }, 200);
	assert.equal(body.moves_total, 2, "two moves within social services, none in education");
	assert.equal(body.moves_12m, 1);
	const { body: list } = await practitioner.call("listEpisodes", { params: { id } }, 200);
	assert.equal(list.items.length, stays.length);
	const [first] = list.items;
	const change = {
		params: { id, episode_id: first.id },
		body: { kind: first.kind, service: "Друго име", start: first.start },
	};
	await practitioner.call("putEpisode", change, "409 already-exists");
	await practitioner.call("putEpisode", { ...change, ifMatch: 7 }, "412 precondition-failed");
	await practitioner.call("putEpisode", { ...change, ifMatch: 1 }, 200);
	const wrong = await practitioner.call("putEpisode", {
		params: { id, episode_id: uuid7() },
		body: { kind: "social", service: "Услуга", start: day(-1), end: day(-5) },
	}, "422 invalid");
	assert.equal(wrong.body.errors[0].pointer, "/end");
	await practitioner.call("listEpisodes", { params: { id: uuid7() } }, "404 not-found");
});

test("a practitioner sees the own cases, a supervisor all, an administrator none", async () => {
	const { id, person } = await newCase(practitioner);
	const other = await colleague("odz");
	await other.api.call("getCase", { params: { id } }, "404 not-found");
	await other.api.call("getPerson", { params: { id: person } }, "404 not-found");
	await other.api.call("listConsents", { params: { id } }, "404 not-found");
	const list = await other.api.call("listCases", {}, 200);
	assert.deepEqual(list.body.items, []);
	await supervisor.call("getCase", { params: { id } }, 200);
	for (const role of ["admin", "dpo"])
		await (await nodeAs("odz", role)).call("getCase", { params: { id } }, "403 scope-missing");

	const { body } = await supervisor.call("getCase", { params: { id } }, 200);
	const handOver = { params: { id }, body: { holder: other.id }, ifMatch: body.version };
	const refused = await practitioner.call("updateCase", handOver);
	assert.ok([403, 404, 422].includes(refused.status), "a practitioner gives no case away");
	await supervisor.call("updateCase", handOver, 200);
	await other.api.call("getCase", { params: { id } }, 200);
	await practitioner.call("getCase", { params: { id } }, "404 not-found");
});

test("the list is filtered and comes page by page", async () => {
	for (let i = 0; i < 3; i++)
		await newCase(practitioner);
	const seen = [];
	let after;
	do {
		const { body, headers } = await supervisor.call("listCases",
			{ query: { state: "open", limit: 2, after } }, 200);
		seen.push(...body.items);
		assert.equal(body.next !== undefined, /rel="next"/.test(headers.link ?? ""));
		after = body.next;
	} while (after);
	assert.equal(new Set(seen.map((item) => item.id)).size, seen.length);
	assert.ok(seen.every((item) => item.state === "open"));
	const { body } = await supervisor.call("listCases",
		{ query: { holder: userId("odz", "practitioner"), limit: 200 } }, 200);
	assert.ok(body.items.length >= 3);
	const mine = await practitioner.call("listCases", { query: { person_id: seen[0].person_id } }, 200);
	assert.ok(mine.body.items.every((item) => item.person_id === seen[0].person_id));
});

test("what was done is in the audit, without content", async () => {
	const fields = personFields();
	const id = uuid7();
	await practitioner.call("createPerson", { params: { id }, body: fields }, 201);
	await practitioner.call("getPerson", { params: { id } }, 200);
	const dpo = await nodeAs("odz", "dpo");
	const rows = [];
	let after;
	do {
		const { body } = await dpo.call("listAudit", { query: { limit: 200, after } }, 200);
		rows.push(...body.items);
		after = body.next;
	} while (after && rows.length < 1000);
	const events = rows.filter((row) => row.ref === id).map((row) => row.event);
	assert.ok(events.includes("person.create") && events.includes("person.read"), String(events));
	assert.equal(JSON.stringify(rows).includes(fields.family_name), false);
});

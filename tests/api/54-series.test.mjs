// Meetings that come again, and agendas that a region keeps to take.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import {
	consented, getMeeting, inviteTo, newCoordinator, newRegion, requested, step, withTeam,
} from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hubAs } from "../lib/suite.mjs";

const { coordinator: { api } } = await newRegion();
const other = (await newRegion()).coordinator.api;
const AGENDA = ["Гласът на детето", "Решения"];
const body = (change = {}) => ({
	kind: "discussion", every: "week", first: moment(2), times: 3, minutes: 90,
	place: "Зала 1", agenda: AGENDA, ...change,
});
const put = async (change = {}, expected = 201, who = api, id = uuid7()) =>
	(await who.call("putMeetingSeries", { params: { id }, body: body(change) }, expected)).body;
const cancel = async (id, expected = 200, who = api) => (await who.call("cancelMeetingSeries",
	{ params: { id }, body: { reason: "Няма нужда повече." } }, expected)).body;
const pointers = (problem) => problem.errors.map(({ pointer }) => pointer);
const template = (id, change = {}, expected = 201, options = {}, who = api) =>
	who.call("putAgendaTemplate", { params: { id },
		body: { name: "Обсъждане", agenda: AGENDA, ...change }, ...options }, expected);

test("made once, each a meeting as any other", async () => {
	const id = uuid7(), first = moment(2);
	const series = await put({ first }, 201, api, id);
	assert.equal(series.meetings.length, 3);
	assert.equal(series.meetings[0].starts_at, first);
	assert.deepEqual(await put({ first }, 200, api, id), series, "the same again makes none");
	await put({ first, times: 4 }, "409 already-exists", api, id);
	await put({ first }, "404 not-found", other, id);
	const { body: { items } } = await api.call("listMeetings", {}, 200);
	assert.deepEqual(items.map((item) => item.id), series.meetings.map((item) => item.id));
	const one = await getMeeting(api, series.meetings[1].id);
	assert.deepEqual([one.kind, one.minutes, one.place, one.agenda, one.version],
		["discussion", 90, "Зала 1", AGENDA, 1]);
	await inviteTo(api, one.id, await enrolledOrganisation());
	const last = new Date(Date.parse(first) + 380 * 86_400_000).toISOString().slice(0, 10);
	assert.deepEqual(pointers(await put({ first, times: undefined, until: last }, "422 invalid")), ["/until"]);
	assert.deepEqual(pointers(await put({ first, times: undefined, until: "2021-01-01" }, "422 invalid")),
		["/until"]);
	assert.equal((await put({ first, times: undefined, until: last, every: "two_weeks" })).meetings.length, 28);
	for (const change of [{ times: 54 }, { times: 1 }, { until: last }, { times: undefined },
		{ agenda: undefined }, { template_id: uuid7() }, { agenda: undefined, template_id: uuid7() },
		{ kind: "supervision" }, { kind: "case" }, { agenda: ["Тел. 0888 123 456"] }])
		await put(change, "422 invalid");
});

test("cancelled: what is to come, once", async () => {
	const { id, meetings } = await put({ first: moment(-2) });
	const { cancelled_at, meetings: left } = await cancel(id);
	assert.ok(cancelled_at);
	assert.deepEqual(left.map(({ state }) => state), ["planned", "cancelled", "cancelled"]);
	assert.equal((await getMeeting(api, meetings[2].id)).cancelled_because, "Няма нужда повече.");
	assert.deepEqual(await cancel(id), { ...await put({ first: meetings[0].starts_at }, 200, api, id) },
		"once more is no change");
	await cancel(id, "404 not-found", other);
	await cancel(uuid7(), "404 not-found");
});

test("on a case: where its coordinator can call one", async () => {
	const coordinator = await hubAs("coordinator");
	const holder = await enrolledOrganisation();
	const { id: k, consent } = await withTeam(holder, coordinator, []);
	const onCase = { coordination_id: k, kind: "case" };
	const { id, meetings } = await put(onCase, 201, coordinator);
	assert.equal((await getMeeting(await holder.api(), meetings[0].id)).coordination_id, k);
	await put(onCase, "404 not-found");
	const mine = await newCoordinator();
	await coordinator.call("assignCoordinator", { params: { id: k }, body: { user_id: mine.id } }, 200);
	await put(onCase, "403 step-not-yours", coordinator);
	await cancel(id, "403 step-not-yours", coordinator);
	const asked = await requested(holder, (await consented(holder)).summary);
	await put({ ...onCase, coordination_id: asked }, "409 step-not-possible", coordinator);
	await holder.withdraw(consent);
	await cancel(id, "409 step-not-possible", mine.api);
	assert.equal(await cluster.psql(federation.hub.database, `SELECT count(*) FROM meeting
		WHERE series_id = :'id' AND state = 'cancelled' AND agenda = '{}';`, { id }), "3",
	"the consent's end has cancelled them, and left no words");
});

test("agendas to take", async () => {
	const id = uuid7(), key = uuid7();
	await template(id, {}, 201, { key });
	await template(id, {}, 201, { key });
	await template(id, { name: "Друго" }, "409 idempotency-key-reused", { key });
	await template(id, {}, 200);
	await template(id, { name: "Друго" }, "409 already-exists");
	const agenda = ["Какво се случи", "Какво ще опитаме"];
	const { headers } = await template(id, { agenda }, 200, { ifMatch: 1 });
	assert.equal(headers.etag, '"2"');
	const { body: problem } = await template(id, {}, "412 precondition-failed", { ifMatch: 1 });
	assert.deepEqual(problem.current.agenda, agenda);
	await template(id, { agenda: ["ЕГН 1010101010"] }, "422 invalid", { ifMatch: 2 });
	await template(id, {}, "404 not-found", {}, other);
	await template(uuid7(), {}, "404 not-found", { ifMatch: 1 });
	await template(uuid7(), { name: "Анализ" });
	const { body: { items } } = await api.call("listAgendaTemplates", {}, 200);
	assert.deepEqual(items.map(({ name }) => name), ["Анализ", "Обсъждане"]);
	assert.deepEqual((await other.call("listAgendaTemplates", {}, 200)).body, { items: [] });
	const { meetings } = await put({ agenda: undefined, template_id: id });
	assert.deepEqual((await getMeeting(api, meetings[2].id)).agenda, agenda);
	assert.deepEqual(pointers(await put({ agenda: undefined, template_id: id }, "422 invalid", other)),
		["/template_id"]);
});

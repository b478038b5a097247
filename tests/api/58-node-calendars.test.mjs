// Calendars of a node's people at secret addresses, from the mirror, read by a
// library that shares no code with the services (ical.js).

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import ICAL from "ical.js";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { convened, getMeeting, inviteTo, requestBody, step } from "../lib/coordination.mjs";
import { CATEGORIES } from "../lib/organisation.mjs";
import { cluster, hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { shared } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const supervisor = await nodeAs("school", "supervisor");
const coordinator = await hubAs("coordinator");
const SCHOOL = { id: organisationId("school") };

const secretOf = (address) => address.split("/").at(-1);
const read = (address, expected = 200) =>
	school.call("readCalendar", { params: { secret: secretOf(address) }, token: null }, expected);
const newCalendar = async (api, id = uuid7()) =>
	(await api.call("createCalendar", { params: { id } }, 201)).body;
async function events(address) {
	const answer = await read(address);
	assert.match(answer.headers["content-type"], /^text\/calendar; charset=utf-8$/);
	return new Map(new ICAL.Component(ICAL.parse(answer.text)).getAllSubcomponents("vevent")
		.map((component) => [component.getFirstPropertyValue("uid"), component]));
}
const shown = (address, id, wanted = () => true) => waitUntil(`${id} in the calendar`,
	async () => { const event = (await events(address)).get(id); return event && wanted(event); }, 15_000);

test("what a calendar program reads at a node", async (t) => {
	const calendar = await newCalendar(school), { address } = calendar;
	const starts_at = moment(4), place = "Зала „Изгрев“; ет. 2";
	const open = await convened(coordinator, { kind: "discussion", starts_at, place });
	await inviteTo(coordinator, open, SCHOOL);
	await shown(address, open);
	const event = new ICAL.Event((await events(address)).get(open));
	assert.equal(event.location, place);
	assert.equal(event.startDate.toJSDate().toISOString(), starts_at);
	assert.equal(event.duration.toSeconds(), 3600);
	await coordinator.call("cancelMeeting", { params: { id: open }, body: { reason: "Отпада." },
		ifMatch: (await getMeeting(coordinator, open)).version }, 200);
	await shown(address, open, (one) => one.getFirstPropertyValue("status") === "CANCELLED");

	await t.test("of a case: for whose case it is, and nothing of it", async () => {
		const ids = await shared(school, { [state.team]: CATEGORIES });
		const k = uuid7();
		await school.call("requestCoordination",
			{ params: { id: k }, body: requestBody(ids.summary) }, 201);
		await waitUntil("the request is at the hub", async () => (await coordinator.call(
			"getCoordination", { params: { id: k } })).status === 200, 15_000);
		await step(coordinator, k, { step: "accept", criteria_discussed: true });
		const id = await convened(coordinator, { coordination_id: k, starts_at });
		await shown(address, id);
		const { text } = await read(address);
		const { agenda } = await getMeeting(coordinator, id);
		const { body: theirCase } = await school.call("getCase", { params: { id: ids.caseId } }, 200);
		const { body: person } = await school.call("getPerson",
			{ params: { id: theirCase.person_id } }, 200);
		for (const told of [k, ids.summary, ids.consent, ...agenda, ids.caseId, theirCase.number,
			theirCase.person_id, person.given_name, person.family_name])
			assert.equal(text.replaceAll("\r\n ", "").includes(told), false, told);
		const other = await nodeAs("csc", "practitioner");
		const theirs = await newCalendar(other);
		assert.equal((await other.call("readCalendar", { params: { secret: secretOf(theirs.address) },
			token: null }, 200)).text.includes(id), false);
		await school.call("withdrawConsent",
			{ params: { id: ids.consent }, body: { capacity: "parent" } }, 200);
	});
	await t.test("told once, revoked at will", async () => {
		await school.call("createCalendar", { params: { id: calendar.id } }, "409 already-exists");
		await supervisor.call("createCalendar", { params: { id: calendar.id } }, "404 not-found");
		await supervisor.call("revokeCalendar", { params: { id: calendar.id } }, "404 not-found");
		const { body: { items } } = await school.call("listCalendars", {}, 200);
		assert.deepEqual(items.find(({ id }) => id === calendar.id),
			{ id: calendar.id, created_at: calendar.created_at });
		for (let twice = 0; twice < 2; twice++)
			await school.call("revokeCalendar", { params: { id: calendar.id } }, 204);
		const revoked = await read(address, "404 not-found");
		const unknown = await read(`/${"A".repeat(43)}`, "404 not-found");
		const { request: _, ...left } = revoked.body, { request: __, ...right } = unknown.body;
		assert.deepEqual(left, right);
		for (const file of fs.readdirSync(cluster.logs))
			assert.equal(fs.readFileSync(path.join(cluster.logs, file), "utf8")
				.includes(secretOf(address)), false, file);
	});
});

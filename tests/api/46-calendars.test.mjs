// Calendars of meetings at secret addresses, read by a library that shares no
// code with the services (ical.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import ICAL from "ical.js";
import fs from "node:fs";
import path from "node:path";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import {
	convened, getMeeting, meetingBody, newFacilitator, newRegion, withTeam,
} from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, hub, hubAs } from "../lib/suite.mjs";

const secretOf = (address) => address.split("/").at(-1);
const read = async (address, expected = 200) =>
	hub.call("readCalendar", { params: { secret: secretOf(address) } }, expected);

const unfolded = (text) => text.replaceAll("\r\n ", "");

async function newCalendar(api) {
	const id = uuid7();
	const { body } = await api.call("createCalendar", { params: { id } }, 201);
	return body;
}

/** The events of a calendar by uid, as ical.js understands them. */
async function events(address) {
	const answer = await read(address);
	assert.match(answer.headers["content-type"], /^text\/calendar; charset=utf-8$/);
	const calendar = new ICAL.Component(ICAL.parse(answer.text));
	assert.equal(calendar.getFirstPropertyValue("version"), "2.0");
	return new Map(calendar.getAllSubcomponents("vevent").map((component) => {
		const event = new ICAL.Event(component);
		return [event.uid, { event, component }];
	}));
}

test("what a calendar program reads", async () => {
	const { api } = (await newRegion()).coordinator;
	const place = `Зала „Изгрев“; ет. 2, ${"дясно крило, ".repeat(10)}вход \\ изход`;
	const starts_at = moment(4), link = "https://sreshta.example/стая?a=1;b=2,3";
	const id = await convened(api, { kind: "board", place, link, starts_at, minutes: 95 });
	const { address } = await newCalendar(api);
	const { event, component } = (await events(address)).get(id);
	assert.equal(event.summary, "среща на местния борд");
	assert.equal(event.location, place);
	assert.equal(component.getFirstPropertyValue("url"), link);
	assert.equal(event.startDate.toJSDate().toISOString(), starts_at);
	assert.equal(event.duration.toSeconds(), 95 * 60);
	assert.equal(component.getFirstPropertyValue("status"), "CONFIRMED");
	assert.equal(event.sequence, 1);

	await api.call("putMeeting", { params: { id }, ifMatch: 1,
		body: meetingBody({ kind: "board", starts_at: moment(5) }) }, 200);
	const moved = (await events(address)).get(id);
	assert.ok(moved.event.sequence > 1);
	assert.equal(moved.event.location, "Зала 1");
	await api.call("cancelMeeting", { params: { id }, ifMatch: 2, body: { reason: "Отпада." } }, 200);
	const gone = (await events(address)).get(id);
	assert.equal(gone.component.getFirstPropertyValue("status"), "CANCELLED");
	assert.ok(gone.event.sequence > moved.event.sequence);
});

test("an address is told once, revoked at will, and tells nothing then", async () => {
	const { api } = (await newRegion()).coordinator;
	const calendar = await newCalendar(api);
	assert.equal((await events(calendar.address)).size, 0);
	await api.call("createCalendar", { params: { id: calendar.id } }, "409 already-exists");
	const { body: list } = await api.call("listCalendars", {}, 200);
	assert.deepEqual(list.items, [{ id: calendar.id, created_at: calendar.created_at }]);
	const other = (await newRegion()).coordinator.api;
	await other.call("createCalendar", { params: { id: calendar.id } }, "404 not-found");
	await other.call("revokeCalendar", { params: { id: calendar.id } }, "404 not-found");
	await api.call("revokeCalendar", { params: { id: calendar.id } }, 204);
	await api.call("revokeCalendar", { params: { id: calendar.id } }, 204);
	const revoked = await read(calendar.address, "404 not-found");
	const unknown = await read(`/${"A".repeat(43)}`, "404 not-found");
	assert.deepEqual(revoked.body, unknown.body);

	const admin = await hubAs("admin");
	const fani = await newFacilitator();
	const { address } = await newCalendar(fani.api);
	assert.equal((await events(address)).size, 0);
	await admin.call("updateUser", { params: { id: fani.id }, ifMatch: 1,
		body: { state: "disabled" } }, 200);
	await read(address, "404 not-found");
	for (const file of fs.readdirSync(cluster.logs))
		assert.equal(fs.readFileSync(path.join(cluster.logs, file), "utf8")
			.includes(secretOf(address)), false, file);
});

test("no case is in it, and a facilitator's has theirs alone", async () => {
	const coordinator = await hubAs("coordinator");
	const holder = await enrolledOrganisation(), helper = await enrolledOrganisation();
	const { id: k, consent } = await withTeam(holder, coordinator, [helper]);
	const [mine, other] = [await convened(coordinator, { coordination_id: k, starts_at: moment(2) }),
		await convened(coordinator, { coordination_id: k, starts_at: moment(2) })];
	const fani = await newFacilitator();
	await coordinator.call("inviteFacilitator", { params: { id: mine, user_id: fani.id } }, 200);
	const { address } = await newCalendar(fani.api);
	assert.deepEqual([...(await events(address)).keys()], [mine]);
	const { text } = await read(address);
	const { coordination_id, agenda } = await getMeeting(coordinator, mine);
	const { body: { case_pseudonym, summary_id } } = await coordinator.call("getCoordination",
		{ params: { id: k } }, 200);
	const { body: { name } } = await coordinator.call("getOrganisation",
		{ params: { id: holder.id } }, 200);
	for (const told of [coordination_id, ...agenda, holder.id, helper.id, k, case_pseudonym,
		summary_id, consent, name])
		assert.equal(unfolded(text).includes(told), false, told);
	assert.ok(!text.includes(other));
	await holder.withdraw(consent);
	assert.equal((await events(address)).size, 0, "a consent that ended leaves none");
});

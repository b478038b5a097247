// Hours for meetings: promised by an organisation for a quarter, given by who
// was there; each sees its own, a coordinator the region's, by name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { convened, getMeeting, inviteTo, newRegion } from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";

const { id: region, coordinator } = await newRegion();
const other = await newRegion();
const organisations = await Promise.all([0, 1, 2].map(() => enrolledOrganisation()));
const [giver, promiser] = organisations;

/* A quarter of Sofia, so many from now. */
function quarter(later = 0) {
	const [year, month] = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Sofia",
		year: "numeric", month: "2-digit" }).format(new Date()).split("-").map(Number);
	const n = year * 4 + Math.floor((month - 1) / 3) + later;
	return `${Math.floor(n / 4)}-Q${n % 4 + 1}`;
}
const promise = async (organisation, hours, expected = 201, { ifMatch, key, later, to = region } = {}) =>
	(await (await organisation.api()).call("putHourPromise", {
		params: { quarter: quarter(later), region: to }, body: { hours }, ifMatch, key,
	}, expected)).body;
const hours = async (api, query = {}) => (await api.call("getMeetingHours", { query }, 200)).body;

/* A meeting without a case, held by those who came, each with minutes. */
async function held(team, attendance) {
	const { api } = team;
	const id = await convened(api, { kind: "discussion" });
	for (const organisation of new Set(attendance.map(([who]) => who)))
		await inviteTo(api, id, organisation);
	await api.call("recordMeeting", { params: { id }, ifMatch: (await getMeeting(api, id)).version,
		body: { attendance: attendance.map(([organisation, minutes]) =>
			({ organisation_id: organisation.id, role: "психолог", minutes })) } }, 200);
	return id;
}

test("a promise: made, changed by its version, of a quarter that is not over", async () => {
	const key = uuid7();
	const made = await promise(promiser, 12, 201, { key });
	assert.deepEqual(made, {
		organisation_id: promiser.id, region, quarter: quarter(), hours: 12, version: 1,
	});
	assert.deepEqual(await promise(promiser, 12, 201, { key }), made, "a lost answer is given again");
	await promise(promiser, 13, "409 idempotency-key-reused", { key });
	await promise(promiser, 12, 200);
	await promise(promiser, 13, "409 already-exists");
	assert.equal((await promise(promiser, 13, 200, { ifMatch: 1 })).version, 2);
	const { current } = await promise(promiser, 14, "412 precondition-failed", { ifMatch: 1 });
	assert.equal(current.hours, 13);
	await promise(promiser, 5, 201, { later: 4 });
	for (const later of [-1, 5])
		assert.equal((await promise(promiser, 5, "422 invalid", { later })).errors[0].pointer, "/quarter");
	await promise(promiser, -1, "422 invalid");
	await promise(promiser, 5, "404 not-found", { to: giver.id });
	await promise(promiser, 5, "404 not-found", { to: other.id, ifMatch: 1 });
});

test("given against promised: one's own, the region's by name, no other's", async () => {
	await held(coordinator, [[giver, 60], [giver, 45], [promiser, 100]]);
	await held(coordinator, [[giver, 30]]);
	await held(other.coordinator, [[giver, 90]]);
	await convened(coordinator.api, { kind: "discussion" });
	await promise(organisations[2], 0);
	const all = await hours(coordinator.api);
	assert.equal(all.quarter, quarter());
	assert.equal(all.whole, true);
	assert.deepEqual(new Set(all.items.map((item) => item.organisation_id)),
		new Set(organisations.map(({ id }) => id)));
	const of = (list, organisation) =>
		list.items.filter((item) => item.organisation_id === organisation.id)
			.map(({ region: to, promised_hours, given_hours }) => [to, promised_hours, given_hours]);
	assert.deepEqual(of(all, giver), [[region, undefined, 2.3]]);
	assert.deepEqual(of(all, promiser), [[region, 13, 1.7]]);
	assert.deepEqual(of(all, organisations[2]), [[region, 0, 0]]);
	assert.deepEqual(all.items.map(({ name }) => name), all.items.map(({ name }) => name).sort());
	assert.deepEqual(of(await hours(other.coordinator.api), giver), [[other.id, undefined, 1.5]]);
	const own = await hours(await giver.api());
	assert.ok(own.items.every((item) => item.organisation_id === giver.id));
	assert.deepEqual(of(own, giver).sort(), [[region, undefined, 2.3], [other.id, undefined, 1.5]].sort());
	assert.deepEqual((await hours(await promiser.api(), { quarter: quarter(4) })).items
		.map((item) => [item.promised_hours, item.given_hours]), [[5, 0]]);
	assert.deepEqual(await hours(coordinator.api, { quarter: "2021-Q1" }),
		{ quarter: "2021-Q1", whole: false, items: [] });
	await coordinator.api.call("getMeetingHours", { query: { quarter: "2021-Q5" } }, "422 invalid");
});

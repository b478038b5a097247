// Hours for meetings: promised by an organisation for a quarter, given by who
// was there; each sees its own, a coordinator the region's, by name.  A node's
// supervisor promises them there, and its people see what was given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { convened, getMeeting, inviteTo, newRegion } from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId } from "../lib/suite.mjs";
import { colleague } from "../lib/work.mjs";

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
const promise = async (organisation, amount, expected = 201,
	{ id = uuid7(), ifMatch, key, later, to = region } = {}) =>
	(await (await organisation.api()).call("putHourPromise", {
		params: { id }, body: { region: to, quarter: quarter(later), hours: amount }, ifMatch, key,
	}, expected)).body;
const hours = async (api, query = {}) => (await api.call("getMeetingHours", { query }, 200)).body;

const record = async ({ api }, id, attendance) => api.call("recordMeeting", {
	params: { id }, ifMatch: (await getMeeting(api, id)).version,
	body: { attendance: attendance.map(([organisation, minutes]) =>
		({ organisation_id: organisation.id, role: "психолог", minutes })) },
}, 200);
/* A meeting without a case, to which they were invited. */
async function planned({ api }, invited) {
	const id = await convened(api, { kind: "discussion" });
	for (const organisation of new Set(invited))
		await inviteTo(api, id, organisation);
	return id;
}
/* The same, held by those who came, each with minutes. */
async function held(team, attendance) {
	const id = await planned(team, attendance.map(([who]) => who));
	await record(team, id, attendance);
	return id;
}

test("a promise: made, changed by its version, of a quarter that is not over", async () => {
	const key = uuid7(), id = uuid7();
	const made = await promise(promiser, 12, 201, { id, key });
	assert.deepEqual(made, {
		id, organisation_id: promiser.id, region, quarter: quarter(), hours: 12,
		given_hours: 0, whole: true, version: 1,
	});
	assert.deepEqual(await promise(promiser, 12, 201, { id, key }), made,
		"a lost answer is given again");
	await promise(promiser, 13, "409 idempotency-key-reused", { id, key });
	await promise(promiser, 12, 200, { id });
	await promise(promiser, 13, "409 already-exists", { id });
	await promise(promiser, 12, "409 already-exists");
	assert.equal((await promise(promiser, 13, 200, { id, ifMatch: 1 })).version, 2);
	const { current } = await promise(promiser, 14, "412 precondition-failed", { id, ifMatch: 1 });
	assert.equal(current.hours, 13);
	await promise(promiser, 13, "409 already-exists", { id, ifMatch: 2, later: 1 });
	await promise(promiser, 13, "409 already-exists", { id, ifMatch: 2, to: other.id });
	await promise(promiser, 5, 201, { later: 4 });
	for (const later of [-1, 5])
		assert.equal((await promise(promiser, 5, "422 invalid", { later })).errors[0].pointer, "/quarter");
	await promise(promiser, -1, "422 invalid");
	await promise(promiser, 5, "404 not-found", { to: giver.id });
	await promise(promiser, 5, "404 not-found", { to: other.id, ifMatch: 1 });
	await promise(giver, 99, "404 not-found", { id });
	await promise(giver, 99, "404 not-found", { id, ifMatch: 2 });
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

test("the feed: to whoever promised, when it or what was given changes", async (t) => {
	const [one, two] = await Promise.all([0, 1].map(() => enrolledOrganisation()));
	const feeds = [new Consumer(one), new Consumer(two)];
	/* What each was told since: hours, given, version. */
	const told = () => Promise.all(feeds.map(async (feed) => (await feed.drain())
		.filter((event) => event.kind === "hour_promise")
		.map(({ doc }) => [doc.hours, doc.given_hours, doc.version])));
	const settled = async (expected) => {
		const all = [[], []];
		await waitUntil(`told ${JSON.stringify(expected)}`, async () => {
			(await told()).forEach((events, i) => all[i].push(...events));
			return expected.every((events, i) => all[i].length >= events.length);
		});
		assert.deepEqual(all.map((events) => events.sort(([a], [b]) => b - a)), expected);
	};
	const ids = [uuid7(), uuid7()];
	await promise(one, 10, 201, { id: ids[0] });
	await promise(two, 20, 201, { id: ids[1] });
	await settled([[[10, 0, 1]], [[20, 0, 1]]]);
	assert.equal(feeds[0].events.find((event) => event.id === ids[0]).title.split(",")[0], quarter());
	const meeting = await planned(coordinator, [one, two, giver]);
	await t.test("a record tells whose hours it changes, under the same version", async () => {
		await record(coordinator, meeting, [[one, 60], [giver, 60]]);
		await settled([[[10, 1, 1]], []]);
		await record(coordinator, meeting, [[one, 60], [two, 30], [giver, 90]]);
		await settled([[], [[20, 0.5, 1]]]);
		await record(coordinator, meeting, [[two, 30], [giver, 30]]);
		await settled([[[10, 0, 1]], []]);
	});
	await t.test("a promise made while a meeting is recorded, and the other way round", async () => {
		const slow = (sql, variables) => cluster.psql(federation.hub.database,
			`BEGIN; ${sql} SELECT pg_sleep(1); COMMIT;`, { ...variables, quarter: quarter() });
		const held = () => waitUntil("the quarter is held", async () => (await cluster.psql(
			federation.hub.database, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
			AND classid = 7312 AND granted;`)).trim() !== "0");
		const away = await newRegion();
		const first = await planned(away.coordinator, [one, two]);
		const recording = slow(`SELECT pg_advisory_xact_lock_shared(7312, hours_key(:'region', :'quarter'));
			UPDATE meeting SET state = 'held', recorded_at = now() WHERE id = :'meeting';
			INSERT INTO meeting_attendance (meeting_id, n, organisation_id, role, minutes)
			VALUES (:'meeting', 1, :'one', 'x', 60);`,
		{ region: away.id, meeting: first, one: one.id });
		await held();
		assert.equal((await promise(one, 5, 201, { to: away.id })).given_hours, 1);
		await recording;
		await settled([[[5, 1, 1]], []]);
		const second = await planned(away.coordinator, [two]);
		const promising = slow(`SELECT pg_advisory_xact_lock(7312, hours_key(:'region', :'quarter'));
			INSERT INTO hour_promise (id, organisation_id, region, quarter, hours)
			VALUES (gen_random_uuid(), :'two', :'region', :'quarter', 5);`,
		{ region: away.id, two: two.id });
		await held();
		await record(away.coordinator, second, [[two, 30]]);
		await promising;
		await settled([[], [[5, 0.5, 1]]]);
	});
	await t.test("again after a suspension", async () => {
		const admin = await hubAs("admin");
		for (const status of ["suspended", "active"])
			await admin.call("setOrganisationStatus",
				{ params: { id: two.id }, body: { status, reason: "Изпитание." } }, 200);
		await settled([[], [[20, 0.5, 1], [5, 0.5, 1]]]);
	});
});

test("at a node: a supervisor promises, the hub counts, the node's people see it", async (t) => {
	const supervisor = await nodeAs("csc", "supervisor");
	const practitioner = await nodeAs("csc", "practitioner");
	const team = await newRegion();
	const id = uuid7(), centre = { id: organisationId("csc") };
	const change = (amount, more = {}) => ({
		operation: "putHourPromise", params: { id }, send: true,
		body: { region: team.id, quarter: quarter(), hours: amount }, ...more,
	});
	const put = async (api, body, expected = 201, draft = uuid7()) => {
		await api.call("putSharedChange", { params: { id: draft }, body }, expected);
		return draft;
	};
	const until = (draft, wanted, api = supervisor) => waitUntil(`${draft} is ${wanted}`, async () => {
		const { body } = await api.call("getSharedChange", { params: { id: draft } }, 200);
		return body.state === wanted && body;
	}, 15_000);
	const seen = (wanted) => waitUntil("the promise as wanted", async () => {
		const { status, body } = await practitioner.call("getShared", { params: { kind: "hour_promise", id } });
		return status === 200 && wanted(body.document) && body;
	}, 15_000);
	const counted = async () => (await hours(team.coordinator.api)).items
		.filter((item) => item.organisation_id === centre.id);

	await put(practitioner, change(20), "404 not-found");
	await put(practitioner, change(20, { send: false }), "404 not-found");
	await until(await put(supervisor, change(20)), "delivered");
	const made = await seen(() => true);
	assert.deepEqual(made.document, {
		id, organisation_id: centre.id, region: team.id, quarter: quarter(), hours: 20,
		given_hours: 0, whole: true, version: 1,
	});
	const { items } = (await supervisor.call("listShared", { query: { kind: "hour_promise" } }, 200)).body;
	assert.deepEqual(items.map((item) => [item.id, item.title]), [[id, made.title]]);
	assert.deepEqual((await counted()).map((item) => [item.promise_id, item.promised_hours, item.given_hours]),
		[[id, 20, 0]]);
	await t.test("a meeting is held: what was given is told", async () => {
		await held(team.coordinator, [[centre, 60], [centre, 30]]);
		const { document } = await seen((doc) => doc.given_hours > 0);
		assert.deepEqual([document.given_hours, document.version], [1.5, 1]);
		assert.equal((await counted())[0].given_hours, 1.5);
	});
	await t.test("on a version that is seen no longer it comes back with both", async () => {
		const { api } = await colleague("csc", "supervisor");
		await until(await put(api, change(25, { base_version: 1 })), "delivered");
		await seen((doc) => doc.hours === 25);
		const draft = await put(supervisor, change(30, { base_version: 1 }));
		const stale = await until(draft, "stale");
		assert.deepEqual([stale.body.hours, stale.current.hours, stale.current.given_hours], [30, 25, 1.5]);
		const resend = (api, expected) => api.call("resendSharedChange", { params: { id: draft },
			ifMatch: stale.version, body: { base_version: 2 } }, expected);
		await resend(practitioner, "404 not-found");
		await resend(supervisor, 200);
		await until(draft, "delivered");
		await seen((doc) => doc.hours === 30 && doc.version === 3);
	});
	await t.test("what the hub does not take comes back, what its schema refuses at once", async () => {
		const again = await until(await put(supervisor, change(5, { params: { id: uuid7() } })), "refused");
		assert.equal(again.problem.code, "already-exists");
		const { errors } = (await supervisor.call("putSharedChange", { params: { id: uuid7() },
			body: change(5, { body: { region: team.id, quarter: "2026", hours: 5 } }) }, "422 invalid")).body;
		assert.deepEqual(errors.map((error) => error.pointer), ["/body/quarter"]);
	});
	await t.test("another organisation has none of it", async () => {
		const school = await nodeAs("school", "supervisor");
		await school.call("getShared", { params: { kind: "hour_promise", id } }, "404 not-found");
		for (const base_version of [3, undefined]) {
			const draft = await put(school, change(99, { base_version }));
			assert.equal((await until(draft, "refused", school)).problem.code, "not-found");
		}
		assert.equal((await counted())[0].promised_hours, 30);
	});
});

// What coordinations that are over tell: lessons without a case, and how long
// things took.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { newRegion } from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";

const region = await newRegion();
const { api } = region.coordinator;
const organisation = await enrolledOrganisation();

const hubSql = (text, variables) => cluster.psql(federation.hub.database, text, variables);
/* Coordinations that were closed in a quarter that is over. */
const past = (n, day, lesson) => hubSql(`
	INSERT INTO coordination_past (region, state, urgency, lesson, requested_at, met_at,
		ended_at, decided_at, done_at)
	SELECT :'region', 'closed', 'soon', :'lesson' || ' ' || d, :'day',
		:'day'::timestamptz + d * interval '1 day', :'day', '{}', '{}'
	FROM generate_series(1, :n) d;`, { region: region.id, n: String(n), day, lesson });

/* As if the last of these quarters had just ended: the sweep is told to look. */
const quartersEnd = async () => {
	await hubSql("UPDATE lesson_run SET until = '-infinity';");
	await waitUntil("the sweep", async () =>
		await hubSql("SELECT until > '-infinity' FROM lesson_run;") === "t");
};
const told = () => hubSql(`SELECT count(*), count(DISTINCT l.id), bool_and(f.recipient = everyone())
	FROM lesson l LEFT JOIN feed f ON f.kind = 'lesson' AND f.ref = l.id;`);

/* All that somebody reads, two at a time. */
async function pagesOf(who) {
	const all = [];
	let after;
	do {
		const { body } = await who.call("listLessons", { query: { limit: 2, after } }, 200);
		all.push(...body.items);
		after = body.next;
	} while (after);
	return all;
}

test("lessons: of quarters that are over, from three on, published once", async (t) => {
	await past(2, "2021-02-01", "Рано.");
	await past(3, "2021-05-01", "Срещата преди обяд.");
	await past(4, "2021-08-01", "Двама на едно посещение.");
	await quartersEnd();
	const list = async (who, query) => (await who.call("listLessons", { query }, 200)).body.items;
	const all = await pagesOf(api);
	await t.test("to coordinators and an organisation itself, page by page", async () => {
		assert.deepEqual(all.map(({ quarter }) => quarter),
			[...Array(4).fill("2021-Q3"), ...Array(3).fill("2021-Q2")]);
		assert.deepEqual(all.map(({ text }) => text).sort(), [
			...[1, 2, 3, 4].map((n) => `Двама на едно посещение. ${n}`),
			...[1, 2, 3].map((n) => `Срещата преди обяд. ${n}`)]);
		assert.ok(all.every((item) => Object.keys(item).sort().join() === "id,quarter,text"));
		for (const who of [api, await organisation.api()]) {
			assert.deepEqual(await pagesOf(who), all);
			assert.deepEqual(await list(who, { quarter: "2021-Q2" }), all.slice(4));
			assert.deepEqual(await list(who, { quarter: "2021-Q1" }), []);
		}
		await api.call("listLessons", { query: { quarter: "2021-Q5" } }, "422 invalid");
	});
	await t.test("in every node, to whoever works on cases, without the hub", async () => {
		for (const name of ["school", "csc"])
			for (const role of ["practitioner", "supervisor"]) {
				const who = await nodeAs(name, role);
				await waitUntil(`lessons at ${name}`, async () =>
					(await list(who)).length === all.length);
				assert.deepEqual(await pagesOf(who), all);
				assert.deepEqual(await list(who, { quarter: "2021-Q2" }), all.slice(4));
				assert.deepEqual(await list(who, { quarter: "2021-Q1" }), []);
				await who.call("listLessons", { query: { quarter: "2021-Q5" } }, "422 invalid");
				const { body: shared } = await who.call("listShared",
					{ query: { kind: "lesson" } }, 200);
				assert.deepEqual(shared.items, [], "they are no work of anybody's");
			}
		await (await nodeAs("school", "dpo")).call("listLessons", {}, "403 scope-missing");
	});
	await t.test("none is kept, none is added, nobody is told twice", async () => {
		assert.equal(await told(), "7|7|t");
		await past(3, "2021-06-01", "След края.");
		await quartersEnd();
		assert.deepEqual(await pagesOf(api), all);
		assert.equal(await told(), "7|7|t");
		assert.equal(await hubSql(`SELECT count(lesson) FROM coordination_past
			WHERE ended_at < '2022-01-01';`), "0");
	});
	await t.test("once, though three look at the same moment beside the hub's own workers", async () => {
		await past(3, "2021-11-01", "Всички заедно.");
		await hubSql("UPDATE lesson_run SET until = '-infinity';");
		await Promise.all([1, 2, 3].map(() => hubSql(
			"BEGIN; SELECT lesson_publish(); SELECT pg_sleep(0.5); COMMIT;")));
		await waitUntil("all is told", async () => /^10\|/.test(await told()));
		assert.equal(await told(), "10|10|t");
		assert.equal((await pagesOf(api)).length, 10);
	});
});

test("times: median and 90th percentile, of fewer than five nothing", async () => {
	const year = new Date().getFullYear() - 1;
	await past(4, `${year}-02-01`, "Четири.");
	await past(9, `${year}-05-01`, "Девет.");
	const { body: { items } } = await api.call("getCoordinationTimes", {}, 200);
	assert.deepEqual(items, [
		{ quarter: `${year}-Q2`, measure: "request_to_meeting", few: false, n: 9,
			median_days: 5, p90_days: 8.2 },
		{ quarter: `${year}-Q1`, measure: "request_to_meeting", few: true },
	]);
	const other = await newRegion();
	assert.deepEqual((await other.coordinator.api.call("getCoordinationTimes", {}, 200)).body,
		{ items: [] });
});

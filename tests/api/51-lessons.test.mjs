// What coordinations that are over tell: lessons without a case, and how long
// things took.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newRegion } from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation } from "../lib/suite.mjs";

const region = await newRegion();
const { api } = region.coordinator;
const organisation = await enrolledOrganisation();

/* Coordinations that were closed in a quarter that is over. */
const past = (n, day, lesson) => cluster.psql(federation.hub.database, `
	INSERT INTO coordination_past (region, state, urgency, lesson, requested_at, met_at,
		ended_at, decided_at, done_at)
	SELECT :'region', 'closed', 'soon', :'lesson' || ' ' || d, :'day',
		:'day'::timestamptz + d * interval '1 day', :'day', '{}', '{}'
	FROM generate_series(1, :n) d;`, { region: region.id, n: String(n), day, lesson });

test("lessons: of quarters with three, page by page", async () => {
	await past(2, "2021-02-01", "Рано.");
	await past(3, "2021-05-01", "Срещата преди обяд.");
	await past(4, "2021-08-01", "Двама на едно посещение.");
	for (const who of [api, await organisation.api()]) {
		const list = async (query) => (await who.call("listLessons", { query }, 200)).body;
		assert.deepEqual((await list({ quarter: "2021-Q1" })).items, []);
		const { items } = await list({ quarter: "2021-Q2" });
		assert.deepEqual(items.map((item) => item.text).sort(),
			[1, 2, 3].map((n) => `Срещата преди обяд. ${n}`));
		assert.ok(items.every((item) => Object.keys(item).sort().join() === "quarter,text"));
		const pages = [];
		let after;
		do {
			const page = await list({ limit: 2, after });
			pages.push(...page.items);
			after = page.next;
		} while (after);
		assert.deepEqual(pages.filter((item) => item.quarter.startsWith("2021")).map((item) => item.quarter),
			[...Array(4).fill("2021-Q3"), ...Array(3).fill("2021-Q2")]);
		assert.equal(new Set(pages.map((item) => item.text)).size, pages.length);
	}
	await api.call("listLessons", { query: { quarter: "2021-Q5" } }, "422 invalid");
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

// The database is down: 503 with Retry-After from every operation that needs
// it, no service dies, and all recover without hands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { caller, operationsWith, swept } from "../lib/callers.mjs";
import { sample } from "../lib/samples.mjs";
import { cluster, federation, hub, hubAs, node, nodeAs } from "../lib/suite.mjs";
import { arrived, shared } from "../lib/work.mjs";

test("a stopped database", async (t) => {
	const prepared = [];
	for (const [service, operation] of operationsWith("unavailable"))
		prepared.push([service, operation, await caller(service, operation),
			await sample(service, operation, swept)]);
	// Without a database nobody signs in again.
	for (const one of prepared)
		one[2] = one[2].as(await one[2].renew?.() ?? one[2].token);
	const pids = federation.components.map((part) => part.child.pid);
	await cluster.stop();
	t.after(async () => {
		if (!cluster.running())
			await cluster.start();
	});

	await t.test("alive, but not ready", async () => {
		for (const place of [hub, node("ngo")]) {
			await place.call("getHealth", {}, 200);
			const body = await waitUntil("it has noticed", async () => {
				const answer = await place.call("getReadiness");
				return answer.status === 503 && answer.body;
			});
			assert.equal(body.code, "unavailable");
			await place.call("getMetrics", {}, 200);
		}
	});
	for (const [service, operation, api, options] of prepared)
		await t.test(`${service} ${operation.operationId}`, async () => {
			const answer = await api.call(operation.operationId, options, "503 unavailable");
			assert.ok(Number(answer.headers["retry-after"]) >= 1);
		});

	await t.test("back by itself, with the same processes", async () => {
		await cluster.start();
		for (const place of [hub, ...["odz", "school", "csc", "ngo"].map(node)])
			await waitUntil(`${place.url} is ready`, async () =>
				(await place.call("getReadiness")).status === 200, 30_000, 100);
		assert.deepEqual(federation.components.map((part) => part.child.pid), pids);
		assert.ok(federation.components.every((part) => part.running()));
		await (await hubAs("admin")).call("listUsers", {}, 200);
		const school = await nodeAs("school", "practitioner");
		const { summary } = await shared(school, { csc: ["help"] });
		await arrived("csc", summary);
	});
});

test("a service does not start on a database that may lose what it said", async () => {
	await (await nodeAs("ngo", "admin")).call("getMe", {}, 200);
	await cluster.psql("postgres", "ALTER SYSTEM SET synchronous_commit = off;");
	await cluster.psql("postgres", "SELECT pg_reload_conf();");
	const { service } = federation.nodes.ngo;
	try {
		await service.stop();
		await assert.rejects(service.start(), /synchronous_commit/);
	} finally {
		await cluster.psql("postgres", "ALTER SYSTEM RESET ALL;");
		await cluster.psql("postgres", "SELECT pg_reload_conf();");
		await service.stop();
		await service.start();
	}
});

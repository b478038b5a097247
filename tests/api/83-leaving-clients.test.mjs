// Clients that leave while their request is under way: nothing breaks, and
// what they asked for is done once or not at all.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { DOC, enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hub } from "../lib/suite.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* Sends a PUT and hangs up `ms` later. */
function leave(url, token, body, ms) {
	return new Promise((resolve) => {
		const sent = http.request(url, {
			method: "PUT", agent: false, headers: {
				authorization: `Bearer ${token}`, "content-type": "application/json",
				"idempotency-key": randomUUID(),
			},
		});
		sent.on("error", () => {});
		sent.on("close", resolve);
		sent.end(JSON.stringify(body));
		setTimeout(() => sent.destroy(), ms);
	});
}

test("64 clients at a time publish and hang up", async () => {
	const holder = await enrolledOrganisation();
	const reader = await enrolledOrganisation();
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const { token } = await holder.api();
	const logFile = path.join(cluster.logs, "hub.log");
	const before = fs.statSync(logFile).size;
	const ids = [];
	for (let round = 0; round < 10; round++)
		await Promise.all(Array.from({ length: 64 }, (_, i) => {
			const id = uuid7();
			ids.push(id);
			return leave(`${hub.url}/v1/summaries/${id}`, token,
				{ consent_id: consent, version: 1, doc: DOC }, i % 8);
		}));
	await sleep(500);
	const api = await reader.api();
	for (const id of ids.slice(-64)) {
		const { status } = await api.call("getSummary", { params: { id } });
		assert.ok([200, 404].includes(status));
	}
	const twice = await cluster.psql(federation.hub.database, `
		SELECT count(*) FROM (SELECT FROM audit WHERE event = 'summary.put'
		  AND consent_id = :'consent' GROUP BY ref HAVING count(*) > 1) x;`, { consent });
	assert.equal(twice, "0");
	const log = fs.readFileSync(logFile).subarray(before).toString("utf8");
	assert.doesNotMatch(log, /"statement failed"/);
});

test("long polls and sign-ins that are left do not pile up", async () => {
	const reader = await enrolledOrganisation();
	const { token } = await reader.api();
	await Promise.all(Array.from({ length: 64 }, (_, i) => new Promise((resolve) => {
		const sent = http.request(`${hub.url}/v1/feed?wait=20`,
			{ agent: false, headers: { authorization: `Bearer ${token}` } });
		sent.on("error", () => {});
		sent.on("close", resolve);
		sent.end();
		setTimeout(() => sent.destroy(), 20 + i);
	})));
	await Promise.all(Array.from({ length: 16 }, (_, i) => new Promise((resolve) => {
		const sent = http.request(`${hub.url}/v1/sessions`, {
			method: "POST", agent: false, headers: { "content-type": "application/json" },
		});
		sent.on("error", () => {});
		sent.on("close", resolve);
		sent.end(JSON.stringify({ login: "nobody", password: "дълга-примерна-парола" }));
		setTimeout(() => sent.destroy(), 5 + i);
	})));
	await sleep(1500);
	const { text } = await hub.call("getMetrics", {}, 200);
	const sleepers = Number(/^zaedno_sleeping_requests (\d+)$/m.exec(text)[1]);
	const waiting = federation.components.filter((part) => part.name.startsWith("courier")).length;
	assert.ok(sleepers <= waiting, `${sleepers} sleep, ${waiting} are couriers`);
	await hub.call("getHealth", {}, 200);
});

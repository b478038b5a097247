// Copies that a recipient has still to erase: listed at the hub, counted in
// its metrics, a task at the holder's node after a day and after two.

import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../../deploy/demo/http.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hub, hubAs, nodeAs } from "../lib/suite.mjs";
import { newCase, newConsent, receipt, share } from "../lib/work.mjs";

const coordinator = await hubAs("coordinator");
const practitioner = await nodeAs("school", "practitioner");
const silent = await enrolledOrganisation();
const consumer = new Consumer(silent);
const { id: caseId } = await newCase(practitioner);

await waitUntil("the school knows the organisation", async () => {
	const { body } = await practitioner.call("listOrganisations", { query: { limit: 200 } }, 200);
	return body.items.some((item) => item.id === silent.id);
});
const consent = await newConsent(practitioner, caseId, { [silent.id]: ["help"], csc: ["help"] });
const summary = await share(practitioner, consent);
const event = (op) => consumer.until((e) => e.id === summary && e.op === op);
await event("put");
await receipt(practitioner, consent, "both copies are known to the school",
	({ items }) => items.filter((item) => item.organisation_id === silent.id || item.delivered_at).length === 2);

const recalls = async (query, api = coordinator) =>
	(await api.call("listRecalls", { query: { limit: 200, ...query } }, 200)).body.items
		.filter((item) => item.consent_id === consent);
const hours = (n) => Promise.all([
	cluster.psql(federation.hub.database, `UPDATE delivery SET recalled_at = now() - interval '${n} hours'
		WHERE consent_id = :'consent' AND recalled_at IS NOT NULL;`, { consent }),
	cluster.psql(federation.nodes.school.database, `UPDATE consent SET withdrawn_at = date_trunc('minute', now())
		- interval '${n} hours' WHERE id = :'consent';`, { consent }),
]);
const tasks = async (query) => (await practitioner.call("listTasks",
	{ query: { subject: consent, ...query } }, 200)).body.items;
const metric = async (name) => {
	const { text } = await request("GET", `${hub.url}/metrics`);
	return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
};

test("what holds is not recalled", async () => {
	assert.deepEqual(await recalls(), []);
});

test("what is withdrawn is, until each recipient has erased it", async () => {
	await practitioner.call("withdrawConsent", { params: { id: consent }, body: { capacity: "parent" } }, 200);
	await receipt(practitioner, consent, "the centre erases",
		({ items }) => items.some((item) => item.purged_at));
	const [item, ...more] = await recalls();
	assert.deepEqual(more, []);
	assert.deepEqual([item.recipient, item.state], [silent.id, "pending"]);
	assert.deepEqual(Object.keys(item).sort(), ["consent_id", "organisation", "recipient", "since", "state"]);
	assert.equal((await recalls({}, await hubAs("admin"))).length, 1);
	await (await hubAs("board")).call("listRecalls", {}, "403 scope-missing");
});

test("after a day it is overdue, and the holder has a task", async () => {
	await hours(25);
	assert.equal((await recalls({ state: "overdue" })).length, 1);
	assert.deepEqual(await recalls({ state: "alarm" }), []);
	await waitUntil("the task", async () => (await tasks()).length === 1);
	const [task] = await tasks();
	assert.deepEqual([task.kind, task.level, task.case_id], ["erasure_overdue", 24, caseId]);
	await waitUntil("the metric", async () => await metric("zaedno_recalls_overdue") >= 1);
});

test("after two it is an alarm, and another task", async () => {
	const before = await metric("zaedno_recalls_alarm");
	await hours(49);
	assert.equal((await recalls({ state: "alarm" })).length, 1);
	await waitUntil("the task", async () => (await tasks()).some((task) => task.level === 48));
	await waitUntil("the metric", async () => await metric("zaedno_recalls_alarm") > before);
	assert.ok(await metric("zaedno_recall_oldest_seconds") >= 49 * 3600);
	const { text } = await request("GET", `${hub.url}/metrics`);
	assert.ok(!text.includes(silent.id), "no organisation in a metric");
});

test("each once, whatever starts anew", async () => {
	const count = (await tasks()).length;
	await cluster.psql(federation.nodes.school.database, "SELECT task_sweep(24, 48), task_sweep(24, 48);");
	await federation.nodes.school.service.stop();
	await federation.nodes.school.service.start();
	await new Promise((resolve) => setTimeout(resolve, 2_500));
	assert.equal((await tasks()).length, count);
});

test("page by page, the oldest first", async () => {
	const { body } = await coordinator.call("listRecalls", { query: { limit: 1 } }, 200);
	const { body: all } = await coordinator.call("listRecalls", { query: { limit: 200 } }, 200);
	assert.deepEqual(body.items, all.items.slice(0, 1));
	if (body.next) {
		const next = await coordinator.call("listRecalls", { query: { limit: 200, after: body.next } }, 200);
		assert.deepEqual(next.body.items, all.items.slice(1));
	}
});

test("when it is erased, it is off the list and the tasks are done", async () => {
	const purge = await event("purge");
	await (await silent.api()).call("recordPurge", {
		params: { id: summary }, body: { receipt: await silent.purgeReceipt(summary, purge) },
	}, 200);
	assert.deepEqual(await recalls(), []);
	await waitUntil("the tasks are done", async () => (await tasks({ done: false })).length === 0);
	for (const task of await tasks())
		assert.deepEqual([typeof task.done_at, task.done_by], ["string", undefined], "by nobody");
});

test("a recipient that is dropped has to erase as well", async () => {
	const other = await newConsent(practitioner, caseId, { [silent.id]: ["help"], csc: ["help"] });
	await share(practitioner, other);
	await receipt(practitioner, other, "the hub has it", ({ items }) => items.every((item) => item.hub_at));
	await waitUntil("the hub has two deliveries", async () => await cluster.psql(federation.hub.database,
		"SELECT count(*) FROM delivery WHERE consent_id = :'other';", { other }) === "2");
	const { body, headers } = await practitioner.call("getConsent", { params: { id: other } }, 200);
	assert.equal(body.recipients.length, 2);
	const { consentBody } = await import("../../deploy/demo/seed.mjs");
	const { organisationId } = await import("../lib/suite.mjs");
	await practitioner.call("createConsent", {
		params: { id: other }, ifMatch: Number(headers.etag.replaceAll('"', "")),
		body: consentBody(caseId, "joint_assessment", { [organisationId("csc")]: ["help"] }),
	}, 200);
	await waitUntil("it is on the list", async () =>
		(await coordinator.call("listRecalls", { query: { limit: 200 } }, 200)).body.items
			.some((item) => item.consent_id === other && item.recipient === silent.id));
});

// The hub is down: nodes work, what waits shows its age, and all of it
// arrives when the hub is back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { federation, nodeAs } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share, shared } from "../lib/work.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("a node works while the hub is down", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const before = await shared(school, { csc: ["help"] });
	const supervisor = await arrived("csc", before.summary);
	await receipt(school, before.consent, "all is sent", ({ items }) =>
		items.every((item) => item.delivered_at));
	await federation.hub.service.stop();
	t.after(async () => {
		if (!federation.hub.service.running())
			await federation.hub.service.start();
	});

	await t.test("ready, and says that the hub is down", async () => {
		const body = await waitUntil("the node has noticed", async () => {
			const answer = await school.call("getReadiness", {}, 200);
			return answer.body.hub === "down" && answer.body;
		}, 40_000, 250);
		assert.equal(body.status, "ready");
		assert.ok(body.hub_down_since);
	});

	let consent, summary, cancelled;
	await t.test("cases, consents and sharing go on, and wait", async () => {
		const { id } = await newCase(school);
		consent = await newConsent(school, id, { csc: ["help"] });
		summary = await share(school, consent);
		const age = async () => (await school.call("listOutbox", {}, 200)).body;
		const { waiting, oldest_age_s: first, items } = await age();
		assert.ok(waiting >= 2);
		assert.ok(items.some((item) => item.state === "queued" && item.consent_id === consent));
		await sleep(2100);
		const { oldest_age_s: later } = await age();
		assert.ok(later >= first + 2, `${first} then ${later}`);
	});

	await t.test("what was received is still read", async () => {
		await supervisor.call("getReceivedSummary", { params: { id: before.summary } }, 200);
	});

	await t.test("a withdrawal cancels what waits under its consent", async () => {
		const { id } = await newCase(school);
		cancelled = await newConsent(school, id, { csc: ["help"] });
		const hidden = await share(school, cancelled);
		const { body } = await school.call("withdrawConsent",
			{ params: { id: cancelled }, body: { capacity: "parent" } }, 200);
		assert.equal(body.cancelled, 2);
		const { body: outbox } = await school.call("listOutbox",
			{ query: { state: "cancelled", limit: 200 } }, 200);
		assert.equal(outbox.items.filter((item) => item.consent_id === cancelled).length, 2);
		assert.ok(hidden);
	});

	await t.test("everything arrives when the hub is back", async () => {
		await federation.hub.service.start();
		await waitUntil("the summary arrives", async () => {
			const { body } = await supervisor.call("listReceivedSummaries",
				{ query: { limit: 200 } }, 200);
			return body.items.some((item) => item.id === summary);
		}, 90_000, 200);
		await waitUntil("the outbox is empty", async () =>
			(await school.call("listOutbox", {}, 200)).body.waiting === 0, 30_000);
		assert.equal((await school.call("listOutbox", {}, 200)).body.oldest_age_s, 0);
		await waitUntil("the node says so", async () =>
			(await school.call("getReadiness", {}, 200)).body.hub === "up", 30_000);
	});
});

test("a received summary is shown only within the lease", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const { summary } = await shared(school, { csc: ["help"] });
	const supervisor = await arrived("csc", summary);
	const csc = federation.nodes.csc;
	const old = () => federation.cluster.psql(csc.database,
		"UPDATE hub_link SET last_feed_at = last_feed_at - interval '25 hours';");
	await csc.courier.stop();
	t.after(async () => {
		if (!csc.courier.running())
			await csc.courier.start();
	});
	await old();
	await supervisor.call("getReceivedSummary", { params: { id: summary } }, "503 hub-unreachable");
	const { body } = await supervisor.call("listReceivedSummaries", { query: { limit: 200 } }, 200);
	assert.equal(body.items.find((item) => item.id === summary).state, "lease");
	await csc.courier.start();
	await waitUntil("the hub was heard from", async () =>
		(await supervisor.call("getReceivedSummary", { params: { id: summary } })).status === 200,
	40_000, 250);
});

test("a hub that is silent for 15 minutes is a warning", async (t) => {
	const ngo = federation.nodes.ngo;
	const api = await nodeAs("ngo", "admin");
	await federation.hub.service.stop();
	t.after(async () => {
		if (!federation.hub.service.running())
			await federation.hub.service.start();
	});
	await waitUntil("the node has noticed", async () =>
		(await api.call("getReadiness", {}, 200)).body.hub === "down", 40_000, 250);
	await federation.cluster.psql(ngo.database,
		"UPDATE hub_link SET hub_down_since = now() - interval '16 minutes';");
	await waitUntil("the warning is there", async () =>
		(await api.call("getReadiness", {}, 200)).body.warnings?.length > 0, 10_000, 250);
	await federation.hub.service.start();
	await waitUntil("the warning is gone", async () => {
		const { body } = await api.call("getReadiness", {}, 200);
		return body.hub === "up" && !body.warnings?.length;
	}, 90_000, 250);
});

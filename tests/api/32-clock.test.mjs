// A clock that was set back: nothing of children is read, and what has run out
// stays so.  The latest time that was seen is set ahead, which is the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { Consumer } from "../lib/feed.mjs";
import { convened, record } from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { newAction, withPlan } from "../lib/plan.mjs";
import { cluster, federation, hubAs, nodeAs } from "../lib/suite.mjs";
import { arrived, shared } from "../lib/work.mjs";

const hubDatabase = federation.hub.database, csc = federation.nodes.csc.database;
const holder = await enrolledOrganisation(), reader = await enrolledOrganisation();
const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
const summary = await holder.publish(consent);
const school = await nodeAs("school", "practitioner");
const { summary: received } = await shared(school, { csc: ["help"] });
const supervisor = await arrived("csc", received);

const hubClock = (behind) => cluster.psql(hubDatabase,
	`UPDATE clock_mark SET mark = now() + interval '${behind}';`);
const nodeClock = (behind) => cluster.psql(csc,
	`UPDATE hub_link SET clock_mark = now() + interval '${behind}';`);
const api = await reader.api();
const reads = async (expected) => {
	await api.call("getSummary", { params: { id: summary } }, expected);
	await (await holder.api()).call("getSummary", { params: { id: summary } }, expected);
	await api.call("listSummaries", {}, expected);
	await api.call("readFeed", { query: { wait: 0 } }, expected);
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("at the hub", async (t) => {
	await t.test("less than a minute is no matter", async () => {
		await hubClock("50 seconds");
		await reads(200);
	});
	await t.test("more is, for as long as it lasts", async () => {
		await hubClock("2 hours");
		await reads("503 clock-behind");
		await pause(2_500);
		await reads("503 clock-behind");
		await hubClock("0 seconds");
		await reads(200);
	});
	await t.test("the mark goes forward by itself", async () => {
		await hubClock("-1 hour");
		await waitUntil("the sweep moves it", async () => await cluster.psql(hubDatabase,
			"SELECT mark > now() - interval '10 seconds' FROM clock_mark;") === "t");
	});
	await t.test("withdrawing is open all the same", async () => {
		const { id } = await holder.consent({ [reader.id]: ["help"] });
		await hubClock("2 hours");
		await holder.withdraw(id);
		await hubClock("0 seconds");
	});
});

test("what is worked on together at the hub", async () => {
	const helper = await enrolledOrganisation(), coordinator = await hubAs("coordinator");
	const { id } = await withPlan(holder, coordinator, [helper]);
	const meeting = await convened(coordinator, { coordination_id: id });
	await record(coordinator, meeting, [holder]);
	const action = await newAction(coordinator, id, helper);
	const asked = [
		["getCoordination", id], ["listCoordinationSteps", id], ["getPlan", id],
		["getAction", action], ["getMeeting", meeting], ["getMeetingMinutes", meeting],
		["listReviews", id], ["listKeyworkers", id], ["getHandover", id, "404 not-found"],
	];
	const queues = [{}, { assigned: "me" }, { assigned: "none" }, { state: "in_action" }];
	const each = async (answer) => {
		for (const [operation, of, usual = 200] of asked)
			await coordinator.call(operation, { params: { id: of } }, answer ?? usual);
		for (const query of queues)
			await coordinator.call("listCoordinations", { query }, answer ?? 200);
		for (const api of [await holder.api(), await helper.api()])
			await api.call("listCoordinations", {}, answer ?? 200);
		for (const api of [coordinator, await holder.api(), await helper.api()])
			await api.call("listMeetings", {}, answer ?? 200);
	};
	await each();
	await hubClock("2 hours");
	await each("503 clock-behind");
	await hubClock("0 seconds");
	await each();
});

test("what has run out at the hub stays so when the clock says otherwise", async () => {
	const shift = (sign) => cluster.psql(hubDatabase, `
		UPDATE consent SET starts_at = starts_at ${sign} interval '200 days', until = until ${sign} interval '200 days'
			WHERE id = :'consent';
		UPDATE consent_recipient SET live_until = live_until ${sign} interval '200 days'
			WHERE consent_id = :'consent' AND live_until > '-infinity';
		UPDATE summary SET until = until ${sign} interval '200 days' WHERE consent_id = :'consent';`, { consent });
	await shift("-");
	await waitUntil("it is latched", async () => await cluster.psql(hubDatabase,
		"SELECT state FROM consent WHERE id = :'consent';", { consent }) === "expired");
	await shift("+");
	await api.call("getSummary", { params: { id: summary } }, "410 consent-withdrawn");
	await new Consumer(reader).drain().then((events) =>
		assert.ok(events.filter((e) => e.id === summary).every((e) => e.doc === undefined)));
});

test("at a node", async (t) => {
	const read = (expected) => supervisor.call("getReceivedSummary", { params: { id: received } }, expected);
	await t.test("less than a minute is no matter", async () => {
		await nodeClock("50 seconds");
		await read(200);
	});
	await t.test("more is, though the hub is heard", async () => {
		await nodeClock("2 hours");
		await pause(2_500);
		await read("503 clock-behind");
		const { body } = await supervisor.call("listReceivedSummaries", { query: { limit: 200 } }, 200);
		assert.equal(body.items.find((item) => item.id === received).state, "lease");
		await nodeClock("0 seconds");
		await read(200);
	});
	await t.test("the mark goes forward by itself", async () => {
		await nodeClock("-1 hour");
		await waitUntil("the timer moves it", async () => await cluster.psql(csc,
			"SELECT clock_mark > now() - interval '10 seconds' FROM hub_link;") === "t");
	});
	await t.test("a consent of its own that has run out is latched", async () => {
		const { consent: own } = await shared(school, { csc: ["help"] });
		const shift = (sign) => cluster.psql(federation.nodes.school.database, `UPDATE consent
			SET valid_from = valid_from ${sign} interval '200 days', until = until ${sign} interval '200 days'
			WHERE id = :'own';`, { own });
		const state = async () => (await school.call("getConsent", { params: { id: own } }, 200)).body.state;
		await shift("-");
		await waitUntil("it is latched", async () => await cluster.psql(federation.nodes.school.database,
			"SELECT state FROM consent WHERE id = :'own';", { own }) === "expired");
		await shift("+");
		assert.equal(await state(), "expired");
	});
});

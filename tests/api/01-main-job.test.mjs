// The main job, as README tells it: one consented summary travels from the
// school through the hub to the support centre, and is withdrawn again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DOC } from "../lib/organisation.mjs";
import { hubAs, nodeAs, organisationId, userId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share } from "../lib/work.mjs";

test("a summary travels from the school to the support centre and back", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const ngo = await nodeAs("ngo", "supervisor");
	const practitioner = await nodeAs("csc", "practitioner");
	let consent, summary, supervisor;

	await t.test("the school opens a case, records a consent and shares", async () => {
		const { id } = await newCase(school);
		consent = await newConsent(school, id, { csc: ["basics", "needs", "help"] });
		const preview = await school.call("previewSummary",
			{ params: { id: consent }, body: { doc: DOC } }, 200);
		assert.equal(preview.body.items.length, 1);
		const [{ organisation_id, sees }] = preview.body.items;
		assert.equal(organisation_id, organisationId("csc"));
		assert.deepEqual(sees.help, DOC.help);
		assert.equal("wish" in sees, false, "wish was not consented");
		summary = await share(school, consent);
	});

	await t.test("it arrives and is nobody's until it is assigned", async () => {
		supervisor = await arrived("csc", summary);
		await practitioner.call("getReceivedSummary", { params: { id: summary } }, 404);
		await supervisor.call("assignReceivedSummary", {
			params: { id: summary }, body: { user_id: userId("csc", "practitioner") },
		}, 200);
	});

	await t.test("the practitioner reads exactly what was consented", async () => {
		const { body } = await practitioner.call("getReceivedSummary",
			{ params: { id: summary } }, 200);
		const { summary: seen } = body;
		assert.deepEqual(seen.basics, DOC.basics);
		assert.deepEqual(seen.needs, DOC.needs);
		assert.deepEqual(seen.help, DOC.help);
		for (const category of ["contact", "difficulty", "wish", "path"])
			assert.equal(category in seen, false, `${category} was not consented`);
		assert.equal(seen.holder, organisationId("school"));
	});

	await t.test("and links it to the centre's own case", async () => {
		const { id } = await newCase(practitioner);
		const { body } = await practitioner.call("linkReceivedSummary",
			{ params: { id: summary }, body: { case_id: id } }, 200);
		assert.equal(body.case_id, id);
	});

	await t.test("the school sees when it was received and read", async () => {
		const body = await receipt(school, consent, "opened at csc",
			({ items }) => items.some((item) => item.opened_at));
		const [item] = body.items;
		assert.equal(item.organisation_id, organisationId("csc"));
		assert.equal(item.opened_role, "practitioner");
		assert.ok(item.queued_at <= item.hub_at && item.hub_at <= item.delivered_at);
	});

	await t.test("whom no consent names gets 404 everywhere", async () => {
		const { body } = await ngo.call("listReceivedSummaries", {}, 200);
		assert.equal(body.items.some((item) => item.id === summary), false);
		await ngo.call("getReceivedSummary", { params: { id: summary } }, "404 not-found");
		await (await hubAs("coordinator")).call("getSummary",
			{ params: { id: summary } }, "404 not-found");
		await (await hubAs("admin")).call("getSummary",
			{ params: { id: summary } }, "404 not-found");
	});

	await t.test("the school withdraws, and both receipts come", async () => {
		await school.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } }, 200);
		const body = await receipt(school, consent, "withdrawn and purged",
			({ withdrawal, items }) => withdrawal?.receipt &&
				items.every((item) => item.purged_at));
		assert.equal(body.state, "withdrawn");
		await practitioner.call("getReceivedSummary",
			{ params: { id: summary } }, "410 consent-withdrawn");
		await supervisor.call("getReceivedSummary",
			{ params: { id: summary } }, "410 consent-withdrawn");
		await ngo.call("getReceivedSummary", { params: { id: summary } }, "404 not-found");
	});
});

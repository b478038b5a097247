// A consent that takes the place of an older one: who is named by both sees no
// gap, who is not erases, and everybody has signed anew.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { DOC, enrolledOrganisation, sign } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share, shared } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const atHub = (sql, variables) => cluster.psql(federation.hub.database, sql, variables);

/* A renewal's body: signed now. */
function renewal(caseId, supersedes, recipients, change = {}) {
	const named = Object.fromEntries(Object.entries(recipients)
		.map(([name, categories]) => [organisationId(name), categories]));
	const body = consentBody(caseId, change.purpose ?? "joint_assessment", named);
	return { ...body, supersedes, signers: body.signers.map((s) => ({ ...s, at: moment(0) })), ...change };
}
const renew = (body, expected, id = uuid7()) =>
	school.call("createConsent", { params: { id }, body }, expected).then((answer) => ({ id, ...answer }));
const stateOf = async (id) => (await school.call("getConsent", { params: { id } }, 200)).body;

test("of the same purpose: what was shared goes on", async (t) => {
	const { caseId, consent, summary } = await shared(school,
		{ csc: ["basics", "help"], ngo: ["help", "wish"] });
	await arrived("csc", summary);
	await arrived("ngo", summary);
	const before = await stateOf(consent);
	const { id, body } = await renew(renewal(caseId, consent, { csc: ["help"], odz: ["help"] }), 201);

	await t.test("the chain goes on under a new number", async () => {
		assert.deepEqual([body.case_pseudonym, body.supersedes, body.version],
			[before.case_pseudonym, consent, 1]);
		const old = await stateOf(consent);
		assert.deepEqual([old.state, old.superseded_by], ["superseded", id]);
		await waitUntil("the hub knows", async () => await atHub(
			"SELECT state || superseded_by FROM consent WHERE id = :'consent';", { consent }) === `superseded${id}`);
	});
	await t.test("who is named anew has it, who is not erases it", async () => {
		await arrived("odz", summary);
		await arrived("ngo", summary, "purged");
		await receipt(school, id, "the erasure is proven", ({ items }) => items.some((item) =>
			item.organisation_id === organisationId("ngo") && item.purged_at));
	});
	await t.test("who was and is sees no gap, under the new consent", async () => {
		await waitUntil("the copy names the new consent", async () => {
			const { body: got } = await (await nodeAs("csc", "supervisor")).call("getReceivedSummary",
				{ params: { id: summary } }, 200);
			return got.summary.consent_id === id && !("basics" in got.summary);
		});
		assert.equal(await atHub(`SELECT count(*) FROM feed WHERE ref = :'summary' AND op = 'purge'
			AND recipient = :'csc';`, { summary, csc: organisationId("csc") }), "0");
	});
	await t.test("what nobody is given any more is gone from the hub", async () => {
		assert.equal(await atHub("SELECT string_agg(k, ',') FROM summary, jsonb_object_keys(doc) k " +
			"WHERE id = :'summary';", { summary }), "help");
	});
	await t.test("it may be edited under the new consent and not under the old", async () => {
		const edit = (consent_id) => ({
			params: { id: summary }, ifMatch: 1, body: { consent_id, doc: { help: { ...DOC.help, text: "Друго." } } },
		});
		await school.call("shareSummary", edit(consent), "409 consent-not-active");
		await school.call("shareSummary", edit(id), 200);
	});
	await t.test("the paper of the old says so", async () => {
		const { text } = await school.call("getConsentPrint", { params: { id: consent } }, 200);
		assert.match(text, /заменено с ново/);
	});
	await t.test("who withdraws with the old number ends the new", async () => {
		const { body: ended } = await (await hubAs("coordinator")).call("recordWithdrawal", {
			params: { id: consent }, body: { capacity: "parent", received: "paper", reason: "family_choice" },
		}, 200);
		assert.equal(ended.consent_id, id);
		await arrived("csc", summary, "purged");
		await arrived("odz", summary, "purged");
		await waitUntil("the node has ended it", async () => (await stateOf(id)).state === "withdrawn");
	});
});

test("of another purpose: it is erased, and may be shared anew", async () => {
	const { caseId, consent, summary } = await shared(school, { csc: ["help"] });
	await arrived("csc", summary);
	const { id } = await renew(renewal(caseId, consent, { csc: ["help"] }, { purpose: "supervision" }), 201);
	await arrived("csc", summary, "purged");
	await arrived("csc", await share(school, id));
});

test("everybody signs anew, for a consent that holds, of this case", async () => {
	const { id: caseId } = await newCase(school);
	const consent = await newConsent(school, caseId, { csc: ["help"] });
	const refused = async (body, pointer, code, id) => {
		const { body: problem } = await renew(body, "422 invalid", id);
		assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], [pointer, code]);
	};
	const body = renewal(caseId, consent, { csc: ["help"] });
	const { signers } = consentBody(caseId, "joint_assessment", {});
	await refused({ ...body, signers: signers.map((s) => ({ ...s, at: moment(-2) })) }, "/signers", "too-early");
	await refused({ ...body, signers: [...body.signers, { ...signers[0], at: moment(-2) }] }, "/signers", "too-early");
	const { id: other } = await newCase(school);
	await refused({ ...body, case_id: other }, "/supersedes", "not-found");
	await refused({ ...body, supersedes: uuid7() }, "/supersedes", "not-found");
	const self = uuid7();
	await refused({ ...body, supersedes: self }, "/supersedes", "conflict", self);
	const { id: next } = await renew(body, 201);
	await renew(body, 200, next);
	await renew(renewal(caseId, consent, { csc: ["help"] }, { until: moment(100) }), "409 consent-not-active");
	await school.call("withdrawConsent", { params: { id: consent }, body: { capacity: "parent" } }, 200);
	assert.equal((await stateOf(next)).state, "withdrawn", "the old number ends the new here as well");
	await renew(renewal(caseId, next, { csc: ["help"] }, { until: moment(99) }), "409 consent-not-active");
});

test("a withdrawal overtakes a renewal that the hub has not heard of", async () => {
	const { caseId, consent, summary } = await shared(school, { csc: ["help"] });
	await arrived("csc", summary);
	const { courier } = federation.nodes.school;
	await courier.stop();
	const { id } = await renew(renewal(caseId, consent, { csc: ["help"] }), 201);
	const { body } = await school.call("withdrawConsent", { params: { id }, body: { capacity: "parent" } }, 200);
	assert.equal(body.cancelled, 1);
	await courier.start();
	await arrived("csc", summary, "purged");
	await waitUntil("the hub has ended both", async () => await atHub(
		"SELECT count(*) FROM consent WHERE id IN (:'consent', :'id') AND state = 'withdrawn';", { consent, id }) === "2");
});

test("a renewal that waits is delivered after what it follows", async () => {
	const { courier } = federation.nodes.school;
	await courier.stop();
	const { caseId, consent, summary } = await shared(school, { csc: ["help"] });
	const { id } = await renew(renewal(caseId, consent, { csc: ["help"] }), 201);
	await courier.start();
	await arrived("csc", summary);
	await waitUntil("under the new", async () => await atHub(
		"SELECT consent_id FROM summary WHERE id = :'summary';", { summary }) === id);
});

test("the hub refuses what is no renewal", async (t) => {
	const holder = await enrolledOrganisation(), reader = await enrolledOrganisation();
	const api = await holder.api();
	const named = { [reader.id]: ["help"] };
	const put = async (claims, expected) => api.call("putConsent",
		{ params: { id: claims.consent_id }, body: { receipt: await sign(holder.receipt, claims) } }, expected);
	const next = (old, change = {}) => {
		const claims = holder.receiptClaims(named, {
			supersedes: old.consent_id, case_pseudonym: old.case_pseudonym, ...change,
		});
		return { ...claims, signers: claims.signers.map((s) => ({ ...s, at: moment(change.signed ?? 0) })) };
	};
	const plain = ({ signed: _, ...claims }) => claims;
	const { claims: old, id: oldId } = await holder.consent(named);
	const summary = await holder.publish(oldId, { help: DOC.help });

	await t.test("signatures of before", () => put(plain(next(old, { signed: -1.01 })), "409 consent-signers-missing"));
	await t.test("of another chain", () => put(next(old, { case_pseudonym: randomUUID() }), "422 receipt-invalid"));
	await t.test("of another holder", async () => {
		const foreign = await reader.consent({ [holder.id]: ["help"] });
		await put(next(foreign.claims), "422 receipt-invalid");
	});
	await t.test("of itself", () => put(next(old, { consent_id: oldId, version: 2 }), "422 receipt-invalid"));
	const good = next(old);
	await t.test("one takes its place, once", async () => {
		const body = { receipt: await sign(holder.receipt, good) };
		for (const status of [201, 200])
			await api.call("putConsent", { params: { id: good.consent_id }, body }, status);
		await put({ ...good, version: 2 }, 200);
		await put(next(old), "409 consent-not-active");
		await put({ ...old, version: 9 }, "410 consent-withdrawn");
	});
	await t.test("and nothing comes under the old any more", async () => {
		await api.call("putSummary", {
			params: { id: uuid7() }, body: { consent_id: oldId, version: 1, doc: { help: DOC.help } },
		}, "409 consent-not-active");
		await api.call("putSummary", {
			params: { id: summary }, body: { consent_id: oldId, version: 2, doc: { help: DOC.help } },
		}, "409 consent-not-active");
		await (await reader.api()).call("getSummary", { params: { id: summary } }, 200);
		await (await reader.api()).call("getConsent", { params: { id: oldId } }, "410 consent-withdrawn");
	});
	await t.test("what is withdrawn has no place to take", async () => {
		await api.call("withdrawConsent", { params: { id: oldId }, body: { capacity: "parent" } }, 200);
		await (await reader.api()).call("getSummary", { params: { id: summary } }, "410 consent-withdrawn");
		await put(next(good), "410 consent-withdrawn");
	});
});

// Consents at the hub: signed receipts, versions, who may know of them.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { CATEGORIES, enrolledOrganisation, sign } from "../lib/organisation.mjs";

const holder = await enrolledOrganisation();
const reader = await enrolledOrganisation();
const stranger = await enrolledOrganisation();

async function put(claims, expected, { key = holder.receipt, id = claims.consent_id, idem } = {}) {
	const api = await holder.api();
	return api.call("putConsent", {
		params: { id }, body: { receipt: await sign(key, claims) }, key: idem,
	}, expected);
}

test("a consent is registered, and known to those that it names", async () => {
	const claims = holder.receiptClaims({ [reader.id]: ["basics", "help"] });
	const id = claims.consent_id;
	const { body, headers } = await put(claims, 201);
	assert.equal(headers.etag, '"1"');
	assert.deepEqual(body.recipients, claims.recipients);
	const { body: theirs } = await (await reader.api()).call("getConsent", { params: { id } }, 200);
	assert.deepEqual([...theirs.categories].sort(), ["basics", "help"]);
	assert.equal("recipients" in theirs, false, "a recipient does not see the others");
	await (await stranger.api()).call("getConsent", { params: { id } }, "404 not-found");
});

test("a receipt that is not what it claims is refused", async (t) => {
	const recipients = { [reader.id]: CATEGORIES };
	const refused = (name, change, options, expected = "422 receipt-invalid") =>
		t.test(name, async () => {
			await put(holder.receiptClaims(recipients, change), expected, options);
		});
	await refused("signed by the assertion key", {}, { key: holder.assertion });
	await refused("signed by another organisation", {}, { key: stranger.receipt });
	await refused("issued by another organisation", { iss: stranger.id });
	await refused("of another kind", { token_use: "purge-receipt" }, {}, 422);
	await refused("for another consent", {}, { id: uuid7() });
	await refused("with a member too many", { name: "Калинка" }, {}, 422);
	await refused("with a pseudonym that tells a time", { case_pseudonym: uuid7() }, {}, 422);
	await refused("for more than a year", { until: moment(400) }, {}, 422);
	await refused("that is over", { from: moment(-20), until: moment(-10) }, {}, 422);
	await refused("for an organisation that does not exist",
		{ recipients: [{ organisation_id: uuid7(), categories: ["help"] }] }, {}, 422);
});

test("each rule has its signers", async (t) => {
	const signer = (capacity) =>
		({ capacity, method: "paper", at: moment(-1), evidence_commit: "0".repeat(64) });
	const recipients = { [reader.id]: ["help"] };
	const cases = [
		["representative", ["young_person"], false], ["representative", ["guardian"], true],
		["both_parents", ["parent"], false], ["both_parents", ["parent", "parent"], true],
		["representative_and_child", ["parent"], false],
		["representative_and_child", ["young_person"], false],
		["representative_and_child", ["custodian", "young_person"], true],
		["other_representative", ["parent"], false],
		["self", ["parent"], false], ["self", ["young_person"], true],
	];
	for (const [rule, capacities, enough] of cases)
		await t.test(`${rule}: ${capacities.join(" + ")}`, async () => {
			await put(holder.receiptClaims(recipients,
				{ rule, signers: capacities.map(signer) }),
			enough ? 201 : "409 consent-signers-missing");
		});
	await t.test("a decision stands for the other parent", async () => {
		for (const rule of ["both_parents", "other_representative"])
			await put(holder.receiptClaims(recipients,
				{ rule, signers: [signer("parent")], decision_ref: true }), 201);
	});
});

test("versions go up, and nobody else may take the id", async () => {
	const claims = holder.receiptClaims({ [reader.id]: ["help"] });
	const receipt = await sign(holder.receipt, claims);
	for (const status of [201, 200])
		await (await holder.api()).call("putConsent",
			{ params: { id: claims.consent_id }, body: { receipt } }, status);
	await put({ ...claims, version: 3 }, 200);
	await put({ ...claims, version: 2 }, "409 stale");
	await put({ ...claims, version: 3, purpose: "consultation" }, 409);
	await put({ ...claims, version: 9, case_pseudonym: randomUUID() }, "409 already-exists");
	const foreign = stranger.receiptClaims({ [reader.id]: ["help"] },
		{ consent_id: claims.consent_id });
	const answer = await (await stranger.api()).call("putConsent", {
		params: { id: claims.consent_id },
		body: { receipt: await sign(stranger.receipt, foreign) },
	});
	assert.ok([404, 409].includes(answer.status), answer.text);
});

test("an Idempotency-Key is asked for, remembered, and not reused", async () => {
	const claims = holder.receiptClaims({ [reader.id]: ["help"] });
	const receipt = await sign(holder.receipt, claims);
	const api = await holder.api();
	const call = (body, key, expected) => api.call("putConsent",
		{ params: { id: claims.consent_id }, body, key }, expected);
	await call({ receipt }, null, "400 idempotency-key-missing");
	const key = randomUUID();
	const first = await call({ receipt }, key, 201);
	const again = await call({ receipt }, key, 201);
	assert.equal(again.headers.etag, first.headers.etag);
	await call({ receipt: await sign(holder.receipt, { ...claims, version: 2 }) }, key,
		"409 idempotency-key-reused");
});

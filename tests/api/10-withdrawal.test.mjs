// Withdrawal at the hub: from its answer on nobody reads the content, and
// nothing that comes late brings it back.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as jose from "jose";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { Consumer } from "../lib/feed.mjs";
import { DOC, enrolledOrganisation, issuer, sign } from "../lib/organisation.mjs";
import { cluster, federation, hub, hubAs } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const reader = await enrolledOrganisation();
const stranger = await enrolledOrganisation();
const read = async (organisation, id, expected) =>
	(await organisation.api()).call("getSummary", { params: { id } }, expected);

test("content is gone with the answer, and the receipt is the hub's", async (t) => {
	const consumer = new Consumer(reader);
	const { id: consent, claims } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent, DOC, { version: 3 });
	await consumer.until((event) => event.id === id);
	let receipt;

	await t.test("signed by the hub, repeated as it was", async () => {
		({ receipt } = (await holder.withdraw(consent)).body);
		const { body: jwks } = await hub.call("getJwks", {}, 200);
		const { payload } = await jose.compactVerify(receipt, jose.createLocalJWKSet(jwks));
		const said = JSON.parse(new TextDecoder().decode(payload));
		assert.equal(said.token_use, "withdrawal-receipt");
		assert.equal(said.iss, issuer);
		assert.equal(said.consent_id, consent);
		assert.equal((await holder.withdraw(consent)).body.receipt, receipt);
	});
	await t.test("410 for holder and former recipient, 404 for everyone else", async () => {
		await read(holder, id, "410 consent-withdrawn");
		await read(reader, id, "410 consent-withdrawn");
		await read(stranger, id, "404 not-found");
		await (await hubAs("coordinator")).call("getSummary", { params: { id } }, "404 not-found");
		const getConsent = async (who, expected) => (await who.api()).call("getConsent",
			{ params: { id: consent } }, expected);
		assert.equal((await getConsent(holder, 200)).body.state, "withdrawn");
		await getConsent(reader, "410 consent-withdrawn");
		await getConsent(stranger, "404 not-found");
	});
	await t.test("nothing that comes late brings it back", async () => {
		const api = await holder.api();
		const put = (version, summary = id) => api.call("putSummary", {
			params: { id: summary }, body: { consent_id: consent, version, doc: DOC },
		}, "410 consent-withdrawn");
		await put(2);
		await put(1_000_000);
		await put(1, uuid7());
		await api.call("putConsent", {
			params: { id: consent },
			body: { receipt: await sign(holder.receipt, { ...claims, version: 99 }) },
		}, "410 consent-withdrawn");
		await read(reader, id, "410 consent-withdrawn");
	});
	await t.test("the database holds no content any more", async () => {
		const left = await cluster.psql(federation.hub.database,
			"SELECT count(*) FROM summary WHERE id = :'id' AND doc IS NOT NULL;", { id });
		assert.equal(left, "0");
	});
	await t.test("the recipient is told, erases, and proves it", async () => {
		const event = await consumer.until((e) => e.id === id && e.op === "purge");
		const record = async (receiptOf, expected, who = reader) =>
			(await who.api()).call("recordPurge",
				{ params: { id }, body: { receipt: await receiptOf } }, expected);
		await record(stranger.purgeReceipt(id, event), "422 receipt-invalid");
		await record(reader.purgeReceipt(uuid7(), event), "422 receipt-invalid");
		await record(reader.purgeReceipt(id, event, { seq: undefined }), "422 receipt-invalid");
		await record(stranger.purgeReceipt(id, event), "404 not-found", stranger);
		const { body } = await record(reader.purgeReceipt(id, event), 200);
		assert.ok(body.purged_at);
		await record(reader.purgeReceipt(id, event), 200);
		const own = new Consumer(holder);
		await own.until((e) => e.kind === "delivery" && e.parent === id && e.doc?.purged_at);
	});
});

test("a consent that the hub never saw is withdrawn all the same", async () => {
	const claims = holder.receiptClaims({ [reader.id]: ["help"] });
	const id = claims.consent_id;
	await holder.withdraw(id);
	const { body } = await (await holder.api()).call("getConsent", { params: { id } }, 200);
	assert.equal(body.state, "withdrawn");
	const api = await holder.api();
	await api.call("putConsent", {
		params: { id }, body: { receipt: await sign(holder.receipt, claims) },
	}, "410 consent-withdrawn");
	await api.call("putSummary", {
		params: { id: uuid7() }, body: { consent_id: id, version: 1, doc: DOC },
	}, "410 consent-withdrawn");
});

test("only the holder withdraws", async () => {
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent);
	await reader.withdraw(consent, "404 not-found");
	await stranger.withdraw(consent, "404 not-found");
	await read(reader, id, 200);
});

test("a recipient removed earlier is told to erase as well", async () => {
	const { id: consent, claims } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent);
	const consumer = new Consumer(reader);
	await consumer.until((event) => event.id === id && event.op === "put");
	await holder.changeConsent(claims, 2, { [stranger.id]: ["help"] });
	await consumer.until((event) => event.id === id && event.op === "purge");
	await holder.withdraw(consent);
	const later = new Consumer(stranger);
	await later.until((event) => event.id === id && event.op === "purge");
});

test("an event that waited while the consent ended carries no content", async () => {
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent);
	await holder.withdraw(consent);
	const consumer = new Consumer(reader);
	await consumer.until((event) => event.id === id && event.op === "purge");
	for (const event of consumer.events.filter((e) => e.id === id))
		assert.equal(event.doc, undefined);
});

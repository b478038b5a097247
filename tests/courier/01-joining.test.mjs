// Enrolment, tokens and the hub's clock: PROTOCOL.md sections 3, 5 and 12.

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import fs from "node:fs";
import test from "node:test";
import * as jose from "jose";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { ORGANISATION, lose, problem, reply } from "./hub.mjs";
import { joined, place } from "./suite.mjs";

const publicKey = (file) => createPublicKey(fs.readFileSync(file));
const CODE = createHash("sha256").update("one-time-code").digest("hex");

test("joins with both keys, each proven, and asks again when the answer is lost", async () => {
	const self = await place("join");
	const asked = [];
	self.hub.enrolment = (r) => {
		asked.push(r);
		return [lose, problem(503, "unavailable")][asked.length - 1];
	};
	await self.courier.start();
	await self.join();
	assert.equal(asked.length, 3);
	assert.equal(new Set(asked.map((r) => r.headers["idempotency-key"])).size, 1);
	assert.match(asked[0].headers["idempotency-key"],
		/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
	const { code, keys } = asked[2].body;
	assert.equal(code, "one-time-code");
	assert.deepEqual(keys.map((k) => k.purpose), ["assertion", "receipt"]);
	for (const { purpose, jwk, proof } of keys) {
		const { payload, protectedHeader } =
			await jose.compactVerify(proof, await jose.importJWK(jwk, "ES256"));
		assert.deepEqual(protectedHeader, {
			alg: "ES256", typ: "JWT", kid: await jose.calculateJwkThumbprint(jwk),
		});
		const { iat, ...claims } = JSON.parse(new TextDecoder().decode(payload));
		assert.deepEqual(claims, {
			token_use: "enrolment", iss: protectedHeader.kid, purpose, code_sha256: CODE, aud: self.hub.url,
		});
		assert.ok(Math.abs(iat - Date.now() / 1000) < 5);
		assert.equal(jwk.d, undefined);
	}
	assert.equal(await self.sql(`SELECT concat_ws(' ', issuer, organisation_id,
		feed_id, scopes, code IS NULL) FROM hub_link`),
	`${self.hub.url} ${ORGANISATION} ${self.hub.feedId} {feed:read} t`);
});

test("a refused code is final and keeps the hub's words", async () => {
	const self = await place("refused");
	self.hub.enrolment = () => problem(403, "enrolment-refused");
	await self.courier.start();
	await self.sql(`UPDATE hub_link SET state = 'joining', hub_url = :'url',
		code = 'wrong'; NOTIFY outbox;`, { url: `${self.hub.url}/` });
	await self.until("SELECT state || ' ' || (problem->>'code') FROM hub_link",
		"refused enrolment-refused");
	assert.equal(await self.sql("SELECT code IS NULL FROM hub_link"), "t");
});

test("says nothing to an address that others could listen at", async () => {
	const self = await place("plain");
	await self.courier.start();
	await self.sql(`UPDATE hub_link SET state = 'joining', code = 'c',
		hub_url = 'http://hub.example'; NOTIFY outbox;`);
	await self.until("SELECT state FROM hub_link", "refused");
});

test("assertions are dated by the hub's clock, a day ahead or behind", async () => {
	for (const [name, offset] of [["ahead", 86_400_000], ["behind", -86_400_000]]) {
		const self = await place(name);
		self.hub.clockOffset = offset;
		await self.courier.start();
		await self.join();
		const asked = await waitUntil("a token request", () =>
			self.hub.requests.find((r) => r.path === "/oauth/token"));
		const { grant_type: grant, client_assertion_type: type,
			client_assertion: assertion, ...rest } = asked.body;
		assert.deepEqual(rest, {});
		assert.equal(grant, "client_credentials");
		assert.equal(type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
		const { payload } = await jose.jwtVerify(assertion,
			publicKey(self.keys.assertion_key_file), {
				issuer: ORGANISATION, subject: ORGANISATION, audience: self.hub.url,
				currentDate: new Date(Date.now() + offset), maxTokenAge: 5,
				requiredClaims: ["jti", "exp"], clockTolerance: 2,
			});
		assert.ok(payload.exp - payload.iat <= 60);
		await self.until("SELECT abs(clock_offset_ms - " + offset + ") < 1500 FROM hub_link", "t");
	}
});

test("a token that is refused is renewed once at once, then with pauses", async () => {
	const self = await joined("renew");
	await waitUntil("the feed", () => self.hub.feeds().length > 0);
	self.hub.item = (r) => r.headers.authorization === "Bearer token-1"
		? problem(401, "token-invalid") : undefined;
	const [id] = await self.queue({});
	await self.settled(id, "delivered 200");
	const tries = self.hub.items();
	assert.equal(tries.length, 2);
	/* what is not noticed is looked for after a second */
	assert.ok(tries[1].at - tries[0].at < 900, `after ${tries[1].at - tries[0].at} ms`);
	assert.equal(tries[0].headers["idempotency-key"], tries[1].headers["idempotency-key"]);

	self.hub.token = () => problem(403, "organisation-blocked");
	self.hub.item = () => problem(401, "token-invalid");
	const before = self.hub.requests.length;
	const [other] = await self.queue({});
	await new Promise((resolve) => setTimeout(resolve, 1500));
	assert.ok(self.hub.requests.length - before < 20, "it does not hammer");
	assert.equal(await self.item(other), "queued");
	await self.until("SELECT problem->>'code' FROM hub_link", "organisation-blocked");
	self.hub.item = () => reply(200, {});
	self.hub.token = () => undefined;
	await self.settled(other, "delivered");
	await self.until("SELECT problem IS NULL FROM hub_link", "t");
});

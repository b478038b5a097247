// The hub's heads of its audit: only what the hub's own key has signed is
// judged as its word; whatever else the feed brings under that name is told.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import test from "node:test";
import * as jose from "jose";
import { reply } from "./hub.mjs";
import { joined } from "./suite.mjs";

const LOG = randomUUID();
const chain = (n) => createHash("sha256").update(String(n)).digest("hex");
async function newKey() {
	const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const jwk = await jose.exportJWK(publicKey);
	const kid = await jose.calculateJwkThumbprint(jwk);
	return { privateKey, jwk: { ...jwk, kid, alg: "ES256", use: "sig" }, kid };
}
const key = await newKey(), other = await newKey();
let self;

/** A head of the hub after `prev` leaves, signed. */
async function head({ by = key, kid = by.kid, ...change } = {}) {
	const at = new Date().toISOString();
	return new jose.SignJWT({
		token_use: "audit-head", iss: self.hub.url, id: randomUUID(), log_id: LOG,
		count: 10, chain: chain(10), prev_count: 0, prev_chain: chain(0), at, ...change,
	}).setProtectedHeader({ alg: "ES256", typ: "JWT", kid }).setIssuedAt().sign(by.privateKey);
}

/** The state that the feed's head comes to. */
async function judged(text, wanted) {
	const id = randomUUID();
	self.hub.tell({ id, kind: "audit_head", recipient: "all", doc: { head: text } });
	await self.until(`SELECT coalesce((SELECT state FROM hub_head WHERE id = '${id}'), 'none')`,
		wanted, 15_000);
}
const forged = (text, claims) => {
	const [header, payload, signature] = text.split(".");
	const said = { ...JSON.parse(Buffer.from(payload, "base64url")), ...claims };
	return [header, Buffer.from(JSON.stringify(said)).toString("base64url"), signature].join(".");
};

test("a head that the hub has signed is good", async () => {
	self = await joined("heads");
	self.hub.item = (r) => r.path === "/.well-known/jwks.json"
		? reply(200, { keys: [key.jwk] }) : undefined;
	await judged(await head(), "good");
});

for (const [what, make] of [
	["another's key under the hub's name", () => head({ by: other, kid: key.kid })],
	["words that were changed", async () => forged(await head(), { chain: chain(11) })],
	["another issuer", () => head({ iss: "https://other.example" })],
	["a receipt in the place of a head", () => head({ token_use: "consent-receipt" })],
	["no signature", async () => `${(await head()).split(".").slice(0, 2).join(".")}.`],
])
	test(`not: ${what}`, async () => judged(await make(), "unsigned"));

test("and the true one goes on from where it was", async () => {
	await judged(await head({ count: 12, chain: chain(12), prev_count: 10, prev_chain: chain(10) }),
		"good");
	await judged(await head({ count: 20, chain: chain(20), prev_count: 10, prev_chain: chain(10) }),
		"forked");
	assert.equal(await self.sql("SELECT count(*) FROM task WHERE kind = 'hub_untrusted'"), "6");
});

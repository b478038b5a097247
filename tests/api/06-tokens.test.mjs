// Tokens of organisations, asked for with libraries that know nothing of us.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import { request } from "../../deploy/demo/http.mjs";
import { enrolledOrganisation, issuer, newKey, sign } from "../lib/organisation.mjs";
import { hub } from "../lib/suite.mjs";

const now = () => Math.floor(Date.now() / 1000);
const insecure = { [oauth.allowInsecureRequests]: true };

test("oauth4webapi discovers the hub and gets a token", async () => {
	const organisation = await enrolledOrganisation();
	const { body: metadata } = await hub.call("getAuthorizationServerMetadata", {}, 200);
	assert.equal(metadata.issuer, issuer);
	const server = await oauth.processDiscoveryResponse(new URL(issuer),
		await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2", ...insecure }));
	const client = { client_id: organisation.id };
	const answer = await oauth.clientCredentialsGrantRequest(server, client,
		oauth.PrivateKeyJwt({ key: organisation.assertion.privateKey, kid: organisation.assertion.kid }),
		new URLSearchParams({ scope: "directory:read feed:read" }), insecure);
	const token = await oauth.processClientCredentialsResponse(server, client, answer);
	assert.equal(token.scope, "directory:read feed:read");
	await hub.as(token.access_token).call("listOrganisations", {}, 200);
	await hub.as(token.access_token).call("listSummaries", {}, "403 scope-missing");
});

test("jose verifies the token with the hub's published key", async () => {
	const organisation = await enrolledOrganisation();
	const { body } = await organisation.askToken(await organisation.assertionJwt({}, { typ: undefined }));
	assert.equal(body.token_type, "Bearer");
	const { body: jwks } = await hub.call("getJwks", {}, 200);
	const { payload, protectedHeader } = await jose.jwtVerify(body.access_token,
		jose.createLocalJWKSet(jwks), { issuer, audience: issuer });
	assert.equal(protectedHeader.alg, "ES256");
	assert.equal(payload.token_use, "access");
	assert.equal(payload.org, organisation.id);
	assert.equal(payload.client_id, organisation.id);
	assert.ok(payload.exp - payload.iat <= 300);
	for (const key of jwks.keys)
		assert.equal("d" in key, false);
});

test("an assertion that departs from the protocol is refused", async (t) => {
	const organisation = await enrolledOrganisation();
	const other = await enrolledOrganisation();
	const refused = (name, make) => t.test(name, async () => {
		const answer = await organisation.askToken(await make());
		assert.equal(answer.status, 401, answer.text);
		assert.equal(answer.body.code, "client-refused");
		assert.equal(answer.body.error, "invalid_client");
	});
	const own = (change, header) => () => organisation.assertionJwt(change, header);

	await refused("another audience", own({ aud: "https://other.example" }));
	await refused("a list of audiences", own({ aud: [issuer] }));
	await refused("longer than 60 s", own({ exp: now() + 61 }));
	await refused("expired by 11 s", own({ iat: now() - 60, exp: now() - 11 }));
	await refused("from the future", own({ iat: now() + 40, exp: now() + 90 }));
	await refused("exp as text", own({ exp: String(now() + 60) }));
	await refused("another subject", own({ sub: other.id }));
	await refused("another issuer", own({ iss: other.id, sub: other.id }));
	await refused("no jti", own({ jti: undefined }));
	await refused("an access token's kind", own({ token_use: "access" }));
	await refused("another kid", own({}, { kid: other.assertion.kid }));
	await refused("the receipt key", () => sign(organisation.receipt, {
		iss: organisation.id, sub: organisation.id, aud: issuer,
		jti: randomUUID(), iat: now(), exp: now() + 60,
	}));
	await refused("an unknown key", async () => sign(await newKey(), {
		iss: organisation.id, sub: organisation.id, aud: issuer,
		jti: randomUUID(), iat: now(), exp: now() + 60,
	}));
	await refused("crit", own({}, { crit: ["b64"], b64: true }));
	await refused("an embedded key", own({}, { jwk: organisation.assertion.jwk }));
	await refused("junk at the end", async () => `${await organisation.assertionJwt()}A`);
	await refused("no signature", async () =>
		(await organisation.assertionJwt()).replace(/\.[^.]+$/, "."));
	await refused("alg none", async () => {
		const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
		return `${part({ alg: "none" })}.${part({ iss: organisation.id })}.`;
	});
	await refused("HS256 with the public key", async () => {
		const secret = new TextEncoder().encode(JSON.stringify(organisation.assertion.jwk));
		return new jose.SignJWT({ jti: randomUUID() })
			.setProtectedHeader({ alg: "HS256", kid: organisation.assertion.kid })
			.setIssuer(organisation.id).setSubject(organisation.id).setAudience(issuer)
			.setIssuedAt().setExpirationTime("30s").sign(secret);
	});

	await t.test("the same assertion twice", async () => {
		const jwt = await organisation.assertionJwt();
		assert.equal((await organisation.askToken(jwt)).status, 200);
		const again = await organisation.askToken(jwt);
		assert.equal(again.body.code, "client-refused");
	});
	await t.test("a scope beyond the grant", async () => {
		const answer = await organisation.askToken(
			await organisation.assertionJwt(), "users:admin");
		assert.equal(answer.body.error, "invalid_scope", answer.text);
	});
	await t.test("the request itself is checked", async () => {
		const form = (raw, expected) => hub.call("issueToken", {
			raw, headers: { "content-type": "application/x-www-form-urlencoded" },
		}, expected);
		await form("grant_type=password", 422);
		await form("grant_type=client_credentials&grant_type=client_credentials",
			"400 malformed-body");
		await form(new URLSearchParams({
			grant_type: "client_credentials", resource: "https://other.example",
			client_assertion: await organisation.assertionJwt(),
			client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		}).toString(), "400 malformed-request");
		await hub.call("issueToken", { body: {} }, "415 media-type");
	});
});

test("an access token that is not the hub's opens nothing", async (t) => {
	const organisation = await enrolledOrganisation();
	const good = (await organisation.askToken(await organisation.assertionJwt())).body.access_token;
	const claims = jose.decodeJwt(good);
	const refused = (name, make) => t.test(name, async () => {
		await hub.as(await make()).call("listOrganisations", {}, "401 token-invalid");
	});
	await refused("the client assertion itself", () => organisation.assertionJwt());
	await refused("signed by the organisation", () => sign(organisation.assertion, claims));
	await refused("one bit changed", () => {
		const [head, body, signature] = good.split(".");
		const changed = Buffer.from(body, "base64url");
		changed[changed.length - 3] ^= 1;
		return `${head}.${changed.toString("base64url")}.${signature}`;
	});
	await refused("padding", () => `${good}=`);
	await refused("not a token", () => "x");
	await t.test("another scheme, no token", async () => {
		await hub.call("listOrganisations",
			{ headers: { authorization: `Basic ${good}` } }, 401);
		await hub.call("listOrganisations", {}, "401 token-missing");
		const { status } = await request("GET",
			`${hub.url}/v1/organisations?access_token=${good}`);
		assert.equal(status === 401 || status === 422, true);
	});
});

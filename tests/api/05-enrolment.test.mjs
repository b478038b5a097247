// Enrolment with a single-use code and proof of possession; keys.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import {
	enrolledOrganisation, enrolmentKey, issuer, newKey, organisationFields, sign,
} from "../lib/organisation.mjs";
import { hub, hubAs, nodeAs } from "../lib/suite.mjs";

async function newCode() {
	const admin = await hubAs("admin");
	const id = uuid7();
	await admin.call("putOrganisation", { params: { id }, body: organisationFields() }, 201);
	const { body } = await admin.call("createEnrolmentCode", { params: { id } }, 201);
	return { id, code: body.code, expires_at: body.expires_at };
}

const entries = async (code, a, b, change = {}) => [
	await enrolmentKey(a, "assertion", code, change),
	await enrolmentKey(b, "receipt", code),
];

test("a code is redeemed once, by the keys that prove themselves", async (t) => {
	const { id, code, expires_at } = await newCode();
	const assertion = await newKey(), receipt = await newKey();

	await t.test("the code has 80 bits and holds for 72 hours", () => {
		assert.ok(code.replaceAll("-", "").length * 5 >= 80);
		const hours = (Date.parse(expires_at) - Date.now()) / 3_600_000;
		assert.ok(hours > 71.9 && hours <= 72.01, String(hours));
	});

	await t.test("proofs that do not hold are refused", async () => {
		const refuse = async (keys) => hub.call("enrolOrganisation",
			{ body: { code, keys } }, "403 enrolment-refused");
		await refuse(await entries(code, assertion, receipt, { aud: "https://other.example" }));
		await refuse(await entries(code, assertion, receipt, { purpose: "receipt" }));
		await refuse(await entries(code, assertion, receipt, { token_use: "access" }));
		await refuse(await entries(code, assertion, receipt, { iat: 1_600_000_000 }));
		await refuse(await entries(code, assertion, receipt,
			{ code_sha256: createHash("sha256").update("друг").digest("hex") }));
		const [first, second] = await entries(code, assertion, receipt);
		await refuse([{ ...first, jwk: (await newKey()).jwk }, second]);
		await refuse([first, { ...second, purpose: "assertion" }]);
	});

	await t.test("an unknown code is refused", async () => {
		const other = code.replace(/[0-9A-HJKMNP-TV-Z]$/, (c) => c === "7" ? "8" : "7");
		await hub.call("enrolOrganisation",
			{ body: { code: other, keys: await entries(other, assertion, receipt) } },
			"403 enrolment-refused");
	});

	await t.test("the right one joins, and its repeat answers the same", async () => {
		const keys = await entries(code, assertion, receipt);
		const { body } = await hub.call("enrolOrganisation", { body: { code, keys } }, 201);
		assert.equal(body.organisation_id, id);
		assert.equal(body.issuer, issuer);
		assert.ok(body.scopes.includes("summaries:write"));
		const again = await hub.call("enrolOrganisation",
			{ body: { code, keys: await entries(code, assertion, receipt) } }, 200);
		assert.deepEqual(again.body, body);
	});

	await t.test("but not with other keys", async () => {
		await hub.call("enrolOrganisation",
			{ body: { code, keys: await entries(code, await newKey(), await newKey()) } },
			"403 enrolment-refused");
	});
});

test("only the last code of an organisation works", async () => {
	const admin = await hubAs("admin");
	const { id, code } = await newCode();
	const { body } = await admin.call("createEnrolmentCode", { params: { id } }, 201);
	const a = await newKey(), b = await newKey();
	await hub.call("enrolOrganisation", { body: { code, keys: await entries(code, a, b) } },
		"403 enrolment-refused");
	await hub.call("enrolOrganisation",
		{ body: { code: body.code, keys: await entries(body.code, a, b) } }, 201);
	await admin.call("createEnrolmentCode", { params: { id: uuid7() } }, "404 not-found");
	await (await hubAs("coordinator")).call("createEnrolmentCode", { params: { id } },
		"403 scope-missing");
});

test("the current key announces the next one", async () => {
	const organisation = await enrolledOrganisation();
	const api = await organisation.api();
	const next = await newKey();
	const claims = {
		token_use: "key", iss: organisation.id, kid: next.kid,
		purpose: "assertion", aud: issuer, iat: Math.floor(Date.now() / 1000),
	};
	const body = {
		purpose: "assertion", jwk: next.jwk, not_before: moment(1.5),
		proof: await sign(organisation.assertion, claims),
	};
	const put = (change, expected) => api.call("putKey",
		{ params: { kid: next.kid }, body: { ...body, ...change } }, expected);
	await put({ proof: await sign(next, claims) }, "422 receipt-invalid");
	await put({ proof: await sign(organisation.assertion, { ...claims, kid: organisation.receipt.kid }) },
		"422 receipt-invalid");
	await put({ not_before: moment(0.01) }, 422);
	await put({ jwk: (await newKey()).jwk }, 422);
	const { body: key } = await put({}, 201);
	assert.equal(key.kid, next.kid);
	await put({}, 200);
	const other = await enrolledOrganisation();
	await (await other.api()).call("putKey", {
		params: { kid: next.kid },
		body: { ...body, proof: await sign(other.assertion, { ...claims, iss: other.id }) },
	}, "409 already-exists");
	const early = await organisation.askToken(await sign(next, {
		iss: organisation.id, sub: organisation.id, aud: issuer, jti: uuid7(),
		iat: claims.iat, exp: claims.iat + 60,
	}));
	assert.equal(early.status, 401, "the new key holds later");
});

test("a node joins once", async () => {
	const admin = await nodeAs("school", "admin");
	const { body } = await admin.call("getHubLink", {}, 200);
	assert.equal(body.state, "joined");
	assert.equal(body.issuer, issuer);
	assert.equal(JSON.stringify(body).includes("code"), false);
	await admin.call("joinHub", {
		body: { hub_url: issuer, code: "0123-4567-89AB-CDEF" },
	}, "409 already-joined");
	await (await nodeAs("school", "practitioner")).call("joinHub", {
		body: { hub_url: issuer, code: "0123-4567-89AB-CDEF" },
	}, "403 scope-missing");
});

// What every operation refuses in the same way, tried on every operation
// that documents it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomUUID } from "node:crypto";
import { caller, operationsWith, scopesFor, stranger, swept } from "../lib/callers.mjs";
import { sample } from "../lib/samples.mjs";
import { hub, node } from "../lib/suite.mjs";

const place = (service) => service === "hub" ? hub : node("ngo");

/** Runs `attempt` for every operation that documents the code. */
const everywhere = (code, attempt) => test(code, async (t) => {
	for (const [service, operation] of operationsWith(code))
		await t.test(`${service} ${operation.operationId}`, () =>
			attempt(service, operation, operation.operationId));
});

const expects = (status, code) => `${status} ${code}`;

everywhere("token-missing", async (service, operation, id) => {
	if (scopesFor(operation).length > 0)
		await place(service).call(id, { ...await sample(service, operation, swept), token: null },
			expects(401, "token-missing"));
});

everywhere("token-invalid", async (service, operation, id) => {
	await place(service).call(id, { ...await sample(service, operation, swept), token: "a.b.c" },
		expects(401, "token-invalid"));
});

everywhere("scope-missing", async (service, operation, id) => {
	if (scopesFor(operation).length === 0)
		return; // a token beyond the grant: tests of tokens
	const api = await stranger(service, operation);
	if (api)
		await api.call(id, await sample(service, operation, swept), expects(403, "scope-missing"));
});

everywhere("malformed-body", async (service, operation, id) => {
	const api = await caller(service, operation);
	const options = await sample(service, operation, swept);
	if (id === "issueToken")
		return;
	for (const raw of ["{", '{"a":1,"a":2}', "[1,]", "\uFEFF{}", '{"a":"\\ud800"}', "nul",
		Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])])
		await api.call(id, { ...options, body: undefined, raw }, expects(400, "malformed-body"));
});

everywhere("media-type", async (service, operation, id) => {
	const api = await caller(service, operation);
	const { headers, ...options } = await sample(service, operation, swept);
	for (const type of ["text/plain", "application/xml"])
		await api.call(id, { ...options, headers: { ...headers, "content-type": type } },
			expects(415, "media-type"));
});

everywhere("body-too-large", async (service, operation, id) => {
	const api = await caller(service, operation);
	const options = await sample(service, operation, swept);
	const raw = `{"text":"${"а".repeat(200_000)}"}`;
	await api.call(id, { ...options, body: undefined, raw }, expects(413, "body-too-large"));
});

everywhere("invalid", async (service, operation, id) => {
	const api = await caller(service, operation);
	const options = await sample(service, operation, swept);
	const refused = async (change, pointer) => {
		const { body } = await api.call(id, { ...options, ...change }, 422);
		assert.equal(body.code, "invalid");
		assert.ok(body.errors.some((error) => error.pointer === pointer),
			`${pointer} in ${JSON.stringify(body.errors)}`);
	};
	if (options.body) {
		await refused({ body: { ...options.body, zz: 1 } }, "/zz");
		await refused({ body: 7 }, "");
	}
	if ((operation.parameters ?? []).some((parameter) => parameter.in === "query"))
		await refused({ query: { zz: "1" } }, "/zz");
});

everywhere("idempotency-key-missing", async (service, operation, id) => {
	const api = await caller(service, operation);
	const options = await sample(service, operation, swept);
	await api.call(id, { ...options, key: null }, expects(400, "idempotency-key-missing"));
	await api.call(id, { ...options, key: "not-a-uuid" }, expects(400, "idempotency-key-missing"));
});

everywhere("precondition-required", async (service, operation, id) => {
	const api = await caller(service, operation);
	const { ifMatch: _, ...options } = await sample(service, operation, swept);
	await api.call(id, options, expects(428, "precondition-required"));
});

/* What is not there, and what is not an identifier at all. */
everywhere("not-found", async (service, operation, id) => {
	const api = await caller(service, operation);
	const options = await sample(service, operation, swept);
	for (const name of Object.keys(options.params).filter((key) => key !== "key"))
		for (const value of ["x", randomUUID().toUpperCase(), "%00", "..%2f..", "'--"])
			await api.call(id, {
				...options, params: { ...options.params, [name]: value },
			}, expects(404, "not-found"));
});

// Bad input: all wrong fields at once in the asker's language; paths,
// methods and headers that no operation has.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomUUID } from "node:crypto";
import { request, uuid7 } from "../../deploy/demo/http.mjs";
import { record } from "../lib/coverage.mjs";
import { hub, node, nodeAs } from "../lib/suite.mjs";

const WRONG = {
	given_name: "", birth_date: "2026-13-40", sex: "x", phones: ["телефон"], extra: 1,
	identifier: { kind: "egn", value: "12" },
};
const POINTERS = ["/birth_date", "/extra", "/family_name", "/given_name",
	"/identifier/value", "/phones/0", "/sex"];

test("all wrong fields at once, in Bulgarian or English", async () => {
	const school = await nodeAs("school", "practitioner");
	const ask = async (language) => {
		const { body, headers } = await school.call("createPerson", {
			params: { id: uuid7() }, body: WRONG,
			headers: language ? { "accept-language": language } : {},
		}, "422 invalid");
		assert.match(headers["content-type"], /^application\/problem\+json/);
		assert.deepEqual([...new Set(body.errors.map((error) => error.pointer))].sort(), POINTERS);
		return body;
	};
	const bg = await ask(undefined);
	const en = await ask("en");
	assert.match(bg.title, /[а-я]/);
	assert.doesNotMatch(en.title, /[а-я]/i);
	for (const error of bg.errors)
		assert.match(error.message, /[а-я]/, error.message);
	for (const error of en.errors)
		assert.doesNotMatch(error.message, /[а-я]/i, error.message);
	assert.equal((await ask("de, en;q=0.8, bg;q=0.1")).title, en.title);
	assert.equal((await ask("bg-BG, en;q=0.5")).title, bg.title);
	assert.equal((await ask("fr")).title, bg.title);
	assert.equal((await ask("en;q=0, bg")).title, bg.title);
	assert.equal(bg.type, en.type);
	assert.equal(JSON.stringify(bg).includes("телефон"), false, "the input is not echoed");
});

for (const [service, place] of [["hub", hub], ["node", node("ngo")]])
	test(`${service}: what no operation has`, async (t) => {
		const refused = (name, status, code, method, path, options) => t.test(name, async () => {
			const answer = await request(method, place.url + path, options);
			record(service, "none", answer);
			assert.equal(answer.status, status, answer.text);
			if (method !== "HEAD") {
				assert.match(answer.headers["content-type"], /^application\/problem\+json/);
				assert.equal(answer.body.code, code);
				assert.equal(answer.body.status, status);
			}
			return answer;
		});
		await refused("an unknown path", 404, "not-found", "GET", "/v1/nothing");
		await refused("a path below a file", 404, "not-found", "GET", "/healthz/x");
		await refused("an encoded slash", 404, "not-found", "GET", "/v1%2fusers");
		await refused("another method", 405, "method-not-allowed", "DELETE", "/healthz");
		await refused("another method on a person's path", 405, "method-not-allowed", "DELETE",
			`/v1/users/${uuid7()}`);
		await refused("another media type", 406, "not-acceptable", "GET", "/v1/me",
			{ headers: { accept: "application/xml" } });
		await refused("too many headers", 431, "headers-too-many", "GET", "/healthz", {
			headers: Object.fromEntries([["host", new URL(place.url).host],
				...Array.from({ length: 30 }, (_, i) => [`x-h${i}`, "1"])]),
		});
		await t.test("405 says what is allowed", async () => {
			const { headers } = await request("DELETE", `${place.url}/healthz`);
			assert.match(headers.allow ?? "", /GET/);
		});
		await t.test("each answer has its request's id, and nothing is stored", async () => {
			const { headers } = await request("GET", `${place.url}/v1/me`);
			assert.match(headers["cache-control"] ?? "", /no-store/);
			assert.ok(headers.date);
		});
		await t.test("health, readiness, metrics, reference", async () => {
			assert.equal((await place.call("getHealth", {}, 200)).body.status, "ok");
			assert.equal((await place.call("getReadiness", {}, 200)).body.database, "up");
			assert.match((await place.call("getMetrics", {}, 200)).text, /^zaedno_/m);
			assert.equal((await place.call("getOpenapi", {}, 200)).body.openapi, "3.1.0");
			const page = await place.call("getReference", {}, 200);
			assert.doesNotMatch(page.text, /<script|style="/);
			assert.match(page.headers["content-security-policy"] ?? "", /default-src/);
			await place.call("getReferenceCss", {}, 200);
		});
	});

test("values of every kind in every query parameter", async () => {
	const admin = await nodeAs("ngo", "supervisor");
	const bad = (query) => admin.call("listCases", { query }, "422 invalid");
	for (const limit of ["0", "201", "-1", "1.5", "a", "", "1e3", "99999999999999999999"])
		await bad({ limit });
	await bad({ state: "nothing" });
	await bad({ holder: "x" });
	await bad({ after: "" });
	await admin.call("listCases", { query: { after: "%%%" } }).then(({ status }) =>
		assert.ok([200, 422].includes(status)));
	const twice = await request("GET", `${admin.url}/v1/cases?limit=1&limit=2`, { token: admin.token });
	record("node", "listCases", twice);
	assert.equal(twice.status, 400, twice.text);
	assert.equal(twice.body.code, "malformed-request");
	await admin.call("getCase", { params: { id: randomUUID() } }, "404 not-found");
});

// Persons of a node: sealed, found by whole names, changed with If-Match.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";
import { newCase, personFields } from "../lib/work.mjs";

/* The published vectors; an ЕГН of the future is nobody's. */
const EGN = { ok: "7523169263", bad: "8812102461" };
const LNCH = "7111042925";

test("a person is recorded, read and changed", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const id = uuid7(), fields = personFields({ middle_name: "Горска", sex: "female",
		address: "с. Приказно, ул. „Горска“ 7", phones: ["+359 888 000 001"] });
	const get = async () => (await school.call("getPerson", { params: { id } }, 200)).body;

	await t.test("created, and the same again", async () => {
		const { headers } = await school.call("createPerson", { params: { id }, body: fields }, 201);
		assert.equal(headers.etag, '"1"');
		await school.call("createPerson", { params: { id }, body: fields }, 200);
		await school.call("createPerson",
			{ params: { id }, body: personFields() }, "409 already-exists");
		assert.deepEqual(await get(), { id, version: 1, ...fields });
	});
	await t.test("changed; null removes", async () => {
		const change = { params: { id }, body: { middle_name: null, address: "гр. Приказка" } };
		await school.call("updatePerson", change, "428 precondition-required");
		await school.call("updatePerson", { ...change, ifMatch: 9 }, "412 precondition-failed");
		await school.call("updatePerson", { ...change, ifMatch: 1 }, 200);
		const after = await get();
		assert.equal(after.version, 2);
		assert.equal("middle_name" in after, false);
		assert.equal(after.address, "гр. Приказка");
	});
	await t.test("the database holds neither name nor address in the clear", async () => {
		const dump = await cluster.psql(federation.nodes.school.database,
			"SELECT person::text FROM person WHERE id = :'id';", { id });
		assert.ok(dump.includes(id));
		for (const word of [fields.family_name, fields.given_name, "Приказка", "888 000"])
			assert.equal(dump.includes(word), false, word);
	});
});

test("identifiers are checked", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const put = (change, expected) => school.call("createPerson",
		{ params: { id: uuid7() }, body: personFields(change) }, expected);
	await t.test("a wrong check digit names the field", async () => {
		const { body } = await put({
			birth_date: "1988-12-10", identifier: { kind: "egn", value: EGN.bad },
		}, "422 identifier-invalid");
		assert.deepEqual(body.errors.map(({ pointer, code }) => [pointer, code]),
			[["/identifier/value", "egn-check"]]);
	});
	await t.test("a date that does not exist", async () => {
		const { body } = await put({ identifier: { kind: "egn", value: "7513169260" } },
			"422 identifier-invalid");
		assert.match(body.errors[0].code, /^egn-/);
	});
	await t.test("an ЕГН and a birth date that differ", async () => {
		await put({ birth_date: "2015-01-01", identifier: { kind: "egn", value: EGN.ok } }, 422);
	});
	await t.test("in a change, too", async () => {
		const id = uuid7();
		await school.call("createPerson", { params: { id }, body: personFields() }, 201);
		await school.call("updatePerson", {
			params: { id }, ifMatch: 1, body: { identifier: { kind: "egn", value: EGN.bad } },
		}, "422 identifier-invalid");
	});
	await t.test("ЛНЧ", async () => {
		await put({ identifier: { kind: "lnch", value: LNCH } }, 201);
		await put({ identifier: { kind: "lnch", value: "7111042926" } }, "422 identifier-invalid");
	});
});

test("search finds whole names only, and only among one's cases", async () => {
	const school = await nodeAs("school", "practitioner");
	const csc = await nodeAs("csc", "practitioner");
	const change = { given_name: "Неповторимка", family_name: "Търсачкова" };
	const { person } = await newCase(school, change);
	const find = async (api, body) => (await api.call("searchPersons", { body }, 200))
		.body.items.map((item) => item.id);
	assert.deepEqual(await find(school, { family_name: "Търсачкова" }), [person]);
	assert.deepEqual(await find(school, { family_name: "ТЪРСАЧКОВА", given_name: "неповторимка" }),
		[person]);
	assert.deepEqual(await find(school, { family_name: "Търсачк" }), []);
	assert.deepEqual(await find(school, { family_name: "Търсачкова", given_name: "Друга" }), []);
	assert.deepEqual(await find(csc, { family_name: "Търсачкова" }), []);
	await school.call("searchPersons", { body: {} }, "422 invalid");
});

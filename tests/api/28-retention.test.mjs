// How long what is kept is kept, asked and run by the data-protection officer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";
import { newCase } from "../lib/work.mjs";

const dpo = await nodeAs("ngo", "dpo");
const sql = (text) => cluster.psql(federation.nodes.ngo.database, text);
const rules = async () => Object.fromEntries(
	(await dpo.call("listRetention", {}, 200)).body.items.map((item) => [item.rule, item]));

test("the rules are those of the federation; case records have none of their own", async () => {
	const list = await rules();
	assert.deepEqual(Object.fromEntries(Object.entries(list).map(
		([rule, { days }]) => [rule, days])), {
		summary_withdrawn: 0, outbox_delivered: 30, sign_in_failure: 90, session_ended: 1,
		audit_details: 730, audit_row: 1826, change_settled: 30, case_record: undefined,
	});
	assert.equal(list.sign_in_failure.label, "неуспешни влизания");
});

test("what is due is counted, removed and counted again", async () => {
	const before = await rules();
	await sql(`INSERT INTO sign_in_failure (at, login_sha256, source)
		SELECT now() - make_interval(days => d), '\\x00', 'x'
		FROM unnest(ARRAY[89, 91, 400]) d;
		INSERT INTO outbox (operation, method, path, subject, state, delivered_at)
		SELECT 'getHealth', 'GET', '/', gen_random_uuid(), 'delivered',
		       now() - make_interval(days => d) FROM unnest(ARRAY[29, 31]) d;`);
	const due = await rules();
	assert.equal(due.sign_in_failure.due - before.sign_in_failure.due, 2);
	assert.equal(due.outbox_delivered.due - before.outbox_delivered.due, 1);
	const { body } = await dpo.call("runRetention", {}, 200);
	assert.equal(body.removed.sign_in_failure, due.sign_in_failure.due);
	assert.equal(body.removed.outbox_delivered, due.outbox_delivered.due);
	assert.equal(body.removed.case_record, undefined);
	const after = await rules();
	for (const rule of ["sign_in_failure", "outbox_delivered"]) {
		assert.equal(after[rule].due, 0);
		assert.equal(after[rule].removed - before[rule].removed, body.removed[rule]);
		assert.ok(after[rule].last_at);
	}
	const { body: rows } = await dpo.call("listAudit", {}, 200);
	assert.ok(rows.items.some((row) => row.event === "retention.run" && row.role === "dpo"));
});

test("the organisation's own period of case records", async () => {
	const worker = await nodeAs("ngo", "practitioner");
	const { id, person } = await newCase(worker, { family_name: "Давнова" });
	const open = await newCase(worker, { family_name: "Отворенова" });
	await sql(`UPDATE case_file SET opened_on = today() - 2000, state = 'closed',
		closed_on = today() - 1900 WHERE id = '${id}';`);
	const set = (days, ifMatch, expected) => dpo.call("setRetention",
		{ params: { rule: "case_record" }, body: { days }, ifMatch }, expected);
	const { version } = (await rules()).case_record;
	await set(100, version, "422 invalid");
	await set(1825, version + 1, "412 precondition-failed");
	const { body } = await set(1825, version, 200);
	assert.deepEqual([body.days, body.due], [1825, 1]);
	await dpo.call("runRetention", {}, 200);
	const { body: data } = await dpo.call("exportSubject", { params: { id: person } }, 200);
	assert.equal(data.erasure.reason, "period");
	await worker.call("getPerson", { params: { id: open.person } }, 200);
	const { body: none } = await set(null, version + 1, 200);
	assert.equal(none.days, undefined);
	await dpo.call("setRetention", { params: { rule: "audit_row" }, body: { days: null },
		ifMatch: 1 }, "422 invalid");
	await dpo.call("setRetention", { params: { rule: "tombstone" }, body: { days: 1 },
		ifMatch: 1 }, "404 not-found");
});

test("nobody else sees or changes a rule", async () => {
	for (const role of ["practitioner", "supervisor", "admin"]) {
		const who = await nodeAs("ngo", role);
		await who.call("listRetention", {}, "403 scope-missing");
		await who.call("runRetention", {}, "403 scope-missing");
		await who.call("setRetention", { params: { rule: "case_record" }, body: { days: 400 },
			ifMatch: 1 }, "403 scope-missing");
	}
});

// What waits for a person: each task once, seen by whose work it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { cluster, federation, nodeAs, userId } from "../lib/suite.mjs";
import { newCase, newConsent } from "../lib/work.mjs";

const holder = await nodeAs("csc", "practitioner");
const supervisor = await nodeAs("csc", "supervisor");
const { id: caseId } = await newCase(holder);
const consent = await newConsent(holder, caseId, { school: ["help"] });
const elsewhere = "00000000-0000-4000-8000-000000000777";

/* As the courier and the database's own timer do it. */
const raise = (kind, subject, level) => cluster.psql(federation.nodes.csc.database,
	"SELECT task_raise(:'kind', :'subject', '2026-12-24T08:00:00Z', :level);", { kind, subject, level: String(level) });
const tasks = async (client, query) =>
	(await client.call("listTasks", { query }, 200)).body.items;
const complete = (client, id, expected) => client.call("completeTask", { params: { id } }, expected);

for (const level of [30, 30, 7])
	await raise("consent_ended", consent, level);
await raise("hub_untrusted", elsewhere, 0);

test("whose work it is sees it, once", async () => {
	const own = await tasks(holder, { subject: consent });
	assert.deepEqual(own.map((task) => task.level), [7, 30]);
	const [last] = own;
	assert.deepEqual([last.kind, last.case_id, last.due, last.done_at],
		["consent_ended", caseId, "2026-12-24T08:00:00.000Z", undefined]);
	assert.match(last.text, /[а-я]/);
	assert.equal((await tasks(supervisor, { subject: consent })).length, 2);
	assert.deepEqual(await tasks(holder, { subject: elsewhere }), []);
	for (const role of ["supervisor", "dpo", "admin"]) {
		const client = await nodeAs("csc", role);
		assert.equal((await tasks(client, { subject: elsewhere })).length, 1, role);
	}
	assert.deepEqual(await tasks(await nodeAs("csc", "admin"), { subject: consent }), []);
});

test("page by page", async () => {
	const first = await supervisor.call("listTasks", { query: { limit: 1 } }, 200);
	const second = await supervisor.call("listTasks", { query: { limit: 1, after: first.body.next } }, 200);
	assert.notEqual(first.body.items[0].id, second.body.items[0].id);
});

test("done once, by whose work it is", async () => {
	const [{ id }] = await tasks(holder, { subject: consent });
	await complete(await nodeAs("csc", "admin"), id, "404 not-found");
	const { body } = await complete(holder, id, 200);
	assert.equal(body.done_by, userId("csc", "practitioner"));
	assert.deepEqual((await complete(supervisor, id, 200)).body, body);
	assert.ok((await tasks(holder, { done: true })).some((task) => task.id === id));
	assert.ok((await tasks(holder, { done: false })).every((task) => task.id !== id));
	const { body: log } = await (await nodeAs("csc", "dpo")).call("listAudit", { query: { ref: id } }, 200);
	assert.deepEqual(log.items.map((row) => row.event), ["task.done"]);
	await raise("consent_ended", consent, 7);
	assert.equal((await tasks(holder, { subject: consent })).length, 2, "what is done is not raised anew");
});

test("a sweep over cases that stumbles does not stop the others", async () => {
	const { database } = federation.nodes.csc;
	const whole = await cluster.psql(database,
		"SELECT pg_get_functiondef('case_sweep()'::regprocedure);");
	await cluster.psql(database, `CREATE OR REPLACE FUNCTION case_sweep() RETURNS void
		LANGUAGE plpgsql AS $$ BEGIN RAISE 'stumbled'; END $$;`);
	try {
		await raise("consent_renewal", consent, 7);
		await waitUntil("settled: no consent runs out then", async () => (await tasks(supervisor,
			{ subject: consent, done: true })).some(({ kind }) => kind === "consent_renewal"), 15_000);
	} finally {
		await cluster.psql(database, `${whole};`);
	}
});

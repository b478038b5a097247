// The audit that cannot be changed unseen: chained at hub and node, signed,
// exchanged, and checked by zaedno-verify from an export.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { exported, heads, verify } from "../lib/audit.mjs";
import { enrolledOrganisation, sign } from "../lib/organisation.mjs";
import { cluster, federation, hub, hubAs, nodeAs, organisationId } from "../lib/suite.mjs";
import { arrived, newCase, shared } from "../lib/work.mjs";

const admin = await hubAs("admin");
const dpo = await nodeAs("school", "dpo");
const school = await nodeAs("school", "practitioner");
const hubSql = (text) => cluster.psql(federation.hub.database, text);
const nodeSql = (text) => cluster.psql(federation.nodes.school.database, text);
const copy = (value) => JSON.parse(JSON.stringify(value));
const jwks = async () => (await hub.call("getJwks", {}, 200)).body;
const signHead = async (api, id = uuid7()) =>
	(await api.call("signAuditHead", { params: { id } }, 201)).body;
const metric = async (url) => Number(/^zaedno_audit_forks_total (\d+)$/m.exec(
	await (await fetch(`${url}/metrics`)).text())[1]);

/* Something of every sort: acts at both, and a read that the hub has logged. */
const { summary } = await shared(school, { csc: ["help", "basics"] });
await arrived("csc", summary);
const reader = await enrolledOrganisation(), holder = await enrolledOrganisation();
const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
const read = await holder.publish(consent);
for (let i = 0; i < 3; i++)
	await (await reader.api()).call("getSummary", { params: { id: read } }, 200);

test("every read is under a chained leaf", async () => {
	const bare = () => hubSql(`SELECT count(*) FROM read_log l WHERE NOT EXISTS (
		SELECT FROM read_set s JOIN audit_leaf a ON a.leaf = s.leaf
		WHERE l.tx >= s.tx_from AND l.tx <= s.tx_to
		AND l.at >= s.first_at AND l.at <= s.last_at);`);
	await waitUntil("all reads are covered", async () => await bare() === "0");
	assert.ok(Number(await hubSql("SELECT sum(rows) FROM read_set;")) >= 3);
	assert.equal(await hubSql("SELECT sum(rows) - (SELECT count(*) FROM read_log) FROM read_set;"), "0",
		"and under one only");
});

test("the hub's audit is good, by the heads that a node has kept", async (t) => {
	await signHead(admin);
	const id = uuid7();
	const head = await signHead(admin, id);
	const { body: again } = await admin.call("signAuditHead", { params: { id } }, 200);
	assert.deepEqual(again, head, "the same id, the same head");
	await waitUntil("the node has checked it", async () =>
		(await heads(dpo, { from: "hub" })).flatMap((page) => page.items)
			.some((item) => item.id === id && item.state === "good"));
	const signed = await heads(dpo, { from: "hub" });
	const pages = await exported(admin, 20);
	assert.ok(pages.length > 1);
	const items = pages.flatMap((page) => page.items);
	assert.ok(items.some((item) => item.row.event === "summary.put" && item.opened.request));
	assert.ok(items.some((item) => item.reads?.length > 0));
	const found = verify({ keys: signed, heads: signed, pages });
	assert.equal(found.status, 0, found.text);
	assert.match(found.text, /^good: \d+ leaves of log /);

	const last = items.length - 1;
	const act = items.findIndex((item, i) => i > 5 && item.opened?.actor);
	const set = items.findIndex((item) => item.reads?.length > 0);
	const refused = (name, change, expected, index) => t.test(name, () => {
		const changed = copy(items);
		const made = change(changed) ?? changed;
		const answer = verify({ keys: signed, heads: signed,
			pages: [{ ...pages[0], items: made }] });
		assert.equal(answer.status, 1, answer.text);
		assert.match(answer.text, new RegExp(`^BAD: ${expected}, index ${index}\\b`));
	});
	await refused("a changed row", (x) => { x[act].row.event = "other"; }, "the row was changed", act);
	await refused("another actor", (x) => { x[act].opened.actor = randomUUID(); },
		"who acted is not what the row is committed to", act);
	await refused("an actor erased early", (x) => { delete x[act].opened; },
		"who acted was erased before its time", act);
	await refused("a deleted row", (x) => { delete x[act].row; delete x[act].opened; },
		"the row was deleted before its time", act);
	await refused("a deleted leaf", (x) => { x.splice(act, 1); },
		"leaves are missing, repeated or out of order", act);
	await refused("two swapped", (x) => {
		[x[act], x[act - 1]] = [x[act - 1], x[act]];
		[x[act].index, x[act - 1].index] = [x[act - 1].index, x[act].index];
	}, "the leaf does not follow the one before it", act - 1);
	await refused("an inserted row", (x) => {
		x.splice(act, 0, copy(x[act]));
		x.forEach((item, i) => { item.index = i; });
	}, "the leaf does not follow the one before it", act + 1);
	await refused("a truncated log", (x) => x.slice(0, last - 5),
		"more leaves were signed than there are", last - 5);
	await refused("a read less", (x) => { x[set].reads.pop(); },
		"the reads of this leaf were changed", set);
	await refused("a changed read", (x) => { x[set].reads[0].row.ref = randomUUID(); },
		"the reads of this leaf were changed", set);
	await t.test("a log written anew from a changed row on", () => {
		const made = rewritten(items, act);
		const answer = verify({ keys: signed, heads: signed,
			pages: [{ ...pages[0], items: made }] });
		assert.equal(answer.status, 1, answer.text);
		assert.match(answer.text, /^BAD: other leaves were signed than these, index \d+ to \d+/);
		assert.equal(verify({ pages: [{ ...pages[0], items: made }] }).status, 2,
			"without a head nothing is said");
	});
	await t.test("a forged head, a foreign key, another log", () => {
		const forged = copy(signed);
		const token = forged[0].items[0].head;
		forged[0].items[0].head = `${token.slice(0, -3)}${token.endsWith("AAA") ? "BBB" : "AAA"}`;
		assert.equal(verify({ keys: signed, heads: forged, pages }).status, 1);
		assert.equal(verify({ keys: { keys: [] }, heads: signed, pages }).status, 2);
		const other = pages.map((page) => ({ ...page, log_id: randomUUID() }));
		assert.match(verify({ keys: signed, heads: signed, pages: other }).text,
			/there is more than one log/);
	});
	await t.test("from where something was signed on", () => {
		const first = items.filter((item) => item.index >= again.count);
		const part = [{ ...pages[0], items: first }];
		assert.equal(verify({ keys: signed, heads: signed, pages: part }).status, 0);
		part[0].items = items.slice(3);
		assert.equal(verify({ keys: signed, heads: signed, pages: part }).status, 2);
	});
});

/* The same leaves with one changed, and the chain made anew after it. */
function rewritten(items, at) {
	const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
	const sorted = (object) => JSON.stringify(object, Object.keys(object).sort());
	const made = copy(items);
	made[at].row.event = "other";
	made[at].leaf = sha(Buffer.from([0]), Buffer.from(sorted(made[at].row))).toString("hex");
	for (let i = at; i < made.length; i++)
		made[i].chain = sha(Buffer.from([2]), Buffer.from(made[i - 1].chain, "hex"),
			Buffer.from(made[i].leaf, "hex")).toString("hex");
	return made;
}

test("a node's audit is good, by the heads that the hub has countersigned", async () => {
	const head = await signHead(dpo);
	const sent = (page) => page.items.find((item) => item.id === head.id);
	const kept = await waitUntil("the hub's countersignature is back", async () => {
		const found = sent((await heads(dpo))[0]);
		return found.countersignature && found;
	});
	const signed = await heads(admin, { organisation_id: organisationId("school") });
	assert.equal(sent(signed[0]).countersignature, kept.countersignature);
	assert.equal(sent(signed[0]).state, "good");
	const pages = await exported(dpo);
	const items = pages.flatMap((page) => page.items);
	assert.ok(items.some((item) => item.row.event === "consent.create" || item.row.kind === "consent"));
	const keys = [...signed, await jwks()];
	const found = verify({ keys, heads: signed, pages });
	assert.equal(found.status, 0, found.text);
	const own = await heads(dpo);
	assert.equal(verify({ keys: [...own, await jwks()], heads: own, pages }).status, 0);
	const crossed = copy(signed);
	if (crossed[0].items.length < 2)
		return;
	crossed[0].items[0].countersignature = crossed[0].items[1].countersignature;
	assert.match(verify({ keys, heads: crossed, pages }).text, /a countersignature is of another head/);
});

test("heads are signed and exchanged though nobody asks", async () => {
	await waitUntil("a node's head is countersigned", async () => {
		const { items } = (await heads(admin, { organisation_id: organisationId("csc") }))[0];
		return items.some((item) => item.state === "good" && item.countersignature);
	}, 60_000, 500);
	assert.equal(await cluster.psql(federation.nodes.csc.database,
		"SELECT count(*) FROM audit_head WHERE queued AND countersignature IS NULL;"), "0");
	assert.equal(await cluster.psql(federation.nodes.csc.database,
		"SELECT count(*) > 0 FROM audit WHERE event = 'audit.head' AND actor IS NULL;"), "t");
});

test("erasing who acted leaves the chain whole, through the retention itself", async () => {
	const { id } = await newCase(school);
	/* A row of three years ago, as it would have been written then. */
	await nodeSql(`SET session_replication_role = origin;
		INSERT INTO audit (at, actor, role, event, kind, ref, request)
		VALUES (now() - interval '800 days', gen_random_uuid(), 'practitioner',
			'case.read', 'case', '${id}', gen_random_uuid());`);
	await waitUntil("it has its place", async () =>
		await nodeSql("SELECT count(*) FROM audit_queue;") === "0");
	await signHead(dpo);
	const { body } = await dpo.call("runRetention", {}, 200);
	assert.ok(body.removed.audit_details >= 1);
	assert.equal(await nodeSql(`SELECT count(*) FROM audit WHERE ref = '${id}'
		AND at < now() - interval '2 years' AND actor IS NULL AND request IS NULL
		AND leaf_salt IS NULL AND details IS NOT NULL;`), "1");
	const signed = await heads(dpo), pages = await exported(dpo);
	const item = pages.flatMap((page) => page.items).find((x) =>
		x.row.ref === id && x.row.event === "case.read" && x.opened === undefined);
	assert.ok(item, "it is marked as erased");
	const found = verify({ keys: [...signed, await jwks()], heads: signed, pages });
	assert.equal(found.status, 0, found.text);
	assert.match(found.text, /of [1-9]\d* who acted was erased in time/);

	await hubSql(`BEGIN; SET LOCAL session_replication_role = replica;
		UPDATE retention SET done_until = '-infinity' WHERE rule = 'audit_details';
		COMMIT;
		INSERT INTO audit (at, actor, event, kind, ref, request)
		VALUES (now() - interval '790 days', 'who', 'old.act', 'case',
			gen_random_uuid(), gen_random_uuid());`);
	await waitUntil("it has its place", async () => await hubSql("SELECT count(*) FROM audit_queue;") === "0");
	await hubSql("SELECT retention_run() FROM generate_series(1, 6);");
	assert.equal(await hubSql("SELECT count(*) FROM audit WHERE event = 'old.act' AND actor IS NULL AND leaf_salt IS NULL;"), "1");
	await signHead(admin);
	const own = await heads(admin);
	const answer = verify({ keys: own, heads: own, pages: await exported(admin) });
	assert.equal(answer.status, 0, answer.text);
});

test("the hub tells people of a node whose log has become another", async () => {
	const organisation = await enrolledOrganisation();
	const api = await organisation.api();
	const log = randomUUID(), chain = (n) => createHash("sha256").update(`${log}${n}`).digest("hex");
	const claims = (change) => ({
		token_use: "audit-head", iss: organisation.id, iat: Math.floor(Date.now() / 1000),
		id: uuid7(), log_id: log, count: 10, chain: chain(10), prev_count: 0, prev_chain: chain(0),
		at: new Date().toISOString(), ...change,
	});
	const put = async (said, expected, key = organisation.receipt) => (await api.call("putAuditHead",
		{ params: { id: said.id }, body: { receipt: await sign(key, said) } }, expected)).body;
	const before = await metric(federation.hub.url);
	const first = claims({});
	const taken = await put(first, 201);
	assert.equal(taken.state, "good");
	assert.deepEqual(await put(first, 200), taken, "a repeat is the same");
	await put(claims({ count: 10, chain: chain(10), prev_count: 10, prev_chain: chain(10) }), 201);
	await put(claims({ count: 12, chain: chain(12), prev_count: 10, prev_chain: chain(10) }), 201);
	await put(claims({ id: uuid7(), iss: randomUUID() }), "422 receipt-invalid");
	await put(claims({}), "422 receipt-invalid", organisation.assertion);
	const other = claims({});
	await api.call("putAuditHead", { params: { id: uuid7() },
		body: { receipt: await sign(organisation.receipt, other) } }, "422 receipt-invalid");
	assert.equal(await metric(federation.hub.url), before, "so far nothing is wrong");

	for (const [i, wrong] of [
		claims({ count: 11, chain: chain(11), prev_count: 10, prev_chain: chain(10) }), // back
		claims({ count: 11, chain: chain(99), prev_count: 11, prev_chain: chain(11) }), // another
		claims({ count: 20, chain: chain(20), prev_count: 12, prev_chain: chain(12) }), // from before
		claims({ count: 30, chain: chain(30), prev_count: 20, prev_chain: chain(99) }), // from another
		claims({ count: 40, chain: chain(40), prev_count: 29, prev_chain: chain(30) }), // fewer before
	].entries()) {
		const refused = await put(wrong, "409 audit-forked");
		assert.ok(refused.current.count > 0);
		assert.equal(await metric(federation.hub.url), before + i + 1);
	}
	const [page] = await heads(admin, { organisation_id: organisation.id });
	assert.deepEqual(page.items.map((item) => item.state),
		["forked", "forked", "forked", "forked", "forked", "good", "good", "good"]);
	assert.ok(page.items.every((item) => (item.state === "forked") === !item.countersignature));
	const { body } = await admin.call("listAudit", { query: { limit: 200 } }, 200);
	assert.equal(body.items.filter((row) => row.event === "audit.forked" &&
		row.ref === organisation.id).length, 5);
	const anew = await put(claims({ log_id: randomUUID() }), 201);
	assert.equal(anew.state, "new-log", "a log begun anew is taken, and told");
	assert.equal(await metric(federation.hub.url), before + 6);
});

test("a node restored to yesterday is found out", async (t) => {
	const place = federation.nodes.ngo, { database } = place;
	const officer = await nodeAs("ngo", "dpo"), worker = await nodeAs("ngo", "practitioner");
	const backup = `${database}_backup`;
	const psql = (text) => cluster.psql("postgres", text);
	const delivered = (id) => waitUntil("the hub has answered", async () =>
		(await cluster.psql(database, `SELECT state FROM outbox
			WHERE operation = 'putAuditHead' AND params->>'id' = '${id}';`)
			.catch(() => "")) !== "queued");
	const stop = async () => { await place.courier.stop(); await place.service.stop(); };
	const start = async () => { await place.service.start(); await place.courier.start(); };
	t.after(async () => {
		if (!place.service.running())
			await start();
	});
	await newCase(worker);
	await delivered((await signHead(officer)).id);
	await stop();
	await psql(`CREATE DATABASE ${backup} TEMPLATE ${database};`);
	await start();
	const lost = await newCase(worker);
	const signed = await signHead(officer);
	await delivered(signed.id);
	assert.equal((await heads(admin, { organisation_id: organisationId("ngo") }))[0].items[0].state, "good");
	const before = await metric(federation.hub.url);

	await stop();
	await psql(`DROP DATABASE ${database} WITH (FORCE);`);
	await psql(`CREATE DATABASE ${database} TEMPLATE ${backup};
		ALTER DATABASE ${database} OWNER TO zaedno_node_owner;
		REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
		GRANT CONNECT ON DATABASE ${database} TO node_ngo, courier_ngo;
		DROP DATABASE ${backup};`);
	await start();
	await newCase(worker);
	await newCase(worker);
	const again = await signHead(officer);
	await delivered(again.id);
	const held = await heads(admin, { organisation_id: organisationId("ngo") });
	assert.equal(held[0].items[0].id, again.id);
	assert.equal(held[0].items[0].state, "forked");
	assert.equal(await metric(federation.hub.url), before + 1);
	const { body: outbox } = await (await nodeAs("ngo", "admin")).call("listOutbox",
		{ query: { state: "refused" } }, 200);
	assert.ok(outbox.items.some((item) => item.operation === "putAuditHead" &&
		item.last_code === "audit-forked"), "and its own people are told");
	const tasks = async (api) => (await api.call("listTasks", {}, 200)).body.items;
	assert.ok((await tasks(officer)).some((task) =>
		task.kind === "audit_refused" && task.subject === again.id));
	await waitUntil("by a metric too", async () => await metric(place.url) > 0);
	const pages = await exported(officer);
	assert.ok(!JSON.stringify(pages).includes(lost.id));
	const keys = [...held, await jwks()];
	const found = verify({ keys, heads: held, pages });
	assert.equal(found.status, 1, found.text);
	assert.match(found.text, /^BAD: other leaves were signed than these, index \d+ to \d+/);
});

test("a hub whose log goes back is found out by the nodes", async () => {
	const last = Number(await hubSql("SELECT max(n) FROM audit_head;"));
	const id = uuid7(), before = await metric(federation.nodes.school.url);
	/* Not the service itself: a hub that has signed another history. */
	await hubSql(`INSERT INTO audit_head (id, n, log_id, count, chain, at, head)
		SELECT '${id}', ${last + 1}, log_id, count, chain, at,
			overlay(head placing 'AAAA' from length(head) - 40)
		FROM audit_head WHERE n = ${last};
		INSERT INTO event_queue (recipient, kind, ref, version, op)
		VALUES (everyone(), 'audit_head', '${id}', ${last + 1}, 'put');`);
	await waitUntil("an unsigned head is told", async () => (await heads(dpo, { from: "hub" }))[0]
		.items.some((item) => item.id === id && item.state === "unsigned"));
	/* Signed by the hub's own key, and going on from what was never told. */
	await hubSql(`INSERT INTO audit_head (id, n, log_id, count, chain, at, head)
		SELECT gen_random_uuid(), n + 1, log_id, 1, sha256('other'), at, 'a.b.c'
		FROM audit_head WHERE id = '${id}';`);
	const back = uuid7();
	await signHead(admin, back);
	await waitUntil("a head of another history is told", async () => (await heads(dpo, { from: "hub" }))[0]
		.items.some((item) => item.id === back && item.state === "forked"));
	await waitUntil("by a metric", async () =>
		await metric(federation.nodes.school.url) >= before + 2);
	const { body } = await dpo.call("listAudit", { query: { limit: 200 } }, 200);
	assert.ok(body.items.some((row) => row.event === "audit.forked" && row.ref === back));
	const { body: tasks } = await dpo.call("listTasks", {}, 200);
	assert.deepEqual(tasks.items.filter((task) => [id, back].includes(task.subject))
		.map((task) => task.kind), ["hub_untrusted", "hub_untrusted"]);
});

test("who may not read the audit sees neither it nor its heads", async () => {
	for (const role of ["practitioner", "supervisor", "admin"]) {
		const who = await nodeAs("school", role);
		await who.call("exportAudit", {}, "403 scope-missing");
		await who.call("listAuditHeads", {}, "403 scope-missing");
		await who.call("signAuditHead", { params: { id: uuid7() } }, "403 scope-missing");
	}
	const coordinator = await hubAs("coordinator");
	await coordinator.call("exportAudit", {}, "403 scope-missing");
	await (await reader.api()).call("exportAudit", {}, "403 scope-missing");
	await dpo.call("exportAudit", { query: { limit: 1001 } }, "422 invalid");
});

// Changes to shared work on their way: what had changed meanwhile goes back to
// its author, once, and holds up nothing.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { lose, problem, reply } from "./hub.mjs";
import { joined } from "./suite.mjs";

let self, hub, coordination;
const AUTHOR = randomUUID();
const made = (path) => hub.items(new RegExp(`^${path}$`));

/* A change in the outbox: its id; `options` of queue(). */
async function change(path, options = {}) {
	const id = randomUUID();
	const [item] = await self.queue({ subject: coordination, path, if_match: '"1"',
		body: { text: "наш текст" }, ...options });
	await self.sql(`INSERT INTO shared_change (id, operation, params, kind, document_id,
			coordination_id, base_version, sealed, content, author, state, outbox_id)
		VALUES ('${id}', 'other', '{}', 'plan', '${coordination}', '${coordination}', 1,
			'z1.00000000.c2VhbGVk', 'k', '${AUTHOR}', 'queued', ${item});`);
	return { id, item };
}
const stateOf = ({ id }) => self.sql(`SELECT state FROM shared_change WHERE id = '${id}'`);
const stale = (version) => reply(412, { type: "about:blank", title: "x", status: 412,
	code: "precondition-failed", current: { id: coordination, version, text: "чужд текст" } },
{ "content-type": "application/problem+json" });

/* Nothing is sent until the changes are known. */
async function held(act) {
	await self.courier.stop();
	try {
		return await act();
	} finally {
		await self.courier.start();
	}
}

test("a node that has joined, with a coordination", async () => {
	self = await joined("changes");
	({ hub } = self);
	coordination = randomUUID();
	await self.sql(`INSERT INTO app_user (id, login, name, role, password_hash)
		VALUES ('${AUTHOR}', 'a', 'a', 'practitioner', '$argon2id$invented');
		INSERT INTO mirror (kind, id, feed_id, seq, version, doc) SELECT 'coordination',
		'${coordination}', feed_id, 0, 1, '{}' FROM hub_link;`);
});

test("412: back with both versions and one task, and nothing is held up", async () => {
	hub.item = (r) => r.path === "/v1/stale" ? stale(7) : undefined;
	const [first, chained, next, other] = await held(async () => {
		const one = await change("/v1/stale");
		return [one, await change("/v1/chained", { if_match: "@", depends_on: one.item }),
			await change("/v1/next"), await self.queue({ path: "/v1/elsewhere" })];
	});
	await self.settled(other[0], "delivered");
	await self.until(`SELECT state FROM shared_change WHERE id = '${next.id}'`, "delivered");
	assert.equal(await stateOf(first), "stale");
	assert.equal(await stateOf(chained), "stale");
	assert.equal(await self.sql(`SELECT string_agg(current->>'version', ',')
		FROM shared_change WHERE state = 'stale'`), "7,7");
	assert.equal(made("/v1/stale").length, 1, "it is not tried again");
	assert.equal(made("/v1/chained").length, 0, "an edit of it is not sent");
	assert.equal(await self.sql(
		"SELECT count(*) FROM task WHERE kind = 'change_stale'"), "2");
	assert.equal(await self.sql(`SELECT count(*) FROM outbox
		WHERE body IS NOT NULL AND subject = '${coordination}'`), "0");
	assert.equal(await self.sql(`SELECT count(*) FROM outbox
		WHERE last_problem::text LIKE '%чужд%'`), "0");
	await self.courier.stop();
	await self.courier.start();
	await self.queue({ path: "/v1/after" });
	assert.equal(await self.sql(
		"SELECT count(*) FROM task WHERE kind = 'change_stale'"), "2", "once, whatever restarts");
});

test("a lost answer is asked for again with the same key, and is no 412", async () => {
	let tries = 0;
	hub.item = (r) => r.path !== "/v1/lost" ? undefined
		: ++tries === 1 ? lose : reply(200, {}, { etag: '"2"' });
	const it = await held(() => change("/v1/lost"));
	await self.until(`SELECT state FROM shared_change WHERE id = '${it.id}'`, "delivered");
	const [one, two] = made("/v1/lost");
	assert.equal(one.headers["idempotency-key"], two.headers["idempotency-key"]);
	assert.equal(one.headers["if-match"], '"1"');
});

test("the coordination is purged: what waits about it is not sent", async () => {
	hub.item = (r) => r.path === "/v1/waits" ? problem(403, "organisation-suspended") : undefined;
	const it = await held(() => change("/v1/waits"));
	await self.until(`SELECT last_status FROM outbox WHERE id = ${it.item}`, "403");
	hub.tell({ kind: "coordination", id: coordination, op: "purge", version: 2 });
	await self.until(`SELECT state FROM shared_change WHERE id = '${it.id}'`, "cancelled");
	assert.equal(await self.sql(`SELECT count(*) FROM shared_change
		WHERE sealed IS NOT NULL OR current IS NOT NULL`), "0");
	const asked = made("/v1/waits").length;
	hub.item = () => undefined;
	const [last] = await self.queue({ path: "/v1/last" });
	await self.settled(last, "delivered", 15_000);
	assert.ok(made("/v1/waits").length <= asked + 1);
	assert.equal(await stateOf(it), "cancelled");
});

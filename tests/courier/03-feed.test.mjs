// The feed, resynchronisation and purge receipts: PROTOCOL.md sections 8-11.
// The hub here may lie: nothing is corrupted, and it is noticed.

import assert from "node:assert/strict";
import { createPublicKey, randomUUID } from "node:crypto";
import fs from "node:fs";
import test from "node:test";
import * as jose from "jose";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { ORGANISATION, problem, reply } from "./hub.mjs";
import { joined } from "./suite.mjs";

let self, hub;
const doc = { until: "2030-01-01T00:00:00.000Z" };
const mirrored = (id) => self.sql(`SELECT state FROM mirror WHERE id = '${id}'`);
const cursor = () => self.sql("SELECT cursor FROM hub_link");
const refusals = async () => Number(await self.sql("SELECT feed_refused FROM hub_link"));
const lastAfter = () =>
	new URL(hub.feeds().at(-1).path, hub.url).searchParams.get("after");

test("a node that has joined", async () => {
	self = await joined("feed");
	({ hub } = self);
});

test("a page is committed, then acknowledged by asking on", async () => {
	const [a, b] = [randomUUID(), randomUUID()];
	hub.tell({ id: a, state: "active", doc },
		{ id: b, recipient: "all", kind: "organisation", state: "active", doc: {} });
	await waitUntil("applied", async () => await mirrored(b) === "active");
	assert.equal(await mirrored(a), "active");
	await waitUntil("acknowledged", async () => lastAfter() === await cursor());
	assert.equal(await cursor(), `${hub.feedId}.2.${hub.events[1].tag}`);
	const before = hub.feeds().length;
	await new Promise((resolve) => setTimeout(resolve, 300));
	assert.equal(hub.feeds().length, before, "one poll in flight, not more");
});

test("a purge erases, and its receipt is signed with the receipt key", async () => {
	const { id } = hub.events[0];
	hub.tell({ id, op: "purge", version: 2 });
	const sent = await waitUntil("the receipt",
		() => hub.items(new RegExp(`^/v1/summaries/${id}/purge$`))[0]);
	assert.deepEqual(Object.keys(sent.body), ["receipt"]);
	const { payload, protectedHeader } = await jose.compactVerify(sent.body.receipt,
		createPublicKey(fs.readFileSync(self.keys.receipt_key_file)));
	assert.equal(protectedHeader.typ, "JWT");
	const { iat, at, ...claims } = JSON.parse(new TextDecoder().decode(payload));
	const { seq, tag } = hub.events.at(-1);
	assert.deepEqual(claims, {
		token_use: "purge-receipt", iss: ORGANISATION, summary_id: id, version: 2,
		feed_id: hub.feedId, seq, tag,
	});
	assert.ok(Math.abs(Date.parse(at) / 1000 - iat) < 10);
	assert.equal(await self.sql(
		`SELECT doc IS NULL AND state = 'purged' FROM mirror WHERE id = '${id}'`), "t");
});

/** What a lying page does: refused, the cursor stays, then all goes on. */
function lies(what, page) {
	test(`a hub that lies: ${what}`, async () => {
		const was = await cursor(), count = await refusals();
		const rows = await self.sql("SELECT count(*), max(seq) FROM mirror");
		hub.page = (after) => reply(200, page(hub.pageAfter(after)));
		hub.wake();
		await waitUntil("refused twice", async () => await refusals() >= count + 2);
		assert.equal(await cursor(), was);
		assert.equal(await self.sql("SELECT count(*), max(seq) FROM mirror"), rows);
		assert.match(self.log(), /"event":"feed answer refused"/);
		hub.page = undefined;
		const id = randomUUID();
		hub.tell({ id, state: "active", doc });
		await waitUntil("applied", async () => await mirrored(id) === "active");
	});
}

const event = (page, change = {}) => {
	const seq = Number(page.cursor.split(".")[1]) + 1, tag = randomUUID();
	return {
		...page, events: [{
			seq, prev_seq: hub.heads.own, recipient: "own", kind: "summary",
			id: randomUUID(), version: 1, op: "put", doc, tag, ...change,
		}], cursor: `${page.feed_id}.${change.seq ?? seq}.${tag}`,
	};
};

lies("an event was left out", (page) =>
	event(page, { seq: 900, prev_seq: 899 }));
lies("an event comes again", (page) =>
	event(page, { seq: hub.heads.own, prev_seq: 0 }));
lies("another feed", (page) =>
	({ ...page, feed_id: randomUUID() }));
lies("a cursor that acknowledges more than was given", (page) =>
	({ ...event(page), cursor: `${page.feed_id}.5000.${randomUUID()}` }));
lies("an empty page moves the cursor", (page) =>
	({ ...page, events: [], cursor: `${page.feed_id}.5000.${randomUUID()}` }));
lies("a member of another type", (page) => event(page, { version: "one" }));
lies("a document where an object belongs", () => []);
lies("a date that is none", (page) => event(page, { due: "soon" }));
lies("half a page", (page) => JSON.stringify(page).slice(0, -20));
lies("a page without end", (page) => ({ ...page, events: ["x".repeat(9_000_000)] }));

test("forked: all is read again, and what does not come again is purged", async () => {
	const old = hub.events.filter((e) => e.kind === "summary" && e.op === "put");
	const keeps = { id: old.at(-1).id, state: "kept", doc, version: 1 };
	const gone = old.at(-2).id;
	hub.restart();
	hub.tell(keeps, { id: randomUUID(), recipient: "all", kind: "organisation", doc: {} });
	hub.page = (after) => after !== undefined && !after.startsWith(hub.feedId)
		? problem(409, "feed-forked") : undefined;
	hub.wake();
	await self.until("SELECT resync_since IS NULL AND feed_id = :'feed' FROM hub_link"
		.replace(":'feed'", `'${hub.feedId}'`), "t");
	hub.page = undefined;
	assert.equal(await mirrored(keeps.id), "kept");
	assert.equal(await mirrored(gone), "purged");
	const [sent] = await waitUntil("its receipt", () => {
		const items = hub.items(new RegExp(`^/v1/summaries/${gone}/purge$`));
		return items.length === 1 && items;
	});
	const { feed_id, seq } = jose.decodeJwt(sent.body.receipt);
	assert.deepEqual([feed_id, seq], [hub.feedId, hub.events.at(-1).seq],
		"of the new feed, up to its end");
	assert.match(self.log(), /"event":"resynchronised"/);
});

test("compacted: the first of each chain may follow what was dropped", async () => {
	hub.restart(hub.feedId);
	hub.heads = { own: 70, all: 60 };
	hub.events = [{ seq: 70, tag: randomUUID() }];
	const id = randomUUID();
	hub.tell({ id, state: "active", doc }, { id: randomUUID(), recipient: "all",
		kind: "organisation", doc: {} });
	hub.events.shift();
	let told = false;
	hub.page = (after) => {
		if (told || after === undefined)
			return undefined;
		told = true;
		return problem(410, "feed-compacted");
	};
	hub.wake();
	await waitUntil("applied", async () => await mirrored(id) === "active");
	await self.until("SELECT resync_since IS NULL FROM hub_link", "t");
	hub.page = undefined;
});

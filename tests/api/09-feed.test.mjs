// The feed: gapless, in order, acknowledged by asking, long polls.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomUUID } from "node:crypto";
import { CATEGORIES, DOC, enrolledOrganisation } from "../lib/organisation.mjs";
import { Consumer } from "../lib/feed.mjs";

const holder = await enrolledOrganisation();
const reader = await enrolledOrganisation();

test("what happens arrives in order, as this organisation may see it", async () => {
	const consumer = new Consumer(reader);
	await consumer.drain();
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent);
	const event = await consumer.until((e) => e.kind === "summary" && e.id === id);
	assert.equal(event.op, "put");
	assert.deepEqual(event.doc.help, DOC.help);
	assert.equal("wish" in event.doc, false);
	assert.equal(event.parent, consent);
});

test("pages of any size give the same events", async () => {
	const one = new Consumer(reader), many = new Consumer(reader);
	await one.drain({ limit: 1 });
	await many.drain({ limit: 500 });
	const key = ({ seq, id, op, kind }) => `${seq} ${kind} ${id} ${op}`;
	const known = new Set(one.events.map(key));
	for (const event of many.events.slice(0, one.events.length))
		assert.ok(known.has(key(event)), key(event));
});

test("the directory comes to everybody", async () => {
	const consumer = new Consumer(reader);
	const organisation = await enrolledOrganisation();
	const event = await consumer.until((e) =>
		e.kind === "organisation" && e.id === organisation.id);
	assert.equal(event.recipient, "all");
});

test("asking with a cursor is the delivery receipt", async () => {
	const consumer = new Consumer(reader), own = new Consumer(holder);
	await consumer.drain();
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent);
	await consumer.until((e) => e.id === id);
	const delivery = async () => (await (await holder.api()).call("listDeliveries",
		{ params: { id: consent } }, 200)).body.items[0];
	assert.equal((await delivery()).delivered_at, undefined, "given is not yet received");
	await consumer.read({ wait: 0 });
	assert.ok((await delivery()).delivered_at);
	const told = await own.until((e) => e.kind === "delivery" && e.parent === id &&
		e.doc?.delivered_at);
	assert.equal(told.doc.recipient, reader.id);
});

test("a long poll sleeps until something comes for it", async () => {
	const consumer = new Consumer(reader);
	await consumer.drain();
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	await consumer.drain();

	const began = Date.now();
	const asleep = consumer.read({ wait: 20 });
	await new Promise((resolve) => setTimeout(resolve, 300));
	const id = await holder.publish(consent);
	const published = Date.now();
	const { events } = await asleep;
	assert.ok(events.some((event) => event.id === id));
	assert.ok(Date.now() - published < 2000, "woken at once");
	assert.ok(Date.now() - began >= 300);

	const quiet = Date.now();
	assert.deepEqual((await consumer.read({ wait: 1 })).events, []);
	assert.ok(Date.now() - quiet >= 900 && Date.now() - quiet < 4000);
});

test("many sleep at once and each hears only of its own", async () => {
	const others = await Promise.all([1, 2, 3].map(() => enrolledOrganisation()));
	const consumers = others.map((organisation) => new Consumer(organisation));
	for (const consumer of consumers)
		await consumer.drain();
	const { id: consent } = await holder.consent({ [others[1].id]: ["help"] });
	for (const consumer of consumers)
		await consumer.drain();
	const polls = consumers.map((consumer) => consumer.read({ wait: 2 }));
	const id = await holder.publish(consent);
	const pages = await Promise.all(polls);
	assert.deepEqual(pages.map(({ events }) =>
		events.filter((event) => event.id === id).length), [0, 1, 0]);
});

test("a cursor of another feed or another event is not believed", async () => {
	const consumer = new Consumer(reader);
	await consumer.drain();
	const api = await reader.api();
	const [feed, seq, tag] = consumer.cursor.split(".");
	const ask = (after, expected) => api.call("readFeed", { query: { after } }, expected);
	await ask(`${randomUUID()}.${seq}.${tag}`, "409 feed-forked");
	await ask(`${feed}.${seq}.${randomUUID()}`, "409 feed-forked");
	await ask(`${feed}.${Number(seq) + 100000}.${tag}`, "409 feed-forked");
	await ask("nonsense", "422 invalid");
	await api.call("readFeed", { query: { wait: 26 } }, "422 invalid");
	await ask(consumer.cursor, 200);
});

test("a cursor behind what was acknowledged shows a restored node", async () => {
	const consumer = new Consumer(reader);
	await consumer.read({ limit: 1, wait: 0 });
	const early = consumer.cursor;
	await consumer.drain();
	await (await reader.api()).call("readFeed",
		{ query: { after: early } }, "409 node-restored");
	const fresh = new Consumer(reader);
	await fresh.drain();
	assert.ok(fresh.events.length > 0, "reading from the start is allowed");
});

test("narrowing a consent reaches the recipient though no version rose", async () => {
	const consumer = new Consumer(reader);
	await consumer.drain();
	const { id: consent, claims } = await holder.consent({ [reader.id]: CATEGORIES });
	const id = await holder.publish(consent);
	await consumer.until((e) => e.id === id && e.op === "put");
	await holder.changeConsent(claims, 2, { [reader.id]: ["help"] });
	const narrowed = await consumer.until((e) => e.id === id && e.doc && !("wish" in e.doc));
	assert.deepEqual(narrowed.doc.help, DOC.help);
});

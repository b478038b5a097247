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
async function refused(page, reason, { status = 200, headers = {} } = {}) {
	const was = await cursor(), count = await refusals(), from = self.log().length;
	const rows = await self.sql("SELECT count(*), max(seq) FROM mirror");
	hub.page = (after) => reply(status, page(hub.pageAfter(after)), headers);
	hub.wake();
	await waitUntil("refused twice", async () => await refusals() >= count + 2);
	assert.equal(await cursor(), was);
	assert.equal(await self.sql("SELECT count(*), max(seq) FROM mirror"), rows);
	assert.match(self.log().slice(from),
		new RegExp(`"event":"feed answer refused".*"reason":"(${reason})"`));
	assert.equal(await self.sql("SELECT count(*) FROM task WHERE kind = 'hub_untrusted'"), "1");
	hub.page = undefined;
	const id = randomUUID();
	hub.tell({ id, state: "active", doc });
	await waitUntil("applied", async () => await mirrored(id) === "active");
}

const lies = (what, page, reason, answer) =>
	test(`a hub that lies: ${what}`, () => refused(page, reason, answer));

const OWN = { consent: randomUUID(), summary: randomUUID(), ended: randomUUID() };

/* A consent of ours that holds and one that has ended, each with a summary. */
const ownConsents = () => self.sql(`
	SET session_replication_role = replica;
	INSERT INTO consent (id, case_id, case_pseudonym, purpose, rule, child_opinion,
		text_version, text_sha256, language, valid_from, until, content, created_by,
		state, withdrawn_at, withdrawal_receipt)
	SELECT id, gen_random_uuid(), gen_random_uuid(), 'joint_assessment', 'representative',
		'recorded', '1', '', 'bg', now(), now() + interval '30 days', 'x', gen_random_uuid(),
		state, CASE state WHEN 'withdrawn' THEN now() END,
		CASE state WHEN 'withdrawn' THEN 'a.b.c' END
	FROM (VALUES ('${OWN.consent}'::uuid, 'active'),
		('ffffffff-0000-4000-8000-000000000001', 'withdrawn')) v(id, state);
	INSERT INTO summary (id, consent_id, doc, shared_by) VALUES
		('${OWN.summary}', '${OWN.consent}', '{"help": {}}', gen_random_uuid()),
		('${OWN.ended}', 'ffffffff-0000-4000-8000-000000000001', '{"help": {}}', gen_random_uuid());`);

const event = (page, change = {}) => {
	const seq = Number(page.cursor.split(".")[1]) + 1, tag = randomUUID();
	return {
		...page, events: [{
			seq, prev_seq: hub.heads.own, recipient: "own", kind: "summary",
			id: randomUUID(), version: 1, op: "put", doc, tag, ...change,
		}], head: change.seq ?? seq, cursor: `${page.feed_id}.${change.seq ?? seq}.${tag}`,
	};
};

const SUMMARY = {
	holder: randomUUID(), consent_id: randomUUID(), case_pseudonym: randomUUID(),
	consent_version: 1, purpose: "joint_assessment", version: 1,
	published_at: "2026-01-01T00:00:00.000Z", until: doc.until,
	help: { urgency: "soon", help_wanted: "joint_assessment", text: "Тайна дума" },
};
/** A summary put, whole but for `change` in its document, `extra` in the event. */
const told = (change, extra = {}) => (page) => {
	const id = extra.id ?? randomUUID();
	return event(page, { ...extra, id, doc: { ...SUMMARY, id, ...change } });
};

lies("an event was left out", (page) =>
	event(page, { seq: 900, prev_seq: 899 }), "gap");
lies("an event comes again", (page) =>
	event(page, { seq: hub.heads.own, prev_seq: 0 }), "order");
lies("events in the wrong order", (page) => {
	const one = event(page), two = event(page);
	two.events[0].prev_seq = one.events[0].seq;
	two.events[0].seq = one.events[0].seq - 1;
	return { ...one, events: [...one.events, ...two.events] };
}, "order");
lies("another feed", (page) =>
	({ ...page, feed_id: randomUUID() }), "other-feed");
lies("a cursor that acknowledges more than was given", (page) =>
	({ ...event(page), cursor: `${page.feed_id}.5000.${randomUUID()}` }), "cursor");
lies("a cursor with another tag", (page) => {
	const forged = event(page);
	return { ...forged, cursor: forged.cursor.replace(/[^.]*$/, randomUUID()) };
}, "cursor");
lies("an empty page moves the cursor", (page) =>
	({ ...page, events: [], cursor: `${page.feed_id}.5000.${randomUUID()}` }), "cursor");
lies("the head goes back", (page) => ({ ...page, head: 0 }), "head");
lies("more events than a page has", (page) => {
	const { events: [first], feed_id: feed } = event(page);
	const events = Array.from({ length: 501 }, (_, i) => ({ ...first, id: randomUUID(),
		seq: first.seq + i, prev_seq: i === 0 ? first.prev_seq : first.seq + i - 1 }));
	return { ...page, events, head: events.at(-1).seq,
		cursor: `${feed}.${events.at(-1).seq}.${first.tag}` };
}, "long");
lies("a member of another type", (page) => event(page, { version: "one" }), "form");
lies("a document where an object belongs", () => [], "form");
lies("a recipient that is another organisation", (page) =>
	event(page, { recipient: randomUUID() }), "form");
lies("a purge that carries a document", (page) => event(page, { op: "purge" }), "form");
lies("a put without its document", (page) => event(page, { doc: undefined }), "form");
lies("a parent that is none", (page) => event(page, { parent: "nowhere" }), "database");
lies("a date that is none", (page) => event(page, { due: "soon" }), "document");
lies("half a page", (page) => JSON.stringify(page).slice(0, -20), "json");
lies("a page without end", (page) => ({ ...page, events: ["x".repeat(9_000_000)] }), "size");
lies("another media type", (page) => JSON.stringify(page), "json",
	{ headers: { "content-type": "text/html" } });
lies("a redirect", () => "", "redirect",
	{ status: 302, headers: { location: "http://127.0.0.1:9/v1/feed" } });
lies("a child's document for everybody", told({}, { recipient: "all", prev_seq: 0 }), "gap|document");
lies("a huge document", told({ basics: { age_band: "x".repeat(70_000) } }), "document");
lies("a kind that is no word", told({}, { kind: "summary'; --" }), "document");
lies("a document under another id", told({ id: randomUUID() }), "document");
lies("a member that no summary has", told({ name: "Косе Босе" }), "document");
lies("a category that is no object", told({ help: "Косе Босе" }), "document");
lies("a text longer than a summary's", told({ help: { text: "а".repeat(281) } }), "document");
lies("a purpose that is none", told({ purpose: "curiosity" }), "document");
lies("a term that is none", told({ until: "for ever" }), "document");
lies("a holder that is no organisation", told({ holder: "x" }), "document");
/* What policies, sweeps and calendars read; the rest is tests/db/node/05-feed. */
const part = (kind, change, envelope = { title: "Среща" }) => (page) => {
	const id = randomUUID();
	return event(page, { id, kind, ...envelope, state: "held", doc: { id, version: 1, ...change } });
};
lies("a coordination's term that is none", part("coordination", { until: "x" }), "document");
lies("a meeting in a month that is none",
	part("meeting", { starts_at: "2026-13-45T00:00:00Z" }), "document");
lies("a meeting without a title", part("meeting", {}, {}), "document");
lies("a link with another line",
	part("meeting", { link: "https://x.example/\r\nATTENDEE:x" }), "document");
/* What cases are checked by: the trigger that takes it in may not stumble. */
const defined = (change) => (page) => {
	const id = randomUUID();
	return event(page, { id, kind: "definition", doc: { id, number: 7, state: "adopted",
		source: "board", note: "x", version: 1, criteria: { D4: {} },
		rule: [{ all: ["D4"], more: 0 }], ...change } });
};
lies("a definition without a number", defined({ number: undefined }), "document");
lies("a criterion that is none", defined({ criteria: { D99: {} } }), "document");
lies("a criterion that begins nowhere", defined({ criteria: { D1: { domains: "all" } } }), "document");
lies("a lesson of no quarter", part("lesson", { quarter: "soon", text: "x" }), "document");
lies("a rule that is none", defined({ rule: [{ all: "D4" }] }), "document");

test("what the node has shared itself, a hub that lies cannot bend", async (t) => {
	await ownConsents();
	const ours = ORGANISATION;
	for (const [what, make] of [
		["our summary under another's name", told({ holder: randomUUID() }, { id: OWN.summary })],
		["another's under our consent", told({ consent_id: OWN.consent })],
		["our consent under another holder", (page) => event(page, {
			kind: "consent", id: OWN.consent,
			doc: { id: OWN.consent, holder: randomUUID(), state: "active", version: 1 } })],
		["our consent ended, at no time", (page) => event(page, {
			kind: "consent", id: OWN.consent,
			doc: { id: OWN.consent, holder: ours, state: "withdrawn", withdrawn_at: "soon" } })],
		["a put after our withdrawal, which the hub has signed",
			told({ holder: ours }, { id: OWN.ended })],
	])
		await t.test(what, () => refused(make, "document"));
	assert.equal(await self.sql("SELECT string_agg(state, ',' ORDER BY id) FROM consent"),
		"active,withdrawn");
	assert.equal(await self.sql("SELECT count(*) FROM summary WHERE doc->'help' IS NOT NULL"), "2");
});

test("a document goes back to an older version", async () => {
	const id = randomUUID();
	hub.tell({ id, version: 3, state: "active", doc: { ...SUMMARY, id, version: 3 } });
	await waitUntil("applied", async () => await mirrored(id) === "active");
	await refused(told({ version: 2 }, { id, version: 3 }), "document");
	hub.tell({ id, version: 3, state: "narrowed", doc: { ...SUMMARY, id, version: 3 } });
	await waitUntil("applied", async () => await mirrored(id) === "narrowed");
});

test("what is not wrong in itself does no harm", async () => {
	const [unknown, never] = [randomUUID(), randomUUID()];
	hub.tell({ id: unknown, kind: "a_kind_to_come", doc: { anything: 1 } },
		{ id: never, op: "purge", version: 7 });
	await waitUntil("applied", async () => await mirrored(never) === "purged");
	assert.equal(await self.sql(
		`SELECT count(*) FROM received WHERE summary_id IN ('${unknown}', '${never}')`), "0");
	assert.equal(await self.sql(`SET ROLE zaedno_node_service;
		SELECT count(*) FROM mirror WHERE id = '${unknown}'`), "0");
});

test("a hub that lies: people are told once a day, and no log holds a word of it", async () => {
	assert.equal(await self.sql(`SELECT count(*) FROM task WHERE kind = 'hub_untrusted'
		AND done_at IS NULL`), "1");
	assert.doesNotMatch(self.log(), /Тайна|Босе|curiosity|for ever/);
});

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

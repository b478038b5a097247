// A purge receipt names the event that was obeyed; the hub takes it as the
// end of a copy only when nothing was given since.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs, organisationId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share } from "../lib/work.mjs";

const holder = await enrolledOrganisation();
const reader = await enrolledOrganisation();
const other = await enrolledOrganisation();

/* A consent whose next versions name whom they are told to. */
async function consentOf(...named) {
	const recipients = (list) =>
		Object.fromEntries(list.map((who) => [who.id, ["help"]]));
	const { id, claims } = await holder.consent(recipients(named));
	let version = 1;
	return {
		id,
		async names(...list) {
			version += 1;
			await holder.changeConsent(claims, version, recipients(list));
		},
		withdraw: () => holder.withdraw(id),
	};
}

/** The next event of a summary that the consumer has not looked at. */
function follow(consumer, id) {
	let after = 0;
	return async (op) => {
		const event = await consumer.until((e) => e.id === id && e.seq > after);
		assert.equal(event.op, op);
		after = event.seq;
		return event;
	};
}

/* A summary of which the reader has a copy: {consent, id, next}. */
async function given() {
	const consumer = new Consumer(reader);
	const consent = await consentOf(reader);
	const id = await holder.publish(consent.id);
	const next = follow(consumer, id);
	await next("put");
	return { consent, id, next };
}

const record = async (id, jws) => (await (await reader.api()).call("recordPurge",
	{ params: { id }, body: { receipt: await jws } }, 200)).body.purged_at;

/* What the holder is told of the reader's copy. */
async function purgedAt(consent, who = reader) {
	const { body } = await (await holder.api()).call("listDeliveries",
		{ params: { id: consent.id }, query: { limit: 200 } }, 200);
	return body.items.find(({ recipient }) => recipient === who.id)?.purged_at;
}

/* Nothing is numbered while `work` is done: events stay in the queue. */
async function unsequenced(work) {
	const name = `'hold ${randomUUID()}'`;
	const held = cluster.psql(federation.hub.database,
		`SET application_name = ${name}; SELECT pg_advisory_lock(7301), pg_sleep(60);`)
		.catch(() => {});
	await waitUntil("the sequencer is held", async () => await cluster.psql(
		federation.hub.database, "SELECT count(*) FROM pg_locks l JOIN " +
		"pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND " +
		`l.granted AND a.application_name = ${name} AND ` +
		"a.wait_event = 'PgSleep';") === "1");
	try {
		return await work();
	} finally {
		await cluster.psql(federation.hub.database, "SELECT pg_terminate_backend(pid) " +
			`FROM pg_stat_activity WHERE application_name = ${name};`);
		await held;
	}
}

test("a receipt that is late does not end the copy that was given since", async () => {
	const { consent, id, next } = await given();
	await consent.names(other);
	const first = reader.purgeReceipt(id, await next("purge"));
	await consent.names(reader, other);
	await next("put");
	await consent.names(other);
	assert.equal(await record(id, first), undefined, "the copy is still there");
	assert.equal(await purgedAt(consent), undefined);
	const second = reader.purgeReceipt(id, await next("purge"));
	const at = await record(id, second);
	assert.ok(at);
	assert.equal(await record(id, first), at, "what comes later changes nothing");
});

test("nor the one that is given and not numbered yet", async () => {
	const { consent, id, next } = await given();
	await consent.names(other);
	const first = reader.purgeReceipt(id, await next("purge"));
	await unsequenced(async () => {
		await consent.names(reader, other);
		await consent.names(other);
		assert.equal(await record(id, first), undefined);
	});
	await next("purge"); // the put, told as what it now is
	const last = await next("purge");
	assert.ok(await record(id, reader.purgeReceipt(id, last)));
});

test("an event that this feed has not, or not for this reader, ends nothing", async () => {
	const { consent, id, next } = await given();
	await consent.withdraw();
	const event = await next("purge");
	const of = (change) => record(id, reader.purgeReceipt(id, event, change));
	assert.equal(await of({ feed_id: randomUUID() }), undefined, "another feed");
	assert.equal(await of({ tag: randomUUID() }), undefined, "a number used twice");
	assert.equal(await of({ seq: event.seq + 1_000_000 }), undefined, "beyond the head");
	assert.equal(await of({ seq: 0 }), undefined, "before what was given");
	const mine = new Consumer(holder);
	const theirs = await mine.until((e) => e.id === id && e.op === "purge");
	assert.equal(await of({ seq: theirs.seq, tag: theirs.tag }), undefined,
		"an event of another organisation");
	assert.ok(await of({}));
});

test("left out, named and left out while it was away: the node gives its receipt", async () => {
	const school = await nodeAs("school", "practitioner");
	const { id: caseId } = await newCase(school);
	const consent = await newConsent(school, caseId, { csc: ["help"], ngo: ["help"] });
	const summary = await share(school, consent);
	await arrived("csc", summary);
	await arrived("ngo", summary);
	let version = 1;
	const names = async (...nodes) => {
		await school.call("createConsent", {
			params: { id: consent }, ifMatch: version,
			body: consentBody(caseId, "joint_assessment", Object.fromEntries(
				nodes.map((name) => [organisationId(name), ["help"]]))),
		}, 200);
		version += 1;
	};
	const purged = (what, wanted) => receipt(school, consent, what, ({ items }) =>
		items.some((item) => item.organisation_id === organisationId("csc") &&
			(item.purged_at !== undefined) === wanted));
	await names("ngo");
	await purged("the first receipt", true);
	await federation.nodes.csc.courier.stop();
	try {
		await names("csc", "ngo");
		await purged("given again", false);
		await names("ngo");
		await waitUntil("the hub has the last version", async () =>
			(await cluster.psql(federation.hub.database, "SELECT version FROM " +
			"consent WHERE id = :'id';", { id: consent })) === "4");
	} finally {
		await federation.nodes.csc.courier.start();
	}
	await purged("the receipt for the last", true);
});

for (const [how, ends] of Object.entries({
	"withdrawn": (consent) => consent.withdraw(),
	"run out": (consent) => cluster.psql(federation.hub.database, `
		WITH past AS (SELECT now() - interval '1 ms' AS at),
		c AS (UPDATE consent SET until = past.at, starts_at = past.at -
		    interval '1 day' FROM past WHERE id = :'id'),
		r AS (UPDATE consent_recipient SET live_until = past.at FROM past
		    WHERE consent_id = :'id' AND live_until > '-infinity')
		UPDATE summary SET until = past.at FROM past WHERE consent_id = :'id';`,
	{ id: consent.id }),
}))
	test(`left out before the first share, then ${how}: not told of what it never had`, async () => {
		const consent = await consentOf(reader, other);
		await consent.names(other);
		const id = await holder.publish(consent.id);
		const theirs = new Consumer(other);
		await theirs.until((event) => event.id === id && event.op === "put");
		await ends(consent);
		await theirs.until((event) => event.id === id && event.op === "purge");
		const mine = new Consumer(reader);
		await mine.drain();
		assert.deepEqual(mine.events.filter((event) => event.id === id), []);
	});

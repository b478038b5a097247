// Delivery: PROTOCOL.md section 6.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { lose, problem, reply } from "./hub.mjs";
import { joined } from "./suite.mjs";

let self, hub;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const made = (path) => hub.items(new RegExp(`^${path}$`));

test("a node that has joined", async () => {
	self = await joined("outbox");
	({ hub } = self);
});

test("one subject in order, several at once, a key with each", async () => {
	let now = 0, most = 0;
	hub.item = async (r) => {
		most = Math.max(most, ++now);
		await pause(30);
		now -= 1;
		return reply(200, {}, { etag: `"${r.body.n}"` });
	};
	const subjects = Array.from({ length: 12 }, () => randomUUID());
	const ids = await self.queue(...[1, 2, 3].flatMap((n) => subjects.map((subject) =>
		({ subject, path: `/v1/order/${subject}`, body: { n } }))));
	await self.settled(ids.at(-1), "delivered");
	await self.until("SELECT count(*) FROM outbox WHERE state = 'queued'", 0);
	for (const subject of subjects)
		assert.deepEqual(made(`/v1/order/${subject}`).map((r) => r.body.n), [1, 2, 3]);
	assert.ok(most > 3 && most <= 8, `${most} at once`);
	const keys = hub.items(/order/).map((r) => r.headers["idempotency-key"]);
	assert.equal(new Set(keys).size, 36);
	assert.equal(hub.items(/order/)[0].headers["zaedno-actor"],
		"0b000000-0000-4000-8000-00000000000b;practitioner");
});

test("a chained edit carries the ETag of the item before it", async () => {
	hub.item = () => reply(200, {}, { etag: '"41"' });
	const subject = randomUUID();
	const [first] = await self.queue({ subject, path: "/v1/chain/1" });
	const [second] = await self.queue({ subject, path: "/v1/chain/2",
		if_match: "@", depends_on: first });
	await self.settled(second, "delivered");
	assert.equal(made("/v1/chain/2")[0].headers["if-match"], '"41"');
});

test("an answer that was lost: the same request with the same key", async () => {
	let tries = 0;
	hub.item = () => ++tries === 1 ? lose : undefined;
	const [id] = await self.queue({ path: "/v1/lost", body: { a: 1 } });
	await self.settled(id, "delivered");
	const [one, two] = made("/v1/lost");
	assert.equal(one.headers["idempotency-key"], two.headers["idempotency-key"]);
	assert.deepEqual(one.body, two.body);
});

test("a connection that timed out: at once on another, then with pauses", async () => {
	let tries = 0;
	hub.item = () => ++tries <= 2 ? reply(408) : undefined;
	const [id] = await self.queue({ path: "/v1/timed-out" });
	await self.settled(id, "delivered");
	const [one, two, three] = made("/v1/timed-out").map((r) => r.at);
	assert.ok(two - one < 100 && three - two >= 120, `${two - one}, ${three - two} ms`);
});

test("nothing is marked before the hub has answered", async () => {
	let answer;
	hub.item = () => new Promise((resolve) => { answer = resolve; });
	const [id] = await self.queue({ path: "/v1/slow" });
	await waitUntil("the request", () => answer);
	await pause(100);
	assert.equal(await self.item(id), "queued");
	answer(undefined);
	await self.settled(id, "delivered");
});

test("a refusal is kept, its dependants wait, other subjects pass", async () => {
	hub.item = (r) => r.path === "/v1/wrong" ? problem(422, "invalid") : undefined;
	const subject = randomUUID();
	const [wrong] = await self.queue({ subject, path: "/v1/wrong" });
	const [after] = await self.queue({ subject, path: "/v1/after", depends_on: wrong });
	const [other] = await self.queue({ path: "/v1/other" });
	await self.settled(other, "delivered");
	await self.settled(wrong, "refused 422 invalid");
	await pause(300);
	assert.equal(await self.item(after), "queued");
	assert.equal(made("/v1/after").length, 0);
	assert.equal(await self.sql(
		`SELECT last_problem->>'title' FROM outbox WHERE id = ${wrong}`), "invalid");
	await self.sql(`UPDATE outbox SET state = 'cancelled' WHERE id = ${after}`);
});

test("suspended: publishing waits, withdrawals and receipts pass", async () => {
	hub.item = (r) => r.path === "/v1/publish"
		? problem(403, "organisation-suspended") : reply(200, { receipt: "r" });
	const [publish] = await self.queue({ path: "/v1/publish" });
	await waitUntil("a try", () => made("/v1/publish").length > 0);
	const [withdrawal, receipt] = await self.queue(
		{ path: "/v1/withdraw", lane: "withdrawal" }, { path: "/v1/receipt", lane: "receipt" });
	await self.settled(withdrawal, "delivered");
	await self.settled(receipt, "delivered");
	assert.equal(await self.item(publish), "queued 403 organisation-suspended");
	assert.equal(await self.sql(
		`SELECT answer->>'receipt' FROM outbox WHERE id = ${withdrawal}`), "r");
	assert.equal(await self.sql(
		`SELECT answer IS NULL FROM outbox WHERE id = ${receipt}`), "t");
	hub.item = () => undefined;
	await self.settled(publish, "delivered");
});

test("a withdrawal goes before what waits, and past transfers that hang", async () => {
	const hanging = [];
	hub.item = (r) => r.path === "/v1/hang"
		? new Promise((resolve) => hanging.push(resolve)) : undefined;
	await self.queue(...Array.from({ length: 20 }, () => ({ path: "/v1/hang" })));
	await waitUntil("eight hang", () => hanging.length === 8);
	const [id] = await self.queue({ path: "/v1/withdraw-now", lane: "withdrawal" });
	await self.settled(id, "delivered");
	assert.equal(hanging.length, 8);
	hub.item = () => undefined;
	for (const go of hanging)
		go(undefined);
	await self.until("SELECT count(*) FROM outbox WHERE state = 'queued'", 0);
});

test("Retry-After prolongs the pause", async () => {
	let tries = 0;
	hub.item = () => ++tries === 1
		? problem(429, "too-many-requests", { "retry-after": "2" }) : undefined;
	const [id] = await self.queue({ path: "/v1/later" });
	await self.settled(id, "delivered");
	const [one, two] = made("/v1/later");
	assert.ok(two.at - one.at >= 1950 && two.at - one.at < 4000, `${two.at - one.at} ms`);
});

test("eight server errors while others pass: parked, and no other is held up", async () => {
	hub.item = (r) => r.path === "/v1/poison" ? problem(500, "internal") : undefined;
	const subject = randomUUID();
	const [poison] = await self.queue({ subject, path: "/v1/poison" });
	const [behind] = await self.queue({ subject, path: "/v1/behind" });
	while (await self.item(poison) !== "parked 500 internal") {
		const [other] = await self.queue({ path: "/v1/beside" });
		await self.settled(other, "delivered");
		/* not waiting for the back-off between the tries */
		await self.sql(`UPDATE outbox SET next_at = now()
			WHERE id = ${poison} AND state = 'queued'; NOTIFY outbox;`);
	}
	/* one may have failed again before the first other passed */
	assert.ok([8, 9].includes(made("/v1/poison").length));
	assert.equal(await self.item(behind), "queued");
	assert.match(self.log(), /"event":"item parked"/);
	hub.item = () => undefined;
	await self.sql(`UPDATE outbox SET state = 'queued', next_at = now()
		WHERE id = ${poison}; NOTIFY outbox;`);
	await self.settled(behind, "delivered");
});

test("a portal's page neither delivers nor refuses", async () => {
	let tries = 0;
	const portal = { "content-type": "text/html" };
	hub.item = () => [reply(200, "<p>pay</p>", portal),
		reply(404, "<p>no</p>", portal), reply(302, "", { location: hub.url })][tries++];
	const [id] = await self.queue({ path: "/v1/portal" });
	await self.settled(id, "delivered 200", 15_000);
	assert.equal(made("/v1/portal").length, 4);
});

test("cancelled on its way: delivered if the hub took it, else cancelled", async () => {
	const answers = [];
	hub.item = () => new Promise((resolve) => answers.push(resolve));
	const ids = await self.queue({ path: "/v1/cancel" }, { path: "/v1/cancel" });
	await waitUntil("both on their way", () => answers.length === 2);
	await self.sql(`UPDATE outbox SET state = 'cancelled' WHERE id IN (${ids})`);
	answers[0](undefined);
	answers[1](problem(410, "consent-withdrawn"));
	const states = async () =>
		(await Promise.all(ids.map(self.item))).map((s) => s.split(" ")[0]).sort();
	await waitUntil("both settled", async () =>
		(await states()).join() === "cancelled,delivered");
	hub.item = () => undefined;
});

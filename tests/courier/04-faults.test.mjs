// The courier and what it stands on: hub away, database lost, killed, twice.

import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { InventedHub, lose, problem } from "./hub.mjs";
import { joined } from "./suite.mjs";

test("a hub that is away is noted, warned of once, and found again", async () => {
	const self = await joined("away", { hub_warning_s: 1 });
	const { port } = self.hub;
	await waitUntil("the feed", () => self.hub.feeds().length > 0);
	await self.hub.stop();
	await self.until("SELECT hub_down_since IS NOT NULL FROM hub_link", "t");
	const [id] = await self.queue({});
	await waitUntil("the warning", () => /away for long/.test(self.log()), 6000);
	assert.equal(await self.item(id), "queued");
	const again = new InventedHub();
	await again.start(port);
	again.feedId = self.hub.feedId;
	self.hub = again;
	await self.settled(id, "delivered", 20_000);
	await self.until("SELECT hub_down_since IS NULL FROM hub_link", "t");
});

test("the database's connection is lost: made again, nothing missed", async () => {
	const self = await joined("store");
	for (let i = 0; i < 5; i++) {
		await self.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE usename = 'courier_store';`);
		const [id] = await self.queue({ path: `/v1/store/${i}` });
		await self.settled(id, "delivered");
	}
});

test("one courier a node; a killed one's lock goes with it", async () => {
	const self = await joined("twice");
	const second = self.make();
	await second.start();
	assert.equal((await second.child.exited).code, 1);
	assert.match(self.log(), /another courier runs/);
	const [id] = await self.queue({});
	await self.settled(id, "delivered");
	await self.courier.stop("SIGKILL");
	await self.courier.start();
	const [next] = await self.queue({});
	await self.settled(next, "delivered");
});

test("killed 12 times during 200 items, answers lost: each reaches the hub under one key", async () => {
	const self = await joined("killed");
	const effects = new Map(); // key -> path: what the hub has done
	let asked = 0;
	self.hub.item = (r) => {
		if (++asked % 7 === 0)
			return asked % 2 ? lose : problem(503, "unavailable");
		effects.set(r.headers["idempotency-key"], r.path);
		return asked % 5 === 0 ? lose : undefined;
	};
	const kills = (async () => {
		for (let i = 0; i < 12; i++) {
			await new Promise((go) => setTimeout(go, 20 + ((i * 37) % 90)));
			await self.courier.stop("SIGKILL");
			await self.courier.start();
		}
	})();
	for (let i = 0; i < 20; i++)
		await self.queue(...Array.from({ length: 10 }, (_, n) =>
			({ path: `/v1/killed/${i * 10 + n}` })));
	await kills;
	await self.until("SELECT count(*) FROM outbox WHERE state <> 'delivered'", 0, 30_000);
	assert.equal(effects.size, 200);
	assert.equal(new Set(effects.values()).size, 200);
});

test("stops within two seconds when told to, and logs no content", async () => {
	const self = await joined("stop");
	const [id] = await self.queue({ body: { text: "Тайна дума" } });
	await self.settled(id, "delivered");
	const started = Date.now();
	const { code } = await self.courier.stop();
	assert.equal(code, 0);
	assert.ok(Date.now() - started < 2000);
	assert.ok(!/Тайна|token-\d|one-time-code/.test(self.log()));
	for (const line of self.log().trim().split("\n"))
		JSON.parse(line);
});

test("at rest it is small and quiet", async () => {
	const self = await joined("rest");
	await waitUntil("the feed", () => self.hub.feeds().length > 0);
	const { pid } = self.courier.child;
	const rss = Number(/VmRSS:\s+(\d+)/.exec(
		fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
	assert.ok(rss < 20_000 || process.env.ZAEDNO_BUILD, `${rss} kB resident`);
	const ticks = () => fs.readFileSync(`/proc/${pid}/stat`, "utf8")
		.split(" ").slice(13, 15).reduce((sum, n) => sum + Number(n), 0);
	const before = ticks();
	await new Promise((go) => setTimeout(go, 3000));
	assert.ok(ticks() - before <= 6, `${ticks() - before} ticks in 3 s`);
});

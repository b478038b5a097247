// What the courier refuses of its hub is counted, and people are told; the
// attacks themselves are tests/courier/03-feed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { cluster, federation, node, nodeAs } from "../lib/suite.mjs";

test("a refused answer of the feed shows in the metrics and as a task", async () => {
	const { database } = federation.nodes.odz;
	const shown = async () => Number(/^zaedno_feed_refused_total (\d+)$/m.exec(
		(await node("odz").call("getMetrics", {}, 200)).text)[1]);
	const before = await shown();
	await cluster.psql(database, `
		UPDATE hub_link SET feed_refused = feed_refused + 2;
		SELECT task_raise('hub_untrusted', feed_id, date_trunc('day', now())) FROM hub_link;`);
	await waitUntil("counted", async () => await shown() === before + 2, 15_000);
	const { body } = await (await nodeAs("odz", "admin")).call("listTasks", {}, 200);
	assert.ok(body.items.some((task) => task.kind === "hub_untrusted"));
});

// Limits: 429 with Retry-After, for the one who asks too often and for
// nobody else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { caller, freshSession, operationsWith, swept } from "../lib/callers.mjs";
import { sample } from "../lib/samples.mjs";
import { federation, hub, node } from "../lib/suite.mjs";
import { withSettings } from "../lib/settings.mjs";

const TIGHT = { rate_read: 1, rate_write: 1, rate_signin: 1, rate_token: 1, rate_feed: 1 };

/* Nobody could sign in again while the settings are that tight. */
const A_SERVICE_S = 120;

for (const [service, place] of [["hub", federation.hub], ["node", federation.nodes.ngo]])
	test(`${service}: every limited operation`, async (t) => {
		const prepared = [];
		for (const [owner, operation] of operationsWith("too-many-requests"))
			if (owner === service)
				prepared.push([operation, operation.operationId === "signOut"
					? await freshSession(service)
					: await (await caller(service, operation)).heldFor(A_SERVICE_S)]);
		for (const { courier } of Object.values(federation.nodes))
			await courier.stop(); // or they would rest for a minute
		t.after(() => Promise.all(Object.values(federation.nodes)
			.map(({ courier }) => courier.running() || courier.start())));
		await withSettings(place, TIGHT, async () => {
			for (const [operation, api] of prepared)
				await t.test(operation.operationId, async () => {
					for (let i = 0; i < 4; i++) {
						const answer = await api.call(operation.operationId,
							await sample(service, operation, swept));
						if (answer.status !== 429)
							continue;
						assert.equal(answer.body.code, "too-many-requests");
						assert.ok(Number(answer.headers["retry-after"]) >= 1);
						return;
					}
					assert.fail("no 429 within four requests");
				});
			await (service === "hub" ? hub : node("ngo")).call("getHealth", {}, 200);
		});
	});

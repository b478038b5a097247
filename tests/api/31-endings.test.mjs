// A consent ended elsewhere than at its holder's node: a coordinator records
// what a family has said, and the node hears of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as jose from "jose";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { eik } from "../../deploy/demo/invented.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hub, hubAs, nodeAs } from "../lib/suite.mjs";
import { arrived, receipt, shared } from "../lib/work.mjs";

const coordinator = await hubAs("coordinator");
const practitioner = await nodeAs("school", "practitioner");
const RECORD = { capacity: "guardian", received: "paper", reason: "holder_unreachable", reference: "ОД-12/2026" };
const record = (id, expected, change = {}) =>
	coordinator.call("recordWithdrawal", { params: { id }, body: { ...RECORD, ...change } }, expected);
async function claimsOf(jws) {
	const { body: jwks } = await hub.call("getJwks", {}, 200);
	const { payload } = await jose.compactVerify(jws, jose.createLocalJWKSet(jwks));
	return JSON.parse(new TextDecoder().decode(payload));
}

test("a coordinator ends a consent that a node holds", async (t) => {
	const { consent, summary } = await shared(practitioner, { csc: ["help"] });
	const supervisor = await arrived("csc", summary);
	let first;

	await t.test("the receipt names the door, and stays the first", async () => {
		({ body: first } = await record(consent, 200));
		assert.deepEqual([first.door, first.capacity], ["coordinator", "guardian"]);
		const claims = await claimsOf(first.receipt);
		assert.deepEqual([claims.consent_id, claims.door, claims.capacity, claims.leaf],
			[consent, "coordinator", "guardian", first.leaf]);
		const { body: again } = await record(consent, 200, { capacity: "parent", received: "telephone" });
		assert.deepEqual(again, first);
		assert.equal(await cluster.psql(federation.hub.database,
			"SELECT received || reason || reference FROM withdrawal_record WHERE consent_id = :'consent';",
			{ consent }), "paperholder_unreachableОД-12/2026");
	});
	await t.test("nothing was shown to the coordinator, and nothing is", async () => {
		await coordinator.call("getSummary", { params: { id: summary } }, "404 not-found");
		await coordinator.call("getConsent", { params: { id: consent } }, "404 not-found");
	});
	await t.test("the holder's node ends its own, with the hub's receipt", async () => {
		const body = await receipt(practitioner, consent, "the node has the receipt",
			({ withdrawal }) => withdrawal?.receipt);
		assert.equal(body.state, "withdrawn");
		assert.equal(body.withdrawal.receipt, first.receipt);
		assert.deepEqual([body.withdrawal.door, body.withdrawal.capacity], ["coordinator", "guardian"]);
		const { body: mine } = await practitioner.call("getConsent", { params: { id: consent } }, 200);
		assert.deepEqual([mine.state, mine.door, mine.withdrawn_by], ["withdrawn", "coordinator", "guardian"]);
	});
	await t.test("and a person there hears of it, once", async () => {
		const { body } = await practitioner.call("listTasks", { query: { subject: consent } }, 200);
		assert.deepEqual(body.items.map((task) => task.kind), ["consent_ended"]);
	});
	await t.test("the copy is erased, and the page for paper says by whom it was ended", async () => {
		await receipt(practitioner, consent, "the recipient erases", ({ items }) => items[0].purged_at);
		const { body } = await supervisor.call("listReceivedSummaries", { query: { limit: 200 } }, 200);
		assert.equal(body.items.find((item) => item.id === summary).state, "purged");
		const page = await practitioner.call("getWithdrawalPrint", { params: { id: consent } }, 200);
		assert.match(page.text, /Заявено е чрез: регионалният координатор/);
		assert.match(page.text, /Оттегли го: настойник/);
	});
	await t.test("the node shares nothing more under it", async () => {
		await practitioner.call("shareSummary", {
			params: { id: uuid7() },
			body: { consent_id: consent, doc: { help: { urgency: "soon", help_wanted: "advice" } } },
		}, 409);
	});
});

test("the node's own withdrawal names its door", async () => {
	const { consent } = await shared(practitioner, { csc: ["help"] });
	await practitioner.call("withdrawConsent", { params: { id: consent }, body: { capacity: "parent" } }, 200);
	const body = await receipt(practitioner, consent, "the receipt", ({ withdrawal }) => withdrawal?.receipt);
	const claims = await claimsOf(body.withdrawal.receipt);
	assert.deepEqual([claims.door, claims.capacity, body.withdrawal.door], ["node", "parent", "node"]);
	const { text } = await practitioner.call("getWithdrawalPrint", { params: { id: consent } }, 200);
	assert.match(text, /Заявено е чрез: организацията, която пази случая/);
	const { body: tasks } = await practitioner.call("listTasks", { query: { subject: consent } }, 200);
	assert.deepEqual(tasks.items, [], "who has done it needs no task");
});

test("an unknown number, and what says who a child is, are refused", async () => {
	await record(uuid7(), "404 not-found");
	const { body } = await record(uuid7(), "422 invalid", { reference: `заради ${eik("99910777")} 0888 123 456` });
	assert.equal(body.errors[0].pointer, "/reference");
	await record(uuid7(), "422 invalid", { capacity: "neighbour" });
	await record(uuid7(), "422 invalid", { received: "rumour" });
});

test("the family of a blocked holder has a way", async () => {
	const holder = await enrolledOrganisation(), reader = await enrolledOrganisation();
	const { id } = await holder.consent({ [reader.id]: ["help"] });
	const summary = await holder.publish(id);
	const consumer = new Consumer(reader);
	await consumer.until((event) => event.id === summary && event.op === "put");
	const admin = await hubAs("admin");
	await admin.call("setOrganisationStatus",
		{ params: { id: holder.id }, body: { status: "blocked", reason: "Изпитание." } }, 200);
	const { body } = await record(id, 200, { received: "in_person", reason: "family_choice" });
	assert.equal(body.door, "coordinator");
	assert.equal(await cluster.psql(federation.hub.database,
		"SELECT count(*) FROM summary WHERE id = :'summary' AND doc IS NOT NULL;", { summary }), "0");
	await admin.call("setOrganisationStatus",
		{ params: { id: holder.id }, body: { status: "active", reason: "Изпитание." } }, 200);
	await waitUntil("the holder hears of it when it is back", async () => {
		const own = new Consumer(holder);
		return (await own.drain()).some((event) => event.kind === "consent" && event.id === id &&
			event.doc?.door === "coordinator");
	});
});

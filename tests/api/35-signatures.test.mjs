// Who signs for whom: each rule with what it refuses, the fourteenth and
// eighteenth birthdays, and that none of it can be told at the hub.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { ageBand, consentBody } from "../../deploy/demo/seed.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { DOC } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs, organisationId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const signer = (capacity, at = moment(-1)) => ({ capacity, method: "paper", at, evidence: "папка 2, лист 1" });
const named = { [organisationId("csc")]: ["basics", "help"] };
const body = (caseId, rule, capacities, change = {}) => ({
	...consentBody(caseId, "joint_assessment", named), rule,
	signers: capacities.map((capacity) => signer(capacity)), ...change,
});
const record = async (of, expected, id = uuid7()) => {
	const answer = await school.call("createConsent", { params: { id }, body: of }, expected);
	return { id, ...answer };
};
/* A day this many years and days ago. */
function born(years, days = 0) {
	const [year, ...rest] = day(days).split("-");
	return [Number(year) - years, ...rest].join("-");
}

test("under fourteen", async (t) => {
	const { id } = await newCase(school);
	const cases = [
		["representative", [], {}, "409 consent-signers-missing"],
		["representative", ["young_person"], {}, "409 consent-signers-missing"],
		["representative", ["guardian"], {}, 201],
		["both_parents", ["parent"], {}, "409 consent-signers-missing"],
		["both_parents", ["parent", "guardian"], {}, "409 consent-signers-missing"],
		["both_parents", ["parent", "parent"], {}, 201],
		["both_parents", ["parent"], { decision_ref: "Решение 12/2026 на районния съд" }, 201],
		["representative_and_child", ["parent"], {}, "409 consent-signers-missing"],
		["self", ["parent"], {}, "409 consent-signers-missing"],
	];
	for (const [rule, capacities, change, expected] of cases)
		await t.test(`${rule}: ${capacities.join(" + ")} ${Object.keys(change)}`,
			() => record(body(id, rule, capacities, change), expected));
	await t.test("a child does not sign alone", async () => {
		const { body: problem } = await record(body(id, "self", ["young_person"]), "422 invalid");
		assert.equal(problem.errors[0].pointer, "/rule");
	});
});

test("a suspected representative", async (t) => {
	const { id } = await newCase(school);
	const decision_ref = "Решение 7/2026 на районния съд";
	const waiting = async () => (await school.call("listOutbox", { query: { limit: 200 } }, 200)).body.items.length;

	await t.test("where nobody may sign, nothing leaves, and it is said what is possible", async () => {
		const before = await waiting();
		for (const [capacities, change] of [[[], {}], [[], { decision_ref }], [["parent"], {}], [["young_person"], { decision_ref }]]) {
			const { body: problem } = await record(body(id, "other_representative", capacities, change), "409 no-representative");
			assert.match(problem.title, /консултация без данни за детето/);
			assert.match(problem.title, /сигнал/);
		}
		assert.equal(await waiting(), before);
		const { body: list } = await school.call("listConsents", { params: { id } }, 200);
		assert.deepEqual(list.items, []);
	});
	await t.test("another one signs, by a decision; the others no more", async () => {
		await record(body(id, "other_representative", ["court_appointed"], { decision_ref }), 201);
		for (const [rule, capacities] of [["representative", ["parent"]], ["both_parents", ["parent", "parent"]],
			["representative_and_child", ["parent", "young_person"]]])
			await record(body(id, rule, capacities), "409 representative-suspected");
		await record(body(id, "representative", ["parent"], { decision_ref: "Решение 9/2026" }), 201);
	});
	await t.test("from fourteen on the young person as well", async () => {
		const { id: older } = await newCase(school, { birth_date: born(15) });
		await record(body(older, "other_representative", ["guardian"], { decision_ref }), "409 consent-signers-missing");
		await record(body(older, "other_representative", ["guardian", "young_person"], { decision_ref }), 201);
	});
});

test("from fourteen, and from eighteen", async () => {
	const { id: fourteen } = await newCase(school, { birth_date: born(14) });
	await record(body(fourteen, "representative", ["parent"]), "409 consent-signers-missing");
	await record(body(fourteen, "both_parents", ["parent", "parent"]), "409 consent-signers-missing");
	await record(body(fourteen, "representative_and_child", ["young_person"]), "409 consent-signers-missing");
	await record(body(fourteen, "representative_and_child", ["custodian", "young_person"]), 201);
	const { id: adult } = await newCase(school, { birth_date: born(18) });
	await record(body(adult, "representative_and_child", ["parent", "young_person"]), "409 consent-signers-missing");
	await record(body(adult, "self", ["young_person"]), 201);
});

test("its end tells no birthday: the month before, by the clock on the wall here", async () => {
	const [year, month] = day(120).split("-").map(Number);
	const dated = (d) => `${year - 14}-${String(month).padStart(2, "0")}-${d}`;
	/* Midnight in Sofia, at the beginning of that month. */
	const zone = (utc) => new Date(utc).toLocaleString("sv-SE", { timeZone: "Europe/Sofia" });
	const midnight = [2, 3].map((hours) => new Date(Date.UTC(year, month - 1, 1) - hours * 3_600_000))
		.find((utc) => zone(utc).endsWith("01 00:00:00"));
	const later = new Date(midnight.getTime() + 1_000);
	for (const [d, expected] of [["01", midnight], ["28", midnight]]) {
		const { id } = await newCase(school, { birth_date: dated(d) });
		const { body: problem } = await record(
			body(id, "representative", ["parent"], { until: later.toISOString() }), "422 invalid");
		assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], ["/until", "too-late"]);
		await record(body(id, "representative", ["parent"], { until: expected.toISOString() }), 201);
	}
});

test("an age band is that of the quarter's first day", async () => {
	const birth_date = born(14, -1);
	const { id } = await newCase(school, { birth_date });
	const { id: consent } = await record(body(id, "representative_and_child", ["parent", "young_person"]), 201);
	const bands = ["10-13", "14-15"];
	const right = ageBand(birth_date), wrong = bands.find((band) => band !== right);
	const doc = (age_band) => ({ basics: { ...DOC.basics, age_band }, help: DOC.help });
	const { body: problem } = await school.call("shareSummary",
		{ params: { id: uuid7() }, body: { consent_id: consent, doc: doc(wrong) } }, "422 invalid");
	assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], ["/doc/basics/age_band", "conflict"]);
	await share(school, consent, doc(right));
});

/* All that the hub holds of what two organisations share. */
const atHub = () => cluster.psql(federation.hub.database, ["consent", "consent_recipient", "summary", "delivery",
	"withdrawal", "event_queue", "feed", "audit", "read_log", "idempotency"].map((table) =>
	`SELECT '${table}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t;`).join("\n"));

test("over a birthday the hub hears nothing, and the node shares nothing new", async (t) => {
	// Fourteen in a hundred days; then the same child, fourteen since yesterday.
	const { id: caseId, person } = await newCase(school, { birth_date: born(14, 100) });
	const consent = await newConsent(school, caseId, { csc: ["basics", "help"] }, { until: moment(30) });
	const summary = await share(school, consent);
	await arrived("csc", summary);
	await receipt(school, consent, "all receipts are there", ({ items }) => items.every((item) => item.delivered_at));
	let before = "";
	await waitUntil("the hub is at rest", async () => {
		const now = await atHub(), same = now === before;
		before = now;
		await new Promise((resolve) => setTimeout(resolve, 400));
		return same;
	});
	const { headers } = await school.call("getPerson", { params: { id: person } }, 200);
	await school.call("updatePerson", {
		params: { id: person }, ifMatch: Number(headers.etag.replaceAll('"', "")), body: { birth_date: born(14, -1) },
	}, 200);

	await t.test("the people of the node are told", async () => {
		const { body: own } = await school.call("getConsent", { params: { id: consent } }, 200);
		assert.equal(own.state, "needs_young_person");
		const { body: list } = await school.call("listConsents", { params: { id: caseId } }, 200);
		assert.equal(list.items[0].state, "needs_young_person");
	});
	await t.test("nothing new is shared", async () => {
		const shareIt = (id, ifMatch) => school.call("shareSummary",
			{ params: { id }, ifMatch, body: { consent_id: consent, doc: { help: DOC.help } } }, "409 young-person-needed");
		await shareIt(summary, 1);
		await shareIt(uuid7());
		await school.call("previewSummary",
			{ params: { id: consent }, body: { doc: { help: DOC.help } } }, "409 young-person-needed");
	});
	await t.test("what was shared stays, and the hub's database is the same, row for row", async () => {
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		assert.equal(await atHub(), before);
		await (await nodeAs("csc", "supervisor")).call("getReceivedSummary", { params: { id: summary } }, 200);
	});
	await t.test("the young person signs, and it goes on", async () => {
		const { id: next } = await record({
			...body(caseId, "representative_and_child", [], { supersedes: consent }),
			signers: [signer("parent", moment(0)), signer("young_person", moment(0))],
		}, 201);
		const { body: own } = await school.call("getConsent", { params: { id: next } }, 200);
		assert.equal(own.state, "active");
		await school.call("shareSummary",
			{ params: { id: summary }, ifMatch: 1, body: { consent_id: next, doc: { help: DOC.help } } }, 200);
	});
});

// Emergency reading of a colleague's case: what it opens, who is told, and
// its end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { everyRecord } from "../lib/casework.mjs";
import { cluster, federation, nodeAs, organisationId, userId } from "../lib/suite.mjs";
import { colleague, newConsent, newCase, share } from "../lib/work.mjs";

const holder = await nodeAs("csc", "practitioner");
const supervisor = await nodeAs("csc", "supervisor");
const dpo = await nodeAs("csc", "dpo");
const { id: reader, api } = await colleague("csc");
const reason = "Детето е на вратата, а колегата е в отпуск.";

const { id: caseId, person } = await newCase(holder);
const consent = await newConsent(holder, caseId, { school: ["help"] });
const summary = await share(holder, consent);
const signal = uuid7(), team = uuid7();
await holder.call("createSignal", {
	params: { id: signal },
	body: { case_id: caseId, channel: "phone", recipient: "dsp", made_at: moment(-1), what: "Казаното." },
}, 201);
await holder.call("createTeamRecord", {
	params: { id: team },
	body: {
		case_id: caseId, kind: "crisis", convened_at: moment(-1), held_at: moment(-1),
		participants: [{ organisation: "Община", role: "лекар" }], decisions: [],
	},
}, 201);

/* What may be read of the case: operation → id, or ids. */
const READS = {
	...await everyRecord(holder, caseId),
	getCase: caseId, getPerson: person, listEpisodes: caseId, listOutcomes: caseId,
	listConsents: caseId, getConsent: consent, listReceipts: consent, getSharedSummary: summary,
	listSignals: caseId, getSignal: signal, listTeamRecords: caseId, getTeamRecord: team,
};
const readAll = async (client, expected) => {
	for (const [operation, id] of Object.entries(READS))
		await client.call(operation, { params: id.id ? id : { id } }, expected);
};
const open = (client, body, expected, id = uuid7()) =>
	client.call("openEmergencyReading", { params: { id }, body: { reason, ...body } }, expected);
const notices = async (client, query) =>
	(await client.call("listNotices", { query }, 200)).body.items;

const reading = uuid7();

test("without it a colleague's case is not there", () => readAll(api, "404 not-found"));

test("it needs a reason, a case, and a case of another", async () => {
	await open(api, { case_id: caseId, reason: "Спешно" }, "422 invalid");
	await open(api, {}, "422 invalid");
	await open(api, { case_id: caseId, number: "1/26" }, "422 invalid");
	const refused = async (client, body, pointer, code) => {
		const { body: problem } = await open(client, body, "422 invalid");
		assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], [pointer, code]);
	};
	await refused(api, { case_id: uuid7() }, "/case_id", "not-found");
	await refused(api, { number: "999999/26" }, "/number", "not-found");
	await refused(holder, { case_id: caseId }, "/case_id", "conflict");
	await refused(supervisor, { case_id: caseId }, "/case_id", "conflict");
	assert.equal((await notices(dpo)).length, 0, "nobody is told of what was refused");
});

test("it opens the case for three hours, and tells at once", async () => {
	const body = { case_id: caseId };
	const { body: opened } = await open(api, body, 201, reading);
	assert.equal(Date.parse(opened.until) - Date.parse(opened.opened_at), 3 * 3_600_000);
	assert.deepEqual([opened.reader, opened.holder, opened.reason],
		[reader, userId("csc", "practitioner"), reason]);
	for (const client of [supervisor, dpo]) {
		const [notice] = await notices(client, { seen: false });
		assert.deepEqual([notice.kind, notice.ref], ["emergency_reading", reading]);
	}
	await open(api, body, 200, reading);
	await open(api, { ...body, reason: "Друга причина, също спешна." }, "409 already-exists", reading);
	assert.equal((await notices(dpo)).length, 1, "a repeat tells nobody anew");
});

test("every read is listed for those who oversee", async () => {
	await readAll(api, 200);
	for (const client of [supervisor, dpo]) {
		const { body } = await client.call("listEmergencyReadings", { query: { case_id: caseId } }, 200);
		const [found] = body.items;
		assert.deepEqual([found.id, found.reason, found.reads_total],
			[reading, reason, Object.keys(READS).length]);
		assert.deepEqual([...new Set(found.reads.map((read) => read.ref))].sort(),
			[...new Set(Object.values(READS).map((id) => id.id ?? id))].sort());
	}
	const { body } = await dpo.call("listAudit", { query: { ref: reading } }, 200);
	assert.deepEqual(body.items.map((row) => row.event), ["emergency.open"]);
	for (const role of ["practitioner", "admin"])
		for (const operation of ["listEmergencyReadings", "listNotices"])
			await (await nodeAs("csc", role)).call(operation, {}, "403 scope-missing");
});

test("it changes nothing and finds nothing else", async () => {
	const hidden = "404 not-found";
	const { body: { items } } = await api.call("listCases", {}, 200);
	assert.deepEqual(items, []);
	await api.call("updateCase", { params: { id: caseId }, body: { state: "closed" }, ifMatch: 1 }, hidden);
	await api.call("putNeeds", { params: { id: caseId }, body: { needs: [], strengths: [] }, ifMatch: 1 }, hidden);
	await api.call("updatePerson", { params: { id: person }, body: { address: "х" }, ifMatch: 1 }, hidden);
	await api.call("putEpisode", {
		params: { id: caseId, episode_id: uuid7() },
		body: { kind: "social", service: "Услуга", start: day(-1) },
	}, hidden);
	await api.call("recordOutcome", {
		params: { id: caseId, outcome_id: uuid7() }, body: { on: day(-1), school: { state: "attending" } },
	}, hidden);
	await api.call("withdrawConsent", { params: { id: consent }, body: { capacity: "parent" } }, hidden);
	await api.call("shareSummary",
		{ params: { id: summary }, body: { consent_id: consent, doc: {} }, ifMatch: 1 }, 422);
	await api.call("acknowledgeSignal", { params: { id: signal }, body: { at: moment(0), by: "Аз" } }, hidden);
	await api.call("createCase", { params: { id: uuid7() }, body: { person_id: person } }, 422);
	const tried = await api.call("createConsent", {
		params: { id: uuid7() },
		body: consentBody(caseId, "joint_assessment", { [organisationId("school")]: ["help"] }),
	});
	assert.ok([404, 422].includes(tried.status), tried.text);
	const { body: waiting } = await api.call("listOutbox", {}, 200);
	assert.deepEqual(waiting.items, []);
	const { body: unchanged } = await holder.call("getConsent", { params: { id: consent } }, 200);
	assert.equal(unchanged.state, "active");
});

test("nobody else reads by it", async () => {
	await readAll((await colleague("csc")).api, "404 not-found");
});

test("by the number that is on the folder", async () => {
	const { id } = await newCase(holder);
	const { body: { number } } = await holder.call("getCase", { params: { id } }, 200);
	const { body } = await open(api, { number }, 201);
	assert.deepEqual([body.case_id, body.number], [id, number]);
	await api.call("getCase", { params: { id } }, 200);
});

test("a notice is seen by the first of its role", async () => {
	const [{ id }] = await notices(supervisor, { seen: false });
	await dpo.call("acknowledgeNotice", { params: { id } }, "404 not-found");
	const { body } = await supervisor.call("acknowledgeNotice", { params: { id } }, 200);
	assert.equal(body.seen_by, userId("csc", "supervisor"));
	const { body: again } = await supervisor.call("acknowledgeNotice", { params: { id } }, 200);
	assert.deepEqual(again, body);
	assert.ok((await notices(supervisor, { seen: true })).some((notice) => notice.id === id));
	assert.ok((await notices(supervisor, { seen: false })).every((notice) => notice.id !== id));
	const page = await supervisor.call("listNotices", { query: { limit: 1 } }, 200);
	const next = await supervisor.call("listNotices", { query: { limit: 1, after: page.body.next } }, 200);
	assert.notEqual(next.body.items[0].id, page.body.items[0].id);
	const first = await dpo.call("listEmergencyReadings", { query: { limit: 1 } }, 200);
	const second = await dpo.call("listEmergencyReadings", { query: { limit: 1, after: first.body.next } }, 200);
	assert.equal(second.body.items[0].id, reading);
});

test("after three hours it is over", async () => {
	const put = (minutes) => cluster.psql(federation.nodes.csc.database, `
		UPDATE emergency_reading SET opened_at = now() - interval '${minutes} minutes',
		       until = now() - interval '${minutes} minutes' + interval '3 hours'
		WHERE id = '${reading}';`);
	await put(179);
	await api.call("getCase", { params: { id: caseId } }, 200);
	await put(180);
	await readAll(api, "404 not-found");
	const { body } = await dpo.call("listEmergencyReadings", { query: { case_id: caseId } }, 200);
	assert.equal(body.items[0].reads_total, Object.keys(READS).length + 1, "what was read stays listed");
});

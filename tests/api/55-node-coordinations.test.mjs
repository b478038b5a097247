// Coordinations from node to node: asked for at the school, answered at the
// centre, read from the mirrors, and ended with the family's consent.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { checkout } from "../../deploy/demo/place.mjs";
import { get, invite, requestBody, step, WORKING } from "../lib/coordination.mjs";
import { CATEGORIES } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { arrived, colleague, newCase, newConsent, share, shared, withoutHub } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const centre = await nodeAs("csc", "supervisor");
const helper = await nodeAs("csc", "practitioner");
const coordinator = await hubAs("coordinator");
const CSC = { id: organisationId("csc") };
const REASONS = JSON.parse(fs.readFileSync(
	path.join(checkout, "api-spec/codelists/membership_reason.json"), "utf8")).items;

const named = () => ({ [state.team]: CATEGORIES, csc: WORKING });
const ask = (api, id, body, expected) =>
	api.call("requestCoordination", { params: { id }, body }, expected);
const of = (api, id, expected) =>
	api.call("getCoordination", { params: { id } }, expected).then(({ body }) => body);
const until = (api, id, wanted) => waitUntil(`${id} as wanted`, async () => {
	const answer = await api.call("getCoordination", { params: { id } });
	return answer.status === 200 && wanted(answer.body) && answer.body;
}, 15_000);
const answer = (api, id, body, expected = 202) =>
	api.call("answerInvitation", { params: { id }, body }, expected);
const put = (api, operationId, id, body, expected = 202) =>
	api.call(operationId, { params: { id }, body }, expected);

/* A coordination that the hub knows, of a new case: ids. */
async function asked() {
	const made = await shared(school, named());
	const id = uuid7();
	await ask(school, id, requestBody(made.summary), 201);
	await until(school, id, (doc) => doc.coordination !== undefined);
	return { id, ...made };
}

/* Links the summary to a case of the centre's; answers its person. */
async function linked(summary) {
	const { id, person } = await newCase(helper);
	await helper.call("linkReceivedSummary",
		{ params: { id: summary }, body: { case_id: id } }, 200);
	return person;
}

test("one at a time for a case, before the hub has answered too", async () => {
	const { summary, caseId } = await shared(school, named());
	const next = await share(school, await newConsent(school, caseId, named()));
	const answers = await Promise.all([summary, next].map((of_summary) =>
		school.call("requestCoordination", { params: { id: uuid7() }, body: requestBody(of_summary) })));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
});

test("from the request to the answer of the invited", async (t) => {
	const { id, summary, caseId, consent, person } = await asked();
	await t.test("who asked reads it, a colleague does not", async () => {
		const mine = await of(school, id, 200);
		assert.deepEqual([mine.role, mine.state, mine.summary_id],
			["holder", "requested", summary]);
		assert.equal(mine.due, mine.coordination.due);
		const other = (await colleague("school")).api;
		await of(other, id, 404);
		const { body } = await other.call("listCoordinations", { query: { limit: 200 } }, 200);
		assert.equal(body.items.some((item) => item.id === id), false);
		await of(await nodeAs("school", "supervisor"), id, 200);
		await of(centre, id, "404 not-found");
	});
	await t.test("a repeat is the same, another is another", async () => {
		await ask(school, id, requestBody(summary), 200);
		await ask(school, id, requestBody(summary, { urgency: "urgent" }), "409 already-exists");
		const next = await share(school, await newConsent(school, caseId, named()));
		await ask(school, uuid7(), requestBody(next), "409 already-exists");
	});
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, CSC);
	await t.test("the invited answers, by its supervisor", async () => {
		await arrived("csc", summary);
		const seen = await until(centre, id, (doc) => doc.coordination?.members.length === 1);
		assert.deepEqual([seen.role, seen.coordination.members[0].state], ["member", "invited"]);
		await of(helper, id, "404 not-found");
		await answer(helper, id, { answer: "accepted" }, "403 scope-missing");
		await answer(centre, id, { answer: "left", reason: "other" }, "409 step-not-possible");
		const { body } = await answer(centre, id, { answer: "declined" }, "422 invalid");
		assert.equal(body.errors[0].pointer, "/reason");
		await answer(centre, id, { answer: "accepted" });
		await until(school, id, (doc) => doc.coordination.members[0]?.state === "accepted");
		await centre.call("assignReceivedSummary", {
			params: { id: summary }, body: { user_id: state.nodes.csc.users.practitioner.id },
		}, 200);
		await of(helper, id, 200);
	});
	await t.test("the holder names who leads", async () => {
		const manager = (organisation, expected) => put(school, "nameCaseManager", id,
			{ organisation_id: organisation }, expected);
		const { body } = await manager(organisationId("ngo"), "422 invalid");
		assert.equal(body.errors[0].pointer, "/organisation_id");
		await manager(CSC.id);
		await until(school, id, (doc) => doc.coordination.case_manager === CSC.id);
		await put(centre, "nameCaseManager", id, { organisation_id: CSC.id }, "404 not-found");
	});
	await t.test("lists, with their filters", async () => {
		const list = async (api, query) =>
			(await api.call("listCoordinations", { query: { limit: 200, ...query } }, 200)).body.items;
		assert.ok((await list(school, { state: "team_forming" })).some((item) => item.id === id));
		assert.equal((await list(school, { state: "closed" })).some((item) => item.id === id), false);
		assert.equal((await list(centre, { overdue: true })).some((item) => item.id === id), false);
		const { body } = await school.call("listCoordinations", { query: { limit: 1 } }, 200);
		assert.equal(body.items.length, 1);
	});
	await t.test("the person's export tells of it, at both", async () => {
		for (const [name, about] of [["school", person], ["csc", null]]) {
			const { body } = await (await nodeAs(name, "dpo")).call("exportSubject",
				{ params: { id: about ?? await linked(summary) } }, 200);
			const found = body.coordinations.find((item) => item.id === id);
			assert.equal(found.role, about ? "holder" : "member");
			assert.equal(found.coordination.id, id);
		}
		const page = await (await nodeAs("school", "dpo")).call("getSubjectPrint",
			{ params: { id: person } }, 200);
		assert.match(page.text, /Обща работа с други организации/);
		assert.match(page.text, /обща оценка/);
	});
	await t.test("the family withdraws: suspended here, gone there", async () => {
		await school.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } });
		await until(school, id, (doc) => doc.state === "suspended");
		await waitUntil("it is purged at the centre", async () => {
			const { status, body } = await centre.call("getCoordination", { params: { id } });
			return status === 410 && body.code === "consent-withdrawn";
		}, 15_000);
		await put(school, "nameCaseManager", id, { organisation_id: CSC.id },
			"409 step-not-possible");
		const left = await cluster.psql(federation.nodes.csc.database,
			"SELECT count(*) FROM mirror WHERE id = :'id' AND doc IS NOT NULL;", { id });
		assert.equal(left, "0");
	});
	await t.test("a new consent lets it go on", async () => {
		const other = await shared(school, named());
		const { body } = await put(school, "setCoordinationConsent", id,
			{ summary_id: other.summary }, "422 invalid");
		assert.equal(body.errors[0].pointer, "/summary_id");
		const next = await share(school, await newConsent(school, caseId, named()));
		await put(school, "setCoordinationConsent", id, { summary_id: next });
		await until(school, id, (doc) => doc.state === "team_forming");
		await arrived("csc", next);
		await until(centre, id, (doc) => doc.state === "team_forming");
	});
});

test("declining says why, in the words of a code", async () => {
	const { id, summary } = await asked();
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, CSC);
	await arrived("csc", summary);
	for (const { code, bg } of REASONS) {
		const { version } = await get(coordinator, id);
		await until(centre, id, (doc) => doc.coordination?.version >= version);
		await answer(centre, id, { answer: "declined", reason: code });
		await waitUntil(`${code} has arrived`, async () =>
			(await get(coordinator, id)).members[0].reason === bg, 15_000);
		await invite(coordinator, id, CSC, 200);
	}
});

test("no request without its consent", async () => {
	const { id: caseId } = await newCase(school);
	const without = await share(school, await newConsent(school, caseId, { csc: ["help"] }));
	const { body } = await ask(school, uuid7(), requestBody(without), "422 invalid");
	assert.deepEqual(body.errors.map((error) => [error.pointer, error.code]),
		[["/region", "not-consented"]]);
	const talk = await newConsent(school, caseId, named(), { purpose: "consultation" });
	await ask(school, uuid7(), requestBody(await share(school, talk)), "422 purpose-mismatch");
	const ended = await shared(school, named());
	await school.call("withdrawConsent",
		{ params: { id: ended.consent }, body: { capacity: "parent" } });
	await ask(school, uuid7(), requestBody(ended.summary), "409 consent-not-active");
	await ask(school, uuid7(), requestBody(uuid7()), "404 not-found");
	await ask(await nodeAs("ngo", "practitioner"), uuid7(),
		requestBody(ended.summary), "404 not-found");
});

test("what the hub refuses comes back with its words", async () => {
	const { summary } = await shared(school, named());
	const id = uuid7();
	await ask(school, id, requestBody(summary, { region: CSC.id }), 201);
	const doc = await until(school, id, ({ state: now }) => now === "refused");
	assert.equal(doc.problem.code, "not-found", "the centre is no regional team");
	assert.equal(doc.coordination, undefined);
	await ask(school, uuid7(), requestBody(summary), 201);
});

test("one at a time for a case, told of by the hub or not yet", async () => {
	const caseId = (await newCase(school)).id;
	const both = [];
	for (let n = 0; n < 2; n += 1)
		both.push(await share(school, await newConsent(school, caseId, named())));
	const ids = both.map(() => uuid7());
	await withoutHub("school", async () => {
		const answers = await Promise.all(both.map((summary, n) =>
			ask(school, ids[n], requestBody(summary))));
		assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
		const [first, second] = answers[0].status === 201 ? [0, 1] : [1, 0];
		await ask(school, ids[first], requestBody(both[first]), 200);
		await ask(school, uuid7(), requestBody(both[second]), "409 already-exists");
		ids.splice(second, 1);
	});
	await until(school, ids[0], (doc) => doc.coordination !== undefined);
});

test("what was sent about one stands with it, and a refusal is told", async () => {
	const { id } = await asked();
	const tasks = async () => (await school.call("listTasks", { query: { subject: id } }, 200))
		.body.items.filter((task) => !task.done_at).map((task) => task.kind);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await until(school, id, (doc) => doc.state === "team_forming");
	await withoutHub("school", async () => {
		const { body } = await put(school, "nameCaseManager", id,
			{ organisation_id: organisationId("school") });
		assert.deepEqual(body.sent.map((one) => [one.operation, one.state]),
			[["nameCaseManager", "queued"]]);
		await step(coordinator, id, { step: "close", reason: "Отказаха се." });
	});
	const told = await until(school, id, (doc) => doc.sent?.[0].state === "refused");
	assert.equal(told.sent[0].problem.code, "step-not-possible");
	assert.deepEqual(await tasks(), ["coordination_refused"]);
});

test("with the lease over another's is not shown, one's own is", async () => {
	const { id, summary } = await asked();
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, CSC);
	await arrived("csc", summary);
	await until(centre, id, (doc) => doc.coordination !== undefined);
	const lease = (name, interval) => cluster.psql(federation.nodes[name].database,
		"UPDATE hub_link SET mirror_lease = :'interval';", { interval });
	await lease("csc", "-1 hour");
	await lease("school", "-1 hour");
	try {
		await of(centre, id, "503 hub-unreachable");
		await of(school, id, 200);
	} finally {
		await lease("csc", "24 hours");
		await lease("school", "24 hours");
	}
	await of(centre, id, 200);
});

// What a caller may not know about is, byte for byte, what does not exist.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { newRegion, withTeam } from "../lib/coordination.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { newAction, newGoal, withPlan } from "../lib/plan.mjs";
import { sample } from "../lib/samples.mjs";
import { specs } from "../lib/spec.mjs";
import { hubAs, nodeAs, state } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, share } from "../lib/work.mjs";

/* What differs from request to request by its nature. */
const CHANGING = ["date", "x-request-id", "traceparent"];

function plain({ status, headers, text, body }, id) {
	const kept = Object.entries(headers)
		.filter(([name]) => !CHANGING.includes(name)).sort();
	return JSON.stringify({ status, kept, length: text.length })
		.replaceAll(id, "ID") + text.replaceAll(id, "ID").replaceAll(body.request ?? "-", "REQUEST");
}

async function same(api, service, operationId, hidden, extra = {}) {
	const operation = specs[service].operations.get(operationId);
	const absent = uuid7();
	const options = await sample(service, operation, extra.organisation);
	const ask = (id) => api.call(operationId,
		{ ...options, ...extra.options, params: { ...options.params, [extra.name ?? "id"]: id } },
		"404 not-found");
	assert.equal(plain(await ask(hidden), hidden), plain(await ask(absent), absent));
}

test("at the hub", async (t) => {
	const holder = await enrolledOrganisation();
	const reader = await enrolledOrganisation();
	const stranger = await enrolledOrganisation();
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const summary = await holder.publish(consent);
	const { id: ended } = await holder.consent({ [reader.id]: ["help"] });
	const gone = await holder.publish(ended);
	await holder.withdraw(ended);
	const people = {
		stranger: await stranger.api(), coordinator: await hubAs("coordinator"),
	};
	for (const [who, api] of Object.entries(people)) {
		for (const id of [summary, gone])
			await t.test(`${who}: getSummary`, () => same(api, "hub", "getSummary", id));
		for (const id of [consent, ended])
			await t.test(`${who}: getConsent`, () => same(api, "hub", "getConsent", id));
	}
	const organisation = stranger;
	const team = await withTeam(holder, people.coordinator, [reader]);
	for (const operationId of ["getCoordination", "listCoordinationSteps", "takeCoordinationStep",
		"setCoordinationConsent", "answerInvitation", "nameCaseManager", "listReviews",
		"listKeyworkers", "getHandover", "putHandover"])
		await t.test(`stranger: ${operationId}`, () =>
			same(people.stranger, "hub", operationId, team.id, { organisation }));
	const planned = await withPlan(holder, people.coordinator, [reader]);
	const goal = await newGoal(people.coordinator, planned.id);
	const action = await newAction(people.coordinator, planned.id, reader);
	for (const [operationId, id] of [["getPlan", planned.id], ["putPlan", planned.id],
		["adoptFormulation", planned.id], ["recordFamilyView", planned.id], ["putGoal", goal],
		["rateGoal", goal], ["getAction", action], ["putAction", action], ["answerAction", action],
		["reportAction", action], ["noteAction", action]])
		await t.test(`stranger: ${operationId}`, () =>
			same(people.stranger, "hub", operationId, id, { organisation }));
	const elsewhere = (await newRegion()).coordinator.api;
	for (const operationId of ["getCoordination", "inviteMember", "removeMember",
		"assignCoordinator"])
		await t.test(`another region's coordinator: ${operationId}`, () =>
			same(elsewhere, "hub", operationId, team.id));
	const question = uuid7();
	await (await holder.api()).call("putQuestion", { params: { id: question },
		body: { text: "Как се започва?", region: state.team, level: "national" } }, 201);
	for (const [who, api, operations] of [
		["stranger", people.stranger, ["getQuestion", "adoptAnswer"]],
		["another region's coordinator", elsewhere, ["getQuestion", "assignQuestion", "adoptAnswer"]],
		["expert of another level", await hubAs("expert"), ["getQuestion", "answerQuestion"]]])
		for (const operationId of operations)
			await t.test(`${who}: ${operationId}`, () => same(api, "hub", operationId, question));
	for (const [operationId, id] of [["getPlan", planned.id], ["putPlan", planned.id],
		["putGoal", goal], ["getAction", action], ["putAction", action], ["reportAction", action]])
		await t.test(`another region's coordinator: ${operationId}`, () =>
			same(elsewhere, "hub", operationId, id));
	for (const [operationId, id] of [["listDeliveries", consent], ["recordOpening", summary],
		["recordOpening", gone]])
		await t.test(`stranger: ${operationId}`, () =>
			same(people.stranger, "hub", operationId, id, { organisation }));
});

test("at a node", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const { id: caseId, person } = await newCase(school);
	const consent = await newConsent(school, caseId, { csc: ["help"] });
	const summary = await share(school, consent);
	await arrived("csc", summary);
	const supervisor = await nodeAs("school", "supervisor");
	const admin = await nodeAs("school", "admin");
	const id = uuid7(), login = `n${id.slice(-12)}`, password = "дълга-примерна-парола";
	await admin.call("createUser", {
		params: { id }, body: { login, name: "Колега Измислен", role: "practitioner", password },
	}, 201);
	const { body } = await school.call("signIn", { body: { login, password }, token: null }, 200);
	const colleague = school.as(body.access_token);

	await supervisor.call("getCase", { params: { id: caseId } }, 200);
	for (const [operationId, hidden] of [
		["getPerson", person], ["updatePerson", person], ["getCase", caseId],
		["updateCase", caseId], ["putNeeds", caseId], ["listEpisodes", caseId],
		["putEpisode", caseId], ["listConsents", caseId], ["getConsent", consent],
		["withdrawConsent", consent], ["listReceipts", consent], ["getConsentPrint", consent],
		["getWithdrawalPrint", consent], ["previewSummary", consent],
		["getSharedSummary", summary],
	])
		await t.test(`colleague: ${operationId}`, () =>
			same(colleague, "node", operationId, hidden));
	const unassigned = await nodeAs("csc", "practitioner");
	for (const operationId of ["getReceivedSummary", "linkReceivedSummary"])
		await t.test(`not assigned: ${operationId}`, () =>
			same(unassigned, "node", operationId, summary));
});

// A suspended or blocked organisation, an ended session: refused by every
// operation that says so, about things that are there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { privateFile } from "../../deploy/demo/place.mjs";
import { signIn } from "../../deploy/demo/signin.mjs";
import { freshSession, operationsWith, scopesFor } from "../lib/callers.mjs";
import { convened, decide, inviteTo, withTeam } from "../lib/coordination.mjs";
import { enrolledOrganisation, sign } from "../lib/organisation.mjs";
import { newAction, newGoal, withPlan } from "../lib/plan.mjs";
import { sample } from "../lib/samples.mjs";
import { withSettings } from "../lib/settings.mjs";
import { specs } from "../lib/spec.mjs";
import { federation, hub, hubAs, node, nodeAs } from "../lib/suite.mjs";

/* An organisation that has shared, received, and described a service. */
async function busyOrganisation() {
	const other = await enrolledOrganisation();
	const self = await enrolledOrganisation();
	const { id: consent, claims } = await self.consent({ [other.id]: ["help"] });
	const { id: theirs } = await other.consent({ [self.id]: ["help"] });
	const service = uuid7(), api = await self.api();
	await api.call("putService", {
		params: { id: self.id, service_id: service }, body: { kind: "therapy", name: "Услуга" },
	}, 201);
	const coordinator = await hubAs("coordinator");
	const mine = await withTeam(self, coordinator, [other]);
	const others = await withTeam(other, coordinator, [self]);
	const meeting = await convened(coordinator, { coordination_id: mine.id });
	await inviteTo(coordinator, meeting, self);
	const { id: decision } = await decide(coordinator, meeting, self);
	const { id: plan } = await withPlan(self, coordinator, [other]);
	const goal = await newGoal(coordinator, plan), action = await newAction(coordinator, plan, self);
	return {
		meeting, decision, plan, goal, action,
		self, api, consent, claims, service, own: await self.publish(consent),
		received: await other.publish(theirs), coordination: mine.id, invited: others.id,
	};
}

/* The options of a request about something that is there. */
async function about(operation, world) {
	const {
		self, consent, claims, service, own, received, coordination, invited, meeting, decision,
		plan, goal, action,
	} = world;
	const options = await sample("hub", operation, self);
	const id = {
		getOrganisation: self.id, putService: self.id, deleteService: self.id,
		getConsent: consent, putConsent: consent, withdrawConsent: consent,
		listDeliveries: consent, getSummary: own, putSummary: own,
		recordOpening: received, recordPurge: received,
		getCoordination: coordination, listCoordinationSteps: coordination,
		takeCoordinationStep: coordination, setCoordinationConsent: coordination,
		nameCaseManager: coordination, answerInvitation: invited,
		listReviews: coordination, listKeyworkers: coordination, getHandover: coordination,
		putHandover: coordination,
		getMeeting: meeting, answerMeeting: meeting, reportDecision: decision,
		getPlan: plan, putPlan: plan, adoptFormulation: plan, recordFamilyView: plan,
		putGoal: goal, rateGoal: goal, putAction: action, getAction: action,
		answerAction: action, reportAction: action, noteAction: action,
	}[operation.operationId];
	if (id)
		options.params.id = id;
	if (options.params.service_id)
		options.params.service_id = service;
	if (operation.operationId === "putConsent")
		options.body = { receipt: await sign(self.receipt, { ...claims, version: 2 }) };
	if (operation.operationId === "putSummary")
		options.body = { ...options.body, consent_id: consent, version: 2 };
	if (operation.operationId === "recordPurge")
		options.body = { receipt: await self.purgeReceipt(received, { version: 2 }) };
	return options;
}

const scopesOf = (token) =>
	JSON.parse(Buffer.from(token.split(".")[1], "base64url")).scope.split(" ");

for (const status of ["suspended", "blocked"])
	test(`organisation-${status}`, async (t) => {
		const world = await busyOrganisation();
		const { body: before } = await world.api.call("getSummary",
			{ params: { id: world.own } }, 200);
		assert.ok(before.help);
		await (await hubAs("admin")).call("setOrganisationStatus", {
			params: { id: world.self.id }, body: { status, reason: "Изпитание." },
		}, 200);
		const theirs = scopesOf(world.api.token);
		for (const [, operation] of operationsWith(`organisation-${status}`)) {
			const scopes = scopesFor(operation);
			if (!scopes.some((scope) => theirs.includes(scope)))
				continue; // issueToken has a test of its own
			await t.test(operation.operationId, async () => {
				await world.api.call(operation.operationId, await about(operation, world),
					`403 organisation-${status}`);
			});
		}
	});

test("session-ended", async (t) => {
	for (const service of ["hub", "node"]) {
		const me = await freshSession(service);
		await me.call("signOut", {}, 204);
		for (const [owner, operation] of operationsWith("session-ended")) {
			if (owner !== service || scopesFor(operation).length === 0)
				continue;
			const scopes = scopesOf(me.token);
			if (!scopesFor(operation).some((scope) => scopes.includes(scope)))
				continue;
			await t.test(`${service} ${operation.operationId}`, async () => {
				await me.call(operation.operationId, await sample(service, operation),
					"401 session-ended");
			});
		}
	}
});

/* Someone whose account is disabled after signing in. */
async function disabled(service, role) {
	const admin = service === "hub" ? await hubAs("admin") : await nodeAs("ngo", "admin");
	const id = uuid7(), login = `d${id.slice(-12)}`, password = "дълга-примерна-парола";
	const { body: { totp_secret } } = await admin.call("createUser",
		{ params: { id }, body: { login, name: "Служител Отишъл", role, password } }, 201);
	const { access_token: token } = await signIn(admin.url, { login, password, totp_secret });
	await admin.call("updateUser", { params: { id }, ifMatch: 1, body: { state: "disabled" } }, 200);
	return admin.as(token);
}

test("a disabled account: lists are empty, what it makes is refused", async () => {
	for (const [service, operations] of [["hub", ["createUser", "putOrganisation"]],
		["node", ["createUser"]]]) {
		const api = await disabled(service, "admin");
		for (const operationId of operations)
			await api.call(operationId,
				await sample(service, specs[service].operations.get(operationId)),
				"401 session-ended");
		const { body } = await api.call("listUsers", {}, 200);
		assert.deepEqual(body.items, []);
		if (service === "hub")
			await api.call("exportAudit", {}, "404 not-found");
	}
	const coordinator = await disabled("hub", "coordinator");
	for (const operationId of ["listOrganisations", "listSummaries"]) {
		const { body } = await coordinator.call(operationId, {}, 200);
		assert.deepEqual(body, { items: [] });
	}
});

test("the metrics' token, where one is configured", async (t) => {
	for (const [name, place, api] of [["hub", federation.hub, hub],
		["node", federation.nodes.ngo, node("ngo")]])
		await t.test(name, async () => {
			const file = privateFile(`${place.dir}/metrics.token`, "metrics-token-of-the-test\n");
			await withSettings(place, { metrics_token_file: file }, async () => {
				await api.call("getMetrics", {}, "404 not-found");
				await api.call("getMetrics",
					{ headers: { authorization: "Bearer something else" } }, "404 not-found");
				await api.call("getMetrics",
					{ headers: { authorization: "Bearer metrics-token-of-the-test" } }, 200);
			});
		});
});

// A whole case through hub and nodes: what each does at its own node leaves by
// its outbox and is read from its mirror; what a coordinator does, at the hub.

import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { convened, decide, get, invite, inviteTo, record, requestBody, step, WORKING } from "./coordination.mjs";
import { actionBody, goalBody } from "./plan.mjs";
import { hubAs, nodeAs, organisationId, state } from "./suite.mjs";
import { arrived, newConsent, share, shared } from "./work.mjs";

export const coordinator = await hubAs("coordinator");
const until = (what, act) => waitUntil(what, act, 30_000);

/** A node with who works on cases there and who answers for it. */
export const place = async (name) => ({
	name, id: organisationId(name), worker: await nodeAs(name, "practitioner"),
	lead: await nodeAs(name, "supervisor"), user: state.nodes[name].users.practitioner.id,
});

/** The mirror's document, once it is as wanted. */
export const mirrored = (api, kind, id, wanted = () => true) =>
	until(`${kind} ${id} in the mirror`, async () => {
		const { status, body } = await api.call("getShared", { params: { kind, id } });
		return status === 200 && wanted(body.document) && body.document;
	});

/** Sends a change from a node and waits until the hub has taken it. */
export async function send(api, operation, params, body, base) {
	const id = uuid7();
	await api.call("putSharedChange", {
		params: { id }, body: { operation, params, body, base_version: base, send: true },
	}, 201);
	await until(`${operation} is delivered`, async () => {
		const { body: now } = await api.call("getSharedChange", { params: { id } }, 200);
		if (now.problem)
			throw new Error(`${operation}: ${JSON.stringify(now.problem)}`);
		return now.state === "delivered";
	});
}

const categoriesFor = (members) => ({ [state.team]: WORKING,
	...Object.fromEntries(members.map(({ name, id }) => [name ?? id, WORKING])) });

/* An invited organisation with a node comes, and gives it to whom works on it. */
async function comes({ name, lead, worker, user }, id, summary) {
	await arrived(name, summary);
	await mirrored(lead, "coordination", id);
	await lead.call("answerInvitation", { params: { id }, body: { answer: "accepted" } }, 202);
	await lead.call("assignReceivedSummary",
		{ params: { id: summary }, body: { user_id: user } }, 200);
	await mirrored(worker, "coordination", id);
}

/** From the request to a team that has come: {id, caseId, person, consent, summary}. */
export async function teamOf(holder, members, { urgency = "soon", others = [] } = {}) {
	const made = await shared(holder.worker, categoriesFor([...members, ...others]));
	const id = uuid7();
	await holder.worker.call("requestCoordination",
		{ params: { id }, body: requestBody(made.summary, { urgency }) }, 201);
	await mirrored(holder.worker, "coordination", id);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	for (const member of members)
		await invite(coordinator, id, member);
	for (const member of members)
		await comes(member, id, made.summary);
	await mirrored(holder.worker, "coordination", id, ({ members: all }) =>
		all.length === members.length && all.every((one) => one.state === "accepted"));
	return { id, ...made };
}

/** The holder names who leads; waits until the hub knows. */
export async function leads(holder, id, organisation) {
	await holder.worker.call("nameCaseManager",
		{ params: { id }, body: { organisation_id: organisation.id } }, 202);
	await until("who leads is known", async () =>
		(await get(coordinator, id)).case_manager === organisation.id);
}

/** A meeting with those, with child's and parents' voices; a decision for each of `who`. */
export async function meets(id, organisations, who, change = {}) {
	const meeting = await convened(coordinator, { coordination_id: id });
	for (const one of organisations)
		await inviteTo(coordinator, meeting, one);
	await record(coordinator, meeting, organisations, 200, change);
	const decisions = [];
	for (const one of who)
		decisions.push(await decide(coordinator, meeting, one));
	return { meeting, decisions };
}

/** The understanding, written by who leads and adopted by each at its node. */
export async function understands(id, leader, organisations, formulation, contingency) {
	await send(leader.worker, "putPlan", { id }, { formulation,
		...contingency && { contingency: { text: contingency, unsafe_for_family: true } } });
	for (const one of organisations) {
		const plan = await mirrored(one.worker, "plan", id, (doc) => doc.formulation === formulation);
		await send(one.worker, "adoptFormulation", { id },
			{ formulation_version: plan.formulation_version });
	}
	for (const who of ["child", "parents"])
		await coordinator.call("recordFamilyView",
			{ params: { id }, body: { who, view: "agreed" } }, 200);
}

/** A goal, with the child's words; its id. */
export async function goal(id, leader, words) {
	const goal_id = uuid7();
	await send(leader.worker, "putGoal", { id: goal_id }, goalBody(id, { words }));
	return goal_id;
}

/** Actions [{of, what, …}] given by who leads, accepted by each; their ids. */
export async function acts(id, leader, wanted) {
	const ids = [];
	for (const { of, ...change } of wanted) {
		const action = uuid7();
		await send(leader.worker, "putAction", { id: action }, actionBody(id, of, change));
		ids.push(action);
	}
	for (const [n, { of }] of wanted.entries())
		await accepts(of, ids[n]);
	return ids;
}

export async function accepts(of, action) {
	const { version } = await mirrored(of.worker, "action", action, (doc) => doc.state === "proposed");
	await send(of.worker, "answerAction", { id: action }, { answer: "accepted" }, version);
	await mirrored(of.worker, "action", action, (doc) => doc.state === "open");
}

/** Whose it is reports an action from what its own mirror shows. */
export async function reports(of, action, body) {
	const { version } = await mirrored(of.worker, "action", action, (doc) => doc.state === "open");
	await send(of.worker, "reportAction", { id: action }, body, version);
}

/** The family gives another consent, and the work goes on under it; the new summary. */
export async function renewed(holder, { id, caseId }, members) {
	const consent = await newConsent(holder.worker, caseId, categoriesFor(members));
	const summary = await share(holder.worker, consent);
	await holder.worker.call("setCoordinationConsent",
		{ params: { id }, body: { summary_id: summary } }, 202);
	await mirrored(holder.worker, "coordination", id, (doc) => doc.state !== "suspended");
	for (const { name, lead, user, worker } of members) {
		await arrived(name, summary);
		await lead.call("assignReceivedSummary",
			{ params: { id: summary }, body: { user_id: user } }, 200);
		await mirrored(worker, "coordination", id, (doc) => doc.state !== "suspended");
	}
	return { consent, summary };
}

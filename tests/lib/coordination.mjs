// What tests of coordinations need beforehand: more coordinators, a case that
// a team may work on, and the steps in short.

import { uuid7 } from "../../deploy/demo/http.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { CATEGORIES, DOC, organisationFields } from "./organisation.mjs";
import { cluster, federation, hub, hubAs, state } from "./suite.mjs";

/** Another coordinator of the regional team (or of `organisation`): {id, api}. */
export async function newCoordinator(organisation = state.team) {
	const admin = await hubAs("admin");
	const id = uuid7(), login = `k${id.slice(-12)}`, password = "дълга-примерна-парола";
	const { body } = await admin.call("createUser", {
		params: { id }, body: {
			login, name: "Координатор Измислен", role: "coordinator", password,
			organisation_id: organisation,
		},
	}, 201);
	const user = { login, password, totp_secret: body.totp_secret ?? null };
	return { id, api: hub.as(await tokenOf(hub.url, user)) };
}

/** Another regional team with one coordinator: {id, coordinator}. */
export async function newRegion() {
	const id = uuid7();
	await (await hubAs("admin")).call("putOrganisation", {
		params: { id }, body: organisationFields({ kind: "commission", sectors: ["MUN"] }),
	}, 201);
	return { id, coordinator: await newCoordinator(id) };
}

/** A consent naming the team and others, and a summary under it. */
export async function consented(holder, others = [], change = {}) {
	const named = Object.fromEntries([state.team, ...others.map(({ id }) => id)]
		.map((id) => [id, [...CATEGORIES, "plan", "meetings"]]));
	const { id: consent, claims } = await holder.consent(named, change);
	return { consent, claims, summary: await holder.publish(consent, DOC) };
}

export const requestBody = (summary, change = {}) => ({
	summary_id: summary, region: state.team, urgency: "soon",
	help_wanted: "joint_assessment", ...change,
});

/** Asks for a coordination; answers its id. */
export async function requested(holder, summary, change = {}) {
	const id = uuid7();
	await (await holder.api()).call("requestCoordination",
		{ params: { id }, body: requestBody(summary, change) }, 201);
	return id;
}

export const get = async (api, id, expected = 200) =>
	(await api.call("getCoordination", { params: { id } }, expected)).body;

/** Takes a step from the version of now. */
export async function step(api, id, body, expected = 200) {
	const { version } = await get(api, id);
	return (await api.call("takeCoordinationStep",
		{ params: { id }, ifMatch: version, body }, expected)).body;
}

export const invite = (api, id, organisation, expected = 201, body = { role: "подкрепа" }) =>
	api.call("inviteMember",
		{ params: { id, organisation_id: organisation.id }, body }, expected);

export const answer = async (organisation, id, body, expected = 200) =>
	(await (await organisation.api()).call("answerInvitation",
		{ params: { id }, body }, expected)).body;

/** A coordination whose team has come: {id, consent, claims, summary}. */
export async function withTeam(holder, coordinator, members, change = {}) {
	const shared = await consented(holder, members, change);
	const id = await requested(holder, shared.summary);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	for (const member of members) {
		await invite(coordinator, id, member);
		await answer(member, id, { answer: "accepted" });
	}
	return { id, ...shared };
}


/** A working team whose coordination is, by the database, at `at`, reached by `by`. */
export async function workingTeam(holder, coordinator, members, at = "in_action", by = "start",
	change = {}) {
	const team = await withTeam(holder, coordinator, members, change);
	await cluster.psql(federation.hub.database, `
		INSERT INTO coordination_step (coordination_id, step, from_state, to_state, role)
		VALUES (:'id', :'by', 'planned', :'at', 'coordinator');
		UPDATE coordination SET state = :'at', version = version + 1, deadline = NULL,
			due = 'infinity', entered_at = statement_timestamp() WHERE id = :'id';`,
	{ id: team.id, at, by });
	return team;
}

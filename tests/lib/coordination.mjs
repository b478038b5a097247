// What tests of coordinations need beforehand: more coordinators, a case that
// a team may work on, and the steps in short.

import { uuid7 } from "../../deploy/demo/http.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { CATEGORIES, DOC, organisationFields } from "./organisation.mjs";
import { cluster, federation, hub, hubAs, state } from "./suite.mjs";

/* Another user of the hub: {id, api}. */
async function newUser(role, name, organisation) {
	const id = uuid7();
	const user = { login: `u${id.slice(-12)}`, password: "дълга-примерна-парола" };
	const { body } = await (await hubAs("admin")).call("createUser", {
		params: { id }, body: {
			...user, name, role, ...organisation && { organisation_id: organisation },
		},
	}, 201);
	return { id, api: await hub.signedIn({ ...user, totp_secret: body.totp_secret ?? null }) };
}

/** Another coordinator of the regional team (or of `organisation`): {id, api}. */
export const newCoordinator = (organisation = state.team) =>
	newUser("coordinator", "Координатор Измислен", organisation);

/** A user of the hub who leads the meetings that they are invited to: {id, api}. */
export const newFacilitator = (organisation) =>
	newUser("facilitator", "Фасилитатор Измислен", organisation);

/** Another regional team with one coordinator: {id, coordinator}. */
export async function newRegion() {
	const id = uuid7();
	await (await hubAs("admin")).call("putOrganisation", {
		params: { id }, body: organisationFields({ kind: "commission", sectors: ["MUN"] }),
	}, 201);
	return { id, coordinator: await newCoordinator(id) };
}

/** What those who work together see. */
export const WORKING = [...CATEGORIES, "plan", "meetings"];

/** A consent naming the team and others, and a summary under it. */
export async function consented(holder, others = [], change = {}) {
	const named = Object.fromEntries([state.team, ...others.map(({ id }) => id)]
		.map((id) => [id, WORKING]));
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

/** A coordination whose team has come: {id, consent, claims, summary}; its consent names `others` too. */
export async function withTeam(holder, coordinator, members, change = {}, others = []) {
	const shared = await consented(holder, [...members, ...others], change);
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

export const meetingBody = (change = {}) => ({
	kind: "case", starts_at: moment(0), minutes: 60, place: "Зала 1",
	agenda: ["Гласът на детето", "Решения"], ...change,
});

/** Convenes a meeting; answers its id. */
export async function convened(api, change = {}) {
	const id = uuid7();
	await api.call("putMeeting", { params: { id }, body: meetingBody(change) }, 201);
	return id;
}

export const getMeeting = async (api, id, expected = 200) =>
	(await api.call("getMeeting", { params: { id } }, expected)).body;

export const inviteTo = (api, id, organisation, expected = 201, change = {}) =>
	api.call("inviteToMeeting", {
		params: { id, organisation_id: organisation.id },
		body: { role: "психолог", reason: "Познава детето.", ...change },
	}, expected);

/** Takes the invitation of an organisation back. */
export const takeBack = (api, id, organisation, expected = 200) => api.call("takeBackInvitation",
	{ params: { id, organisation_id: organisation.id } }, expected);

export const VOICES = {
	child: { present: false, words: "Искам да остана в моя клас." },
	parents: { present: true, words: "Ще идваме на срещите.\nВсяка седмица." },
};

/** Records who came, each for an hour, and what child and parents say. */
export async function record(api, id, organisations, expected = 200, change = {}) {
	const { version } = await getMeeting(api, id);
	return (await api.call("recordMeeting", {
		params: { id }, ifMatch: version, body: {
			attendance: organisations.map(({ id: organisation_id }) =>
				({ organisation_id, role: "психолог", minutes: 60 })),
			voices: VOICES, ...change,
		},
	}, expected)).body;
}

export const decisionBody = (organisation, change = {}) => ({
	organisation_id: organisation.id, what: "Групова работа всеки вторник",
	due: day(7), how_known: "Записан график в класа", ...change,
});

/** Decides; answers the decision. */
export const decide = async (api, meeting, organisation, expected = 201, change = {}) =>
	(await api.call("putDecision", {
		params: { id: meeting, decision_id: uuid7() }, body: decisionBody(organisation, change),
	}, expected)).body;

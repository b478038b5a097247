// Shared plans as tests need them beforehand.

import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { withTeam } from "./coordination.mjs";
import { cluster, federation } from "./suite.mjs";

/** Of another sector than the rest. */
export const ofSector = (organisation, sector) => cluster.psql(federation.hub.database,
	"UPDATE organisation SET sectors = ARRAY[:'sector'] WHERE id = :'id';",
	{ id: organisation.id, sector });

export const getPlan = async (api, id, expected = 200) =>
	(await api.call("getPlan", { params: { id } }, expected)).body;

export const PLAN = {
	formulation: "Детето се страхува да се прибира сам.\nСемейството иска помощ.",
	contingency: { text: "При заплаха: 112, после дежурният.", unsafe_for_family: true },
};

/** Writes the plan; answers it. */
export const putPlan = async (api, id, body = PLAN, expected = 201, ifMatch) =>
	(await api.call("putPlan", { params: { id }, body, ifMatch }, expected)).body;

export const adopt = async (organisation, id, version = 1, expected = 200) =>
	(await (await organisation.api()).call("adoptFormulation",
		{ params: { id }, body: { formulation_version: version } }, expected)).body;

export const goalBody = (coordination, change = {}) => ({
	coordination_id: coordination, whose: "child", words: "Да спя спокойно.",
	own_words: true, baseline: 2, target: 7, ...change,
});

/** A new goal; its id. */
export async function newGoal(api, coordination, change = {}) {
	const id = uuid7();
	await api.call("putGoal", { params: { id }, body: goalBody(coordination, change) }, 201);
	return id;
}

/* Of one moment, so that a repeat is one. */
const DUE = moment(10);

export const actionBody = (coordination, organisation, change = {}) => ({
	coordination_id: coordination, organisation_id: organisation.id,
	what: "Посещение у дома.", due: DUE,
	evidence_wanted: "Бележка от посещението.", ...change,
});

/** A new action of an organisation; its id. */
export async function newAction(api, coordination, organisation, change = {}) {
	const id = uuid7();
	await api.call("putAction",
		{ params: { id }, body: actionBody(coordination, organisation, change) }, 201);
	return id;
}

export const getAction = async (api, id, expected = 200) =>
	(await api.call("getAction", { params: { id } }, expected)).body;

/** Answers or reports, from the version of now. */
export async function act(organisation, operation, id, body, expected = 200) {
	const api = await organisation.api();
	const { version } = await getAction(api, id);
	return (await api.call(operation, { params: { id }, ifMatch: version, body }, expected)).body;
}

/** A coordination with its team, the first of which manages the case, and a
 * plan that both have adopted: {id, consent, claims, summary}. */
export async function withPlan(holder, coordinator, members, change = {}) {
	const made = await withTeam(holder, coordinator, members, change);
	await (await holder.api()).call("nameCaseManager",
		{ params: { id: made.id }, body: { organisation_id: members[0].id } }, 200);
	await putPlan(coordinator, made.id, PLAN, 201);
	for (const organisation of [holder, members[0]])
		await adopt(organisation, made.id);
	return made;
}

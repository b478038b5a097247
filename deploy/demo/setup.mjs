// Fills an empty federation with organisations and people, and lets each
// node join the hub: everything through the interfaces that people use.

import { must, request, uuid7 } from "./http.mjs";
import { HUB_USERS, NODES, NODE_USERS, REGIONAL_TEAM } from "./invented.mjs";
import { addFirstUser, createUser, tokenOf } from "./signin.mjs";
import { waitUntil } from "./child.mjs";

const ofPlace = (place) => ({
	name: place.name, dir: place.dir, config: place.config,
	program: place.service.program,
});

async function putOrganisation(hub, token, id, { service, ...organisation }) {
	await must("PUT", `${hub.url}/v1/organisations/${id}`,
		{ token, body: organisation });
	if (service)
		await must("PUT",
			`${hub.url}/v1/organisations/${id}/services/${uuid7()}`,
			{ token, body: service });
}

/** A single-use code for the organisation. */
export async function enrolmentCode(hub, token, organisationId) {
	const { body } = await must("POST",
		`${hub.url}/v1/organisations/${organisationId}/enrolment-codes`,
		{ token, headers: { "idempotency-key": uuid7() } });
	return body.code;
}

/** Lets a node join and waits until its courier has enrolled it. */
export async function join(hub, node, adminToken, code) {
	await must("POST", `${node.url}/v1/hub`, {
		token: adminToken, body: { hub_url: hub.url, code },
		headers: { "idempotency-key": uuid7() },
	});
	await waitUntil(`${node.name} has joined`, async () => {
		const { body } = await request("GET", `${node.url}/v1/hub`,
			{ token: adminToken });
		if (body?.state === "refused")
			throw new Error(`${node.name}: ${JSON.stringify(body)}`);
		return body?.state === "joined";
	}, 20_000);
}

async function setUpHub(hub, admin, organisations, team) {
	const token = await tokenOf(hub.url, admin);
	for (const [name, id] of Object.entries(organisations))
		await putOrganisation(hub, token, id, NODES[name]);
	await putOrganisation(hub, token, team, REGIONAL_TEAM);
	const users = { admin };
	for (const [role, person] of Object.entries(HUB_USERS))
		if (role !== "admin")
			users[role] = await createUser(hub.url, token, uuid7(),
				role === "coordinator" ? { ...person, organisation_id: team } : person);
	return users;
}

/** People of a node without any. */
export async function setUpPeople(node) {
	const admin = await addFirstUser(ofPlace(node), NODE_USERS.admin);
	const token = await tokenOf(node.url, admin);
	const users = { admin };
	for (const [role, person] of Object.entries(NODE_USERS))
		if (role !== "admin")
			users[role] = await createUser(node.url, token, uuid7(), person);
	return users;
}

async function setUpNode(hub, hubToken, node, organisationId) {
	const users = await setUpPeople(node);
	const token = await tokenOf(node.url, users.admin);
	await join(hub, node, token, await enrolmentCode(hub, hubToken, organisationId));
	return { organisation_id: organisationId, users };
}

/* A consent can name only whom the node knows of: it waits for the directory. */
async function knowsAll(node, token, ids) {
	await waitUntil(`${node.name} has the directory`, async () => {
		const { body } = await must("GET",
			`${node.url}/v1/organisations?limit=200`, { token });
		const found = new Set(body.items.map((item) => item.id));
		return ids.every((id) => found.has(id));
	}, 30_000);
}

/**
 * Sets up the hub and those of the nodes that the demo knows.
 *
 * @returns state: {hub: {users}, team, nodes: {name: {organisation_id, users}}},
 *   users with id, login, password, totp_secret
 */
export async function setUp({ hub, nodes }) {
	const known = Object.values(nodes).filter(({ name }) => name in NODES);
	const admin = await addFirstUser(ofPlace(hub), HUB_USERS.admin);
	const organisations = Object.fromEntries(
		known.map(({ name }) => [name, uuid7()]));
	const team = uuid7();
	const users = await setUpHub(hub, admin, organisations, team);
	const hubToken = await tokenOf(hub.url, admin);
	const made = await Promise.all(known.map(async (node) =>
		[node.name, await setUpNode(hub, hubToken, node, organisations[node.name])]));
	const state = { hub: { users }, team, nodes: Object.fromEntries(made) };
	const everybody = [team, ...Object.values(organisations)];
	for (const node of known)
		await knowsAll(node,
			await tokenOf(node.url, state.nodes[node.name].users.admin), everybody);
	return state;
}

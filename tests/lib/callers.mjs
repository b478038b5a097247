// Who may call an operation, and who may not.

import { enrolledOrganisation } from "./organisation.mjs";
import { signIn } from "../../deploy/demo/signin.mjs";
import { federation, hub, hubAs, node, nodeAs, state } from "./suite.mjs";
import { specs } from "./spec.mjs";
import { visitor } from "./family.mjs";

/** The organisation that stands for all nodes in sweeps. */
export const swept = await enrolledOrganisation();

const PEOPLE = {
	hub: ["admin", "coordinator", "board", "council", "analyst", "expert"],
	node: ["practitioner", "supervisor", "dpo", "admin"],
};
const scopesOf = (token) =>
	JSON.parse(Buffer.from(token.split(".")[1], "base64url")).scope.split(" ");

const narrowed = new Map(); // scope → {api, until}

/* An organisation's token that opens one scope only; one for a while. */
async function narrow(scope) {
	if (!(narrowed.get(scope)?.until > Date.now())) {
		const { body } = await swept.askToken(await swept.assertionJwt(), scope);
		narrowed.set(scope, { api: hub.as(body.access_token), until: Date.now() + 240_000 });
	}
	return narrowed.get(scope).api;
}

async function everybody(service, name) {
	const people = await Promise.all(PEOPLE[service].map((role) =>
		service === "hub" ? hubAs(role) : nodeAs(name, role)));
	return service === "hub" ? [await swept.api(), ...people,
		await narrow("feed:read"), await narrow("directory:read"), await visitor()] : people;
}

/** Scopes of which any opens the operation; empty: public. */
export const scopesFor = (operation) =>
	(operation.security ?? []).flatMap((item) => Object.values(item).flat());

/** A client that may call it (a node's people: those of `name`). */
export async function caller(service, operation, name = "ngo") {
	const wanted = scopesFor(operation);
	if (wanted.length === 0)
		return service === "hub" ? hub : node(name);
	const found = (await everybody(service, name)).find(({ token }) =>
		scopesOf(token).some((scope) => wanted.includes(scope)));
	if (!found)
		throw new Error(`nobody may ${operation.operationId}`);
	return found;
}

/** Somebody's new session, which a test may end. */
export async function freshSession(service, name = "ngo") {
	const [place, user] = service === "hub"
		? [federation.hub, state.hub.users.board]
		: [federation.nodes[name], state.nodes[name].users.practitioner];
	const { access_token: token } = await signIn(place.url, user);
	return (service === "hub" ? hub : node(name)).as(token);
}

/** A client with a good token that does not open it; undefined: all may. */
export async function stranger(service, operation, name = "ngo") {
	const wanted = scopesFor(operation);
	return (await everybody(service, name)).find(({ token }) =>
		!scopesOf(token).some((scope) => wanted.includes(scope)));
}

/** [service, operation] for all operations that document the code. */
export function* operationsWith(code) {
	for (const [service, spec] of Object.entries(specs))
		for (const operation of spec.operations.values())
			if (Object.values(operation.responses).some(
				(response) => response["x-codes"]?.includes(code)))
				yield [service, operation];
}

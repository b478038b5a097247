// A family with its sheet of codes: printed by a node, used at the hub.

import assert from "node:assert/strict";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { cluster, federation, hub, nodeAs } from "./suite.mjs";
import { shared } from "./work.mjs";

/** Codes and visit tokens made so far: the privacy test looks for each. */
export const SECRETS = [];

/** Wrong codes of other tests slow this source down; forgotten here. */
export const forgive = () =>
	cluster.psql(federation.hub.database, "DELETE FROM family_failure;");

const list = async (api, consent, id) => (await api.call("listFamilyCodes",
	{ params: { id: consent } }, 200)).body.items.find((item) => item.id === id);

/** The slip as the node lists it, once it satisfies `wanted`. */
export const slipWhen = (api, consent, id, what, wanted) =>
	waitUntil(`slip ${id}: ${what}`, async () => {
		const slip = await list(api, consent, id);
		return slip && wanted(slip) && slip;
	}, 15_000);

/** Prints a slip and waits until the hub has it; {id, codes, text}. */
export async function slip(api, consent, signer = 0, id = uuid7()) {
	const answer = await api.call("createFamilyCodes",
		{ params: { id }, body: { consent_id: consent, signer } }, 201);
	const codes = [...answer.text.matchAll(/<li>(\d{4} \d{4} \d{4} \d{4})<\/li>/g)]
		.map(([, code]) => code);
	assert.equal(codes.length, 6);
	SECRETS.push(...codes, ...codes.map((code) => code.replaceAll(" ", "")));
	await slipWhen(api, consent, id, "at the hub", (item) => item.state === "open");
	return { id, codes, text: answer.text, headers: answer.headers };
}

/** Opens a visit; the hub's client as this family. */
export async function visit(code) {
	const { body } = await hub.call("openFamilySession", { body: { code } }, 200);
	SECRETS.push(body.access_token.split(".")[2]);
	return hub.as(body.access_token);
}

/** The facts as this visit sees them. */
export const facts = async (family) => (await family.call("getFamilyFacts", {}, 200)).body;

/** A family's visit to a consent of its own. */
export async function freshVisitor() {
	const school = await nodeAs("school", "practitioner");
	const { consent } = await shared(school, { csc: ["help"] });
	await forgive();
	return visit((await slip(school, consent)).codes[0]);
}

let kept, until = 0;

/** The same for sweeps over all operations; one for a while. */
export async function visitor() {
	if (Date.now() >= until) {
		kept = await freshVisitor();
		until = Date.now() + 15 * 60_000;
	}
	return kept;
}

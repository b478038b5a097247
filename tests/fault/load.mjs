// Clients that share summaries and repeat each request, with its key, until
// it is acknowledged.

import { must, request } from "../../deploy/demo/http.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { forgetToken, tokenOf } from "../../deploy/demo/signin.mjs";
import { CASES, moment } from "../../deploy/demo/stories.mjs";
import { sleep, within } from "./processes.mjs";

/* Who shares with whom. */
const FLOWS = [
	{ from: "school", to: ["csc"] }, { from: "school", to: ["ngo"] },
	{ from: "school", to: ["csc", "ngo"] }, { from: "csc", to: ["school", "ngo"] },
];
const CONSENTS_EACH = 4;
const ATTEMPT_MS = 4_000;
const GIVE_UP_MS = 90_000;

export const DOC = {
	basics: { age_band: "10-13", municipality: "VTR04", sectors: ["EDU"] },
	help: {
		urgency: "soon", help_wanted: "joint_assessment",
		text: "Търсим обща оценка.",
	},
};

const practitioner = (state, name) => state.nodes[name].users.practitioner;

async function addCase(node, user, chance) {
	const token = await tokenOf(node.url, user);
	const person = chance.uuid(), id = chance.uuid();
	await must("PUT", `${node.url}/v1/persons/${person}`,
		{ token, body: CASES.school[0].person });
	await must("PUT", `${node.url}/v1/cases/${id}`,
		{ token, body: { person_id: person, reason: "Нужда от подкрепа." } });
	return id;
}

async function addConsent({ federation, state, chance }, flow, caseId) {
	const node = federation.nodes[flow.from];
	const token = await tokenOf(node.url, practitioner(state, flow.from));
	const id = chance.uuid();
	const recipients = Object.fromEntries(flow.to.map((name) =>
		[state.nodes[name].organisation_id, ["basics", "help"]]));
	const body = { ...consentBody(caseId, "joint_assessment", recipients), until: moment(60) };
	// Whom it names must have come with the directory.
	await within(20_000, async () => (await request("PUT",
		`${node.url}/v1/consents/${id}`, { token, body })).status === 201, 100) ||
		await must("PUT", `${node.url}/v1/consents/${id}`, { token, body });
	return { ...flow, id };
}

/** Cases and consents under which the load shares. */
export async function prepare(setting) {
	const consents = [];
	for (const flow of FLOWS) {
		const caseId = await addCase(setting.federation.nodes[flow.from],
			practitioner(setting.state, flow.from), setting.chance);
		for (let i = 0; i < CONSENTS_EACH; i++)
			consents.push(await addConsent(setting, flow, caseId));
	}
	return consents;
}

/* One try; the node's answer decides, silence decides nothing. */
async function attempt({ federation, state }, share) {
	const { url } = federation.nodes[share.from];
	const user = practitioner(state, share.from);
	const answer = await request("PUT", `${url}/v1/summaries/${share.id}`, {
		token: await tokenOf(url, user), timeoutMs: ATTEMPT_MS,
		headers: { "idempotency-key": share.key },
		body: { consent_id: share.consent, doc: DOC },
	});
	if (answer.status === 401)
		forgetToken(user);
	const outcome = answer.status === 200 || answer.status === 201 ? "ok"
		: answer.status >= 500 || answer.status === 401 ? "unknown" : "fail";
	return { outcome, status: answer.status, code: answer.body?.code };
}

async function untilAcknowledged(setting, share) {
	const deadline = performance.now() + GIVE_UP_MS;
	for (let tries = 1; performance.now() < deadline; tries++) {
		const outcome = await setting.history.record("share", share.id,
			() => attempt(setting, share));
		setting.attempts += 1;
		if (outcome !== "unknown")
			return outcome;
		await sleep(setting.chance.integer(20, Math.min(40 * tries, 400)));
	}
	return "unknown";
}

/**
 * Shares `n` summaries from `clients` clients.
 *
 * @param allowed  awaited before each share with its index
 * @returns the shares, each with its outcome
 */
export async function shareAll(setting, consents, { n, clients, allowed }) {
	const shares = Array.from({ length: n }, () => {
		const consent = setting.chance.pick(consents);
		return {
			id: setting.chance.uuid(), key: setting.chance.uuid(),
			again: setting.chance.integer(0, 10) === 0, // though it was answered
			consent: consent.id, from: consent.from, to: consent.to,
		};
	});
	let next = 0;
	await Promise.all(Array.from({ length: clients }, async () => {
		while (next < n) {
			const i = next++;
			await allowed(i);
			shares[i].outcome = await untilAcknowledged(setting, shares[i]);
			setting.acknowledged += 1;
			if (shares[i].again)
				shares[i].repeat = await untilAcknowledged(setting, shares[i]);
		}
	}));
	return shares;
}

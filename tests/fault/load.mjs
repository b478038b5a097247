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

/* What a client does, by a path and a body of the sharing node. */
const ACTS = {
	share: ({ id, consent }) =>
		[`/v1/summaries/${id}`, { consent_id: consent, doc: DOC }],
	withdraw: ({ consent }) =>
		[`/v1/consents/${consent}/withdrawal`, { capacity: "parent" }],
};
/* Answers that say: tried as it should be, and refused for good reason. */
const ENDED = new Set(["consent-not-active", "consent-withdrawn"]);

function outcomeOf({ status, body }) {
	if (status === 200 || status === 201)
		return "ok";
	if (ENDED.has(body?.code))
		return "ended";
	return status >= 500 || status === 401 ? "unknown" : "fail";
}

/* One try; the node's answer decides, silence decides nothing. */
async function attempt({ federation, state }, op, item) {
	const { url } = federation.nodes[item.from];
	const user = practitioner(state, item.from);
	const [where, body] = ACTS[op](item);
	const answer = await request("PUT", url + where, {
		token: await tokenOf(url, user), timeoutMs: ATTEMPT_MS,
		headers: { "idempotency-key": item.key }, body,
	});
	if (answer.status === 401)
		forgetToken(user);
	return {
		outcome: outcomeOf(answer), status: answer.status, code: answer.body?.code,
	};
}

/** Repeats an act until it is answered: "ok", "ended", "fail"; or "unknown". */
export async function untilAnswered(setting, op, item) {
	const deadline = performance.now() + GIVE_UP_MS;
	for (let tries = 1; performance.now() < deadline; tries++) {
		const outcome = await setting.history.record(op, item.id,
			() => attempt(setting, op, item));
		setting.attempts += 1;
		if (outcome !== "unknown")
			return outcome;
		await sleep(setting.chance.integer(20, Math.min(40 * tries, 400)));
	}
	return "unknown";
}

/** A share to be made under the consent. */
export const newShare = ({ chance }, consent) => ({
	id: chance.uuid(), key: chance.uuid(), consent: consent.id,
	from: consent.from, to: consent.to,
	again: chance.integer(0, 10) === 0, // though it will have been answered
});

/**
 * Shares `n` summaries from `clients` clients.
 *
 * @param allowed  awaited before each share with its index
 * @returns the shares, each with its outcome
 */
export async function shareAll(setting, consents, { n, clients, allowed }) {
	const shares = Array.from({ length: n }, () =>
		newShare(setting, setting.chance.pick(consents)));
	let next = 0;
	await Promise.all(Array.from({ length: clients }, async () => {
		while (next < n) {
			const i = next++;
			await allowed(i);
			shares[i].outcome = await untilAnswered(setting, "share", shares[i]);
			setting.acknowledged += 1;
			if (shares[i].again)
				shares[i].repeat = await untilAnswered(setting, "share", shares[i]);
		}
	}));
	return shares;
}

// The everyday acts of a practitioner, as tests need them beforehand.

import { uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody, consented } from "../../deploy/demo/seed.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { DOC } from "./organisation.mjs";
import { federation, nodeAs, organisationId } from "./suite.mjs";

let children = 0;

/** Names that no text may let through; the privacy test looks for each. */
export const NAMES = [];

/** Someone invented, eleven years old; `change` replaces members. */
export function personFields(change = {}) {
	children += 1;
	const person = {
		given_name: "Снежанка", family_name: `Приказнова-${"абвгдежзик"[children % 10]}${children}`,
		birth_date: day(-11 * 365 - 40), ...change,
	};
	NAMES.push(person.family_name);
	return person;
}

/** A person and a case; answers {person, id, etag}. */
export async function newCase(api, change) {
	const person = uuid7(), id = uuid7();
	await api.call("createPerson", { params: { id: person }, body: personFields(change) }, 201);
	const { headers } = await api.call("createCase",
		{ params: { id }, body: { person_id: person, reason: "Нужда от подкрепа." } }, 201);
	return { person, id, version: Number(headers.etag.replaceAll('"', "")) };
}

/** Acts while nothing comes to the node from the hub and nothing leaves its outbox. */
export async function withoutHub(name, act) {
	const { courier } = federation.nodes[name];
	await courier.stop();
	try {
		return await act();
	} finally {
		await courier.start();
	}
}

/** Another practitioner of the node, or one in another role: {id, api}. */
export async function colleague(name, role = "practitioner") {
	const admin = await nodeAs(name, "admin");
	const id = uuid7(), login = `p${id.slice(-12)}`, password = "дълга-примерна-парола";
	const { body } = await admin.call("createUser", {
		params: { id }, body: { login, name: "Колега Измислен", role, password },
	}, 201);
	return { id, api: await admin.signedIn({ login, password, totp_secret: body.totp_secret }) };
}

/** A consent for the case; recipients: node or organisation → categories. */
export async function newConsent(api, caseId, recipients, change = {}) {
	const id = uuid7();
	const named = Object.fromEntries(Object.entries(recipients).map(
		([name, categories]) =>
			[name.includes("-") ? name : organisationId(name), categories]));
	await api.call("createConsent", {
		params: { id },
		body: { ...consentBody(caseId, "joint_assessment", named), ...change },
	}, 201);
	return id;
}

/** What of a summary the consent gives to somebody. */
export async function permitted(api, consentId, doc = DOC) {
	const { body } = await api.call("getConsent", { params: { id: consentId } }, 200);
	return consented(doc, body.recipients.map((recipient) => recipient.categories));
}

/** Shares a summary under the consent; answers its id. */
export async function share(api, consentId, doc = DOC, id = uuid7()) {
	await api.call("shareSummary", {
		params: { id },
		body: { consent_id: consentId, doc: await permitted(api, consentId, doc) },
	}, 201);
	return id;
}

/** Case, consent and summary at once. */
export async function shared(api, recipients, doc) {
	const { id: caseId, person } = await newCase(api);
	const consent = await newConsent(api, caseId, recipients);
	return { caseId, person, consent, summary: await share(api, consent, doc) };
}

/** Waits until the node has the summary; answers the supervisor's client. */
export async function arrived(name, summaryId, state) {
	const supervisor = await nodeAs(name, "supervisor");
	await waitUntil(`${summaryId} arrives at ${name}`, async () => {
		const { body } = await supervisor.call("listReceivedSummaries",
			{ query: { limit: 200 } }, 200);
		return body.items.some((item) => item.id === summaryId &&
			(state === undefined || item.state === state));
	});
	return supervisor;
}

/** Waits for a receipt of the consent that satisfies `wanted`. */
export const receipt = (api, consentId, what, wanted) =>
	waitUntil(what, async () => {
		const { body } = await api.call("listReceipts",
			{ params: { id: consentId } }, 200);
		return wanted(body) && body;
	}, 15_000);

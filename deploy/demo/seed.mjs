// Loads the invented cases through the nodes' own interfaces.

import { must, uuid7 } from "./http.mjs";
import { waitUntil } from "./child.mjs";
import { tokenOf } from "./signin.mjs";
import { NODES } from "./invented.mjs";
import { CASES, CONSENT_TEXT, SHARES, day, moment } from "./stories.mjs";

async function loadCase(url, token, story) {
	const person = uuid7(), id = uuid7();
	await must("PUT", `${url}/v1/persons/${person}`, { token, body: story.person });
	const { headers } = await must("PUT", `${url}/v1/cases/${id}`, {
		token, body: { person_id: person, opened_on: day(-40), reason: story.reason },
	});
	await must("PUT", `${url}/v1/cases/${id}/needs`, {
		token, headers: { "if-match": headers.etag },
		body: {
			needs: Object.entries(story.needs)
				.map(([domain, level]) => ({ domain, level })),
			strengths: story.strengths,
		},
	});
	for (const [kind, service, start, end, reason] of story.stays)
		await must("PUT", `${url}/v1/cases/${id}/episodes/${uuid7()}`, {
			token, body: {
				kind, service, start: day(start),
				...end !== undefined &&
					{ end: day(end), end_reason: reason, planned: false },
			},
		});
	return { id, story };
}

/** What a consent's request says; `recipients`: organisation id → categories. */
export function consentBody(caseId, purpose, recipients) {
	return {
		case_id: caseId, purpose, rule: "representative",
		recipients: Object.entries(recipients).map(
			([organisation_id, categories]) => ({ organisation_id, categories })),
		signers: [{
			capacity: "parent", method: "paper", at: moment(-1),
			evidence: "папка „Съгласия“, лист 1",
		}],
		child_opinion: "recorded", text: CONSENT_TEXT, text_version: "2026-1",
		language: "bg", until: moment(120),
	};
}

const BANDS = [[7, "0-6"], [10, "7-9"], [14, "10-13"], [16, "14-15"], [18, "16-17"]];

/**
 * The band of someone's age on the first day of this quarter, where the node
 * is; of the age only this is ever shared, and a change tells no birthday.
 */
export function ageBand(birthDate) {
	const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Sofia" });
	const [year, month] = today.split("-").map(Number);
	const first = `${year}-${String(month - (month - 1) % 3).padStart(2, "0")}-01`;
	const reached = (age) => first >= `${Number(birthDate.slice(0, 4)) + age}${birthDate.slice(4)}`;
	return BANDS.find(([below]) => !reached(below))?.[1] ?? "18+";
}

/** The categories that somebody was given; a node sends no other. */
export const consented = (doc, lists) => Object.fromEntries(
	Object.entries(doc).filter(([category]) =>
		lists.some((categories) => categories.includes(category))));

/* A whole summary; what a recipient sees of it the consent decides. */
function summaryDoc(from, { story }, share) {
	const { name, municipality, sectors, contact } = NODES[from];
	const [urgency, help_wanted, text] = share.help;
	return {
		basics: { age_band: ageBand(story.person.birth_date), municipality, sectors },
		contact: {
			role: "специалист", organisation: name,
			office_phone: contact.phone, office_email: contact.email,
		},
		needs: {
			needs: Object.entries(story.needs)
				.map(([domain, level]) => ({ domain, level })),
			strengths: story.strengths,
		},
		difficulty: { definition_version: "draft-1", criteria: ["D1", "D4"] },
		help: { urgency, help_wanted, text },
		wish: { text: share.wish },
		path: { services: [NODES[from].service.kind], moves_12m: "1" },
	};
}

async function loadShare(federation, state, cases, share) {
	const { url } = federation.nodes[share.from];
	const token = await tokenOf(url, state.nodes[share.from].users.practitioner);
	const about = cases[share.from][share.of];
	const recipients = Object.fromEntries(Object.entries(share.to).map(
		([name, categories]) => [
			name === "team" ? state.team : state.nodes[name].organisation_id,
			categories]));
	const consent = uuid7();
	await must("PUT", `${url}/v1/consents/${consent}`, {
		token, body: consentBody(about.id, share.purpose, recipients),
	});
	await must("PUT", `${url}/v1/summaries/${uuid7()}`, {
		token, body: {
			consent_id: consent,
			doc: consented(summaryDoc(share.from, about, share), Object.values(share.to)),
		},
	});
	return { ...share, consent, url, token };
}

/** Waits until nothing waits for the hub any more. */
export async function outboxEmpty(node, admin) {
	await waitUntil(`${node.name}: all is sent to the hub`, async () => {
		const { body } = await must("GET", `${node.url}/v1/outbox?limit=1`,
			{ token: await tokenOf(node.url, admin) });
		return body.waiting === 0;
	}, 30_000);
}

/** Loads everything, and waits until the hub has it. */
export async function seed(federation, state) {
	const cases = {};
	const nodes = Object.values(federation.nodes);
	await Promise.all(nodes.map(async ({ name, url }) => {
		const token = await tokenOf(url, state.nodes[name].users.practitioner);
		cases[name] = [];
		for (const story of CASES[name] ?? [])
			cases[name].push(await loadCase(url, token, story));
	}));
	const loaded = [];
	for (const share of SHARES)
		if (federation.nodes[share.from])
			loaded.push(await loadShare(federation, state, cases, share));
	const settle = () => Promise.all(nodes.map((node) =>
		outboxEmpty(node, state.nodes[node.name].users.admin)));
	await settle();
	for (const { url, token, consent } of loaded.filter((s) => s.withdrawn))
		await must("PUT", `${url}/v1/consents/${consent}/withdrawal`,
			{ token, body: { capacity: "parent" } });
	await settle();
}

// From node A's acknowledgement of a share to where node B can read it: node,
// courier, hub, sequencer, long poll, courier, mirror.

import { must, uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody, outboxEmpty } from "../../deploy/demo/seed.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { SAMPLES } from "./settings.mjs";
import { quantile } from "./numbers.mjs";
import { connect, nowMs, pause, visibleAfter } from "./poll.mjs";
import { DOC } from "./data.mjs";

/* A case at A, and a consent that names B. */
async function consentFor({ url }, token, recipient) {
	const person = uuid7(), caseId = uuid7(), consent = uuid7();
	await must("PUT", `${url}/v1/persons/${person}`, {
		token, body: {
			given_name: "Златка", family_name: "Мерилова", birth_date: day(-4100),
		},
	});
	await must("PUT", `${url}/v1/cases/${caseId}`,
		{ token, body: { person_id: person, reason: "Измерване." } });
	await must("PUT", `${url}/v1/consents/${consent}`, {
		token, body: consentBody(caseId, "joint_assessment",
			{ [recipient]: Object.keys(DOC) }),
	});
	return consent;
}

/** @returns {p50_ms, p99_ms, samples, acknowledged_p50_ms} */
export async function propagation({ cluster, federation }, state) {
	const { school: a, csc: b } = federation.nodes;
	const token = await tokenOf(a.url, state.nodes.school.users.practitioner);
	const consent = await consentFor(a, token, state.nodes.csc.organisation_id);
	await outboxEmpty(a, state.nodes.school.users.admin);
	const client = await connect(cluster, b.database);
	const delays = [], acknowledged = [];
	for (let i = -10; i < SAMPLES; i++) {
		const id = uuid7(), began = nowMs();
		await must("PUT", `${a.url}/v1/summaries/${id}`,
			{ token, body: { consent_id: consent, doc: DOC } });
		const from = nowMs();
		const delay = await visibleAfter(client, {
			name: "see", values: [id],
			text: "SELECT 1 FROM mirror WHERE kind = 'summary' AND id = $1 AND doc IS NOT NULL",
		}, from);
		if (i >= 0) {
			delays.push(delay);
			acknowledged.push(from - began);
		}
		await pause(20 + Math.random() * 30);
	}
	await client.end();
	return {
		p50_ms: quantile(delays, 0.5), p99_ms: quantile(delays, 0.99),
		samples: delays.length, acknowledged_p50_ms: quantile(acknowledged, 0.5),
	};
}

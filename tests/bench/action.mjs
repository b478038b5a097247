// From the moment that who leads changes an action at its own node to where all
// ten nodes of the team have it in their mirrors: node, courier, hub, sequencer,
// ten long polls, ten couriers and databases.
//
// Five are whole nodes (Kore, courier, database), five are couriers with a
// database each.  Who they are to the coordination is put into the hub's
// database; what is measured is made through the interfaces alone.

import { must, request, uuid7 } from "../../deploy/demo/http.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { ACTION_UPDATES } from "./settings.mjs";
import { thenStop } from "./ending.mjs";
import { quantile } from "./numbers.mjs";
import { connect, nowMs, pause } from "./poll.mjs";
import { tree, watchCpu } from "./process.mjs";
import { DOC } from "./data.mjs";
import { HOLDER, makePlace, newCase, startAll } from "./withdrawal.mjs";

const COURIERS = ["c1", "c2", "c3", "c4", "c5"];
const POLL_MS = 2, LIMIT_MS = 60_000, WARM_UP = 3;

const coordinators = (hub, state) => tokenOf(hub.url, state.hub.users.coordinator);

/* A coordination in action, led by the holder; all are in its team. */
async function coordination({ cluster, federation: { hub, nodes } }, { state, recipients }) {
	const { url, database } = nodes[HOLDER];
	const token = await tokenOf(url, state.nodes[HOLDER].users.practitioner);
	const caseId = await newCase({ url, token });
	const consent = uuid7(), summary = uuid7(), id = uuid7();
	const categories = [...Object.keys(DOC), "plan", "meetings"];
	await must("PUT", `${url}/v1/consents/${consent}`, { token, body: consentBody(caseId,
		"joint_assessment", Object.fromEntries([state.team, ...recipients].map((one) => [one, categories]))) });
	await must("PUT", `${url}/v1/summaries/${summary}`, { token, body: { consent_id: consent, doc: DOC } });
	await must("PUT", `${url}/v1/coordinations/${id}`, { token, body: { summary_id: summary,
		region: state.team, urgency: "soon", help_wanted: "joint_assessment" } });
	await waitUntil("the hub has it", async () => await cluster.psql(hub.database,
		"SELECT count(*) FROM coordination WHERE id = :'id';", { id }) === "1", 30_000);
	await cluster.psql(hub.database, `
		INSERT INTO coordination_member (coordination_id, organisation_id, role, state, due, answered_at)
		SELECT :'id', o, 'подкрепа', 'accepted', now(), now() FROM unnest(:'team'::uuid[]) o;
		UPDATE coordination SET case_manager = holder, state = 'in_action', deadline = NULL,
			due = 'infinity', version = version + 1 WHERE id = :'id';`, { id, team: `{${recipients}}` });
	const action = uuid7(), owner = recipients[0];
	const body = { coordination_id: id, organisation_id: owner, what: "Посещение у дома.",
		due: moment(10), evidence_wanted: "Бележка от посещението." };
	const headers = () => ({ "idempotency-key": uuid7() });
	const leader = await coordinators(hub, state);
	await must("PUT", `${hub.url}/v1/coordinations/${id}/plan`,
		{ token: leader, headers: headers(), body: { formulation: "Общо разбиране." } });
	await must("PUT", `${hub.url}/v1/actions/${action}`, { token: leader, headers: headers(), body });
	await waitUntil("the holder knows that it leads", async () => await cluster.psql(database,
		"SELECT doc->>'case_manager' = doc->>'holder' FROM mirror WHERE id = :'id';", { id }) === "t", 30_000);
	return { id, action, body };
}

/* Until a mirror has the action in the version, or a later one. */
async function reaches(client, action, version, from) {
	for (;;) {
		const { rows: [row] } = await client.query({ name: "action", values: [action],
			text: "SELECT version FROM mirror WHERE kind = 'action' AND id = $1 AND doc IS NOT NULL" });
		const took = nowMs() - from;
		if (row && Number(row.version) >= version)
			return took;
		if (took > LIMIT_MS)
			throw new Error(`version ${version} after ${LIMIT_MS} ms`);
		await pause(POLL_MS);
	}
}

/* One edit by who leads: {answered, hub, all}, ms from its request. */
async function edited({ url, user, clients, holder }, made, version, n) {
	const token = await tokenOf(url, user), from = nowMs();
	const sent = request("PUT", `${url}/v1/shared-changes/${uuid7()}`, { token, body: {
		operation: "putAction", params: { id: made.action }, base_version: version, send: true,
		body: { ...made.body, what: `Посещение у дома, ${n}.` } } })
		.then(({ status, text }) => {
			if (status !== 201)
				throw new Error(`${status} ${text}`);
			return nowMs() - from;
		});
	const each = Promise.all(clients.map((client) => reaches(client, made.action, version + 1, from)));
	const [answered, holders, others] = await Promise.all([sent,
		reaches(holder, made.action, version + 1, from), each]);
	return { answered, all: Math.max(holders, ...others), first: Math.min(...others) };
}

/** @returns {p50_ms, p99_ms, max_ms, samples, nodes, …} */
export async function action(say) {
	const place = await makePlace("bench-action", COURIERS, 19_000);
	return thenStop(() => place.federation.stop().then(() => place.cluster.stop()), async () => {
		const started = await startAll(place);
		const { hub, nodes } = place.federation;
		const made = await coordination(place, started);
		const names = Object.keys(nodes);
		const [holder, ...clients] = await Promise.all([HOLDER, ...names.filter((name) => name !== HOLDER)]
			.map((name) => connect(place.cluster, nodes[name].database)));
		await Promise.all([holder, ...clients].map((client) => reaches(client, made.action, 1, nowMs())));
		const running = (part) => part.running() ? tree(part.child.pid) : [];
		const cpu = watchCpu({ hub: running(hub.service), measuring: [process.pid],
			couriers: Object.values(nodes).flatMap((one) => running(one.courier)) });
		const at = { url: nodes[HOLDER].url, user: started.state.nodes[HOLDER].users.practitioner,
			clients, holder };
		const samples = [];
		for (let i = -WARM_UP; i < ACTION_UPDATES; i += 1) {
			await pause(100 + Math.random() * 100); // everybody waits in a long poll again
			const one = await edited(at, made, i + WARM_UP + 1, i);
			if (i >= 0)
				samples.push(one);
			if (i >= 0 && i % 50 === 49)
				say(`action ${i + 1} of ${ACTION_UPDATES}`);
		}
		const processors = cpu.stop();
		await Promise.all([holder, ...clients].map((client) => client.end()));
		const of = (key, q) => quantile(samples.map((one) => one[key]), q);
		return { p50_ms: of("all", 0.5), p99_ms: of("all", 0.99), max_ms: of("all", 1),
			first_p50_ms: of("first", 0.5), answered_p50_ms: of("answered", 0.5),
			samples: samples.length, nodes: names.length, processors, all: samples };
	});
}

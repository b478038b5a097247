// From the moment that a practitioner withdraws a consent at the holder's node
// to where the hub has the purge receipts of all whom it named: node, courier,
// hub, sequencer, twenty long polls, twenty couriers and databases, twenty
// signed receipts.
//
// Four recipients are whole nodes (Kore, courier, database), sixteen are
// couriers with a database each; with the holder's and the hub's that makes
// 22 databases on one cluster with everything durable.

import { must, uuid7 } from "../../deploy/demo/http.mjs";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { layOut } from "../../deploy/demo/federation.mjs";
import { eik, NODES } from "../../deploy/demo/invented.mjs";
import { lockState, stateDir } from "../../deploy/demo/place.mjs";
import { freePorts } from "../../deploy/demo/ports.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { enrolmentCode, setUp } from "../../deploy/demo/setup.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { CLUSTER_SETTINGS, SERVICE_SETTINGS, WITHDRAWALS } from "./settings.mjs";
import { thenStop } from "./ending.mjs";
import { quantile } from "./numbers.mjs";
import { connect, nowMs, pause } from "./poll.mjs";
import { watchCpu, tree } from "./process.mjs";
import { DOC } from "./data.mjs";

export const HOLDER = "school";
const WHOLE = [...Object.keys(NODES).filter((name) => name !== HOLDER), "w4"];
const COURIERS = Array.from({ length: 16 }, (_, i) => `c${i + 1}`);
const RECIPIENTS = WHOLE.length + COURIERS.length;
const POLL_MS = 2, LIMIT_MS = 60_000, WARM_UP = 3;

/** Cluster, hub and nodes, of which the demo does not know `more`; PostgreSQL runs. */
export async function makePlace(name, couriers, port) {
	const dir = stateDir(name), more = ["w4", ...couriers];
	lockState(dir);
	const cluster = await openCluster(dir,
		{ ...CLUSTER_SETTINGS, max_connections: "300" });
	await cluster.start();
	const names = [...Object.keys(NODES), ...more];
	const federation = await layOut({
		cluster, ports: await freePorts(names.length + 1, port), names, anew: true,
		settings: { hub: SERVICE_SETTINGS, node: SERVICE_SETTINGS,
			courier: { log_level: "warning" } },
	});
	return { cluster, federation, more };
}

/* What is a node's administrator to a courier: where to join, with what. */
async function joinOne({ cluster, federation: { hub, nodes } }, name, token, i) {
	const id = uuid7(), node = nodes[name];
	await must("PUT", `${hub.url}/v1/organisations/${id}`, {
		token, body: {
			name: `Измерена организация ${i}`, kind: "service_provider",
			sectors: ["SOC"], municipality: "VTR04", eik: eik(String(99_960_000 + i)),
			contact: { phone: "+359 62 000 099", email: "office@primer.example" },
		},
	});
	const code = await enrolmentCode(hub, token, id);
	await cluster.psql(node.database, "UPDATE hub_link SET hub_url = :'url', " +
		"code = :'code', state = 'joining';", { url: hub.url, code });
	await node.courier.start();
	await waitUntil(`${name} has joined`, async () => await cluster.psql(
		node.database, "SELECT state FROM hub_link;") === "joined", 30_000);
	return id;
}

/** Starts everything; answers {state, recipients: [organisation id]}. */
export async function startAll(place) {
	const { cluster, more, federation: { hub, nodes } } = place;
	const known = Object.fromEntries(
		Object.keys(NODES).map((name) => [name, nodes[name]]));
	await Promise.all([hub.service, ...Object.values(known).flatMap((node) =>
		[node.service, node.courier]), nodes.w4.service].map((part) => part.start()));
	const state = await setUp({ hub, nodes: known });
	const token = await tokenOf(hub.url, state.hub.users.admin);
	const recipients = WHOLE.filter((name) => known[name])
		.map((name) => state.nodes[name].organisation_id);
	for (const [i, name] of more.entries())
		recipients.push(await joinOne(place, name, token, i));
	await waitUntil("the holder has the directory", async () => Number(
		await cluster.psql(nodes[HOLDER].database, "SELECT count(*) FROM mirror " +
			"WHERE kind = 'organisation' AND id = ANY (:'ids'::uuid[]);",
		{ ids: `{${recipients}}` })) === recipients.length, 30_000);
	return { state, recipients };
}

/* Asks until `enough`; answers the milliseconds since `from`. */
async function after(client, query, enough, from) {
	for (;;) {
		const { rows: [row] } = await client.query(query);
		const took = nowMs() - from;
		if (enough(Number(row.n)))
			return took;
		if (took > LIMIT_MS)
			throw new Error(`${query.name}: ${row.n} after ${LIMIT_MS} ms`);
		await pause(POLL_MS);
	}
}

const counted = (name, text) => (id) => ({ name, values: [id], text });
const DELIVERED = counted("delivered", "SELECT count(*) AS n FROM delivery " +
	"WHERE consent_id = $1 AND delivered_at IS NOT NULL");
const PURGED = counted("purged", "SELECT count(*) AS n FROM delivery " +
	"WHERE consent_id = $1 AND purged_at IS NOT NULL AND purge_receipt IS NOT NULL");
const ENDED = counted("ended", "SELECT count(*) AS n FROM consent " +
	"WHERE id = $1 AND state = 'withdrawn'");
const RECEIVED = counted("received", "SELECT count(*) AS n FROM consent " +
	"WHERE id = $1 AND withdrawal_receipt IS NOT NULL");
const TOLD = counted("told", "SELECT count(*) AS n FROM mirror " +
	"WHERE kind = 'delivery' AND subject = $1 AND state = 'purged'");

/* A consent that names all, and a summary that all of them hold. */
async function shared({ url, token, caseId, recipients, hub }) {
	const consent = uuid7();
	await must("PUT", `${url}/v1/consents/${consent}`, {
		token, body: consentBody(caseId, "joint_assessment", Object.fromEntries(
			recipients.map((id) => [id, Object.keys(DOC)]))),
	});
	await must("PUT", `${url}/v1/summaries/${uuid7()}`,
		{ token, body: { consent_id: consent, doc: DOC } });
	await after(hub, DELIVERED(consent), (n) => n === RECIPIENTS, nowMs());
	return consent;
}

export async function newCase({ url, token }) {
	const person = uuid7(), caseId = uuid7();
	await must("PUT", `${url}/v1/persons/${person}`, {
		token, body: {
			given_name: "Златка", family_name: "Мерилова", birth_date: day(-4100),
		},
	});
	await must("PUT", `${url}/v1/cases/${caseId}`,
		{ token, body: { person_id: person, reason: "Измерване." } });
	return caseId;
}

/* One withdrawal; the hub's and the node's databases are looked at side by side. */
async function withdrawn({ url, token, hub, hubToo, node }, consent) {
	const from = nowMs();
	const answered = must("PUT", `${url}/v1/consents/${consent}/withdrawal`,
		{ token, body: { capacity: "parent" } }).then(() => nowMs() - from);
	const [node_answer, hub_ended, acknowledged, all_purged] = await Promise.all([
		answered, after(hubToo, ENDED(consent), (n) => n === 1, from),
		after(node, RECEIVED(consent), (n) => n === 1, from),
		after(hub, PURGED(consent), (n) => n === RECIPIENTS, from),
	]);
	const holder_told = await after(node, TOLD(consent), (n) => n === RECIPIENTS, from);
	return { node_answer, hub_ended, acknowledged, all_purged, holder_told };
}

async function measure({ cluster, federation }, { state, recipients }, say) {
	const { url, database } = federation.nodes[HOLDER];
	const user = state.nodes[HOLDER].users.practitioner;
	const [hub, hubToo, node] = await Promise.all([
		connect(cluster, federation.hub.database),
		connect(cluster, federation.hub.database), connect(cluster, database)]);
	const samples = [];
	const caseId = await newCase({ url, token: await tokenOf(url, user) });
	for (let i = -WARM_UP; i < WITHDRAWALS; i++) {
		const at = { url, token: await tokenOf(url, user), hub, hubToo, node };
		const consent = await shared({ ...at, caseId, recipients });
		/* Everybody waits in a long poll again, and nothing else is going on. */
		await pause(200 + Math.random() * 200);
		const one = await withdrawn(at, consent);
		if (i >= 0)
			samples.push(one);
		if (i >= 0 && i % 10 === 9)
			say(`withdrawal ${i + 1} of ${WITHDRAWALS}`);
	}
	await Promise.all([hub, hubToo, node].map((client) => client.end()));
	return samples;
}

/** @returns {p50_ms, p99_ms, max_ms, samples, recipients, …} */
export async function withdrawal(say) {
	const place = await makePlace("bench-withdrawal", COURIERS, 18_700);
	return thenStop(() => place.federation.stop().then(() => place.cluster.stop()), async () => {
		const started = await startAll(place);
		const { hub, nodes } = place.federation;
		const running = (part) => part.running() ? tree(part.child.pid) : [];
		const cpu = watchCpu({
			hub: running(hub.service),
			couriers: Object.values(nodes).flatMap((one) => running(one.courier)),
			measuring: [process.pid],
		});
		const samples = await measure(place, started, say);
		const used = cpu.stop();
		const of = (key, q) => quantile(samples.map((one) => one[key]), q);
		return {
			p50_ms: of("all_purged", 0.5), p99_ms: of("all_purged", 0.99),
			max_ms: of("all_purged", 1), samples: samples.length,
			recipients: { nodes: WHOLE.length, couriers: COURIERS.length },
			...Object.fromEntries(["node_answer", "hub_ended", "acknowledged",
				"holder_told"].flatMap((key) => [[`${key}_p50_ms`, of(key, 0.5)],
				[`${key}_p99_ms`, of(key, 0.99)]])),
			processors: used, all: samples,
		};
	});
}

// A coordinator's queue when the region has 1,000 coordinations, and when it
// has 100,000: the same requests over a kept connection, by each way that a
// coordinator asks for it.  Two hubs, each on a cluster of its own, are asked
// in turns, so that what the machine does meanwhile meets both.  And then, on
// the same two, how long the database takes to look for what is to be reminded
// of, when all of it has been told: what is done every minute, and every hour.

import http from "node:http";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import { layOut } from "../../deploy/demo/federation.mjs";
import { lockState, stateDir } from "../../deploy/demo/place.mjs";
import { freePorts } from "../../deploy/demo/ports.mjs";
import { setUp } from "../../deploy/demo/setup.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { CLUSTER_SETTINGS, QUEUE_LARGE, QUEUE_REQUESTS, QUEUE_SMALL, SERVICE_SETTINGS } from "./settings.mjs";
import { thenStop } from "./ending.mjs";
import { BASE, quantile, sqlId } from "./numbers.mjs";
import { nowMs } from "./poll.mjs";
import { tree, watchCpu } from "./process.mjs";

const COORDINATORS = 20, HOLDERS = 40, WARM_UP = 300;
const PAGE = 50, SWEEPS = 5;
/* What is asked for, and how often of a hundred. */
const WAYS = [["first", {}, 40], ["next", {}, 20], ["mine", { assigned: "me" }, 15],
	["nobody's", { assigned: "none" }, 10], ["overdue", { overdue: "true" }, 10],
	["one state", { state: "in_action" }, 5]];
const id = (base, n) => `${sqlId(`${base} + (${n})`)}::uuid`;
const RANGE = { user: BASE.organisation + 50_000_000, holder: BASE.organisation + 60_000_000,
	coordination: BASE.summary + 50_000_000_000 };

/* Organisations, coordinators, and a consent with a summary for each holder. */
const PEOPLE = `
SET ROLE zaedno_hub_owner;
BEGIN;
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
SELECT ${id(RANGE.holder, "k")}, 'Измерена организация ' || k, 'service_provider', '{SOC}',
    'VTR04', (999600000 + k)::text FROM generate_series(0, ${HOLDERS} - 1) k;
INSERT INTO app_user (id, login, name, role, organisation_id, password_hash)
SELECT ${id(RANGE.user, "k")}, 'q' || k, 'Координатор Измислен', 'coordinator', :'team',
    '$argon2id$invented' FROM generate_series(1, ${COORDINATORS} - 1) k;
INSERT INTO consent (id, holder, version, state, case_pseudonym, purpose, rule, signers,
    child_opinion, text_sha256, text_version, language, basis, starts_at, until, receipt,
    parties)
SELECT ${id(RANGE.coordination, "k")}, ${id(RANGE.holder, "k")}, 1, 'active',
    gen_random_uuid(), 'joint_assessment', 'representative', '[{"capacity": "parent"}]',
    'recorded', repeat('1', 64), '2026-1', 'bg', 'consent', now() - interval '1 day',
    now() + interval '100 days', 'a.b.c', ARRAY[:'team'::uuid]
FROM generate_series(0, ${HOLDERS} - 1) k;
INSERT INTO summary (id, consent_id, holder, version, doc, readers, until)
SELECT c.id, c.id, c.holder, 1, '{}', c.parties, c.until FROM consent c;
COMMIT;`;

/*
 * The first n of them: deadlines from 45 days back to 135 on, one in eleven
 * without one, every tenth of nobody, a third over.  The rows are spread over
 * the table as they would be after years.
 */
const LOAD = `
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO coordination (id, holder, region, consent_id, summary_id, case_pseudonym, state,
    urgency, help_wanted, requested_at, entered_at, deadline, due, coordinator, closed_at,
    until)
SELECT ${id(RANGE.coordination, "k")}, ${id(RANGE.holder, `k % ${HOLDERS}`)}, :'team',
    ${id(RANGE.coordination, `k % ${HOLDERS}`)}, ${id(RANGE.coordination, `k % ${HOLDERS}`)},
    gen_random_uuid(), s.state, 'soon', 'joint_assessment', now() - interval '1 day',
    now() - (k / 3 % 60) * interval '1 day', CASE WHEN s.due <> 'infinity' THEN 'meeting' END, s.due,
    CASE WHEN k % 10 = 0 THEN NULL WHEN k % ${COORDINATORS} = 1 THEN :'me'::uuid
        ELSE ${id(RANGE.user, `1 + k % (${COORDINATORS} - 1)`)} END,
    CASE s.state WHEN 'closed' THEN now() END, now() + interval '100 days'
FROM generate_series(0, :n::bigint - 1) k, LATERAL (
    SELECT CASE WHEN k % 3 = 0 THEN (ARRAY['closed', 'advised', 'redirected'])[1 + (k / 3 % 3)::int]
        ELSE (ARRAY['requested', 'team_forming', 'understanding', 'planned', 'in_action'])
            [1 + (k / 3 % 5)::int] END AS state,
    CASE WHEN k % 3 = 0 OR k % 11 = 0 THEN 'infinity'
        ELSE now() + ((k * 7919 / 7 % 180) - 45) * interval '1 day'
            + (k * 104729 % 86400) * interval '1 second' END AS due) s
ORDER BY k * 7919 % :n;
COMMIT;
VACUUM (FREEZE, ANALYZE) coordination;
CHECKPOINT;`;

/* When something was last done: for nineteen of twenty, days ago. */
const STEPS = `
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO coordination_step (coordination_id, step, from_state, to_state, role, at)
SELECT ${id(RANGE.coordination, "k")}, 'start', 'planned', 'in_action', 'coordinator',
    now() - interval '10 days' FROM generate_series(0, :n::bigint - 1) k WHERE k % 20 <> 0;
COMMIT;
VACUUM (FREEZE, ANALYZE) coordination_step;`;

/* One sweep, by psql's variable whether all that does not move is looked at:
 * how many were moved, and its milliseconds. */
const SWEEP = `
UPDATE reminder_run SET idle_at = CASE :'look' WHEN 'yes' THEN '-infinity'::timestamptz ELSE now() END;
SELECT clock_timestamp() AS began \\gset
SELECT reminder_sweep();
SELECT extract(epoch FROM clock_timestamp() - :'began') * 1000;`;

/* One request on the kept connection: {ms, body}. */
function ask(agent, url, token, query) {
	const began = nowMs();
	return new Promise((resolve, reject) => {
		const path = `${url}/v1/coordinations?${new URLSearchParams(query)}`;
		http.get(path, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
			const parts = [];
			answer.on("data", (part) => parts.push(part));
			answer.on("error", reject);
			answer.on("end", () => {
				const text = Buffer.concat(parts).toString("utf8");
				if (answer.statusCode !== 200)
					reject(new Error(`${path}: ${answer.statusCode} ${text}`));
				resolve({ ms: nowMs() - began, body: JSON.parse(text) });
			});
		}).on("error", reject);
	});
}

/* The way of the n-th request: all in turn, as often as they are given. */
const TURNS = WAYS.flatMap(([name, query, times]) => Array(times).fill({ name, query }));
const wayOf = (n) => TURNS[(n * 37) % TURNS.length];

/* A hub on a cluster of its own, whose region has n coordinations. */
async function region(n, name, port) {
	const dir = stateDir(name);
	lockState(dir);
	const cluster = await openCluster(dir, CLUSTER_SETTINGS);
	await cluster.start();
	const federation = await layOut({ cluster, ports: await freePorts(1, port), names: [],
		anew: true, settings: { hub: { ...SERVICE_SETTINGS, reminder_sweep_s: 3600 } } });
	const { hub } = federation;
	await hub.service.start();
	const state = await setUp(federation);
	const user = state.hub.users.coordinator;
	await cluster.psql(hub.database, PEOPLE, { team: state.team });
	await cluster.psql(hub.database, LOAD, { team: state.team, me: user.id, n: String(n) });
	await cluster.psql(hub.database, STEPS, { n: String(n) });
	return {
		n, hub, user, after: undefined, agent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
		times: Object.fromEntries(WAYS.map(([way]) => [way, []])),
		sweep: async (look) => (await cluster.psql(hub.database, SWEEP, { look })).split("\n").map(Number),
		stop: () => federation.stop().then(() => cluster.stop()),
	};
}

/* The n-th request to a region; a warm-up is not counted. */
async function one(of, n) {
	const { name, query } = wayOf(n + WARM_UP);
	const { ms, body } = await ask(of.agent, of.hub.url, await tokenOf(of.hub.url, of.user), {
		limit: PAGE, ...query, ...name === "next" && of.after && { after: of.after } });
	if (name === "next" || of.after === undefined)
		of.after = body.next;
	if (name === "first" && body.items.length !== PAGE)
		throw new Error(`a page of ${body.items.length}`);
	if (n >= 0)
		of.times[name].push(ms);
}

/* All that is due is told; then sweeps that find nothing new: {first_ms, all, ms, look_ms}. */
async function sweeps(of) {
	let all = 0, moved, ms, first_ms;
	do {
		[moved, ms] = await of.sweep("yes");
		all += moved;
		first_ms ??= ms;
	} while (moved > 0);
	const times = { no: [], yes: [] };
	for (let n = 0; n < SWEEPS; n += 1)
		for (const look of Object.keys(times))
			times[look].push((await of.sweep(look))[1]);
	return { first_ms, all, ms: quantile(times.no, 0.5), look_ms: quantile(times.yes, 0.5), samples: SWEEPS };
}

const told = ({ n, times }) => {
	const all = Object.values(times).flat();
	return {
		n, p50_ms: quantile(all, 0.5), p99_ms: quantile(all, 0.99), samples: all.length,
		ways: Object.fromEntries(Object.entries(times).map(([name, list]) => [name,
			{ p50_ms: quantile(list, 0.5), p99_ms: quantile(list, 0.99), samples: list.length }])),
	};
};

/** @returns {small, large, p50_ratio, p99_ratio, …}, small and large {n, p50_ms, p99_ms, ways} */
export async function queue(say) {
	const regions = [];
	return thenStop(() => {
		for (const { agent } of regions)
			agent.destroy();
		return Promise.all(regions.map((of) => of.stop()));
	}, async () => {
		regions.push(await region(QUEUE_SMALL, "bench-queue", 18_900));
		regions.push(await region(QUEUE_LARGE, "bench-queue-large", 18_950));
		const cpu = watchCpu({ measuring: [process.pid],
			hubs: regions.flatMap((of) => tree(of.hub.service.child.pid)) });
		for (let n = -WARM_UP; n < QUEUE_REQUESTS; n += 1)
			for (const of of n % 2 === 0 ? regions : regions.toReversed())
				await one(of, n);
		const [small, large] = regions.map(told), processors = cpu.stop();
		for (const [of, into] of [[regions[0], small], [regions[1], large]]) {
			into.reminders = await sweeps(of);
			say(`reminders of ${of.n}: ${into.reminders.all} told; a sweep ${into.reminders.ms.toFixed(0)} ms, ` +
				`with what does not move ${into.reminders.look_ms.toFixed(0)} ms`);
		}
		for (const { n, p50_ms, p99_ms } of [small, large])
			say(`queue of ${n}: p50 ${p50_ms.toFixed(2)} ms, p99 ${p99_ms.toFixed(2)} ms`);
		return { small, large, p50_ratio: large.p50_ms / small.p50_ms,
			p99_ratio: large.p99_ms / small.p99_ms, processors };
	});
}

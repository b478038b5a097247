// Whole plans a second, as a member of the team reads them: the hub and
// pgbench in turns, with the hub's own statement under its policies.

import { request } from "../../deploy/demo/http.mjs";
import { ORGANISATIONS, PLANS, ROUNDS, SECONDS } from "./settings.mjs";
import { BASE, idOf, median, sqlId, summary } from "./numbers.mjs";
import * as data from "./data.mjs";
import { thenStop } from "./ending.mjs";
import * as pgbench from "./pgbench.mjs";
import * as wrk from "./wrk.mjs";
import { makePlace } from "./place.mjs";
import { tree } from "./process.mjs";
import { makeTokens } from "./tokens.mjs";

const GOALS = 4, RATINGS = 3, WAYMARKS = 2, ACTIONS = 8;
const id = (base, n) => `${sqlId(`${base} + (${n})`)}::uuid`;
const org = (k) => `${sqlId(`${BASE.organisation} + (${k}) % ${ORGANISATIONS}`)}::uuid`;
const each = (n, name) => `generate_series(0, ${n} - 1) ${name}`;
const goalOf = (k, g) => id(BASE.goal, `${k} * 100 + ${g}`);

/* Coordination k on consent k: its holder leads, both recipients have come. */
const LOAD = `
SET session_replication_role = replica;
BEGIN;
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
VALUES (${id(BASE.organisation, 999)}, 'Регионален екип', 'commission', '{MUN}', 'VTR04', '999500999');
UPDATE consent_recipient r SET categories = r.categories || '{plan}'::text[],
    withheld = withheld_of(r.categories || '{plan}'::text[])
FROM ${each("PLANS", "k")} WHERE r.consent_id = ${id(BASE.consent, "k")};
INSERT INTO coordination (id, holder, region, consent_id, summary_id, case_pseudonym, state,
    urgency, help_wanted, case_manager, team, until)
SELECT ${id(BASE.coordination, "k")}, ${org("k")}, ${id(BASE.organisation, 999)},
    ${id(BASE.consent, "k")}, ${id(BASE.summary, "k")}, gen_random_uuid(), 'in_action', 'soon',
    'joint_assessment', ${org("k")}, ARRAY[${org("k + 1")}, ${org("k + 2")}],
    now() + interval '100 days' FROM ${each("PLANS", "k")};
INSERT INTO coordination_member (coordination_id, organisation_id, role, state, due, answered_at)
SELECT ${id(BASE.coordination, "k")}, ${org("k + n")}, 'подкрепа', 'accepted', now(), now()
FROM ${each("PLANS", "k")}, generate_series(1, 2) n;
INSERT INTO plan (id, state, formulation, adopted_at)
SELECT ${id(BASE.coordination, "k")}, 'adopted',
    repeat('Детето се страхува да се прибира само. ', 20), now() FROM ${each("PLANS", "k")};
INSERT INTO plan_contingency (plan_id, text)
SELECT id, 'При заплаха: 112, после дежурният.' FROM plan;
INSERT INTO plan_adoption (plan_id, organisation_id, formulation_version)
SELECT ${id(BASE.coordination, "k")}, ${org("k + n")}, 1
FROM ${each("PLANS", "k")}, generate_series(0, 2) n;
INSERT INTO plan_family_view (plan_id, who, recorded_by, capacity, signer, view, formulation_version)
SELECT id, who, 'team', '', -1, 'agreed', 1 FROM plan, unnest('{child,parents}'::text[]) who;
INSERT INTO plan_goal (id, plan_id, whose, words, own_words, baseline, target)
SELECT ${goalOf("k", "g")}, ${id(BASE.coordination, "k")}, 'child', 'Да спя спокойно и да имам приятел.',
    true, 2, 7 FROM ${each("PLANS", "k")}, ${each("GOALS", "g")};
INSERT INTO plan_rating (id, goal_id, plan_id, value)
SELECT gen_random_uuid(), g.id, g.plan_id, n FROM plan_goal g, generate_series(1, ${RATINGS}) n;
INSERT INTO plan_waymark (id, plan_id, words, goals, due)
SELECT gen_random_uuid(), ${id(BASE.coordination, "k")}, 'Първа седмица без отсъствия.',
    ARRAY[${goalOf("k", 0)}], now() + interval '20 days' FROM ${each("PLANS", "k")}, ${each("WAYMARKS", "w")};
INSERT INTO action (id, coordination_id, organisation_id, what, due, evidence_wanted, goal_id)
SELECT ${id(BASE.action, "k * 100 + a")}, ${id(BASE.coordination, "k")}, ${org("k + a % 3")},
    'Посещение у дома и разговор с детето.', now() + interval '10 days', 'Бележка от посещението.',
    ${goalOf("k", "a % 4")} FROM ${each("PLANS", "k")}, ${each("ACTIONS", "a")};
INSERT INTO action_progress (action_id, coordination_id, organisation_id, state, answered_at)
SELECT id, coordination_id, organisation_id, 'open', now() FROM action;
COMMIT;
SET session_replication_role = origin;
VACUUM (FREEZE, ANALYZE);
CHECKPOINT;`
	.replaceAll("PLANS", PLANS).replaceAll("GOALS", GOALS)
	.replaceAll("WAYMARKS", WAYMARKS).replaceAll("ACTIONS", ACTIONS);

/* The hub answers with all of a plan, or nothing is measured. */
async function whole({ hub }) {
	const [, token] = await makeTokens(hub);
	const { status, body, text } = await request("GET",
		`${hub.url}/v1/coordinations/${idOf(BASE.coordination, 0)}/plan`, { token });
	if (status !== 200 || body.goals.length !== GOALS || body.actions.length !== ACTIONS ||
		body.goals[0].ratings.length !== RATINGS || body.waymarks.length !== WAYMARKS)
		throw new Error(`not the plan: ${status} ${text}`);
	return text.length;
}

async function round({ cluster, hub, federation, dir, env }, seconds) {
	const ours = await wrk.load({ url: hub.url, mode: "plan", hub, dir, first: 0, seconds, count: PLANS,
		watch: { service: tree(federation.hub.service.child.pid), database: tree(cluster.server.pid) } });
	await data.reset(cluster, hub.database);
	const limit = await pgbench.load({ env, dir, mode: "plan", seconds });
	await data.reset(cluster, hub.database);
	return { hub: ours, pgbench: limit };
}

/** @returns {vs_pgbench, bytes, hub, pgbench} */
export async function plan(say) {
	const place = await makePlace();
	return thenStop(() => place.stop(), async () => {
		await place.hub.service.start();
		await data.load(place.cluster, place.hub.database);
		await place.cluster.psql(place.hub.database, LOAD);
		const bytes = await whole(place);
		await round(place, Math.min(3, SECONDS)); // caches
		const rounds = [];
		for (let i = 0; i < ROUNDS; i += 1) {
			rounds.push(await round(place, SECONDS));
			say(`plan ${i + 1}/${ROUNDS}: ` + Object.entries(rounds.at(-1)).map(
				([name, { perSecond }]) => `${name} ${perSecond.toFixed(0)}/s`).join(", "));
		}
		const series = (name) => ({
			per_second: summary(rounds.map((one) => one[name].perSecond)),
			all: rounds.map((one) => one[name]),
		});
		return { vs_pgbench: median(rounds.map((one) => one.hub.perSecond / one.pgbench.perSecond)),
			plans: PLANS, bytes, hub: series("hub"), pgbench: series("pgbench") };
	});
}

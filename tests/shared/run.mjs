// A thousand updates of one plan and its actions, at once from three nodes and
// the hub, while couriers, Kore workers, the hub's parent and PostgreSQL backends
// are killed twenty times.  Then: what a node was told is delivered is at the
// hub, once; what was refused or overtaken is back with its author; hub and
// mirrors are the same.
//
//	node --test-reporter=tap tests/shared/run.mjs [--seed N]

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";

process.env.ZAEDNO_RUN ??= "shared";
process.env.PORT_BASE ??= "20700";
const { History, bound, writeFigures } = await import("../fault/history.mjs");
const { Killer, KINDS } = await import("../fault/killer.mjs");
const { Chance, chooseSeed } = await import("../fault/random.mjs");
const { Supervisor } = await import("../fault/supervisor.mjs");
const { within } = await import("../fault/processes.mjs");
const { step } = await import("../lib/coordination.mjs");
const { getPlan, goalBody } = await import("../lib/plan.mjs");
const { cluster, federation, hubAs, nodeAs } = await import("../lib/suite.mjs");
const whole = await import("../lib/whole.mjs");

const UPDATES = 1000, BY_HUB = 60, KILLS = 5, CLIENTS = 4;
const ACTIONS = 8, GOALS = 10;
const HEAL_MS = 120_000, RETRY_MS = 120_000;
const seed = chooseSeed();
const chance = new Chance(seed);
const PLACES = ["school", "csc", "ngo"];
const [school, csc, ngo] = await Promise.all(PLACES.map(whole.place));
const hub = federation.hub.database;
const rows = async (database, sql, vars) =>
	(await cluster.psql(database, sql, vars)).split("\n").filter(Boolean).map((line) => line.split("|"));

/* A plan in action, with goals, and actions of each of the three. */
async function prepared() {
	const { id } = await whole.teamOf(school, [csc, ngo]);
	await whole.leads(school, id, school);
	await step(whole.coordinator, id, { step: "understand" });
	await whole.meets(id, [school, csc, ngo], [csc]);
	await step(whole.coordinator, id, { step: "meet" });
	await whole.understands(id, school, [school, csc, ngo], "Едно общо разбиране.");
	const goals = [], actions = {};
	for (let n = 0; n < GOALS; n += 1)
		goals.push(await whole.goal(id, school, `Цел ${n}.`));
	for (const of of [school, csc, ngo])
		actions[of.name] = await whole.acts(id, school,
			Array.from({ length: ACTIONS }, (_, n) => ({ of, what: `Действие ${n}.` })));
	await step(whole.coordinator, id, { step: "plan" });
	await step(whole.coordinator, id, { step: "start" });
	return { id, goals, actions };
}

/* What will be done, in the seed's order: {of, operation, params, body, document}. */
function planned({ id, goals, actions }) {
	const all = [];
	for (const of of [school, csc, ngo]) {
		for (const action of actions[of.name])
			all.push({ of, operation: "reportAction", kind: "action", document: action,
				params: { id: action }, body: { state: "done", evidence: "Видяхме го." } });
		while (all.filter((one) => one.of === of).length < Math.floor(UPDATES / 3)) {
			const n = all.length;
			if (of === school && n % 3 !== 0)
				all.push(n % 3 === 1 ? { of, operation: "putGoal", kind: "goal", document: chance.pick(goals),
					body: goalBody(id, { words: `Цел, промяна ${n}.` }) } : {
					of, operation: "rateGoal", document: id,
					params: { id: chance.pick(goals), rating_id: uuid7() }, body: { value: n % 11 } });
			else
				all.push({ of, operation: "noteAction", document: chance.pick(actions[of.name]),
					body: { text: `Бележка ${n}.` }, note: uuid7() });
		}
	}
	while (all.length < UPDATES)
		all.push({ of: csc, operation: "noteAction", document: chance.pick(actions.csc),
			body: { text: `Бележка ${all.length}.` }, note: uuid7() });
	for (const one of all) {
		one.change = uuid7();
		one.params ??= { id: one.document, ...one.note && { note_id: one.note } };
	}
	return chance.shuffled(all);
}

/* Tries until there is an answer: what is dead is on its way up again. */
async function insist(what, act) {
	let last;
	const found = await within(RETRY_MS, async () => {
		try {
			const answer = await act();
			return answer.status < 500 && answer.status !== 401 && answer;
		} catch (error) {
			last = error;
			return false;
		}
	}, 100);
	assert.ok(found, `${what}: ${last?.message}`);
	return found;
}

/* The version that the node's mirror shows now. */
async function baseOf(of, one, id) {
	const { body } = await insist("reading the mirror", () => of.worker.call("getShared",
		{ params: one.kind === "action" ? { kind: "action", id: one.document } : { kind: "plan", id } }));
	return one.kind === "action" ? body.document.version
		: body.document.goals.find((goal) => goal.id === one.document).version;
}

/* One update at its author's node; acknowledged: it is in the node's database. */
async function update(one, id) {
	const base_version = one.kind && await baseOf(one.of, one, id);
	const answer = await insist(one.operation, () => one.of.worker.call("putSharedChange", {
		params: { id: one.change },
		body: { operation: one.operation, params: one.params, body: one.body, base_version, send: true },
	}));
	if (answer.status === 409) // it had arrived, and has been delivered since
		one.answer = (await insist("reading the change", () => one.of.worker.call("getSharedChange",
			{ params: { id: one.change } }))).status;
	else
		one.answer = answer.status;
}

/* The coordinator changes the same goals at the hub; each request until it is answered. */
async function byHub({ id, goals }, pace) {
	const api = await hubAs("coordinator");
	const done = { 200: 0, 412: 0 };
	for (let n = 0; n < BY_HUB; n += 1) {
		await pace(n / BY_HUB);
		const goal = chance.pick(goals), key = randomUUID();
		const { body } = await insist("reading the plan", () =>
			api.call("getPlan", { params: { id } }));
		const { version } = body.goals.find((one) => one.id === goal);
		const { status } = await insist("a goal at the hub", () => api.call("putGoal", {
			params: { id: goal }, ifMatch: version, key, body: goalBody(id, { words: `От центъра ${n}.` }),
		}));
		done[status] = (done[status] ?? 0) + 1;
	}
	return done;
}

/* What became of every change, as its author's node tells it. */
async function outcomes(list) {
	const states = new Map();
	for (const name of PLACES)
		for (const [change, state] of await rows(federation.nodes[name].database,
			"SELECT id, state FROM shared_change;"))
			states.set(change, state);
	return list.map((one) => ({ ...one, state: states.get(one.change) ?? "lost" }));
}

test(`${UPDATES} updates from three nodes under ${KILLS * KINDS.length} kills, seed ${seed}`, async (t) => {
	const made = await prepared();
	const list = planned(made);
	const history = new History(`shared-${seed}`);
	const supervisor = new Supervisor(federation.components, history);
	const nodes = Object.fromEntries(PLACES.map((name) => [name, federation.nodes[name]]));
	const killer = new Killer({ ...federation, nodes }, chance.part(), history);
	const began = performance.now();
	let sent = 0, kills = 0, edits;
	try {
		const share = () => sent / UPDATES;
		const killing = killer.run(Object.fromEntries(KINDS.map((kind) => [kind, KILLS])),
			{ from: 20, to: 400 }, async (n) => {
				kills = n;
				await within(60_000, () => share() >= n / (KILLS * KINDS.length + 2));
			});
		const clients = [school, csc, ngo].flatMap((of) => {
			const mine = list.filter((one) => one.of === of);
			return Array.from({ length: CLIENTS }, async () => {
				for (let one = mine.shift(); one; one = mine.shift()) {
					await update(one, made.id);
					sent += 1;
					await within(10_000, () => share() <= (kills + 3) / (KILLS * KINDS.length));
				}
			});
		});
		[edits] = await Promise.all([byHub(made, (n) => within(60_000, () => share() >= n)),
			killing, ...clients]);
	} finally {
		supervisor.release();
	}
	const fireMs = Math.round(performance.now() - began);
	for (const part of federation.components) // what died while it was released
		if (!part.running?.())
			await part.start();
	const waiting = async () => (await Promise.all(PLACES.map(async (name) => Number((await rows(
		federation.nodes[name].database, `SELECT count(*) FROM outbox
		WHERE state NOT IN ('delivered', 'refused', 'cancelled');`))[0][0])))).reduce((a, n) => a + n, 0);
	const healed = await within(HEAL_MS, async () => await waiting() === 0, 200);
	const all = await outcomes(list);
	const of = (state) => all.filter((one) => one.state === state);
	await t.test("all has been answered: delivered, overtaken or refused", async () => {
		assert.ok(healed, `${await waiting()} wait`);
		assert.deepEqual(all.filter((one) => !["delivered", "stale", "refused"].includes(one.state))
			.map((one) => [one.operation, one.state, one.answer]), []);
		assert.deepEqual(all.filter((one) => ![200, 201].includes(one.answer)).map((one) => one.answer), []);
	});
	const done = (operation) => of("delivered").filter((one) => one.operation === operation);
	await t.test("nothing lost, nothing doubled", async () => {
		const ids = async (sql) => (await rows(hub, sql, { id: made.id })).map(([one]) => one).sort();
		assert.deepEqual(await ids(`SELECT n.id FROM action_note n
			JOIN action a ON a.id = n.action_id WHERE a.coordination_id = :'id';`),
		done("noteAction").map((one) => one.note).sort());
		assert.deepEqual(await ids(`SELECT r.id FROM plan_rating r JOIN plan_goal g
			ON g.id = r.goal_id WHERE g.plan_id = :'id';`),
		done("rateGoal").map((one) => one.params.rating_id).sort());
		assert.deepEqual(await ids(`SELECT s.action_id FROM action_step s JOIN action a
			ON a.id = s.action_id WHERE a.coordination_id = :'id' AND s.to_state = 'done';`),
		done("reportAction").map((one) => one.document).sort());
		// Each edit is a version: those that were taken, and no others.
		const [[versions]] = await rows(hub,
			"SELECT sum(version) FROM plan_goal WHERE plan_id = :'id';", { id: made.id });
		assert.equal(Number(versions), GOALS + done("putGoal").length + edits[200]);
	});
	await t.test("what was overtaken is back with its author, who is told", async () => {
		for (const one of [...of("stale"), ...of("refused")]) {
			const { body } = await one.of.worker.call("getSharedChange",
				{ params: { id: one.change } }, 200);
			assert.ok(body.problem.code, one.operation);
			assert.deepEqual(body.body, one.body, "what was written is not lost");
			if (one.state === "stale")
				assert.ok(body.current.version > 0);
			const { body: tasks } = await one.of.worker.call("listTasks",
				{ query: { subject: one.change } }, 200);
			assert.equal(tasks.items.filter((task) => !task.done_at).length, 1);
		}
	});
	await t.test("hub and mirrors are the same", async () => {
		const plan = await getPlan(whole.coordinator, made.id);
		for (const { name } of [school, csc, ngo])
			assert.ok(await within(HEAL_MS, async () => {
				const [[version]] = await rows(federation.nodes[name].database,
					"SELECT version FROM mirror WHERE kind = 'plan' AND id = :'id';", { id: made.id });
				const held = await rows(federation.nodes[name].database, `SELECT id, version FROM mirror
					WHERE kind = 'action' AND parent = :'id' ORDER BY id;`, { id: made.id });
				const wanted = await rows(hub, `SELECT id, version FROM action
					WHERE coordination_id = :'id' ORDER BY id;`, { id: made.id });
				return Number(version) === plan.version && JSON.stringify(held) === JSON.stringify(wanted);
			}, 200), name);
	});
	await t.test("most was taken, some was overtaken, all kills were made", () => {
		assert.ok(of("delivered").length > 0.8 * all.length, `${of("delivered").length} delivered`);
		assert.ok(of("stale").length > 0, "nothing was overtaken");
		assert.deepEqual(killer.kills, Object.fromEntries(KINDS.map((kind) => [kind, KILLS])));
	});
	await t.test("nobody died of themselves", () => assert.deepEqual(
		Object.entries({ ...killer.violations, ...killer.unexplained() }).filter(([, n]) => n > 0), []));
	const figures = { seed, updates: all.length, kills: killer.kills, fire_ms: fireMs,
		restarts: supervisor.restarts, delivered: of("delivered").length, stale: of("stale").length,
		refused: of("refused").length, by_hub: edits };
	console.log(`# ${JSON.stringify(figures)}`);
	console.log(`# updates lost or doubled: ${bound(all.length)}`);
	writeFigures("shared", figures);
	await history.close();
});

// Seeded kills: couriers, Kore workers, the hub's parent and PostgreSQL
// backends die at random moments while clients share summaries and repeat
// each request until it is acknowledged.  Then everything must be there, once.
// A courier that acknowledges before it commits must not pass.
//
//	node tests/fault/kills.mjs [--long] [--seed N]

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import { layOut } from "../../deploy/demo/federation.mjs";
import { account, checkout, lockState, stateDir } from "../../deploy/demo/place.mjs";
import { request } from "../../deploy/demo/http.mjs";
import { freePorts } from "../../deploy/demo/ports.mjs";
import { setUp } from "../../deploy/demo/setup.mjs";
import { audit, healed } from "./accounts.mjs";
import { bound, History, writeFigures } from "./history.mjs";
import { Killer, KINDS } from "./killer.mjs";
import { prepare, shareAll } from "./load.mjs";
import { within } from "./processes.mjs";
import { sayer, told, total } from "./say.mjs";
import { Chance, chooseSeed } from "./random.mjs";
import { withdrawUnderFire } from "./withdrawals.mjs";
import { Supervisor } from "./supervisor.mjs";

const each = (n) => Object.fromEntries(KINDS.map((kind) => [kind, n]));
const SHORT = {
	shares: 500, kills: each(12), pause: { from: 50, to: 700 }, healMs: 90_000,
	withdrawals: { rounds: 1, kills: each(2), pause: { from: 50, to: 500 }, healMs: 90_000 },
};
const LONG = {
	...SHORT, shares: 2000, kills: each(50),
	withdrawals: { ...SHORT.withdrawals, rounds: 5, kills: each(10) },
};
/*
 * Enough for the broken courier to be found out: the hub dies while couriers
 * that have a token tell it things, so each time it must first be there.
 */
const BROKEN = {
	shares: 120, kills: { courier: 2, worker: 2, parent: 8 },
	pause: { from: 300, to: 1000 }, healMs: 8_000, steady: true,
};
const CLIENTS = 8;
/* How far the load may run ahead of the kills, and fall behind, in kills. */
const AHEAD = 1, BEHIND = 4;

const LOOSE = {
	rate_signin: 1_000_000, rate_token: 1_000_000, rate_read: 1_000_000,
	rate_write: 1_000_000, rate_feed: 1_000_000,
};
const SETTINGS = { hub: { ...LOOSE, workers: 2 }, node: LOOSE };
const NAMES = ["school", "csc", "ngo"];

const ready = ({ url }) => request("GET", `${url}/readyz`, { timeoutMs: 1000 })
	.then(({ status }) => status === 200, () => false);

/** Kills and shares side by side, each at the other's pace. */
async function underFire(setting, killer, consents, plan) {
	const { shares, kills, pause, steady } = plan;
	const sum = Object.values(kills).reduce((a, n) => a + n, 0);
	const each = shares / (sum + 1);
	let done = 0;
	setting.acknowledged = 0;
	const load = shareAll(setting, consents, {
		n: shares, clients: CLIENTS,
		allowed: (i) => within(60_000, () => i <= (done + AHEAD) * each),
	});
	const killing = killer.run(kills, pause, async (n) => {
		done = n;
		await within(30_000, () => setting.acknowledged >= (n - BEHIND) * each);
		if (steady)
			await within(15_000, () => ready(setting.federation.hub), 100);
	}).finally(() => { done = sum; });
	return (await Promise.all([load, killing]))[0];
}

const deathsOf = (kills) =>
	Object.entries(kills).map(([kind, n]) => `${n} ${kind}`).join(", ");

/* The logs are those of the whole run, so its killers share their victims. */
function newKiller(setting) {
	const killer = new Killer(setting.federation, setting.chance.part(), setting.history);
	killer.killed = setting.killed ??= killer.killed;
	return killer;
}

async function fight(setting, consents, plan, before = []) {
	const killer = newKiller(setting);
	const began = performance.now();
	setting.attempts = 0;
	const shares = await underFire(setting, killer, consents, plan);
	const underFireMs = Math.round(performance.now() - began);
	const known = shares.filter((share) => share.outcome === "ok");
	const all = [...before, ...known];
	const healMs = await healed(setting, all, plan.healMs);
	const violations = {
		"shares not acknowledged": shares.length - known.length,
		"repeats refused": shares.filter((share) => share.repeat === "fail").length,
		...killer.violations, ...killer.unexplained(), ...await audit(setting, all),
	};
	return {
		shares: shares.length, attempts: setting.attempts, kills: killer.kills,
		fire_ms: underFireMs, heal_ms: healMs ?? null, violations, all,
	};
}

/** Makes the courier that is broken on purpose. */
const buildBroken = () => execFileSync("make", ["-s", "broken"],
	{ cwd: checkout, stdio: ["ignore", "ignore", "inherit"] });

function brokenCourier(cluster) {
	const built = path.join(checkout, "build/broken/zaedno-courier");
	if (account.uid === undefined)
		return built;
	const copy = path.join(cluster.dir, "app", "zaedno-courier-broken");
	fs.copyFileSync(built, copy);
	fs.chmodSync(copy, 0o555);
	return copy;
}

async function swapCouriers(federation, program) {
	for (const { courier } of Object.values(federation.nodes)) {
		courier.program = program;
		// The supervisor sees it end, and starts the other one.
		await courier.child.stop();
	}
}

async function provenToFail(setting, consents, before, say) {
	await swapCouriers(setting.federation, brokenCourier(setting.federation.cluster));
	const { all, ...result } = await fight(setting, consents, BROKEN, before);
	const { violations } = result;
	const pretended = violations["hub: lost"] - violations["node, delivered: lost"];
	say(pretended > 0, "a courier that acknowledges before the commit is found " +
		`out: ${result.shares} shares, ${pretended} said to be delivered are ` +
		`not at the hub; ${told(Object.fromEntries(Object.entries(violations)
			.filter(([what]) => what.endsWith(": lost"))))}`);
	return { ...result, pretended, accounted: all.length };
}

async function provenWithdrawals(setting, plan, say) {
	const killer = newKiller(setting);
	const result = await withdrawUnderFire(setting, killer, plan);
	Object.assign(result.violations, killer.violations, killer.unexplained());
	say(total(result.violations) === 0, `${result.consents} withdrawals against ` +
		`${result.shares} shares under ${deathsOf(result.kills)} kills: nothing left at ` +
		`hub or mirrors, each purge with its receipt; violations: ${told(result.violations)}`);
	say.more(`answers ${JSON.stringify(result.answers)}, healed in ${result.heal_ms} ms`);
	return result;
}

async function proven(setting, plan, say) {
	const consents = await prepare(setting);
	const { all, ...result } = await fight(setting, consents, plan);
	say(total(result.violations) === 0, `${result.shares} shares under ${deathsOf(result.kills)} ` +
		`kills: acknowledged = node = hub = mirrors, each once; violations: ${told(result.violations)}`);
	say.more(`${result.attempts} requests, ${result.fire_ms} ms under fire, ` +
		`healed in ${result.heal_ms} ms, ${setting.supervisor.restarts} restarts`);
	say.more(`shares lost or doubled: ${bound(result.shares)}`);
	const kills = Object.values(result.kills).reduce((a, n) => a + n, 0);
	say.more(`kills that lost something: ${bound(kills)}`);
	const withdrawals = await provenWithdrawals(setting, plan.withdrawals, say);
	return { held: result, withdrawals, broken: await provenToFail(setting, consents, all, say) };
}

/** Starts everything, runs the kills; answers how many assertions failed. */
export async function kills({ seed, long = false }) {
	const say = sayer();
	const plan = long ? LONG : SHORT;
	say.more(`kills, seed ${seed}: ${plan.shares} shares, ` +
		deathsOf(plan.kills));
	buildBroken();
	const dir = stateDir("test-kills");
	lockState(dir);
	fs.rmSync(path.join(dir, "log"), { recursive: true, force: true });
	const cluster = await openCluster(dir);
	await cluster.start();
	const history = new History(`kills-${seed}`);
	let federation, supervisor, figures;
	const stopAll = async () => {
		supervisor?.release();
		await federation?.stop();
		await cluster.stop();
	};
	for (const signal of ["SIGINT", "SIGTERM"])
		process.on(signal, () => stopAll().then(() => process.exit(1)));
	try {
		federation = await layOut({
			cluster, ports: await freePorts(1 + NAMES.length, 19400),
			names: NAMES, anew: true, settings: SETTINGS,
		});
		await federation.start();
		const state = await setUp(federation);
		supervisor = new Supervisor(federation.components, history);
		const setting = {
			federation, state, history, supervisor, chance: new Chance(seed),
		};
		figures = await proven(setting, plan, say);
	} finally {
		await stopAll();
		await history.close();
	}
	writeFigures("kills", { seed, long, clients: CLIENTS, ...figures });
	return say.failed;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
	process.exitCode = await kills({
		seed: chooseSeed(), long: process.argv.includes("--long"),
	}) === 0 ? 0 : 1;

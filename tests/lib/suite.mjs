// One federation for the whole run of the API suite, on a cluster of its own
// and with databases made anew; stopped when the last test is over.

import { after } from "node:test";
import fs from "node:fs";
import path from "node:path";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import { NODES } from "../../deploy/demo/invented.mjs";
import { layOut } from "../../deploy/demo/federation.mjs";
import { lockState, stateDir } from "../../deploy/demo/place.mjs";
import { freePorts } from "../../deploy/demo/ports.mjs";
import { setUp } from "../../deploy/demo/setup.mjs";
import { Api } from "./api.mjs";

/* The limits that one machine would meet in a minute of tests. */
const LOOSE = {
	rate_signin: 1_000_000, rate_token: 1_000_000, rate_read: 1_000_000,
	rate_write: 1_000_000, rate_feed: 1_000_000,
};

/* ZAEDNO_RUN keeps a second run of the suite apart. */
const dir = stateDir(["test-api", process.env.ZAEDNO_RUN].filter(Boolean).join("-"));
lockState(dir);
fs.rmSync(path.join(dir, "log"), { recursive: true, force: true });

export const cluster = await openCluster(dir);
await cluster.start();
export const federation = await layOut({
	cluster, ports: await freePorts(6, Number(process.env.PORT_BASE ?? 18400)), anew: true,
	names: [...Object.keys(NODES), "lone"], // a node that has not joined
	settings: { hub: { ...LOOSE, log_level: "debug", sweep_s: 1, reminder_sweep_s: 1 }, node: { ...LOOSE, log_level: "debug", task_sweep_s: 1 } },
});

let stopped = false;
async function stopAll() {
	if (stopped)
		return;
	stopped = true;
	await federation.stop();
	await cluster.stop();
}
for (const signal of ["SIGINT", "SIGTERM"])
	process.on(signal, () => stopAll().then(() => process.exit(1)));
after(stopAll);

/** Users and organisations: {hub: {users}, team, nodes: {name: …}}. */
export const state = await federation.start()
	.then(() => setUp(federation))
	.catch(async (error) => {
		await stopAll();
		throw error;
	});

/** The hub's client; hubAs("admin") signs that person in. */
export const hub = new Api("hub", federation.hub.url);
export const hubAs = (role) => hub.signedIn(state.hub.users[role]);

/** A node's client; nodeAs("school", "practitioner") signs that person in. */
export const node = (name) => new Api("node", federation.nodes[name].url);
export const nodeAs = (name, role) => node(name).signedIn(state.nodes[name].users[role]);

export const organisationId = (name) => state.nodes[name].organisation_id;
export const userId = (name, role) => state.nodes[name].users[role].id;

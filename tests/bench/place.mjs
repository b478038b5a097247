// Where everything is measured: a cluster of its own, a hub, two nodes with
// their couriers, and the peer beside them on the hub's database.

import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import { layOut } from "../../deploy/demo/federation.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { request } from "../../deploy/demo/http.mjs";
import { lockState, stateDir } from "../../deploy/demo/place.mjs";
import { freePorts } from "../../deploy/demo/ports.mjs";
import { CLIENTS, CLUSTER_SETTINGS, SERVICE_SETTINGS } from "./settings.mjs";

const SERVER = path.join(path.dirname(fileURLToPath(import.meta.url)), "peer/server.mjs");
/* As many as pgbench has: its clients, and one for the step beside them. */
const POOL = CLIENTS + 1;

/* Connections as the hub's role, with the hub's limits. */
function roleEnvironment(cluster, hub) {
	return {
		PATH: process.env.PATH, LANG: "C.UTF-8",
		PGHOST: cluster.sockets, PGPORT: cluster.port, PGDATABASE: hub.database,
		PGUSER: "hub",
		PGPASSWORD: fs.readFileSync(path.join(cluster.secrets, "hub"), "utf8"),
		PGOPTIONS: "-c statement_timeout=5000 -c lock_timeout=3000 " +
			"-c idle_in_transaction_session_timeout=10000",
	};
}

/** The peer as a child; its url answers once it listens. */
export async function startPeer({ cluster, hub, env, peerPort }) {
	const log = fs.openSync(path.join(cluster.logs, "peer.log"), "a", 0o600);
	const child = spawn("setpriv",
		["--pdeathsig", "TERM", process.execPath, SERVER], {
			stdio: ["ignore", log, log],
			env: {
				...env, NODE_ENV: "production", PEER_PORT: String(peerPort),
				PEER_ISSUER: hub.url, PEER_KEY: hub.keyFile,
				PEER_CONNECTIONS: String(POOL),
			},
		});
	fs.closeSync(log);
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const url = `http://127.0.0.1:${peerPort}`;
	await waitUntil("the peer listens", async () => {
		if (child.exitCode !== null)
			throw new Error(`the peer ended, see ${cluster.logs}/peer.log`);
		return request("GET", `${url}/v1/summaries/x`).catch(() => undefined);
	});
	return {
		url, pid: child.pid,
		stop: async () => {
			child.kill("SIGTERM");
			return ended;
		},
	};
}

/** Makes it all; starts PostgreSQL only. */
export async function makePlace() {
	const dir = stateDir("bench");
	const unlock = lockState(dir);
	fs.rmSync(path.join(dir, "log"), { recursive: true, force: true });
	const cluster = await openCluster(dir, CLUSTER_SETTINGS);
	await cluster.start();
	const ports = await freePorts(4, 18600);
	const federation = await layOut({
		cluster, ports, names: ["school", "csc"], anew: true, settings: {
			hub: { ...SERVICE_SETTINGS, database_connections: POOL },
			node: SERVICE_SETTINGS, courier: { log_level: "warning" },
		},
	});
	const hub = { ...federation.hub, keyFile: path.join(federation.hub.dir, "signing.pem") };
	return {
		dir, cluster, federation, hub, peerPort: ports[3],
		env: roleEnvironment(cluster, hub),
		async stop() {
			await federation.stop();
			await cluster.stop();
			unlock();
		},
	};
}

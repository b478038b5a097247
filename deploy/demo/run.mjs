// `make run`: starts the demo and keeps it running until Ctrl-C.
//
// Cluster and data stay, so the second start is quick.  When a part of the
// federation dies, says which one and stops the others.

import fs from "node:fs";
import path from "node:path";
import { openCluster } from "./cluster.mjs";
import { tail } from "./child.mjs";
import { layOut } from "./federation.mjs";
import { announce, writeDemoFile } from "./demofile.mjs";
import { NODES } from "./invented.mjs";
import { linkVar, lockState, privateFile, stateDir } from "./place.mjs";
import { freePorts, portFree } from "./ports.mjs";
import { seed } from "./seed.mjs";
import { setUp } from "./setup.mjs";

const dir = stateDir(process.env.ZAEDNO_RUN); // the tests keep theirs apart
const stateFile = path.join(dir, "state.json");
const readState = () => fs.existsSync(stateFile)
	? JSON.parse(fs.readFileSync(stateFile, "utf8")) : {};
const writeState = (state) =>
	privateFile(stateFile, `${JSON.stringify(state, null, "\t")}\n`);

/* PORT_BASE, else the ports of last time, else the first free ones. */
async function choosePorts(before) {
	const count = 1 + Object.keys(NODES).length;
	if (process.env.PORT_BASE) {
		const base = Number(process.env.PORT_BASE);
		if (!Number.isInteger(base) || base < 1024 || base + count > 65536)
			throw new Error("PORT_BASE is not a port");
		const ports = Array.from({ length: count }, (_, i) => base + i);
		for (const port of ports)
			if (!await portFree(port))
				throw new Error(`port ${port} is in use; choose another PORT_BASE`);
		return ports;
	}
	if (before && (await Promise.all(before.map(portFree))).every(Boolean))
		return before;
	return freePorts(count);
}

/* The hub's address is in each node's database; it moves with the ports. */
async function moveHub(federation) {
	for (const node of Object.values(federation.nodes))
		await federation.cluster.psql(node.database,
			"UPDATE hub_link SET hub_url = :'url', issuer = :'url' " +
			"WHERE hub_url <> :'url';", { url: federation.hub.url });
}

function watch(parts, stopAll) {
	for (const { name, child, log } of parts)
		child.exited.then(({ code, signal }) => {
			if (child.stopping)
				return;
			console.error(`\n${name} спря неочаквано / ended unexpectedly ` +
				`(${signal ?? `code ${code}`}), ${log}:\n${tail(log)}`);
			stopAll(1);
		});
}

async function main() {
	const began = Date.now();
	lockState(dir);
	if (!process.env.ZAEDNO_RUN)
		linkVar(dir);
	let federation, cluster, ending;
	const stopAll = (code) => {
		ending ??= (async () => {
			await federation?.stop();
			await cluster?.stop();
			process.exit(code);
		})();
		return ending;
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
		process.on(signal, () => stopAll(0));

	try {
		cluster = await openCluster(dir);
		await cluster.start();
		let state = readState();
		const ports = await choosePorts(state.ports);
		federation = await layOut({ cluster, ports });
		if (!federation.fresh)
			await moveHub(federation);
		await federation.start();
		if (federation.fresh) {
			console.log("въвеждат се примерни данни / " +
				"loading the synthetic data");
			state = await setUp(federation);
			await seed(federation, state);
		}
		writeState({ ...state, ports });
		await federation.markCurrent();
		writeDemoFile(path.join(dir, "demo.json"), federation, state);
		announce(federation, state, (Date.now() - began) / 1000);
		watch([...federation.components,
			{ name: "postgres", child: cluster.server, log: cluster.server.log },
		], stopAll);
	} catch (error) {
		if (ending)
			return;
		console.error(error.message);
		await stopAll(1);
	}
}

try {
	await main();
} catch (error) {
	console.error(error.code === "LOCKED"
		? `вече работи / already running here, process ${error.pid}`
		: error.stack);
	process.exit(1);
}

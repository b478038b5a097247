// Makes the cluster that the suites begin from: initialised, with the template
// of the hub and of a node, and stopped.  Says where it is.

import { openCluster } from "../deploy/demo/cluster.mjs";
import { ensureRoles, ensureTemplate } from "../deploy/demo/database.mjs";
import { lockState, stateDir } from "../deploy/demo/place.mjs";

const dir = stateDir("test-seed");
lockState(dir);
const cluster = await openCluster(dir);
await cluster.start();
try {
	await ensureRoles(cluster);
	await Promise.all(["hub", "node"].map((project) => ensureTemplate(cluster, project)));
} finally {
	await cluster.stop();
}
console.log(dir);

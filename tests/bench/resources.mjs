// Memory at rest, and how long a node takes from nothing to ready.

import { request } from "../../deploy/demo/http.mjs";
import { STARTS } from "./settings.mjs";
import { summary } from "./numbers.mjs";
import { memory, tree } from "./process.mjs";
import { nowMs, pause } from "./poll.mjs";

const REST_MS = 3000;
const ready = (url) => request("GET", `${url}/readyz`, { timeoutMs: 1000 })
	.then(({ status }) => status === 200, () => false);

/* From spawn to the first 200 of /readyz, asked every 2 ms. */
async function coldStart(service) {
	await service.stop();
	const began = nowMs();
	const started = service.start();
	while (!await ready(service.url))
		await pause(2);
	const took = nowMs() - began;
	await started;
	return took;
}

/** @returns {hub, node, cold_start_ms}: memory in MB, a series */
export async function resources({ federation }) {
	const { school } = federation.nodes;
	const starts = [];
	for (let i = 0; i < STARTS; i++)
		starts.push(await coldStart(school.service));
	await pause(REST_MS);
	const of = (...parts) =>
		memory(parts.flatMap((part) => tree(part.child.pid)));
	return {
		hub: of(federation.hub.service),
		node: of(school.service, school.courier),
		node_service: of(school.service), courier: of(school.courier),
		cold_start_ms: summary(starts),
	};
}

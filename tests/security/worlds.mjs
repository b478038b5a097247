// Both worlds of the matrix, made once and beside each other.  Whoever asks in
// one waits for both: the family that asks the hub is made at a node.

import { hubWorld } from "./hub-world.mjs";
import { nodeWorld } from "./node-world.mjs";

const worlds = { hub: hubWorld(), node: nodeWorld() };
for (const world of Object.values(worlds))
	world.catch(() => {}); // whoever awaits it is told

const made = async (which) => {
	await Promise.all(Object.values(worlds));
	return worlds[which];
};

export const hubWorldMade = () => made("hub");
export const nodeWorldMade = () => made("node");

// Both worlds of the matrix, made once and beside each other.

import { hubWorld } from "./hub-world.mjs";
import { nodeWorld } from "./node-world.mjs";

const worlds = { hub: hubWorld(), node: nodeWorld() };
for (const world of Object.values(worlds))
	world.catch(() => {}); // whoever awaits it is told

export const hubWorldMade = () => worlds.hub;
export const nodeWorldMade = () => worlds.node;

// A node's matrix: every operation, every caller, every row.

import { node as table } from "./expected.mjs";
import { runMatrix } from "./matrix.mjs";
import { nodeWorldMade } from "./worlds.mjs";

runMatrix("node", table, nodeWorldMade);

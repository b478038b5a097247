// The hub's matrix: every operation, every caller, every row.

import { hub as table } from "./expected.mjs";
import { runMatrix } from "./matrix.mjs";
import { hubWorldMade } from "./worlds.mjs";

runMatrix("hub", table, hubWorldMade);

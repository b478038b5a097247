// The fault suite: races, then seeded kills.
//
//	node tests/fault/run.mjs [--short | --long] [--seed N]
//
// --short, part of `make test`: four races of thousands of operations, each
// also without its lock; 500 shares under 12 kills each of courier, worker,
// hub parent and backend; 16 withdrawals against shares under 2 of each; the
// courier broken on purpose.  --long, which is `make fault`: ten times the
// operations, 2,000 shares under 50 kills of each, 80 withdrawals under 10.

import { kills } from "./kills.mjs";
import { races } from "./races.mjs";
import { chooseSeed } from "./random.mjs";

const long = process.argv.includes("--long");
const seed = chooseSeed();
const began = Date.now();
const failed = await races({ seed, long }) + await kills({ seed, long });
console.log(`# fault suite, seed ${seed}: ${failed === 0 ? "passed" : "FAILED"} ` +
	`in ${Math.round((Date.now() - began) / 1000)} s; figures in var/fault.json`);
process.exit(failed === 0 ? 0 : 1);

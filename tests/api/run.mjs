// The API suite: all files of this directory in one process and in order,
// against one federation.  `node tests/api/run.mjs feed` runs the files whose
// name contains "feed" (and then asks for no coverage).

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv[2] ?? "";
const files = fs.readdirSync(here)
	.filter((name) => name.endsWith(".test.mjs") && name.includes(wanted)).sort();

for (const file of files)
	await import(path.join(here, file));

// The courier against an invented hub: all files of this directory in one
// process and in order, on one cluster.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv[2] ?? "";

for (const file of fs.readdirSync(here).sort()) {
	if (file.endsWith(".test.mjs") && file.includes(wanted))
		await import(path.join(here, file));
}

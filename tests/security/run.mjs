// The security suite: all files of this directory in one process and in
// order, against one federation of its own.  `node tests/security/run.mjs hub`
// runs the files whose name contains "hub".

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

process.env.ZAEDNO_RUN ??= "security";
process.env.PORT_BASE ??= "20400";
const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv[2] ?? "";

for (const file of fs.readdirSync(here).sort())
	if (file.endsWith(".test.mjs") && file.includes(wanted))
		await import(path.join(here, file));

// The programs of a federation as child processes.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { account, buildDir, privateDir, privateFile } from "./place.mjs";
import { startChild, waitFor } from "./child.mjs";
import { request } from "./http.mjs";

/**
 * Where the programs are run from.  As root they run under an account that
 * may not be able to enter the checkout, so they are copied to `dir`.
 */
export function installPrograms(dir) {
	if (account.uid === undefined)
		return buildDir;
	const app = path.join(dir, "app");
	fs.rmSync(app, { recursive: true, force: true });
	privateDir(app);
	for (const entry of fs.readdirSync(buildDir, { withFileTypes: true })) {
		if (!entry.isFile())
			continue;
		const copy = path.join(app, entry.name);
		fs.copyFileSync(path.join(buildDir, entry.name), copy);
		fs.chmodSync(copy, 0o555);
	}
	return app;
}

/*
 * A sanitizers' build needs its run-time library before everything else.
 * Leaks are not looked for: Kore's pools are never given back.
 */
export function sanitizer() {
	if (!buildDir.endsWith("sanitize"))
		return [];
	const library = execFileSync("gcc", ["-print-file-name=libasan.so"],
		{ encoding: "utf8" }).trim();
	return ["env", `LD_PRELOAD=${fs.realpathSync(library)}`,
		"ASAN_OPTIONS=detect_leaks=0:abort_on_error=0",
		"UBSAN_OPTIONS=print_stacktrace=1"];
}

/** Writes a configuration file: one "key value" line per setting. */
export function writeConfig(file, settings) {
	return privateFile(file, Object.entries(settings)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => `${key} ${value}\n`).join(""));
}

const answers = (url) => async () => {
	try {
		return (await request("GET", url, { timeoutMs: 2000 })).status === 200;
	} catch {
		return false;
	}
};

/**
 * A program that can be started and stopped as often as wanted.
 *
 * @param about {name, program, dir, log, config, url?}; url: where /readyz is
 */
export function component(about) {
	const self = {
		...about, child: undefined,
		running: () => self.child?.running() ?? false,
		async start() {
			self.child = startChild(self.name,
				[...sanitizer(), self.program, "-c", self.config],
				{ cwd: self.dir, log: self.log });
			if (self.url)
				await waitFor(self.child, answers(`${self.url}/readyz`));
			return self;
		},
		stop: async (signal) => self.child?.stop(signal),
		async restart() {
			await self.stop();
			return self.start();
		},
	};
	return self;
}

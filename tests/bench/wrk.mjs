// Load over HTTP by wrk: the same for the hub and for the peer.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CONNECTIONS, SUMMARIES } from "./settings.mjs";
import { DOC } from "./data.mjs";
import { makeTokens } from "./tokens.mjs";
import { watchCpu } from "./process.mjs";

const SCRIPT = path.join(path.dirname(fileURLToPath(import.meta.url)), "wrk/load.lua");

/** The command, as RESULTS.md quotes it. */
export const command = (url, mode, seconds) =>
	["wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "10s",
		"-s", SCRIPT, url, "--", mode];

/**
 * @param about {url, mode: "read" | "publish" | "plan", hub, dir, first, seconds,
 *   watch: {name: process ids whose processor time is told}}
 * @returns {perSecond, p50_ms, p99_ms, refused, broken, requests, cpu}:
 *   cpu: processors used by wrk ("generator") and by each of watch
 */
export async function load({ url, mode, hub, dir, first, seconds, watch, count = SUMMARIES }) {
	const tokens = path.join(dir, "tokens"), doc = path.join(dir, "doc");
	fs.writeFileSync(tokens, `${(await makeTokens(hub)).join("\n")}\n`, { mode: 0o600 });
	fs.writeFileSync(doc, `${JSON.stringify(DOC)}\n`);
	const [program, ...args] = command(url, mode, seconds);
	const child = spawn(program,
		[...args, tokens, String(count), String(first), doc],
		{ stdio: ["ignore", "pipe", "pipe"] });
	const cpu = watchCpu({ generator: [child.pid], ...watch });
	let out = "", error = "";
	child.stdout.on("data", (part) => { out += part; });
	child.stderr.on("data", (part) => { error += part; });
	const [code] = await once(child, "close");
	const used = cpu.stop();
	const found = /^RESULT (.*)$/m.exec(out);
	if (code !== 0 || !found)
		throw new Error(`wrk: ${error}${out}`);
	const { requests, us, ...rest } = JSON.parse(found[1]);
	const perSecond = requests / us * 1e6;
	if (rest.refused + rest.broken > requests / 1000)
		throw new Error(`${mode} at ${url}: ${JSON.stringify(rest)} of ${requests}`);
	return { perSecond, ...rest, requests, cpu: used };
}

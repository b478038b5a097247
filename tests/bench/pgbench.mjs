// The limit: pgbench running the same SQL as the same role under the same
// policies, one commit for each operation, its statements prepared and sent
// in one pipeline.

import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { CLIENTS, ORGANISATIONS, PLANS, SUMMARIES } from "./settings.mjs";
import { BASE, KEY_PREFIX, sqlId } from "./numbers.mjs";
import { CALLER_SQL, SEGMENTS, sqlOf } from "./sql.mjs";
import { DOC } from "./data.mjs";

const run = promisify(execFile);

/* Each `$n` becomes the expression for it. */
const fill = (sql, values) => sql.replace(/\$(\d+)/g, (_, n) => values[n - 1]);

const pipeline = (...statements) =>
	["\\startpipeline", ...statements.map((sql) => `${sql};`), "\\endpipeline", ""]
		.join("\n");

const caller = (org, role, operation) =>
	fill(CALLER_SQL, [org, "''", `'${role}'`, `'${operation}'`,
		role === "node" ? sqlId(":request") : "''"]);

const RANDOM = `\\set k random(0, ${SUMMARIES - 1})
\\set request random(700000000000, 999999999999)
`;

const organisation = (shift) =>
	`\\set org ${BASE.organisation} + (:k + ${shift}) % ${ORGANISATIONS}\n`;

const SCRIPTS = {
	read: () => `${RANDOM}${organisation(1)}\\set id ${BASE.summary} + :k\n` +
		pipeline(caller(sqlId(":org"), "node", "getSummary"),
			...SEGMENTS.getSummary.map((name) => fill(sqlOf(name), [sqlId(":id")]))),
	plan: () => `\\set k random(0, ${PLANS - 1})
\\set request random(700000000000, 999999999999)
${organisation(1)}` +
		`\\set id ${BASE.coordination} + :k\n` +
		pipeline(caller(sqlId(":org"), "node", "getPlan"),
			...SEGMENTS.getPlan.map((name) => fill(sqlOf(name), [sqlId(":id")]))),
	publish: () => `${RANDOM}${organisation(0)}\\set consent ${BASE.consent} + :k\n` +
		`\\set id random(${BASE.pgbench}, ${BASE.pgbench + 99_999_999_999})\n` +
		pipeline(caller(sqlId(":org"), "node", "putSummary"),
			...SEGMENTS.putSummary.map((name) => fill(sqlOf(name),
				[sqlId(":consent"), sqlId(":id"), ":version", ":doc",
					`('${KEY_PREFIX}' || :id)`]))),
	sequencer: () => pipeline(caller("''", "service", ""),
		...SEGMENTS.sequencer.map((name) => fill(sqlOf(name), []))),
};

const variables = { version: "1", doc: JSON.stringify(DOC) };

function start(env, dir, mode, options) {
	const script = path.join(dir, `${mode}.pgbench`);
	fs.writeFileSync(script, SCRIPTS[mode]());
	const sets = Object.entries(variables).flatMap(([k, v]) => ["-D", `${k}=${v}`]);
	return run("pgbench", ["-n", "-M", "prepared", "-f", script, ...options, ...sets],
		{ env, maxBuffer: 1 << 24 });
}

function figures(text) {
	const tps = /^tps = ([\d.]+) \(without/m.exec(text);
	const failed = /failed transactions: (\d+)/.exec(text);
	if (!tps || Number(failed?.[1]) > 0)
		throw new Error(`pgbench: ${text}`);
	const latency = /latency average = ([\d.]+) ms/.exec(text);
	return { perSecond: Number(tps[1]), mean_ms: Number(latency[1]) };
}

/** The command, as RESULTS.md quotes it. */
export const command = (mode, seconds) => ["pgbench", "-n", "-M", "prepared",
	"-c", String(CLIENTS), "-j", "1", "-T", String(seconds), "-f", `${mode}.pgbench`];

/**
 * @param about {env: of the hub's role, dir, mode: "read" | "plan" | "publish",
 *   seconds, steps: sequencer steps a second beside it}
 */
export async function load({ env, dir, mode, seconds, steps }) {
	const options = ["-c", String(CLIENTS), "-j", "1", "-T", String(seconds)];
	const beside = steps ? start(env, dir, "sequencer",
		["-c", "1", "-T", String(seconds), "-R", steps.toFixed(1)]) : undefined;
	const [main, sequencer] = await Promise.all([start(env, dir, mode, options), beside]);
	const result = figures(main.stdout);
	return sequencer
		? { ...result, steps: figures(sequencer.stdout).perSecond } : result;
}

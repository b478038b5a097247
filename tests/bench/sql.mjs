// The SQL that is measured: read from the sources at run time, so that the
// peer and pgbench always run what the hub runs.

import fs from "node:fs";
import path from "node:path";
import { checkout } from "../../deploy/demo/place.mjs";
import { parseStatements } from "../../api-spec/generator/statements.mjs";
import { Report } from "../../api-spec/generator/report.mjs";

function readAll() {
	const dir = path.join(checkout, "hub/sql/statements");
	const report = new Report();
	const found = fs.readdirSync(dir).filter((name) => name.endsWith(".sql"))
		.flatMap((name) => parseStatements(name,
			fs.readFileSync(path.join(dir, name), "utf8"), report));
	if (report.failed)
		throw new Error(report.lines.join("\n"));
	return new Map(found.map((s) => [s.name, s]));
}

/* A C string literal in pieces, by the name of its array. */
function cString(file, name) {
	const text = fs.readFileSync(path.join(checkout, file), "utf8");
	const found = new RegExp(`\\b${name}\\[\\]\\s*=\\s*((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+);`)
		.exec(text);
	if (!found)
		throw new Error(`${file} has no ${name}`);
	return [...found[1].matchAll(/"((?:[^"\\]|\\.)*)"/g)]
		.map(([, piece]) => JSON.parse(`"${piece}"`)).join("");
}

const statements = readAll();

/** The text of a statement, `$1`… for its arguments. */
export function sqlOf(name) {
	const found = statements.get(name);
	if (!found)
		throw new Error(`no statement ${name}`);
	return found.sql;
}

/** How many arguments a statement has. */
export const argumentsOf = (name) => statements.get(name).nparams;

/**
 * What opens each transaction: $1 organisation, $2 person, $3 role,
 * $4 operation, $5 request.
 */
export const CALLER_SQL = cString("common/db_conn.c", "caller_sql");

/** The measured operations: their segments, as the hub's handlers send them. */
export const SEGMENTS = {
	// $1 summary
	getSummary: ["summary_get"],
	// when that had no row
	goneSummary: ["summary_gone"],
	// $1 consent, $2 summary, $3 version, $4 document, $5 Idempotency-Key
	putSummary: ["consent_lock", "summary_put"],
	// $1 coordination
	getPlan: ["plan_get"],
	sequencer: ["sequencer_lock", "sequencer_step"],
};

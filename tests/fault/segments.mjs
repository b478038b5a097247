// The segments that race: read from the handlers in C (which statements, in
// which order) and from the statement files (their text), so that what is
// tested is what is served.  A broken variant is the same without its lock.

import fs from "node:fs";
import path from "node:path";
import { checkout } from "../../deploy/demo/place.mjs";
import { argumentsOf, CALLER_SQL, sqlOf } from "../bench/sql.mjs";

export { CALLER_SQL };

const statement = (name) => ({ name, sql: sqlOf(name), nparams: argumentsOf(name) });

/** The statements of the first db_exec or db_task of a C function. */
function statementsOf(file, symbol) {
	const text = fs.readFileSync(path.join(checkout, file), "utf8");
	const found = new RegExp(
		`\\n${symbol}\\([^;{]*\\)\\n\\{[\\s\\S]*?STMTS\\(([^)]*)\\)`).exec(text);
	if (!found)
		throw new Error(`${file}: no segment in ${symbol}()`);
	return found[1].split(",").map((name) =>
		name.trim().replace(/^STMT_/, "").toLowerCase());
}

/** A segment by names of statements. */
export const segment = (...names) => names.map(statement);

/** The segment of a handler. */
export const segmentOf = (file, symbol) => segment(...statementsOf(file, symbol));

/** The segment without one of its statements. */
export function without(all, name) {
	const rest = all.filter((s) => s.name !== name);
	if (rest.length !== all.length - 1)
		throw new Error(`the segment has no ${name} to drop`);
	return rest;
}

/** The segment with a piece of one statement's text replaced. */
export function cut(all, name, piece, instead) {
	const sql = sqlOf(name).replace(piece, instead);
	if (sql === sqlOf(name))
		throw new Error(`${name} has no ${piece} to cut`);
	return all.map((s) => s.name === name ? { ...s, sql } : s);
}

/** All that the races send. */
export function hubSegments() {
	return {
		putConsent: segmentOf("hub/consent.c", "consent_verified"),
		withdrawConsent: segmentOf("hub/consent.c", "withdraw_consent"),
		putSummary: segmentOf("hub/summary.c", "put_summary"),
		recordPurge: segmentOf("hub/summary.c", "purge_verified"),
		getSummary: segmentOf("hub/summary.c", "get_summary"),
		putOrganisation: segmentOf("hub/organisation.c", "put_organisation"),
		updateUser: segment("user_lock", "user_update"),
		sequencer: segmentOf("hub/sequencer.c", "step"),
	};
}

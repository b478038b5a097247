/* SQL statements in files → a C table with an enum of their names. */

import { BANNER, bytes, quote, quoteLines } from "./c.mjs";
import { scanSql } from "./sqltext.mjs";

const HEADER = /^-- statement:(.*)$/;
const KINDS = ["read", "write", "slow"];
const FLAGS = { read: "STMT_READ", slow: "STMT_SLOW" };
/* common/db.h has macros of these names */
const TAKEN = ["read", "slow", "act"];

function parseHeader(text, say) {
	const m = /^\s*([a-z][a-z0-9_]*)\s+\(([^)]*)\)\s*$/.exec(text);

	if (!m) {
		say("a header is " +
		    '"-- statement: name (read|write|slow[, act])"');
		return null;
	}
	const [kind, ...flags] = m[2].split(",").map((w) => w.trim());

	if (!KINDS.includes(kind))
		say(`kind "${kind}" is not one of ${KINDS.join(", ")}`);
	for (const flag of flags) {
		if (flag !== "act")
			say(`unknown flag "${flag}"`);
	}
	if (flags.includes("act") && kind !== "write")
		say("only a write is an act");
	if (TAKEN.includes(m[1]))
		say(`"${m[1]}" cannot be a name`);
	return { name: m[1], kind, act: flags.includes("act") };
}

/* the statements of one file: [{ name, kind, act, sql, nparams, at }] */
export function parseStatements(file, text, report) {
	const found = [];
	let open = null;

	text.split("\n").forEach((line, i) => {
		const at = `${file}:${i + 1}`;
		const m = HEADER.exec(line);

		if (m) {
			const head = parseHeader(m[1],
			    (message) => report.fail(at, null, message));

			open = { ...head, at, lines: [] };
			if (head)
				found.push(open);
		} else if (open) {
			open.lines.push(line);
		} else if (line.trim() !== "" && !line.startsWith("--")) {
			report.fail(at, null, "SQL before the first header");
			open = { lines: [] };
		}
	});
	return found.map((s) => finish(s, report));
}

function finish({ name, kind, act, at, lines }, report) {
	const scan = scanSql(lines.join("\n"));
	const say = (message) => report.fail(at, name, message);

	if (scan.error)
		say(scan.error);
	if (scan.commands.length === 0)
		say("no SQL command");
	if (scan.commands.length > 1)
		say("two commands; a statement is one command");
	return { name, kind, act, at, sql: scan.commands[0] ?? "",
		nparams: scan.nparams };
}

/* all statements of a service, names unique */
export function readStatements(sources, dir, report) {
	const all = sources.list(dir, ".sql").flatMap((path) =>
	    parseStatements(sources.name(path), sources.text(path), report));
	const seen = new Map();

	for (const s of all) {
		if (seen.has(s.name))
			report.fail(s.at, s.name,
			    `is also at ${seen.get(s.name)}`);
		seen.set(s.name, s.at);
	}
	return all;
}

function constant(statement) {
	return `STMT_${statement.name.toUpperCase()}`;
}

export function statementsHeader(service, statements) {
	const upper = service.toUpperCase();
	const names = statements.map((s) => `\t${constant(s)},`);

	return `${BANNER}#ifndef ZAEDNO_${upper}_STATEMENTS_H
#define ZAEDNO_${upper}_STATEMENTS_H

#include <stddef.h>

#include "common/db.h"

enum ${service}_stmt {
${[...names, `\t${upper}_STMT_COUNT,`].join("\n")}
};

/* indexed by enum ${service}_stmt */
extern const struct stmt ${service}_stmts[];
extern const size_t ${service}_stmts_len;

#endif
`;
}

function sqlText(s) {
	const lines = quoteLines(s.sql, "\t    ");

	return lines ? `static const char ${s.name}_sql[] =\n${lines};\n` :
	    `static const char ${s.name}_sql[] = {\n${bytes(s.sql)}\n};\n`;
}

function flagsOf(s) {
	const flags = FLAGS[s.kind] ? [FLAGS[s.kind]] : [];

	return [...flags, ...(s.act ? ["STMT_ACT"] : [])].join(" | ") || "0";
}

function row(s) {
	return `\t[${constant(s)}] = {
		.name = ${quote(s.name)},
		.sql = ${s.name}_sql,
		.nparams = ${s.nparams},
		.flags = ${flagsOf(s)},
	},`;
}

export function statementsSource(service, statements) {
	/* C has no empty array */
	const rows = statements.length > 0 ? statements.map(row) : ["\t{ 0 },"];

	return `${BANNER}
#include "${service}_statements.h"

${statements.map(sqlText).join("\n")}
const struct stmt ${service}_stmts[] = {
${rows.join("\n")}
};
const size_t ${service}_stmts_len = ${service.toUpperCase()}_STMT_COUNT;
`;
}

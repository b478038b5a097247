// The engine of the matrix: every operation of a specification × every caller
// × every row of the operation's subject, against the one table expected.mjs.
//
// A caller is {name, api, token, scopes, standing, relation(row)}; standing is
// "good", "suspended", "blocked" or a reason why the token opens nothing; the
// relation names what the caller is to a row ("holder", "recipient"…).

import assert from "node:assert/strict";
import { test } from "node:test";
import { scopesFor } from "../lib/callers.mjs";
import { lasting } from "../lib/lasting.mjs";
import { documentedCodes, specs } from "../lib/spec.mjs";

/* What differs from request to request by its nature. */
const CHANGING = new Set(["date", "x-request-id", "traceparent"]);
const AT_ONCE = 8;
const STANDING = { suspended: 1, blocked: 1 };
const TOKEN = {
	none: "401 token-missing", garbage: "401 token-invalid",
	ended: "401 session-ended", disabled: "401 session-ended",
};

const documents = (service, operation, code) =>
	[...documentedCodes(specs[service], operation).values()]
		.some((codes) => codes.includes(code));

/** The answer that the table asks for: "status" or "status code". */
export function expected(service, operation, entry, caller, row) {
	const wanted = scopesFor(operation), nothing = entry.else ?? "404";
	if (wanted.length === 0)
		return entry.refuses?.[caller.standing] ?? entry.ok;
	if (caller.standing === "none" || caller.standing === "garbage")
		return TOKEN[caller.standing];
	if (!wanted.some((scope) => caller.scopes.includes(scope)))
		return "403 scope-missing";
	if (caller.standing in TOKEN && documents(service, operation, "session-ended") &&
		(caller.standing !== "ended" || wanted.includes("self")))
		return TOKEN[caller.standing];
	if (caller.standing === "disabled")
		return entry.disabled ?? (entry.subject ? nothing : entry.ok);
	const relation = row.name === "absent" ? "none" : caller.relation(row);
	const named = entry.rows?.[row.name];
	const answer = entry.rows === undefined ? entry.ok
		: (typeof named === "string" ? named : named?.[relation]) ?? nothing;
	const refusal = `organisation-${caller.standing}`;
	const owing = entry.first || answer !== "404" ||
		Object.values(entry.rows ?? {}).some((of) => of[relation]);
	if (caller.standing in STANDING && owing && !entry.standing?.includes(caller.standing) &&
		documents(service, operation, refusal))
		return `403 ${refusal}`;
	return answer;
}

/** An answer without what is its own; ids of the row become their names. */
export function plain({ status, headers, text, body }, row) {
	const names = Object.entries(row.ids ?? {}).filter(([, id]) => id);
	const hide = (value) => names.reduce(
		(all, [name, id]) => all.replaceAll(id, `<${name}>`), value);
	const kept = Object.entries(headers).filter(([name]) => !CHANGING.has(name))
		.map(([name, value]) => `${name}: ${value}`).sort().join("\n");
	return hide(`${status}\n${kept}\n\n${text}`)
		.replaceAll(body?.request ?? "\0", "<request>");
}

const fits = (answer, want) => {
	const [status, code] = want.split(" ");
	return want.split("|").length > 1
		? want.split("|").some((one) => fits(answer, one))
		: String(answer.status) === status && (!code || answer.body?.code === code);
};

async function inParallel(items, work) {
	const left = [...items];
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		for (let item = left.shift(); item !== undefined; item = left.shift())
			await work(item);
	}));
}

/** Every cell of one operation: {caller, row, want}. */
function cellsOf(service, operation, entry, world) {
	const rows = entry.subject ? world.rows(entry.subject) : [{ name: "-", ids: {} }];
	return world.callers.flatMap((caller) => rows.map((row) => ({
		caller, row, want: expected(service, operation, entry, caller, row),
	})));
}

async function ask(service, operation, { caller, row }, world) {
	const options = await world.about(operation, caller, row);
	return (caller.api ?? world.anybody).call(operation.operationId,
		{ token: await lasting(caller.token, caller.api?.url), ...options });
}

function wrong(operation, { caller, row, want }, answer) {
	return `${operation.operationId}, ${caller.name}, ${row.name}: ` +
		`${answer.status} ${answer.body?.code ?? ""} instead of ${want}`;
}

/*
 * What must not be known is what does not exist: where the table names nothing
 * that the caller is to a row, the answer is byte for byte the caller's answer
 * about a row that is not there.
 */
function hiddenFaults(operation, entry, answers) {
	const faults = [];
	for (const { caller, row, answer } of answers) {
		const related = typeof entry.rows?.[row.name] === "string" ||
			caller.standing in STANDING && answer.status !== 404 && !entry.first;
		if (row.name === "absent" || answer.status < 400 ||
			related || entry.rows?.[row.name]?.[caller.relation?.(row)])
			continue;
		const absent = answers.find((other) => other.caller === caller &&
			other.row.name === "absent" && other.answer.status >= 400);
		if (absent && plain(answer, row) !== plain(absent.answer, absent.row))
			faults.push(`${operation.operationId}, ${caller.name}, ${row.name}: ` +
				"not the answer of what does not exist");
	}
	return faults;
}

/**
 * Runs one operation's cells.  Cells that write with success come last, each
 * on a row of its own; the others may change nothing.
 *
 * @returns {cells, faults}
 */
export async function runOperation(service, operation, entry, world) {
	const cells = cellsOf(service, operation, entry, world);
	const faults = [], answers = [];
	const good = ({ want }) => /^2/.test(want);
	const attempt = async (cell) => {
		try {
			const answer = await ask(service, operation, cell, world);
			if (!fits(answer, cell.want))
				faults.push(wrong(operation, cell, answer));
			return answer;
		} catch (error) { // an answer that the specification does not know
			faults.push(`${operation.operationId}, ${cell.caller.name}, ` +
				`${cell.row.name}: ${error.message.split("\n")[0]}`);
			return undefined;
		}
	};
	await inParallel(cells.filter((cell) => !entry.writes || !good(cell)), async (cell) => {
		const answer = await attempt(cell);
		if (answer)
			answers.push({ ...cell, answer });
	});
	const hidden = hiddenFaults(operation, entry, answers);
	const finish = async () => {
		await inParallel(cells.filter((cell) => entry.writes && good(cell)), async (cell) => {
			const row = await world.fresh(entry.subject, cell.row, operation);
			const caller = await world.again(cell.caller, operation);
			await attempt({ ...cell, caller, row });
		});
		return faults;
	};
	return { cells: cells.length, hidden, finish };
}

/** The whole matrix of a service, one test an operation. */
export function runMatrix(service, table, world) {
	let cells = 0;
	const later = [];
	test(`${service}: every operation of the specification has its row`, () => {
		const missing = [...specs[service].operations.keys()].filter((id) => !table[id]);
		assert.deepEqual(missing, [], "tests/security/expected.mjs");
		assert.deepEqual(Object.keys(table)
			.filter((id) => !specs[service].operations.has(id)), [], "no such operation");
	});
	test(`${service}: nobody gets what is not theirs, and nothing tells that it is there`, async (t) => {
		const w = await world();
		const before = await w.snapshot();
		for (const operation of specs[service].operations.values()) {
			const entry = table[operation.operationId];
			if (!entry)
				continue;
			const ran = await runOperation(service, operation, entry, w);
			cells += ran.cells;
			later.push({ operation, ...ran });
			await t.test(`${operation.operationId}: hidden is absent`, () =>
				assert.deepEqual(ran.hidden, []));
		}
		await t.test("what was refused has changed nothing", async () =>
			assert.deepEqual(await w.snapshot(), before));
	});
	test(`${service}: every cell is as the table says`, async (t) => {
		for (const { operation, finish } of later)
			await t.test(operation.operationId, async () =>
				assert.deepEqual(await finish(), []));
		console.log(`# ${service}: ${cells} cells, ${later.length} operations`);
	});
}

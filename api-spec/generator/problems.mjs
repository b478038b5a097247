/*
 * The problem codes of common/tbl/problem.h, and which of them an operation
 * can answer with by what it is.
 */

/* one C string, which may be written in several pieces */
const STRING = String.raw`((?:"(?:[^"\\]|\\.)*"\s*)+)`;
const ROW = new RegExp(String.raw`^\s*PROBLEM\(\s*([A-Z0-9_]+)\s*,` +
    String.raw`\s*(\d{3})\s*,\s*${STRING},\s*${STRING},\s*${STRING}\)`, "gmu");

function textOf(string) {
	return [...string.matchAll(/"((?:[^"\\]|\\.)*)"/gu)]
	    .map((m) => m[1].replace(/\\(.)/gu, "$1")).join("");
}

/* code → { name, status, code, en, bg }, in the order of the table */
export function readProblems(sources, path, report) {
	const text = sources.text(path);
	const file = sources.name(path);
	const table = new Map();

	if (text === null) {
		report.fail(file, null, "is not there");
		return table;
	}
	const code = text.replace(/\/\*[\s\S]*?\*\//g, "");

	for (const [, name, status, ...strings] of code.matchAll(ROW)) {
		const [key, en, bg] = strings.map(textOf);

		if (table.has(key))
			report.fail(file, key, "this code is there twice");
		table.set(key, { name, status: Number(status), code: key, en,
		    bg });
	}
	if (table.size !== (code.match(/^\s*PROBLEM\(/gm) ?? []).length)
		report.fail(file, null, "a row cannot be read: " +
		    'PROBLEM(NAME, 400, "code", "english", "български")');
	return table;
}

/* What any request can be answered with before or without an operation. */
export const SERVICE_PROBLEMS = ["malformed-request", "not-found",
	"method-not-allowed", "not-acceptable", "headers-too-many"];

function ofDatabase(op, rate) {
	const codes = op["x-database"] === false ? [] :
	    ["unavailable", "internal"];

	return rate === "free" ? codes : [...codes, "too-many-requests"];
}

function ofHeaders(op) {
	const codes = [];

	if (op["x-if-match"] === "required")
		codes.push("precondition-required", "precondition-failed");
	if (op["x-if-match"] === "optional")
		codes.push("precondition-failed");
	if (op["x-idempotency-key"])
		codes.push("idempotency-key-missing",
		    "idempotency-key-reused");
	return codes;
}

/* codes an operation can answer with; route: its row (routes.mjs) */
export function problemsOf(op, route) {
	const codes = [...(op["x-problems"] ?? []), ...ofHeaders(op),
		...ofDatabase(op, route.rate)];

	if (route.scopes !== null)
		codes.push("token-missing", "token-invalid", "scope-missing");
	if (route.scopes !== null && route.service === "hub")
		codes.push("organisation-blocked");
	if (route.body)
		codes.push("malformed-body", "body-too-large", "media-type",
		    "invalid");
	if (route.query)
		codes.push("invalid");
	if (route.pathSchema)
		codes.push("not-found");
	return [...new Set(codes)];
}

/* Names the codes in the schema of a problem document. */
export function listCodes(schema, table) {
	if (schema?.properties?.code)
		schema.properties.code.enum = [...table.keys()];
}

// Errors as problem documents (RFC 9457), with the project's codes.

import path from "node:path";
import fs from "node:fs";
import { checkout } from "../../../deploy/demo/place.mjs";

const text = fs.readFileSync(path.join(checkout, "common/tbl/problem.h"), "utf8");
const STATUS = new Map([...text.matchAll(
	/^\s*PROBLEM\(\s*[A-Z0-9_]+,\s*(\d{3}),\s*"([a-z0-9-]+)",\s*"((?:[^"\\]|\\.)*)"/gm)]
	.map(([, status, code, title]) => [code, { status: Number(status), title }]));

/** An error that is answered as a problem. */
export class Problem extends Error {
	constructor(code, more = {}) {
		super(code);
		const { status, title } = STATUS.get(code) ?? STATUS.get("internal");
		this.statusCode = status;
		this.body = { type: "about:blank", title, status, code, ...more };
	}
}

/* What the database says: SQLSTATE → code. */
function ofDatabase(sqlstate) {
	if (sqlstate === "23505" || sqlstate === "42501")
		return "not-found";
	return /^(08|40|53|55|57)/.test(sqlstate) ? "unavailable" : "internal";
}

/* What Fastify says of a body. */
const OF_FASTIFY = {
	FST_ERR_CTP_INVALID_MEDIA_TYPE: "media-type",
	FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
	FST_ERR_CTP_EMPTY_JSON_BODY: "malformed-body",
};

/** Any error as a Problem. */
export function problemOf(error) {
	if (error instanceof Problem)
		return error;
	if (error.validation)
		return error.validationContext === "params" ? new Problem("not-found")
			: new Problem("invalid", {
				errors: error.validation.map((e) =>
					({ pointer: e.instancePath, code: e.keyword, message: e.message })),
			});
	if (OF_FASTIFY[error.code])
		return new Problem(OF_FASTIFY[error.code]);
	if (error.statusCode === 400)
		return new Problem("malformed-body");
	return new Problem(/^[0-9A-Z]{5}$/.test(error.code ?? "")
		? ofDatabase(error.code) : "internal");
}

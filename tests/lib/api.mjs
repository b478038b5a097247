// A client of one service that holds every answer against the specification.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { request } from "../../deploy/demo/http.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { answerFaults, operationPath, specs } from "./spec.mjs";
import { record } from "./coverage.mjs";

export class Api {
	/**
	 * @param service "hub" or "node"; token: who asks, may be undefined
	 * @param renew answers a token that still holds: one that was made when the
	 *   files were read has ended before the last of them is run
	 */
	constructor(service, url, token, renew) {
		Object.assign(this, { service, url, token, renew });
	}

	/** The same service, asked by another. */
	as(token, renew) {
		return new Api(this.service, this.url, token, renew);
	}

	/** The same, with one token that holds for `seconds` more and is not renewed. */
	async heldFor(seconds) {
		return this.renew ? this.as(await this.renew(seconds)) : this;
	}

	/** The same service, asked by that person. */
	async signedIn(user) {
		const renew = (seconds) => tokenOf(this.url, user, seconds);
		return this.as(await renew(), renew);
	}

	/**
	 * Calls an operation by its operationId.
	 *
	 * @param options {params…} as `params`, `query`, `body`, `raw`, `headers`,
	 *   `ifMatch` (version), `key` (Idempotency-Key; made where required)
	 * @param expected status, or "status code" as in "409 stale"
	 */
	async call(operationId, options = {}, expected = undefined) {
		const spec = specs[this.service];
		const operation = spec.operations.get(operationId);
		assert.ok(operation, `no operation ${operationId} in ${this.service}.yaml`);
		const headers = { ...options.headers };
		if (options.ifMatch !== undefined)
			headers["if-match"] = `"${options.ifMatch}"`;
		if (operation["x-idempotency-key"] && options.key !== null)
			headers["idempotency-key"] ??= options.key ?? randomUUID();
		if (options.token === undefined && this.renew)
			this.token = await this.renew();
		const answer = await request(operation.method,
			this.url + operationPath(operation, options.params, options.query), {
				token: options.token === undefined ? this.token : options.token,
				body: options.body, raw: options.raw, headers,
			});
		record(this.service, operationId, answer,
			Buffer.byteLength(options.raw ?? JSON.stringify(options.body ?? null)));
		const faults = answerFaults(spec, operation, answer);
		assert.deepEqual(faults, [], `${faults.join("\n")}\n${answer.text}`);
		if (expected !== undefined)
			expectAnswer(operationId, answer, expected);
		return answer;
	}
}

/** Compares status and, where given, problem code. */
export function expectAnswer(what, answer, expected) {
	const [status, code] = String(expected).split(" ");
	assert.equal(String(answer.status), status,
		`${what}: ${answer.status} instead of ${expected}: ${answer.text}`);
	if (code)
		assert.equal(answer.body?.code, code, `${what}: ${answer.text}`);
}

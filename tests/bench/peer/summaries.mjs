// The two operations, GET and PUT /v1/summaries/{id}.

import { SEGMENTS } from "../sql.mjs";
import { Problem } from "./problems.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/* A reply row: status, or a problem's code; body; etag. */
function answer(reply, row) {
	if (!row)
		throw new Problem("not-found");
	const { status, body, etag } = row;
	if (!/^\d/.test(status))
		throw new Problem(status, body ? { current: JSON.parse(body) } : {});
	reply.code(Number(status)).type("application/json");
	if (etag)
		reply.header("etag", `"${etag}"`);
	return body;
}

const callerOf = (request, operation) => {
	const { org, user, role } = request.caller;
	return [org, user, role, operation, request.id];
};

export function summaries(app, { database, sequencer }) {
	const params = {
		type: "object", required: ["id"], additionalProperties: false,
		properties: { id: { $ref: "hub#/components/schemas/Uuid" } },
	};

	app.get("/v1/summaries/:id", {
		schema: { params },
		config: { scopes: ["summaries:read", "summaries:coordinate"] },
	}, async (request, reply) => {
		const caller = callerOf(request, "getSummary"), args = [request.params.id];
		const [row] = await database.run(caller, SEGMENTS.getSummary, args);
		if (row)
			return answer(reply, row);
		const [gone] = await database.run(caller, SEGMENTS.goneSummary, args);
		return answer(reply, gone);
	});

	app.put("/v1/summaries/:id", {
		schema: { params, body: { $ref: "hub#/components/schemas/SummaryNew" } },
		config: { scopes: ["summaries:write"] },
	}, async (request, reply) => {
		const key = request.headers["idempotency-key"];
		if (!key || !UUID.test(key))
			throw new Problem("idempotency-key-missing");
		const { consent_id, version, doc } = request.body;
		const [row] = await database.run(callerOf(request, "putSummary"),
			SEGMENTS.putSummary, [consent_id, request.params.id,
				String(version), JSON.stringify(doc), key]);
		sequencer.acted();
		return answer(reply, row);
	});
}

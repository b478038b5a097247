// The peer: reading and publishing a summary as a good team would write them
// with Fastify, pg and jose, on the hub's own database, as the hub's own role.
// It makes the hub's checks: token, scope, schema, consent, projection, read
// log, idempotency, audit leaf, feed events.  One process, like one worker.
//
//	PEER_PORT PEER_ISSUER PEER_KEY PEER_CONNECTIONS PGHOST PGUSER…
//	node server.mjs

import fs from "node:fs";
import path from "node:path";
import { randomUUID } from "node:crypto";
import Fastify from "fastify";
import { buildDir } from "../../../deploy/demo/place.mjs";
import { Database } from "./database.mjs";
import { Sequencer } from "./sequencer.mjs";
import { Tokens } from "./token.mjs";
import { Problem, problemOf } from "./problems.mjs";
import { summaries } from "./summaries.mjs";

const { PEER_PORT, PEER_ISSUER, PEER_KEY, PEER_CONNECTIONS } = process.env;

const app = Fastify({
	logger: false, genReqId: () => randomUUID(), bodyLimit: 262_144,
	// As the specification says: nothing is coerced, nothing stripped.
	ajv: {
		customOptions: {
			coerceTypes: false, removeAdditional: false, useDefaults: false,
			allErrors: true, strict: false,
		},
	},
});

/* The hub's own specification holds the schemas. */
const { components } = JSON.parse(fs.readFileSync(
	path.join(buildDir, "gen/hub_openapi.json"), "utf8"));
const rebased = JSON.parse(JSON.stringify(components)
	.replaceAll('"#/components/', '"hub#/components/'));
app.addSchema({ $id: "hub", components: rebased });

const tokens = new Tokens(fs.readFileSync(PEER_KEY, "utf8"), PEER_ISSUER);

function checkScope(request, caller) {
	if (!request.routeOptions.config.scopes.some((s) => caller.scopes.has(s)))
		throw new Problem("scope-missing");
	request.caller = caller;
}

app.decorateRequest("caller", null);
app.addHook("onRequest", (request, reply, done) => {
	const header = request.headers.authorization ?? "";
	if (!header.startsWith("Bearer "))
		return done(new Problem("token-missing"));
	const token = header.slice(7);
	const caller = tokens.known(token);
	const admit = (found) => {
		try {
			checkScope(request, found);
			done();
		} catch (error) {
			done(error);
		}
	};
	if (caller)
		return admit(caller);
	tokens.verify(token).then(admit, () => done(new Problem("token-invalid")));
});
app.addHook("onSend", (request, reply, payload, done) => {
	reply.header("cache-control", "no-store");
	reply.header("x-request-id", request.id);
	done(null, payload);
});
app.setErrorHandler((error, request, reply) => {
	const problem = problemOf(error);
	if (problem.statusCode === 500)
		console.error(error.message);
	reply.code(problem.statusCode).type("application/problem+json")
		.send(JSON.stringify(problem.body));
});

const database = new Database(Number(PEER_CONNECTIONS));
const sequencer = new Sequencer(database);
summaries(app, { database, sequencer });

await app.listen({ host: "127.0.0.1", port: Number(PEER_PORT) });
process.on("SIGTERM", async () => {
	sequencer.stop();
	await app.close();
	await database.end();
	process.exit(0);
});

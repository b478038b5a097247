/* The table of routes in C: one row for each operation. */

import { BANNER, quote, quoteOrNull, snake } from "./c.mjs";

const PARAM_MAX = 6;

export function escapePointer(key) {
	return key.replace(/~/g, "~0").replace(/\//g, "~1");
}

/* { flags, … } of one operation as common/route.h has it */
export function routeOf(service, { path, method, op }) {
	const base = `/paths/${escapePointer(path)}/${method}`;
	const type = Object.keys(op.requestBody?.content ?? {})[0];
	const inQuery = op.parameters.some((p) => p.in === "query");

	return {
		service, path, method: method.toUpperCase(),
		operation: op.operationId,
		handler: snake(op.operationId ?? ""),
		scopes: op["x-public"] === true ? null :
		    (op.security ?? []).flatMap((s) => s.bearer ?? []),
		rate: op["x-rate"] ?? (method === "get" ? "read" : "write"),
		audit: op["x-audit"] ?? null,
		form: type === "application/x-www-form-urlencoded",
		ifMatch: op["x-if-match"] ?? null,
		idempotent: op["x-idempotency-key"] === true,
		quiet: op["x-quiet"] === true,
		change: op["x-node-change"] ?? null,
		body: type ? `${base}/requestBody/content/` +
		    `${escapePointer(type)}/schema` : null,
		bodyRequired: op.requestBody?.required !== false,
		query: inQuery ? `${base}/x-query` : null,
		pathSchema: path.includes("{") ? `${base}/x-path` : null,
	};
}

export function checkRoute(route, say) {
	const params = route.path.match(/\{[^}]*\}/g) ?? [];

	if (params.length > PARAM_MAX)
		say(`a path has at most ${PARAM_MAX} parameters`);
	/* One that takes a step may require what it steps from. */
	if (route.ifMatch === "optional" && route.idempotent &&
	    route.method === "POST")
		say("a POST that creates has nothing to match");
}

function flagsOf(route) {
	const flags = [];

	if (route.form)
		flags.push("ROUTE_FORM");
	if (route.ifMatch === "required")
		flags.push("ROUTE_IF_MATCH");
	if (route.ifMatch === "optional")
		flags.push("ROUTE_IF_MATCH_OPTIONAL");
	if (route.idempotent)
		flags.push("ROUTE_IDEMPOTENT");
	if (route.body && route.bodyRequired)
		flags.push("ROUTE_BODY");
	if (route.scopes === null)
		flags.push("ROUTE_PUBLIC");
	if (route.quiet)
		flags.push("ROUTE_QUIET");
	return flags.length > 0 ? flags.join(" | ") : "0";
}

function scopesName(route) {
	return route.scopes === null ? "NULL" : `${route.handler}_scopes`;
}

function row(route) {
	return `\t{
		.method = ${quote(route.method)},
		.path = ${quote(route.path)},
		.operation = ${quote(route.operation)},
		.scopes = ${scopesName(route)},
		.rate = RATE_${route.rate.toUpperCase()},
		.flags = ${flagsOf(route)},
		.audit = ${quoteOrNull(route.audit)},
		.body_schema = ${quoteOrNull(route.body)},
		.query_schema = ${quoteOrNull(route.query)},
		.path_schema = ${quoteOrNull(route.pathSchema)},
		.handler = ${route.handler},
	},`;
}

export function routesHeader(service, routes) {
	const guard = `ZAEDNO_${service.toUpperCase()}_ROUTES_H`;
	const prototypes = routes.map((r) => `int ${r.handler}(struct req *);`);

	return `${BANNER}#ifndef ${guard}
#define ${guard}

#include <stddef.h>

#include "common/route.h"

extern const struct route ${service}_routes[];
extern const size_t ${service}_routes_len;

/* one for each operation of api-spec/${service}.yaml */
${prototypes.join("\n")}

#endif
`;
}

export function routesSource(service, routes) {
	const scopes = routes.filter((r) => r.scopes !== null).map((r) =>
	    `static const char *const ${scopesName(r)}[] = {\n\t` +
	    `${[...r.scopes.map(quote), "NULL"].join(", ")},\n};\n`);

	return `${BANNER}
#include "${service}_routes.h"

${scopes.join("\n")}
const struct route ${service}_routes[] = {
${routes.map(row).join("\n")}
};
const size_t ${service}_routes_len =
    sizeof(${service}_routes) / sizeof(${service}_routes[0]);
`;
}

/* Scopes and the roles that hold them, from scopes.yaml. */

import { BANNER, quote } from "./c.mjs";

export const SERVICES = ["hub", "node"];

function checkService(file, name, service, report) {
	const scopes = Object.keys(service?.scopes ?? {});

	for (const scope of scopes) {
		const label = service.scopes[scope];

		if (!label?.bg || !label?.en)
			report.fail(file, [name, scope],
			    "bg and en are needed");
		if (!Object.values(service.roles ?? {}).some(
		    (r) => r.scopes.includes(scope)))
			report.fail(file, [name, scope], "no role holds it");
	}
	for (const [role, { scopes: held }] of
	    Object.entries(service?.roles ?? {})) {
		for (const scope of held) {
			if (!scopes.includes(scope))
				report.fail(file, [name, "roles", role],
				    `unknown scope "${scope}"`);
		}
	}
}

/* { hub: { scopes, roles }, node: … } */
export function readScopes(sources, path, report) {
	const source = sources.open(path);

	if (!source) {
		report.fail(sources.name(path), null, "is not there");
		return Object.fromEntries(SERVICES.map(
		    (s) => [s, { scopes: {}, roles: {} }]));
	}
	for (const name of SERVICES)
		checkService(source.name, name, source.value[name], report);
	return source.value;
}

export function scopesHeader() {
	return `${BANNER}#ifndef ZAEDNO_SCOPES_H
#define ZAEDNO_SCOPES_H

/*
 * The scopes that a role holds in a service ("hub", "node"), ended by NULL;
 * NULL for a role that the service does not have.  The hub's role "node" is
 * what an enrolled organisation is granted.
 */
const char *const *scopes_of_role(const char *service, const char *role);

#endif
`;
}

export function scopesSource(all) {
	const tables = [];
	const rows = [];

	for (const service of SERVICES) {
		for (const [role, { scopes }] of
		    Object.entries(all[service].roles)) {
			const name = `${service}_${role}`;
			const lines = [...scopes.map(quote), "NULL"]
			    .map((s) => `\t${s},`);

			tables.push(`static const char *const ${name}[] = {\n` +
			    `${lines.join("\n")}\n};\n`);
			rows.push(`\t{ ${quote(service)}, ${quote(role)}, ` +
			    `${name} },`);
		}
	}
	return `${BANNER}
#include "scopes.h"

#include <stddef.h>
#include <string.h>

${tables.join("\n")}
static const struct {
	const char	  *service;
	const char	  *role;
	const char *const *scopes;
} roles[] = {
${rows.join("\n")}
};

const char *const *
scopes_of_role(const char *service, const char *role)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (strcmp(roles[i].service, service) == 0 &&
		    strcmp(roles[i].role, role) == 0)
			return (roles[i].scopes);
	}
	return (NULL);
}
`;
}

/* The table of the hub's operations by which a node changes what is shared. */

import { BANNER, quote } from "./c.mjs";

const MATCH = { required: "HUB_CHANGE_MATCHES",
	optional: "HUB_CHANGE_MAY_MATCH" };

function row(route) {
	return `\t{
		.operation = ${quote(route.operation)},
		.method = ${quote(route.method)},
		.path = ${quote(route.path)},
		.kind = ${quote(route.change)},
		.body_schema = ${quote(route.body)},
		.path_schema = ${quote(route.pathSchema)},
		.match = ${MATCH[route.ifMatch] ?? "HUB_CHANGE_NEVER"},
	},`;
}

export function changesHeader() {
	return `${BANNER}#ifndef ZAEDNO_HUB_CHANGES_H
#define ZAEDNO_HUB_CHANGES_H

#include "node/hub_change.h"

/* those that api-spec/hub.yaml marks x-node-change; the last is empty */
extern const struct hub_change hub_changes[];

#endif
`;
}

export function changesSource(routes) {
	return `${BANNER}
#include "hub_changes.h"

const struct hub_change hub_changes[] = {
${routes.filter((r) => r.change).map(row).join("\n")}
	{ .operation = NULL },
};
`;
}

/*
 * The generator: api-spec/*.yaml, the code lists, the problem table and the
 * named SQL statements in; tables and documents for the services out.
 *
 *	node generate.mjs [--root DIR] [--out DIR] [hub] [node]
 *
 * What is wrong is told all at once, with file and place, and nothing is
 * written then. A file is rewritten only when its content changes.
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { bundle } from "./generator/bundle.mjs";
import { changesHeader, changesSource } from "./generator/changes.mjs";
import { listsSql, readLists } from "./generator/codelists.mjs";
import { embedHeader, embedSource } from "./generator/embed.mjs";
import { errorsPage } from "./generator/errors.mjs";
import { Sources, writeChanged } from "./generator/files.mjs";
import { finishOperations, resolver } from "./generator/operations.mjs";
import { listCodes, readProblems, SERVICE_PROBLEMS }
	from "./generator/problems.mjs";
import { referencePage } from "./generator/reference.mjs";
import { Report } from "./generator/report.mjs";
import { routesHeader, routesSource } from "./generator/routes.mjs";
import { finishSchema } from "./generator/schema.mjs";
import { readScopes, scopesHeader, scopesSource, SERVICES }
	from "./generator/scopes.mjs";
import { readStatements, statementsHeader, statementsSource }
	from "./generator/statements.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const BEARER = { type: "http", scheme: "bearer", bearerFormat: "JWT",
	description: "Издаден от същата услуга; правата са в scope." };

/* The document that the service serves, without its paths. */
function outline(main, schemas) {
	const rest = Object.fromEntries(Object.entries(main.value).filter(
	    ([k]) => !k.startsWith("x-") && k !== "paths"));

	return {
		...rest,
		"x-service-problems": SERVICE_PROBLEMS,
		paths: {},
		components: {
			securitySchemes: { bearer: BEARER,
				...main.value.components?.securitySchemes },
			schemas,
		},
	};
}

/* { document, routes } of hub.yaml or node.yaml, or null */
function readSpec(service, shared) {
	const { sources, report, spec, lists, problems, scopes } = shared;
	const path = join(spec, `${service}.yaml`);
	const main = sources.open(path);

	if (!main) {
		report.fail(sources.name(path), null, "is not there");
		return null;
	}
	const { operations, schemas, from } = bundle(sources, report, main);
	const document = outline(main, schemas);
	const resolve = resolver(document);

	for (const [name, schema] of Object.entries(schemas))
		finishSchema(schema, lists, (at, m) =>
		    report.fail(from.get(name), at, m));
	listCodes(schemas.Problem, problems);
	const done = finishOperations(operations, { service, lists, problems,
		resolve, scopes: new Set(Object.keys(scopes[service].scopes)) },
	    (o, at, m) => report.fail(o.source.at([...o.keys, ...at]),
		[...o.keys, ...at], m));

	document.paths = done.paths;
	for (const route of done.routes) {
		for (const tag of document.paths[route.path]
		    [route.method.toLowerCase()].tags ?? []) {
			if (!document.tags?.some((t) => t.name === tag))
				report.fail(main.name, route.operation,
				    `tag "${tag}" is not declared`);
		}
	}
	return { document, routes: done.routes };
}

function writeService(service, made, shared, write) {
	const { document, routes } = made;
	const { problems, lists } = shared;
	const header = `${service}_embed.h`;
	const json = `${JSON.stringify(document, null, 1)}\n`;
	const page = referencePage(document, routes, problems, lists);

	write(`${service}_openapi.json`, json);
	write(`${service}_reference.html`, page);
	write(header, embedHeader(`ZAEDNO_${service.toUpperCase()}_EMBED_H`, [
		{ name: `${service}_openapi`, what: "the OpenAPI document" },
		{ name: `${service}_reference`, what: "the reference page" },
	]));
	write(`${service}_openapi.c`,
	    embedSource(header, `${service}_openapi`, json));
	write(`${service}_reference.c`,
	    embedSource(header, `${service}_reference`, page));
	write(`${service}_routes.h`, routesHeader(service, routes));
	write(`${service}_routes.c`, routesSource(service, routes));
	write(`${service}_statements.h`,
	    statementsHeader(service, made.statements));
	write(`${service}_statements.c`,
	    statementsSource(service, made.statements));
	if (service === "hub") {
		write("hub_changes.h", changesHeader());
		write("hub_changes.c", changesSource(routes));
	}
}

function writeShared({ lists, scopes, sources }, write) {
	const css = sources.text(join(HERE, "generator", "reference.css"));

	write("codelists.sql", listsSql(lists));
	write("scopes.h", scopesHeader());
	write("scopes.c", scopesSource(scopes));
	write("reference_css.h", embedHeader("ZAEDNO_REFERENCE_CSS_H",
	    [{ name: "reference_css", what: "style of the reference page" }]));
	write("reference_css.c",
	    embedSource("reference_css.h", "reference_css", css));
	write("print_css.h", embedHeader("ZAEDNO_PRINT_CSS_H",
	    [{ name: "print_css", what: "style of the pages for paper" }]));
	write("print_css.c", embedSource("print_css.h", "print_css",
	    sources.text(join(HERE, "generator", "print.css"))));
}

/* Stale in the repository: mended here, and the build fails this once. */
function checkErrorsPage({ spec, problems, sources, report }) {
	const path = join(spec, "ERRORS.md");

	if (!report.failed && writeChanged(path, errorsPage(problems)))
		report.fail(sources.name(path), null,
		    "was stale and has been rewritten: commit it");
}

function readShared(root, report) {
	const sources = new Sources(root, report);
	const spec = join(root, "api-spec");

	return {
		root, report, sources, spec,
		problems: readProblems(sources,
		    join(root, "common/tbl/problem.h"), report),
		lists: readLists(sources, join(spec, "codelists"), report),
		scopes: readScopes(sources, join(spec, "scopes.yaml"), report),
	};
}

/* Runs the generator; returns the lines of what is wrong, none if done. */
export function generate({ root, out, services }) {
	const report = new Report();
	const shared = readShared(root, report);
	const made = new Map();
	const write = (name, text) => writeChanged(join(out, name), text);

	for (const service of services) {
		const spec = readSpec(service, shared);
		const dir = join(root, service, "sql", "statements");

		made.set(service, { ...spec, statements:
		    readStatements(shared.sources, dir, report) });
	}
	if (report.failed)
		return report.lines;
	for (const [service, what] of made)
		writeService(service, what, shared, write);
	writeShared(shared, write);
	checkErrorsPage(shared);
	return report.lines;
}

function main() {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { root: { type: "string" }, out: { type: "string" } },
	});
	const root = values.root ?? dirname(HERE);
	const lines = generate({ root,
		out: values.out ?? join(root, "build", "gen"),
		services: positionals.length > 0 ? positionals : SERVICES });

	for (const line of lines)
		console.error(line);
	process.exitCode = lines.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	main();

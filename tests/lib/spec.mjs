// The interface as built (build/gen/*_openapi.json): operations by name, and
// a validator for each answer that they document.

import fs from "node:fs";
import path from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { generatedDir } from "../../deploy/demo/place.mjs";

const METHODS = ["get", "put", "post", "patch", "delete"];

function loadSpec(service) {
	const file = path.join(generatedDir, `${service}_openapi.json`);
	const document = JSON.parse(fs.readFileSync(file, "utf8"));
	const ajv = new Ajv2020({ strict: false, allErrors: true });
	addFormats(ajv);
	ajv.addSchema(document, service);

	const operations = new Map();
	for (const [template, item] of Object.entries(document.paths))
		for (const method of METHODS)
			if (item[method])
				operations.set(item[method].operationId, {
					...item[method], template, method: method.toUpperCase(),
					pointer: `/paths/${template.replaceAll("~", "~0")
						.replaceAll("/", "~1")}/${method}`,
				});
	/* Hundreds of answers have the same schema: it is compiled once. */
	const compiled = new Map();
	const validator = (pointer, schema) => {
		const text = JSON.stringify(schema);
		if (!compiled.has(text))
			compiled.set(text, ajv.compile({
				$ref: `${service}#${pointer.split("/").map(encodeURIComponent).join("/")}`,
			}));
		return compiled.get(text);
	};
	return { service, document, operations, validator };
}

export const specs = { hub: loadSpec("hub"), node: loadSpec("node") };

/** Follows one local $ref. */
const resolve = (document, value) => value?.$ref
	? value.$ref.slice(2).split("/").reduce((at, key) =>
		at[key.replaceAll("~1", "/").replaceAll("~0", "~")], document)
	: value;

/** The path with its parameters filled in, and the query. */
export function operationPath(operation, params = {}, query = {}) {
	const used = operation.template.replace(/\{(\w+)\}/g, (_, name) => {
		if (params[name] === undefined)
			throw new Error(`${operation.operationId}: parameter ${name} is missing`);
		return encodeURIComponent(params[name]);
	});
	const search = new URLSearchParams(Object.entries(query)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => [name, String(value)])).toString();
	return search ? `${used}?${search}` : used;
}

/** The codes documented for one operation, by status. */
export function documentedCodes(spec, operation) {
	const out = new Map();
	for (const [status, response] of Object.entries(operation.responses)) {
		const codes = resolve(spec.document, response)["x-codes"];
		if (codes)
			out.set(Number(status), codes);
	}
	return out;
}

/**
 * Checks an answer against the document; returns what is wrong with it, as a
 * list of sentences.
 */
export function answerFaults(spec, operation, answer) {
	const where = `${operation.operationId} ${answer.status}`;
	const response = resolve(spec.document,
		operation.responses[String(answer.status)]);
	if (!response)
		return [`${where}: the status is not documented: ${answer.text.slice(0, 300)}`];
	const faults = headerFaults(where, response, answer);
	const type = (answer.headers["content-type"] ?? "").split(";")[0];
	if (!response.content || Object.keys(response.content).length === 0) {
		if (answer.text !== "")
			faults.push(`${where}: a body where none is documented`);
		return faults;
	}
	if (!response.content[type])
		return [...faults, `${where}: media type "${type}" is not documented`];
	if (answer.body === undefined || !response.content[type].schema)
		return faults;
	const validate = spec.validator(`${operation.pointer}/responses/` +
		`${answer.status}/content/${type.replaceAll("/", "~1")}/schema`,
	response.content[type].schema);
	if (!validate(answer.body))
		for (const error of validate.errors)
			faults.push(`${where}: ${error.instancePath || "/"} ${error.message}`);
	if (answer.body.code && response["x-codes"] &&
		!response["x-codes"].includes(answer.body.code))
		faults.push(`${where}: code "${answer.body.code}" is not documented`);
	return faults;
}

const SOMETIMES = new Set(["Link", "Location"]); // there is no next page

function headerFaults(where, response, answer) {
	const faults = [];
	for (const name of Object.keys(response.headers ?? {}))
		if (!SOMETIMES.has(name) && answer.headers[name.toLowerCase()] === undefined)
			faults.push(`${where}: header ${name} is missing`);
	return faults;
}

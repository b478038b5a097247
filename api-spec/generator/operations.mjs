/*
 * Checks the operations of a bundled spec and completes them: header
 * parameters, schemas of query and path, and the problems they answer with.
 */

import { checkClosed, finishSchema } from "./schema.mjs";
import { problemsOf } from "./problems.mjs";
import { checkRoute, routeOf } from "./routes.mjs";
import { pointerGet } from "./bundle.mjs";
import { snake } from "./c.mjs";

const METHODS = ["get", "put", "post", "patch", "delete"];
const RATES = ["read", "write", "signin", "token", "feed", "free"];
const EXTENSIONS = ["x-public", "x-rate", "x-audit", "x-problem-type", "x-problems",
	"x-if-match", "x-idempotency-key", "x-database", "x-quiet", "x-node-change"];
const QUERY_TYPES = ["string", "integer", "boolean", "array"];

const MEANING = {
	200: "Готово", 201: "Създадено", 202: "Прието", 204: "Няма съдържание",
	400: "Заявката не може да бъде прочетена", 401: "Не сте влезли",
	403: "Нямате право", 404: "Няма такова нещо за Вас",
	409: "Не е съвместимо с вече известното", 410: "Вече го няма",
	412: "Междувременно е променено", 413: "Твърде голямо",
	415: "Друг формат", 422: "Има полета за поправяне",
	428: "Липсва условие", 429: "Твърде много заявки",
	500: "Грешка при нас", 503: "Системата не отговаря",
};

const HEADERS = {
	etag: ["ETag", "Версията, за If-Match", "string"],
	location: ["Location", "Адресът на създаденото", "string"],
	link: ["Link", "Следващата страница, rel=\"next\"", "string"],
};

/* schemas/common.yaml's: nothing that a path would have to escape */
const UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const uuid = { type: "string", format: "uuid" };

function header(description, schema) {
	return { description, schema };
}

/* Checks of what only the author can say. */
function checkOperation(o, context, say) {
	const { op, method } = o;
	const { scopes, problems } = context;

	if (!METHODS.includes(method))
		say([], `method "${method}" is not among ` +
		    METHODS.join(", "));
	if (!op.operationId)
		say([], "operationId is missing");
	if (!op.summary)
		say([], "summary is missing");
	if (!op.tags?.length)
		say([], "tags are missing");
	if (op["x-public"] !== true && !op.security?.length)
		say([], "neither a scope (security: [{bearer: [scope]}]) " +
		    "nor x-public: true");
	if (op["x-public"] === true && op.security?.length)
		say(["security"], "x-public and a scope at once");
	for (const [i, s] of (op.security ?? []).entries()) {
		if (s.bearer?.length !== 1 || Object.keys(s).length !== 1)
			say(["security", i], "each item is {bearer: [scope]}");
		for (const scope of s.bearer ?? []) {
			if (!scopes.has(scope))
				say(["security", i],
				    `unknown scope "${scope}"`);
		}
	}
	for (const code of op["x-problems"] ?? []) {
		if (!problems.has(code))
			say(["x-problems"], `unknown problem code "${code}"`);
	}
	if ("x-rate" in op && !RATES.includes(op["x-rate"]))
		say(["x-rate"], `is one of ${RATES.join(", ")}`);
	if ("x-if-match" in op &&
	    !["required", "optional"].includes(op["x-if-match"]))
		say(["x-if-match"], "is required or optional");
	for (const key of Object.keys(op)) {
		if (key.startsWith("x-") && !EXTENSIONS.includes(key))
			say([key], `unknown extension "${key}"`);
	}
	if (!Object.keys(op.responses).some((s) => s < 400))
		say(["responses"], "no answer for success");
}

function checkParameters(o, resolve, say) {
	const names = o.path.match(/(?<=\{)[^}]*(?=\})/g) ?? [];
	const given = o.op.parameters.filter((p) => p.in === "path");

	for (const name of names) {
		if (!given.some((p) => p.name === name))
			say(["parameters"], `path parameter "${name}" ` +
			    "is not declared");
	}
	for (const p of o.op.parameters) {
		if (p.in === "path" && !names.includes(p.name))
			say(["parameters"], `"${p.name}" is not in the path`);
		if (p.in !== "query")
			continue;
		const type = resolve(p.schema)?.type;

		if (!QUERY_TYPES.includes(type))
			say(["parameters"], `query parameter "${p.name}" ` +
			    `has one type of ${QUERY_TYPES.join(", ")}`);
		if (type === "array")
			Object.assign(p, { style: "form", explode: false });
	}
}

/* What a node fills into the path and queues as a body. */
function checkChange(o, resolve, say) {
	const kind = o.op["x-node-change"];

	if (!/^[a-z][a-z_]{0,39}$/.test(kind))
		say(["x-node-change"], "is a kind of document");
	if (!o.op.requestBody)
		say(["x-node-change"], "needs a body");
	if (!o.op.parameters.some((p) => p.in === "path" && p.name === "id"))
		say(["x-node-change"], "needs the path parameter id");
	for (const p of o.op.parameters) {
		const schema = resolve(p.schema);

		if (p.in === "path" && schema?.format !== "uuid" &&
		    schema?.pattern !== UUID)
			say(["x-node-change"], `"${p.name}" is not a uuid`);
	}
}

/* one closed object schema for all parameters of a place */
function objectOf(parameters) {
	const required = parameters.filter((p) => p.required)
	    .map((p) => p.name);

	return {
		type: "object",
		additionalProperties: false,
		properties: Object.fromEntries(
		    parameters.map((p) => [p.name, structuredClone(p.schema)])),
		...(required.length > 0 ? { required } : {}),
	};
}

function addParameters(op, route) {
	for (const p of op.parameters) {
		if (p.in === "path")
			p.required = true;
	}
	const of = (place) => op.parameters.filter((p) => p.in === place);

	if (route.query)
		op["x-query"] = objectOf(of("query"));
	if (route.pathSchema)
		op["x-path"] = objectOf(of("path"));
	if (route.ifMatch)
		op.parameters.push({ name: "If-Match", in: "header",
			required: route.ifMatch === "required",
			description: "Версията, която променяте (ETag)",
			schema: { type: "string" } });
	if (route.idempotent)
		op.parameters.push({ name: "Idempotency-Key", in: "header",
			required: true,
			description: "Ключ, с който заявката се повтаря",
			schema: uuid });
}

function expandAnswer(status, answer) {
	const headers = { ...answer.headers };

	for (const [key, [name, text, type]] of Object.entries(HEADERS)) {
		if (answer[key] === true)
			headers[name] = header(text, { type });
		delete answer[key];
	}
	answer.description ??= MEANING[status] ?? "Отговор";
	if (Object.keys(headers).length > 0)
		answer.headers = headers;
}

/*
 * Problems are application/problem+json; x-problem-type says otherwise where
 * another standard does (RFC 6749 5.2: application/json).
 */
function addProblems(op, codes, table) {
	const type = op["x-problem-type"] ?? "application/problem+json";

	for (const code of codes) {
		const status = String(table.get(code)?.status ?? 500);
		const answer = op.responses[status] ??= {
			description: MEANING[status] ?? "Проблем",
		};

		answer.content ??= {};
		answer.content[type] ??= {
			schema: { $ref: "#/components/schemas/Problem" },
		};
		answer["x-codes"] = [...(answer["x-codes"] ?? []), code];
		if (status === "401")
			answer.headers = { ...answer.headers,
				"WWW-Authenticate": header("Какво се очаква",
				    { type: "string" }) };
		if (status === "429" || status === "503")
			answer.headers = { ...answer.headers,
				"Retry-After": header("След колко секунди",
				    { type: "integer" }) };
	}
}

function finishMessage(message, keys, lists, say) {
	for (const [type, media] of Object.entries(message?.content ?? {})) {
		if (media?.schema !== undefined)
			finishSchema(media.schema, lists, (at, m) =>
			    say([...keys, type, "schema", ...at], m));
	}
}

/* The operation complete, and its row; context: what all operations share. */
function finishOperation(o, context, say) {
	const { op } = o;
	const route = routeOf(context.service, o);
	const resolve = (s) => s?.$ref ? context.resolve(s.$ref) : s;

	checkOperation(o, context, say);
	for (const p of op.parameters)
		finishSchema(p.schema, context.lists, (at, m) =>
		    say(["parameters", p.name, ...at], m));
	checkParameters(o, resolve, say);
	checkRoute(route, (m) => say([], m));
	if (route.change)
		checkChange(o, resolve, say);
	finishMessage(op.requestBody, ["requestBody"], context.lists, say);
	if (op.requestBody) {
		op.requestBody.required ??= true;
		for (const media of Object.values(op.requestBody.content ?? {}))
			checkClosed(media.schema, context.resolve, (at, m) =>
			    say(["requestBody", ...at], m));
	}
	for (const [status, answer] of Object.entries(op.responses)) {
		finishMessage(answer, ["responses", status], context.lists,
		    say);
		expandAnswer(status, answer);
	}
	addParameters(op, route);
	addProblems(op, problemsOf(op, route), context.problems);
	if (op["x-public"] === true)
		op.security = [];
	return route;
}

/* { routes, paths } of all operations; fails through say(o, keys, message) */
export function finishOperations(operations, context, say) {
	const seen = new Map();
	const routes = [];
	const paths = {};

	for (const o of operations) {
		const name = snake(o.op.operationId ?? "");

		if (name && seen.has(name))
			say(o, ["operationId"], `"${o.op.operationId}" is ` +
			    `also at ${seen.get(name)}`);
		seen.set(name, `${o.method} ${o.path}`);
		routes.push(finishOperation(o, context,
		    (keys, m) => say(o, keys, m)));
		(paths[o.path] ??= {})[o.method] = o.op;
	}
	return { routes, paths };
}

export function resolver(document) {
	return (ref) => pointerGet(document, ref.slice(1));
}

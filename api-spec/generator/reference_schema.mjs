/* A JSON Schema as tables for the reference page. */

import { anchor, code, esc, prose, table } from "./html.mjs";

const TYPES = { string: "текст", integer: "цяло число", number: "число",
	boolean: "да/не", object: "обект", array: "списък", null: "празно" };
const FORMATS = { "date-time": "дата и час", date: "дата", time: "час",
	email: "електронна поща", uri: "адрес", uuid: "UUID" };
const LIMITS = [["minLength", "поне", "знака"],
	["maxLength", "най-много", "знака"], ["minimum", "от", ""],
	["maximum", "до", ""], ["exclusiveMinimum", "над", ""],
	["exclusiveMaximum", "под", ""], ["minItems", "поне", "елемента"],
	["maxItems", "най-много", "елемента"]];
const CHOICES = [["oneOf", "точно едно от"], ["anyOf", "едно от"],
	["allOf", "всичко от"]];
const DEEPEST = 8;

export function schemaLink(ref) {
	const name = ref.replace(/^#\/components\/schemas\//, "")
	    .replace(/\/properties\//g, ".");

	return `<a href="#${anchor("schema", name.split(".")[0])}">` +
	    `${code(name)}</a>`;
}

function typeText(schema) {
	const types = [schema.type ?? []].flat().map((t) => TYPES[t] ?? t);

	if (schema.format)
		types.push(FORMATS[schema.format] ?? schema.format);
	return types.join(", ") || "всичко";
}

function limits(schema) {
	const parts = LIMITS.filter(([k]) => k in schema)
	    .map(([k, before, after]) => `${before} ${schema[k]} ${after}`
		.trim());

	if (schema.uniqueItems)
		parts.push("без повторения");
	if ("default" in schema)
		parts.push(`по подразбиране ${JSON.stringify(schema.default)}`);
	return parts.map(esc).join("; ");
}

/* labels: code → text of the list whose codes the enum is, if any */
function choices(schema, labels) {
	const known = labels(schema.enum);
	const items = schema.enum.map((v) => `<li>${code(v)}` +
	    `${known?.has(v) ? ` ${esc(known.get(v))}` : ""}</li>`);

	return `<ul class="codes">${items.join("")}</ul>`;
}

function fields(schema, caption, labels, depth) {
	const required = new Set(schema.required ?? []);
	const rows = Object.entries(schema.properties ?? {}).map(
	    ([name, sub]) => [code(name), required.has(name) ? "да" : "не",
		describe(sub, `${caption} · ${name}`, labels, depth + 1)]);

	return rows.length === 0 ? "" : table(esc(caption),
	    ["Поле", "Задължително", "Стойност"], rows);
}

/* the HTML of a schema; caption: of its table of fields */
export function describe(schema, caption, labels, depth = 0) {
	if (typeof schema === "boolean" || depth > DEEPEST)
		return schema === false ? "нищо" : "всичко";
	const out = [];

	if (schema.$ref)
		out.push(`<p>${schemaLink(schema.$ref)}</p>`);
	else
		out.push(`<p class="type">${esc(typeText(schema))}` +
		    `${limits(schema) ? `; ${limits(schema)}` : ""}</p>`);
	out.push(prose(schema.description));
	if ("const" in schema)
		out.push(`<p>само ${code(JSON.stringify(schema.const))}</p>`);
	if (schema.pattern)
		out.push(`<p>образец ${code(schema.pattern)}</p>`);
	if (schema.examples?.length)
		out.push(`<p>например ${schema.examples.map((e) =>
		    code(JSON.stringify(e))).join(", ")}</p>`);
	if (schema.enum)
		out.push(choices(schema, labels));
	out.push(fields(schema, caption, labels, depth));
	if (schema.items)
		out.push(`<div class="items"><p>Всеки елемент:</p>` +
		    `${describe(schema.items, caption, labels, depth + 1)}` +
		    "</div>");
	for (const [key, text] of CHOICES) {
		if (schema[key])
			out.push(`<p>${text}:</p><ul>${schema[key].map((s) =>
			    `<li>${describe(s, caption, labels, depth + 1)}` +
			    "</li>").join("")}</ul>`);
	}
	return out.filter(Boolean).join("\n");
}

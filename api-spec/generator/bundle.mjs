/*
 * One document out of a spec and the files that it refers to: a $ref to a
 * schema elsewhere becomes #/components/schemas/<Name>; a $ref to a
 * parameter, answer, body, header or path item is replaced by what it names.
 */

import { dirname, join } from "node:path";
import { subschemas } from "./schema.mjs";

export function pointerGet(value, pointer) {
	let at = value;

	for (const part of pointer.split("/").slice(1)) {
		const key = decodeURIComponent(part)
		    .replace(/~1/g, "/").replace(/~0/g, "~");

		if (at === null || typeof at !== "object" || !(key in at))
			return undefined;
		at = at[key];
	}
	return at;
}

class Bundler {
	constructor(sources, report, main) {
		this.sources = sources;
		this.report = report;
		this.main = main;
		this.schemas = {};
		this.from = new Map();
	}

	fail(source, keys, message) {
		this.report.fail(source.at(keys), keys, message);
	}

	/* { source, value, keys, id } of a $ref standing in source, or null */
	resolve(ref, source, keys) {
		const [file, pointer = ""] = ref.split("#");
		const path = file ? join(dirname(source.path), file) :
		    source.path;
		const target = this.sources.open(path);
		const value = target && pointerGet(target.value, pointer);

		if (value === undefined || value === null) {
			this.fail(source, keys,
			    `$ref "${ref}" does not resolve`);
			return null;
		}
		return { source: target, value, id: `${target.name}#${pointer}`,
		    keys: pointer.split("/").slice(1), pointer };
	}

	/* follows a $ref to what is not a schema; a plain value is returned */
	inline(value, source, keys, depth = 0) {
		if (value === null || typeof value !== "object" ||
		    !("$ref" in value))
			return { value, source, keys };
		if (depth > 8) {
			this.fail(source, keys, "$ref in a circle");
			return { value: {}, source, keys };
		}
		const r = this.resolve(value.$ref, source, keys);

		return r ? this.inline(r.value, r.source, r.keys, depth + 1) :
		    { value: {}, source, keys };
	}

	/* a copy of a schema with its $refs turned into local ones */
	schema(schema, source, keys) {
		if (typeof schema !== "object" || schema === null)
			return schema;
		/* not structuredClone: it keeps what YAML aliases share */
		const copy = JSON.parse(JSON.stringify(schema));

		this.rewrite(copy, source, keys);
		return copy;
	}

	rewrite(schema, source, keys) {
		if (typeof schema !== "object" || schema === null)
			return;
		if (typeof schema.$ref === "string")
			schema.$ref = this.local(schema.$ref, source, keys);
		for (const [sub, s] of subschemas(schema))
			this.rewrite(s, source, [...keys, ...sub]);
	}

	/* the local $ref for one that stands in source */
	local(ref, source, keys) {
		const r = this.resolve(ref, source, keys);

		if (!r)
			return ref;
		if (r.source === this.main &&
		    !r.pointer.startsWith("/components/schemas/"))
			this.fail(source, keys,
			    `$ref "${ref}" is not a schema of components`);
		if (r.source === this.main &&
		    r.pointer.split("/").length > 4)
			return `#${r.pointer}`;
		return "#/components/schemas/" +
		    this.take(r, ref, source, keys);
	}

	/* puts the schema among the components; returns its name there */
	take(r, ref, source, keys) {
		const name = r.keys.at(-1) ??
		    r.source.name.split("/").at(-1).replace(/\.ya?ml$/, "");
		const known = this.from.get(name);

		if (known === r.id)
			return name;
		if (known !== undefined) {
			this.fail(source, keys, `schema "${name}" of ${r.id} ` +
			    `has the name of one of ${known}`);
			return name;
		}
		this.from.set(name, r.id);
		this.schemas[name] = {};
		this.schemas[name] = this.schema(r.value, r.source, r.keys);
		return name;
	}

	components() {
		const own = this.main.value.components?.schemas ?? {};

		for (const name of Object.keys(own)) {
			const ref = `#/components/schemas/${name}`;

			this.local(ref, this.main,
			    ["components", "schemas", name]);
		}
	}

	/* a schema that every document has, whether or not it is named */
	always(path, name) {
		const target = this.sources.open(path);

		if (target?.value[name])
			this.take({ source: target, value: target.value[name],
			    id: `${target.name}#/${name}`, keys: [name] },
			    name, target, [name]);
		else
			this.report.fail(this.sources.name(path), name,
			    "is not there");
	}

	parameters(list, source, keys) {
		return (list ?? []).map((p, i) => {
			const r = this.inline(p, source, [...keys, i]);

			return { ...r.value, schema: this.schema(
			    r.value.schema ?? true, r.source,
			    [...r.keys, "schema"]) };
		});
	}

	/* content: { media type: { schema, example } } */
	content(content, source, keys) {
		const out = {};

		for (const [type, media] of Object.entries(content)) {
			out[type] = { ...media };
			if (media && "schema" in media)
				out[type].schema = this.schema(media.schema,
				    source, [...keys, type, "schema"]);
		}
		return out;
	}

	/* a body or an answer, with the short form { schema, example } */
	message(value, source, keys) {
		const r = this.inline(value, source, keys);
		const { schema, example, content, ...rest } = r.value ?? {};

		if (content)
			rest.content = this.content(content, r.source,
			    [...r.keys, "content"]);
		else if (schema !== undefined)
			rest.content = { "application/json": {
				schema: this.schema(schema, r.source,
				    [...r.keys, "schema"]),
				...(example === undefined ? {} : { example }),
			} };
		return rest;
	}

	operation(op, shared, source, keys) {
		const out = structuredClone(op);

		out.parameters = [...shared,
		    ...this.parameters(op.parameters, source,
			[...keys, "parameters"])];
		if (op.requestBody)
			out.requestBody = this.message(op.requestBody, source,
			    [...keys, "requestBody"]);
		out.responses = {};
		for (const [status, a] of Object.entries(op.responses ?? {}))
			out.responses[status] = this.message(a, source,
			    [...keys, "responses", status]);
		return { op: out, source, keys };
	}

	/* every operation: [{ path, method, op, source, keys }] */
	operations() {
		const out = [];

		for (const [path, item] of
		    Object.entries(this.main.value.paths ?? {})) {
			const r = this.inline(item, this.main, ["paths", path]);
			const shared = this.parameters(r.value.parameters,
			    r.source, [...r.keys, "parameters"]);

			for (const [method, op] of Object.entries(r.value)) {
				if (method === "parameters")
					continue;
				out.push({ path, method, ...this.operation(op,
				    shared, r.source, [...r.keys, method]) });
			}
		}
		return out;
	}
}

/* { operations, schemas, from } of the spec in main */
export function bundle(sources, report, main) {
	const b = new Bundler(sources, report, main);

	b.always(join(dirname(main.path), "schemas", "problem.yaml"),
	    "Problem");
	b.components();
	const operations = b.operations();

	return { operations, schemas: b.schemas, from: b.from };
}

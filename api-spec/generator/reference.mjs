/* The reference page: one static document, in Bulgarian, without scripts. */

import { pointerGet } from "./bundle.mjs";
import { anchor, code, esc, prose, table } from "./html.mjs";
import { describe, schemaLink } from "./reference_schema.mjs";

const RATES = { read: "четене", write: "запис", signin: "влизане",
	token: "издаване на достъп", feed: "поредица от промени",
	free: "без ограничение" };
const PLACES = { path: "в пътя", query: "в заявката", header: "заглавка",
	cookie: "бисквитка" };

/* finds the labels of the list that an enum was made from */
function labelFinder(lists) {
	const byCodes = new Map([...lists.values()].map((l) =>
	    [l.items.map((i) => i.code).join("\n"),
		new Map(l.items.map((i) => [i.code, i.bg]))]));

	return (codes) => byCodes.get(codes.join("\n"));
}

class Page {
	constructor(document, routes, problems, lists) {
		this.document = document;
		this.routes = new Map(routes.map((r) => [r.operation, r]));
		this.problems = problems;
		this.labels = labelFinder(lists);
	}

	operations() {
		return Object.entries(this.document.paths).flatMap(
		    ([path, item]) => Object.entries(item).map(
			([method, op]) => ({ path, method, op })));
	}

	byTag(tag) {
		return this.operations().filter((o) => o.op.tags[0] === tag);
	}

	example(title, media) {
		if (media.example === undefined)
			return "";
		const text = JSON.stringify(media.example, null, 2);

		return `<p>${title}:</p>\n<pre tabindex="0"><code ` +
		    `translate="no">${esc(text)}</code></pre>`;
	}

	/* a schema named where it is used, or shown when it has no name */
	named(schema, caption) {
		if (!schema?.$ref)
			return describe(schema ?? true, caption, this.labels);
		return `<p>${schemaLink(schema.$ref)}</p>`;
	}

	/* a schema shown where it is used, with its name */
	shown(schema, caption) {
		const target = schema?.$ref &&
		    pointerGet(this.document, schema.$ref.slice(1));

		return this.named(schema, caption) + (target ?
		    describe(target, caption, this.labels) : "");
	}

	facts(op) {
		const route = this.routes.get(op.operationId);
		const scopes = route.scopes === null ? "без влизане" :
		    route.scopes.map(code).join(" или ");
		const rows = [["Операция", code(op.operationId)],
			["Право", scopes], ["Ограничение", RATES[route.rate]]];

		if (route.audit)
			rows.push(["В дневника", code(route.audit)]);
		return `<dl>${rows.map(([k, v]) =>
		    `<div><dt>${k}</dt><dd>${v}</dd></div>`).join("")}</dl>`;
	}

	parameters(op) {
		if (op.parameters.length === 0)
			return "";
		const name = op.operationId;
		const rows = op.parameters.map((p) => [code(p.name),
			PLACES[p.in], p.required ? "да" : "не",
			prose(p.description) + describe(p.schema,
			    `${name} · ${p.name}`, this.labels)]);

		return table(`Параметри на ${code(name)}`, ["Име", "Къде",
			"Задължителен", "Стойност"], rows);
	}

	body(op) {
		return Object.entries(op.requestBody?.content ?? {}).map(
		    ([type, media]) => `<h4>Тяло на заявката</h4>\n` +
		    `<p>${code(type)}</p>\n` +
		    this.shown(media.schema,
			`Полета на тялото на ${op.operationId}`) +
		    this.example("Пример", media)).join("\n");
	}

	codes(codes) {
		const items = codes.map((c) => {
			const text = esc(this.problems.get(c).bg);

			return `<li><a href="#${anchor("problem", c)}">` +
			    `${code(c)}</a> ${text}</li>`;
		});

		return `<ul class="codes">${items.join("")}</ul>`;
	}

	answer(op, status, answer) {
		const codes = answer["x-codes"] ?? [];
		const parts = [prose(answer.description)];

		for (const [type, media] of Object.entries(
		    answer.content ?? {})) {
			if (type === "application/problem+json")
				continue;
			parts.push(`<p>${code(type)}</p>`, this.named(
			    media.schema, `Отговор ${status} на ` +
			    op.operationId), this.example("Пример", media));
		}
		if (codes.length > 0)
			parts.push(this.codes(codes));
		return [esc(status), parts.filter(Boolean).join("\n")];
	}

	operation({ path, method, op }) {
		const id = anchor("op", op.operationId);
		const answers = Object.entries(op.responses).map(([s, a]) =>
		    this.answer(op, s, a));

		return `<article aria-labelledby="${id}">
<h3 id="${id}"><span class="route" translate="no"><span class="method ${
    method}">${method.toUpperCase()}</span> ${esc(path)}</span>
<span class="summary">${esc(op.summary)}</span></h3>
${prose(op.description)}
${this.facts(op)}
${this.parameters(op)}
${this.body(op)}
${table(`Отговори на ${code(op.operationId)}`, ["Статус", "Отговор"], answers)}
</article>`;
	}

	tag({ name, description }) {
		const id = anchor("tag", name);

		return `<section aria-labelledby="${id}">
<h2 id="${id}">${esc(name)}</h2>
${prose(description)}
${this.byTag(name).map((o) => this.operation(o)).join("\n")}
</section>`;
	}

	schemas() {
		const parts = Object.entries(this.document.components.schemas)
		    .map(([name, schema]) => `<article aria-labelledby="${
			anchor("schema", name)}">
<h3 id="${anchor("schema", name)}">${code(name)}</h3>
${describe(schema, `Полета на ${name}`, this.labels)}
</article>`);

		return `<section aria-labelledby="schemas">
<h2 id="schemas">Схеми</h2>
${parts.join("\n")}
</section>`;
	}

	problemTable() {
		const rows = [...this.problems.values()].map((p) =>
		    [`<span id="${anchor("problem", p.code)}">${code(p.code)}` +
			"</span>", p.status, esc(p.bg),
			`<span lang="en">${esc(p.en)}</span>`]);

		return `<section aria-labelledby="problems">
<h2 id="problems">Проблеми</h2>
<p>Всеки отказ е ${code("application/problem+json")} (RFC 9457) с постоянен
${code("code")}.</p>
${table("Кодове на проблемите", ["Код", "Статус", "Български", "Английски"],
    rows)}
</section>`;
	}

	contents(tags) {
		const items = tags.map((t) => `<li><a href="#${
		    anchor("tag", t.name)}">${esc(t.name)}</a>\n<ul>${
		    this.byTag(t.name).map(({ op }) => `<li><a href="#${
			anchor("op", op.operationId)}">${esc(op.summary)}` +
			"</a></li>").join("\n")}</ul></li>`);

		return `<nav aria-labelledby="contents">
<h2 id="contents">Съдържание</h2>
<ul>
${items.join("\n")}
<li><a href="#schemas">Схеми</a></li>
<li><a href="#problems">Проблеми</a></li>
</ul>
</nav>`;
	}

	html() {
		const { info, tags = [] } = this.document;
		const used = tags.filter((t) => this.byTag(t.name).length > 0);

		return `<!DOCTYPE html>
<html lang="bg">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${esc(info.title)} – справочник</title>
<link rel="stylesheet" href="/reference.css">
</head>
<body>
<a class="skip" href="#main">Към съдържанието</a>
<header>
<h1>${esc(info.title)}</h1>
<p>Версия ${esc(info.version)} · <a href="/openapi.json">OpenAPI 3.1</a></p>
</header>
${this.contents(used)}
<main id="main" tabindex="-1">
${prose(info.description)}
${used.map((t) => this.tag(t)).join("\n")}
${this.schemas()}
${this.problemTable()}
</main>
</body>
</html>
`;
	}
}

export function referencePage(document, routes, problems, lists) {
	return new Page(document, routes, problems, lists).html();
}

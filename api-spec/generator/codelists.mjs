/* The code lists: their files checked, and SQL that fills their tables. */

import { basename } from "node:path";

const LIST = /^[a-z][a-z0-9_]*$/;
const OWN = ["code", "bg", "en"];

function filled(text) {
	return typeof text === "string" && text.trim() !== "" &&
	    text === text.trim();
}

function checkItem(item, known, say) {
	for (const key of OWN) {
		if (!filled(item[key]))
			say(`${item.code ?? "an item"}: ${key} is missing`);
	}
	for (const key of Object.keys(item)) {
		if (!known.includes(key))
			say(`${item.code}: member "${key}" is not declared ` +
			    "in members");
	}
}

function checkList(list, name, say) {
	const known = [...OWN, ...Object.keys(list.members ?? {})];
	const codes = new Set();

	if (list.list !== name || !LIST.test(name))
		say(`list is "${list.list}" in a file of that name`);
	if (!filled(list.title?.bg) || !filled(list.title?.en))
		say("title.bg and title.en are needed");
	if (!list.items?.length)
		say("items are missing");
	for (const item of list.items ?? []) {
		if (codes.has(item.code))
			say(`${item.code}: the code is there twice`);
		codes.add(item.code);
		checkItem(item, known, say);
	}
}

/* name → list, of every file in dir */
export function readLists(sources, dir, report) {
	const lists = new Map();

	for (const path of sources.list(dir, ".json")) {
		const name = basename(path, ".json");
		const list = sources.open(path).value;

		checkList(list, name,
		    (m) => report.fail(sources.name(path), null, m));
		lists.set(name, { ...list, items: list.items ?? [] });
	}
	return lists;
}

function literal(text) {
	return `'${text.replace(/'/g, "''")}'`;
}

function upsert({ list, items }) {
	const rows = items.map((item, i) => `\t\t(${[item.code, item.bg,
	    item.en].map(literal).join(", ")}, ${i + 1})`);

	return `DO $list$
BEGIN
	IF to_regclass('codelist.${list}') IS NULL THEN
		RETURN;
	END IF;
	INSERT INTO codelist.${list} AS l (code, bg, en, sort)
	VALUES
${rows.join(",\n")}
	ON CONFLICT (code) DO UPDATE
	SET bg = EXCLUDED.bg, en = EXCLUDED.en, sort = EXCLUDED.sort
	WHERE (l.bg, l.en, l.sort)
		IS DISTINCT FROM (EXCLUDED.bg, EXCLUDED.en, EXCLUDED.sort);
END
$list$;
`;
}

/* fills the tables that a database has; a code that left a list stays */
export function listsSql(lists) {
	return "-- Made by api-spec/generate.mjs. Do not edit.\n\n" +
	    [...lists.values()].map(upsert).join("\n");
}

// Editing with If-Match: for each version one editor wins, all others are
// told, and nobody is shown the stale copy that they held.

import { without } from "./segments.mjs";

export const name = "If-Match";
export const lock = "organisation_lock in putOrganisation, user_lock in updateUser";
export const broken = (segments) => ({
	...segments,
	putOrganisation: without(segments.putOrganisation, "organisation_lock"),
	updateUser: without(segments.updateUser, "user_lock"),
});

const CLIENTS = 16;
const OBJECTS = 4;

/* The editors of one kind of object: edit(connection, id, version, text). */
function kinds(arena, segments, users) {
	const organisation = (text) => JSON.stringify({
		name: text, kind: "school", sectors: ["EDU"], municipality: "VTR04",
		eik: "100000001",
	});
	return [
		{
			ids: arena.organisations,
			edit: (connection, id, version, text) => arena.asAdmin(connection,
				segments.putOrganisation, id, organisation(text), version),
		},
		{
			ids: users,
			edit: (connection, id, version, text) => arena.asAdmin(connection,
				segments.updateUser, id, version, JSON.stringify({ name: text }),
				null, null),
		},
	];
}

/* One edit by a client that knows some version; notes what it was told. */
function edit(kind, id, known, log, text) {
	return async (connection, client) => {
		const mine = `${client} ${id}`;
		const version = known.get(mine) ?? "1";
		const [status, , etag] = await kind.edit(connection, id, version, text);
		log.push({ id, version, status, etag });
		known.set(mine, etag);
	};
}

function judge(log, finals) {
	const wins = new Map();
	let wrong = 0, stale = 0, other = 0;
	for (const { id, version, status, etag } of log) {
		if (status === "200") {
			const key = `${id} ${version}`;
			wins.set(key, (wins.get(key) ?? 0) + 1);
			wrong += Number(etag) !== Number(version) + 1;
		} else if (status === "precondition-failed")
			stale += etag === version;
		else
			other += 1;
	}
	let lost = 0;
	for (const [id, final] of finals)
		for (let version = 1; version < final; version++)
			lost += wins.get(`${id} ${version}`) !== 1;
	return {
		"versions without exactly one winner": lost,
		"winners told another version": wrong,
		"editors shown their own stale copy": stale,
		"neither 200 nor 412": other,
	};
}

async function addUsers(arena) {
	const users = Array.from({ length: OBJECTS }, () => arena.chance.uuid());
	await arena.sql(users.map((id, i) => `
		INSERT INTO app_user (id, login, name, role, password_hash)
		VALUES ('${id}', 'user${i}', 'Някой', 'board', '$argon2id$of-nobody');`).join(""));
	return users;
}

/** @returns {operations, violations: {what: number}, seen} */
export async function run(arena, segments, n) {
	await arena.open(OBJECTS);
	const both = kinds(arena, segments, await addUsers(arena));
	const known = new Map(), log = [];
	const works = Array.from({ length: n }, (_, i) => {
		const kind = arena.chance.pick(both);
		return edit(kind, arena.chance.pick(kind.ids), known, log, `Име ${i}`);
	});
	await arena.race(CLIENTS, works);
	const finals = (await arena.sql(`
		SELECT id, version FROM organisation UNION ALL
		SELECT id, version FROM app_user;`)).map(([id, v]) => [id, Number(v)]);
	const seen = {};
	for (const { status } of log)
		seen[status] = (seen[status] ?? 0) + 1;
	return { operations: works.length, seen, violations: judge(log, finals) };
}

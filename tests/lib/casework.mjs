// What the tests of case work share: a record's life by PUT and If-Match, and
// that nothing of it leaves the node.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import { cluster, federation, hub, node, nodeAs } from "./suite.mjs";
import { arrived, colleague, shared } from "./work.mjs";

/** One record of case work of each kind; answers reading operation → params. */
export async function everyRecord(api, id) {
	const { body: { version } } = await api.call("getCase", { params: { id } }, 200);
	await api.call("putNeeds", {
		params: { id }, ifMatch: version,
		body: { needs: [{ domain: "family", level: 2 }, { domain: "education", level: 1 }], strengths: [] },
	}, 200);
	await api.call("putNeedLink", {
		params: { id, link_id: uuid7() },
		body: { from: "family", to: "education", kind: "explains", note: "Записка." },
	}, 201);
	const voice_id = uuid7();
	await api.call("putVoice", {
		params: { id, voice_id }, body: { who: "child", how: "drawing", on: day(-2), fears: "Тъмното." },
	}, 201);
	await api.call("answerVoice",
		{ params: { id, voice_id }, body: { on: day(0), followed: "yes", done: "Лампа." } }, 200);
	const helper_id = uuid7();
	await api.call("putHelper", {
		params: { id, helper_id },
		body: { kind: "kin", label: "Баба", domains: ["family"], since: day(-9) },
	}, 201);
	await api.call("putNomination", {
		params: { id, nomination_id: uuid7() }, body: { helper_id, source: "child", since: day(-9) },
	}, 201);
	const episode_id = uuid7();
	await api.call("putEpisode", {
		params: { id, episode_id }, body: { kind: "social", service: "Дневен център", start: day(-9) },
	}, 201);
	await api.call("putContinuity",
		{ params: { id, episode_id }, body: { lost: [], stays: [{ who: "Баба" }] } }, 201);
	const grid_id = uuid7(), unknown = { source: "unknown" };
	const columns = ["child", "parent"].map((kind) => ({
		id: uuid7(), kind, label: "Някой", explanation: unknown, intervention: unknown, responsibility: unknown,
	}));
	await api.call("putGrid",
		{ params: { id, grid_id }, body: { on: day(-3), columns, alignments: [] } }, 201);
	await api.call("putConnection", {
		params: { id, connection_id: uuid7() }, body: {
			grid_id, level: "explanation", between: columns.map((column) => column.id),
			broker: "Водещият", intention: "Да се чуят.", due: day(7),
		},
	}, 201);
	await api.call("answerPrompt",
		{ params: { id, answer_id: uuid7() }, body: { prompt: "knowledge_used", text: "Привързаност." } }, 201);
	const { body: { definition } } = await api.call("getDifficulty", { params: { id } }, 200);
	await api.call("recordDifficultyCheck", {
		params: { id, check_id: uuid7() },
		body: { definition_version: definition.version, met: ["D9"], difficult: true, reason: "Друг случай като този." },
	}, 201);
	return { getNeeds: { id }, listNeedLinks: { id }, getDifficulty: { id }, listDifficultyChecks: { id }, listPromptAnswers: { id }, listGrids: { id }, getGrid: { id, grid_id }, listConnections: { id }, getPath: { id }, listHelpers: { id }, listNominations: { id }, getHelpTable: { id }, listVoices: { id } };
}

/** Where a refusal points, and why. */
export const pointer = ({ body }) => [body.errors[0].pointer, body.errors[0].code];

/**
 * Made, repeated, refused to be made anew, changed by version; answers the
 * record as it is at the end.
 */
export async function putLife(api, operation, params, body, changed) {
	const put = (what, expected, ifMatch) =>
		api.call(operation, { params, body: what, ...ifMatch && { ifMatch } }, expected);
	const { body: none } = await put(body, "404 not-found", 1);
	assert.equal(none.current, undefined, "nothing stands for what is not there");
	const { body: made, headers } = await put(body, 201);
	assert.equal(headers.etag, '"1"');
	assert.deepEqual((await put(body, 200)).body, made, "a repeat answers the same");
	await put(changed, "409 already-exists");
	await put(changed, "412 precondition-failed", 7);
	const { headers: now } = await put(changed, 200, 1);
	assert.equal(now.etag, '"2"');
	return (await put(changed, "412 precondition-failed", 1)).body.current;
}

/** The same put of new records at once: one is made, the others are refused. */
export async function madeOnce(api, operation, params, name, body) {
	const answers = await Promise.all(Array.from({ length: 8 }, () =>
		api.call(operation, { params: { ...params, [name]: uuid7() }, body })));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(422)]);
}

/** A colleague of the node sees, lists and writes none of it. */
export async function hiddenFrom(name, reads, writes) {
	const { api } = await colleague(name);
	for (const [operation, params] of reads)
		await api.call(operation, { params }, "404 not-found");
	for (const [operation, params, body] of writes) {
		const { status } = await api.call(operation, { params, body });
		assert.ok([404, 422].includes(status), `${operation}: ${status}`);
	}
	for (const role of ["dpo", "admin"])
		for (const [operation, params] of reads)
			await (await nodeAs(name, role)).call(operation, { params }, "403 scope-missing");
}

const dump = (database) => cluster.psql(database, `
	SELECT format('SELECT t::text FROM %I.%I t;', schemaname, tablename)
	FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') \\gexec`);
const logs = () => fs.readdirSync(cluster.logs)
	.map((file) => fs.readFileSync(path.join(cluster.logs, file), "utf8")).join("\n");
const outbox = (name) => cluster.psql(federation.nodes[name].database,
	"SELECT o::text FROM outbox o ORDER BY id;");

/**
 * `act` writes and reads; no word of it is then anywhere in the open, and no
 * id of it (`kept`) anywhere but in this node's own tables.
 */
export async function staysHere(name, act, words, kept) {
	const before = await outbox(name);
	await act();
	assert.equal(await outbox(name), before, "nothing is queued");
	// What was queued after it has arrived, so nothing of before is under way.
	const other = name === "csc" ? "school" : "csc";
	const { summary } = await shared(await nodeAs(name, "practitioner"), { [other]: ["help"] });
	await arrived(other, summary);
	const places = {
		hub: await dump(federation.hub.database), outbox: await outbox(name), logs: logs(),
		metrics: (await Promise.all([hub, node(name)].map(async (place) =>
			(await place.call("getMetrics", {}, 200)).text))).join("\n"),
	};
	assert.ok(places.hub.includes(summary) && places.outbox.includes(summary), "the same eyes see");
	for (const [place, text] of Object.entries(places))
		for (const mark of [...words, ...kept])
			assert.equal(text.includes(mark), false, `${place}: ${mark}`);
	const own = await dump(federation.nodes[name].database);
	for (const word of words)
		assert.equal(own.includes(word), false, `in the open in the node: ${word}`);
	for (const id of kept)
		assert.ok(own.includes(id), `the node keeps ${id}`);
}

/** What an export of the person holds of one kind, and as a page. */
export async function exported(name, person, member) {
	const dpo = await nodeAs(name, "dpo");
	const { body } = await dpo.call("exportSubject", { params: { id: person } }, 200);
	const { text } = await dpo.call("getSubjectPrint", { params: { id: person } }, 200);
	return { items: body.casework[member], page: text };
}

/** An erasure takes every row of the tables with it. */
export async function erasedWith(name, { id, person }, tables) {
	const count = () => cluster.psql(federation.nodes[name].database, tables
		.map((table) => `SELECT count(*) FROM ${table} WHERE case_id = '${id}'`).join(" UNION ALL "));
	assert.ok((await count()).split("\n").every((n) => Number(n) > 0), "there was something");
	const dpo = await nodeAs(name, "dpo");
	await dpo.call("eraseSubject", { params: { id: person }, body: { reason: "request" } }, 200);
	assert.ok((await count()).split("\n").every((n) => n === "0"), "and nothing is left");
}

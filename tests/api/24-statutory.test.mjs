// The statutory lane: signals and team records, and that nothing of them is
// anywhere but in the node's own tables.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { specs } from "../lib/spec.mjs";
import { cluster, federation, hub, node, nodeAs, userId } from "../lib/suite.mjs";
import { arrived, colleague, newCase, receipt, shared } from "../lib/work.mjs";

const practitioner = await nodeAs("school", "practitioner");
const supervisor = await nodeAs("school", "supervisor");
const pointer = ({ body }) => [body.errors[0].pointer, body.errors[0].code];
const words = {
	what: "Разказва за насинено рамо", office: "Изпитателен отдел на улица Вятърна",
	by: "Дежурна Изпитателка", reference: "СГН-77-0042", organisation: "Изпитателно управление",
	role: "инспектор от изпитание", decision: "Посещение в дома до петък", minutes: "Протоколът е воден",
};
/* Of one moment, so that a repeat is one. */
const BEFORE = moment(-2), SINCE = moment(-1);
const signalBody = (case_id, change) => ({
	case_id, channel: "line_116111", recipient: "sacp", made_at: BEFORE,
	what: words.what, office: words.office, ...change,
});
const teamBody = (case_id, change) => ({
	case_id, kind: "violence_risk", convened_at: BEFORE, held_at: SINCE,
	participants: [{ organisation: words.organisation, role: words.role }],
	decisions: [{ what: words.decision, who: words.organisation, due: day(3) }],
	minutes: words.minutes, ...change,
});

test("a signal is recorded and acknowledged once", async () => {
	const { id: caseId } = await newCase(practitioner);
	const id = uuid7();
	const put = (body, expected, of = id) =>
		practitioner.call("createSignal", { params: { id: of }, body }, expected);
	const { body } = await put(signalBody(caseId), 201);
	assert.deepEqual([body.what, body.office, body.made_by, body.acknowledgement],
		[words.what, words.office, userId("school", "practitioner"), undefined]);
	await put(signalBody(caseId), 200);
	await put(signalBody(caseId, { channel: "phone" }), "409 already-exists");
	assert.deepEqual(pointer(await put(signalBody(uuid7()), "422 invalid", uuid7())),
		["/case_id", "not-found"]);
	assert.deepEqual(pointer(await put(signalBody(caseId, { made_by: uuid7() }), "422 invalid", uuid7())),
		["/made_by", "not-found"]);
	assert.deepEqual(pointer(await put(signalBody(caseId, { made_at: moment(1) }), "422 invalid", uuid7())),
		["/made_at", "in-future"]);

	const acknowledge = (change, expected) => practitioner.call("acknowledgeSignal", {
		params: { id }, body: { at: moment(-1), by: words.by, reference: words.reference, ...change },
	}, expected);
	assert.deepEqual(pointer(await acknowledge({ at: moment(-3) }, "422 invalid")), ["/at", "too-early"]);
	assert.deepEqual(pointer(await acknowledge({ at: moment(1) }, "422 invalid")), ["/at", "in-future"]);
	const at = moment(-1);
	await acknowledge({ at }, 200);
	const { body: again } = await acknowledge({ at }, 200);
	assert.deepEqual([again.acknowledgement.by, again.acknowledgement.reference],
		[words.by, words.reference]);
	await acknowledge({ at, by: "Друг" }, "409 already-exists");
	const { body: list } = await supervisor.call("listSignals", { params: { id: caseId } }, 200);
	assert.deepEqual(list.items, [again]);
	const { body: one } = await practitioner.call("getSignal", { params: { id } }, 200);
	assert.deepEqual(one, again);
});

test("a team record", async () => {
	const { id: caseId } = await newCase(practitioner);
	const id = uuid7();
	const put = (body, expected, of = id) =>
		practitioner.call("createTeamRecord", { params: { id: of }, body }, expected);
	const { body } = await put(teamBody(caseId), 201);
	assert.deepEqual([body.participants[0].role, body.decisions[0].what, body.minutes],
		[words.role, words.decision, words.minutes]);
	await put(teamBody(caseId), 200);
	await put(teamBody(caseId, { kind: "other" }), "409 already-exists");
	assert.deepEqual(pointer(await put(teamBody(uuid7()), "422 invalid", uuid7())),
		["/case_id", "not-found"]);
	assert.deepEqual(pointer(await put(teamBody(caseId, { held_at: moment(-3) }), "422 invalid", uuid7())),
		["/held_at", "too-early"]);
	assert.deepEqual(pointer(await put(teamBody(caseId, { held_at: moment(1) }), "422 invalid", uuid7())),
		["/held_at", "in-future"]);
	const { body: list } = await supervisor.call("listTeamRecords", { params: { id: caseId } }, 200);
	assert.deepEqual(list.items, [body]);
	await practitioner.call("getTeamRecord", { params: { id } }, 200);
});

test("who does not see the case sees none of it", async () => {
	const { id: caseId } = await newCase(practitioner);
	const signal = uuid7(), team = uuid7();
	await practitioner.call("createSignal", { params: { id: signal }, body: signalBody(caseId) }, 201);
	await practitioner.call("createTeamRecord", { params: { id: team }, body: teamBody(caseId) }, 201);
	const { api } = await colleague("school");
	for (const [operation, id] of [["getSignal", signal], ["getTeamRecord", team],
		["listSignals", caseId], ["listTeamRecords", caseId]])
		await api.call(operation, { params: { id } }, "404 not-found");
	await api.call("acknowledgeSignal",
		{ params: { id: signal }, body: { at: moment(0), by: words.by } }, "404 not-found");
	await api.call("createSignal", { params: { id: signal }, body: signalBody(caseId) }, "422 invalid");
	await api.call("createTeamRecord", { params: { id: uuid7() }, body: teamBody(caseId) }, "422 invalid");
	for (const role of ["dpo", "admin"])
		await (await nodeAs("school", role)).call("getSignal", { params: { id: signal } }, "403 scope-missing");
});

const dump = (database) => cluster.psql(database, `
	SELECT format('SELECT t::text FROM %I.%I t;', schemaname, tablename)
	FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') \\gexec`);
const logged = () => fs.readdirSync(cluster.logs)
	.map((name) => fs.readFileSync(path.join(cluster.logs, name), "utf8")).join("\n");
const outbox = () => cluster.psql(federation.nodes.school.database,
	"SELECT o::text FROM outbox o ORDER BY id;");
const metrics = async () => (await Promise.all([hub, node("school")].map(async (place) =>
	(await place.call("getMetrics", {}, 200)).text))).join("\n");
const series = (text) => [...text.matchAll(/^(zaedno_\w+(\{[^}]*\})?) /gm)].map(([, name]) => name).sort();

test("nothing of it reaches outbox, logs, metrics or hub", async (t) => {
	const quiet = [...specs.node.operations.values()].filter((operation) => operation["x-quiet"])
		.map((operation) => operation.operationId);
	assert.equal(quiet.length, 7, String(quiet));
	const { id: caseId, person } = await newCase(practitioner);
	const signal = uuid7(), team = uuid7();
	const before = { outbox: await outbox(), series: series(await metrics()) };

	const answers = [
		await practitioner.call("createSignal", { params: { id: signal }, body: signalBody(caseId) }, 201),
		await practitioner.call("acknowledgeSignal", {
			params: { id: signal },
			body: { at: moment(-1), by: words.by, reference: words.reference },
		}, 200),
		await practitioner.call("getSignal", { params: { id: signal } }, 200),
		await practitioner.call("listSignals", { params: { id: caseId } }, 200),
		await practitioner.call("createTeamRecord", { params: { id: team }, body: teamBody(caseId) }, 201),
		await practitioner.call("getTeamRecord", { params: { id: team } }, 200),
		await practitioner.call("listTeamRecords", { params: { id: caseId } }, 200),
		await practitioner.call("createSignal",
			{ params: { id: uuid7() }, body: signalBody(uuid7()) }, "422 invalid"),
		await supervisor.call("getSignal", { params: { id: uuid7() } }, "404 not-found"),
	];
	assert.equal(await outbox(), before.outbox, "not an item more, not one changed");

	// What was queued after it has arrived, so nothing of before is under way.
	const { summary, consent } = await shared(practitioner, { csc: ["help"] });
	await arrived("csc", summary);
	await receipt(practitioner, consent, "the hub has it", (body) => body.hub_at !== undefined);

	const marks = [...Object.values(words), signal, team, caseId, person, "line_116111", "sacp",
		"violence_risk", ...answers.map(({ headers }) => headers["x-request-id"])];
	const clean = (what, text, list = marks) => t.test(what, () => {
		assert.ok(text.length > 0);
		for (const mark of list)
			assert.equal(text.includes(mark), false, mark);
	});
	const own = await dump(federation.nodes.school.database);
	for (const mark of [signal, team, "line_116111", "sacp"])
		assert.ok(own.includes(mark), `the node keeps ${mark}`);
	const places = {
		hub: await dump(federation.hub.database), outbox: await outbox(), logs: logged(),
	};
	// The same eyes find what did go there.
	assert.ok(places.hub.includes(summary) && places.outbox.includes(summary));
	assert.ok(places.logs.includes('"operation":"shareSummary"'));
	await clean("the hub's database", places.hub);
	await clean("the outbox", places.outbox);
	await clean("the logs", places.logs, [...marks, ...quiet]);
	const after = await metrics();
	await clean("the metrics", after, [...marks, ...quiet, "signal", "statutory", "team_record"]);
	assert.deepEqual(series(after), before.series, "no counter came with it");
	await t.test("in the node's tables words are sealed", () => {
		for (const word of Object.values(words))
			assert.equal(own.includes(word), false, word);
	});
});

test("the audit of the node knows of it, without content", async () => {
	const { id: caseId } = await newCase(practitioner);
	const signal = uuid7();
	await practitioner.call("createSignal", { params: { id: signal }, body: signalBody(caseId) }, 201);
	await practitioner.call("getSignal", { params: { id: signal } }, 200);
	const dpo = await nodeAs("school", "dpo");
	const { body, text } = await dpo.call("listAudit", { query: { ref: signal } }, 200);
	assert.deepEqual(body.items.map((row) => row.event).sort(), ["signal.create", "signal.read"]);
	assert.equal(text.includes(words.what), false);
});

// The export of a person: what there is besides the case itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { facts, forgive, slip, visit } from "../lib/family.mjs";
import { DOC } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs, organisationId } from "../lib/suite.mjs";
import { colleague, newCase, newConsent } from "../lib/work.mjs";

const WORDS = {
	service: "Приемно семейство Лъвови", what: "Синини <по> ръцете.", office: "Първи отдел",
	by: "Дежурен инспектор", minutes: "Говорихме дълго.", decision: "Ежеседмични срещи",
	reason: "Детето е на гишето, колегата отсъства.", overrule: "Цвете, а не човек.",
};

async function everything(api) {
	const { id, person } = await newCase(api, { given_name: "Роза" });
	const put = (operationId, params, body, status = 201) =>
		api.call(operationId, { params, body }, status);
	await put("putEpisode", { id, episode_id: uuid7() },
		{ kind: "social", service: WORDS.service, start: "2026-01-15" });
	const outcome = uuid7();
	await put("recordOutcome", { id, outcome_id: outcome },
		{ on: "2026-01-15", school: { state: "attending" } });
	await put("recordOutcome", { id, outcome_id: uuid7() },
		{ on: "2026-01-15", school: { state: "attending" }, replaces: outcome });
	const signal = uuid7();
	await put("createSignal", { id: signal }, { case_id: id, channel: "phone",
		recipient: "dsp", office: WORDS.office, made_at: moment(-1), what: WORDS.what });
	await put("acknowledgeSignal", { id: signal }, { at: moment(0), by: WORDS.by }, 200);
	await put("createTeamRecord", { id: uuid7() }, {
		case_id: id, kind: "violence", convened_at: moment(-2), held_at: moment(-1),
		participants: [{ organisation: "Полиция", role: "инспектор" }],
		decisions: [{ what: WORDS.decision }], minutes: WORDS.minutes,
	});
	return { id, person, signal };
}

const school = await nodeAs("school", "practitioner");
const known = await everything(school);

async function overruled() {
	const supervisor = await nodeAs("school", "supervisor");
	const consent = await newConsent(supervisor, known.id, { csc: ["help"] });
	const doc = { help: { ...DOC.help, text: "Рисува цветето Роза в градината." } };
	const { body } = await supervisor.call("shareSummary",
		{ params: { id: uuid7() }, body: { consent_id: consent, doc } }, 422);
	const [{ pointer, start, end }] = body.errors;
	await supervisor.call("shareSummary", { params: { id: uuid7() }, body: {
		consent_id: consent, doc,
		overrule: [{ pointer, start, end, reason: WORDS.overrule }],
	} }, 201);
}

test("outcomes, the statutory lane, emergencies, overrules and tasks are exported", async () => {
	await overruled();
	const reader = await colleague("school");
	await reader.api.call("openEmergencyReading", {
		params: { id: uuid7() }, body: { case_id: known.id, reason: WORDS.reason } }, 201);
	await reader.api.call("getSignal", { params: { id: known.signal } }, 200);
	await cluster.psql(federation.nodes.school.database,
		`SELECT task_raise('consent_renewal', '${known.id}', now());`);
	const dpo = await nodeAs("school", "dpo");
	const { body } = await dpo.call("exportSubject", { params: { id: known.person } }, 200);
	assert.equal(body.episodes[0].service, WORDS.service);
	assert.equal(body.outcomes.length, 2);
	assert.equal(body.outcomes.find((one) => one.replaces).replaces,
		body.outcomes.find((one) => one.replaced_by).id);
	const [signal] = body.signals;
	assert.equal(signal.what, WORDS.what);
	assert.equal(signal.office, WORDS.office);
	assert.equal(signal.acknowledgement.by, WORDS.by);
	const [team] = body.team_records;
	assert.equal(team.minutes, WORDS.minutes);
	assert.equal(team.decisions[0].what, WORDS.decision);
	const [emergency] = body.emergency_readings;
	assert.equal(emergency.reason, WORDS.reason);
	assert.ok(emergency.reads.some((read) => read.event === "signal.read"));
	assert.equal(body.overrules[0].overruled[0].reason, WORDS.overrule);
	assert.equal(body.tasks[0].kind, "consent_renewal");
	for (const event of ["signal.create", "outcome.record", "team_record.create",
		"emergency.open", "signal.read"])
		assert.ok(body.audit.some((row) => row.event === event), event);

	const { text } = await dpo.call("getSubjectPrint", { params: { id: known.person } }, 200);
	for (const word of Object.values(WORDS))
		assert.ok(text.includes(word.replace("<", "&lt;").replace(">", "&gt;")), word);
	for (const event of ["emergency.open", "signal.", "team_record."])
		assert.equal(text.includes(event), false, `${event} in words`);
});

test("where a child is placed is sealed in the database", async () => {
	const row = await cluster.psql(federation.nodes.school.database,
		`SELECT service FROM episode WHERE case_id = '${known.id}';`);
	assert.match(row, /^z1\./);
	const repeat = { kind: "social", service: "Дом", start: "2026-02-15" };
	const params = { id: known.id, episode_id: uuid7() };
	await school.call("putEpisode", { params, body: repeat }, 201);
	await school.call("putEpisode", { params, body: repeat }, 200);
	await school.call("putEpisode", { params, body: { ...repeat, service: "Друг дом" } },
		"409 already-exists");
	const { body } = await school.call("putEpisode",
		{ params, ifMatch: 1, body: { ...repeat, service: "Друг дом" } }, 200);
	assert.equal(body.service, "Друг дом");
});

/* A young person and a parent with their sheets, each of whom has said something
   and was answered; what it does not want told. */
async function family() {
	const said = { young: "Искам да говоря насаме.", parent: "Аз <пак> ще дойда.",
		answer: "Ще говорим във вторник.", limit: "Не казвайте вкъщи за тетрадката." };
	const { id, person } = await newCase(school, { birth_date: day(-15 * 365 - 100) });
	await school.call("putChildLimit", { params: { id }, body: { text: said.limit } }, 201);
	const signer = (capacity) => ({ capacity, method: "paper", at: moment(-1), evidence: "лист 1" });
	const consent = await newConsent(school, id, { csc: ["help"] },
		{ rule: "representative_and_child", signers: [signer("parent"), signer("young_person")] });
	await school.call("shareSummary",
		{ params: { id: uuid7() }, body: { consent_id: consent, doc: { help: DOC.help } } }, 201);
	const sheets = {}, visits = {};
	for (const [who, n] of [["parent", 0], ["young", 1]]) {
		await forgive();
		sheets[who] = await slip(school, consent, n);
		visits[who] = await visit(sheets[who].codes[0]);
		await visits[who].call("sendFamilyWords", { params: { id: uuid7() }, body: { text: said[who] } }, 201);
	}
	const { recipients: [centre] } = await facts(visits.parent);
	await visits.parent.call("disagreeWithFact", { params: { id: uuid7() }, body: {
		summary_id: centre.shared[0].summary_id, organisation_id: organisationId("csc"), category: "help" } }, 201);
	const words = await waitUntil("all has arrived", async () => {
		const { body } = await school.call("listFamilyWords", { params: { id: consent } }, 200);
		return body.items.length === 3 && body.items;
	}, 15_000);
	for (const word of words)
		await school.call("answerFamilyWord", { params: { id: word.id }, body: { text: said.answer } }, 200);
	return { person, said, sheets };
}

test("what was said on the family's page is exported to who said it", async (t) => {
	const { person, said, sheets } = await family();
	const dpo = await nodeAs("school", "dpo");
	const asked = async (operationId, by) => dpo.call(operationId,
		{ params: { id: person }, query: by && { by } }, 200);
	const told = ({ family_words: words }) =>
		words.map((word) => [word.capacity, word.kind, word.text, word.answer.text]);
	const fact = [["parent", "words", undefined, undefined], ["parent", "disagreement", undefined, undefined]];
	await t.test("to the young person its own words; of the parent's the fact", async () => {
		const { body, text } = await asked("exportSubject", "self");
		assert.deepEqual(told(body).sort(),
			[...fact, ["young_person", "words", said.young, said.answer]].sort());
		assert.deepEqual(body.family_slips.map((one) => [one.capacity, one.used]).sort(),
			[["parent", 1], ["young_person", 1]]);
		assert.deepEqual(body.child_limits.map((limit) => limit.text), [said.limit]);
		assert.equal(text.includes(said.parent), false);
		assert.equal(body.tasks.filter((task) => task.kind === "family_word").length, 3);
		for (const event of ["family.codes", "family_word.arrive", "family_word.answer", "case.limit"])
			assert.ok(body.audit.some((row) => row.event === event), event);
		const { text: page } = await asked("getSubjectPrint", "self");
		for (const words of [said.young, said.answer, said.limit, "думи, които са само негови",
			"не приема това, което вижда", "Листове с кодове", "записано какво не иска да се споделя"])
			assert.ok(page.includes(words), words);
		assert.doesNotMatch(page, /family[._]|case\.limit|пак/);
	});
	await t.test("to whoever asks for it nothing of the young person's", async () => {
		for (const by of [undefined, "representative"]) {
			const { body, text } = await asked("exportSubject", by);
			assert.deepEqual(told(body).sort(), [...fact].sort());
			assert.deepEqual(body.family_slips.map((one) => one.capacity), ["parent"]);
			assert.deepEqual(body.child_limits, []);
			assert.equal(body.tasks.filter((task) => task.kind === "family_word").length, 2);
			assert.equal(body.audit.some((row) => row.event === "case.limit"), false);
			assert.equal(body.audit.filter((row) => row.event === "family_word.arrive").length, 2);
			assert.equal(body.audit.filter((row) => row.event === "family.codes").length, 1);
			assert.equal(body.audit_total, body.audit.length);
			const { text: page } = await asked("getSubjectPrint", by);
			for (const words of [...Object.values(said), sheets.young.id])
				for (const answer of [text, page])
					assert.equal(answer.includes(words), false, words);
		}
	});
	await t.test("to nobody a code, plain or stretched", async () => {
		const hidden = Object.values(sheets).flatMap(({ codes }) => codes.flatMap((code) =>
			[code, code.replaceAll(" ", "")]));
		const { text } = await asked("exportSubject", "self");
		assert.equal(hidden.some((code) => text.includes(code)), false);
		assert.doesNotMatch(text, /"codes"/);
	});
	await t.test("nobody else is asked for", async () => {
		await dpo.call("exportSubject", { params: { id: person }, query: { by: "mother" } }, 422);
	});
});

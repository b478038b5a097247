// The export of a person: what there is besides the case itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { DOC } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";
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

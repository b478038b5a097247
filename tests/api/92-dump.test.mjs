// A dump of a node's database, given to a script that knows the schema: no name
// and no ЕГН of anybody, whatever was typed wherever one can type.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { test } from "node:test";
import * as database from "../../deploy/demo/database.mjs";
import { ageBand } from "../../deploy/demo/seed.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { egn, identitiesIn } from "../lib/identities.mjs";
import { DOC } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";
import { arrived, colleague, newCase, newConsent, permitted, share } from "../lib/work.mjs";

const run = promisify(execFile);
const GIVEN = ["Здравелина", "Чуроликан", "Бисериана", "Звездомир", "Росенкина", "Драгомирчо",
	"Люлякина", "Ведриан", "Сребролика", "Огняникос", "Тихомирчо", "Мирандулка"];
const FAMILY = ["Мравкоядова", "Щъркелградски", "Горолесова", "Лисугеров", "Зайчарникова",
	"Врабчовенова", "Кълвачкова", "Славейковичева", "Таралежников", "Боровинкова", "Жътваринова",
	"Кестенярова"];
const PEOPLE = GIVEN.map((given, i) => ({
	given, middle: `${GIVEN[(i + 5) % 12]}ова`, family: FAMILY[i],
	egn: egn(2014 + i % 5, 1 + i, 3 + i, 10 + 7 * i),
	mother: `${GIVEN[(i + 3) % 12]} ${FAMILY[(i + 7) % 12]}`, motherEgn: egn(1980 + i, 12 - i, 9, 500 + i),
}));
const WHO = {
	names: [...GIVEN, ...FAMILY],
	numbers: PEOPLE.flatMap((person) => [person.egn, person.motherEgn]),
};
const said = (p) => `${p.given} ${p.middle} ${p.family}, ЕГН ${p.egn}, с майка си ${p.mother} ` +
	`(${p.motherEgn.slice(0, 6)} ${p.motherEgn.slice(6)}), каза на ${p.given}: „${p.family}!“`;

/* The same in the records of case work, each sealed under its own kind. */
async function typeCasework(put, id, p, words) {
	const { body: { version } } = await put("getCase", { id });
	await put("putNeeds", { id }, { strengths: [],
		needs: [{ domain: "family", level: 2 }, { domain: "education", level: 1 }] }, { ifMatch: version });
	await put("putNeedLink", { id, link_id: uuid7() },
		{ from: "family", to: "education", kind: "explains", note: words });
	const voice_id = uuid7(), helper_id = uuid7(), grid_id = uuid7(), episode_id = uuid7();
	await put("putVoice", { id, voice_id }, { who: "child", how: "own_words", on: day(-2),
		text: words, wants: words, fears: words });
	await put("answerVoice", { id, voice_id },
		{ on: day(-1), followed: "no", done: words, reason: words });
	await put("putHelper", { id, helper_id }, { kind: "kin", label: p.mother, organisation: p.family,
		role: `при ${p.given}`, contact: p.motherEgn, domains: ["family"], since: day(-9) });
	await put("putEpisode", { id, episode_id }, { kind: "social", service: p.family, start: day(-9) });
	await put("putContinuity", { id, episode_id }, { lost: [{ who: p.mother }],
		stays: [{ who: p.given }], goodbye: words });
	const cell = { source: "reported", text: words };
	const columns = ["child", "parent"].map((kind) => ({ id: uuid7(), kind, label: p.mother,
		explanation: cell, intervention: cell, responsibility: cell }));
	await put("putGrid", { id, grid_id },
		{ on: day(-3), facilitator: p.mother, columns, alignments: [] });
	await put("putConnection", { id, connection_id: uuid7() }, { grid_id, level: "explanation",
		between: columns.map((column) => column.id), broker: p.mother, intention: words, due: day(7) });
	await put("answerPrompt", { id, answer_id: uuid7() }, { prompt: "child_would_say", text: words });
	const { body: { definition } } = await put("getDifficulty", { id });
	await put("recordDifficultyCheck", { id, check_id: uuid7() },
		{ definition_version: definition.version, met: ["D9"], difficult: true, reason: words });
}

/* All that a practitioner can type about somebody. */
async function typeAll(api, p) {
	const put = (operationId, params, body, extra = {}) =>
		api.call(operationId, { params, body, ...extra }).then((answer) => {
			assert.ok(answer.status < 300, `${operationId}: ${answer.text}`);
			return answer;
		});
	const person = uuid7(), id = uuid7(), words = said(p);
	const born = `20${p.egn.slice(0, 2)}-${String(Number(p.egn.slice(2, 4)) - 40).padStart(2, "0")}-${p.egn.slice(4, 6)}`;
	await put("createPerson", { id: person }, {
		given_name: p.given, middle_name: p.middle, family_name: p.family,
		birth_date: `20${p.egn.slice(0, 2)}-01-01`, address: `при ${p.mother}`,
		phones: ["+359 888 000 123"],
	});
	await put("updatePerson", { id: person }, {
		identifier: { kind: "egn", value: p.egn },
		birth_date: born,
	}, { ifMatch: 1 });
	await put("searchPersons", undefined, { identifier: { kind: "egn", value: p.egn } });
	const { headers } = await put("createCase", { id }, { person_id: person, reason: words });
	await put("updateCase", { id }, { reason: `${words} Пак.` },
		{ ifMatch: headers.etag.replaceAll('"', "") });
	await put("putEpisode", { id, episode_id: uuid7() }, { kind: "social",
		service: `Приемно семейство ${p.family} за ${p.egn}`, start: "2026-01-15" });
	const signal = uuid7();
	await put("createSignal", { id: signal }, { case_id: id, channel: "phone", recipient: "dsp",
		office: `При ${p.mother}`, made_at: moment(-1), what: words });
	await put("acknowledgeSignal", { id: signal },
		{ at: moment(0), by: p.mother, reference: `вх. ${p.egn}` });
	await put("createTeamRecord", { id: uuid7() }, {
		case_id: id, kind: "violence", convened_at: moment(-2), held_at: moment(-1),
		participants: [{ organisation: `Кантора ${p.family}`, role: p.mother }],
		decisions: [{ what: words, who: p.mother }], minutes: words,
	});
	await typeCasework(put, id, p, words);
	const consent = await newConsent(api, id, { csc: ["basics", "help"] }, {
		rule: "representative", text: words, decision_ref: `Решение за ${p.family}`,
		signers: [{ capacity: "parent", method: "paper", at: moment(-1), name: p.mother,
			evidence: `папка ${p.given}, ${p.motherEgn}` }],
	});
	const band = { ...DOC, basics: { ...DOC.basics, age_band: ageBand(born) } };
	const doc = await permitted(api, consent, band);
	for (const text of [`Помощ за ${p.given}.`, `ЕГН ${p.egn}`])
		await api.call("shareSummary", { params: { id: uuid7() }, body: {
			consent_id: consent, doc: { ...doc, help: { ...doc.help, text } } } }, "422 invalid");
	return { id, person, consent, summary: await share(api, consent, band) };
}

const dumpOf = async (name) => (await run(path.join(cluster.bin, "pg_dump"), ["-d", name],
	{ env: cluster.env, maxBuffer: 1 << 28 })).stdout;

let cases;
test("the main job, with names and ЕГН wherever one can type", async () => {
	const school = await nodeAs("school", "practitioner");
	cases = [];
	for (const person of PEOPLE)
		cases.push(await typeAll(school, person));
	const reader = await colleague("school");
	await reader.api.call("openEmergencyReading", { params: { id: uuid7() },
		body: { case_id: cases[0].id, reason: said(PEOPLE[0]).slice(0, 300) } }, 201);
	const centre = await arrived("csc", cases[0].summary);
	const { body } = await centre.call("getReceivedSummary", { params: { id: cases[0].summary } }, 200);
	assert.equal(body.summary.help.text, DOC.help.text);
	const { id } = await newCase(centre, { given_name: PEOPLE[0].given, family_name: PEOPLE[0].family });
	await centre.call("linkReceivedSummary",
		{ params: { id: cases[0].summary }, body: { case_id: id } }, 200);
	for (const { consent } of cases.slice(0, 4))
		await school.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } }, 200);
	const dpo = await nodeAs("school", "dpo");
	await dpo.call("searchSubjects", { body: { family_name: PEOPLE[1].family } }, 200);
	await dpo.call("exportSubject", { params: { id: cases[1].person } }, 200);
	await arrived("csc", cases[1].summary, "purged");
});

for (const name of ["school", "csc", "hub"])
	test(`a dump of ${name}: 0 names, 0 ЕГН`, async () => {
		const dump = await dumpOf(`zaedno_${name}`);
		assert.ok(dump.length > 100_000 && dump.includes(cases[0].summary));
		assert.deepEqual(identitiesIn(dump, WHO), []);
	});

test("logs: 0 names, 0 ЕГН", () => {
	for (const name of fs.readdirSync(cluster.logs))
		assert.deepEqual(identitiesIn(
			fs.readFileSync(path.join(cluster.logs, name), "utf8"), WHO), [], name);
});

/* Each way in which one column might not be sealed; psql puts the value in. */
const LEAKS = {
	"as it was typed": ["person", "sealed", "'{\"family_name\": \"Мравкоядова\"}'"],
	"inflected": ["case_file", "sealed", "'на Мравкоядовите деца'"],
	"in Latin letters": ["episode", "service", "'House of the Mravkoyadovi'"],
	"in JSON escapes": ["outbox", "body", `'{"text": "${[..."Мравкоядова"]
		.map((c) => `\\\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}'::jsonb`],
	"as bytes": ["case_file", "content", "convert_to('Мравкоядова', 'UTF8')"],
	"as bytes of Windows-1251": ["case_file", "content", "convert_to('Мравкоядова', 'WIN1251')"],
	"in UTF-16": ["case_file", "content", `'\\x${Buffer.from("Мравкоядова", "utf16le").toString("hex")}'`],
	"in base64": ["signal", "sealed", "encode(convert_to('при Мравкоядова', 'UTF8'), 'base64')"],
	"hashed without a key": ["person_index", "token", "sha256(convert_to('мравкоядова', 'UTF8'))"],
	"a number": ["signal", "ack_sealed", `'вх. ${PEOPLE[0].egn}'`],
	"a number in groups": ["team_record", "sealed",
		`'${PEOPLE[0].egn.slice(0, 6)} ${PEOPLE[0].egn.slice(6)}'`],
	"a number backwards": ["consent_version", "sealed", `'${[...PEOPLE[0].egn].reverse().join("")}'`],
	"a number hashed": ["person_index", "token", `sha256('${PEOPLE[0].egn}')`],
};

test("the script finds what one column less would show", async (t) => {
	const { database: from } = federation.nodes.school, name = "zaedno_leak";
	await database.dropDatabase(cluster, name);
	await database.createEmpty(cluster, "node", name);
	await cluster.psql(name, await dumpOf(from));
	assert.deepEqual(identitiesIn(await dumpOf(name), WHO), [], "the copy itself");
	for (const [what, [table, column, value]] of Object.entries(LEAKS))
		await t.test(`${table}.${column}, ${what}`, async () => {
			await cluster.psql(name, `SET session_replication_role = replica;
				CREATE TABLE leak AS SELECT * FROM ${table} LIMIT 1;
				UPDATE leak SET ${column} = ${value};`);
			const { stdout } = await run(path.join(cluster.bin, "pg_dump"),
				["-d", name, "-t", "leak"], { env: cluster.env });
			await cluster.psql(name, "DROP TABLE leak;");
			assert.ok(identitiesIn(stdout, WHO).length > 0);
		});
	await database.dropDatabase(cluster, name);
});

// The rights of a person: what is held on it, and its erasure.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkout } from "../../deploy/demo/place.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { DOC } from "../lib/organisation.mjs";
import { cluster, federation, nodeAs, organisationId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const supervisor = await nodeAs("school", "supervisor");
const admin = await nodeAs("school", "admin");
const dpo = await nodeAs("school", "dpo");
const PERSON = {
	given_name: "Златокоска", middle_name: "Горова", family_name: "Тримечкина",
	identifier: { kind: "egn", value: "7523169263" }, birth_date: "1975-03-16",
	address: "гр. Приказка, къща <3>", phones: ["+359 888 000 777"],
};
const TEXT = "Прочетохме заедно за помощта от центъра.";

async function everything() {
	const { id, person } = await newCase(school, { ...PERSON, identifier: undefined,
		birth_date: "2015-03-16" });
	await school.call("putNeeds", {
		params: { id }, ifMatch: 1,
		body: { needs: [{ domain: "safety", level: 2 }], strengths: ["peers"] },
	}, 200);
	await school.call("putEpisode", {
		params: { id, episode_id: uuid7() },
		body: { kind: "social", service: "Дневен център „Поляна“", start: "2026-01-15" },
	}, 201);
	const consent = await newConsent(school, id, { csc: ["basics", "help", "needs"] },
		{ text: TEXT });
	const summary = await share(school, consent);
	await arrived("csc", summary);
	return { id, person, consent, summary };
}

const known = await everything();

test("the officer finds a person by whole names, and each search is noted", async () => {
	const body = { given_name: PERSON.given_name, family_name: PERSON.family_name };
	const { body: found } = await dpo.call("searchSubjects", { body }, 200);
	assert.deepEqual(found.items.map((item) => item.id), [known.person]);
	assert.equal(found.items[0].address, PERSON.address);
	const { body: none } = await dpo.call("searchSubjects",
		{ body: { family_name: "Никаквичкова" } }, 200);
	assert.deepEqual(none.items, []);
	for (const who of [school, supervisor, admin])
		await who.call("searchSubjects", { body }, "403 scope-missing");
	const { body: rows } = await dpo.call("listAudit", { query: { ref: known.person } }, 200);
	assert.equal(rows.items[0].event, "subject.search");
});

test("an export holds all that is held, and is noted", async () => {
	await receipt(school, known.consent, "delivered", (body) => body.items[0]?.delivered_at);
	const { body: data, headers } = await dpo.call("exportSubject",
		{ params: { id: known.person } }, 200);
	assert.equal(headers["cache-control"], "no-store");
	const { id, version, identifier: _, ...rest } = { ...PERSON, ...data.person };
	assert.equal(id, known.person);
	assert.equal(version, 1);
	assert.equal(rest.address, PERSON.address);
	assert.deepEqual(data.cases.map((item) => [item.id, item.reason, item.strengths]),
		[[known.id, "Нужда от подкрепа.", ["peers"]]]);
	assert.equal(data.episodes[0].service, "Дневен център „Поляна“");
	const [consent] = data.consents;
	assert.equal(consent.versions[0].text, TEXT);
	assert.match(consent.versions[0].receipt, /^ey/);
	assert.equal(consent.versions[0].signers[0].evidence, "папка „Съгласия“, лист 1");
	const [shared] = data.shared;
	assert.equal(shared.doc.help.text, DOC.help.text);
	assert.equal(shared.with[0].organisation_id, organisationId("csc"));
	assert.ok(shared.with[0].delivered_at);
	assert.deepEqual(data.received, []);
	assert.ok(data.audit_total >= data.audit.length);
	assert.deepEqual(data.audit[0], { ...data.audit[0], event: "subject.export", role: "dpo" });
	for (const event of ["person.create", "case.create", "consent.record", "summary.share"])
		assert.ok(data.audit.some((row) => row.event === event && row.role === "practitioner"),
			event);
});

test("what was received and linked is in it too", async () => {
	const centre = await nodeAs("csc", "supervisor");
	const { id, person } = await newCase(centre, { family_name: "Свързанова" });
	const { body: item } = await centre.call("getReceivedSummary",
		{ params: { id: known.summary } }, 200);
	await centre.call("linkReceivedSummary",
		{ params: { id: known.summary }, body: { case_id: id }, ifMatch: item.version }, 200);
	const officer = await nodeAs("csc", "dpo");
	const { body: data } = await officer.call("exportSubject", { params: { id: person } }, 200);
	assert.equal(data.received[0].summary.help.text, DOC.help.text);
	const { text } = await officer.call("getSubjectPrint", { params: { id: person } }, 200);
	assert.ok(text.includes("Какво сме получили"));
	assert.ok(text.includes(DOC.help.text));
	await centre.call("linkReceivedSummary", { params: { id: known.summary },
		body: { case_id: (await newCase(centre)).id }, ifMatch: item.version + 1 }, 200);
});

const PARTS = ["plan", "action", "meeting", "decision", "review", "keyworker", "handover"];
const TOLD = "Решихме да опитаме със смокинята.";

/** A coordination of a summary in the mirror, with a part of each kind: its id. */
async function worked(summary, id = uuid7()) {
	const coordination = {
		id, holder: organisationId("school"), region: uuid7(), summary_id: summary,
		case_pseudonym: uuid7(), consent_id: uuid7(), state: "in_action", version: 3, members: [],
		urgency: "soon", help_wanted: "joint_assessment", overdue: false, family_view: TOLD,
		requested_at: "2026-01-01T00:00:00.000Z", entered_at: "2026-01-01T00:00:00.000Z",
		until: "2030-01-01T00:00:00.000Z",
	};
	const rows = [{ kind: "coordination", id, parent: summary, doc: coordination },
		...PARTS.map((kind) => ({ kind, id: kind === "plan" ? id : uuid7(), parent: id, doc: { text: TOLD } }))];
	await cluster.psql(federation.nodes.school.database, `
		INSERT INTO mirror (kind, id, parent, state, title, feed_id, seq, version, doc)
		SELECT x.kind, x.id, x.parent, 'in_action', :'told', l.feed_id, 1, 1, x.doc
		FROM hub_link l, jsonb_to_recordset(:'rows'::jsonb)
			AS x (kind text, id uuid, parent uuid, doc jsonb);`, { told: TOLD, rows: JSON.stringify(rows) });
	return id;
}

test("what was worked on together is in it too, and who has read it", async () => {
	const { person, summary } = await everything();
	const id = await worked(summary);
	await school.call("getCoordination", { params: { id } }, 200);
	const { body: { items } } = await school.call("listShared",
		{ query: { coordination: id, kind: "meeting" } }, 200);
	await school.call("getShared", { params: { kind: "meeting", id: items[0].id } }, 200);
	const { body: data } = await dpo.call("exportSubject", { params: { id: person } }, 200);
	const [{ coordination, parts }] = data.coordinations;
	assert.equal(coordination.id, id);
	assert.deepEqual(parts.map((part) => [part.kind, part.document.text]),
		PARTS.map((kind) => [kind, TOLD]));
	for (const event of ["coordination.read", "shared.read"])
		assert.ok(data.audit.some((row) => row.event === event), event);
	const { text } = await dpo.call("getSubjectPrint", { params: { id: person } }, 200);
	for (const words of [TOLD, "Общ план", "Предаване", "прочетена обща работа", "прочетен общ документ"])
		assert.ok(text.includes(words), words);
	assert.doesNotMatch(text, /coordination\.|shared\.read/);
});

test("the same on paper, escaped", async () => {
	const { text, headers } = await dpo.call("getSubjectPrint",
		{ params: { id: known.person } }, 200);
	assert.match(headers["content-security-policy"], /^default-src 'none'; style-src 'self';/);
	if (process.env.ZAEDNO_PAGES)
		fs.writeFileSync(path.join(process.env.ZAEDNO_PAGES, "subject.html"),
			text.replace("/print.css", `${checkout}/api-spec/generator/print.css`));
	for (const words of ["Златокоска", "гр. Приказка, къща &lt;3&gt;", "безопасност", TEXT,
		"Дневен център „Поляна“", "споделено представяне", "специалист",
		"16.03.2015"])
		assert.ok(text.includes(words), words);
	assert.doesNotMatch(text, /<title>[^<]*Златокоска/);
	assert.doesNotMatch(text, /\d{4}-\d\d-\d\dT/, "times as people read them");
	assert.doesNotMatch(text, /<script|style=/);
});

test("nobody but the officer exports or erases", async () => {
	for (const who of [school, supervisor, admin])
		for (const [operationId, body] of [["exportSubject"], ["getSubjectPrint"],
			["eraseSubject", { reason: "request" }]])
			await who.call(operationId, { params: { id: known.person }, body },
				"403 scope-missing");
	for (const operationId of ["exportSubject", "getSubjectPrint"])
		await dpo.call(operationId, { params: { id: uuid7() } }, "404 not-found");
});

/* Every row of every table of the node that names one of the ids, as text. */
async function dump(words) {
	const left = {};
	for (const table of ["person", "person_index", "case_file", "need", "episode", "consent",
		"consent_version", "consent_signer", "summary", "outbox", "mirror", "received"])
		left[table] = await cluster.psql(federation.nodes.school.database,
			`SELECT string_agg(t::text, E'\\n') FROM ${table} t`);
	return Object.entries(left).filter(([, text]) =>
		words.some((word) => text.includes(word))).map(([table]) => table);
}

test("an erasure leaves the number of the case, and nothing that was said", async () => {
	const { id, person, consent, summary } = await everything();
	await worked(summary);
	const other = await newCase(school, { given_name: PERSON.given_name });
	const { body: before } = await school.call("getCase", { params: { id } }, 200);
	const sealed = (await cluster.psql(federation.nodes.school.database, `
		SELECT sealed FROM person WHERE id = '${person}'
		UNION ALL SELECT sealed FROM case_file WHERE id = '${id}'
		UNION ALL SELECT sealed FROM consent_version WHERE consent_id = '${consent}'
		UNION ALL SELECT encode(salt, 'hex') FROM consent_signer WHERE consent_id = '${consent}'`))
		.split("\n");
	assert.equal(sealed.length, 4);
	const erase = { params: { id: person }, body: { reason: "request" } };
	await dpo.call("eraseSubject", erase, "409 consent-active");
	await school.call("withdrawConsent",
		{ params: { id: consent }, body: { capacity: "parent" } }, 200);
	const { body: erasure } = await dpo.call("eraseSubject", erase, 200);
	const { index_rows, ...counts } = erasure.erased;
	assert.deepEqual(Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)), {
		cases: 1, consents: 1, consent_texts: 1, episode: 1, need: 2, need_history: 1, shared_documents: 8,
		summaries: 1,
	});
	assert.ok(index_rows >= 3);
	const { body: again } = await dpo.call("eraseSubject",
		{ params: { id: person }, body: { reason: "unlawful" } }, 200);
	assert.deepEqual(again, erasure, "a repeat changes nothing");

	const others = await cluster.psql(federation.nodes.school.database, `
		SELECT count(*) FROM mirror WHERE doc IS NOT NULL AND parent IN
			(SELECT id FROM mirror WHERE kind = 'coordination' AND parent = '${summary}')`);
	assert.equal(others, "0", "no kind of shared document is left");
	assert.deepEqual(await dump(sealed), [], "nothing sealed is left in any table");
	const rows = await cluster.psql(federation.nodes.school.database, `
		SELECT count(*) FROM person_index WHERE person_id = '${person}'
		UNION ALL SELECT count(*) FROM need WHERE case_id = '${id}'
		UNION ALL SELECT count(*) FROM episode WHERE case_id = '${id}'
		UNION ALL SELECT count(doc) FROM summary WHERE id = '${summary}'
		UNION ALL SELECT count(body) FROM outbox WHERE consent_id = '${consent}'
			AND operation <> 'withdrawConsent'`);
	assert.equal(rows, "0\n0\n0\n0\n0");

	const { body: after } = await school.call("getCase", { params: { id } }, 200);
	assert.equal(after.number, before.number);
	assert.equal(after.opened_on, before.opened_on);
	assert.equal(after.state, "closed");
	assert.deepEqual([after.reason, after.needs, after.moves_total], [undefined, [], 0]);
	await school.call("getPerson", { params: { id: person } }, "404 not-found");
	await school.call("getSharedSummary", { params: { id: summary } }, "404 not-found");
	await school.call("updateCase", {
		params: { id }, ifMatch: after.version, body: { reason: "Отново." },
	}, 422);
	await school.call("putEpisode", {
		params: { id, episode_id: uuid7() },
		body: { kind: "social", service: "Услуга", start: "2026-01-15" },
	}, "404 not-found");
	await school.call("createCase", { params: { id: uuid7() }, body: { person_id: person } },
		"422 invalid");
	const { body: found } = await dpo.call("searchSubjects",
		{ body: { given_name: PERSON.given_name } }, 200);
	assert.ok(found.items.some((item) => item.id === other.person));
	assert.equal(found.items.some((item) => item.id === person), false);
});

test("of an erased person the tombstones are exported and printed", async () => {
	const { id, person } = await newCase(school, { family_name: "Изтритова" });
	const consent = await newConsent(school, id, { csc: ["help"] });
	await school.call("withdrawConsent",
		{ params: { id: consent }, body: { capacity: "parent" } }, 200);
	await dpo.call("eraseSubject", { params: { id: person }, body: { reason: "unlawful" } }, 200);
	const { body: data } = await dpo.call("exportSubject", { params: { id: person } }, 200);
	assert.deepEqual(Object.keys(data.person).sort(), ["id", "version"]);
	assert.equal(data.erasure.reason, "unlawful");
	assert.equal(data.consents[0].versions[0].text, undefined);
	assert.ok(data.audit.some((row) => row.event === "person.erase"));
	const { text } = await dpo.call("getSubjectPrint", { params: { id: person } }, 200);
	assert.match(text, /Данните са изтрити на .* данните са обработвани без основание/);
	assert.match((await school.call("getConsentPrint", { params: { id: consent } }, 200)).text,
		/Текстът е изтрит\./);
	await dpo.call("eraseSubject", { params: { id: uuid7() }, body: { reason: "request" } },
		"404 not-found");
});

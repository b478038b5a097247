// The identity guard: the exact place is told at both ends, and a supervisor
// lets a name pass with a reason that stays in the node.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { DOC, enrolledOrganisation } from "../lib/organisation.mjs";
import { nodeAs, userId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const supervisor = await nodeAs("school", "supervisor");

const signers = [{
	capacity: "parent", method: "paper", at: moment(-1), evidence: "лист 1",
	name: "Бухалка Бухалова",
}];
const { id: caseId } = await newCase(school, { given_name: "Роза", family_name: "Костенуркова" });
const consent = await newConsent(school, caseId, { csc: ["help", "wish"] }, { signers });

const wish = (text) => ({ wish: { text } });
const share = (api, text, expected, overrule, id = uuid7(), ifMatch) =>
	api.call("shareSummary", {
		params: { id }, ifMatch,
		body: { consent_id: consent, doc: wish(text), ...(overrule && { overrule }) },
	}, expected);
const places = (text, { errors }) => errors.map(({ code, start, end }) =>
	[code, start === undefined ? undefined : [...text].slice(start, end).join("")]);

/* The overrule of a part of the wish. */
function pass(text, part, reason = "Цветето, не детето.") {
	const start = [...text.slice(0, text.indexOf(part))].length;
	return [{ pointer: "/doc/wish/text", start, end: start + [...part].length, reason }];
}

test("each place is told, in the preview already", async (t) => {
	const refused = (text, ...expected) => t.test(text, async () => {
		const told = await share(school, text, "422 invalid");
		assert.deepEqual(places(text, told.body), expected);
		const seen = await school.call("previewSummary",
			{ params: { id: consent }, body: { doc: wish(text) } }, "422 invalid");
		assert.deepEqual(seen.body.errors, told.body.errors);
	});
	const name = "name-in-text";
	await refused("Розината сестра и Костенуркови", [name, "Розината"], [name, "Костенуркови"]);
	await refused("Rozichka Kostenurkov чака", [name, "Rozichka"], [name, "Kostenurkov"]);
	await refused("майката Бухалова подписа", [name, "Бухалова"]);
	await refused("ЕГН: 752316 9263", ["egn-in-text", "752316 9263"]);
	await refused("ЛНЧ 7111042925, ЕИК 175074752", ["lnch-in-text", "7111042925"],
		["eik-in-text", "175074752"]);
	await refused("ЕГН 8812102461", ["identifier-in-text", "8812102461"]);
	await refused("по BG80 BNBG 9661 1020 3456 78", ["iban-in-text", "BG80 BNBG 9661 1020 3456 78"]);
	await refused("ime (at) primer.bg или 0888/123-456", ["email-in-text", "ime (at) primer.bg"],
		["phone-in-text", "0888/123-456"]);
	await t.test("what is nobody's passes", () =>
		share(school, "Подариха ѝ роза на 12.03.2026 г. в стая 214.", 201));
});

test("texts of the office's contact are looked at as well", async () => {
	const id = await newConsent(school, caseId, { csc: ["contact"] });
	const contact = { role: "майката на Роза", organisation: "фирма с ЕИК 175074752",
		office_phone: "062 600 123", office_email: "ofis@primer.example" };
	const { body } = await school.call("shareSummary", {
		params: { id: uuid7() }, body: { consent_id: id, doc: { contact } },
	}, "422 invalid");
	assert.deepEqual(body.errors.map(({ pointer, code }) => [pointer, code]).sort(), [
		["/doc/contact/organisation", "eik-in-text"], ["/doc/contact/role", "name-in-text"],
	]);
});

test("a practitioner lets no name pass", async () => {
	const text = "Засади червена Роза в двора.";
	const { body } = await share(school, text, "422 invalid", pass(text, "Роза"));
	assert.deepEqual(places(text, body),
		[["name-in-text", "Роза"], ["overrule-role", undefined]]);
	assert.equal(body.errors[1].pointer, "/overrule/0");
});

test("a supervisor lets a name pass, with a reason", async (t) => {
	const text = "Засади червена Роза в двора.";
	const overrule = pass(text, "Роза");
	const id = uuid7();
	await t.test("the preview says that it will", () => supervisor.call("previewSummary",
		{ params: { id: consent }, body: { doc: wish(text), overrule } }, 200));
	await t.test("it is kept with the summary: who, when and why", async () => {
		const { body } = await share(supervisor, text, 201, overrule, id);
		assert.deepEqual(body.overruled, overrule);
		assert.equal(body.overruled_by, userId("school", "supervisor"));
		assert.ok(Date.parse(body.overruled_at) <= Date.now() + 1000);
		const { body: { hub_at, hub_version, ...read } } =
			await school.call("getSharedSummary", { params: { id } }, 200);
		assert.ok(hub_at === undefined || hub_version === 1, "the hub may have it by now");
		assert.deepEqual(read, body);
		await share(supervisor, text, 200, overrule, id);
	});
	await t.test("the audit has it, without the reason", async () => {
		const dpo = await nodeAs("school", "dpo");
		const rows = [];
		for (let after, more = true; more;) {
			const { body } = await dpo.call("listAudit", { query: { limit: 200, after } }, 200);
			rows.push(...body.items);
			more = (after = body.next) !== undefined;
		}
		const found = rows.filter((row) => row.event === "summary.overrule" && row.ref === id);
		assert.equal(found.length, 1);
		assert.equal(found[0].actor, userId("school", "supervisor"));
		assert.ok(!JSON.stringify(rows).includes("Цветето"));
	});
	await t.test("the recipient sees the text and no reason", async () => {
		const { body } = await (await arrived("csc", id)).call("getReceivedSummary",
			{ params: { id } }, 200);
		assert.equal(body.summary.wish.text, text);
		assert.ok(!JSON.stringify(body).includes("Цветето"));
	});
	await t.test("the next version has none, unless it is said again", async () => {
		const { body } = await share(supervisor, "Обича цветя.", 200, undefined, id, 1);
		assert.equal(body.overruled, undefined);
		const again = await share(supervisor, text, 200, overrule, id, 2);
		assert.deepEqual(again.body.overruled, overrule);
	});
});

test("nothing but the very name is let pass", async (t) => {
	const refused = (what, text, overrule, ...codes) => t.test(what, async () => {
		const { body } = await share(supervisor, text, "422 invalid", overrule);
		assert.deepEqual(body.errors.map(({ code }) => code), codes);
	});
	const number = "номер 7523169263 е неговият";
	await refused("an identifier", number, pass(number, "7523169263"),
		"egn-in-text", "overrule-no-name");
	const phone = "звънете на 0888123456";
	await refused("a telephone", phone, pass(phone, "0888123456"),
		"phone-in-text", "overrule-no-name");
	const twice = "Една Роза и още Роза";
	await refused("another place", twice, pass(twice, "Роза"), "name-in-text");
	await refused("a wider place", twice, pass(twice, "Една Роза"),
		"name-in-text", "name-in-text", "overrule-no-name");
	await refused("where nothing is", "Обича цветя.", pass("Обича цветя.", "цветя"),
		"overrule-no-name");
	await t.test("without a reason", async () => {
		const [{ reason: _reason, ...bare }] = pass(twice, "Роза");
		await share(supervisor, twice, "422 invalid", [bare]);
	});
});

test("the hub refuses numbers and addresses by itself", async (t) => {
	const holder = await enrolledOrganisation();
	const reader = await enrolledOrganisation();
	const { id: given } = await holder.consent({ [reader.id]: ["wish", "contact", "help"] });
	const put = async (doc, expected) => (await holder.api()).call("putSummary", {
		params: { id: uuid7() }, body: { consent_id: given, version: 1, doc },
	}, expected);
	const refused = (pointer, doc, code, part) => t.test(`${code} in ${pointer}`, async () => {
		const { body } = await put(doc, "422 invalid");
		const [error] = body.errors;
		assert.deepEqual([error.pointer, error.code], [pointer, code]);
		const text = pointer.slice(5).split("/").reduce((value, key) => value[key], doc);
		assert.equal([...text].slice(error.start, error.end).join(""), part);
	});
	await refused("/doc/wish/text", wish("ЕГН 752316-9263"), "egn-in-text", "752316-9263");
	await refused("/doc/help/text", { help: { ...DOC.help, text: "тел. 0888 123 456" } },
		"phone-in-text", "0888 123 456");
	await refused("/doc/contact/role", { contact: { ...DOC.contact, role: "ime@primer.example" } },
		"email-in-text", "ime@primer.example");
	await refused("/doc/contact/office_phone",
		{ contact: { ...DOC.contact, office_phone: "7523169263" } }, "egn-in-text", "7523169263");
	await t.test("an office's telephone and address pass", () => put({
		contact: { ...DOC.contact, office_phone: "+359 62 600 123", office_email: "ofis@primer.example" },
		wish: { text: "На 12.03.2026 г. в 14:30 ч." },
	}, 201));
});

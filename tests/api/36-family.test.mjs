// The family's facts by one-time code: printed by the holder's node, used at
// the hub; what it sees, withdraws, says, and who it never sees anything of.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { randomBytes, randomUUID } from "node:crypto";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { SECRETS, facts, forgive, slip, slipWhen, visit } from "../lib/family.mjs";
import { DOC, enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hub, node, nodeAs, organisationId, userId } from "../lib/suite.mjs";
import { NAMES, arrived, newCase, newConsent, receipt, share, shared } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const REFUSED = "401 family-code-refused";
const LIMIT = "Не казвайте на мама за тетрадката под леглото.";
const parent = { capacity: "parent", method: "paper", at: moment(-1), evidence: "лист 1" };
const young = { capacity: "young_person", method: "paper", at: moment(-1), evidence: "лист 2" };
const TEEN = { birth_date: day(-15 * 365 - 100) };

const dump = (database) => cluster.psql(database, `
	SELECT format('SELECT t::text FROM %I.%I t;', schemaname, tablename)
	FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') \\gexec`);
const hubSql = (sql) => cluster.psql(federation.hub.database, sql);
const open = (code, expected) => hub.call("openFamilySession", { body: { code } }, expected);
const same = ({ status, headers, text }) => JSON.stringify({
	status, text, headers: Object.entries(headers)
		.filter(([name]) => !["date", "x-request-id", "traceparent"].includes(name)).sort(),
});

/** Somebody at the centre opens the summary. */
async function opened(summary) {
	const supervisor = await arrived("csc", summary);
	await supervisor.call("assignReceivedSummary",
		{ params: { id: summary }, body: { user_id: userId("csc", "practitioner") } }, 200);
	const helper = await nodeAs("csc", "practitioner");
	await helper.call("getReceivedSummary", { params: { id: summary } }, 200);
}

test("the sheet holds six codes and nothing keeps them", async (t) => {
	await forgive();
	const { consent } = await shared(school, { csc: ["basics", "help"] });
	const { id, codes, text, headers } = await slip(school, consent);
	assert.equal(new Set(codes).size, 6);
	assert.equal(headers["cache-control"], "no-store");
	assert.match(headers["content-security-policy"], /^default-src 'none'; style-src 'self';/);
	assert.doesNotMatch(text, /<script|<style|style=|onload/i);
	for (const words of ["Вашата страница", "родител", "до половин час", "Към разписка № ",
		`${hub.url}/f`, "Кодовете спират веднага."])
		assert.ok(text.includes(words), words);
	for (const name of NAMES)
		assert.equal(text.includes(name), false, "a stranger may find the sheet");
	if (process.env.ZAEDNO_PAGES)
		fs.writeFileSync(path.join(process.env.ZAEDNO_PAGES, "codes.html"), text);
	await t.test("a repeat cannot show them again", () => school.call("createFamilyCodes",
		{ params: { id }, body: { consent_id: consent, signer: 0 } }, "409 family-codes-shown"));
	await t.test("the list counts, and has no code", async () => {
		const answer = await school.call("listFamilyCodes", { params: { id: consent } }, 200);
		const [item] = answer.body.items;
		assert.deepEqual([item.state, item.used, item.capacity, item.signer], ["open", 0, "parent", 0]);
		assert.equal(codes.some((code) => answer.text.includes(code)), false);
	});
	await t.test("what the node had queued of them is gone", async () => {
		const left = await cluster.psql(federation.nodes.school.database, `SELECT count(*)
			FROM outbox WHERE operation = 'putFamilyCodes' AND state = 'delivered' AND body IS NOT NULL;`);
		assert.equal(left, "0");
	});
});

test("a visit sees what, with whom, until when and who has opened", async (t) => {
	await forgive();
	const { id: caseId } = await newCase(school);
	await school.call("putChildLimit", { params: { id: caseId }, body: { text: LIMIT } }, 201);
	const consent = await newConsent(school, caseId, { csc: ["basics", "help", "wish"], ngo: ["needs", "path"] });
	const summary = await share(school, consent);
	await opened(summary);
	await receipt(school, consent, "opened", (body) => body.items.some((item) => item.opened_at));
	const { id, codes } = await slip(school, consent);
	const family = await visit(codes[3].replaceAll(" ", "-"));
	const answer = await family.call("getFamilyFacts", {}, 200);
	const { body } = answer;
	assert.equal(body.consent_id, consent);
	assert.equal(body.state, "active");
	assert.equal(body.capacity_label, "родител");
	assert.equal(body.holder.id, organisationId("school"));
	assert.equal(answer.headers["cache-control"], "no-store");
	const centre = body.recipients.find((r) => r.organisation_id === organisationId("csc"));
	const ngo = body.recipients.find((r) => r.organisation_id === organisationId("ngo"));
	assert.deepEqual(centre.categories.map((c) => c.label),
		["основни данни без име", "каква помощ се търси", "желанието на детето"]);
	assert.deepEqual(centre.shared[0].sees.map((s) => s.category), ["basics", "help"],
		"the child's words are not the parent's to read");
	assert.ok(centre.shared[0].sees[1].lines.includes(DOC.help.text));
	assert.deepEqual(ngo.shared[0].sees.map((s) => s.category), ["needs", "path"]);
	assert.ok(centre.until && centre.shared[0].delivered_at && centre.shared[0].opened_at);
	assert.equal(body.opened.length, 1);
	assert.equal(body.opened[0].role_label, "специалист");
	assert.equal(body.opened[0].organisation_id, organisationId("csc"));
	await t.test("no name, no words of the child", async () => {
		for (const hidden of [...NAMES, "Снежанка", DOC.wish.text, LIMIT, "wish\":"])
			assert.equal(answer.text.includes(hidden), false, hidden);
	});
	await t.test("the child's limits are sealed in the node and nowhere else", async () => {
		for (const place of [federation.hub, ...Object.values(federation.nodes)])
			assert.equal((await dump(place.database)).includes("тетрадката под леглото"), false);
		const { body: limit } = await school.call("getChildLimit", { params: { id: caseId } }, 200);
		assert.equal(limit.text, LIMIT);
		const dpo = await nodeAs("school", "dpo");
		const { items } = (await dpo.call("searchSubjects",
			{ body: { family_name: NAMES.at(-1) } }, 200)).body;
		for (const operation of ["exportSubject", "getSubjectPrint"])
			assert.equal((await dpo.call(operation, { params: { id: items[0].id } }, 200)).text
				.includes("тетрадката под леглото"), false, operation);
	});
	await t.test("the holder sees that a code was used, and when", async () => {
		const used = await slipWhen(school, consent, id, "used", (item) => item.used === 1);
		assert.ok(used.first_used_at);
	});
	await t.test("a visit opens nothing else of the hub", async () => {
		for (const [operation, options] of [["getConsent", { params: { id: consent } }],
			["getSummary", { params: { id: summary } }], ["listSummaries", {}], ["listOrganisations", {}],
			["listDeliveries", { params: { id: consent } }], ["getMe", {}]])
			await family.call(operation, options, "403 scope-missing");
	});
	await t.test("it ends when the family says so", async () => {
		await family.call("endFamilySession", {}, 204);
		await family.call("getFamilyFacts", {}, "401 session-ended");
		await family.call("withdrawFamilyConsent", {}, "401 session-ended");
		await family.call("sendFamilyWords",
			{ params: { id: uuid7() }, body: { text: "Здравейте." } }, "401 session-ended");
		await family.call("disagreeWithFact", {
			params: { id: uuid7() },
			body: { summary_id: summary, organisation_id: organisationId("csc"), category: "help" },
		}, "401 session-ended");
		await family.call("endFamilySession", {}, 204);
	});
});

test("the child's own words: shown to a parent only where the child allowed it", async () => {
	await forgive();
	const { id: caseId } = await newCase(school);
	const consent = await newConsent(school, caseId, { csc: ["wish"] });
	await share(school, consent, { ...DOC, wish: { ...DOC.wish, parents_may_see: true } });
	const { codes } = await slip(school, consent);
	const { recipients } = await facts(await visit(codes[0]));
	assert.deepEqual(recipients[0].shared[0].sees[0].lines, [`„${DOC.wish.text}“`]);
});

test("each code is one visit; what does not open looks all the same", async (t) => {
	await forgive();
	const { consent } = await shared(school, { csc: ["help"] });
	const { id, codes } = await slip(school, consent);
	const wrong = await open("9999 9999 9999 9999", REFUSED);
	const first = await visit(codes[5]);
	const used = await open(codes[5], REFUSED);
	const second = await visit(codes[0]);
	await first.call("getFamilyFacts", {}, "401 session-ended");
	await facts(second);
	await t.test("at once, with two who try the same code", async () => {
		await forgive();
		const tries = await Promise.all(Array.from({ length: 4 }, () => open(codes[1])));
		assert.deepEqual(tries.map((a) => a.status).sort(), [200, 401, 401, 401]);
		await forgive();
	});
	await t.test("revoked: the open visit ends as well", async () => {
		const third = await visit(codes[2]);
		await school.call("revokeFamilyCodes", { params: { id } }, 200);
		await slipWhen(school, consent, id, "revoked", (item) => item.state === "revoked");
		await waitUntil("the visit has ended", async () =>
			(await third.call("getFamilyFacts")).status === 401, 10_000);
		const revoked = await open(codes[3], REFUSED);
		for (const other of [used, revoked])
			assert.equal(same(other), same(wrong));
		await school.call("revokeFamilyCodes", { params: { id } }, 200);
	});
	await t.test("out of date", async () => {
		await forgive();
		const { id: late, codes: fresh } = await slip(school, consent);
		await hubSql(`UPDATE family_slip SET first_until = now() - interval '1 s' WHERE id = '${late}';`);
		assert.equal(same(await open(fresh[0], REFUSED)), same(wrong), "72 hours have passed");
		await hubSql(`UPDATE family_slip SET first_until = now() + interval '1 s' WHERE id = '${late}';`);
		await visit(fresh[0]);
		await new Promise((resolve) => setTimeout(resolve, 1100));
		const family = await visit(fresh[1]);
		await facts(family); // once the first was used in time the others last
		await hubSql(`UPDATE family_session SET expires_at = now() - interval '1 s';`);
		await family.call("getFamilyFacts", {}, "401 session-ended");
	});
	await t.test("the answer is in the asker's language", async () => {
		await forgive();
		assert.match(wrong.body.title, /^Кодът не съвпада или вече е използван\. Опитайте следващия или поискайте нов$/);
		const { body } = await hub.call("openFamilySession", {
			body: { code: "9999999999999999" }, headers: { "accept-language": "en" },
		}, REFUSED);
		assert.match(body.title, /^the code does not match/);
	});
	await t.test("what is no code is told so", () =>
		hub.call("openFamilySession", { body: { code: "1234" } }, "422 invalid"));
});

test("wrong codes slow down who sends them, and nobody for good", async () => {
	await forgive();
	const { consent } = await shared(school, { csc: ["help"] });
	const { codes } = await slip(school, consent);
	const timed = async (code, expected) => {
		const from = Date.now();
		await open(code, expected);
		return Date.now() - from;
	};
	const times = [];
	for (let i = 0; i < 6; i++)
		times.push(await timed(`0000 0000 0000 000${i}`, REFUSED));
	assert.ok(times[0] < 250, `the first is answered at once: ${times}`);
	assert.ok(times[5] > 900, `the sixth waits: ${times}`);
	const right = await timed(codes[0], 200);
	assert.ok(right < 4000, `a right code is let in after its wait: ${right} ms`);
	const from = Date.now();
	await nodeAs("school", "supervisor");
	await hub.call("signIn", { body: { login: "nobody", password: "дълга-примерна-парола" } },
		"401 sign-in-failed");
	assert.ok(Date.now() - from < 1500, "signing in is not slowed down");
	await forgive();
});

test("a new slip ends the one before it of the same signer alone", async () => {
	await forgive();
	const { id: caseId } = await newCase(school);
	const consent = await newConsent(school, caseId, { csc: ["help"] },
		{ rule: "both_parents", signers: [parent, { ...parent, evidence: "лист 2" }] });
	await share(school, consent);
	const mother = await slip(school, consent, 0);
	const father = await slip(school, consent, 1);
	const again = await slip(school, consent, 0);
	await slipWhen(school, consent, mother.id, "revoked", (item) => item.state === "revoked");
	await waitUntil("the old sheet is dead", async () => {
		await forgive();
		return (await open(mother.codes[0])).status === 401;
	}, 10_000);
	const one = await visit(again.codes[0]);
	const other = await visit(father.codes[0]);
	await one.call("sendFamilyWords", { params: { id: uuid7() }, body: { text: "Само аз го знам." } }, 201);
	assert.equal((await facts(one)).said.length, 1);
	assert.equal((await facts(other)).said.length, 0, "one parent does not read the other's words");
});

test("a young person's sheet, and a parent's", async (t) => {
	await forgive();
	const { id: caseId } = await newCase(school, TEEN);
	const consent = await newConsent(school, caseId, { csc: ["wish", "help"] },
		{ rule: "representative_and_child", signers: [parent, young] });
	await share(school, consent);
	const theirs = await slip(school, consent, 0);
	const own = await slip(school, consent, 1);
	const child = await visit(own.codes[0]);
	const adult = await visit(theirs.codes[0]);
	const seen = async (family) => (await facts(family)).recipients[0].shared[0].sees.map((s) => s.category);
	assert.deepEqual(await seen(child), ["help", "wish"]);
	assert.deepEqual(await seen(adult), ["help"]);
	const said = "Искам да говоря насаме.";
	await child.call("sendFamilyWords", { params: { id: uuid7() }, body: { text: said } }, 201);
	const { text } = await adult.call("getFamilyFacts", {}, 200);
	assert.equal(text.includes(said), false);
	assert.deepEqual((await facts(adult)).said, []);
	const summary = (await facts(child)).recipients[0].shared[0].summary_id;
	await t.test("the parent cannot disagree with what it does not see", () => adult.call("disagreeWithFact", {
		params: { id: uuid7() },
		body: { summary_id: summary, organisation_id: organisationId("csc"), category: "wish" },
	}, "404 not-found"));
	await t.test("where a representative is suspected, only who signed instead has codes", async () => {
		const instead = await newConsent(school, caseId, { csc: ["help"] }, {
			rule: "other_representative", decision_ref: "решение 7",
			signers: [{ ...parent, capacity: "guardian" }, young],
		});
		await slipWhen(school, consent, theirs.id, "revoked", (item) => item.state === "revoked");
		await waitUntil("the parent's visit has ended", async () =>
			(await adult.call("getFamilyFacts")).status === 401, 10_000);
		await facts(child);
		await school.call("createFamilyCodes",
			{ params: { id: uuid7() }, body: { consent_id: consent, signer: 0 } }, "409 signer-suspected");
		await slip(school, consent, 1);
		await slip(school, instead, 0);
	});
});

test("at eighteen the parents' sheets end", async () => {
	await forgive();
	const { id: caseId } = await newCase(school, { birth_date: day(-18 * 365 - 40) });
	const consent = await newConsent(school, caseId, { csc: ["help"] },
		{ rule: "self", signers: [young] });
	const { codes } = await slip(school, consent, 0);
	await facts(await visit(codes[0]));
	// A sheet of before, as if a parent had signed the version before.
	const { id: teen } = await newCase(school, TEEN);
	const before = await newConsent(school, teen, { csc: ["help"] },
		{ rule: "representative_and_child", signers: [parent, young] });
	const theirs = await slip(school, before, 0);
	const family = await visit(theirs.codes[0]);
	await hubSql(`UPDATE consent SET rule = 'self' WHERE id = '${before}';`);
	await family.call("getFamilyFacts", {}, "401 session-ended");
	await forgive();
	await open(theirs.codes[1], REFUSED);
	await forgive();
});

test("a family withdraws, and sees who has erased", async (t) => {
	await forgive();
	const { consent, summary } = await shared(school, { csc: ["basics", "help"] });
	const supervisor = await arrived("csc", summary);
	const { codes } = await slip(school, consent);
	const family = await visit(codes[0]);
	const { body } = await family.call("withdrawFamilyConsent", {}, 200);
	assert.equal(body.consent_id, consent);
	assert.equal(body.door, "family");
	assert.equal(body.capacity, "parent");
	const again = await family.call("withdrawFamilyConsent", {}, 200);
	assert.equal(again.body.receipt, body.receipt, "a repeat has the same receipt");
	await t.test("gone at the recipient, who has confirmed", async () => {
		const seen = await waitUntil("erased", async () => {
			const now = await facts(family);
			return now.recipients[0].shared[0].purge === "confirmed" && now;
		}, 15_000);
		assert.equal(seen.state, "withdrawn");
		assert.equal(seen.withdrawal.receipt, body.receipt);
		assert.equal(seen.recipients[0].until, undefined);
		assert.equal(seen.recipients[0].shared[0].sees, undefined);
		const { status } = await supervisor.call("getReceivedSummary", { params: { id: summary } });
		assert.notEqual(status, 200);
	});
	await t.test("the holder's node has ended it too, and a person hears of it", async () => {
		await waitUntil("withdrawn at the node", async () => {
			const { body: mine } = await school.call("getConsent", { params: { id: consent } }, 200);
			return mine.state === "withdrawn" && mine.door === "family";
		}, 15_000);
		const { body: tasks } = await school.call("listTasks", { query: { subject: consent } }, 200);
		assert.ok(tasks.items.some((task) => task.kind === "consent_ended"));
		await school.call("createFamilyCodes",
			{ params: { id: uuid7() }, body: { consent_id: consent, signer: 0 } }, "409 consent-not-active");
	});
	await t.test("a later code still shows it, for thirty days", async () => {
		assert.equal((await facts(await visit(codes[1]))).state, "withdrawn");
		await hubSql(`UPDATE consent SET ended_at = now() - interval '31 days' WHERE id = '${consent}';`);
		await open(codes[2], REFUSED);
		await forgive();
	});
	await t.test("nothing is left to disagree with", async () => {
		const other = await shared(school, { csc: ["help"] });
		const mine = await visit((await slip(school, other.consent)).codes[0]);
		await mine.call("withdrawFamilyConsent", {}, 200);
		await mine.call("disagreeWithFact", {
			params: { id: uuid7() },
			body: { summary_id: other.summary, organisation_id: organisationId("csc"), category: "help" },
		}, "409 consent-not-active");
	});
});

test("a name in what was said is shown with its place: it is not to be passed on", async () => {
	await forgive();
	const { consent } = await shared(school, { csc: ["help"] });
	const family = await visit((await slip(school, consent)).codes[0]);
	const said = ["Моля, питайте Снежанка за това.", "Благодарим Ви."];
	for (const text of said)
		await family.call("sendFamilyWords", { params: { id: uuid7() }, body: { text } }, 201);
	const list = await waitUntil("the words arrive", async () => {
		const { body } = await school.call("listFamilyWords", { params: { id: consent } }, 200);
		return body.items.length === said.length && body.items;
	}, 15_000);
	const [named, plain] = said.map((text) => list.find((word) => word.text === text));
	assert.deepEqual(named.identifying, [{ code: "name-in-text", start: 14, end: 22 }]);
	assert.equal("identifying" in plain, false);
});

test("what a family says reaches whose work it is, and the answer comes back", async (t) => {
	await forgive();
	const { consent, summary } = await shared(school, { csc: ["basics", "help"] });
	const { codes } = await slip(school, consent);
	const family = await visit(codes[0]);
	const WORDS = "Искаме срещата да е следобед. Детето се уморява.";
	const words = uuid7(), no = uuid7();
	const fact = { summary_id: summary, organisation_id: organisationId("csc"), category: "help" };
	await family.call("sendFamilyWords", { params: { id: words }, body: { text: WORDS } }, 201);
	await family.call("sendFamilyWords", { params: { id: words }, body: { text: WORDS } }, 200);
	await family.call("disagreeWithFact", { params: { id: no }, body: fact }, 201);
	await family.call("disagreeWithFact", { params: { id: no }, body: fact }, 200);
	await family.call("disagreeWithFact", { params: { id: no }, body: { ...fact, category: "basics" } }, "409 already-exists");
	await family.call("sendFamilyWords", { params: { id: no }, body: { text: "Друго." } }, "409 already-exists");
	await family.call("disagreeWithFact", { params: { id: uuid7() }, body: { ...fact, category: "wish" } }, "404 not-found");
	await family.call("disagreeWithFact", { params: { id: uuid7() }, body: { ...fact, organisation_id: organisationId("odz") } }, "404 not-found");
	await t.test("numbers and addresses are refused with their place", async () => {
		const { body } = await family.call("sendFamilyWords", {
			params: { id: uuid7() }, body: { text: "Обадете се на 0888 123 456 или 7523169263." },
		}, "422 invalid");
		assert.ok(body.errors.length >= 2 && body.errors.every((e) => e.pointer === "/text" && e.end > e.start));
	});
	const arrivedWords = await waitUntil("the words arrive", async () => {
		const { body } = await school.call("listFamilyWords", { params: { id: consent } }, 200);
		return body.items.length === 2 && body.items;
	}, 15_000);
	await t.test("sealed at the node, erased at the hub, a task for each", async () => {
		assert.equal(arrivedWords.find((w) => w.id === words).text, WORDS);
		const disagreement = arrivedWords.find((w) => w.id === no);
		assert.deepEqual([disagreement.kind, disagreement.category, disagreement.organisation_id, disagreement.text],
			["disagreement", "help", organisationId("csc"), undefined]);
		const seen = await waitUntil("the hub forgets the words", async () => {
			const { said } = await facts(family);
			return said.every((w) => w.taken_at && !w.text) && said;
		}, 15_000);
		assert.equal(seen.length, 2);
		for (const place of [federation.hub, federation.nodes.school])
			assert.equal((await dump(place.database)).includes("Детето се уморява"), false, "open words");
		const { body } = await school.call("listTasks", { query: { subject: consent, done: false } }, 200);
		assert.equal(body.items.filter((task) => task.kind === "family_word").length, 2);
		const shown = (await facts(family)).recipients[0].shared[0].sees.find((s) => s.category === "help");
		assert.ok(shown.disagreed_at);
	});
	await t.test("nobody else's work", async () => {
		const dpo = await nodeAs("school", "dpo");
		await dpo.call("listFamilyWords", { params: { id: consent } }, "403 scope-missing");
		const stranger = await nodeAs("csc", "practitioner");
		await stranger.call("listFamilyWords", { params: { id: consent } }, "404 not-found");
		await stranger.call("answerFamilyWord", { params: { id: words }, body: { text: "Здравейте." } }, "404 not-found");
	});
	await t.test("the answer names nobody, is given once, and is on the page", async () => {
		const { body } = await school.call("answerFamilyWord", {
			params: { id: words }, body: { text: `Ще поканим и ${NAMES.at(-1)} на среща.` },
		}, "422 invalid");
		assert.equal(body.errors[0].pointer, "/text");
		const text = "Срещата е във вторник следобед.";
		await school.call("answerFamilyWord", { params: { id: words }, body: { text } }, 200);
		await school.call("answerFamilyWord", { params: { id: words }, body: { text } }, 200);
		await school.call("answerFamilyWord", { params: { id: words }, body: { text: "Друго." } }, "409 already-exists");
		await waitUntil("the answer is on the page", async () =>
			(await facts(family)).said.some((w) => w.answer === text), 15_000);
		assert.equal((await dump(federation.nodes.school.database)).includes("вторник следобед"), false,
			"sealed, and gone from the queue");
		const { body: tasks } = await school.call("listTasks", { query: { subject: consent, done: false } }, 200);
		assert.equal(tasks.items.filter((task) => task.kind === "family_word").length, 1);
	});
	await t.test("twenty a day", async () => {
		for (let i = 0; i < 18; i++)
			await family.call("sendFamilyWords", { params: { id: uuid7() }, body: { text: `Още ${i}.` } }, 201);
		await family.call("sendFamilyWords", { params: { id: uuid7() }, body: { text: "Още едно." } },
			"429 too-many-requests");
	});
});

test("what a node may not register", async (t) => {
	const holder = await enrolledOrganisation(), other = await enrolledOrganisation();
	const api = await holder.api();
	const feedId = (await api.call("readFeed", { query: { wait: 0 } }, 200)).body.feed_id;
	const { id: consent } = await holder.consent({ [other.id]: ["help"] });
	const body = (change = {}) => ({
		consent_id: consent, capacity: "parent", signer: 0, feed_id: feedId, issued_at: moment(0),
		codes: Array.from({ length: 6 }, () => randomBytes(32).toString("hex")), ...change,
	});
	const put = (id, change, expected, who = api) =>
		who.call("putFamilyCodes", { params: { id }, body: body(change) }, expected);
	const id = uuid7();
	await put(id, {}, 201);
	await put(id, {}, 200);
	await put(id, { signer: 1 }, "409 already-exists");
	await put(uuid7(), { capacity: "guardian" }, "409 consent-signers-missing");
	await put(uuid7(), { signer: 3 }, "409 consent-signers-missing");
	await put(uuid7(), { feed_id: randomUUID() }, "409 feed-forked");
	await put(uuid7(), { issued_at: moment(-1) }, "409 stale");
	const later = { issued_at: moment(1 / 1440) };
	await put(uuid7(), { feed_id: randomUUID(), ...later }, "409 feed-forked");
	await put(uuid7(), { capacity: "guardian", ...later }, "409 consent-signers-missing");
	await put(id, { signer: 1, ...later }, "409 already-exists");
	assert.equal(await hubSql(`SELECT count(revoked_at) FROM family_slip WHERE consent_id = '${consent}';`), "0",
		"what is refused takes no sheet away");
	await put(uuid7(), {}, "404 not-found", await other.api());
	await put(uuid7(), { consent_id: uuid7() }, "404 not-found");
	await t.test("revoked before it was seen it opens nothing", async () => {
		const early = uuid7();
		await api.call("revokeFamilyCodes", { params: { id: early }, body: { consent_id: consent } }, 200);
		const { body: got } = await put(early, {}, 200);
		assert.ok(got.revoked_at);
		assert.equal(await hubSql(`SELECT count(*) FROM family_code WHERE slip_id = '${early}';`), "0");
		await (await other.api()).call("revokeFamilyCodes",
			{ params: { id }, body: { consent_id: consent } }, "404 not-found");
	});
	await t.test("only under a consent in date", async () => {
		const { id: short } = await holder.consent({ [other.id]: ["help"] }, { until: moment(1.5 / 86_400) });
		await new Promise((resolve) => setTimeout(resolve, 2600));
		await put(uuid7(), { consent_id: short }, "409 consent-not-active");
		await api.call("withdrawConsent", { params: { id: consent }, body: { capacity: "parent" } }, 200);
		await put(uuid7(), {}, "410 consent-withdrawn");
	});
	await t.test("words are the holder's alone to take and answer", async () => {
		const word = uuid7(), said = { takeFamilyWord: { at: moment(0) }, answerFamilyWord: { text: "Да." } };
		await hubSql(`INSERT INTO family_word (id, consent_id, holder, capacity, signer, kind, text)
			VALUES ('${word}', '${consent}', '${holder.id}', 'parent', 0, 'words', 'Казаното тук.');`);
		for (const [operation, given] of Object.entries(said)) {
			const about = (text = given) => ({ params: { id: word }, body: text });
			await (await other.api()).call(operation, about(), "404 not-found");
			const { body: first } = await api.call(operation, about(), 200);
			assert.equal(first.text, undefined, "the text is gone");
			assert.ok(first.taken_at);
			const { body: again } = await api.call(operation, about(), 200);
			assert.deepEqual(again, first, "a repeat is answered alike");
		}
		await api.call("answerFamilyWord", { params: { id: word }, body: { text: "Не." } }, "409 already-exists");
		const { body: refused } = await api.call("answerFamilyWord",
			{ params: { id: word }, body: { text: "Пишете на office@primer.bg" } }, "422 invalid");
		assert.equal(refused.errors[0].pointer, "/text");
	});
	await t.test("nor for who has not signed, nor for another's case", async () => {
		const { consent: mine } = await shared(school, { csc: ["help"] });
		for (const [who, given] of [[school, { consent_id: mine, signer: 4 }], [school, { consent_id: uuid7(), signer: 0 }],
			[await nodeAs("csc", "practitioner"), { consent_id: mine, signer: 0 }]])
			await who.call("createFamilyCodes", { params: { id: uuid7() }, body: given }, "422 invalid");
	});
});

test("what the child does not want shared is changed by version", async () => {
	const { id } = await newCase(school);
	const put = (text, options, expected) =>
		school.call("putChildLimit", { params: { id }, body: { text }, ...options }, expected);
	await put("Едно.", { ifMatch: 1 }, "412 precondition-failed");
	await put("Едно.", {}, 201);
	await put("Едно.", {}, 200);
	await put("Друго.", {}, "409 already-exists");
	const { headers } = await put("Друго.", { ifMatch: 1 }, 200);
	assert.equal(headers.etag, '"2"');
	await put("Трето.", { ifMatch: 1 }, "412 precondition-failed");
	await school.call("getChildLimit", { params: { id: uuid7() } }, "404 not-found");
	const stranger = await nodeAs("csc", "practitioner");
	await stranger.call("getChildLimit", { params: { id } }, "404 not-found");
	await stranger.call("putChildLimit", { params: { id }, body: { text: "Не." } }, "404 not-found");
});

test("no log, metric or table holds a code or a visit's token", async () => {
	assert.ok(SECRETS.length > 100);
	const places = {
		hub: await dump(federation.hub.database), node: await dump(federation.nodes.school.database),
		metrics: (await Promise.all([hub, node("school")].map(async (place) =>
			(await place.call("getMetrics", {}, 200)).text))).join("\n"),
		logs: fs.readdirSync(cluster.logs)
			.map((name) => fs.readFileSync(path.join(cluster.logs, name), "utf8")).join("\n"),
	};
	assert.ok(places.logs.includes('"operation":"openFamilySession"'));
	for (const [where, text] of Object.entries(places))
		for (const secret of SECRETS)
			assert.equal(text.includes(secret), false, `${where}: ${secret.slice(0, 6)}…`);
});

// Consents and sharing in a node: preview, the guard against names, what the
// receiving side may do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { day, moment } from "../../deploy/demo/stories.mjs";
import { CATEGORIES, DOC } from "../lib/organisation.mjs";
import { hubAs, nodeAs, organisationId, state, userId } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, receipt, share, shared } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");

test("what the preview shows is what arrives", async () => {
	const { id } = await newCase(school);
	const consent = await newConsent(school, id, { csc: ["basics", "wish"], ngo: ["help", "path"] });
	const { body } = await school.call("previewSummary",
		{ params: { id: consent }, body: { doc: DOC } }, 200);
	const summary = await share(school, consent);
	for (const name of ["csc", "ngo"]) {
		const supervisor = await arrived(name, summary);
		const { body: received } = await supervisor.call("getReceivedSummary",
			{ params: { id: summary } }, 200);
		const { id: _id, version: _v, published_at: _p, ...seen } = received.summary;
		const promised = body.items.find(
			(item) => item.organisation_id === organisationId(name)).sees;
		assert.deepEqual(seen, promised);
	}
});

test("a consent's next version widens and narrows at the recipients", async () => {
	const { id } = await newCase(school);
	const consent = await newConsent(school, id, { csc: ["help", "wish"] });
	const summary = await share(school, consent);
	await arrived("csc", summary);
	const next = consentBody(id, "joint_assessment", { [organisationId("ngo")]: ["help"] });
	await school.call("createConsent", { params: { id: consent }, body: next }, "409 already-exists");
	await school.call("createConsent",
		{ params: { id: consent }, body: next, ifMatch: 5 }, "412 precondition-failed");
	const { body } = await school.call("createConsent",
		{ params: { id: consent }, body: next, ifMatch: 1 }, 200);
	assert.equal(body.version, 2);
	await arrived("ngo", summary);
	await arrived("csc", summary, "purged");
	const { body: list } = await school.call("listConsents", { params: { id } }, 200);
	assert.deepEqual(list.items.map((item) => [item.id, item.version]), [[consent, 2]]);
});

test("what nobody was given does not leave the node", async () => {
	const { id } = await newCase(school);
	const consent = await newConsent(school, id, { csc: ["help"] });
	const { body } = await school.call("shareSummary",
		{ params: { id: uuid7() }, body: { consent_id: consent, doc: DOC } }, "422 invalid");
	assert.deepEqual(body.errors.map((error) => [error.pointer, error.code]).sort(),
		CATEGORIES.filter((category) => category !== "help").sort()
			.map((category) => [`/doc/${category}`, "not-consented"]));
});

test("a new version of a summary replaces the old one at the recipient", async () => {
	const { consent, summary } = await shared(school, { csc: ["wish"] });
	const supervisor = await arrived("csc", summary);
	const body = { consent_id: consent, doc: { wish: { text: "Вече искам друго." } } };
	await school.call("shareSummary", { params: { id: summary }, body }, "409 already-exists");
	await school.call("shareSummary", { params: { id: summary }, body, ifMatch: 4 },
		"412 precondition-failed");
	await school.call("shareSummary", { params: { id: summary }, body, ifMatch: 1 }, 200);
	const { body: own } = await school.call("getSharedSummary", { params: { id: summary } }, 200);
	assert.equal(own.version, 2);
	let seen;
	for (let i = 0; i < 100 && seen !== "Вече искам друго."; i++) {
		seen = (await supervisor.call("getReceivedSummary",
			{ params: { id: summary } }, 200)).body.summary.wish.text;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	assert.equal(seen, "Вече искам друго.");
});

test("names, identifiers and addresses in a text are refused with their place", async (t) => {
	const fields = { given_name: "Мечокавка", family_name: "Медогорова" };
	const { id } = await newCase(school, fields);
	const consent = await newConsent(school, id, { csc: CATEGORIES });
	const refused = (what, text, part) => t.test(what, async () => {
		const { body } = await school.call("shareSummary", {
			params: { id: uuid7() },
			body: { consent_id: consent, doc: { ...DOC, wish: { text } } },
		}, "422 invalid");
		const [error] = body.errors;
		assert.equal(error.pointer, "/doc/wish/text");
		if (part)
			assert.equal([...text].slice(error.start, error.end).join(""), part);
	});
	await refused("given name", "Мечокавка иска приятели.", "Мечокавка");
	await refused("family name in small letters", "детето медогорова иска", "медогорова");
	await refused("ЕГН", "номер 7523169263 на детето", "7523169263");
	await refused("telephone", "обадете се на 0888123456");
	await refused("e-mail", "пишете на dete@primer.example");
	await t.test("an innocent text passes", () => share(school, consent));
});

test("a consent is only as good as its case and dates", async (t) => {
	const { id } = await newCase(school);
	const put = (change, expected, params = { id: uuid7() }) => school.call("createConsent", {
		params, body: {
			...consentBody(id, "joint_assessment", { [organisationId("csc")]: ["help"] }), ...change,
		},
	}, expected);
	await t.test("missing signers", () => put({ rule: "both_parents" }, "409 consent-signers-missing"));
	await t.test("longer than a year", () => put({ until: moment(400) }, 422));
	await t.test("over already", () => put({ until: moment(-1) }, 422));
	await t.test("an unknown case", () => put({ case_id: uuid7() }, 404));
	await t.test("an unknown organisation", () => put(
		{ recipients: [{ organisation_id: uuid7(), categories: ["help"] }] }, 422));
	await t.test("of another case", async () => {
		const consent = await newConsent(school, id, { csc: ["help"] });
		const { id: other } = await newCase(school);
		await school.call("createConsent", {
			params: { id: consent }, ifMatch: 1,
			body: consentBody(other, "joint_assessment", { [organisationId("csc")]: ["help"] }),
		}, "409 case-mismatch");
	});
	await t.test("someone of fourteen signs as well", async () => {
		const { id: older } = await newCase(school, { birth_date: day(-15 * 366) });
		await put({ case_id: older }, undefined).then(({ status }) =>
			assert.ok([409, 422].includes(status)));
	});
	await t.test("sharing under an ended consent", async () => {
		const consent = await newConsent(school, id, { csc: ["help"] });
		await school.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } }, 200);
		await school.call("createConsent", {
			params: { id: consent }, ifMatch: 2,
			body: consentBody(id, "joint_assessment", { [organisationId("csc")]: ["help"] }),
		}, "409 consent-not-active");
		const body = { consent_id: consent, doc: { help: DOC.help } };
		await school.call("shareSummary", { params: { id: uuid7() }, body }, "409 consent-not-active");
		await school.call("previewSummary", { params: { id: consent }, body: { doc: DOC } },
			"409 consent-not-active");
		const { body: found } = await school.call("getConsent", { params: { id: consent } }, 200);
		assert.equal(found.state, "withdrawn");
		await school.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } }, 200);
	});
});

test("received: assigned by the supervisor, linked to an own case", async (t) => {
	const { summary, consent } = await shared(school, { csc: ["help"] });
	const supervisor = await arrived("csc", summary, "new");
	const practitioner = await nodeAs("csc", "practitioner");
	const assign = (user_id, expected, api = supervisor) => api.call("assignReceivedSummary",
		{ params: { id: summary }, body: { user_id } }, expected);
	await t.test("only to somebody who may read it", async () => {
		await assign(uuid7(), "422 invalid");
		await assign(userId("csc", "admin"), "422 invalid");
		await assign(userId("csc", "practitioner"), "403 scope-missing", practitioner);
		await assign(userId("csc", "practitioner"), 200);
	});
	await t.test("the link stays here", async () => {
		const { id } = await newCase(practitioner);
		const link = (case_id, expected) => practitioner.call("linkReceivedSummary",
			{ params: { id: summary }, body: { case_id } }, expected);
		await link(uuid7(), "422 invalid");
		await link(id, 200);
		const hubRows = JSON.stringify((await (await hubAs("admin")).call("listAudit",
			{ query: { limit: 200 } }, 200)).body);
		assert.equal(hubRows.includes(id), false);
	});
	await t.test("with If-Match only on what was seen", async () => {
		await supervisor.call("assignReceivedSummary", {
			params: { id: summary }, ifMatch: 99,
			body: { user_id: userId("csc", "practitioner") },
		}, "412 precondition-failed");
		const { id } = await newCase(practitioner);
		await practitioner.call("linkReceivedSummary",
			{ params: { id: summary }, ifMatch: 99, body: { case_id: id } },
			"412 precondition-failed");
	});
	await t.test("what does not exist", async () => {
		const id = uuid7();
		await supervisor.call("assignReceivedSummary",
			{ params: { id }, body: { user_id: userId("csc", "practitioner") } }, "404 not-found");
		await practitioner.call("linkReceivedSummary",
			{ params: { id }, body: { case_id: uuid7() } }, 404);
	});
	await receipt(school, consent, "delivered", ({ items }) => items.some((i) => i.delivered_at));
});

test("a coordinator whom the consent names reads it at the hub", async () => {
	const { id } = await newCase(school);
	const consent = await newConsent(school, id, { [state.team]: ["basics", "help"] });
	const summary = await share(school, consent);
	await receipt(school, consent, "at the hub", ({ items }) => items.some((i) => i.hub_at));
	const { body } = await (await hubAs("coordinator")).call("getSummary",
		{ params: { id: summary } }, 200);
	assert.deepEqual(body.help, DOC.help);
});

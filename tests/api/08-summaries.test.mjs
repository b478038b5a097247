// Summaries at the hub: each recipient sees what the consent gives it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { CATEGORIES, DOC, enrolledOrganisation, sign } from "../lib/organisation.mjs";
import { hubAs, state } from "../lib/suite.mjs";

const ALWAYS = ["id", "case_pseudonym", "holder", "consent_id", "consent_version",
	"until", "purpose", "version", "published_at"];
const holder = await enrolledOrganisation();
const reader = await enrolledOrganisation();
const other = await enrolledOrganisation();

const read = async (organisation, id, expected = 200) =>
	(await organisation.api()).call("getSummary", { params: { id } }, expected);
const seenBy = async (organisation, id) =>
	Object.keys((await read(organisation, id)).body)
		.filter((key) => !ALWAYS.includes(key)).sort();

test("the projection is the consent's, per recipient", async () => {
	const { id: consent } = await holder.consent({
		[reader.id]: ["help", "wish"], [other.id]: CATEGORIES,
	});
	const id = await holder.publish(consent);
	assert.deepEqual(await seenBy(reader, id), ["help", "wish"]);
	assert.deepEqual(await seenBy(other, id), [...CATEGORIES].sort());
	const { body } = await read(other, id);
	for (const category of CATEGORIES)
		assert.deepEqual(body[category], DOC[category]);
	await read(await enrolledOrganisation(), id, "404 not-found");
});

for (const category of CATEGORIES)
	test(`only ${category}`, async () => {
		const { id: consent } = await holder.consent({ [reader.id]: [category] });
		const id = await holder.publish(consent);
		assert.deepEqual(await seenBy(reader, id), [category]);
	});

test("narrowing and widening take effect with the answer", async () => {
	const { id: consent, claims } = await holder.consent({ [reader.id]: ["help", "wish"] });
	const id = await holder.publish(consent);
	await holder.changeConsent(claims, 2, { [reader.id]: ["help"] });
	assert.deepEqual(await seenBy(reader, id), ["help"]);
	await holder.changeConsent(claims, 3, { [other.id]: ["help"] });
	await read(reader, id, "410 consent-withdrawn");
	assert.deepEqual(await seenBy(other, id), ["help"]);
	await holder.changeConsent(claims, 4, { [reader.id]: CATEGORIES, [other.id]: ["help"] });
	assert.deepEqual(await seenBy(reader, id), [...CATEGORIES].sort());
});

test("versions of a summary", async () => {
	const { id: consent } = await holder.consent({ [reader.id]: ["wish"] });
	const id = await holder.publish(consent, DOC, { version: 2 });
	const api = await holder.api();
	const put = (version, doc, expected, change = {}) => api.call("putSummary", {
		params: { id }, body: { consent_id: consent, version, doc, ...change },
	}, expected);
	await put(1, DOC, "409 stale");
	const { headers } = await put(3, { wish: { text: "Друго." } }, 200);
	assert.equal(headers.etag, '"3"');
	assert.equal((await read(reader, id)).body.wish.text, "Друго.");
	const { id: another } = await holder.consent({ [reader.id]: ["wish"] });
	const moved = await put(4, DOC, undefined, { consent_id: another });
	assert.ok(moved.status >= 400, "a summary does not move to another consent");
	await put(5, DOC, undefined, { consent_id: uuid7() })
		.then(({ status }) => assert.ok([404, 409].includes(status)));
	const theirs = await (await other.api()).call("putSummary", {
		params: { id: uuid7() }, body: { consent_id: consent, version: 1, doc: DOC },
	});
	assert.ok([404, 409].includes(theirs.status), "another's consent");
});

test("an Idempotency-Key holds for one request", async () => {
	const { id: consent } = await holder.consent({ [reader.id]: ["wish"] });
	const id = uuid7(), key = randomUUID();
	const put = async (version, expected) => (await holder.api()).call("putSummary",
		{ params: { id }, body: { consent_id: consent, version, doc: DOC }, key }, expected);
	const first = await put(1, 201);
	assert.equal((await put(1, 201)).headers.etag, first.headers.etag);
	await put(2, "409 idempotency-key-reused");
});

test("a consent that has not begun gives nothing", async () => {
	const future = new Date(Date.now() + 3_600_000).toISOString();
	const claims = holder.receiptClaims({ [reader.id]: ["wish"] }, { from: future });
	const answer = await (await holder.api()).call("putConsent", {
		params: { id: claims.consent_id }, body: { receipt: await sign(holder.receipt, claims) },
	});
	if (answer.status !== 201)
		return assert.equal(answer.status, 422, answer.text);
	await (await holder.api()).call("putSummary", {
		params: { id: uuid7() },
		body: { consent_id: claims.consent_id, version: 1, doc: DOC },
	}, "409 consent-not-active");
});

test("a coordinator sees what names the regional team", async () => {
	const coordinator = await hubAs("coordinator");
	const { id: consent } = await holder.consent({ [state.team]: ["basics", "help"] });
	const id = await holder.publish(consent);
	const { body } = await coordinator.call("getSummary", { params: { id } }, 200);
	assert.equal("wish" in body, false);
	const list = await coordinator.call("listSummaries", { query: { limit: 200 } }, 200);
	assert.ok(list.body.items.some((item) => item.id === id));
	const { id: elsewhere } = await holder.consent({ [reader.id]: ["help"] });
	const hidden = await holder.publish(elsewhere);
	await coordinator.call("getSummary", { params: { id: hidden } }, "404 not-found");
	for (const role of ["admin", "board", "council", "analyst"])
		await (await hubAs(role)).call("getSummary", { params: { id } }, "404 not-found");
});

test("lists carry no content and come page by page", async () => {
	const { id: consent } = await holder.consent({ [reader.id]: CATEGORIES });
	const wanted = [];
	for (let i = 0; i < 5; i++)
		wanted.push(await holder.publish(consent));
	for (const [organisation, direction] of [[reader, "received"], [holder, "sent"]]) {
		const seen = [];
		let after;
		do {
			const { body, headers } = await (await organisation.api()).call("listSummaries",
				{ query: { direction, limit: 2, after } }, 200);
			for (const item of body.items)
				for (const category of CATEGORIES)
					assert.equal(category in item, false);
			seen.push(...body.items.map((item) => item.id));
			assert.equal(body.next !== undefined, /rel="next"/.test(headers.link ?? ""));
			after = body.next;
		} while (after);
		assert.equal(new Set(seen).size, seen.length);
		assert.ok(wanted.every((id) => seen.includes(id)));
	}
});

test("an opening is recorded once, by the recipient", async () => {
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const id = await holder.publish(consent);
	const body = { at: new Date().toISOString(), role: "practitioner" };
	const open = async (who, change, expected) => (await who.api()).call("recordOpening",
		{ params: { id }, body: { ...body, ...change } }, expected);
	await open(other, {}, "404 not-found");
	const first = await open(reader, {}, 200);
	assert.equal(first.body.opened_role, "practitioner");
	const second = await open(reader, { role: "supervisor" }, 200);
	assert.equal(second.body.opened_role, "practitioner");
	const { body: list } = await (await holder.api()).call("listDeliveries",
		{ params: { id: consent } }, 200);
	assert.equal(list.items[0].opened_role, "practitioner");
	await (await reader.api()).call("listDeliveries", { params: { id: consent } },
		"404 not-found");
});

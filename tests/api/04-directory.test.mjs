// The directory: organisations, their services, their status.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { enrolledOrganisation, organisationFields } from "../lib/organisation.mjs";
import { hubAs, nodeAs, organisationId } from "../lib/suite.mjs";

const SERVICE = {
	kind: "therapy", name: "Консултиране", does: "Разговори с деца и родители.",
	does_not: "Не лекува.", reach: "По телефона.", age_bands: ["7-9", "10-13"],
};

test("an organisation is registered and changed", async (t) => {
	const admin = await hubAs("admin");
	const id = uuid7(), fields = organisationFields();

	await t.test("the ЕИК's check digit is checked", async () => {
		const digit = (Number(fields.eik.at(-1)) + 1) % 10;
		const { body } = await admin.call("putOrganisation", {
			params: { id }, body: { ...fields, eik: fields.eik.slice(0, -1) + digit },
		}, "422 identifier-invalid");
		assert.equal(body.errors[0].pointer, "/eik");
		await admin.call("putOrganisation", {
			params: { id: uuid7() }, body: organisationFields({ eik: "1750747520019" }),
		}, 201);
	});

	await t.test("created, repeated, changed with If-Match", async () => {
		const { headers } = await admin.call("putOrganisation", { params: { id }, body: fields }, 201);
		assert.equal(headers.etag, '"1"');
		await admin.call("putOrganisation", { params: { id }, body: fields }, 200);
		await admin.call("putOrganisation",
			{ params: { id }, body: { ...fields, name: "Друго име" } }, "409 already-exists");
		const { body } = await admin.call("putOrganisation",
			{ params: { id }, body: { ...fields, name: "Друго име" }, ifMatch: 1 }, 200);
		assert.equal(body.name, "Друго име");
		assert.equal(body.version, 2);
		const stale = await admin.call("putOrganisation",
			{ params: { id }, body: fields, ifMatch: 1 }, "412 precondition-failed");
		assert.equal(stale.body.current?.name, "Друго име");
	});
});

test("services are told by the organisation itself or the administrator", async () => {
	const admin = await hubAs("admin");
	const organisation = await enrolledOrganisation();
	const own = await organisation.api();
	const service_id = uuid7(), params = { id: organisation.id, service_id };

	const { body } = await own.call("putService", { params, body: SERVICE }, 201);
	assert.deepEqual(body.services.map((service) => service.id), [service_id]);
	await own.call("putService", { params, body: { ...SERVICE, name: "Терапия" } }, 200);
	await own.call("putService",
		{ params: { id: organisationId("csc"), service_id: uuid7() }, body: SERVICE },
		"404 not-found");
	await own.call("deleteService", { params: { id: organisationId("csc"), service_id } },
		"404 not-found");
	const { body: found } = await own.call("listOrganisations",
		{ query: { service: "therapy", sector: "SOC", municipality: "VTR04" } }, 200);
	assert.ok(found.items.some((item) => item.id === organisation.id));
	await admin.call("deleteService", { params }, 204);
	await own.call("deleteService", { params }, "404 not-found");
	const { body: after } = await own.call("getOrganisation",
		{ params: { id: organisation.id } }, 200);
	assert.deepEqual(after.services, []);
});

test("the directory is filtered and comes page by page", async () => {
	const coordinator = await hubAs("coordinator");
	const all = [];
	let after;
	do {
		const { body, headers } = await coordinator.call("listOrganisations",
			{ query: { limit: 2, after } }, 200);
		all.push(...body.items);
		assert.equal(body.next !== undefined, /rel="next"/.test(headers.link ?? ""));
		after = body.next;
	} while (after);
	for (const name of ["odz", "school", "csc", "ngo"])
		assert.ok(all.some((item) => item.id === organisationId(name)), name);
	const { body } = await coordinator.call("listOrganisations", { query: { sector: "EDU" } }, 200);
	assert.ok(body.items.some((item) => item.id === organisationId("school")));
	assert.ok(body.items.every((item) => item.sectors.includes("EDU")));
	await coordinator.call("listOrganisations", { query: { sector: "NONE" } }, "422 invalid");
	await coordinator.call("getOrganisation", { params: { id: uuid7() } }, "404 not-found");
});

test("nodes read the directory from their own copy", async () => {
	const admin = await hubAs("admin");
	const id = uuid7(), fields = organisationFields({ sectors: ["HLT"], municipality: "VTR13" });
	await admin.call("putOrganisation", { params: { id }, body: fields }, 201);
	const reader = await nodeAs("ngo", "dpo");
	const found = await waitUntil("the organisation is in the node's copy", async () => {
		const { body } = await reader.call("listOrganisations",
			{ query: { sector: "HLT", municipality: "VTR13", limit: 200 } }, 200);
		return body.items.find((item) => item.id === id);
	});
	assert.equal(found.name, fields.name);
});

test("a suspended organisation may only withdraw, a blocked one nothing", async (t) => {
	const admin = await hubAs("admin");
	const holder = await enrolledOrganisation();
	const reader = await enrolledOrganisation();
	const { id: consent } = await holder.consent({ [reader.id]: ["help"] });
	const summary = await holder.publish(consent);
	const own = await holder.api(), theirs = await reader.api();
	const setStatus = (status) => admin.call("setOrganisationStatus",
		{ params: { id: holder.id }, body: { status, reason: "Изпитание." } }, 200);

	await t.test("suspended", async () => {
		await setStatus("suspended");
		await own.call("getSummary", { params: { id: summary } }, "403 organisation-suspended");
		await own.call("putSummary", {
			params: { id: summary },
			body: { consent_id: consent, version: 2, doc: { wish: { text: "Нещо." } } },
		}, "403 organisation-suspended");
		await own.call("readFeed", {}, 200);
	});
	await t.test("blocked: nothing passes and what it shared is hidden", async () => {
		await setStatus("blocked");
		await own.call("readFeed", {}, "403 organisation-blocked");
		await own.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } }, "403 organisation-blocked");
		const { status, body } = await holder.askToken(await holder.assertionJwt());
		assert.equal(status, 403);
		assert.equal(body.code, "organisation-blocked");
		await theirs.call("getSummary", { params: { id: summary } }, "404 not-found");
	});
	await t.test("active again", async () => {
		await setStatus("suspended");
		await own.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } }, 200);
		await setStatus("active");
		await own.call("listOrganisations", {}, 200);
	});
	await admin.call("setOrganisationStatus",
		{ params: { id: uuid7() }, body: { status: "active", reason: "Няма такава." } },
		"404 not-found");
});

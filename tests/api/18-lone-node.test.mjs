// A node that has not joined a hub: it keeps cases and shares nothing; it
// joins with the right code.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { setUpPeople } from "../../deploy/demo/setup.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { DOC, organisationFields } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, node, organisationId } from "../lib/suite.mjs";
import { newCase, newConsent, share } from "../lib/work.mjs";

const place = federation.nodes.lone;

test("a node on its own", async (t) => {
	const users = await setUpPeople(place);
	const as = async (role) => node("lone").as(await tokenOf(place.url, users[role]));
	const admin = await as("admin"), practitioner = await as("practitioner");
	const linkState = async () => (await admin.call("getHubLink", {}, 200)).body;

	await t.test("keeps cases", async () => {
		assert.equal((await linkState()).state, "none");
		assert.equal((await admin.call("getReadiness", {}, 200)).body.hub, "none");
		await newCase(practitioner);
	});
	await t.test("shares nothing", async () => {
		const { id } = await newCase(practitioner);
		const body = consentBody(id, "joint_assessment", { [organisationId("csc")]: ["help"] });
		await practitioner.call("createConsent", { params: { id: uuid7() }, body }, "409 not-joined");
		await practitioner.call("createFamilyCodes",
			{ params: { id: uuid7() }, body: { consent_id: uuid7(), signer: 0 } }, "409 not-joined");
		const { body: directory } = await practitioner.call("listOrganisations", {}, 200);
		assert.deepEqual(directory.items, []);
	});
	await t.test("is refused with a code that is none", async () => {
		await admin.call("joinHub",
			{ body: { hub_url: federation.hub.url, code: "0123-4567-89AB-CDEF" } }, 202);
		const link = await waitUntil("the hub has refused", async () => {
			const found = await linkState();
			return found.state === "refused" && found;
		});
		assert.equal(link.problem.code, "enrolment-refused");
	});
	await t.test("joins with the right one", async () => {
		const id = uuid7(), hubAdmin = await hubAs("admin");
		await hubAdmin.call("putOrganisation", { params: { id }, body: organisationFields() }, 201);
		const { body } = await hubAdmin.call("createEnrolmentCode", { params: { id } }, 201);
		await admin.call("joinHub",
			{ body: { hub_url: federation.hub.url, code: body.code } }, 202);
		await waitUntil("it has joined", async () => (await linkState()).state === "joined");
		assert.equal((await linkState()).organisation_id, id);
		await waitUntil("the directory arrives", async () =>
			(await practitioner.call("listOrganisations", { query: { limit: 200 } }, 200))
				.body.items.some((item) => item.id === organisationId("csc")));
	});
	await t.test("and shares nothing when it has lost its hub", async () => {
		const { id: caseId } = await newCase(practitioner);
		const consent = await newConsent(practitioner, caseId, { csc: ["help"] });
		const summary = await share(practitioner, consent, { help: DOC.help });
		const link = (state) => cluster.psql(place.database,
			"UPDATE hub_link SET state = :'state';", { state });
		await place.courier.stop();
		await link("none");
		try {
			await practitioner.call("previewSummary",
				{ params: { id: consent }, body: { doc: { help: DOC.help } } }, "409 not-joined");
			await practitioner.call("shareSummary", {
				params: { id: uuid7() },
				body: { consent_id: consent, doc: { help: DOC.help } },
			}, "409 not-joined");
			await practitioner.call("requestCoordination", {
				params: { id: uuid7() }, body: {
					summary_id: summary, region: uuid7(), urgency: "soon", help_wanted: "advice",
				},
			}, "409 not-joined");
		} finally {
			await link("joined");
			await place.courier.start();
		}
	});
});

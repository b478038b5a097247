// People of a service: creating, changing, disabling.

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { hub, hubAs, node, nodeAs } from "../lib/suite.mjs";

const PASSWORD = "дълга-примерна-парола";

const places = [
	["hub", () => hubAs("admin"), hub, "analyst"],
	["node", () => nodeAs("csc", "admin"), node("csc"), "practitioner"],
];

for (const [service, adminOf, place, role] of places)
	test(`${service}: a person is created, changed and disabled`, async (t) => {
		const admin = await adminOf();
		const id = uuid7(), login = `u${id.slice(-12)}`;
		const body = { login, name: "Служител Измислен", role, password: PASSWORD };

		await t.test("creating, and the same again", async () => {
			const { headers, body: made } = await admin.call("createUser", { params: { id }, body }, 201);
			assert.equal(headers.etag, '"1"');
			assert.equal(made.state, "active");
			assert.equal(made.totp, false);
			assert.equal("totp_secret" in made, false);
			assert.equal("password" in made, false);
			await admin.call("createUser",
				{ params: { id }, body: { ...body, login: "another.login" } }, "409 already-exists");
			await admin.call("createUser",
				{ params: { id: uuid7() }, body }, "409 already-exists");
		});

		await t.test("is in the list, page by page", async () => {
			const seen = [];
			let after;
			do {
				const { body: page, headers } = await admin.call("listUsers",
					{ query: { limit: 2, after } }, 200);
				assert.ok(page.items.length <= 2);
				seen.push(...page.items.map((user) => user.id));
				assert.equal(page.next !== undefined, /rel="next"/.test(headers.link ?? ""));
				after = page.next;
			} while (after);
			assert.ok(seen.includes(id));
			assert.equal(new Set(seen).size, seen.length);
		});

		await t.test("changing asks for the version", async () => {
			const change = { params: { id }, body: { name: "Служител Преименуван" } };
			await admin.call("updateUser", change, "428 precondition-required");
			await admin.call("updateUser", { ...change, ifMatch: 7 }, "412 precondition-failed");
			const { headers, body: changed } = await admin.call("updateUser",
				{ ...change, ifMatch: 1 }, 200);
			assert.equal(headers.etag, '"2"');
			assert.equal(changed.name, change.body.name);
			await admin.call("updateUser",
				{ params: { id: uuid7() }, body: { name: "Никой" }, ifMatch: 1 }, "404 not-found");
		});

		await t.test("disabling ends the sessions at once", async () => {
			const { body: session } = await place.call("signIn",
				{ body: { login, password: PASSWORD } }, 200);
			const me = place.as(session.access_token);
			await me.call("getMe", {}, 200);
			await admin.call("updateUser",
				{ params: { id }, body: { state: "disabled" }, ifMatch: 2 }, 200);
			await me.call("getMe", {}, "401 session-ended");
			await place.call("signIn", { body: { login, password: PASSWORD } },
				"401 sign-in-failed");
		});

		await t.test("a new second factor is told once", async () => {
			const { body: changed } = await admin.call("updateUser",
				{ params: { id }, body: { state: "active", totp: "reset" }, ifMatch: 3 }, 200);
			assert.match(changed.totp_secret, /^[A-Z2-7]{32}$/);
			await place.call("signIn", { body: { login, password: PASSWORD } },
				"401 second-factor-required");
		});

		await t.test("only an administrator may", async () => {
			const other = service === "hub" ? await hubAs("board") : await nodeAs("csc", "practitioner");
			await other.call("listUsers", {}, "403 scope-missing");
			await other.call("createUser", { params: { id: uuid7() }, body }, "403 scope-missing");
		});
	});

// Signing in: password, second factor, the refresh cookie that changes at
// every use, signing out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { request, uuid7 } from "../../deploy/demo/http.mjs";
import { totp } from "../../deploy/demo/totp.mjs";
import { hub, hubAs, node, nodeAs, state } from "../lib/suite.mjs";

const PASSWORD = "дълга-примерна-парола";

const cookieOf = (answer) =>
	answer.headers["set-cookie"]?.[0].split(";")[0] ?? "";

async function newPerson(service, role, change = {}) {
	const admin = service === "hub" ? await hubAs("admin") : await nodeAs("ngo", "admin");
	const id = uuid7(), login = `t${id.slice(-12)}`;
	const { body } = await admin.call("createUser", {
		params: { id }, body: { login, name: "Изпитател Измислен", role, password: PASSWORD, ...change },
	}, 201);
	return { id, login, password: PASSWORD, totp_secret: body.totp_secret };
}

const placeOf = (service) => service === "hub" ? hub : node("ngo");

for (const [service, role] of [["hub", "board"], ["node", "practitioner"]])
	test(`${service}: password, refresh and signing out`, async (t) => {
		const place = placeOf(service);
		const { login, password } = await newPerson(service, role);
		const signIn = () => place.call("signIn", { body: { login, password } }, 200);

		await t.test("a wrong password and an unknown name look the same", async () => {
			const wrong = await place.call("signIn",
				{ body: { login, password: "грешна-парола-тук" } }, "401 sign-in-failed");
			const unknown = await place.call("signIn",
				{ body: { login: "nobody", password } }, "401 sign-in-failed");
			const { request: _a, instance: _b, ...left } = wrong.body;
			const { request: _c, instance: _d, ...right } = unknown.body;
			assert.deepEqual(left, right);
		});

		await t.test("the cookie is HttpOnly, SameSite=Strict and only for sessions", async () => {
			const cookie = (await signIn()).headers["set-cookie"][0];
			assert.match(cookie, /HttpOnly/i);
			assert.match(cookie, /SameSite=Strict/i);
			assert.match(cookie, /Path=\/v1\/sessions/);
		});

		await t.test("a used refresh cookie ends the whole family", async () => {
			const first = cookieOf(await signIn());
			const answer = await place.call("refreshSession", { headers: { cookie: first } }, 200);
			const second = cookieOf(answer);
			assert.notEqual(first, second);
			const me = place.as(answer.body.access_token);
			await me.call("getMe", {}, 200);
			await place.call("refreshSession", { headers: { cookie: first } }, "401 session-ended");
			await place.call("refreshSession", { headers: { cookie: second } }, "401 session-ended");
			await me.call("getMe", {}, "401 session-ended");
		});

		await t.test("another site cannot refresh, nobody can without a cookie", async () => {
			const cookie = cookieOf(await signIn());
			await place.call("refreshSession",
				{ headers: { cookie, origin: "https://other.example" } }, "403 origin-refused");
			await place.call("refreshSession",
				{ headers: { cookie, origin: place.url } }, 200);
			await place.call("refreshSession", {}, "401 session-ended");
		});

		await t.test("signing out ends the session at once", async () => {
			const answer = await signIn();
			const me = place.as(answer.body.access_token);
			await me.call("signOut", {}, 204);
			await me.call("getMe", {}, "401 session-ended");
			await place.call("refreshSession",
				{ headers: { cookie: cookieOf(answer) } }, "401 session-ended");
		});

		await t.test("a new password ends the other sessions", async () => {
			const other = place.as((await signIn()).body.access_token);
			const mine = place.as((await signIn()).body.access_token);
			await mine.call("changePassword",
				{ body: { current: "не-е-тази-парола", password: "нова-примерна-парола" } },
				"422 invalid");
			await mine.call("changePassword",
				{ body: { current: password, password: login } }, "422 invalid");
			await mine.call("changePassword",
				{ body: { current: password, password: "нова-примерна-парола" } }, 204);
			await other.call("getMe", {}, "401 session-ended");
			await place.call("signIn", { body: { login, password } }, "401 sign-in-failed");
			await place.call("signIn",
				{ body: { login, password: "нова-примерна-парола" } }, 200);
		});
	});

for (const [service, role] of [["hub", "council"], ["node", "admin"]])
	test(`${service}: the second factor`, async (t) => {
		const place = placeOf(service);
		const { login, password, totp_secret: secret } = await newPerson(service, role);
		assert.match(secret, /^[A-Z2-7]{32}$/);
		let me;

		await t.test("is asked for, checked, and each code counts once", async () => {
			await place.call("signIn", { body: { login, password } },
				"401 second-factor-required");
			await place.call("signIn", { body: { login, password, totp: totp(secret, 50) } },
				"401 sign-in-failed");
			const code = totp(secret, -1);
			const { body } = await place.call("signIn", { body: { login, password, totp: code } }, 200);
			me = place.as(body.access_token);
			await place.call("signIn", { body: { login, password, totp: code } },
				"401 sign-in-failed");
		});

		await t.test("is exchanged for a new one that must be confirmed", async () => {
			await me.call("enrolTotp", { body: { password: "грешна-парола-тук" } }, "422 invalid");
			const { body } = await me.call("enrolTotp", { body: { password } }, 200);
			assert.match(body.otpauth, /^otpauth:\/\/totp\//);
			await me.call("confirmTotp", { body: { totp: totp(body.secret, 50) } }, "422 invalid");
			await me.call("confirmTotp", { body: { totp: totp(body.secret, -1) } }, 204);
			await place.call("signIn", { body: { login, password, totp: totp(body.secret, 0) } }, 200);
			const { body: about } = await me.call("getMe", {}, 200);
			assert.equal(about.totp, true);
		});
	});

test("a session's token says who, and is not accepted elsewhere", async () => {
	const school = await nodeAs("school", "practitioner");
	const { body } = await school.call("getMe", {}, 200);
	assert.equal(body.role, "practitioner");
	assert.equal(body.id, state.nodes.school.users.practitioner.id);
	await node("csc").as(school.token).call("getMe", {}, "401 token-invalid");
	await hub.as(school.token).call("getMe", {}, "401 token-invalid");
	const { headers } = await request("GET", `${hub.url}/v1/me`, { token: school.token });
	assert.match(headers["www-authenticate"], /^Bearer\b/);
});

// `make run` as a visitor meets it: first and second start, var/demo.json,
// stopping, and what happens when a part of it dies.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { request } from "../../deploy/demo/http.mjs";
import { checkout, stateDir } from "../../deploy/demo/place.mjs";
import { freePorts } from "../../deploy/demo/ports.mjs";
import { signIn } from "../../deploy/demo/signin.mjs";

const NAME = "test-demo";
const dir = stateDir(NAME);
const program = path.join(checkout, "deploy/demo/run.mjs");
const ROLES = {
	hub: ["admin", "analyst", "board", "coordinator", "council", "expert"],
	node: ["admin", "dpo", "practitioner", "supervisor"],
};
let running;

function run(env = {}) {
	const child = spawn(process.execPath, [program],
		{ env: { ...process.env, ZAEDNO_RUN: NAME, ...env }, stdio: ["ignore", "pipe", "pipe"] });
	const self = { child, out: "", over: once(child, "close").then(([code]) => code) };
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (part) => { self.out += part; });
	running = self;
	return self;
}

/* Starts, and answers after how many milliseconds it said so. */
async function started(env) {
	const began = Date.now();
	const self = run(env);
	await Promise.race([
		waitUntil("the demo runs", () => self.out.includes("Ctrl-C"), 120_000),
		self.over.then((code) => { throw new Error(`exit ${code}: ${self.out}`); }),
	]);
	return { ...self, get out() { return self.out; }, took: Date.now() - began };
}

async function stopped(self, signal = "SIGINT") {
	self.child.kill(signal);
	return self.over;
}

/* Processes whose arguments or directory lie in the state directory. */
const left = () => fs.readdirSync("/proc").filter((pid) => /^\d+$/.test(pid))
	.filter((pid) => {
		try {
			return fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(dir) ||
				fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dir);
		} catch {
			return false;
		}
	});

const demo = () => JSON.parse(fs.readFileSync(path.join(dir, "demo.json"), "utf8"));

after(async () => {
	running?.child.kill("SIGINT");
	await running?.over;
	fs.rmSync(dir, { recursive: true, force: true });
});

test("first start, demo.json, second start", async (t) => {
	fs.rmSync(dir, { recursive: true, force: true });
	const [base] = await freePorts(5, 17400);
	let first;

	await t.test("starts and prints every address and sign-in", async () => {
		first = await started({ PORT_BASE: String(base) });
		for (const port of [0, 1, 2, 3, 4])
			assert.ok(first.out.includes(`http://127.0.0.1:${base + port}`));
		assert.match(first.out, /practitioner\s+practitioner \/ \S+/);
	});
	await t.test("demo.json has its shape, is private, and its sign-ins work", async () => {
		assert.equal(fs.statSync(path.join(dir, "demo.json")).mode & 0o777, 0o600);
		const { hub, nodes } = demo();
		assert.deepEqual(Object.keys(hub.users).sort(), ROLES.hub);
		assert.deepEqual(Object.keys(nodes).sort(), ["csc", "ngo", "odz", "school"]);
		for (const place of [hub, ...Object.values(nodes)])
			for (const [role, user] of Object.entries(place.users)) {
				assert.deepEqual(Object.keys(user), ["login", "password", "totp_secret"]);
				const session = await signIn(place.url, user);
				assert.equal(session.user.role, role);
			}
		for (const node of Object.values(nodes)) {
			assert.deepEqual(Object.keys(node.users).sort(), ROLES.node);
			assert.match(node.organisation_id, /^[0-9a-f-]{36}$/);
		}
	});
	await t.test("a second one of this checkout says that one runs", async () => {
		const second = run({ PORT_BASE: String(base + 50) });
		assert.equal(await second.over, 1);
		assert.match(second.out, /already running here/);
	});
	await t.test("stops all of it", async () => {
		assert.equal(await stopped(first), 0);
		assert.deepEqual(left(), []);
	});
	await t.test("the second start is quick, on other ports, with the same data", async () => {
		const before = demo();
		const [other] = await freePorts(5, 17500);
		const second = await started({ PORT_BASE: String(other) });
		assert.ok(second.took < 10_000, `${second.took} ms`);
		const now = demo();
		assert.equal(now.hub.url, `http://127.0.0.1:${other}`);
		assert.deepEqual(now.nodes.school.users, before.nodes.school.users);
		const { access_token: token } =
			await signIn(now.nodes.csc.url, now.nodes.csc.users.supervisor);
		const { body } = await request("GET", `${now.nodes.csc.url}/v1/received`, { token });
		assert.ok(body.items.length >= 3);
		await waitUntil("the nodes have found the hub again", async () =>
			(await request("GET", `${now.nodes.ngo.url}/readyz`)).body.hub === "up", 30_000);
		assert.equal(await stopped(second, "SIGTERM"), 0);
		assert.deepEqual(left(), []);
	});
});

test("when a part dies, it is named and the rest is stopped", async () => {
	const self = await started();
	const courier = left().find((pid) =>
		fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("zaedno-courier"));
	process.kill(Number(courier), "SIGKILL");
	assert.equal(await self.over, 1);
	assert.match(self.out, /courier-\w+ спря неочаквано/);
	assert.deepEqual(left(), []);
});

test("killed outright, it leaves nothing running", async () => {
	const self = await started();
	self.child.kill("SIGKILL");
	await self.over;
	await waitUntil("all have ended", () => left().length === 0, 15_000);
});

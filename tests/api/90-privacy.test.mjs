// Neither logs nor metrics hold anything of a person, a secret or a text.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { NODE_USERS, HUB_USERS } from "../../deploy/demo/invented.mjs";
import { tokenOf } from "../../deploy/demo/signin.mjs";
import { DOC } from "../lib/organisation.mjs";
import { cluster, federation, hub, node, nodeAs, state } from "../lib/suite.mjs";
import { NAMES, shared, arrived } from "../lib/work.mjs";

const users = () => [state.hub, ...Object.values(state.nodes)]
	.flatMap((place) => Object.values(place.users));

async function secrets() {
	const school = await nodeAs("school", "practitioner");
	const { summary } = await shared(school, { csc: ["help", "wish"] });
	await arrived("csc", summary);
	const tokens = [school.token,
		await tokenOf(federation.hub.url, state.hub.users.admin)];
	return {
		names: [...NAMES, "Снежанка", ...Object.values(NODE_USERS).map((u) => u.name),
			...Object.values(HUB_USERS).map((u) => u.name)],
		texts: [DOC.help.text, DOC.wish.text, "Нужда от подкрепа"],
		passwords: ["дълга-примерна-парола", ...users().map((user) => user.password)],
		"second factors": users().map((user) => user.totp_secret).filter(Boolean),
		tokens: tokens.map((token) => token.split(".")[2]),
		identifiers: ["7523169263", "7111042925", "8812102461"],
		phones: ["888 000 001"],
	};
}

test("logs", async (t) => {
	const wanted = await secrets();
	const files = fs.readdirSync(cluster.logs).map((name) => path.join(cluster.logs, name));
	assert.ok(files.length >= 10);
	for (const file of files)
		await t.test(path.basename(file), () => {
			const text = fs.readFileSync(file, "utf8");
			for (const [what, list] of Object.entries(wanted))
				for (const word of list)
					assert.equal(text.includes(word), false, `${what}: ${word}`);
			assert.doesNotMatch(text, /"?(authorization|set-cookie|cookie)"?\s*[:=]/i);
			assert.doesNotMatch(text, /\?after=/, "no query of a request");
		});
	for (const name of ["hub", "school", "courier-school"])
		await t.test(`${name}: JSON lines`, () => {
			const lines = fs.readFileSync(path.join(cluster.logs, `${name}.log`), "utf8")
				.trimEnd().split("\n").filter((line) => line !== "");
			for (const line of lines)
				assert.doesNotThrow(() => JSON.parse(line), line);
		});
});

test("metrics", async () => {
	const wanted = await secrets();
	for (const place of [hub, node("school")]) {
		const { text } = await place.call("getMetrics", {}, 200);
		for (const list of Object.values(wanted))
			for (const word of list)
				assert.equal(text.includes(word), false, word);
		for (const { organisation_id } of Object.values(state.nodes))
			assert.equal(text.includes(organisation_id), false, "no label names an organisation");
		for (const line of text.trimEnd().split("\n"))
			assert.match(line, /^(# (HELP|TYPE) zaedno_\w+ .+|zaedno_\w+(\{[^}]*\})? -?[0-9.e+]+)$/);
	}
});

test("the hub's database holds no name that a node knows", async () => {
	const dump = await cluster.psql(federation.hub.database, `
		SELECT format('SELECT t::text FROM %I.%I t;', schemaname, tablename)
		FROM pg_tables WHERE schemaname = 'public' \\gexec`);
	assert.ok(dump.length > 1000);
	for (const name of NAMES)
		assert.equal(dump.includes(name), false, name);
});

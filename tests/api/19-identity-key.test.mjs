// The key that seals who a person is: a node without it, or with another one,
// does not start; rekey puts another in its place, also when it was stopped
// half-way.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { startChild } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { sealingKey } from "../../deploy/demo/keys.mjs";
import { account } from "../../deploy/demo/place.mjs";
import { sanitizer } from "../../deploy/demo/service.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { everyRecord } from "../lib/casework.mjs";
import { cluster, federation, nodeAs } from "../lib/suite.mjs";
import { colleague, newCase, newConsent } from "../lib/work.mjs";

const ngo = federation.nodes.ngo;
const keyFile = path.join(ngo.dir, "identity.key");
const newKeyFile = path.join(ngo.dir, "identity-new.key");
const aside = `${keyFile}.aside`;

/** How it ends, and what it has said. */
async function refusal() {
	const log = path.join(cluster.logs, "ngo-refused.log");
	fs.rmSync(log, { force: true });
	const { code } = await startChild("ngo",
		[...sanitizer(), ngo.service.program, "-c", ngo.config],
		{ cwd: ngo.dir, log }).exited;
	return { code, said: fs.readFileSync(log, "utf8") };
}

async function rekey(...args) {
	const [command, ...words] = [...sanitizer(), ngo.service.program,
		"-c", ngo.config, "rekey", ...args];
	const child = spawn(command, words,
		{ cwd: ngo.dir, stdio: ["ignore", "pipe", "pipe"], env: cluster.env, ...account });
	let said = "";
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (part) => { said += part; });
	const [code] = await once(child, "close");
	return { code, said };
}

const owner = `host=${cluster.sockets} dbname=${ngo.database} user=postgres`;

test("the identity key", async (t) => {
	const practitioner = await nodeAs("ngo", "practitioner");
	const { person, id } = await newCase(practitioner, { family_name: "Ключарова" });
	await newConsent(practitioner, id, { csc: ["help"] });
	const signal = uuid7();
	await practitioner.call("createSignal", {
		params: { id: signal },
		body: { case_id: id, channel: "phone", recipient: "mvr", made_at: moment(-1), what: "Казаното." },
	}, 201);
	await practitioner.call("acknowledgeSignal",
		{ params: { id: signal }, body: { at: moment(0), by: "Дежурен" } }, 200);
	await practitioner.call("createTeamRecord", {
		params: { id: uuid7() },
		body: {
			case_id: id, kind: "crisis", convened_at: moment(-2), held_at: moment(-1),
			participants: [{ organisation: "Община", role: "лекар" }], decisions: [],
		},
	}, 201);
	await (await colleague("ngo")).api.call("openEmergencyReading", {
		params: { id: uuid7() }, body: { case_id: id, reason: "Колегата е в отпуск." },
	}, 201);
	await everyRecord(practitioner, id);
	const found = async () => (await practitioner.call("searchPersons",
		{ body: { family_name: "Ключарова" } }, 200)).body.items.map((item) => item.id);
	assert.deepEqual(await found(), [person]);
	await ngo.service.stop();
	t.after(async () => {
		if (!ngo.service.running())
			await ngo.service.start();
	});

	await t.test("absent: the node does not start", async () => {
		fs.renameSync(keyFile, aside);
		const { code, said } = await refusal();
		assert.notEqual(code, 0);
		assert.match(said, /could not start/);
	});
	await t.test("another one: it does not start", async () => {
		sealingKey(keyFile);
		const { code, said } = await refusal();
		assert.notEqual(code, 0);
		assert.match(said, /not the key that sealed this database/);
		fs.rmSync(keyFile);
		fs.renameSync(aside, keyFile);
	});
	await t.test("readable by others: it does not start", async () => {
		fs.chmodSync(keyFile, 0o644);
		assert.notEqual((await refusal()).code, 0);
		fs.chmodSync(keyFile, 0o600);
	});
	await t.test("the service's own role cannot change it", async () => {
		sealingKey(newKeyFile);
		assert.notEqual((await rekey(newKeyFile)).code, 0);
	});
	await t.test("a change that stopped half-way keeps the node from starting", async () => {
		await cluster.psql(ngo.database, "UPDATE identity_key SET next = 'elsewhere';");
		const { code, said } = await refusal();
		assert.notEqual(code, 0);
		assert.match(said, /run rekey again/);
		assert.notEqual((await rekey("-d", owner, newKeyFile)).code, 0);
		await cluster.psql(ngo.database, "UPDATE identity_key SET next = NULL;");
	});
	await t.test("rekey seals everything anew", async () => {
		const { code, said } = await rekey("-d", owner, newKeyFile);
		assert.equal(code, 0, said);
		assert.notEqual((await refusal()).code, 0, "with the old key");
		fs.renameSync(newKeyFile, keyFile);
		await ngo.service.start();
		assert.deepEqual(await found(), [person]);
		const { body } = await practitioner.call("getCase", { params: { id } }, 200);
		assert.equal(body.reason, "Нужда от подкрепа.");
		const { body: made } = await practitioner.call("getSignal", { params: { id: signal } }, 200);
		assert.deepEqual([made.what, made.acknowledgement.by], ["Казаното.", "Дежурен"]);
		await practitioner.call("listTeamRecords", { params: { id } }, 200);
		await (await nodeAs("ngo", "dpo")).call("listEmergencyReadings", {}, 200);
		/* [statement, is it of case work] for each sealed column. */
		const columns = (await cluster.psql(ngo.database, `
			SELECT format('SELECT %I AS sealed FROM %I|%s', column_name, table_name,
			       table_name IN (SELECT relation FROM subject_part))
			FROM information_schema.columns
			WHERE table_schema = 'public' AND column_name LIKE '%sealed'
			  AND table_name IN (SELECT tablename FROM pg_tables);`))
			.split("\n").map((line) => line.split("|"));
		const filled = await cluster.psql(ngo.database, columns
			.map(([each]) => `SELECT bool_or(sealed IS NOT NULL) FROM (${each}) x`).join(" UNION ALL "));
		for (const [i, [each, casework]] of columns.entries())
			assert.ok(filled.split("\n")[i] === "t" || casework === "f", `nothing to seal anew: ${each}`);
		const left = await cluster.psql(ngo.database, `
			SELECT count(DISTINCT split_part(sealed, '.', 2)) FROM (
				${columns.map(([each]) => each).join(" UNION ALL ")}) x
			WHERE sealed IS NOT NULL;`);
		assert.equal(left, "1", "under one key");
	});
});

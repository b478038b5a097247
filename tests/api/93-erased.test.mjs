// What was withdrawn is gone from the files below the tables, and a service
// does not start where a database would write parameters into its log.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { account } from "../../deploy/demo/place.mjs";
import { sanitizer } from "../../deploy/demo/service.mjs";
import { DOC, enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation } from "../lib/suite.mjs";

const { database } = federation.hub;
const MARK = "Бележка-за-изтриване-3f1c";

/* All files of a table: its own and what it keeps outside. */
async function bytesOf(table) {
	await cluster.psql(database, "CHECKPOINT;");
	const files = (await cluster.psql(database, `
		SELECT pg_relation_filepath(oid) FROM pg_class WHERE oid = '${table}'::regclass
		OR oid = (SELECT reltoastrelid FROM pg_class WHERE oid = '${table}'::regclass);`))
		.split("\n");
	return Buffer.concat(files.map((file) => fs.readFileSync(path.join(cluster.data, file))));
}

test("after a withdrawal and a rewrite no file of the summaries holds its words", async () => {
	const holder = await enrolledOrganisation(), reader = await enrolledOrganisation();
	const api = await holder.api();
	const doc = { ...DOC, help: { ...DOC.help, text: MARK } };
	const ended = [];
	for (let i = 0; i < 60; i++) {
		const { id } = await holder.consent({ [reader.id]: ["help"] });
		await holder.publish(id, doc);
		ended.push(id);
	}
	assert.ok((await bytesOf("summary")).includes(MARK), "it is looked for rightly");
	for (const id of ended)
		await api.call("withdrawConsent", { params: { id }, body: { capacity: "parent" } }, 200);
	/* VACUUM makes the space free and leaves the bytes in it; rewritten, they go. */
	await cluster.psql(database, "VACUUM summary;");
	assert.equal(await cluster.psql(database,
		`SELECT count(*) FROM summary s WHERE s::text LIKE '%${MARK}%';`), "0");
	await cluster.psql(database, "VACUUM FULL summary;");
	assert.equal((await bytesOf("summary")).includes(MARK), false);
});

test("a database that logs parameters is refused at start", async () => {
	for (const setting of ["log_parameter_max_length", "log_parameter_max_length_on_error"]) {
		const { service } = federation.nodes.lone, role = "node_lone";
		await service.stop();
		await cluster.psql("postgres", `ALTER ROLE ${role} SET ${setting} = 100;`);
		try {
			const [command, ...args] = [...sanitizer(), service.program, "-c", service.config];
			const { status, stdout, stderr } = spawnSync(command, args,
				{ cwd: service.dir, encoding: "utf8", timeout: 10_000, ...account });
			assert.notEqual(status, 0);
			assert.ok(`${stdout}${stderr}`.includes(setting));
		} finally {
			await cluster.psql("postgres", `ALTER ROLE ${role} RESET ${setting};`);
			await service.start();
		}
	}
});

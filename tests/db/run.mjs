// Database tests: deploys both projects with their verify scripts and reverts
// them to nothing, then runs the pgTAP files of tests/db/hub and
// tests/db/node, each project in its own scratch database.
//
//	node tests/db/run.mjs [part of a file's name, such as hub/05 ...]

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import * as database from "../../deploy/demo/database.mjs";
import { checkout, lockState, stateDir } from "../../deploy/demo/place.mjs";

const dir = stateDir("test-db");
lockState(dir);
const cluster = await openCluster(dir);
await cluster.start();

const wanted = process.argv.slice(2);

function proveFiles(project) {
	const folder = path.join(checkout, "tests/db", project);
	return fs.readdirSync(folder).filter((name) => name.endsWith(".sql")).sort()
		.map((name) => path.join(folder, name))
		.filter((file) => wanted.length === 0 ||
			wanted.some((part) => file.includes(part)));
}

const LEFT_BEHIND = `
	SELECT nspname || '.' || relname FROM pg_class c
	JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'sqitch')
	UNION ALL
	SELECT nspname || '.' || proname FROM pg_proc p
	JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'sqitch');`;

/* A migration that cannot be verified or undone fails here. */
async function checkMigrations(project) {
	const name = `zaedno_${project}_migrations`;
	await database.dropDatabase(cluster, name);
	await database.createEmpty(cluster, project, name);
	await database.sqitch(cluster, project, name, "deploy", "--verify");
	await database.sqitch(cluster, project, name, "revert", "-y");
	const left = await cluster.psql(name, LEFT_BEHIND);
	if (left !== "")
		throw new Error(`left after revert: ${left.replaceAll("\n", ", ")}`);
	await database.dropDatabase(cluster, name);
}

async function prove(project) {
	const files = proveFiles(project);
	if (files.length === 0)
		return 0;
	const name = `zaedno_${project}_pgtap`;
	await database.ensureTemplate(cluster, project);
	await database.dropDatabase(cluster, name);
	await database.copyTemplate(cluster, project, name);
	await cluster.psql(name, "CREATE EXTENSION pgtap;");
	const { status } = spawnSync("pg_prove",
		["--dbname", name, "--timer", "--verbose", ...files], {
			stdio: ["ignore", "inherit", "inherit"],
			env: { ...cluster.env, PGOPTIONS: "-c client_min_messages=warning" },
		});
	return status;
}

let failed = 0;
if (["hub", "node"].every((project) => proveFiles(project).length === 0)) {
	console.log(`not ok - no file is named ${wanted.join(", ")}`);
	failed = 1;
}
try {
	await database.ensureRoles(cluster);
	for (const project of ["hub", "node"]) {
		if (wanted.length === 0) {
			const what = `${project}: migrations deploy, verify and revert`;
			await checkMigrations(project).then(
				() => console.log(`ok - ${what}`),
				(error) => {
					console.log(`not ok - ${what}\n# ${error.message}`);
					failed = 1;
				});
		}
		if (await prove(project) !== 0)
			failed = 1;
	}
} finally {
	await cluster.stop();
}
process.exitCode = failed;

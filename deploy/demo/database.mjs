// Roles, databases and migrations of one cluster.
//
// Owners and group roles cannot log in.  A service logs in as a role of its
// own that is a member of its group, and may connect to its database alone.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { checkout, generatedDir, privateDir, privateFile, secret } from "./place.mjs";

const run = promisify(execFile);

const PROJECTS = {
	hub: { owner: "zaedno_hub_owner", groups: ["zaedno_hub_service"] },
	node: {
		owner: "zaedno_node_owner",
		groups: ["zaedno_node_service", "zaedno_node_courier"],
	},
};

const template = (project) => `zaedno_${project}_template`;
const codelists = path.join(generatedDir, "codelists.sql");

/** A digest of all that makes a project's schema. */
function schemaDigest(project) {
	const root = path.join(checkout, project, "sql");
	const hash = createHash("sha256");
	const add = (file) => hash.update(file).update(fs.readFileSync(file));
	add(path.join(root, "sqitch.plan"));
	for (const name of fs.readdirSync(path.join(root, "deploy")).sort())
		add(path.join(root, "deploy", name));
	add(codelists);
	return hash.digest("hex");
}

/** Creates owners and group roles that are missing. */
export async function ensureRoles(cluster) {
	const roles = Object.values(PROJECTS).flatMap((p) => [p.owner, ...p.groups]);
	await cluster.psql("postgres", roles.map((role) => `
		SELECT 'CREATE ROLE ${role} NOLOGIN' WHERE NOT EXISTS
		  (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec`).join(""));
}

/** Runs sqitch in a project's directory, as the owner of the database. */
export async function sqitch(cluster, project, database, ...args) {
	await run("sqitch",
		["-C", path.join(checkout, project, "sql"), ...args, `db:pg:${database}`],
		{
			maxBuffer: 1 << 24,
			env: {
				...cluster.env, HOME: cluster.dir,
				SQITCH_FULLNAME: "Zaedno", SQITCH_EMAIL: "zaedno@example.invalid",
				PGOPTIONS: `-c role=${PROJECTS[project].owner} ` +
					"-c client_min_messages=warning",
			},
		}).catch((error) => {
		throw new Error(`sqitch ${args[0]} ${project}: ` +
			`${error.stdout ?? ""}${error.stderr ?? error.message}`);
	});
}

export async function dropDatabase(cluster, name) {
	await cluster.psql("postgres",
		'DROP DATABASE IF EXISTS :"name" WITH (FORCE);', { name });
}

/** A database of the project's owner with nothing in it. */
export async function createEmpty(cluster, project, name) {
	await cluster.psql("postgres", `
		CREATE DATABASE :"name" OWNER :"owner" TEMPLATE template0;
		REVOKE CONNECT, TEMPORARY ON DATABASE :"name" FROM PUBLIC;`,
	{ name, owner: PROJECTS[project].owner });
}

/**
 * Makes the template database of a project anew unless it is up to date.
 *
 * @returns the digest of its schema
 */
export async function ensureTemplate(cluster, project) {
	const name = template(project), { owner } = PROJECTS[project];
	const digest = schemaDigest(project);
	const current = await cluster.psql("postgres",
		"SELECT shobj_description(oid, 'pg_database') FROM pg_database " +
		"WHERE datname = :'name';", { name });
	if (current === digest)
		return digest;
	await dropDatabase(cluster, name);
	await createEmpty(cluster, project, name);
	await sqitch(cluster, project, name, "deploy");
	await cluster.psql(name, `SET ROLE ${owner};\n` +
		fs.readFileSync(codelists, "utf8"));
	await cluster.psql("postgres",
		'COMMENT ON DATABASE :"name" IS :\'digest\';', { name, digest });
	return digest;
}

/** Copies the project's template; a database of that name must not exist. */
export async function copyTemplate(cluster, project, name) {
	const { owner } = PROJECTS[project];
	await cluster.psql("postgres", `
		CREATE DATABASE :"name" OWNER :"owner" TEMPLATE :"from";
		REVOKE CONNECT, TEMPORARY ON DATABASE :"name" FROM PUBLIC;`,
	{ name, owner, from: template(project) });
}

/** Is the database there, and made from the schema of this digest? */
export async function isCurrent(cluster, name, digest) {
	return await cluster.psql("postgres",
		"SELECT shobj_description(oid, 'pg_database') FROM pg_database " +
		"WHERE datname = :'name';", { name }) === digest;
}

/** Marks the database as complete: what isCurrent() looks for. */
export async function markCurrent(cluster, name, digest) {
	await cluster.psql("postgres",
		'COMMENT ON DATABASE :"name" IS :\'digest\';', { name, digest });
}

/** Limits that hold whatever a service does. */
const LIMITS = "-c statement_timeout=5000 -c lock_timeout=3000 " +
	"-c idle_in_transaction_session_timeout=10000";

/**
 * Creates (or finds) the login role and lets it into its one database.
 *
 * @param dir  the service's own directory; gets the 0600 password file
 * @returns the libpq connection string for the service's configuration
 */
export async function ensureLogin(cluster, role, group, database, dir) {
	const password = secret(path.join(cluster.secrets, role));
	await cluster.psql("postgres", `
		SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS
		  (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec
		SET client_min_messages = error;
		ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE
		  PASSWORD :'password';
		GRANT :"group" TO :"role";
		GRANT CONNECT ON DATABASE :"database" TO :"role";`,
	{ role, group, database, password });
	const passfile = path.join(privateDir(dir), `${role}.pgpass`);
	privateFile(passfile, `*:*:${database}:${role}:${password}\n`);
	return `host=${cluster.sockets} port=${cluster.port} dbname=${database} ` +
		`user=${role} passfile=${passfile} application_name=${role} ` +
		`tcp_user_timeout=5000 options='${LIMITS}'`;
}

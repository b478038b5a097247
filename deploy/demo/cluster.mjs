// A private PostgreSQL cluster: no TCP, passwords only, everything durable.

import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { account, privateDir, privateFile, secret } from "./place.mjs";
import { startChild, waitFor } from "./child.mjs";

const run = promisify(execFile);
const PORT = "5432"; // only the name of the socket

/** The directory of PostgreSQL's server programs. */
export function postgresBin() {
	const debian = "/usr/lib/postgresql/15/bin";
	if (fs.existsSync(path.join(debian, "initdb")))
		return debian;
	return execFileSync("pg_config", ["--bindir"], { encoding: "utf8" }).trim();
}

/*
 * Small, for a developer's machine.  fsync, full_page_writes and
 * synchronous_commit keep their default, which is on: the services refuse
 * to start otherwise.
 */
const SETTINGS = {
	listen_addresses: "''",
	unix_socket_permissions: "0700",
	port: PORT,
	max_connections: "200",
	shared_buffers: "'128MB'",
	max_wal_size: "'512MB'",
	wal_level: "logical",
	password_encryption: "'scram-sha-256'",
	timezone: "'UTC'",
	log_timezone: "'UTC'",
	lc_messages: "'C'",
	jit: "off",
	log_min_messages: "'warning'",
	log_parameter_max_length: "0",
	log_parameter_max_length_on_error: "0",
	log_min_error_statement: "'panic'",
};

function configuration(sockets, extra) {
	const all = { ...SETTINGS, unix_socket_directories: `'${sockets}'`, ...extra };
	return Object.entries(all).map(([k, v]) => `${k} = ${v}\n`).join("");
}

async function initialise(bin, data, passwordFile) {
	await run(path.join(bin, "initdb"), [
		"--pgdata", data, "--username", "postgres",
		"--auth", "scram-sha-256", "--pwfile", passwordFile,
		"--encoding", "UTF8", "--locale", "C.UTF-8",
	], { ...account, cwd: "/", env: { PATH: process.env.PATH, LANG: "C.UTF-8" } });
	privateFile(path.join(data, "pg_hba.conf"),
		"local all all scram-sha-256\nlocal replication all scram-sha-256\n");
}

/* A stopped cluster of the tests to begin from, with its templates. */
async function copySeed(seed, data, passwordFile) {
	await run("cp", ["-a", `${seed}/pg/.`, data]);
	privateFile(passwordFile, fs.readFileSync(path.join(seed, "secret/postgres"), "utf8"));
}

/**
 * Makes the cluster under `dir` when there is none; ZAEDNO_SEED is the
 * directory of one that it may be copied from.
 *
 * @returns cluster: {sockets, port, start(), stop(), running(), psql(), …}
 */
export async function openCluster(dir, settings = {}) {
	const bin = postgresBin();
	const sockets = privateDir(path.join(dir, "run"));
	const data = path.join(dir, "pg");
	const secrets = privateDir(path.join(dir, "secret"));
	const logs = privateDir(path.join(dir, "log"));
	if (Buffer.byteLength(`${sockets}/.s.PGSQL.${PORT}`) > 107)
		throw new Error(`the socket's path is longer than 107 bytes: ${sockets}`);

	const passwordFile = path.join(secrets, "postgres"), seed = process.env.ZAEDNO_SEED;
	if (!fs.existsSync(path.join(data, "PG_VERSION"))) {
		fs.rmSync(data, { recursive: true, force: true });
		privateDir(data);
		if (seed)
			await copySeed(seed, data, passwordFile);
		else {
			secret(passwordFile);
			await initialise(bin, data, passwordFile);
		}
	}
	const password = secret(passwordFile);
	privateFile(path.join(data, "postgresql.conf"),
		configuration(sockets, settings));

	const env = {
		PATH: process.env.PATH, LANG: "C.UTF-8", PGHOST: sockets, PGPORT: PORT,
		PGUSER: "postgres", PGPASSWORD: password, PGCLIENTENCODING: "UTF8",
	};
	let server;
	const start = async () => {
		server = startChild("postgres",
			[path.join(bin, "postgres"), "-D", data], {
				cwd: data, log: path.join(logs, "postgres.log"),
				deathSignal: "INT", stopSignal: "SIGINT", graceMs: 30_000,
			});
		await waitFor(server, async () => run(path.join(bin, "pg_isready"),
			["-q", "-d", "postgres"], { env }).then(() => true, () => false), 60_000);
		return server;
	};
	return {
		dir, sockets, secrets, logs, data, bin, env, port: PORT, start,
		get server() { return server; },
		running: () => server?.running() ?? false,
		stop: async (signal) => server?.stop(signal),
		psql: (database, text, variables) => psql(env, database, text, variables),
	};
}

/**
 * Runs SQL as the superuser in one transaction-less psql session; returns the
 * rows unaligned, '|' between columns.  `variables` are psql's :'name'.
 */
async function psql(env, database, text, variables = {}) {
	// Through standard input: others may read a command's arguments.
	const sets = Object.entries(variables).map(([name, value]) =>
		`\\set ${name} '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'\n`);
	const child = spawn("psql",
		["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database],
		{ env, stdio: ["pipe", "pipe", "pipe"] });
	let out = "", error = "";
	child.stdout.setEncoding("utf8").on("data", (part) => { out += part; });
	child.stderr.setEncoding("utf8").on("data", (part) => { error += part; });
	child.stdin.on("error", () => {});
	child.stdin.end(sets.join("") + text);
	const [code] = await once(child, "close");
	if (code !== 0)
		throw new Error(`psql ${database}: ${error.trim()}`);
	return out.trimEnd();
}

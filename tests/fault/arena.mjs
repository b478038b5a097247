// A hub's database with clients that all want the same rows at once.

import path from "node:path";
import { secret } from "../../deploy/demo/place.mjs";
import * as database from "../../deploy/demo/database.mjs";
import { CALLER_SQL } from "./segments.mjs";
import { Connection } from "./wire.mjs";

/** What the services ask for at each connection. */
const LIMITS = "-c statement_timeout=5000 -c lock_timeout=3000 " +
	"-c idle_in_transaction_session_timeout=10000 -c jit=off " +
	"-c plan_cache_mode=force_generic_plan";
const ROLE = "hub";
const PASSWORD_HASH = "$argon2id$of-nobody";

/** Serialisation failure and deadlock: the services try once more. */
const AGAIN = new Set(["40001", "40P01"]);

export class Arena {
	/**
	 * @param cluster  a running cluster with the hub's template
	 * @param chance   where identifiers come from
	 */
	constructor(cluster, name, chance) {
		Object.assign(this, { cluster, name: `race_${name}`, chance });
		this.connections = [];
		this.steps = 0;
	}

	async open(organisations) {
		await database.dropDatabase(this.cluster, this.name);
		await database.copyTemplate(this.cluster, "hub", this.name);
		await database.ensureLogin(this.cluster, ROLE, "zaedno_hub_service",
			this.name, path.join(this.cluster.dir, "hub"));
		this.organisations = Array.from({ length: organisations },
			() => this.chance.uuid());
		this.admin = this.chance.uuid();
		await this.sql(this.organisations.map((id, i) => `
			INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
			VALUES ('${id}', 'Организация ${i}', 'school', '{EDU}', 'VTR04',
			    '${100000000 + i}');`).join("") + `
			INSERT INTO app_user (id, login, name, role, password_hash)
			VALUES ('${this.admin}', 'admin', 'Администратор', 'admin',
			    '${PASSWORD_HASH}');`);
		return this;
	}

	async close() {
		for (const connection of this.connections)
			connection.destroy();
		await database.dropDatabase(this.cluster, this.name);
	}

	/** As the superuser, who sees all: rows of columns. */
	async sql(text) {
		const out = await this.cluster.psql(this.name, text);
		return out === "" ? [] : out.split("\n").map((line) => line.split("|"));
	}

	/** One number as the superuser. */
	async count(text) {
		return Number((await this.sql(text))[0][0]);
	}

	async connect() {
		const { sockets, port, secrets } = this.cluster;
		const connection = await Connection.open({
			sockets, port, user: ROLE, database: this.name, options: LIMITS,
			password: secret(path.join(secrets, ROLE)),
		});
		this.connections.push(connection);
		return connection;
	}

	/** A node's request. */
	async as(connection, organisation, segment, ...args) {
		return this.#send(connection, [organisation, this.chance.uuid(), "node"],
			segment, args);
	}

	/** A request of the hub's administrator. */
	async asAdmin(connection, segment, ...args) {
		return this.#send(connection, ["", this.admin, "admin"], segment, args);
	}

	async #send(connection, caller, segment, args) {
		const statements = [
			{ sql: CALLER_SQL, args: [...caller, "race", this.chance.uuid()] },
			...segment.map(({ sql, nparams }) =>
				({ sql, args: args.slice(0, nparams) }))];
		const once = () => connection.segment(statements)
			.then((results) => results.at(-1)[0] ?? []);
		try {
			return await once();
		} catch (error) {
			if (!AGAIN.has(error.code))
				throw error;
			return once();
		}
	}

	/** The sequencer step once; true when it moved something. */
	async step(connection, segment) {
		const results = await connection.segment(
			segment.map(({ sql }) => ({ sql, args: [] })));
		const [events, leaves] = results.at(-1)[0].map(Number);
		this.steps += 1;
		return events + leaves > 0;
	}

	/** Steps until nothing is queued. */
	async drain(segment) {
		const connection = await this.connect();
		while (await this.step(connection, segment));
	}

	/** Lets `clients` take works from the list until it is empty. */
	async race(clients, works) {
		const connections = await Promise.all(
			Array.from({ length: clients }, () => this.connect()));
		let next = 0;
		await Promise.all(connections.map(async (connection, client) => {
			while (next < works.length)
				await works[next++](connection, client);
		}));
	}
}

/** What the consent's receipt says. */
export function claims(pseudonym, version, recipients, categories = ["basics", "help"]) {
	return JSON.stringify({
		case_pseudonym: pseudonym, version, purpose: "joint_assessment",
		recipients: recipients.map((organisation_id) => ({ organisation_id, categories })),
		rule: "representative", signers: [{ capacity: "parent" }],
		child_opinion: "recorded", text_sha256: "0".repeat(64), text_version: "1",
		language: "bg", basis: "consent", from: "2026-01-01T00:00:00.000Z",
		until: new Date(Date.now() + 30 * 86_400_000).toISOString(),
	});
}

export const DOC = JSON.stringify({
	basics: { age_band: "10-13", municipality: "VTR04", sectors: ["EDU"] },
	help: { urgency: "soon", help_wanted: "joint_assessment", text: "Търсим съвет." },
});

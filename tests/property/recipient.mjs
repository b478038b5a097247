// A recipient: its node's database, and a courier that reads the feed,
// loses answers, dies between two steps, and delivers purge receipts.

import path from "node:path";
import { secret } from "../../deploy/demo/place.mjs";
import * as database from "../../deploy/demo/database.mjs";
import { Connection } from "../fault/wire.mjs";
import { CALLER_SQL } from "../fault/segments.mjs";

const OPTIONS = "-c jit=off -c plan_cache_mode=force_generic_plan";
const PASSWORD_HASH = "$argon2id$of-nobody";
const FEED_APPLY = "SELECT feed_apply($1::jsonb, $2, $3::uuid, $4::timestamptz)";
const RECEIPTS = "SELECT id, body->>'summary_id', body->>'at', " +
	"body->>'feed_id', body->>'seq', body->>'tag' FROM outbox " +
	"WHERE operation = 'recordPurge' AND state = 'queued' ORDER BY id LIMIT 50";
const DELIVERED = "UPDATE outbox SET state = 'delivered', " +
	"delivered_at = statement_timestamp() WHERE id = ANY ($1::bigint[])";
/* What a supervisor of that organisation finds, by the node's policies. */
const TABLES = ["hub_link", "mirror", "arrival", "received", "outbox"];
const VISIBLE = "SELECT m.id, m.version FROM received r " +
	"JOIN mirror m ON m.kind = 'summary' AND m.id = r.summary_id " +
	"WHERE m.doc IS NOT NULL AND r.summary_id = ANY ($1::uuid[])";

/** A connection as the superuser, who moves clocks. */
export const superuser = (cluster, name) => Connection.open({
	sockets: cluster.sockets, port: cluster.port, user: cluster.env.PGUSER,
	database: name, password: cluster.env.PGPASSWORD, options: OPTIONS,
});

async function login(cluster, role, group, name) {
	await database.ensureLogin(cluster, role, group, name,
		path.join(cluster.dir, name));
	return Connection.open({
		sockets: cluster.sockets, port: cluster.port, user: role, database: name,
		password: secret(path.join(cluster.secrets, role)), options: OPTIONS,
	});
}

export class Recipient {
	constructor(cluster, name, chance, organisation) {
		Object.assign(this, { cluster, name, chance, organisation });
		this.cursor = undefined;	// {feed, seq, tag}
		this.chain = { own: 0, all: 0 };
		this.page = undefined;		// read and not yet applied
		this.held = new Map();		// summary -> {version, due}, by the events
		this.gone = new Map();		// summary -> version of its tombstone
		this.given = [];		// all receipts, for late duplicates
		this.leased = false;
		this.again = undefined;		// seen since the feed is read again
		this.kept = undefined;		// a backup
		this.behind = 0;		// restored, and up to here not in step
	}

	async open() {
		await database.dropDatabase(this.cluster, this.name);
		await database.copyTemplate(this.cluster, "node", this.name);
		this.supervisor = this.chance.uuid();
		await this.cluster.psql(this.name, `
			INSERT INTO app_user (id, login, name, role, password_hash)
			VALUES ('${this.supervisor}', 'sup', 'Ръководител', 'supervisor',
			    '${PASSWORD_HASH}');`);
		this.service = await login(this.cluster, `${this.name}_service`,
			"zaedno_node_service", this.name);
		this.courier = await login(this.cluster, `${this.name}_courier`,
			"zaedno_node_courier", this.name);
		this.owner = await superuser(this.cluster, this.name);
		return this;
	}

	async close() {
		this.owner.destroy();
		this.service.destroy();
		this.courier.destroy();
		await database.dropDatabase(this.cluster, this.name);
	}

	/** The date of these summaries has passed, by the clock here too. */
	async date(summaries) {
		for (const summary of summaries)
			if (this.held.has(summary))
				this.held.get(summary).due = true;
		if (summaries.length > 0)
			await this.owner.segment([{ args: [`{${summaries}}`],
				sql: "UPDATE mirror SET doc = jsonb_set(doc, '{until}', " +
				"to_jsonb(rfc3339(statement_timestamp() - interval '1 ms'))) " +
				"WHERE id = ANY ($1::uuid[]) AND doc IS NOT NULL" }]);
	}

	/** The hub has not been heard of for longer than the lease. */
	async lease() {
		await this.owner.segment([{ args: [],
			sql: "UPDATE hub_link SET last_feed_at = " +
			"statement_timestamp() - mirror_lease - interval '1 s'" }]);
		this.leased = false;
	}

	/** Takes a page of the hub's; a chain that does not follow is told. */
	read(body) {
		const page = JSON.parse(body);
		const chain = { ...this.chain };
		for (const { seq, prev_seq: prev, recipient } of page.events) {
			if (prev !== chain[recipient])
				throw new Error(`event ${seq} follows ${prev}, ` +
					`not ${chain[recipient]}, in the chain "${recipient}"`);
			chain[recipient] = seq;
		}
		this.page = page;
	}

	/** Applies the page in the node's database; the same in memory. */
	async apply() {
		const { events, cursor, feed_id: feed, at } = this.page;
		await this.courier.segment([{ sql: FEED_APPLY,
			args: [JSON.stringify(events), cursor, feed, at] }]);
		for (const { kind, id, op, version, seq, recipient } of events) {
			this.chain[recipient] = seq;
			if (kind === "summary")
				this.#take(id, op, version);
		}
		const [, seq, tag] = cursor.split(".");
		this.cursor = { feed, seq, tag };
		this.leased = true;
		this.page = undefined;
		if (this.again && events.length === 0)
			await this.#readAgain();
		if (!this.again && Number(seq) >= this.behind)
			this.behind = 0;
		return events.length;
	}

	/* Withdrawn and erased win: a tombstone yields to nothing older. */
	#take(id, op, version) {
		this.again?.add(id);
		if (op !== "put") {
			this.held.delete(id);
			this.gone.set(id, version);
		} else if (!this.held.has(id) && this.gone.get(id) > version) {
			return;
		} else {
			this.held.set(id, { version, due: false });
		}
	}

	/** The feed is read again from the start. */
	async resync() {
		await this.courier.segment([{ sql: "SELECT feed_resync_begin()", args: [] }]);
		this.cursor = undefined;
		this.chain = { own: 0, all: 0 };
		this.again = new Set();
	}

	async #readAgain() {
		await this.courier.segment([{ sql: "SELECT feed_resync_end()", args: [] }]);
		for (const [id, { version }] of this.held)
			if (!this.again.has(id))
				this.#take(id, "purge", version);
		this.again = undefined;
	}

	/** What a dump has: all of it, at one moment. */
	async backup() {
		await this.owner.segment(TABLES.flatMap((table) => [
			{ sql: `DROP TABLE IF EXISTS kept_${table}`, args: [] },
			{ sql: `CREATE TABLE kept_${table} AS TABLE ${table}`, args: [] }]));
		const { cursor, chain, held, gone, again, leased } = this;
		this.kept = structuredClone({ cursor, chain, held, gone, again, leased });
	}

	/** Its database is that of the backup; a page on its way finds nobody. */
	async restore() {
		await this.owner.segment([
			{ sql: `TRUNCATE ${TABLES}`, args: [] },
			...TABLES.map((table) => ({ args: [],
				sql: `INSERT INTO ${table} OVERRIDING SYSTEM VALUE ` +
					`SELECT * FROM kept_${table}` }))]);
		const behind = Math.max(this.behind, Number(this.cursor?.seq ?? 0));
		Object.assign(this, structuredClone(this.kept), { page: undefined, behind });
	}

	async receipts() {
		const [rows] = await this.courier.segment([{ sql: RECEIPTS, args: [] }]);
		return rows.map(([id, summary, at, ...event]) =>
			({ id, summary, at, event }));
	}

	async delivered(ids) {
		await this.courier.segment([{ sql: DELIVERED, args: [`{${ids}}`] }]);
	}

	/** Which of these summaries do people there find? id -> version. */
	async visible(ids) {
		const results = await this.service.segment([
			{ sql: CALLER_SQL, args: [this.organisation, this.supervisor,
				"supervisor", "property", this.chance.uuid()] },
			{ sql: VISIBLE, args: [`{${ids}}`] }]);
		return new Map(results.at(-1).map(([id, version]) => [id, Number(version)]));
	}
}

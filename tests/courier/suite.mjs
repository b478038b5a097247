// One node's database and its courier, joined to an invented hub.

import { after } from "node:test";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { openCluster } from "../../deploy/demo/cluster.mjs";
import * as database from "../../deploy/demo/database.mjs";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { signingKey } from "../../deploy/demo/keys.mjs";
import { lockState, privateDir, stateDir } from "../../deploy/demo/place.mjs";
import { component, installPrograms, writeConfig } from "../../deploy/demo/service.mjs";
import { InventedHub } from "./hub.mjs";

const dir = stateDir("test-courier");
lockState(dir);
fs.rmSync(path.join(dir, "log"), { recursive: true, force: true });
const cluster = await openCluster(dir);
await cluster.start();
await database.ensureRoles(cluster);
await database.ensureTemplate(cluster, "node");
const app = installPrograms(dir);
const running = new Set();

after(async () => {
	await Promise.all([...running].map((stop) => stop()));
	await cluster.stop();
});

/** A fresh node's database with its courier (not started) and a hub. */
export async function place(name, settings = {}) {
	const home = privateDir(path.join(dir, name)), base = `courier_${name}`;
	await database.dropDatabase(cluster, base);
	await database.copyTemplate(cluster, "node", base);
	const keys = {
		assertion_key_file: signingKey(path.join(home, "assertion.pem")),
		receipt_key_file: signingKey(path.join(home, "receipt.pem")),
	};
	const config = writeConfig(path.join(home, "courier.conf"), {
		courier_database: await database.ensureLogin(
			cluster, `courier_${name}`, "zaedno_node_courier", base, home),
		...keys, log_level: "debug", ...settings,
	});
	const make = () => component({
		name, dir: home, config, program: path.join(app, "zaedno-courier"),
		log: path.join(cluster.logs, `${name}.log`),
	});
	const self = {
		home, keys, make, courier: make(), hub: await new InventedHub().start(),
		log: () => fs.readFileSync(path.join(cluster.logs, `${name}.log`), "utf8"),
		sql: (text, variables) => cluster.psql(base, text, variables),
	};
	running.add(async () => {
		await self.courier.stop();
		await self.hub.stop().catch(() => {});
	});
	return withQueue(self);
}

function withQueue(self) {
	/** Waits until a query answers `wanted`. */
	self.until = (query, wanted, ms) => waitUntil(`${query} = ${wanted}`,
		async () => await self.sql(query) === String(wanted), ms);
	/** Asks to join; answers when the hub has agreed. */
	self.join = async () => {
		await self.sql(`UPDATE hub_link SET state = 'joining', hub_url = :'url',
			code = 'one-time-code'; NOTIFY outbox;`, { url: self.hub.url });
		await self.until("SELECT state FROM hub_link", "joined");
		return self;
	};
	/** Queues items {subject, lane, path, body, if_match, depends_on}; ids. */
	self.queue = async (...items) => (await self.sql(`
		INSERT INTO outbox (operation, method, path, body, subject, lane, if_match,
		                    depends_on, actor)
		SELECT 'other', 'PUT', path, body, subject, coalesce(lane, 'normal'),
		       if_match, depends_on, '0b000000-0000-4000-8000-00000000000b;practitioner'
		FROM jsonb_to_recordset(:'items'::jsonb) AS x (path text, body jsonb,
		     subject uuid, lane text, if_match text, depends_on bigint)
		RETURNING id; NOTIFY outbox;`, {
		items: JSON.stringify(items.map((item) =>
			({ subject: randomUUID(), path: "/v1/x", body: {}, ...item }))),
	})).split("\n").map(Number);
	/** "state status code" of an item. */
	self.item = (id) => self.sql(`SELECT concat_ws(' ', state, last_status, last_code)
		FROM outbox WHERE id = ${id}`);
	self.settled = (id, wanted, ms) => waitUntil(`item ${id} ${wanted}`,
		async () => (await self.item(id)).startsWith(wanted), ms);
	return self;
}

/** A place whose courier runs and has joined. */
export async function joined(name, settings) {
	const self = await place(name, settings);
	await self.courier.start();
	return self.join();
}

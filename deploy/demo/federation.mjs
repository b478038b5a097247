// One hub and its nodes, each with a database, a role and a courier of its
// own, on one private cluster.

import path from "node:path";
import { privateDir } from "./place.mjs";
import * as database from "./database.mjs";
import { sealingKey, signingKey } from "./keys.mjs";
import { component, installPrograms, writeConfig } from "./service.mjs";
import { NODES } from "./invented.mjs";

/**
 * Prepares databases and configuration; starts nothing.
 *
 * @param options {cluster, ports: [hub, node…], names?, settings?, anew?};
 *   settings: {hub: {…}, node: {…}, courier: {…}, <name>: {…}} are added to
 *   the configuration files; anew: drop what is there
 * @returns {hub, nodes: {name: {service, courier, …}}, fresh, components}
 */
export async function layOut({
	cluster, ports, names = Object.keys(NODES), settings = {}, anew = false,
}) {
	await database.ensureRoles(cluster);
	const digests = Object.fromEntries(await Promise.all(["hub", "node"].map(
		async (project) => [project, await database.ensureTemplate(cluster, project)])));
	const app = installPrograms(cluster.dir);
	const all = ["hub", ...names].map((name, i) => ({
		name, port: ports[i], url: `http://127.0.0.1:${ports[i]}`,
		project: name === "hub" ? "hub" : "node",
		database: `zaedno_${name}`, dir: path.join(cluster.dir, name),
	}));
	const fresh = await ensureDatabases(cluster, all, digests, anew);
	const made = {};
	for (const place of all)
		made[place.name] = place.project === "hub"
			? await layOutHub(cluster, app, place, settings.hub)
			: await layOutNode(cluster, app, place, settings);
	return federation(made, all, cluster, digests, fresh);
}

/* All or none: a half of a federation is of no use. */
async function ensureDatabases(cluster, all, digests, anew) {
	const current = await Promise.all(all.map((place) =>
		database.isCurrent(cluster, place.database, digests[place.project])));
	if (!anew && current.every(Boolean))
		return false;
	for (const place of all)
		await database.dropDatabase(cluster, place.database);
	for (const place of all)
		await database.copyTemplate(cluster, place.project, place.database);
	return true;
}

async function layOutHub(cluster, app, place, settings) {
	privateDir(place.dir);
	const config = writeConfig(path.join(place.dir, "hub.conf"), {
		listen: `127.0.0.1:${place.port}`,
		issuer: place.url,
		database: await database.ensureLogin(
			cluster, "hub", "zaedno_hub_service", place.database, place.dir),
		signing_key_file: signingKey(path.join(place.dir, "signing.pem")),
		...settings,
	});
	return {
		...place, config,
		service: component({
			name: "hub", program: path.join(app, "zaedno-hub"), dir: place.dir,
			url: place.url, config, log: path.join(cluster.logs, "hub.log"),
		}),
	};
}

async function layOutNode(cluster, app, place, settings) {
	const { name, dir } = place;
	privateDir(dir);
	const login = (kind, group) => database.ensureLogin(
		cluster, `${kind}_${name}`, group, place.database, dir);
	const keys = {
		assertion_key_file: signingKey(path.join(dir, "assertion.pem")),
		receipt_key_file: signingKey(path.join(dir, "receipt.pem")),
	};
	const config = writeConfig(path.join(dir, "node.conf"), {
		listen: `127.0.0.1:${place.port}`,
		issuer: place.url,
		database: await login("node", "zaedno_node_service"),
		signing_key_file: signingKey(path.join(dir, "signing.pem")),
		identity_key_file: sealingKey(path.join(dir, "identity.key")),
		...keys, ...settings.node, ...settings[name],
	});
	const courierConfig = writeConfig(path.join(dir, "courier.conf"), {
		courier_database: await login("courier", "zaedno_node_courier"),
		...keys, ...settings.courier,
	});
	const common = { dir };
	return {
		...place, config, courierConfig,
		service: component({
			...common, name, program: path.join(app, "zaedno-node"), config,
			url: place.url, log: path.join(cluster.logs, `${name}.log`),
		}),
		courier: component({
			...common, name: `courier-${name}`, config: courierConfig,
			program: path.join(app, "zaedno-courier"),
			log: path.join(cluster.logs, `courier-${name}.log`),
		}),
	};
}

function federation(made, all, cluster, digests, fresh) {
	const { hub, ...nodes } = made;
	const components = [hub.service,
		...Object.values(nodes).flatMap((node) => [node.service, node.courier])];
	return {
		cluster, hub, nodes, fresh, components,
		start: () => Promise.all(components.map((part) => part.start())),
		stop: () => Promise.all(components.map((part) => part.stop())),
		/** From now on the databases count as complete. */
		markCurrent: () => Promise.all(all.map((place) => database.markCurrent(
			cluster, place.database, digests[place.project]))),
	};
}

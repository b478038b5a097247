// What a visitor needs: var/demo.json, and the same on the terminal.

import fs from "node:fs";

const signIns = (users) => Object.fromEntries(Object.entries(users).map(
	([role, { login, password, totp_secret }]) =>
		[role, { login, password, totp_secret: totp_secret ?? null }]));

/** Writes addresses and sign-ins, readable for the one who started the demo. */
export function writeDemoFile(file, { hub, nodes }, state) {
	const demo = {
		hub: { url: hub.url, users: signIns(state.hub.users) },
		nodes: Object.fromEntries(Object.values(nodes).map(({ name, url }) => [name, {
			url, organisation_id: state.nodes[name].organisation_id,
			users: signIns(state.nodes[name].users),
		}])),
	};
	fs.rmSync(file, { force: true });
	fs.writeFileSync(file, `${JSON.stringify(demo, null, "\t")}\n`, { mode: 0o600 });
}

const TITLES = {
	hub: "Регионален център за обмен / regional hub",
	odz: "Отдел „Закрила на детето“ / child protection department",
	school: "Училище / school",
	csc: "Център за обществена подкрепа / community support centre",
	ngo: "Неправителствена организация / NGO",
};

function printPlace({ name, url }, users) {
	console.log(`\n${TITLES[name] ?? name}\n  ${url}  (${url}/reference)`);
	for (const [role, user] of Object.entries(users))
		console.log(`    ${role.padEnd(13)} ${user.login} / ${user.password}` +
			(user.totp_secret ? `  TOTP ${user.totp_secret}` : ""));
}

/** Prints addresses and sign-ins in Bulgarian and English. */
export function announce({ hub, nodes }, state, seconds) {
	console.log(`\nЗаедно работи / Zaedno is running (${seconds.toFixed(1)} s)`);
	printPlace(hub, state.hub.users);
	for (const node of Object.values(nodes))
		printPlace(node, state.nodes[node.name].users);
	console.log("\nВсички имена и случаи са измислени. / " +
		"All names and cases are invented." +
		"\nАдреси и пароли: / Addresses and passwords: var/demo.json" +
		"\nСпиране: Ctrl-C / Stop: Ctrl-C");
}

// Who asks the hub in the matrix, and about what.

import { randomUUID } from "node:crypto";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { signIn } from "../../deploy/demo/signin.mjs";
import { freshVisitor } from "../lib/family.mjs";
import { enrolledOrganisation, newKey, sign } from "../lib/organisation.mjs";
import { sample } from "../lib/samples.mjs";
import { cluster, federation, hub, hubAs, state } from "../lib/suite.mjs";

const PASSWORD = "друга-дълга-примерна-парола";
const base = federation.hub.database;
const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

/* Roles of people who sign in, of the code list. */
export const PEOPLE = ["admin", "coordinator", "board", "council", "analyst",
	"facilitator", "expert", "ministry", "auditor"];

async function personOf(role, organisation) {
	const admin = await hubAs("admin");
	const id = uuid7(), login = `m${id.slice(-12)}`;
	const { body } = await admin.call("createUser", {
		params: { id }, body: {
			login, name: "Човек Изпитателен", role, password: PASSWORD,
			...organisation && { organisation_id: organisation },
		},
	}, 201);
	return { id, login, password: PASSWORD, totp_secret: body.totp_secret ?? null };
}

const sessionOf = async (user) =>
	(await signIn(federation.hub.url, user)).access_token;

async function personCaller(role) {
	const organisation = role === "coordinator" ? state.team : undefined;
	const user = await personOf(role, organisation);
	const token = await sessionOf(user);
	return {
		name: role, role, user, token, api: hub.as(token), standing: "good",
		scopes: claimsOf(token).scope.split(" "), org: organisation && { id: organisation },
	};
}

async function nodeCaller(name, org, standing = "good") {
	const { token } = await org.api();
	return {
		name, org, token, api: hub.as(token), standing,
		scopes: claimsOf(token).scope.split(" "),
	};
}

/* A family's visit to a consent that is none of the rows'. */
async function familyCaller() {
	const api = await freshVisitor();
	return {
		name: "family", role: "family", token: api.token, api, standing: "good",
		scopes: claimsOf(api.token).scope.split(" "),
	};
}

/* What a caller is to a row, by its organisation alone. */
const relation = (caller) => (row) => {
	const id = caller.org?.id;
	if (id === undefined)
		return caller.role;
	return row.holder?.id === id ? "holder"
		: row.named?.includes(id) ? "recipient"
			: row.former?.includes(id) ? "former" : "none";
};

async function consentRow(name, { holder, named, former = [], under }) {
	const all = Object.fromEntries([...named, ...former].map((id) => [id, ["basics", "help"]]));
	const consent = await holder.consent(all);
	const summary = await holder.publish(consent.id);
	if (former.length > 0) {
		const claims = {
			...consent.claims, version: 2,
			recipients: consent.claims.recipients.filter((r) => named.includes(r.organisation_id)),
		};
		await (await holder.api()).call("putConsent", {
			params: { id: consent.id }, body: { receipt: await sign(holder.receipt, claims) },
		}, 200);
		consent.claims = claims;
	}
	if (under === "expired") // as if time had passed
		await cluster.psql(base, `
			UPDATE consent SET until = now(), starts_at = now() - interval '1 day'
			WHERE id = '${consent.id}';
			UPDATE consent_recipient SET live_until = now() WHERE consent_id = '${consent.id}';
			UPDATE summary SET until = now() WHERE consent_id = '${consent.id}';`);
	if (under === "withdrawn")
		await (await holder.api()).call("withdrawConsent",
			{ params: { id: consent.id }, body: { capacity: "parent" } }, 200);
	return {
		name, holder, named, former, claims: consent.claims,
		ids: { consent: consent.id, summary, pseudonym: consent.claims.case_pseudonym },
	};
}

const absent = () => ({
	name: "absent", ids: { consent: uuid7(), summary: uuid7(), organisation: uuid7(),
		service: uuid7(), user: uuid7(), key: randomUUID() },
});

const TABLES = ["consent", "consent_recipient", "summary", "withdrawal", "delivery",
	"organisation", "service", "organisation_key", "enrolment_code", "app_user",
	"feed"];

/*
 * The state of what the matrix may not change, by table: what these
 * organisations have.  The sweep ends what has expired when it comes to it, so
 * those ids are left out.
 */
async function snapshot(of, without) {
	const rows = await cluster.psql(base, TABLES.map((name) => `
		SELECT '${name}', count(*), md5(coalesce(string_agg(t::text, E'\\n'
		ORDER BY t::text), '')) FROM ${name} t
		WHERE t::text !~ '${without.join("|")}'
		${name === "app_user" ? "" : `AND t::text ~ '${of.join("|")}'`};`).join(""));
	return rows.split("\n");
}

/** All callers and rows, made once. */
export async function hubWorld() {
	const made = await Promise.all(Array.from({ length: 8 }, enrolledOrganisation));
	const [holder, recipient, former, other, heldBack, shutOut, late, gone] = made;
	const named = [recipient.id, late.id, gone.id, state.team];
	const consents = {
		active: { holder, named },
		unnamed: { holder, named: [former.id] },
		dropped: { holder, named: [former.id], former: named },
		withdrawn: { holder, named, under: "withdrawn" },
		expired: { holder, named, under: "expired" },
		of_suspended: { holder: heldBack, named },
		of_blocked: { holder: shutOut, named },
	};
	const rows = await Promise.all(Object.entries(consents)
		.map(([name, options]) => consentRow(name, options)));

	const service = async (org) => {
		const id = uuid7();
		await (await org.api()).call("putService", {
			params: { id: org.id, service_id: id }, body: { kind: "therapy", name: "Услуга" },
		}, 201);
		return id;
	};
	const places = await Promise.all([["own", holder], ["suspended", heldBack],
		["blocked", shutOut]].map(async ([name, org]) => ({
		name, holder: org, ids: { organisation: org.id, service: await service(org) },
		about: (await (await org.api()).call("getOrganisation",
			{ params: { id: org.id } }, 200)).body,
	})));
	const someone = await personOf("analyst");
	const users = [{ name: "person", user: someone.id, ids: { user: someone.id } }];

	const callers = [
		await nodeCaller("holder", holder), await nodeCaller("recipient", recipient),
		await nodeCaller("other", other),
		await nodeCaller("suspended holder", heldBack, "suspended"),
		await nodeCaller("blocked holder", shutOut, "blocked"),
		await nodeCaller("suspended recipient", late, "suspended"),
		await nodeCaller("blocked recipient", gone, "blocked"),
		...await Promise.all(PEOPLE.map(personCaller)),
		...await Promise.all([["ended", "coordinator"], ["ended", "admin"],
			["disabled", "coordinator"], ["disabled", "admin"]].map(async ([standing, role]) =>
			({ ...await personCaller(role), name: `${standing} ${role}`, standing }))),
		await familyCaller(),
		{ name: "no token", standing: "none", scopes: [], token: null },
		{ name: "garbage", standing: "garbage", scopes: [], token: "a.b.c" },
	];
	for (const caller of callers)
		caller.relation = relation(caller);
	const admin = await hubAs("admin");
	for (const { name, org, api, user } of callers) {
		const status = name.split(" ")[0];
		if (["suspended", "blocked"].includes(status))
			await admin.call("setOrganisationStatus",
				{ params: { id: org.id }, body: { status, reason: "Изпитание." } }, 200);
		if (status === "ended")
			await api.call("signOut", {}, 204);
		if (status === "disabled")
			await admin.call("updateUser",
				{ params: { id: user.id }, ifMatch: 1, body: { state: "disabled" } }, 200);
	}
	await once.user;
	await waitUntil("all is in the feed", async () =>
		await cluster.psql(base, "SELECT count(*) FROM event_queue") === "0");

	const subjects = {
		consent: rows, summary: rows, organisation: places, service: places, user: users,
		key: [{ name: "own", holder, ids: {} }],
	};
	return {
		callers, anybody: hub,
		snapshot: () => snapshot(made.map(({ id }) => id), Object.values(
			rows.find((row) => row.name === "expired").ids)),
		consents: rows, named,
		rows: (subject) => [...subjects[subject], absent()],
		about: (operation, caller, row) => about(operation, caller, row, { holder, recipient, former }),
		/* A row like the given one, for a cell that changes it. */
		fresh: async (subject, row) => {
			if (row.name === "absent")
				return absent();
			if (subject === "consent" || subject === "summary")
				return freshConsent(row);
			if (subject === "service")
				return { ...row, ids: { ...row.ids, service: await serviceBy(row, admin) } };
			if (subject === "user") {
				const user = await personOf("analyst");
				return { ...row, user: user.id, ids: { user: user.id } };
			}
			return row;
		},
		again: async (caller, operation) => {
			if (operation.operationId === "endFamilySession")
				return { ...caller, ...await familyCaller() };
			if (operation.operationId !== "signOut" || !caller.user)
				return caller;
			const { token, api } = await personCaller(caller.role);
			return { ...caller, token, api };
		},
	};

	async function serviceBy(row) {
		const id = uuid7();
		await admin.call("putService", {
			params: { id: row.ids.organisation, service_id: id },
			body: { kind: "therapy", name: "Услуга" },
		}, 201);
		return id;
	}

	/* Who may no longer share can make no row: theirs is the one there is. */
	async function freshConsent(row) {
		const { former: were = [], ...rest } = consents[row.name];
		const without = (list) => list.filter((id) => id !== gone.id);
		const options = { ...rest, named: without(rest.named), former: without(were) };
		if (!["of_suspended", "of_blocked"].includes(row.name))
			return consentRow(row.name, options);
		return rows.find((one) => one.name === row.name);
	}
}

/* The last event that an organisation was sent about a summary. */
async function lastWord(summary, org) {
	const [version, feed_id, seq, tag] = (await cluster.psql(base, `
		SELECT f.version, h.feed_id, f.seq, f.tag FROM feed f, feed_head h
		WHERE f.ref = '${summary}' AND f.recipient = '${org.id}'
		ORDER BY f.seq DESC LIMIT 1;`)).split("|");
	return tag ? { version: Number(version), feed_id, seq: Number(seq), tag } : { version: 9 };
}

/** The options of a request about a row, as the caller would send it. */
async function about(operation, caller, row, { holder, former }) {
	const org = caller.org?.receipt ? caller.org : holder;
	const options = await sample("hub", operation, org);
	const { consent, summary, organisation, service, user } = row.ids;
	const { operationId: id } = operation;
	if (consent && /\/(consents|withdrawals)\/\{id\}/.test(operation.template))
		options.params.id = consent;
	if (summary && /\/summaries\/\{id\}/.test(operation.template))
		options.params.id = summary;
	if (organisation && /\/organisations\/\{id\}/.test(operation.template))
		options.params.id = organisation;
	if (service && options.params.service_id)
		options.params.service_id = service;
	if (user && /\/users\/\{id\}/.test(operation.template))
		options.params.id = user;
	if (id === "putConsent") {
		const mine = row.holder && row.holder.id === org.id;
		const claims = org.receiptClaims({ [former.id]: ["help"] }, {
			...mine && { ...row.claims, until: org.receiptClaims({}).until },
			consent_id: consent, version: mine ? row.claims.version + 1 : 1, iss: org.id,
		});
		options.body = { receipt: await sign(org.receipt, claims) };
	}
	if (id === "putSummary")
		options.body = { ...options.body, consent_id: consent, version: 2 };
	if (id === "recordPurge")
		options.body = { receipt: await org.purgeReceipt(summary, await lastWord(summary, org)) };
	if (id === "putOrganisation" && row.name !== "absent")
		options.body = Object.fromEntries(Object.keys(options.body)
			.map((name) => [name, row.about[name]]));
	if (id === "putKey" && org !== caller.org) {
		const key = await newKey();
		options.params = { ...options.params, kid: options.params.kid ?? key.kid };
	}
	if (id === "signIn")
		options.body = { login: (await once.user).login, password: PASSWORD };
	return options;
}
const once = { get user() { return (once.made ??= personOf("analyst")); } };

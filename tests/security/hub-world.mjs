// Who asks the hub in the matrix, and about what.

import { randomUUID } from "node:crypto";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { signIn } from "../../deploy/demo/signin.mjs";
import { get, invite, newRegion, requestBody, requested, step } from "../lib/coordination.mjs";
import { freshVisitor } from "../lib/family.mjs";
import { lasting } from "../lib/lasting.mjs";
import { enrolledOrganisation, newKey, sign } from "../lib/organisation.mjs";
import { newAction, newGoal, putPlan } from "../lib/plan.mjs";
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

async function personCaller(role, organisation = role === "coordinator" ? state.team : undefined) {
	const user = await personOf(role, organisation);
	const token = await sessionOf(user);
	return {
		name: role, role, user, token, api: hub.as(token, () => lasting(token, hub.url)), standing: "good",
		scopes: claimsOf(token).scope.split(" "), org: organisation && { id: organisation },
	};
}

async function nodeCaller(name, org, standing = "good") {
	const { token } = await org.api();
	return {
		name, org, token, api: hub.as(token, () => lasting(token, hub.url)), standing,
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
	if (row.region)
		return row.holder?.id === id ? "holder" : row.region === id
			? caller.user?.id === row.user ? "coordinator" : "colleague"
			: row.members.includes(id) ? row.member ?? "member" : "none";
	return row.holder?.id === id ? "holder"
		: row.named?.includes(id) ? "recipient"
			: row.former?.includes(id) ? "former" : "none";
};

async function consentRow(name, { holder, named, former = [], under }) {
	const all = Object.fromEntries([...named, ...former].map((id) => [id, ["basics", "help", "plan"]]));
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

/* A plan with a goal, and an action of the holder's. */
async function plannedIn(api, id, holder) {
	await putPlan(api, id);
	return { goal: await newGoal(api, id), action: await newAction(api, id, holder) };
}

/*
 * A coordination of a consent of its own.  What its members are to it now:
 * they have left ("former"), their consent has been withdrawn ("ended"), their
 * holder is blocked ("hidden").
 */
async function coordinationRow(name, { holder, named, invited = [], under, region, member }) {
	const { claims, ids } = await consentRow(name,
		{ holder, named: [...named, region.id].map((one) => one.id ?? one) });
	const id = await requested(holder, ids.summary, { region: region.id });
	await step(region.api, id, { step: "accept", criteria_discussed: true });
	for (const org of invited) {
		await invite(region.api, id, org);
		for (const answer of { forming: ["accepted"], left: ["accepted", "left"] }[under] ?? [])
			await (await org.api()).call("answerInvitation", { params: { id },
				body: { answer, ...answer === "left" && { reason: "Изпитание." } } }, 200);
	}
	const plan = await plannedIn(region.api, id, holder);
	if (name === "suspended")
		await (await holder.api()).call("withdrawConsent",
			{ params: { id: ids.consent }, body: { capacity: "parent" } }, 200);
	return {
		name, holder, claims, member, region: region.id, user: region.users[0],
		members: invited.map((org) => org.id),
		version: (await get(region.api, id)).version, ids: { ...ids, coordination: id, ...plan },
	};
}

async function regionOf(caller) {
	const colleague = await personOf("coordinator", caller.org.id);
	return { id: caller.org.id, api: caller.api, caller, users: [caller.user.id, colleague.id] };
}

async function absenceRow(name, region) {
	const id = uuid7();
	const body = { user_id: region.users[0], first_day: "2026-01-15",
		last_day: "2026-01-16", substitute: region.users[1] };
	await region.api.call("putAbsence", { params: { id }, body }, 201);
	return { name, region: region.id, user: region.users[0], members: [], body, ids: { absence: id } };
}

async function deadlinesRow(name) {
	const board = await hubAs("board");
	if (name === "adopted") {
		const { body } = await board.call("listDeadlineSets", {}, 200);
		return { name, ids: { deadlines: body.items.at(-1).id } };
	}
	const id = uuid7();
	await board.call("putDeadlineSet", { params: { id },
		...await sample("hub", { operationId: "putDeadlineSet", requestBody: true }), params: { id } }, 201);
	return { name, ids: { deadlines: id } };
}

const absent = () => ({
	name: "absent", ids: { coordination: uuid7(), goal: uuid7(), action: uuid7(), absence: uuid7(), deadlines: uuid7(),
		 consent: uuid7(), summary: uuid7(),
		organisation: uuid7(), service: uuid7(), user: uuid7(), key: randomUUID() },
});

const TABLES = ["consent", "consent_recipient", "summary", "withdrawal", "delivery",
	"organisation", "service", "organisation_key", "enrolment_code", "app_user",
	"coordination", "coordination_member", "action", "action_progress", "feed"];

/* Whose token has ended signs in again meanwhile. */
const MOVING = { app_user: "to_jsonb(t) - 'totp_step'" };

/*
 * The state of what the matrix may not change, by table: what these
 * organisations have.  The sweep ends what has expired when it comes to it, so
 * those ids are left out.
 */
async function snapshot(of, without) {
	const rows = await cluster.psql(base, TABLES.map((name) => `
		SELECT '${name}', count(*), md5(coalesce(string_agg(x, E'\\n' ORDER BY x), ''))
		FROM ${name} t, LATERAL (SELECT (${MOVING[name] ?? "t"})::text AS x) y
		WHERE t::text !~ '${without.join("|")}'
		${name === "app_user" ? "" : `AND t::text ~ '${of.join("|")}'`};`).join(""));
	return rows.split("\n");
}

/** All callers and rows, made once. */
export async function hubWorld() {
	const made = await Promise.all(Array.from({ length: 9 }, enrolledOrganisation));
	const [holder, recipient, former, other, heldBack, shutOut, late, gone, spare] = made;
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
	const regions = { here: await regionOf(await personCaller("coordinator")),
		elsewhere: await regionOf(await personCaller("coordinator", (await newRegion()).id)) };
	const members = [recipient, late, gone], { here } = regions;
	const joint = {
		forming: { holder, invited: members, under: "forming" },
		invited: { holder, invited: members },
		others: { holder, invited: [former], under: "forming" },
		left: { holder, invited: members, under: "left", member: "former" },
		suspended: { holder, invited: members, under: "forming", member: "ended" },
		of_suspended: { holder: heldBack, invited: members, under: "forming" },
		of_blocked: { holder: shutOut, invited: members, under: "forming", member: "hidden" },
		elsewhere: { holder, invited: members, under: "forming", region: regions.elsewhere },
	};
	const jointRow = (name) => coordinationRow(name, { region: here, ...joint[name],
		named: [...joint[name].invited, spare].filter(({ id }) => !shut.has(id)),
		invited: joint[name].invited.filter(({ id }) => !shut.has(id)) });
	const shut = new Set(); // who can no longer come into a new one
	const coordinations = [];
	for (const name of Object.keys(joint))
		coordinations.push(await jointRow(name));
	const spares = await Promise.all(Array.from({ length: 24 }, () => jointRow("of_suspended")));
	const absences = [await absenceRow("region", here),
		await absenceRow("elsewhere", regions.elsewhere)];
	const sets = [await deadlinesRow("draft"), await deadlinesRow("adopted")];
	const someone = await personOf("analyst");
	const users = [{ name: "person", user: someone.id, ids: { user: someone.id } }];

	const callers = [
		await nodeCaller("holder", holder), await nodeCaller("recipient", recipient),
		await nodeCaller("other", other),
		await nodeCaller("suspended holder", heldBack, "suspended"),
		await nodeCaller("blocked holder", shutOut, "blocked"),
		await nodeCaller("suspended recipient", late, "suspended"),
		await nodeCaller("blocked recipient", gone, "blocked"),
		...await Promise.all(PEOPLE.map((role) =>
			role === "coordinator" ? here.caller : personCaller(role))),
		{ ...regions.elsewhere.caller, name: "coordinator elsewhere", region: regions.elsewhere },
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
		if (status === "suspended" || status === "blocked")
			shut.add(org.id);
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
		coordination: coordinations, absence: absences, deadlines: sets,
	};
	return {
		callers, anybody: hub,
		snapshot: () => snapshot(made.map(({ id }) => id), Object.values(
			rows.find((row) => row.name === "expired").ids)),
		consents: rows, named, coordinations: [...coordinations, ...spares],
		rows: (subject) => [...subjects[subject], absent()],
		about: (operation, caller, row) => about(operation, caller, row,
			{ holder, recipient, former, spare, regions }),
		/* A row like the given one, for a cell that changes it. */
		fresh: async (subject, row) => {
			if (row.name === "absent")
				return absent();
			if (subject === "consent" || subject === "summary")
				return freshConsent(row);
			if (subject === "coordination") // who may no longer ask has made some before
				return !shut.has(row.holder.id) ? jointRow(row.name)
					: row.name === "of_suspended" ? spares.shift() : row;
			if (subject === "absence")
				return absenceRow(row.name, row.name === "region" ? here : regions.elsewhere);
			if (subject === "deadlines")
				return deadlinesRow(row.name);
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

/* What is of a plan names it by itself, or in the body. */
function aboutPlan(id, options, { ids, holder }) {
	if (["putGoal", "rateGoal"].includes(id))
		options.params.id = ids.goal;
	if (/^[a-z]+Action$/.test(id))
		options.params.id = ids.action;
	if (["putGoal", "putWaymark", "putAction"].includes(id))
		options.body.coordination_id = ids.coordination;
	if (id === "putAction" && holder)
		options.body.organisation_id = holder.id;
	if (["putPlan", "putGoal", "putAction"].includes(id))
		options.ifMatch = 1;
	if (id === "reportAction")
		options.body = { state: "dropped", decided_by: "team", reason: "Край." };
}

/** The options of a request about a row, as the caller would send it. */
async function about(operation, caller, row, { holder, former, spare, regions }) {
	const org = caller.org?.receipt ? caller.org : holder;
	const options = await sample("hub", operation, org);
	const { consent, summary, organisation, service, user, coordination } = row.ids;
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
	if (coordination && /\/coordinations\/\{id\}/.test(operation.template))
		options.params.id = coordination;
	aboutPlan(id, options, row);
	if (id === "requestCoordination") {
		options.params.id = uuid7();
		options.body = requestBody(summary);
	}
	if (id === "takeCoordinationStep") {
		options.ifMatch = row.version ?? 1;
		options.body = { step: "close", reason: "Край.", closing: {
			outcome: "partly", family_view: "Доволни сме.", lesson: "Рано е добре." } };
	}
	if (id === "setCoordinationConsent")
		options.body.summary_id = summary;
	if (id === "inviteMember")
		options.params.organisation_id = spare.id;
	if (id === "removeMember" && row.members)
		options.params.organisation_id = row.members.at(-1);
	if (id === "nameCaseManager" && row.holder)
		options.body.organisation_id = row.holder.id;
	if (id === "assignCoordinator" || id === "putAbsence") {
		const place = caller.region ?? regions.here;
		options.body = id === "putAbsence"
			? row.region === place.id ? row.body : { ...options.body, user_id: place.users[0], substitute: place.users[1] }
			: { user_id: place.users[1] };
	}
	if (id === "putAbsence")
		options.params.id = row.ids.absence;
	if (/\/deadline-sets\/\{id\}/.test(operation.template))
		options.params.id = row.ids.deadlines;
	if (id === "putDeadlineSet" && row.name !== "absent")
		options.ifMatch = 1;
	if (id === "signIn")
		options.body = { login: (await once.user).login, password: PASSWORD };
	return options;
}
const once = { get user() { return (once.made ??= personOf("analyst")); } };

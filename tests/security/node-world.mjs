// Who asks a node in the matrix, and about what.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { signIn } from "../../deploy/demo/signin.mjs";
import { invite, requestBody, requested, step } from "../lib/coordination.mjs";
import { lasting } from "../lib/lasting.mjs";
import { CATEGORIES, enrolledOrganisation } from "../lib/organisation.mjs";
import { sample } from "../lib/samples.mjs";
import { cluster, federation, hubAs, node, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { arrived, newCase, newConsent, share } from "../lib/work.mjs";

const NODE = "school";
const PASSWORD = "друга-дълга-примерна-парола";
const place = federation.nodes[NODE];
const scopesOf = (token) =>
	JSON.parse(Buffer.from(token.split(".")[1], "base64url")).scope.split(" ");

async function newUser(role) {
	const id = uuid7(), login = `m${id.slice(-12)}`;
	const { body } = await (await nodeAs(NODE, "admin")).call("createUser", {
		params: { id },
		body: { login, name: "Служител Матричен", role, password: PASSWORD },
	}, 201);
	return { id, login, password: PASSWORD, totp_secret: body.totp_secret ?? null };
}

async function personCaller(name, role, standing = "good") {
	const user = await newUser(role);
	const { access_token: token } = await signIn(place.url, user);
	return { name, role, user, token, standing,
		api: node(NODE).as(token, () => lasting(token, place.url)), scopes: scopesOf(token) };
}

/* A case with all that can hang on it, worked on by `owner`. */
async function caseRow(name, owner) {
	const { api } = owner;
	const { id: caseId, person, version } = await newCase(api);
	const ids = {
		case: caseId, person, episode: uuid7(), outcome: uuid7(), signal: uuid7(), team: uuid7(),
		slip: uuid7(), word: uuid7(), voice: uuid7(), helper: uuid7(), grid: uuid7(),
	};
	const put = async (operationId, id, extra = {}, status = 201) => {
		const options = await sample("node", { operationId, parameters: [],
			requestBody: true }, undefined);
		return (await api.call(operationId, { params: { id }, ...extra,
			body: { ...options.body, ...extra.body } }, status)).body;
	};
	await put("putEpisode", caseId, { params: { id: caseId, episode_id: ids.episode } });
	await put("recordOutcome", caseId, { params: { id: caseId, outcome_id: ids.outcome } });
	await put("putNeeds", caseId, { ifMatch: version, body: { needs: [
		{ domain: "family", level: 2 }, { domain: "education", level: 1 }] } }, 200);
	await put("putVoice", caseId, { params: { id: caseId, voice_id: ids.voice } });
	await put("putHelper", caseId, { params: { id: caseId, helper_id: ids.helper } });
	const { columns } = await put("putGrid", caseId, { params: { id: caseId, grid_id: ids.grid } });
	[ids.child, ids.parent] = columns.map((column) => column.id);
	await put("createSignal", ids.signal, { body: { case_id: caseId } });
	await put("createTeamRecord", ids.team, { body: { case_id: caseId } });
	await put("putChildLimit", caseId);
	ids.consent = await newConsent(api, caseId,
		{ csc: ["basics", "help"], [state.team]: ["basics", "help"] });
	await put("createFamilyCodes", ids.slip, { body: { consent_id: ids.consent } });
	await cluster.psql(place.database, `INSERT INTO family_word (id, consent_id, capacity,
		kind, summary_id, organisation_id, category, said_at)
		VALUES ('${ids.word}', '${ids.consent}', 'parent', 'disagreement', '${ids.consent}',
		'${organisationId("csc")}', 'help', now());`);
	ids.summary = await share(api, ids.consent);
	if (name === "expired") // as if time had passed
		await cluster.psql(place.database, `UPDATE consent SET until = now(),
			valid_from = now() - interval '1 day' WHERE id = '${ids.consent}';`);
	if (name === "withdrawn")
		await api.call("withdrawConsent",
			{ params: { id: ids.consent }, body: { capacity: "parent" } }, 200);
	const versions = { case: Number((await api.call("getCase",
		{ params: { id: caseId } }, 200)).body.version), person: 1 };
	return { name, owner, ids, versions, version };
}

/* Summaries that another organisation has shared with this one. */
async function receivedRows(owner, supervisor) {
	const sender = await enrolledOrganisation();
	const self = organisationId(NODE);
	const make = async (name) => {
		const consent = await sender.consent({ [self]: ["basics", "help"] });
		const summary = await sender.publish(consent.id);
		return { name, consent: consent.id, ids: { received: summary } };
	};
	const rows = await Promise.all(["assigned", "unassigned", "withdrawn", "expired"].map(make));
	for (const row of rows) {
		await arrived(NODE, row.ids.received);
		if (row.name !== "unassigned") {
			row.owner = owner;
			await supervisor.call("assignReceivedSummary", {
				params: { id: row.ids.received }, body: { user_id: owner.user.id },
			}, 200);
		}
		await supervisor.call("getReceivedSummary", { params: { id: row.ids.received } }, 200);
		if (row.name === "withdrawn") {
			await (await sender.api()).call("withdrawConsent",
				{ params: { id: row.consent }, body: { capacity: "parent" } }, 200);
			await arrived(NODE, row.ids.received, "purged");
		}
	}
	await cluster.psql(place.database, `UPDATE mirror SET doc = jsonb_set(doc, '{until}',
		to_jsonb(rfc3339(now()))) WHERE id = '${rows.at(-1).ids.received}';`);
	return rows;
}

const until = (api, id, wanted) => waitUntil(`${id} as wanted`, async () => {
	const { status, body } = await api.call("getCoordination", { params: { id } });
	return wanted(status, body);
}, 15_000);

/* A coordination of a case of ours; or another's, whose team we are asked into. */
async function coordinationRow(name, owner, supervisor) {
	const coordinator = await hubAs("coordinator");
	if (name === "own") {
		const { ids } = await caseRow("active", owner);
		ids.coordination = uuid7();
		await owner.api.call("requestCoordination",
			{ params: { id: ids.coordination }, body: requestBody(ids.summary) }, 201);
		await until(owner.api, ids.coordination, (status, body) => body.coordination);
		return { name, owner, ids };
	}
	const sender = await enrolledOrganisation(), self = organisationId(NODE);
	const consent = await sender.consent({ [self]: CATEGORIES, [state.team]: CATEGORIES });
	const summary = await sender.publish(consent.id);
	const id = await requested(sender, summary);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, { id: self });
	await arrived(NODE, summary);
	await until(supervisor, id, (status) => status === 200);
	if (name !== "unassigned")
		await supervisor.call("assignReceivedSummary",
			{ params: { id: summary }, body: { user_id: owner.user.id } }, 200);
	if (name === "withdrawn") {
		await (await sender.api()).call("withdrawConsent",
			{ params: { id: consent.id }, body: { capacity: "parent" } }, 200);
		await until(supervisor, id, (status) => status === 410);
	}
	return { name, owner: name === "unassigned" ? undefined : owner,
		ids: { coordination: id, summary } };
}

/* What we want changed in a coordination of ours. */
async function changeRow(owner, supervisor) {
	const { ids } = await coordinationRow("own", owner, supervisor);
	ids.change = uuid7();
	await owner.api.call("putSharedChange", { params: { id: ids.change }, body: {
		operation: "takeCoordinationStep", params: { id: ids.coordination }, send: false,
		body: { step: "cancel", reason: "Не е нужно вече." }, base_version: 1,
	} }, 201);
	return { name: "draft", owner, ids: { change: ids.change } };
}

async function emergencies(reader, rows) {
	const out = [];
	for (const row of rows) {
		const id = uuid7();
		await reader.api.call("openEmergencyReading", {
			params: { id }, body: { case_id: row.ids.case, reason: "Детето е тук, колегата отсъства." },
		}, 201);
		out.push({ name: row.name, ids: { emergency: id } });
	}
	return out;
}

/* A task about a case, and one about the organisation. */
async function tasks(row) {
	const ids = { of_case: row.ids.case, of_organisation: organisationId(NODE) };
	const made = await cluster.psql(place.database, Object.entries(ids).map(([name, id]) => `
		WITH t AS (SELECT task_raise('consent_renewal', '${id}', now()))
		SELECT '${name}' FROM t;`).join(""));
	assert.equal(made.split("\n").length, 2);
	return Promise.all(Object.entries(ids).map(async ([name, subject]) => ({
		name, owner: name === "of_case" ? row.owner : undefined,
		ids: { task: await cluster.psql(place.database, `
			SELECT id FROM task WHERE subject = '${subject}' ORDER BY n DESC LIMIT 1;`) },
	})));
}

const NAMES = ["coordination", "change", "slip", "word", "task", "person", "case", "consent", "summary", "received", "signal", "team",
	"episode", "outcome", "voice", "helper", "grid", "child", "parent", "emergency", "notice", "user"];
const absent = () => ({
	name: "absent", ids: Object.fromEntries(NAMES.map((name) => [name, uuid7()])),
});

const TABLES = ["person", "person_index", "case_file", "need", "episode", "consent",
	"consent_version", "consent_recipient", "consent_signer", "summary", "outcome",
	"signal", "team_record", "received", "emergency_reading", "app_user", "retention",
	"notice", "erasure", "task", "coordination_request", "shared_change", "family_slip", "family_word", "child_limit",
	"need_history", "need_link", "voice", "helper", "nomination", "continuity", "grid",
	"connecting", "prompt_answer", "difficulty_check"];
/* What the courier hears of deliveries goes on meanwhile, and people sign in again. */
const MOVING = { app_user: "to_jsonb(t) - 'totp_step'",
	consent: "to_jsonb(t) - 'hub_at' - 'hub_version' - 'hub_withdrawn_at' - 'withdrawal_receipt'",
	summary: "to_jsonb(t) - 'hub_at' - 'hub_version'", family_slip: "to_jsonb(t) - 'hub_at'",
	shared_change: "to_jsonb(t) - 'state' - 'sealed' - 'version' - 'updated_at'" };

async function snapshot() {
	const rows = await cluster.psql(place.database, TABLES.map((name) => `
		SELECT '${name}', count(*), md5(coalesce(string_agg(x, E'\\n' ORDER BY x), ''))
		FROM (SELECT (${MOVING[name] ?? "t"})::text AS x FROM ${name} t) y;`).join(""));
	return rows.split("\n");
}

const relation = (caller) => (row) => {
	if (caller.role !== "practitioner")
		return caller.role ?? "none";
	return row.owner && row.owner.user.id === caller.user?.id ? "owner" : caller.as ?? "none";
};

/** All callers and rows, made once. */
export async function nodeWorld() {
	const admin = await nodeAs(NODE, "admin"), supervisor = await nodeAs(NODE, "supervisor");
	const owner = await personCaller("practitioner with the case", "practitioner");
	const reader = { ...await personCaller("practitioner in an emergency", "practitioner"),
		as: "emergency" };
	const ended = await personCaller("ended practitioner", "practitioner", "ended");
	const disabled = await personCaller("disabled practitioner", "practitioner", "disabled");
	const staff = await Promise.all(["supervisor", "dpo", "admin"].map(async (role) => {
		const api = await nodeAs(NODE, role);
		return { name: role, role, api, token: api.token, standing: "good",
			scopes: scopesOf(api.token) };
	}));
	const callers = [owner, await personCaller("practitioner without", "practitioner"), reader,
		...staff, ended, disabled,
		{ name: "no token", standing: "none", scopes: [], token: null },
		{ name: "garbage", standing: "garbage", scopes: [], token: "a.b.c" }];
	for (const caller of callers)
		caller.relation = relation(caller);

	const [cases, received, coordinations] = await Promise.all([
		Promise.all(["active", "withdrawn", "expired"].map((name) => caseRow(name, owner))),
		receivedRows(owner, supervisor),
		Promise.all(["own", "assigned", "unassigned", "withdrawn"]
			.map((name) => coordinationRow(name, owner, supervisor)))]);
	const open = await emergencies(reader, cases);
	const { body: { items: notices } } = await supervisor.call("listNotices", {}, 200);
	const { body: { items: officers } } = await (await nodeAs(NODE, "dpo")).call("listNotices", {}, 200);
	const someone = await newUser("practitioner");
	await ended.api.call("signOut", {}, 204);
	await admin.call("updateUser",
		{ params: { id: disabled.user.id }, ifMatch: 1, body: { state: "disabled" } }, 200);
	const subjects = {
		case: cases, received, emergency: open, coordination: coordinations,
		notice: [{ name: "of_supervisors", ids: { notice: notices[0].id } },
			{ name: "of_officers", ids: { notice: officers[0].id } }],
		task: await tasks(cases[0]),
		change: [await changeRow(owner, supervisor)],
		user: [{ name: "person", ids: { user: someone.id } }],
		rule: [{ name: "rule", ids: {} }],
	};
	const signing = await newUser("practitioner");
	await waitUntil("all is sent", async () => await cluster.psql(place.database,
		"SELECT count(*) FROM outbox WHERE state = 'queued'") === "0");
	return {
		callers, anybody: node(NODE), snapshot, cases, received, coordinations,
		rows: (subject) => [...subjects[subject], absent()],
		about: (operation, caller, row) => about(operation, caller, row, signing, cases[0]),
		fresh: async (subject, row) => {
			if (row.name === "absent")
				return absent();
			if (subject === "case")
				return caseRow(row.name, owner);
			if (subject === "coordination")
				return coordinationRow(row.name, owner, supervisor);
			if (subject === "change")
				return changeRow(owner, supervisor);
			if (subject === "task") // done once
				return (await tasks(await caseRow("active", owner)))
					.find((task) => task.name === row.name);
			if (subject === "user")
				return { ...row, ids: { user: (await newUser("practitioner")).id } };
			return row;
		},
		again: async (caller, operation) => operation.operationId === "signOut"
			? { ...caller, ...await personCaller(caller.name, caller.role) } : caller,
	};
}

const OF = [["/persons/", "person"], ["/subjects/", "person"], ["/cases/", "case"],
	["/consents/", "consent"], ["/summaries/", "summary"], ["/received/", "received"],
	["/signals/", "signal"], ["/coordinations/", "coordination"], ["/team-records/", "team"],
	["/family-codes/", "slip"], ["/family-words/", "word"],
	["/shared/{kind}/", "coordination"], ["/shared-changes/", "change"], ["/tasks/", "task"], ["/emergency-readings/", "emergency"], ["/notices/", "notice"], ["/users/", "user"]];
/* These make something new about the row: its id is in the body. */
const MAKES = {
	createCase: "person", createConsent: "case", createSignal: "case",
	createTeamRecord: "case", openEmergencyReading: "case", createFamilyCodes: "consent",
};

/* These are about what hangs on the case. */
const HANGS = {
	answerVoice: ({ params }, { voice }) => { params.voice_id = voice; },
	putNomination: ({ body }, { helper }) => { body.helper_id = helper; },
	putContinuity: ({ params }, { episode }) => { params.episode_id = episode; },
	getGrid: ({ params }, { grid }) => { params.grid_id = grid; },
	putConnection: ({ body }, { grid, child, parent }) => {
		Object.assign(body, { grid_id: grid, between: [child, parent] });
	},
};

/** The options of a request about a row, as the caller would send it. */
async function about(operation, caller, row, signing, mine) {
	const options = await sample("node", operation, undefined);
	const { operationId: id } = operation;
	const [, of] = OF.find(([part]) => operation.template.includes(`${part}{id}`)) ?? [];
	if (id in MAKES) {
		options.params.id = uuid7();
		options.body[`${MAKES[id]}_id`] = row.ids[MAKES[id]];
	} else if (of && row.ids[of]) {
		options.params.id = row.ids[of];
	}
	if (id === "createConsent")
		options.body.recipients[0].organisation_id = organisationId("csc");
	HANGS[id]?.(options, row.ids);
	if (options.ifMatch !== undefined)
		options.ifMatch = row.versions?.[of] ?? 1;
	if (id === "shareSummary") {
		options.body.consent_id = row.ids.consent;
		const { basics, help } = options.body.doc;
		options.body.doc = { basics, help };
		options.ifMatch = 1;
	}
	if (id === "previewSummary") {
		const { basics, help } = options.body.doc;
		options.body.doc = { basics, help };
	}
	if (id === "requestCoordination") {
		options.params.id = uuid7();
		options.body = requestBody(row.ids.summary);
	}
	if (id === "recordDifficultyCheck")
		options.body.definition_version = Number(await cluster.psql(place.database,
			"SELECT version FROM difficulty_definition_now();"));
	if (id === "getShared")
		options.params.kind = "coordination";
	if (id === "putSharedChange") {
		options.params.id = uuid7();
		options.body.params.id = row.ids.coordination;
	}
	if (id === "setCoordinationConsent")
		options.body.summary_id = row.ids.summary;
	if (id === "nameCaseManager")
		options.body.organisation_id = organisationId(NODE);
	if (id === "linkReceivedSummary")
		options.body.case_id = mine.ids.case;
	if (id === "assignReceivedSummary")
		options.body.user_id = mine.owner.user.id;
	if (id === "setRetention") {
		const dpo = await nodeAs(NODE, "dpo");
		const { body } = await dpo.call("listRetention", {}, 200);
		const { rule, version } = body.items.find((item) => item.rule === "audit_details");
		options.params.rule = row.name === "absent" ? randomUUID().slice(0, 8) : rule;
		options.ifMatch = version;
	}
	if (id === "signIn")
		options.body = { login: signing.login, password: signing.password };
	return options;
}

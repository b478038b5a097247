// For each operation a request that passes every check before the database,
// and about things that do not exist.

import { createHash, randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { consentBody } from "../../deploy/demo/seed.mjs";
import { CASES, moment } from "../../deploy/demo/stories.mjs";
import { checkout } from "../../deploy/demo/place.mjs";
import { federation } from "./suite.mjs";
import { DOC, enrolmentKey, issuer, newKey, organisationFields, sign } from "./organisation.mjs";

const DEADLINES = JSON.parse(fs.readFileSync(
	path.join(checkout, "api-spec/codelists/deadline.json"), "utf8"));
const PASSWORD = "дълга-примерна-парола";
const CODE = "0123-4567-89AB-CDEF";
const person = () => CASES.school[0].person;
const user = (role) => ({
	login: `s${randomUUID().slice(-12)}`, name: "Служител Измислен", role, password: PASSWORD,
});

/** The deadlines that the list of codes gives; `change` replaces some. */
export const deadlines = (change = {}) => ({
	...Object.fromEntries(DEADLINES.items.map(({ code, bg, en, ...span }) => [code, span])),
	...change,
});

/** A definition of a difficult case, by a board; `change` replaces members. */
export const definition = (change = {}) => ({
	criteria: { D1: { domains: 2 }, D3: { moves_12m: 2, moves_ever: 4 }, D4: {}, D9: {} },
	rule: [{ all: ["D4"], more: 1 }, { all: [], more: 3 }],
	note: "Както решихме на заседанието.", ...change,
});

const SHARED = {
	signIn: () => ({ login: "nobody", password: PASSWORD }),
	changePassword: () => ({ current: PASSWORD, password: `${PASSWORD}-нова` }),
	enrolTotp: () => ({ password: PASSWORD }),
	confirmTotp: () => ({ totp: "000000" }),
	updateUser: () => ({ name: "Служител Преименуван" }),
	withdrawConsent: () => ({ capacity: "parent" }),
};

const BODIES = {
	hub: {
		...SHARED,
		createUser: () => user("analyst"),
		putOrganisation: () => organisationFields(),
		setOrganisationStatus: () => ({ status: "active", reason: "Изпитание." }),
		putService: () => ({ kind: "therapy", name: "Услуга" }),
		enrolOrganisation: async () => ({
			code: CODE, keys: [await enrolmentKey(await newKey(), "assertion", CODE),
				await enrolmentKey(await newKey(), "receipt", CODE)],
		}),
		putKey: async (organisation, params) => ({
			purpose: "receipt", jwk: params.key.jwk, not_before: moment(2),
			proof: await sign(organisation.receipt, {
				token_use: "key", iss: organisation.id, kid: params.key.kid,
				purpose: "receipt", aud: issuer, iat: Math.floor(Date.now() / 1000),
			}),
		}),
		putConsent: async (organisation, params) => ({
			receipt: await sign(organisation.receipt, organisation.receiptClaims(
				{ [organisation.id]: ["help"] }, { consent_id: params.id })),
		}),
		putSummary: () => ({ consent_id: uuid7(), version: 1, doc: DOC }),
		recordWithdrawal: () => ({ capacity: "parent", received: "paper", reason: "holder_unreachable" }),
		recordOpening: () => ({ at: moment(0), role: "practitioner" }),
		putFamilyCodes: () => ({
			consent_id: uuid7(), capacity: "parent", signer: 0, feed_id: randomUUID(),
			issued_at: moment(0), codes: Array.from({ length: 6 }, () => randomBytes(32).toString("hex")),
		}),
		revokeFamilyCodes: () => ({ consent_id: uuid7() }),
		takeFamilyWord: () => ({ at: moment(0) }),
		answerFamilyWord: () => ({ text: "Благодарим." }),
		openFamilySession: () => ({ code: "0000 1111 2222 3333" }),
		disagreeWithFact: () => ({ summary_id: uuid7(), organisation_id: uuid7(), category: "help" }),
		sendFamilyWords: () => ({ text: "Искаме среща." }),
		putDeadlineSet: () => ({ deadlines: deadlines(), note: "Изпитание." }),
		adoptDeadlineSet: () => ({ decided_on: "2026-01-15", decision: "Протокол 1" }),
		putQuestion: () => ({ text: "Как се започва?", region: uuid7() }),
		assignQuestion: () => ({ user_id: uuid7() }),
		answerQuestion: () => ({ answer: "С кратка среща." }),
		adoptAnswer: () => ({ adopted: true, why: "Ще опитаме." }),
		putDifficultyDefinition: () => definition(),
		adoptDifficultyDefinition: () => ({ decided_on: "2026-01-15", decision: "Протокол 1" }),
		requestCoordination: () => ({
			summary_id: uuid7(), region: uuid7(), urgency: "soon", help_wanted: "advice",
		}),
		takeCoordinationStep: () => ({ step: "cancel", reason: "Изпитание." }),
		setCoordinationConsent: () => ({ summary_id: uuid7() }),
		inviteMember: () => ({ role: "подкрепа" }),
		answerInvitation: () => ({ answer: "accepted" }),
		nameCaseManager: () => ({ organisation_id: uuid7() }),
		assignCoordinator: () => ({ user_id: uuid7() }),
		putMeeting: () => ({
			kind: "discussion", starts_at: moment(1), minutes: 60, agenda: ["Обмяна на опит"],
		}),
		putMeetingSeries: () => ({
			kind: "discussion", every: "week", first: moment(1), times: 2, minutes: 60,
			agenda: ["Обмяна на опит"],
		}),
		cancelMeetingSeries: () => ({ reason: "Изпитание." }),
		putAgendaTemplate: () => ({ name: "Супервизия", agenda: ["Обмяна на опит"] }),
		putHourPromise: () => ({
			region: uuid7(), quarter: `${new Date().getFullYear() + 1}-Q1`, hours: 12,
		}),
		cancelMeeting: () => ({ reason: "Изпитание." }),
		inviteToMeeting: () => ({ role: "психолог", reason: "Изпитание." }),
		answerMeeting: () => ({ answer: "accepted" }),
		recordMeeting: () => ({
			attendance: [{ organisation_id: uuid7(), role: "психолог", minutes: 60 }],
		}),
		putDecision: () => ({
			organisation_id: uuid7(), what: "Изпитание.", due: "2026-12-15", how_known: "Ще се види.",
		}),
		reportDecision: () => ({ state: "done", text: "Видя се." }),
		putAbsence: () => ({
			user_id: uuid7(), first_day: "2026-01-15", last_day: "2026-01-16", substitute: uuid7(),
		}),
		putReview: () => ({ coordination_id: uuid7(), result: "continue" }),
		putKeyworker: () => ({
			coordination_id: uuid7(), organisation_id: uuid7(), role: "психолог",
			nominated_by: "child", from: "2026-01-15",
		}),
		putHandover: () => ({ receiver: uuid7(), loses: "Учителката си.", stays: "Психологът." }),
		putPlan: () => ({ formulation: "Изпитание." }),
		adoptFormulation: () => ({ formulation_version: 1 }),
		recordFamilyView: () => ({ who: "child", view: "agreed" }),
		putGoal: () => ({
			coordination_id: uuid7(), whose: "child", words: "Да спя спокойно.",
			own_words: true, baseline: 2, target: 7,
		}),
		rateGoal: () => ({ value: 5 }),
		putWaymark: () => ({ coordination_id: uuid7(), words: "Две спокойни седмици.", goals: [] }),
		putAction: () => ({
			coordination_id: uuid7(), organisation_id: uuid7(), what: "Посещение у дома.",
			due: moment(10), evidence_wanted: "Бележка от посещението.",
		}),
		answerAction: () => ({ answer: "accepted" }),
		reportAction: () => ({ state: "done", evidence: "Посещението е направено." }),
		noteAction: () => ({ text: "Обадихме се." }),
		putFamilyPlanView: () => ({ view: "agreed" }),
		recordPurge: async (organisation, params) =>
			({ receipt: await organisation.purgeReceipt(params.id, { version: 2 }) }),
		putAuditHead: async (organisation, params) => ({
			receipt: await sign(organisation.receipt, {
				token_use: "audit-head", iss: organisation.id, id: params.id,
				iat: Math.floor(Date.now() / 1000), log_id: uuid7(), count: 0,
				chain: "0".repeat(64), prev_count: 0, prev_chain: "0".repeat(64), at: moment(0),
			}),
		}),
	},
	node: {
		...SHARED,
		createUser: () => user("dpo"),
		createPerson: person,
		updatePerson: () => ({ address: "гр. Приказка" }),
		searchPersons: () => ({ family_name: "Никаквичкова" }),
		createCase: () => ({ person_id: uuid7() }),
		updateCase: () => ({ reason: "Друга причина." }),
		putNeeds: () => ({ needs: [], strengths: [] }),
		putNeedLink: () => ({ from: "family", to: "education", kind: "explains" }),
		putVoice: () => ({ who: "child", how: "own_words", on: "2026-01-15", wants: "Да остана." }),
		answerVoice: () => ({ on: "2026-01-20", followed: "yes", done: "Остана." }),
		putHelper: () => ({ kind: "kin", label: "Баба", domains: ["family"], since: "2026-01-15" }),
		putNomination: () => ({ helper_id: uuid7(), source: "child", since: "2026-01-15" }),
		putContinuity: () => ({ lost: [{ who: "Класната" }], stays: [] }),
		putGrid: () => ({
			on: "2026-01-15", alignments: [], columns: ["child", "parent"].map((kind) => ({
				id: uuid7(), kind, label: "Някой", explanation: { source: "unknown" },
				intervention: { source: "unknown" }, responsibility: { source: "unknown" },
			})),
		}),
		putConnection: () => ({
			grid_id: uuid7(), level: "explanation", between: [uuid7(), uuid7()], broker: "Водещият",
			intention: "Да се чуят.", due: "2026-12-15",
		}),
		answerPrompt: () => ({ prompt: "child_would_say", text: "Оставете ме да спя." }),
		recordDifficultyCheck: () => ({ definition_version: 1, met: ["D4"], reason: "Знаем го." }),
		putEpisode: () => ({ kind: "social", service: "Услуга", start: "2025-01-15" }),
		recordOutcome: () => ({ on: "2026-01-15", school: { state: "attending" } }),
		createSignal: () => ({
			case_id: uuid7(), channel: "phone", recipient: "dsp", made_at: moment(-1), what: "Сигнал.",
		}),
		acknowledgeSignal: () => ({ at: moment(0), by: "Дежурен" }),
		createTeamRecord: () => ({
			case_id: uuid7(), kind: "violence", convened_at: moment(-2), held_at: moment(-1),
			participants: [{ organisation: "Полиция", role: "инспектор" }], decisions: [],
		}),
		openEmergencyReading: () => ({ case_id: uuid7(), reason: "Детето е на гишето, колегата отсъства." }),
		createConsent: () => consentBody(uuid7(), "joint_assessment", { [uuid7()]: ["help"] }),
		createFamilyCodes: () => ({ consent_id: uuid7(), signer: 0 }),
		answerFamilyWord: () => ({ text: "Благодарим." }),
		putChildLimit: () => ({ text: "Не казвайте за рисунките." }),
		previewSummary: () => ({ doc: DOC }),
		shareSummary: () => ({ consent_id: uuid7(), doc: DOC }),
		assignReceivedSummary: () => ({ user_id: uuid7() }),
		requestCoordination: () => ({
			summary_id: uuid7(), region: uuid7(), urgency: "soon", help_wanted: "advice",
		}),
		setCoordinationConsent: () => ({ summary_id: uuid7() }),
		nameCaseManager: () => ({ organisation_id: uuid7() }),
		answerInvitation: () => ({ answer: "accepted" }),
		putSharedChange: () => ({
			operation: "takeCoordinationStep", params: { id: uuid7() }, send: false,
			body: { step: "cancel", reason: "Не е нужно вече." }, base_version: 1,
		}),
		assignAction: () => ({ user_id: uuid7() }),
		resendSharedChange: () => ({ base_version: 1 }),
		linkReceivedSummary: () => ({ case_id: uuid7() }),
		searchSubjects: () => ({ family_name: "Никаквичкова" }),
		eraseSubject: () => ({ reason: "request" }),
		setRetention: () => ({ days: 400 }),
		joinHub: () => ({ hub_url: issuer, code: CODE }),
	},
};

async function sampleParams(operation) {
	const params = {};
	for (const { name, in: where } of operation.parameters ?? []) {
		if (where !== "path")
			continue;
		if (name === "kind") {
			params.kind = "plan";
		} else if (name === "secret") {
			params.secret = randomBytes(32).toString("base64url");
		} else if (name === "kid") {
			params.key = await newKey();
			params.kid = params.key.kid;
		} else {
			params[name] = uuid7();
		}
	}
	return params;
}

/* Of the right name, so that it is looked for in the database. */
function strangeCookie(service) {
	const { url } = service === "hub" ? federation.hub : federation.nodes.ngo;
	const name = createHash("sha256").update(url).digest("hex").slice(0, 8);
	return `zaedno_${name}=${randomBytes(32).toString("base64url")}`;
}

/** Options for Api.call(); `organisation` plays the caller where keys sign. */
export async function sample(service, operation, organisation) {
	const params = await sampleParams(operation);
	const options = { params };
	if (operation["x-if-match"] === "required")
		options.ifMatch = 1;
	if (operation.operationId === "refreshSession")
		options.headers = { cookie: strangeCookie(service) };
	if (operation.operationId === "issueToken") {
		options.headers = { "content-type": "application/x-www-form-urlencoded" };
		options.raw = new URLSearchParams({
			grant_type: "client_credentials",
			client_assertion: await organisation.assertionJwt(),
			client_assertion_type:
				"urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		}).toString();
	} else if (operation.requestBody) {
		const make = BODIES[service][operation.operationId];
		if (!make)
			throw new Error(`tests/lib/samples.mjs has no body for ${operation.operationId}`);
		options.body = await make(organisation, params);
	}
	return options;
}

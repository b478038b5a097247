// What a family's consent means for a coordination: the team is whom it names;
// its end suspends the work in the same transaction, whatever was under way;
// a new one lets it go on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import {
	answer, consented, convened, get, getMeeting, invite, newCoordinator, requested, step, withTeam,
	WORKING,
} from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { CATEGORIES, enrolledOrganisation } from "../lib/organisation.mjs";
import { getAction, getPlan, newAction, PLAN, putPlan, withPlan } from "../lib/plan.mjs";
import { cluster, federation, hubAs, state } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const helper = await enrolledOrganisation();
const second = await enrolledOrganisation();
const stranger = await enrolledOrganisation();
const coordinator = await hubAs("coordinator");

/* The ways of asking for a queue. */
const QUEUES = [{}, { assigned: "me" }, { assigned: "none" }, { overdue: "true" },
	{ state: "team_forming" }, { state: "team_forming", assigned: "me" }];
const queued = async (query) => (await coordinator.call("listCoordinations",
	{ query: { limit: 200, ...query } }, 200)).body.items.map(({ id }) => id);
const codes = (body) => body.missing.map(({ code }) => code);
const seen = async (organisation, id, expected = 200) =>
	get(await organisation.api(), id, expected);
const manager = async (id, organisation, expected, who = holder) => (await who.api()).call(
	"nameCaseManager", { params: { id }, body: { organisation_id: organisation.id } }, expected);
const renew = async (id, summary, expected) => (await holder.api()).call(
	"setCoordinationConsent", { params: { id }, body: { summary_id: summary } }, expected);

/* A new consent in the place of an older one, signed now; its id. */
const supersede = async (old, organisations, more = {}) => (await holder.consent(
	Object.fromEntries(organisations.map(({ id }) => [id, WORKING])), {
		case_pseudonym: old.claims.case_pseudonym, supersedes: old.consent,
		signers: [{ ...old.claims.signers[0], at: moment(0) }], ...more,
	})).id;

test("only whom the consent names is invited", async () => {
	const { summary } = await consented(holder, [helper]);
	const id = await requested(holder, summary);
	const early = await invite(coordinator, id, helper, "409 step-not-possible");
	assert.ok(early.body.steps.includes("accept"));
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	const { body } = await invite(coordinator, id, stranger, "409 step-refused");
	assert.deepEqual(codes(body), ["named"]);
	assert.equal(body.missing[0].overridable, false);
	await seen(stranger, id, "404 not-found");
	await invite(coordinator, id, holder, "409 already-exists");
	await invite(coordinator, id, { id: state.team }, "409 already-exists");
	await invite(coordinator, id, { id: "00000000-0000-4000-8000-000000000000" }, "404 not-found");
	await seen(helper, id, "404 not-found");
	const { body: invited } = await invite(coordinator, id, helper, 201,
		{ role: "психологическа подкрепа", mandate: "Решава за десет срещи." });
	assert.equal(invited.members[0].state, "invited");
	assert.ok(invited.members[0].due);
	await invite(coordinator, id, helper, 200);
	assert.equal((await seen(helper, id)).members[0].organisation_id, helper.id);
	const { body: told } = await coordinator.call("inviteMember", {
		params: { id, organisation_id: helper.id },
		body: { role: "за контакт: 0888 123 456" },
	}, "422 invalid");
	assert.equal(told.errors[0].pointer, "/role");
});

test("answers: accepted, declined and left, with a reason", async () => {
	const shared = await consented(holder, [helper, second]);
	const id = await requested(holder, shared.summary);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await answer(helper, id, { answer: "accepted" }, "404 not-found");
	await invite(coordinator, id, helper);
	await invite(coordinator, id, second);
	assert.deepEqual(codes(await answer(helper, id, { answer: "declined" }, "409 step-refused")),
		["reason"]);
	await answer(helper, id, { answer: "left", reason: "Не сме идвали." }, "409 step-not-possible");
	await answer(helper, id, { answer: "declined", reason: "Няма места до пролетта." });
	await seen(helper, id, "404 not-found");
	assert.equal((await get(coordinator, id)).members.find(
		(m) => m.organisation_id === helper.id).reason, "Няма места до пролетта.");
	const seconds = (await seen(second, id)).members.find((m) => m.organisation_id === helper.id);
	assert.equal("reason" in seconds, false, "why is for holder and coordinators");
	assert.equal((await answer(second, id, { answer: "accepted" })).state, "accepted");
	await answer(second, id, { answer: "accepted" });
	await invite(coordinator, id, helper, 200);
	await answer(helper, id, { answer: "accepted" });

	await manager(id, stranger, "422 invalid");
	await manager(id, helper, 200);
	assert.equal((await manager(id, second, 200)).body.case_manager, second.id);
	assert.equal((await manager(id, second, 200)).body.case_manager, second.id);
	await manager(id, helper, "404 not-found", second);
	await answer(second, id, { answer: "left", reason: "Случаят е преместен." });
	assert.equal((await get(coordinator, id)).case_manager, undefined,
		"who has left leads no longer");
	await manager(id, holder, 200);
	await coordinator.call("removeMember", { params: { id, organisation_id: helper.id } }, 200);
	await coordinator.call("removeMember", { params: { id, organisation_id: helper.id } }, 200);
	await coordinator.call("removeMember", { params: { id, organisation_id: stranger.id } },
		"404 not-found");
	await seen(helper, id, "404 not-found");
});

test("two organisations of two sectors and a case manager: the work begins", async () => {
	const school = await enrolledOrganisation();
	await (await school.api()).call("getOrganisation", { params: { id: school.id } }, 200);
	await cluster.psql(federation.hub.database,
		"UPDATE organisation SET sectors = '{EDU}' WHERE id = :'id';", { id: school.id });
	const { id } = await withTeam(holder, coordinator, [school]);
	assert.deepEqual(codes(await step(coordinator, id, { step: "understand" }, "409 step-refused")),
		["manager"]);
	await manager(id, school, 200);
	const done = await step(await school.api(), id, { step: "understand" });
	assert.equal(done.state, "understanding", "the case manager takes it");
	const { body: { items } } = await (await school.api()).call("listCoordinationSteps",
		{ params: { id }, query: { limit: 1 } }, 200);
	assert.equal(items.length, 1);
	const { body: page } = await (await school.api()).call("listCoordinationSteps",
		{ params: { id }, query: { after: "1", limit: 200 } }, 200);
	assert.equal(page.items.at(-1).role, "case_manager");
});

test("the feed: put, purge, and put again", async (t) => {
	const own = new Consumer(holder), other = new Consumer(helper);
	const shared = await withTeam(holder, coordinator, [helper]);
	const { id } = shared;
	const last = async (consumer) => {
		await consumer.drain();
		return consumer.events.filter((event) => event.id === id).at(-1);
	};
	await t.test("as each may see it", async () => {
		await own.until((e) => e.id === id && e.doc?.members.some((m) => m.state === "accepted"));
		const mine = await last(own);
		assert.equal(mine.kind, "coordination");
		assert.equal(mine.state, "team_forming");
		assert.equal(mine.parent, shared.summary);
		assert.equal(mine.subject, shared.claims.case_pseudonym);
		assert.equal(mine.due, mine.doc.due);
		await other.until((e) => e.id === id && e.doc?.members.some((m) => m.state === "accepted"));
		assert.equal((await last(other)).doc.id, id);
	});
	await t.test("the withdrawal suspends it before it has answered", async () => {
		await holder.withdraw(shared.consent);
		await seen(helper, id, "410 consent-withdrawn");
		await seen(stranger, id, "404 not-found");
		const now = await get(coordinator, id);
		assert.deepEqual([now.state, now.before, now.due], ["suspended", "team_forming", undefined]);
		const { body: { items } } = await coordinator.call("listCoordinationSteps",
			{ params: { id } }, 200);
		assert.deepEqual([items.at(-1).step, items.at(-1).role], ["suspend", "consent"]);
		await other.until((e) => e.id === id && e.op === "purge");
		await own.until((e) => e.id === id && e.doc?.state === "suspended");
	});
	await t.test("while it is suspended nothing goes on", async () => {
		await step(coordinator, id, { step: "understand", because: "Трябва." },
			"409 step-not-possible");
		await invite(coordinator, id, second, "409 step-not-possible");
		await manager(id, holder, "409 step-not-possible");
		assert.deepEqual(codes(await step(coordinator, id, { step: "resume", because: "Трябва." },
			"409 step-refused")), ["consent", "named"]);
		assert.equal((await (await helper.api()).call("listCoordinations",
			{ query: { limit: 200 } }, 200)).body.items.some((item) => item.id === id), false);
	});
	await t.test("a new consent lets it go on from where it was", async () => {
		const another = await consented(holder, [helper]);
		await requested(holder, another.summary);
		await renew(id, another.summary, "409 case-mismatch");
		const talk = await consented(holder, [helper], { purpose: "consultation" });
		assert.deepEqual(codes((await renew(id, talk.summary, "409 step-refused")).body),
			["purpose"]);
		await renew(id, shared.summary, "409 step-refused");
		await renew(id, "00000000-0000-4000-8000-000000000000", "404 not-found");
		const next = await consented(holder, [helper]);
		const { body } = await renew(id, next.summary, 200);
		assert.equal(body.state, "team_forming");
		assert.equal(body.consent_id, next.consent);
		assert.equal(body.case_pseudonym, next.claims.case_pseudonym);
		assert.equal(body.deadline, "meeting");
		assert.equal((await seen(helper, id)).state, "team_forming");
		await other.until((e) => e.id === id && e.op === "put" && e.version === body.version);
		await renew(id, next.summary, 200);
	});
});

test("a consent that is renewed interrupts nothing and erases nothing", async (t) => {
	const shared = await withPlan(holder, coordinator, [helper, second]);
	const { id } = shared;
	const action = await newAction(coordinator, id, helper);
	const meeting = await convened(coordinator, { coordination_id: id, starts_at: moment(3) });
	await cluster.psql(federation.hub.database, `UPDATE coordination SET state = 'in_action',
		version = version + 1 WHERE id = :'id';`, { id });
	const other = new Consumer(helper);
	await other.until((e) => e.id === id && e.doc?.state === "in_action");
	const { seq } = other;
	const until = moment(200);
	const next = await supersede(shared, [{ id: state.team }, helper], { until });

	await t.test("the work goes on under the new one", async () => {
		const now = await seen(helper, id);
		assert.deepEqual([now.state, now.consent_id, now.until.slice(0, 10)],
			["in_action", next, until.slice(0, 10)]);
		const helperApi = await helper.api();
		assert.equal((await getPlan(helperApi, id)).formulation, PLAN.formulation);
		assert.equal((await getPlan(helperApi, id)).adoptions.length, 2);
		assert.equal((await getAction(helperApi, action)).what, "Посещение у дома.");
		assert.equal((await getMeeting(helperApi, meeting)).state, "planned");
	});
	await t.test("with no purge to whom both name", async () => {
		await other.until((e) => e.id === id && e.op === "put" && e.doc?.consent_id === next);
		assert.deepEqual(other.events.filter((e) => e.seq > seq && e.op === "purge"), []);
	});
	await t.test("whom it does not name is not in the team", async () => {
		assert.deepEqual((await get(coordinator, id)).members.map((m) => [m.organisation_id, m.state]).sort(),
			[[helper.id, "accepted"], [second.id, "removed"]].sort());
		await seen(second, id, "404 not-found");
	});
	await t.test("and its end is the end", async () => {
		await holder.withdraw(next);
		assert.equal((await get(coordinator, id)).state, "suspended");
		assert.equal((await getPlan(coordinator, id)).formulation, undefined);
	});
});

test("a consent in its place without the team, or for something else, suspends", async () => {
	for (const [named, more] of [[[helper], {}],
		[[{ id: state.team }, helper], { purpose: "consultation" }]]) {
		const shared = await withTeam(holder, coordinator, [helper]);
		await supersede(shared, named, more);
		await seen(helper, shared.id, "410 consent-withdrawn");
		const now = await get(coordinator, shared.id);
		assert.deepEqual([now.state, now.before], ["suspended", "team_forming"]);
	}
});

test("whom a new consent does not name is not in the team", async () => {
	const shared = await withTeam(holder, coordinator, [helper, second]);
	await holder.withdraw(shared.consent);
	const next = await consented(holder, [second]);
	const { body } = await renew(shared.id, next.summary, 200);
	assert.equal(body.state, "team_forming");
	const of = (organisation) => body.members.find((m) => m.organisation_id === organisation.id);
	assert.deepEqual([of(helper).state, of(second).state], ["removed", "accepted"]);
	await seen(helper, shared.id, "404 not-found");
	await seen(second, shared.id);
});

test("a narrower version of the consent", async (t) => {
	const shared = await withTeam(holder, coordinator, [helper, second]);
	const other = new Consumer(helper);
	await other.until((e) => e.id === shared.id && e.op === "put");
	await t.test("takes an organisation out of the team", async () => {
		await holder.changeConsent(shared.claims, 2, { [state.team]: CATEGORIES, [second.id]: CATEGORIES });
		await seen(helper, shared.id, "404 not-found");
		await seen(second, shared.id);
		await other.until((e) => e.id === shared.id && e.op === "purge");
	});
	await t.test("a longer one is in force at once", async () => {
		const until = moment(150);
		await holder.changeConsent(shared.claims, 3, { [state.team]: CATEGORIES, [second.id]: CATEGORIES }, { until });
		assert.equal((await seen(second, shared.id)).until.slice(0, 10), until.slice(0, 10));
	});
	await t.test("without the regional team it is suspended", async () => {
		await holder.changeConsent(shared.claims, 4, { [second.id]: CATEGORIES });
		assert.equal((await seen(holder, shared.id)).state, "suspended");
		await seen(second, shared.id, "410 consent-withdrawn");
	});
	await t.test("with it again it goes on, and the team sees it", async () => {
		const until = moment(120);
		await holder.changeConsent(shared.claims, 5, { [state.team]: WORKING, [second.id]: WORKING }, { until });
		const again = async (resume) => {
			await resume();
			const now = await seen(second, shared.id);
			assert.deepEqual([now.state, now.until.slice(0, 10)], ["team_forming", until.slice(0, 10)]);
			await (await second.api()).call("listCoordinationSteps", { params: { id: shared.id } }, 200);
		};
		await again(() => step(coordinator, shared.id, { step: "resume" }));
		await holder.changeConsent(shared.claims, 6, { [second.id]: WORKING });
		await holder.changeConsent(shared.claims, 7, { [state.team]: WORKING, [second.id]: WORKING }, { until });
		await again(() => renew(shared.id, shared.summary, 200));
	});
});

test("an expired consent ends sight at once and suspends by the sweep", async () => {
	const shared = await withTeam(holder, coordinator, [helper]);
	await step(coordinator, shared.id, { step: "understand", because: "Начало." });
	await cluster.psql(federation.hub.database, `UPDATE consent
		SET until = now() WHERE id = :'id';
		UPDATE consent_recipient SET live_until = now() WHERE consent_id = :'id';`,
	{ id: shared.consent });
	await seen(helper, shared.id, "410 consent-withdrawn");
	const now = await get(coordinator, shared.id);
	const { body } = await coordinator.call("takeCoordinationStep", {
		params: { id: shared.id }, ifMatch: now.version,
		body: { step: "meet", because: "Трябва." },
	});
	/* By the term itself, or by the sweep that came between. */
	assert.ok(["step-refused", "step-not-possible", "precondition-failed"]
		.includes(body.code), body.code);
	if (body.code === "step-refused")
		assert.ok(codes(body).includes("consent"));
	await waitUntil("the sweep suspends it", async () =>
		(await get(coordinator, shared.id)).state === "suspended", 30_000);
	assert.equal((await get(coordinator, shared.id)).before, "understanding");
});

test("what was said of the case goes with the consent, also after the end", async () => {
	const { id, consent } = await withTeam(holder, coordinator, [helper]);
	await step(coordinator, id, { step: "understand", because: "Дума от случая." });
	await step(coordinator, id, {
		step: "close", reason: "Друга дума от случая.",
		closing: { outcome: "achieved", family_view: "Доволни сме.", lesson: "Рано е добре." },
	});
	await holder.withdraw(consent);
	const now = await get(coordinator, id);
	assert.deepEqual([now.state, now.outcome, now.lesson, now.family_view],
		["closed", "achieved", "Рано е добре.", undefined]);
	const { body: { items } } = await coordinator.call("listCoordinationSteps",
		{ params: { id } }, 200);
	assert.equal(items.some((item) => "reason" in item || "because" in item), false);
	assert.ok(items.some((item) => item.overridden?.length > 0), "that it was done stays");
	await seen(helper, id, "410 consent-withdrawn");
	const reopen = { step: "reopen", reason: "Семейството се върна." };
	assert.deepEqual(codes(await step(coordinator, id, reopen, "409 step-refused")), ["consent"]);
	const next = await consented(holder, [helper]);
	const { body: closed } = await renew(id, next.summary, 200);
	assert.deepEqual([closed.state, closed.consent_id, closed.outcome], ["closed", next.consent, "achieved"]);
	assert.equal((await step(coordinator, id, reopen)).state, "team_forming");
	assert.equal((await seen(helper, id)).consent_id, next.consent);
});

test("what is said of the case is for whom the consent gives the plan", async (t) => {
	const invited = await enrolledOrganisation();
	const named = { [state.team]: WORKING, [helper.id]: WORKING, [second.id]: CATEGORIES, [invited.id]: WORKING };
	const { id: consent, claims } = await holder.consent(named);
	const id = await requested(holder, await holder.publish(consent));
	await step(coordinator, id, { step: "accept", because: "Дума от случая." });
	for (const who of [helper, second, invited])
		await invite(coordinator, id, who);
	for (const who of [helper, second])
		await answer(who, id, { answer: "accepted" });
	const narrow = new Consumer(second);
	await step(coordinator, id, {
		step: "understand", because: "Друга дума.", closing: { family_view: "Искаме помощ." },
	});
	const steps = async (api) => (await api.call("listCoordinationSteps",
		{ params: { id } }, 200)).body.items;
	for (const who of [helper, second, invited, holder, { api: () => coordinator }]) {
		const told = ![second, invited].includes(who);
		await t.test(told ? "told" : "not told", async () => {
			const api = await who.api();
			assert.equal("family_view" in await get(api, id), told);
			assert.equal((await steps(api)).filter((item) => "because" in item).length, told ? 2 : 0);
			assert.ok((await steps(api)).some((item) => item.overridden), "that it was done is seen");
		});
	}
	await t.test("the feed says the same, and says it anew", async () => {
		await narrow.until((e) => e.id === id && e.doc?.state === "understanding");
		assert.equal(narrow.events.some((e) => e.doc?.family_view), false);
		await holder.changeConsent(claims, 2, { ...named, [second.id]: WORKING });
		await narrow.until((e) => e.id === id && e.doc?.family_view === "Искаме помощ.");
		await holder.changeConsent(claims, 3, named);
		await narrow.until((e) => e.id === id && e.op === "put"
			&& e.seq > narrow.events.findLast((x) => x.doc?.family_view).seq && !e.doc.family_view);
	});
	await t.test("and who read the steps is written down", async () => {
		const read = () => cluster.psql(federation.hub.database, `SELECT count(*) FROM read_log
			WHERE ref = :'id' AND kind = 'coordination' AND org = :'org';`, { id, org: invited.id });
		const before = Number(await read());
		await steps(await invited.api());
		assert.equal(Number(await read()), before + 1);
	});
});

test("who leads is whom the consent gives plan and meetings", async (t) => {
	const { id: consent, claims } = await holder.consent({
		[state.team]: WORKING, [helper.id]: WORKING, [second.id]: [...CATEGORIES, "plan"],
	});
	const id = await requested(holder, await holder.publish(consent));
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	for (const who of [helper, second]) {
		await invite(coordinator, id, who);
		await answer(who, id, { answer: "accepted" });
	}
	const { body } = await manager(id, second, "409 step-refused");
	assert.deepEqual(codes(body), ["given"]);
	assert.equal(body.missing[0].overridable, false);
	assert.equal((await manager(id, helper, 200)).body.case_manager, helper.id);
	await putPlan(await helper.api(), id);
	await t.test("no longer, once a version of the consent takes either", async () => {
		const own = new Consumer(holder);
		await own.until((e) => e.id === id && e.doc?.case_manager === helper.id);
		const { version } = await get(coordinator, id);
		await holder.changeConsent(claims, 2,
			{ [state.team]: WORKING, [helper.id]: CATEGORIES, [second.id]: CATEGORIES });
		await getPlan(await helper.api(), id, "404 not-found");
		for (const who of [coordinator, await holder.api(), await helper.api()])
			assert.equal((await get(who, id)).case_manager, undefined);
		await own.until((e) => e.id === id && e.version > version && !e.doc.case_manager);
		await step(await helper.api(), id, { step: "understand" }, "403 step-not-yours");
		assert.ok(codes(await step(coordinator, id, { step: "understand" }, "409 step-refused"))
			.includes("manager"), "that it has none is told");
		assert.deepEqual(codes((await manager(id, helper, "409 step-refused")).body), ["given"]);
	});
	await t.test("given it again, when the holder names it again", async () => {
		const named = { [state.team]: WORKING, [helper.id]: WORKING, [second.id]: CATEGORIES };
		await holder.changeConsent(claims, 3, named);
		assert.equal((await get(coordinator, id)).case_manager, undefined);
		await manager(id, helper, 200);
		await holder.changeConsent(claims, 4, { ...named, [second.id]: WORKING });
		assert.equal((await get(coordinator, id)).case_manager, helper.id, "others' are not its");
	});
	await t.test("nor under another consent, put in its place or set", async () => {
		const next = await holder.consent({ [state.team]: WORKING, [helper.id]: CATEGORIES }, {
			case_pseudonym: claims.case_pseudonym, supersedes: consent,
			signers: [{ ...claims.signers[0], at: moment(0) }],
		});
		assert.equal((await get(coordinator, id)).case_manager, undefined);
		await holder.changeConsent(next.claims, 2,
			{ [state.team]: WORKING, [helper.id]: WORKING }, { supersedes: consent });
		await manager(id, helper, 200);
		const { id: third } = await holder.consent(
			{ [state.team]: WORKING, [helper.id]: [...CATEGORIES, "meetings"] });
		assert.equal((await renew(id, await holder.publish(third), 200)).body.case_manager, undefined);
	});
	await manager(id, holder, 200);
	assert.equal((await getPlan(await holder.api(), id)).version, 1);
});

test("an earlier request of the same case stands in no new consent's way", async () => {
	const shared = await consented(holder, [helper]);
	const first = await requested(holder, shared.summary);
	await step(coordinator, first, { step: "advise", reason: "Съвет." });
	const id = await requested(holder, shared.summary);
	const summary = await holder.publish(shared.consent);
	assert.equal((await renew(id, summary, 200)).body.summary_id, summary);
	const other = await consented(holder, [helper]);
	await requested(holder, other.summary);
	await renew(id, other.summary, "409 case-mismatch");
});

test("a version for consultation alone stops the shared work", async () => {
	const shared = await withPlan(holder, coordinator, [helper]);
	const named = { [state.team]: WORKING, [helper.id]: WORKING };
	await holder.changeConsent(shared.claims, 2, named, { purpose: "consultation" });
	await seen(helper, shared.id, "410 consent-withdrawn");
	const now = await get(coordinator, shared.id);
	assert.deepEqual([now.state, now.before], ["suspended", "team_forming"]);
	assert.equal((await getPlan(coordinator, shared.id)).formulation, undefined);
	assert.deepEqual(codes(await step(coordinator, shared.id, { step: "resume", because: "Трябва." },
		"409 step-refused")), ["purpose"]);
	await holder.changeConsent(shared.claims, 3, named, { purpose: "shared_plan" });
	assert.equal((await step(coordinator, shared.id, { step: "resume" })).state, "team_forming");
	await seen(helper, shared.id);
});

test("what is closed after the consent's end keeps no words of the case", async () => {
	for (const [closing, overridden] of [
		[{ outcome: "achieved", family_view: "Доволни сме.", lesson: "Рано е добре." }, undefined],
		[{ outcome: "achieved", lesson: "Рано е добре." }, ["family_view"]]]) {
		const { id, consent } = await withTeam(holder, coordinator, [helper]);
		await step(coordinator, id, { step: "understand", because: "Начало." });
		await holder.withdraw(consent);
		await step(coordinator, id,
			{ step: "close", reason: "Дума от случая.", because: "Друга дума.", closing });
		const now = await get(coordinator, id);
		assert.deepEqual([now.state, now.outcome, now.lesson, now.family_view],
			["closed", "achieved", "Рано е добре.", undefined]);
		const { body: { items } } = await coordinator.call("listCoordinationSteps",
			{ params: { id } }, 200);
		assert.deepEqual([items.at(-1).step, items.at(-1).overridden, items.at(-1).reason,
			items.at(-1).because], ["close", overridden, undefined, undefined]);
	}
});

test("nobody joins what is closed", async () => {
	const { id } = await withTeam(holder, coordinator, [helper], {}, [second]);
	await invite(coordinator, id, second);
	await step(coordinator, id, { step: "close", reason: "Край." });
	await answer(second, id, { answer: "accepted" }, "409 step-not-possible");
	await answer(second, id, { answer: "declined", reason: "Късно е." });
});

test("a running one takes a new consent, and a closed one stays closed", async () => {
	const shared = await withTeam(holder, coordinator, [helper]);
	const next = await consented(holder, [helper]);
	assert.equal((await renew(shared.id, next.summary, 200)).body.consent_id, next.consent);
	await holder.withdraw(shared.consent);
	assert.equal((await seen(helper, shared.id)).state, "team_forming", "the old one's end is nothing");
	await step(coordinator, shared.id, { step: "close", reason: "Край." });
	assert.equal((await renew(shared.id, next.summary, 200)).body.state, "closed");
});

test("a blocked holder's coordination is hidden, and comes back", async () => {
	const lender = await enrolledOrganisation();
	const shared = await withTeam(lender, coordinator, [helper]);
	const other = new Consumer(helper);
	await other.until((e) => e.id === shared.id && e.op === "put");
	const status = async (to) => (await hubAs("admin")).call("setOrganisationStatus",
		{ params: { id: lender.id }, body: { status: to, reason: "Изпитание." } }, 200);
	await cluster.psql(federation.hub.database,
		"UPDATE coordination SET due = now() - interval '90 days' WHERE id = :'id';",
		{ id: shared.id });
	for (const query of QUEUES)
		assert.equal((await queued(query)).includes(shared.id), query.assigned !== "none",
			JSON.stringify(query));
	await status("blocked");
	await seen(helper, shared.id, "404 not-found");
	await get(coordinator, shared.id, "404 not-found");
	for (const query of QUEUES)
		assert.ok(!(await queued(query)).includes(shared.id), `${JSON.stringify(query)}: hidden`);
	await other.until((e) => e.id === shared.id && e.op === "purge");
	const { seq } = other;
	await status("active");
	await seen(helper, shared.id);
	assert.ok((await queued({})).includes(shared.id));
	await other.until((e) => e.id === shared.id && e.op === "put" && e.seq > seq);
});

test("nobody's of a blocked holder is hidden too", async () => {
	const lender = await enrolledOrganisation();
	const id = await requested(lender, (await consented(lender)).summary);
	const status = async (to) => (await hubAs("admin")).call("setOrganisationStatus",
		{ params: { id: lender.id }, body: { status: to, reason: "Изпитание." } }, 200);
	await cluster.psql(federation.hub.database,
		"UPDATE coordination SET due = now() - interval '90 days' WHERE id = :'id';", { id });
	assert.ok((await queued({ assigned: "none" })).includes(id));
	await status("blocked");
	assert.ok(!(await queued({ assigned: "none" })).includes(id));
	assert.ok(!(await queued({ assigned: "none", state: "requested" })).includes(id));
	await status("active");
});

test("withdrawals against steps, at once: no step after the end", async () => {
	const another = await newCoordinator();
	for (let round = 0; round < 8; round += 1) {
		const { id, consent } = await withTeam(holder, coordinator, [helper]);
		const { version } = await get(coordinator, id);
		const take = (body) => coordinator.call("takeCoordinationStep",
			{ params: { id }, ifMatch: version, body });
		await Promise.all([take({ step: "understand", because: "Сега." }), holder.withdraw(consent),
			another.api.call("inviteMember",
				{ params: { id, organisation_id: helper.id }, body: { role: "друго" } })]);
		const now = await get(coordinator, id);
		assert.equal(now.state, "suspended");
		const { body: { items } } = await coordinator.call("listCoordinationSteps",
			{ params: { id } }, 200);
		assert.equal(items.at(-1).step, "suspend", "nothing came after it");
		assert.equal(items.at(-1).from, now.before);
		await seen(helper, id, "410 consent-withdrawn");
	}
});

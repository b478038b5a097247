// Reviews, keyworkers and handovers: who writes and reads them, what they open
// for the next step, and what is left of them when the consent ends.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import {
	answer, consented, get, invite, newCoordinator, newRegion, step, workingTeam,
} from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, state } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const helper = await enrolledOrganisation();
const plain = await enrolledOrganisation();
const stranger = await enrolledOrganisation();
const coordinator = await hubAs("coordinator");

const codes = (body) => body.missing.map(({ code }) => code);
const api = async (who) => who.call ? who : await who.api();
const REVIEW = {
	result: "continue", changed_for_child: "Ходи на училище всеки ден.",
	voices_answered: "Срещите са след часовете, както помоли.",
};
const review = async (who, coordination, change = {}, expected = 201, options = {}) =>
	(await (await api(who)).call("putReview", {
		params: { id: uuid7() }, ...options,
		body: { coordination_id: coordination, ...REVIEW, ...change },
	}, expected)).body;
const keyworker = async (who, coordination, change = {}, expected = 201, options = {}) =>
	(await (await api(who)).call("putKeyworker", {
		params: { id: uuid7() }, ...options,
		body: {
			coordination_id: coordination, organisation_id: helper.id, role: "психолог",
			nominated_by: "child", from: day(-3), ...change,
		},
	}, expected)).body;
const handover = async (who, coordination, change = {}, expected = 201, options = {}) =>
	(await (await api(who)).call("putHandover", {
		params: { id: coordination }, ...options, body: {
			receiver: helper.id, loses: "Класната, с която се сбогува на обяд.",
			stays: "Психологът и баба му.", ...change,
		},
	}, expected)).body;
const list = async (who, operation, id, expected = 200) =>
	(await (await api(who)).call(operation, { params: { id } }, expected)).body;
const manager = async (id, organisation) => (await holder.api()).call("nameCaseManager",
	{ params: { id }, body: { organisation_id: organisation.id } }, 200);

/* Of the team, but the consent does not open the plan to it. */
async function joined(team, organisation) {
	await cluster.psql(federation.hub.database, `
		INSERT INTO consent_recipient SELECT id, :'org', holder, '{basics}',
			withheld_of('{basics}'), until FROM consent WHERE id = :'consent';`,
	{ org: organisation.id, consent: team.consent });
	await invite(coordinator, team.id, organisation);
	await answer(organisation, team.id, { answer: "accepted" });
}

test("a review: what has changed for the child, and the next one", async (t) => {
	const team = await workingTeam(holder, coordinator, [helper]);
	const { id } = team;
	await joined(team, plain);
	await t.test("the step asks for it in words", async () => {
		const missing = codes(await step(coordinator, id, { step: "review" }, "409 step-refused"));
		assert.ok(missing.includes("changed") && missing.includes("voices_met"));
	});
	await t.test("the coordinator's and the case manager's to write", async () => {
		await review(helper, id, {}, "403 step-not-yours");
		await review(holder, id, {}, "403 step-not-yours");
		await review(stranger, id, {}, "404 not-found");
		await review((await newRegion()).coordinator.api, id, {}, "404 not-found");
		await review((await newCoordinator()).api, id, {}, "403 step-not-yours");
	});
	const params = { id: uuid7() };
	await t.test("once, whoever repeats it", async () => {
		const headers = { "idempotency-key": randomUUID() };
		const first = await review(coordinator, id, { next_review: day(30) }, 201, { params, headers });
		assert.equal(first.organisation_id, state.team);
		assert.deepEqual(await review(coordinator, id, { next_review: day(30) }, 201,
			{ params, headers }), first);
		await review(coordinator, id, {}, "409 idempotency-key-reused", { params, headers });
		await review(coordinator, id, { next_review: day(30) }, 200, { params });
		await review(coordinator, id, { result: "replan" }, "409 already-exists", { params });
	});
	await t.test("what is no next day", async () => {
		for (const [next, code] of [[day(-1), "in-past"], [day(95), "too-late"]]) {
			const { errors } = await review(coordinator, id, { next_review: next }, "422 invalid");
			assert.deepEqual(errors.map((e) => [e.pointer, e.code]), [["/next_review", code]]);
		}
		const { errors } = await review(coordinator, id,
			{ changed_for_child: "Обадете се на 0888 123 456" }, "422 invalid");
		assert.equal(errors[0].pointer, "/changed_for_child");
	});
	await t.test("one with less in it is one, too", async () => {
		const bare = { result: "close", changed_for_child: undefined, voices_answered: undefined };
		const known = { id: uuid7() };
		await review(coordinator, id, bare, 201, { params: known });
		await review(coordinator, id, bare, 200, { params: known });
		await review(coordinator, id, {}, "409 already-exists", { params: known });
		await cluster.psql(federation.hub.database, "DELETE FROM review WHERE id = :'id';", known);
	});
	await t.test("changed in the version that was seen", async () => {
		const body = await review(coordinator, id, { next_review: day(20) }, 200, { params, ifMatch: 1 });
		assert.deepEqual([body.version, body.next_review], [2, day(20)]);
		const stale = await review(coordinator, id, { next_review: day(21) },
			"412 precondition-failed", { params, ifMatch: 1 });
		assert.deepEqual(stale.current, body);
		await review(coordinator, id, {}, "404 not-found", { ifMatch: 1 });
	});
	await t.test("is read by the region, the holder and whom the plan is open to", async () => {
		for (const who of [coordinator, holder, helper])
			assert.equal((await list(who, "listReviews", id)).items[0].id, params.id);
		assert.deepEqual(await list(plain, "listReviews", id), { items: [] });
		await list(stranger, "listReviews", id, "404 not-found");
		const seen = await cluster.psql(federation.hub.database, `SELECT count(*) FROM read_log
			WHERE kind = 'review' AND ref = :'ref' AND org = :'org';`,
		{ ref: params.id, org: helper.id });
		assert.equal(seen, "1", "logged");
	});
	await t.test("reaches the mirrors of those alone", async () => {
		const [open, shut] = [new Consumer(helper), new Consumer(plain)];
		const event = await open.until((e) => e.id === params.id && e.version === 2);
		assert.deepEqual([event.kind, event.parent, event.subject, event.doc.changed_for_child],
			["review", id, team.claims.case_pseudonym, REVIEW.changed_for_child]);
		await shut.until((e) => e.id === params.id && e.version === 2);
		assert.ok(shut.events.filter((e) => e.id === params.id).every((e) => e.op === "purge"));
	});
	await t.test("opens the step; what it was is not changed afterwards", async () => {
		const now = await step(coordinator, id, { step: "review", because: "Срещата беше по телефона." });
		assert.equal(now.state, "reviewed");
		const { items } = await list(coordinator, "listCoordinationSteps", id);
		assert.deepEqual(items.at(-1).overridden, ["voices"], "the meeting's, not the review's");
		const refused = codes(await step(coordinator, id, { step: "continue" }, "409 step-refused"));
		assert.equal(refused.includes("next_review"), false);
		await cluster.psql(federation.hub.database, `
			UPDATE coordination SET state = 'in_action', deadline = 'next_review',
				due = deadline_at('next_review', false, now()) WHERE id = :'id';
			INSERT INTO coordination_step (coordination_id, step, from_state, to_state, role)
			VALUES (:'id', 'continue', 'reviewed', 'in_action', 'coordinator');`, { id });
		const due = new Date((await get(coordinator, id)).due);
		assert.equal(due.toLocaleDateString("sv", { timeZone: "Europe/Sofia" }), day(21),
			"the agreed day ends");
		await review(coordinator, id, { result: "close" }, "409 step-not-possible",
			{ params, ifMatch: 2 });
		const missing = codes(await step(coordinator, id, { step: "review" }, "409 step-refused"));
		assert.ok(missing.includes("changed"), "the next round has its own");
	});
	await t.test("the case manager writes the next", async () => {
		await manager(id, helper);
		assert.equal((await review(helper, id)).organisation_id, helper.id);
		assert.equal((await list(helper, "listReviews", id)).items.length, 2);
	});
});

test("keyworkers: named by the child or a parent, with their days", async (t) => {
	const team = await workingTeam(holder, coordinator, [helper]);
	const { id } = team;
	const params = { id: uuid7() };
	await t.test("of the team alone", async () => {
		const { errors } = await keyworker(coordinator, id, { organisation_id: stranger.id }, "422 invalid");
		assert.equal(errors[0].pointer, "/organisation_id");
		const { errors: [late] } = await keyworker(coordinator, id, { to: day(-5) }, "422 invalid");
		assert.deepEqual([late.pointer, late.code], ["/to", "too-early"]);
		await keyworker(helper, id, {}, "403 step-not-yours");
		await keyworker(stranger, id, {}, "404 not-found");
	});
	await t.test("several", async () => {
		const headers = { "idempotency-key": randomUUID() };
		const first = await keyworker(coordinator, id, {}, 201, { params, headers });
		assert.equal(first.role, "психолог");
		await keyworker(coordinator, id, { role: "друг" }, "409 idempotency-key-reused",
			{ params, headers });
		await keyworker(coordinator, id, {}, 200, { params });
		await keyworker(coordinator, id, { role: "друг" }, "409 already-exists", { params });
		await keyworker(holder, id, { organisation_id: holder.id, nominated_by: "parent", role: "учител" });
		assert.equal((await list(helper, "listKeyworkers", id)).items.length, 2);
		await list(stranger, "listKeyworkers", id, "404 not-found");
	});
	await t.test("until a day, though the organisation has left", async () => {
		await answer(helper, id, { answer: "left", reason: "Услугата се закри." });
		await keyworker(holder, id, {}, "422 invalid");
		const ended = await keyworker(holder, id, { to: day(-1) }, 200, { params, ifMatch: 1 });
		assert.deepEqual([ended.version, ended.to], [2, day(-1)]);
		const stale = await keyworker(holder, id, {}, "412 precondition-failed", { params, ifMatch: 1 });
		assert.equal(stale.current.version, 2);
		const own = new Consumer(holder);
		const event = await own.until((e) => e.id === params.id && e.version === 2);
		assert.deepEqual([event.kind, event.state], ["keyworker", "ended"]);
	});
});

test("a handover: to whom, whom the child loses, who stays", async (t) => {
	const { id } = await workingTeam(holder, coordinator, [helper]);
	await t.test("the step asks for it", async () => {
		await list(coordinator, "getHandover", id, "404 not-found");
		assert.deepEqual(codes(await step(coordinator, id, { step: "hand_over" }, "409 step-refused")),
			["receiver", "goodbye"]);
	});
	await t.test("to one of the team, by whoever leads", async () => {
		const { errors } = await handover(coordinator, id, { receiver: stranger.id }, "422 invalid");
		assert.equal(errors[0].pointer, "/receiver");
		await handover(helper, id, {}, "403 step-not-yours");
		await handover(stranger, id, {}, "404 not-found");
		const headers = { "idempotency-key": randomUUID() };
		const planned = await handover(coordinator, id, {}, 201, { headers });
		assert.deepEqual([planned.id, planned.state, planned.receiver], [id, "planned", helper.id]);
		await handover(coordinator, id, { stays: "Никой." }, "409 idempotency-key-reused", { headers });
		await handover(coordinator, id, {}, 200);
		await handover(coordinator, id, { stays: "Никой." }, "409 already-exists");
		await handover(coordinator, id, { stays: "Баба му." }, 200, { ifMatch: 1 });
		const stale = await handover(coordinator, id, { stays: "Никой." },
			"412 precondition-failed", { ifMatch: 1 });
		assert.equal(stale.current.stays, "Баба му.");
		assert.equal((await list(helper, "getHandover", id)).stays, "Баба му.");
		await list(stranger, "getHandover", id, "404 not-found");
	});
	await t.test("what is missing is the meeting, which the coordinator may pass over", async () => {
		assert.deepEqual(codes(await step(coordinator, id, { step: "hand_over" }, "409 step-refused")),
			["receiver"]);
		await step(coordinator, id, { step: "hand_over", because: "Разговаряха по телефона." });
		assert.equal((await list(coordinator, "getHandover", id)).state, "done");
		const other = new Consumer(helper);
		assert.equal((await other.until((e) => e.kind === "handover" && e.doc)).parent, id);
		const { steps } = await handover(coordinator, id, {}, "409 step-not-possible", { ifMatch: 2 });
		assert.ok(steps.includes("take_over"));
	});
});

test("the consent ends: what was said goes, and nothing more is written", async () => {
	const team = await workingTeam(holder, coordinator, [helper]);
	const { id } = team;
	await manager(id, helper);
	const { id: said } = await review(helper, id);
	await keyworker(helper, id);
	await handover(helper, id);
	const [own, other] = [new Consumer(holder), new Consumer(helper)];
	await other.until((e) => e.id === said && e.doc);
	await holder.withdraw(team.consent);
	for (const operation of ["listReviews", "listKeyworkers", "getHandover"])
		await list(helper, operation, id, "410 consent-withdrawn");
	await review(helper, id, {}, "410 consent-withdrawn");
	await keyworker(helper, id, {}, "410 consent-withdrawn");
	await handover(helper, id, {}, "410 consent-withdrawn");
	for (const write of [review, keyworker])
		await write(coordinator, id, {}, "409 step-not-possible");
	await handover(coordinator, id, {}, "409 step-not-possible", { ifMatch: 2 });
	for (const who of [coordinator, holder]) {
		const { items: [left] } = await list(who, "listReviews", id);
		assert.equal(left.result, "continue");
		assert.equal("changed_for_child" in left, false);
		assert.equal("role" in (await list(who, "listKeyworkers", id)).items[0], false);
		assert.equal("loses" in await list(who, "getHandover", id), false);
	}
	await other.until((e) => e.id === said && e.op === "purge");
	const event = await own.until((e) => e.id === said && e.doc && !e.doc.changed_for_child);
	assert.equal(event.doc.result, "continue");
});

test("not before the work has begun", async () => {
	const { summary } = await consented(holder);
	const id = uuid7();
	await (await holder.api()).call("requestCoordination", { params: { id }, body: {
		summary_id: summary, region: state.team, urgency: "soon", help_wanted: "advice",
	} }, 201);
	await review(coordinator, id, {}, "409 step-not-possible");
	await keyworker(coordinator, id, { organisation_id: holder.id }, "409 step-not-possible");
	await handover(coordinator, id, { receiver: holder.id }, "409 step-not-possible");
});

// Coordinations at the hub: asked for under a consent, screened, taken from
// step to step by whoever may, and never without what the family agreed to.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { day } from "../../deploy/demo/stories.mjs";
import {
	consented, get, invite, newCoordinator, newRegion, requestBody, requested, step, withTeam,
	workingTeam,
} from "../lib/coordination.mjs";
import { CATEGORIES, enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, state } from "../lib/suite.mjs";

const holder = await enrolledOrganisation();
const helper = await enrolledOrganisation();
const stranger = await enrolledOrganisation();
const coordinator = await hubAs("coordinator");

const ask = async (organisation, id, body, expected, key) =>
	organisation.api().then((api) => api.call("requestCoordination",
		{ params: { id }, body, key }, expected));
const codes = (body) => body.missing.map(({ code }) => code);

test("a request under a consent that names the regional team", async () => {
	const { summary, consent } = await consented(holder);
	const id = uuid7(), key = randomUUID();
	const first = await ask(holder, id, requestBody(summary), 201, key);
	assert.equal(first.body.state, "requested");
	assert.equal(first.body.deadline, "screening");
	assert.equal(first.body.consent_id, consent);
	assert.equal(first.body.overdue, false);
	assert.ok(new Date(first.body.due) > new Date(Date.now() + 86_400_000));
	assert.equal((await ask(holder, id, requestBody(summary), 201, key)).body.version, 1);
	await ask(holder, id, requestBody(summary), 200);
	await ask(holder, id, requestBody(summary, { urgency: "urgent" }), "409 already-exists");
	await ask(holder, id, requestBody(summary, { urgency: "urgent" }),
		"409 idempotency-key-reused", key);
	await ask(holder, id, requestBody(uuid7()), "409 already-exists");
	await ask(holder, uuid7(), requestBody(summary), "409 already-exists");
	await ask(stranger, id, requestBody(summary), "404 not-found");
	const { body } = await coordinator.call("getCoordination", { params: { id } }, 200);
	assert.equal(body.holder, holder.id);
	assert.equal(body.case_pseudonym, first.body.case_pseudonym);
});

test("an urgent one is to be screened within 24 hours", async () => {
	const { summary } = await consented(holder);
	const { body } = await ask(holder, uuid7(), requestBody(summary, { urgency: "urgent" }), 201);
	const hours = (new Date(body.due) - new Date(body.requested_at)) / 3_600_000;
	assert.ok(Math.abs(hours - 24) < 0.01, `${hours} hours`);
});

test("no request without what the family agreed to", async (t) => {
	const refused = async (name, organisation, body, expected, missing) =>
		t.test(name, async () => {
			const answer = await ask(organisation, uuid7(), body, expected);
			if (missing) {
				assert.deepEqual(codes(answer.body), missing);
				assert.equal(answer.body.missing[0].overridable, false);
				assert.match(answer.body.missing[0].text, /съгласи/);
			}
		});
	const { id: other } = await holder.consent({ [helper.id]: CATEGORIES });
	await refused("the consent does not name the team", holder,
		requestBody(await holder.publish(other)), "409 step-refused", ["consent"]);
	const talk = await consented(holder, [], { purpose: "consultation" });
	await refused("it is for consultation", holder,
		requestBody(talk.summary), "409 step-refused", ["purpose"]);
	const ended = await consented(holder);
	await holder.withdraw(ended.consent);
	await refused("it was withdrawn", holder,
		requestBody(ended.summary), "409 step-refused", ["consent"]);
	const good = await consented(holder);
	await refused("another's summary", stranger, requestBody(good.summary), "404 not-found");
	await refused("no such summary", holder, requestBody(uuid7()), "404 not-found");
	await refused("no regional team", holder,
		requestBody(good.summary, { region: helper.id }), "404 not-found");
});

test("screening: accepted, advised or redirected, with a reason", async () => {
	const make = async () => requested(holder, (await consented(holder)).summary);
	const accepted = await make();
	const missing = await step(coordinator, accepted, { step: "accept" }, "409 step-refused");
	assert.deepEqual(missing.missing, [{
		code: "difficulty", overridable: true,
		text: "критериите за труден случай не са обсъдени с водещия",
	}]);
	const taken = await step(coordinator, accepted, { step: "accept", criteria_discussed: true });
	assert.equal(taken.state, "team_forming");
	assert.ok(taken.criteria_at);
	assert.equal(taken.deadline, "meeting");
	assert.equal(taken.coordinator, state.hub.users.coordinator.id);

	const overridden = await make();
	await step(coordinator, overridden, { step: "accept", because: "Видно е от сигнала." });
	const { body: history } = await coordinator.call("listCoordinationSteps",
		{ params: { id: overridden } }, 200);
	assert.deepEqual(history.items.map((item) => [item.step, item.from, item.to, item.role]),
		[["request", "none", "requested", "holder"],
			["accept", "requested", "team_forming", "coordinator"]]);
	assert.deepEqual(history.items[1].overridden, ["difficulty"]);
	assert.equal(history.items[1].because, "Видно е от сигнала.");

	for (const [what, to] of [["advise", "advised"], ["redirect", "redirected"]]) {
		const id = await make();
		assert.deepEqual(codes(await step(coordinator, id, { step: what, because: "Просто." },
			"409 step-refused")), ["reason"], "no because for a reason");
		const done = await step(coordinator, id, { step: what, reason: "Насочени към ЦОП." });
		assert.equal(done.state, to);
		assert.equal(done.due, undefined);
		const again = await step(coordinator, id, { step: "accept" }, "409 step-not-possible");
		assert.deepEqual(again.steps, ["close", "reopen"]);
	}
});

test("whose step it is", async () => {
	const { summary } = await consented(holder);
	const id = await requested(holder, summary);
	const api = await holder.api();
	await step(api, id, { step: "accept", criteria_discussed: true }, "403 step-not-yours");
	assert.deepEqual(codes(await step(api, id, { step: "cancel" }, "409 step-refused")), ["reason"]);
	await step(api, id, { step: "suspend" }, "403 step-not-yours");
	await (await stranger.api()).call("takeCoordinationStep",
		{ params: { id }, ifMatch: 1, body: { step: "cancel", reason: "Не." } }, "404 not-found");
	const done = await step(api, id, { step: "cancel", reason: "Семейството размисли." });
	assert.equal(done.state, "closed");
	assert.ok(done.closed_at);
	assert.deepEqual(codes(await step(coordinator, id, { step: "reopen", reason: "Отново искат." },
		"409 step-refused")), ["difficulty"], "no way around the screening");
	await step(coordinator, id, { step: "reopen", reason: "Отново искат.", criteria_discussed: true });
	const now = await get(coordinator, id);
	assert.equal(now.state, "team_forming");
	assert.ok(now.criteria_at);
});

test("one case has one coordination under way", async () => {
	const { summary, claims } = await consented(holder);
	const first = await requested(holder, summary);
	await step(coordinator, first, { step: "advise", reason: "Съвет." });
	const second = await requested(holder, summary);
	const again = { step: "reopen", reason: "Отново искат.", criteria_discussed: true };
	await step(coordinator, first, again, "409 already-exists");
	await step(coordinator, second, { step: "close", reason: "Край." });
	assert.equal((await step(coordinator, first, again)).state, "team_forming");
	await step(coordinator, first, { step: "close", reason: "Край." });

	// Two consents of one case, since the lock of one consent holds off the rest.
	const other = await consented(holder, [], { case_pseudonym: claims.case_pseudonym });
	const api = await holder.api();
	for (let round = 0; round < 5; round += 1) {
		const asked = await Promise.all([summary, other.summary].map(async (of) => {
			const id = uuid7();
			const { status, body } = await api.call("requestCoordination",
				{ params: { id }, body: requestBody(of) });
			return { id, status, code: body.code };
		}));
		assert.deepEqual(asked.map(({ status, code }) => code ?? status).sort(), [201, "already-exists"]);
		await step(coordinator, asked.find(({ status }) => status === 201).id,
			{ step: "close", reason: "Край." });
	}
});

test("what is begun again has had no review", async () => {
	const { id } = await workingTeam(holder, coordinator, [helper], "reviewed", "review");
	await cluster.psql(federation.hub.database,
		"UPDATE coordination SET reviewed = true WHERE id = :'id';", { id });
	await step(coordinator, id, {
		step: "close", closing: { outcome: "achieved", family_view: "Доволни сме.", lesson: "Рано." },
	});
	await step(coordinator, id, { step: "reopen", reason: "Отново искат." });
	assert.equal(await cluster.psql(federation.hub.database,
		"SELECT reviewed FROM coordination WHERE id = :'id';", { id }), "f");
});

test("a step is taken once, and from what was seen", async () => {
	const id = await requested(holder, (await consented(holder)).summary);
	const body = { step: "accept", criteria_discussed: true }, key = randomUUID();
	const take = (ifMatch, change, expected, theKey = randomUUID()) =>
		coordinator.call("takeCoordinationStep",
			{ params: { id }, ifMatch, body: { ...body, ...change }, key: theKey }, expected);
	const stale = await take(7, {}, "412 precondition-failed");
	assert.equal(stale.body.current.version, 1);
	await take(1, {}, 200, key);
	const again = await take(1, {}, 200, key);
	assert.equal(again.body.version, 2, "a repeat changes nothing");
	await take(1, { because: "Друго." }, "409 idempotency-key-reused", key);
	await take(1, {}, "412 precondition-failed");
	const closing = await Promise.all([1, 2, 3, 4].map((n) => coordinator.call("takeCoordinationStep",
		{ params: { id }, ifMatch: 2, body: { step: "close", reason: `Опит ${n}.` } })));
	assert.deepEqual(closing.map(({ status }) => status).sort(), [200, 412, 412, 412]);
	const { body: { items } } = await coordinator.call("listCoordinationSteps",
		{ params: { id } }, 200);
	assert.equal(items.filter((item) => item.step === "close").length, 1);
});

test("texts tell nobody", async () => {
	const id = await requested(holder, (await consented(holder)).summary);
	const { body } = await coordinator.call("takeCoordinationStep", {
		params: { id }, ifMatch: 1,
		body: { step: "advise", reason: "Обадете се на 0888 123 456." },
	}, "422 invalid");
	assert.equal(body.errors[0].pointer, "/reason");
	assert.ok(body.errors[0].start > 0);
	const { body: closing } = await coordinator.call("takeCoordinationStep", {
		params: { id }, ifMatch: 1,
		body: { step: "close", closing: { lesson: "Пишете на a.b@primer.example." } },
	}, "422 invalid");
	assert.equal(closing.errors[0].pointer, "/closing/lesson");
});

test("the course as far as the team forms, and its end", async () => {
	const other = await enrolledOrganisation();
	const { id } = await withTeam(holder, coordinator, [helper, other]);
	const missing = await step(coordinator, id, { step: "understand" }, "409 step-refused");
	assert.deepEqual(codes(missing), ["manager", "two_sectors"]);
	await step(coordinator, id, { step: "understand", because: "Сроковете текат." });
	const meet = await step(coordinator, id, { step: "meet", because: "Няма време." },
		"409 step-refused");
	assert.deepEqual(codes(meet), ["decisions"], "what is firm stays, even with because");
	assert.deepEqual(codes(await step(coordinator, id, { step: "close" }, "409 step-refused")),
		["outcome", "family_view", "lesson"]);
	const closed = await step(coordinator, id, {
		step: "close", closing: {
			outcome: "partly", family_view: "Доволни сме от срещите.",
			lesson: "Каните училището рано.",
		},
	});
	assert.equal(closed.state, "closed");
	assert.equal(closed.outcome, "partly");
	assert.equal(closed.due, undefined);
});

test("the queue: what is due first, by filters, page by page", async () => {
	const region = await newRegion();
	const api = region.coordinator.api;
	const ids = [];
	for (const urgency of ["routine", "urgent", "soon"]) {
		const { id: consent } = await holder.consent({ [region.id]: CATEGORIES });
		ids.push(await requested(holder, await holder.publish(consent),
			{ region: region.id, urgency }));
	}
	const list = async (query, who = api) =>
		(await who.call("listCoordinations", { query }, 200)).body;
	const all = await list({});
	assert.equal(all.items.length, 3);
	assert.equal(all.items[0].id, ids[1], "the urgent one first");
	assert.deepEqual(all.items.map(({ due }) => due),
		all.items.map(({ due }) => due).sort());
	const pages = [];
	let after;
	do {
		const page = await list({ limit: 1, after });
		pages.push(...page.items.map(({ id }) => id));
		after = page.next;
	} while (after);
	assert.deepEqual(pages, all.items.map(({ id }) => id));
	await api.call("listCoordinations", { query: { after: "1" } }, "422 invalid");

	assert.deepEqual((await list({ assigned: "me" })).items, []);
	await step(api, ids[0], { step: "accept", criteria_discussed: true });
	assert.deepEqual((await list({ assigned: "me" })).items.map(({ id }) => id), [ids[0]]);
	assert.equal((await list({ assigned: "none" })).items.length, 2);
	await step(api, ids[2], { step: "advise", reason: "Съвет е достатъчен." });
	assert.equal((await list({})).items.length, 2);
	assert.deepEqual((await list({ state: "advised" })).items.map(({ id }) => id), [ids[2]]);
	assert.deepEqual((await list({ overdue: true })).items, []);
	await cluster.psql(federation.hub.database, `UPDATE coordination
		SET due = now() - interval '1 minute' WHERE id = :'id';`, { id: ids[1] });
	const late = await list({ overdue: true });
	assert.deepEqual(late.items.map(({ id, overdue }) => [id, overdue]), [[ids[1], true]]);

	assert.equal((await coordinator.call("listCoordinations", { query: { limit: 200 } }, 200))
		.body.items.some(({ id }) => ids.includes(id)), false, "another region's");
	await get(coordinator, ids[0], "404 not-found");
	const own = await list({ limit: 200 }, await holder.api());
	assert.ok(ids.every((id) => own.items.some((item) => item.id === id)));
	assert.equal(own.items.some((item) => "coordinator" in item), false);
	assert.deepEqual((await list({}, await stranger.api())).items, []);
});

test("an absence changed by two at once: one of them hears of it", async () => {
	const [away, substitute] = [await newCoordinator(), await newCoordinator()];
	for (let round = 0; round < 12; round += 1) {
		const params = { id: uuid7() };
		const put = (last, expected, ifMatch) => away.api.call("putAbsence", {
			params, ifMatch, body: {
				user_id: away.id, substitute: substitute.id, first_day: day(300), last_day: day(last),
			},
		}, expected);
		await put(301, 201);
		const answers = await Promise.all([302, 303].map((last) => put(last, undefined, 1)));
		assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
		const lost = answers.find(({ status }) => status === 412).body;
		assert.deepEqual(lost.current, answers.find(({ status }) => status === 200).body);
	}
});

test("many coordinators: assignment, absence, substitution", async (t) => {
	const region = await newRegion();
	const ani = region.coordinator;
	const boyan = await newCoordinator(region.id), vera = await newCoordinator(region.id);
	const { id: consent } = await holder.consent({ [region.id]: CATEGORIES, [helper.id]: CATEGORIES });
	const id = await requested(holder, await holder.publish(consent), { region: region.id });
	const assign = (who, user, expected) => who.api.call("assignCoordinator",
		{ params: { id }, body: { user_id: user } }, expected);
	await assign(ani, boyan.id, 200);
	await assign(ani, boyan.id, 200);
	const { body } = await assign(ani, uuid7(), "422 invalid");
	assert.equal(body.errors[0].pointer, "/user_id");
	await assign(ani, state.hub.users.coordinator.id, "422 invalid");
	await (await hubAs("coordinator")).call("assignCoordinator",
		{ params: { id }, body: { user_id: boyan.id } }, "404 not-found");
	await step(ani.api, id, { step: "accept", criteria_discussed: true }, "403 step-not-yours");
	await step(boyan.api, id, { step: "accept", criteria_discussed: true });
	await invite(vera.api, id, helper, "403 step-not-yours");
	await invite(boyan.api, id, helper);
	await vera.api.call("removeMember",
		{ params: { id, organisation_id: helper.id } }, "403 step-not-yours");

	const away = uuid7();
	const put = (change, expected, options = {}, absence = away) => vera.api.call("putAbsence", {
		params: { id: absence }, ...options, body: {
			user_id: boyan.id, first_day: day(-1), last_day: day(1), substitute: vera.id, ...change,
		},
	}, expected);
	await t.test("who stands for whom", async () => {
		await put({}, 201);
		await put({}, 200);
		await put({ last_day: day(3) }, "409 already-exists");
		await put({ last_day: day(3) }, "412 precondition-failed", { ifMatch: 9 });
		await put({ last_day: day(3) }, 200, { ifMatch: 1 });
		await put({ substitute: boyan.id }, "422 invalid", {}, uuid7());
		await put({ substitute: state.hub.users.coordinator.id }, "422 invalid", {}, uuid7());
		await put({ last_day: day(-5) }, "422 invalid", {}, uuid7());
		await (await hubAs("coordinator")).call("putAbsence", {
			params: { id: away }, ifMatch: 2, body: {
				user_id: boyan.id, first_day: day(0), last_day: day(1), substitute: vera.id,
			},
		}, "404 not-found");
		const { body: list } = await ani.api.call("listAbsences", {}, 200);
		assert.deepEqual(list.items.map((item) => [item.id, item.substitute]), [[away, vera.id]]);
		assert.deepEqual((await (await hubAs("coordinator")).call("listAbsences", {}, 200))
			.body.items.filter((item) => item.id === away), []);
	});
	await t.test("the substitute acts, and sees it as their own", async () => {
		const { body: mine } = await vera.api.call("listCoordinations",
			{ query: { assigned: "me" } }, 200);
		assert.deepEqual(mine.items.map((item) => item.id), [id]);
		await vera.api.call("removeMember", { params: { id, organisation_id: helper.id } }, 200);
		await step(ani.api, id, { step: "close", reason: "Не." }, "403 step-not-yours");
		const closed = await step(vera.api, id, { step: "close", reason: "Отказаха се." });
		assert.equal(closed.coordinator, boyan.id, "it stays the other's");
	});
});

// Meetings at the hub: convened, answered, recorded; what is decided has who,
// what, by when and how it is known; each sees what the consent gives it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import {
	answer, consented, convened, decide, decisionBody, get, getMeeting, invite, inviteTo,
	meetingBody, newCoordinator, newFacilitator, newRegion, record, requested, step, takeBack,
	VOICES,
} from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { CATEGORIES, DOC, enrolledOrganisation, organisationFields } from "../lib/organisation.mjs";
import { cluster, federation, hub, hubAs, state } from "../lib/suite.mjs";

const coordinator = await hubAs("coordinator");
const holder = await enrolledOrganisation();
const school = await enrolledOrganisation(); // given the meetings, of another sector
const helper = await enrolledOrganisation(); // not given them
const stranger = await enrolledOrganisation();
await (await hubAs("admin")).call("putOrganisation", {
	params: { id: school.id }, ifMatch: (await (await school.api()).call("getOrganisation",
		{ params: { id: school.id } }, 200)).body.version,
	body: organisationFields({ sectors: ["EDU"] }),
}, 200);

/* A coordination in understanding; the school is given the meetings. */
async function understanding() {
	const { id: consent } = await holder.consent({
		[state.team]: CATEGORIES, [school.id]: [...CATEGORIES, "plan", "meetings"], [helper.id]: CATEGORIES,
	});
	const id = await requested(holder, await holder.publish(consent, DOC));
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	for (const member of [school, helper]) {
		await invite(coordinator, id, member);
		await answer(member, id, { answer: "accepted" });
	}
	await (await holder.api()).call("nameCaseManager",
		{ params: { id }, body: { organisation_id: school.id } }, 200);
	await (await holder.api()).call("nameCaseManager",
		{ params: { id }, body: { organisation_id: holder.id } }, 200);
	await step(coordinator, id, { step: "understand" });
	return { id, consent };
}
const answerTo = async (organisation, id, body, expected = 200) =>
	(await organisation.api()).call("answerMeeting", { params: { id }, body }, expected);
const codes = (body) => body.missing.map(({ code }) => code);

test("from the invitation to the step that a meeting opens", async (t) => {
	const k = await understanding();
	assert.deepEqual(codes(await step(coordinator, k.id, { step: "meet" }, "409 step-refused")),
		["attended", "voices", "decisions"]);
	const id = await convened(coordinator, { coordination_id: k.id, link: "https://sreshta.example/а" });
	await t.test("invited, with a reason; answered, with a substitute", async () => {
		await inviteTo(coordinator, id, school);
		await inviteTo(coordinator, id, school, 200);
		await inviteTo(coordinator, id, helper);
		await answerTo(school, id, { answer: "accepted", substitute: "класен ръководител" });
		await answerTo(helper, id, { answer: "declined" }, "409 step-refused");
		await answerTo(helper, id, { answer: "declined", reason: "Имаме друга среща." });
		await answerTo(helper, id, { answer: "declined", reason: "Имаме друга среща." });
		await answerTo(stranger, id, { answer: "accepted" }, "404 not-found");
		const { invitations, version } = await getMeeting(coordinator, id);
		assert.deepEqual(invitations.map((i) => [i.state, i.substitute, i.answer_reason]), [
			["accepted", "класен ръководител", undefined],
			["declined", undefined, "Имаме друга среща."]]);
		assert.equal(version, 5, "what changes nothing is no version");
		const seen = await getMeeting(await school.api(), id);
		assert.equal(seen.invitations[1].answer_reason, undefined, "why is the convenors'");
	});
	await t.test("what is missing is told, one by one", async () => {
		await record(coordinator, id, [holder], 200, { voices: undefined });
		assert.deepEqual(codes(await step(coordinator, k.id, { step: "meet" }, "409 step-refused")),
			["attended", "voices", "decisions"]);
		await record(coordinator, id, [holder, school], 200,
			{ voices: { ...VOICES, parents: { present: false } } });
		assert.deepEqual(codes(await step(coordinator, k.id, { step: "meet" }, "409 step-refused")),
			["voices", "decisions"]);
		const done = await record(coordinator, id, [holder, school]);
		assert.deepEqual(done.voices, VOICES);
		assert.equal(done.attendance.length, 2);
		assert.deepEqual(codes(await step(coordinator, k.id,
			{ step: "meet", because: "Бързаме." }, "409 step-refused")), ["decisions"]);
		await decide(coordinator, id, school);
		assert.equal((await step(coordinator, k.id, { step: "meet" })).state, "met");
	});
	await t.test("each sees what the consent gives it", async () => {
		await decide(coordinator, id, helper, 201, { what: "Разговор с майката" });
		const all = await getMeeting(await holder.api(), id);
		assert.equal(all.decisions.length, 2);
		assert.deepEqual(all.voices, VOICES);
		assert.deepEqual((await getMeeting(await school.api(), id)).voices, VOICES);
		const less = await getMeeting(await helper.api(), id);
		assert.equal(less.voices, undefined);
		assert.equal(less.attendance, undefined);
		assert.deepEqual(less.decisions.map(({ what }) => what), ["Разговор с майката"]);
		await getMeeting(await stranger.api(), id, "404 not-found");
		await getMeeting((await newRegion()).coordinator.api, id, "404 not-found");
	});
	await t.test("the consent ends", async () => {
		await holder.withdraw(k.consent);
		await getMeeting(await school.api(), id, "410 consent-withdrawn");
		const left = await getMeeting(coordinator, id);
		assert.deepEqual(left.agenda, []);
		assert.equal(left.voices, undefined);
		assert.equal(left.place, undefined);
		assert.deepEqual(left.decisions.map(({ what, state: of }) => [what, of]),
			[[undefined, "open"], [undefined, "open"]]);
		await answerTo(school, id, { answer: "accepted" }, "410 consent-withdrawn");
		const [{ id: decision_id, version }] = left.decisions;
		await (await school.api()).call("reportDecision", {
			params: { id: decision_id }, ifMatch: version, body: { state: "done", text: "Да." },
		}, "410 consent-withdrawn");
		await decide(coordinator, id, school, "409 step-not-possible");
		await inviteTo(coordinator, id, school, "409 step-not-possible");
		await coordinator.call("recordMeeting", {
			params: { id }, ifMatch: left.version,
			body: { attendance: [{ organisation_id: holder.id, role: "учител", minutes: 60 }] },
		}, "409 step-not-possible");
		await coordinator.call("putMeeting", { params: { id: uuid7() },
			body: meetingBody({ coordination_id: k.id }) }, "409 step-not-possible");
	});
});

test("a decision lacks nothing, and is reported by whom it binds", async () => {
	const k = await understanding();
	const id = await convened(coordinator, { coordination_id: k.id });
	for (const lacking of ["organisation_id", "what", "due", "how_known"]) {
		const { body } = await coordinator.call("putDecision", {
			params: { id, decision_id: uuid7() }, body: decisionBody(school, { [lacking]: undefined }),
		}, "422 invalid");
		assert.equal(body.errors[0].pointer, `/${lacking}`);
	}
	const { body: who } = await coordinator.call("putDecision", {
		params: { id, decision_id: uuid7() }, body: decisionBody(stranger),
	}, "422 invalid");
	assert.equal(who.errors[0].pointer, "/organisation_id");
	const decision_id = uuid7(), params = { id, decision_id }, key = randomUUID();
	const put = (change, expected, options = {}) => coordinator.call("putDecision",
		{ params, body: decisionBody(school, change), ...options }, expected);
	await put({}, 201, { key });
	assert.equal((await put({}, 201, { key })).body.version, 1, "the first answer again");
	await put({ what: "Друго" }, "409 idempotency-key-reused", { key });
	await put({}, 200);
	await put({ what: "Друго" }, "409 already-exists");
	const stale = await put({ what: "Друго" }, "412 precondition-failed", { ifMatch: 9 });
	assert.equal(stale.body.current.version, 1);
	await put({ what: "Друго" }, 200, { ifMatch: 1 });
	await put({}, "404 not-found", { ifMatch: 1, params: { id, decision_id: uuid7() } });

	const report = async (api, body, expected, ifMatch = 2, options = {}) =>
		api.call("reportDecision", { params: { id: decision_id }, ifMatch, body, ...options },
			expected);
	const done = { state: "done", text: "Графикът виси в класа." };
	await report(await holder.api(), done, "403 step-not-yours");
	await report(coordinator, done, "403 step-not-yours");
	await report(await stranger.api(), done, "404 not-found");
	const old = await report(await school.api(), done, "412 precondition-failed", 1);
	assert.equal(old.body.current.what, "Друго");
	const twice = randomUUID();
	for (let i = 0; i < 2; i += 1) {
		const { body } = await report(await school.api(), done, 200, 2, { key: twice });
		assert.deepEqual([body.state, body.text, body.version], ["done", done.text, 3]);
	}
	await report(await school.api(), { ...done, state: "not_done" }, "409 idempotency-key-reused",
		2, { key: twice });
	await put({ what: "Пак друго" }, "409 already-exists", { ifMatch: 3 });
	const ours = await decide(coordinator, id, { id: state.team });
	const { body } = await coordinator.call("reportDecision", {
		params: { id: ours.id }, ifMatch: 1,
		body: { state: "not_done", text: "Отложено." },
	}, 200);
	assert.equal(body.state, "not_done");
	await step(coordinator, k.id, { step: "close", closing: {
		outcome: "partly", family_view: "Добре.", lesson: "Каним рано." } });
	await report(await school.api(), done, "409 step-not-possible", 3);
});

test("a meeting without a case, and what a kind needs", async () => {
	const put = (change, expected) => coordinator.call("putMeeting",
		{ params: { id: uuid7() }, body: meetingBody(change) }, expected);
	const at = async (change, pointer) =>
		assert.equal((await put(change, "422 invalid")).body.errors[0].pointer, pointer);
	await at({}, "/coordination_id");
	await at({ kind: "board", coordination_id: uuid7() }, "/coordination_id");
	await at({ kind: "supervision" }, "/supervision_kind");
	await at({ kind: "admin", supervision_kind: "case" }, "/supervision_kind");
	await at({ kind: "discussion", agenda: ["Обадете се на 0888 123 456"] }, "/agenda/0");
	await put({ coordination_id: uuid7() }, "404 not-found");
	const id = await convened(coordinator, { kind: "supervision", supervision_kind: "case" });
	await getMeeting(await school.api(), id, "404 not-found");
	await inviteTo(coordinator, id, school);
	await inviteTo(coordinator, id, { id: uuid7() }, "404 not-found");
	await inviteTo(coordinator, id, { id: state.team }, "404 not-found");
	await answerTo(school, id, { answer: "accepted" });
	assert.equal((await getMeeting(await school.api(), id)).coordination_id, undefined);
	await getMeeting(await holder.api(), id, "404 not-found");
	await record(coordinator, id, [holder], "422 invalid");
	await record(coordinator, id, [school, { id: state.team }]);
	await decide(coordinator, id, school);
});

test("changed and cancelled from what was seen, once", async () => {
	const k = await understanding();
	const id = uuid7(), key = randomUUID(), starts_at = moment(3);
	const put = (change, expected, options = {}) => coordinator.call("putMeeting", {
		params: { id }, body: meetingBody({ coordination_id: k.id, starts_at, ...change }),
		...options,
	}, expected);
	await put({}, 201, { key });
	assert.equal((await put({}, 201, { key })).body.version, 1);
	await put({ place: "Зала 2" }, "409 idempotency-key-reused", { key });
	await put({}, 200);
	await put({ place: "Зала 2" }, "409 already-exists");
	const stale = await put({ place: "Зала 2" }, "412 precondition-failed", { ifMatch: 7 });
	assert.equal(stale.body.current.place, "Зала 1");
	await put({ kind: "discussion" }, "409 already-exists", { ifMatch: 1 });
	await put({ place: "Зала 2" }, 200, { ifMatch: 1 });
	await record(coordinator, id, [holder], "409 meeting-not-begun");
	await decide(coordinator, id, school, "409 meeting-not-begun");
	await inviteTo(coordinator, id, stranger, "409 step-refused");
	await inviteTo(coordinator, id, school);
	const cancel = (ifMatch, expected, options = {}) => coordinator.call("cancelMeeting",
		{ params: { id }, ifMatch, body: { reason: "Отложена." }, ...options }, expected);
	await cancel(2, "412 precondition-failed");
	const once = randomUUID();
	await cancel(3, 200, { key: once });
	const { body } = await cancel(3, 200, { key: once });
	assert.deepEqual([body.state, body.cancelled_because, body.version], ["cancelled", "Отложена.", 4]);
	await coordinator.call("cancelMeeting", { params: { id }, ifMatch: 3,
		body: { reason: "Друго." }, key: once }, "409 idempotency-key-reused");
	await cancel(4, "409 meeting-over");
	await put({ place: "Зала 3" }, "409 meeting-over", { ifMatch: 4 });
	await inviteTo(coordinator, id, helper, "409 meeting-over");
	await takeBack(coordinator, id, school, "409 meeting-over");
	await answerTo(school, id, { answer: "accepted" }, "409 meeting-over");
	await record(coordinator, id, [holder], "409 meeting-over");
	await decide(coordinator, id, school, "409 meeting-over");

	const past = await convened(coordinator, { coordination_id: k.id });
	const { version } = await getMeeting(coordinator, past);
	const first = randomUUID();
	const write = (ifMatch, minutes, theKey, expected) => coordinator.call("recordMeeting", {
		params: { id: past }, ifMatch, key: theKey,
		body: { attendance: [{ organisation_id: holder.id, role: "учител", minutes }] },
	}, expected);
	await write(version, 60, first, 200);
	await write(version, 60, randomUUID(), "412 precondition-failed");
	await write(version + 1, 90, randomUUID(), 200);
	const again = await write(version, 60, first, 200);
	assert.equal(again.body.attendance[0].minutes, 90, "a repeat undoes nothing");
	await write(version, 61, first, "409 idempotency-key-reused");
});

test("another coordinator's coordination, and one that is over", async () => {
	const k = await understanding();
	const id = await convened(coordinator, { coordination_id: k.id, starts_at: moment(2) });
	const facilitator = await newFacilitator();
	const params = { id, user_id: facilitator.id };
	const vera = await newCoordinator();
	const { version } = await getMeeting(vera.api, id);
	await vera.api.call("putMeeting", { params: { id: uuid7() },
		body: meetingBody({ coordination_id: k.id }) }, "403 step-not-yours");
	await vera.api.call("cancelMeeting", { params: { id }, ifMatch: version,
		body: { reason: "Не." } }, "403 step-not-yours");
	await inviteTo(vera.api, id, school, "403 step-not-yours");
	await takeBack(vera.api, id, school, "403 step-not-yours");
	await vera.api.call("inviteFacilitator", { params }, "403 step-not-yours");
	await vera.api.call("removeFacilitator", { params }, "403 step-not-yours");
	await record(vera.api, id, [holder], "403 step-not-yours");
	await decide(vera.api, id, school, "403 step-not-yours");
	await inviteTo(coordinator, id, school);
	await step(coordinator, k.id, { step: "close", closing: {
		outcome: "partly", family_view: "Добре.", lesson: "Каним рано." } });
	await coordinator.call("cancelMeeting", { params: { id }, ifMatch: version + 1,
		body: { reason: "Край." } }, "409 step-not-possible");
	await coordinator.call("inviteFacilitator", { params }, "409 step-not-possible");
	await takeBack(coordinator, id, school, "409 step-not-possible");
	await answerTo(school, id, { answer: "accepted" }, "409 step-not-possible");
});

test("a facilitator sees the meetings that they lead, and no more", async () => {
	const k = await understanding();
	const [mine, other] = [await convened(coordinator, { coordination_id: k.id }),
		await convened(coordinator, { coordination_id: k.id })];
	const fani = await newFacilitator(), fili = await newFacilitator(state.team);
	const change = (operation, user, expected, meeting = mine) => coordinator.call(operation,
		{ params: { id: meeting, user_id: user } }, expected);
	await change("inviteFacilitator", uuid7(), "404 not-found");
	await change("inviteFacilitator", state.hub.users.coordinator.id, "404 not-found");
	await change("inviteFacilitator", fani.id, 200);
	const { body } = await change("inviteFacilitator", fani.id, 200);
	assert.deepEqual(body.facilitators, [fani.id]);
	const seen = await getMeeting(fani.api, mine);
	assert.equal(seen.facilitators, undefined);
	await getMeeting(fani.api, other, "404 not-found");
	await getMeeting(fili.api, mine, "404 not-found");
	await get(fani.api, k.id, "403 scope-missing");
	const { body: list } = await fani.api.call("listMeetings", {}, 200);
	assert.deepEqual(list.items.map(({ id }) => id), [mine]);
	await record(fani.api, mine, [holder, school]);
	await decide(fani.api, mine, school);
	await fani.api.call("putDecision", { params: { id: other, decision_id: uuid7() },
		body: decisionBody(school) }, "404 not-found");
	assert.equal((await step(coordinator, k.id, { step: "meet" })).state, "met");
	await change("inviteFacilitator", fili.id, "409 meeting-over");
	await change("removeFacilitator", fani.id, 200);
	await getMeeting(fani.api, mine, "404 not-found");
});

test("the list: from today, page by page, each its own", async () => {
	const region = await newRegion();
	const api = region.coordinator.api, ids = [];
	for (const day of [5, 1, 3])
		ids.push(await convened(api, { kind: "board", starts_at: moment(day) }));
	await convened(api, { kind: "board", starts_at: moment(-9) });
	const list = async (query, who = api) =>
		(await who.call("listMeetings", { query }, 200)).body.items.map(({ id }) => id);
	assert.deepEqual(await list({}), [ids[1], ids[2], ids[0]]);
	assert.equal((await list({ from: moment(-10) })).length, 4);
	assert.deepEqual(await list({ from: moment(2), to: moment(4) }), [ids[2]]);
	const pages = [];
	let after;
	do {
		const { body } = await api.call("listMeetings", { query: { limit: 2, after } }, 200);
		pages.push(...body.items.map(({ id }) => id));
		after = body.next;
	} while (after);
	assert.deepEqual(pages, [ids[1], ids[2], ids[0]]);
	await api.call("listMeetings", { query: { after: "1" } }, "422 invalid");
	assert.deepEqual(await list({ coordination: uuid7() }), []);
	await inviteTo(api, ids[0], helper);
	assert.ok((await list({ limit: 200 }, await helper.api())).includes(ids[0]));
	assert.deepEqual(await list({}, await stranger.api()), []);
	assert.equal((await list({ limit: 200 }, coordinator)).some((id) => ids.includes(id)), false);
});

test("the feed: meeting and decision, to whom they concern, and their end", async () => {
	const reader = helper;
	const { id: k, consent } = await understanding();
	const id = await convened(coordinator, { coordination_id: k });
	await inviteTo(coordinator, id, reader);
	const mine = await decide(coordinator, id, reader);
	const theirs = await decide(coordinator, id, holder);
	const consumers = new Map([reader, holder].map((organisation) =>
		[organisation, new Consumer(organisation)]));
	const events = async (organisation) => {
		const consumer = consumers.get(organisation);
		await consumer.until(({ id: ref }) => ref === theirs.id);
		await consumer.drain();
		return new Map(consumer.events.map((event) => [event.id, event]));
	};
	let seen = await events(reader);
	assert.deepEqual([seen.get(id).kind, seen.get(id).parent, seen.get(id).title, seen.get(id).state],
		["meeting", k, "екипна среща по случай", "planned"]);
	assert.deepEqual(seen.get(id).doc.decisions.map((d) => d.id), [mine.id]);
	assert.equal(seen.get(mine.id).title, mine.what);
	assert.equal(seen.get(theirs.id).op, "purge");
	assert.equal((await events(holder)).get(theirs.id).doc.what, theirs.what);
	await holder.withdraw(consent);
	await consumers.get(reader).until(({ id: ref, op }) => ref === id && op === "purge");
	seen = await events(reader);
	assert.equal(seen.get(id).op, "purge");
	assert.equal(seen.get(mine.id).doc.what, mine.what, "what binds it stays with it");
	await consumers.get(holder).until(({ id: ref, state: of }) => ref === id && of === "cancelled");
	const left = await events(holder);
	assert.equal(left.get(mine.id).doc.what, undefined);
	assert.equal(left.get(id).doc.state, "cancelled");
});

test("an invitation taken back: told to whose it was, and to no other change", async () => {
	const k = await understanding();
	const theirs = async (organisation, id) => {
		const consumer = new Consumer(organisation);
		await consumer.until((e) => e.id === id && e.op === "put");
		return consumer;
	};
	for (const kase of [true, false]) {
		const id = await convened(coordinator, kase
			? { coordination_id: k.id } : { kind: "discussion" });
		await inviteTo(coordinator, id, school);
		await inviteTo(coordinator, id, helper);
		await answerTo(helper, id, { answer: "accepted" });
		const decision = await decide(coordinator, id, school);
		const own = await decide(coordinator, id, helper);
		const feed = await theirs(helper, id), other = await theirs(school, id);
		const { seq } = feed;
		const { body } = await takeBack(coordinator, id, helper);
		assert.deepEqual(body.invitations.map((i) => i.organisation_id), [school.id]);
		const again = await takeBack(coordinator, id, helper);
		assert.equal(again.body.version, body.version, "once more is no change");
		await takeBack(coordinator, id, { id: uuid7() });
		await takeBack(coordinator, uuid7(), helper, "404 not-found");
		await getMeeting(await helper.api(), id, "404 not-found");
		await answerTo(helper, id, { answer: "accepted" }, "404 not-found");
		assert.equal((await (await helper.api()).call("listMeetings", { query: { limit: 200 } }, 200))
			.body.items.some((item) => item.id === id), false);
		await feed.until((e) => e.id === id && e.op === "purge" && e.seq > seq);
		await feed.drain();
		const last = new Map(feed.events.map((e) => [e.id, e]));
		assert.equal(last.get(own.id).doc.what, own.what, "what binds it stays with it");
		assert.equal(last.get(decision.id).op, "purge", "what binds others does not");
		await other.until((e) => e.id === id && e.version === body.version && e.op === "put");
		await inviteTo(coordinator, id, helper);
		assert.equal((await getMeeting(await helper.api(), id)).invitations[1].state, "invited");
	}
	const [mine, held] = [await convened(coordinator, { coordination_id: k.id }),
		await convened(coordinator, { coordination_id: k.id })];
	await inviteTo(coordinator, held, helper);
	await record(coordinator, held, [holder, helper]);
	await takeBack(coordinator, held, helper, "409 meeting-over");
	const fani = await newFacilitator();
	await coordinator.call("inviteFacilitator", { params: { id: mine, user_id: fani.id } }, 200);
	await takeBack(fani.api, mine, helper, "403 scope-missing");
	await takeBack(await helper.api(), mine, helper, "403 scope-missing");
	await takeBack((await newRegion()).coordinator.api, mine, helper, "404 not-found");
});

test("minutes from the record, on paper, without names", async () => {
	const k = await understanding();
	const id = await convened(coordinator, { coordination_id: k.id });
	const print = async (api, expected = 200, meeting = id) =>
		api.call("getMeetingMinutes", { params: { id: meeting } }, expected);
	await print(coordinator, "409 meeting-not-begun");
	await inviteTo(coordinator, id, school);
	await inviteTo(coordinator, id, helper);
	await answerTo(helper, id, { answer: "declined", reason: "Имаме <b>друга</b> среща." });
	await record(coordinator, id, [holder, school]);
	for (let n = 1; n <= 5; n += 1)
		await decide(coordinator, id, school, 201, { what: `Решение ${n}` });
	const fani = await newFacilitator();
	await print(fani.api, "404 not-found");
	await print((await newRegion()).coordinator.api, "404 not-found");
	const { text, headers } = await print(coordinator);
	assert.match(headers["content-type"], /^text\/html; charset=utf-8$/);
	for (const told of ["Протокол: екипна среща по случай", "Гласът на детето",
		"Искам да остана в моя клас.", "На срещата", "Не на срещата", "Решение 5",
		"Записан график в класа", "Имаме &lt;b&gt;друга&lt;/b&gt; среща.",
		"регионален координатор"])
		assert.ok(text.includes(told), told);
	assert.ok(!text.includes("null"));
	assert.ok(!text.includes(id) && !text.includes(k.id));
	assert.match((await hub.call("getPrintCss", {}, 200)).text, /@page/);

	const next = await convened(coordinator, { coordination_id: k.id });
	await coordinator.call("inviteFacilitator", { params: { id: next, user_id: fani.id } }, 200);
	await record(fani.api, next, [holder], 200, { voices: undefined });
	const bare = (await print(fani.api, 200, next)).text;
	assert.ok(bare.includes("Не е записано.") && bare.includes("Няма записани решения."));
	assert.equal(await cluster.psql(federation.hub.database, `SELECT count(*) > 1 FROM read_log
		WHERE ref = :'id' AND org = :'who';`, { id: next, who: fani.id }), "t",
	"a facilitator's reading is logged");
});

test("texts tell nobody", async () => {
	const k = await understanding();
	const id = await convened(coordinator, { coordination_id: k.id });
	const words = { child: { present: true, words: "Обадете се на 0888 123 456." } };
	const { version } = await getMeeting(coordinator, id);
	const { body } = await coordinator.call("recordMeeting", {
		params: { id }, ifMatch: version, body: {
			attendance: [{ organisation_id: holder.id, role: "учител", minutes: 60 }], voices: words,
		},
	}, "422 invalid");
	assert.equal(body.errors[0].pointer, "/voices/child/words");
	await decide(coordinator, id, school, "422 invalid", { what: "Пишете на a.b@primer.example" });
	await inviteTo(coordinator, id, school, "422 invalid", { reason: "ЕГН 0441010006" });
	await answerTo(school, id, { answer: "declined", reason: "тел. 0888 123 456" }, "422 invalid");
	assert.ok(await consented(holder));
});

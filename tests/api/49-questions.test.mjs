// Questions to experts: of method and escalated, without a case in them; given,
// answered, decided on by who asked, and what that means for a coordination.

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomUUID } from "node:crypto";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { get, newCoordinator, newRegion, step, withTeam } from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { enrolledOrganisation } from "../lib/organisation.mjs";
import { cluster, federation, hub, hubAs, state } from "../lib/suite.mjs";

const PASSWORD = "дълга-примерна-парола";
const admin = await hubAs("admin");
const coordinator = await hubAs("coordinator");
const organisation = await enrolledOrganisation();
const member = await enrolledOrganisation();
const api = await organisation.api();

/* Somebody new of a role of the hub: {id, body, api, user}. */
async function person(role, change = {}) {
	const id = uuid7(), login = `e${id.slice(-12)}`;
	const { body } = await admin.call("createUser", {
		params: { id }, body: { login, name: `Човек ${login}`, role, password: PASSWORD, ...change },
	}, 201);
	const user = { login, password: PASSWORD, totp_secret: body.totp_secret ?? null };
	return { id, body, user, api: await hub.signedIn(user) };
}
const expert = await person("expert");
const colleague = await person("expert");
const national = await person("expert", { level: "national" });

const ask = async (who, body, expected = 201, options = {}) => {
	const id = options.id ?? uuid7();
	const { body: made } = await who.call("putQuestion",
		{ params: { id }, body, ...options }, expected);
	return expected === 201 ? { ...made, id } : made;
};
const method = (change = {}) => ({ text: "Как се започва?\nИ с кого?", region: state.team, ...change });
const read = async (who, id, expected = 200) =>
	(await who.call("getQuestion", { params: { id } }, expected)).body;
const give = async (id, to, expected = 200, who = coordinator) => (await who.call(
	"assignQuestion", { params: { id }, body: { user_id: to.id } }, expected)).body;
const answer = async (who, id, ifMatch, text, expected = 200) => (await who.call(
	"answerQuestion", { params: { id }, ifMatch, body: { answer: text } }, expected)).body;
const adopt = async (who, id, ifMatch, body, expected = 200, options = {}) => (await who.call(
	"adoptAnswer", { params: { id }, ifMatch, body, ...options }, expected)).body;
const listed = async (who, query = {}) => (await who.call("listQuestions",
	{ query: { limit: 200, ...query } }, 200)).body.items.map(({ id }) => id);
const YES = { adopted: true, why: "Ще започнем със среща на двете училища." };

test("people of each role, experts of a level", async () => {
	for (const role of ["expert", "facilitator", "board", "ministry", "auditor"]) {
		const { body, api: own, id } = await person(role);
		assert.equal(body.role, role);
		assert.equal(body.level, role === "expert" ? "regional" : undefined);
		const { body: me } = await own.call("getMe", {}, 200);
		assert.equal(me.role, role);
		const login = `l${id.slice(-12)}`;
		if (role !== "expert")
			await admin.call("createUser", { params: { id: uuid7() }, body: {
				login, name: "Човек", role, password: PASSWORD, level: "national" } }, "422 invalid");
	}
	const { body: changed } = await admin.call("updateUser",
		{ params: { id: colleague.id }, ifMatch: 1, body: { level: "national" } }, 200);
	assert.equal(changed.level, "national");
	const { body: back } = await admin.call("updateUser",
		{ params: { id: colleague.id }, ifMatch: 2, body: { role: "auditor" } }, 200);
	assert.equal("level" in back, false);
	await admin.call("updateUser",
		{ params: { id: colleague.id }, ifMatch: 3, body: { role: "expert" } }, 200);
	colleague.api = await hub.signedIn(colleague.user);

	const { items } = (await coordinator.call("listExperts", {}, 200)).body;
	const names = items.map(({ name }) => name);
	assert.ok(items.some(({ id, level }) => id === national.id && level === "national"));
	assert.ok(names.length >= 3);
	assert.deepEqual(Object.keys(items[0]).sort(), ["id", "level", "name"]);
});

test("a question of method: asked, given, answered, adopted", async (t) => {
	const feed = new Consumer(organisation);
	const made = await ask(api, method());
	const { id } = made;
	assert.deepEqual([made.kind, made.state, made.level, made.overdue],
		["method", "open", "regional", false]);
	assert.ok(new Date(made.due) - new Date(made.asked_at) > 10 * 86_400_000, "ten working days");

	await t.test("the same again, and changed until it is answered", async () => {
		await ask(api, method(), 200, { id });
		await ask(api, method({ text: "Друго?" }), "409 already-exists", { id });
		const stale = await ask(api, method({ text: "Друго?" }), "412 precondition-failed",
			{ id, ifMatch: 9 });
		assert.equal(stale.current.text, made.text);
		await ask(api, method({ text: "Друго?", region: uuid7() }), "409 already-exists",
			{ id, ifMatch: 1 });
		const key = randomUUID();
		for (let i = 0; i < 2; i++)
			assert.equal((await ask(api, method({ text: "По-ясно?" }), 200,
				{ id, ifMatch: 1, key })).version, 2, "a lost answer is told again");
		await ask(api, method({ text: "Съвсем друго?" }), "409 idempotency-key-reused",
			{ id, ifMatch: 2, key });
	});
	await t.test("seen by who asked, its team, experts of its level", async () => {
		for (const who of [api, coordinator, expert.api, colleague.api]) {
			assert.equal((await read(who, id)).text, "По-ясно?");
			assert.ok((await listed(who, { state: "open" })).includes(id));
			assert.equal((await listed(who, { state: "adopted" })).includes(id), false);
		}
		const elsewhere = (await newRegion()).coordinator.api;
		for (const who of [national.api, elsewhere, await member.api()]) {
			await read(who, id, "404 not-found");
			assert.equal((await listed(who)).includes(id), false);
		}
		const shown = await read(expert.api, id);
		for (const hidden of ["asker", "region", "coordination_id"])
			assert.equal(hidden in shown, false, hidden);
		await ask(await member.api(), method(), "404 not-found", { id });
		await give(id, expert, "404 not-found", elsewhere);
		await ask(coordinator, { text: "Ваш ли е?" }, "403 step-not-yours", { id, ifMatch: 2 });
	});
	await t.test("given to one, and so to no other", async () => {
		await give(id, { id: uuid7() }, "404 not-found");
		await give(uuid7(), expert, "404 not-found");
		await give(id, { id: state.hub.users.board.id }, "404 not-found");
		const given = await give(id, expert);
		assert.deepEqual([given.expert, given.version], [expert.id, 3]);
		assert.equal((await give(id, expert)).version, 3, "a repeat");
		await read(colleague.api, id, "404 not-found");
		await answer(colleague.api, id, 3, "Аз.", "404 not-found");
		assert.equal((await give(id, national)).level, "national");
		await read(expert.api, id, "404 not-found");
		await give(id, expert);
	});
	await t.test("answered in the version that was read", async () => {
		await adopt(api, id, 5, YES, "409 question-unanswered");
		const { current } = await answer(expert.api, id, 2, "С кратка среща.",
			"412 precondition-failed");
		assert.equal(current.version, 5);
		const said = await answer(expert.api, id, 5, "С кратка среща.");
		assert.deepEqual([said.state, said.version], ["answered", 6]);
		assert.equal((await answer(expert.api, id, 5, "С кратка среща.")).version, 6, "a repeat");
		assert.equal((await answer(expert.api, id, 6, "С кратка среща на място.")).version, 7);
		await ask(api, method({ text: "Не така?" }), "409 question-settled", { id, ifMatch: 7 });
		await give(id, colleague, "409 question-settled");
	});
	await t.test("adopted by who asked, once", async () => {
		await adopt(coordinator, id, 7, YES, "403 step-not-yours");
		await adopt(await member.api(), id, 7, YES, "404 not-found");
		await adopt(api, id, 6, YES, "412 precondition-failed");
		const key = randomUUID();
		for (let i = 0; i < 2; i++)
			assert.deepEqual(await adopt(api, id, 7, YES, 200, { key }).then(
				(body) => [body.state, body.why, body.version]), ["adopted", YES.why, 8]);
		await adopt(api, id, 7, { ...YES, adopted: false }, "409 idempotency-key-reused", { key });
		await adopt(api, id, 8, { adopted: false, why: "Все пак не." }, "409 question-settled");
		await answer(expert.api, id, 8, "И още нещо.", "409 question-settled");
	});
	await t.test("and its organisation has had all of it by the feed", async () => {
		const told = await feed.until((event) => event.id === id && event.state === "adopted");
		assert.equal(told.kind, "question");
		assert.equal(told.doc.answer, "С кратка среща на място.");
		assert.equal("expert" in told.doc, false);
		const away = new Consumer(member);
		await away.drain();
		assert.equal(away.events.some((event) => event.kind === "question"), false);
	});
});

test("whoever answers first has it", async () => {
	const { id, version } = await ask(api, method());
	const tries = await Promise.all([expert, colleague].map(async (who) => (await who.api.call(
		"answerQuestion", { params: { id }, ifMatch: version, body: { answer: `Отговор ${who.id.slice(0, 4)}` } }))));
	assert.deepEqual(tries.map(({ status }) => status).sort(), [200, 404]);
});

test("nothing of a case passes", async () => {
	const pseudonym = randomUUID();
	for (const [text, code, start] of [
		[`Случай ${pseudonym}: какво?`, "identifier-in-text", 7],
		[`Случай ${pseudonym.replaceAll("-", "").toUpperCase()}`, "identifier-in-text", 7],
		["Обадете се на 0888 123 456", "phone-in-text", 14],
		["ЕГН 7523169263", "identifier-in-text", undefined],
	]) {
		const { errors } = await ask(api, method({ text }), "422 invalid");
		assert.equal(errors[0].pointer, "/text");
		if (start !== undefined)
			assert.deepEqual([errors[0].code, errors[0].start], [code, start]);
	}
	await ask(api, method({ text: "12345678-1234 не е никого: abcdef" }), 201);
	const { id, version } = await ask(api, method());
	await answer(expert.api, id, version, `Вижте ${pseudonym}`, "422 invalid");
	await answer(expert.api, id, version, "Добре.");
	await adopt(api, id, version + 1, { adopted: true, why: `За ${pseudonym}` }, "422 invalid");
	await ask(api, { text: "Как?" }, "422 invalid");
	await ask(api, method({ coordination_id: uuid7() }), "422 invalid");
	await ask(api, method({ region: uuid7() }), "404 not-found");
	await ask(api, method(), "404 not-found", { ifMatch: 1 });
	await ask(coordinator, method(), "422 invalid");
});

/* As far as meetings and plans would have brought it. */
const put = (id, to) => cluster.psql(federation.hub.database,
	"UPDATE coordination SET state = :'to', version = version + 1 WHERE id = :'id';", { id, to });

test("escalated: a question without its case, and back with its answer", async (t) => {
	const { id: k, consent } = await withTeam(organisation, coordinator, [member]);
	await put(k, "in_action");
	const refused = await step(coordinator, k, { step: "escalate" }, "409 step-refused");
	assert.deepEqual(refused.missing.map(({ code, overridable }) => [code, overridable]),
		[["question", false]]);
	const asked = await ask(coordinator, { text: "Какво да опитаме?", coordination_id: k, level: "national" });
	const { id } = asked;
	assert.deepEqual([asked.kind, asked.coordination_id], ["escalated", k]);

	await t.test("the experts see the question and no case", async () => {
		const shown = await read(national.api, id);
		const { case_pseudonym: pseudonym, holder, summary_id } = await get(coordinator, k);
		for (const hidden of [k, pseudonym, holder, summary_id, state.team])
			assert.equal(JSON.stringify(shown).includes(hidden), false);
		await read(api, id, "404 not-found");
		await read(expert.api, id, "404 not-found");
		await national.api.call("getCoordination", { params: { id: k } }, "403 scope-missing");
		const other = await newCoordinator();
		assert.equal((await read(other.api, id)).coordination_id, k);
	});
	await t.test("another region's coordinator links nothing to it", async () => {
		const elsewhere = (await newRegion()).coordinator.api;
		await ask(elsewhere, { text: "Какво?", coordination_id: k }, "404 not-found");
		await ask(coordinator, { text: "Какво?", coordination_id: uuid7() }, "404 not-found");
	});
	await t.test("it goes up, and comes back with what was decided", async () => {
		assert.equal((await step(coordinator, k, { step: "escalate" })).state, "escalated");
		const { missing } = await step(coordinator, k, { step: "answer" }, "409 step-refused");
		assert.deepEqual(missing.map(({ code, overridable }) => [code, overridable]), [["reply", true]]);
		await answer(national.api, id, 1, "Направете семейна конференция.");
		await step(coordinator, k, { step: "answer" }, "409 step-refused");
		await adopt(coordinator, id, 2, { adopted: false, why: "Семейството вече отказа." });
		assert.equal((await step(coordinator, k, { step: "answer" })).state, "reviewed");
	});
	await t.test("what was decided before does not do for the next time", async () => {
		const { missing } = await step(coordinator, k, { step: "escalate" }, "409 step-refused");
		assert.deepEqual(missing.map(({ code }) => code), ["question"]);
		await ask(coordinator, { text: "А сега?", coordination_id: k });
		await step(coordinator, k, { step: "escalate" });
		await step(coordinator, k, { step: "answer" }, "409 step-refused");
		assert.equal((await step(coordinator, k,
			{ step: "answer", because: "Детето не може да чака." })).state, "reviewed");
	});
	await t.test("when the consent ends nothing more is asked, and questions stay", async () => {
		await organisation.withdraw(consent);
		await ask(coordinator, { text: "И още?", coordination_id: k }, "409 step-not-possible");
		assert.equal((await read(coordinator, id)).state, "not_adopted");
	});
});

test("a suspended organisation has its questions again when it is active", async () => {
	const held = await enrolledOrganisation(), own = await held.api();
	const { id } = await ask(own, method());
	const status = (to) => admin.call("setOrganisationStatus",
		{ params: { id: held.id }, body: { status: to, reason: "Изпитание." } }, 200);
	await status("suspended");
	const feed = new Consumer(held);
	const told = await feed.until((event) => event.id === id);
	assert.equal(told.op, "purge");
	assert.ok(feed.events.some(({ kind, op }) => kind === "definition" && op === "put"),
		"what is everybody's stays");
	await status("active");
	await feed.until((event) => event.id === id && event.op === "put");
});

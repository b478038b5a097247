// Shared work in a node: read from the mirror, changed without the hub, and
// back with its author, both versions beside each other, when it had changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import { get, invite, requestBody, step } from "../lib/coordination.mjs";
import { CATEGORIES } from "../lib/organisation.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { arrived, colleague, NAMES, newCase, shared, withoutHub } from "../lib/work.mjs";

const school = await nodeAs("school", "practitioner");
const leader = await nodeAs("school", "supervisor");
const centre = await nodeAs("csc", "supervisor");
const helper = await nodeAs("csc", "practitioner");
const coordinator = await hubAs("coordinator");
const CSC = { id: organisationId("csc") };
const NODE = federation.nodes.school.database;

/* A coordination that both nodes have in their mirrors: ids. */
async function made() {
	const ids = await shared(school, { [state.team]: CATEGORIES, csc: CATEGORIES });
	const id = uuid7();
	await school.call("requestCoordination",
		{ params: { id }, body: requestBody(ids.summary) }, 201);
	await seen(school, id, () => true);
	return { id, ...ids };
}

const seen = (api, id, wanted) => waitUntil(`${id} as wanted`, async () => {
	const { status, body } = await api.call("getShared", { params: { kind: "coordination", id } });
	return status === 200 && wanted(body.document) && body;
}, 15_000);

const cancel = (id, change = {}) => ({
	operation: "takeCoordinationStep", params: { id }, base_version: 1, send: true,
	body: { step: "cancel", reason: "Не е нужно вече." }, ...change,
});
const put = (api, id, body, expected = 201, ifMatch) =>
	api.call("putSharedChange", { params: { id }, body, ifMatch }, expected);
const read = async (api, id, expected = 200) =>
	(await api.call("getSharedChange", { params: { id } }, expected)).body;
const until = (api, id, wanted) => waitUntil(`${id} is ${wanted}`, async () => {
	const body = await read(api, id);
	return body.state === wanted && body;
}, 15_000);
const tasks = async (api, subject) => (await api.call("listTasks", { query: { subject } }, 200))
	.body.items.filter((item) => item.done_at === undefined).map((item) => item.kind);

test("a draft, sent, and taken by the hub", async (t) => {
	const { id, person } = await made();
	const change = uuid7();
	const draft = await put(school, change, cancel(id, { send: false }));
	assert.equal(draft.body.state, "draft");
	assert.equal(draft.body.document_id, id);
	assert.equal(draft.body.coordination_id, id);
	assert.deepEqual(draft.body.body, cancel(id).body);
	await t.test("a repeat is the same, another is another", async () => {
		await put(school, change, cancel(id, { send: false }), 200);
		await put(school, change, cancel(id), "409 already-exists");
		await put(school, change, cancel(id), "412 precondition-failed", 7);
	});
	await t.test("sealed at rest", async () => {
		const row = await cluster.psql(NODE,
			"SELECT sealed FROM shared_change WHERE id = :'change';", { change });
		assert.match(row, /^z1\./);
	});
	await t.test("a colleague does not see it, the supervisor does", async () => {
		const other = (await colleague("school")).api;
		await read(other, change, "404 not-found");
		await put(other, uuid7(), cancel(id), "404 not-found");
		await put(centre, uuid7(), cancel(id), "404 not-found");
		assert.equal((await read(leader, change)).state, "draft");
		const { body } = await other.call("listSharedChanges", { query: { limit: 200 } }, 200);
		assert.equal(body.items.some((item) => item.id === change), false);
	});
	await t.test("the person's export holds it", async () => {
		const dpo = await nodeAs("school", "dpo");
		const { body } = await dpo.call("exportSubject", { params: { id: person } }, 200);
		assert.deepEqual(body.changes.map((item) => [item.id, item.body.reason]),
			[[change, "Не е нужно вече."]]);
		const page = await dpo.call("getSubjectPrint", { params: { id: person } }, 200);
		assert.match(page.text, /Не е нужно вече\./);
	});
	await put(school, change, cancel(id), 200, 1);
	const done = await until(school, change, "delivered");
	assert.equal(done.body, undefined, "what has arrived is not kept twice");
	assert.equal((await get(coordinator, id)).state, "closed");
	await seen(school, id, (doc) => doc.state === "closed");
	await put(school, change, cancel(id, { body: { step: "cancel", reason: "Пак." } }),
		"409 step-not-possible", done.version);
	await school.call("resendSharedChange", { params: { id: change }, ifMatch: done.version,
		body: { base_version: 2 } }, "409 step-not-possible");
	await school.call("discardSharedChange", { params: { id: change } }, "409 step-not-possible");
});

test("what the hub would refuse is refused at once", async (t) => {
	const { id } = await made();
	const wrong = async (name, change, ...places) => t.test(name, async () => {
		const { body } = await put(school, uuid7(), cancel(id, change), "422 invalid");
		assert.deepEqual(body.errors.map((error) => [error.pointer, error.code]), places);
	});
	await wrong("no such operation", { operation: "enrolOrganisation" },
		["/operation", "not-found"]);
	await wrong("one of the coordinator's alone", { operation: "inviteMember" },
		["/operation", "not-found"]);
	await wrong("by its schema", { body: { step: "fly" } }, ["/body/step", "enum"]);
	await wrong("a member that is not known", { body: { step: "cancel", reasons: "x" } },
		["/body/reasons", "unknown-member"]);
	await wrong("no version", { base_version: undefined }, ["/base_version", "required"]);
	await wrong("a parameter too many", { params: { id, other: uuid7() } },
		["/params/other", "unknown-member"]);
	await wrong("a telephone", { body: { step: "cancel", reason: "Тел. 0888 123 456." } },
		["/body/reason", "phone-in-text"]);
	await wrong("the child's name", { body: { step: "cancel", reason: `За ${NAMES.at(-1)} не.` } },
		["/body/reason", "name-in-text"]);
	await put(school, uuid7(), cancel(uuid7()), "404 not-found");
	const { body } = await school.call("listSharedChanges", { query: { coordination: id } }, 200);
	assert.deepEqual(body.items, []);
});

test("a stale change comes back with both versions, and goes again", async (t) => {
	const { id } = await made();
	const change = uuid7(), second = uuid7(), its = uuid7();
	const other = await made();
	const at = (when) => cluster.psql(NODE, `UPDATE outbox o SET next_at = now() + :'when'::interval
		FROM shared_change c WHERE c.id = :'change' AND o.id = c.outbox_id;`, { change, when });
	await withoutHub("school", async () => {
		await put(school, change, cancel(id));
		await put(school, second, cancel(id, { body: { step: "cancel", reason: "Друго." } }));
		await put(school, its, cancel(other.id));
		await at("1 hour");
		assert.equal((await read(school, change)).state, "queued");
		await put(school, change, cancel(id, { body: { step: "cancel" } }),
			"409 step-not-possible", (await read(school, change)).version);
		await step(coordinator, id, { step: "accept", criteria_discussed: true });
	});
	await t.test("other subjects are not held up by one that waits", async () => {
		await until(school, its, "delivered");
		assert.equal((await read(school, change)).state, "queued");
		assert.equal((await read(school, second)).state, "queued");
	});
	await at("0");
	const stale = await until(school, change, "stale");
	assert.equal(stale.body.reason, "Не е нужно вече.");
	assert.equal(stale.current.version, 2);
	assert.equal(stale.current.state, "team_forming");
	assert.equal(stale.problem.code, "precondition-failed");
	const after = await until(school, second, "stale");
	assert.equal(after.current.version, 2, "what went after it as well");
	assert.deepEqual(await tasks(school, change), ["change_stale"]);
	await t.test("nothing of it is in the list of what was sent", async () => {
		const { body } = await (await nodeAs("school", "admin")).call("listOutbox",
			{ query: { state: "refused", limit: 200 } }, 200);
		assert.equal(JSON.stringify(body).includes("team_forming"), false);
		assert.equal(await cluster.psql(NODE, `SELECT count(*) FROM outbox
			WHERE subject = :'id' AND (body IS NOT NULL OR last_problem ? 'current')
			  AND operation = 'takeCoordinationStep';`, { id }), "0");
	});
	await t.test("nor by one that was refused", async () => {
		const third = await made(), next = uuid7();
		await put(school, next, cancel(third.id));
		await until(school, next, "delivered");
	});
	await t.test("given up, or sent on the version seen now", async () => {
		await school.call("discardSharedChange", { params: { id: second } }, 204);
		await read(school, second, "404 not-found");
		await school.call("discardSharedChange", { params: { id: second } }, "404 not-found");
		assert.deepEqual(await tasks(leader, second), []);
		const resend = (ifMatch, expected) => school.call("resendSharedChange", {
			params: { id: change }, ifMatch, body: { base_version: 2 },
		}, expected);
		await resend(stale.version + 3, "412 precondition-failed");
		await resend(stale.version, 200);
		assert.deepEqual(await tasks(school, change), []);
		await until(school, change, "delivered");
		assert.equal((await get(coordinator, id)).state, "closed");
	});
});

test("one's own edit of an edit needs no answer in between", async () => {
	const { id } = await made();
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await seen(school, id, (doc) => doc.version === 2);
	const first = uuid7(), second = uuid7();
	const withStep = (change) => cancel(id, { base_version: 2, body: change });
	await withoutHub("school", async () => {
		await put(school, first, withStep({ step: "cancel", reason: "Първо." }));
		await put(school, second, withStep({ step: "cancel", reason: "Второ." }));
	});
	await until(school, first, "delivered");
	const refused = await until(school, second, "refused");
	assert.equal(refused.problem.code, "step-not-possible", "of the state, not of the version");
	assert.deepEqual(await tasks(school, second), ["change_refused"]);
	const { status } = await school.call("resendSharedChange",
		{ params: { id: second }, ifMatch: refused.version, body: {} });
	assert.equal(status, 200);
});

test("an edit of an edit that is settled meanwhile does not wait for ever", async (t) => {
	const user = state.nodes.school.users.practitioner.id;
	const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
	const queue = (change, then = "") => cluster.psql(NODE, `BEGIN;
		SELECT set_config('zaedno.user', :'user', true), set_config('zaedno.role', 'practitioner', true);
		SELECT shared_change_queue(:'change', '{"method": "PUT", "path": "/v1/x", "body": {}}');
		${then} COMMIT;`, { change, user });
	const refuse = (change, then = "") => cluster.psql(NODE, `BEGIN;
		UPDATE outbox o SET state = 'refused', last_status = 412, last_problem =
			'{"code": "precondition-failed", "current": {"version": 9}}'
		FROM shared_change c WHERE c.id = :'change' AND o.id = c.outbox_id;
		${then} COMMIT;`, { change });
	for (const [name, one, other] of [["queued, then settled", queue, refuse],
		["settled, then queued", refuse, queue]])
		await t.test(name, async () => {
			const { id } = await made();
			const first = uuid7(), second = uuid7();
			await withoutHub("school", async () => {
				await put(school, first, cancel(id));
				await put(school, second, cancel(id, { send: false }));
				const of = (act) => act === queue ? second : first;
				const slow = one(of(one), "SELECT pg_sleep(1);");
				await pause(400);
				await other(of(other));
				await slow;
				assert.equal((await read(school, first)).state, "stale");
				const left = await cluster.psql(NODE, `SELECT coalesce(o.depends_on::text, 'none')
					FROM shared_change c JOIN outbox o ON o.id = c.outbox_id
					WHERE c.id = :'second' AND c.state = 'queued';`, { second });
				assert.equal(left, one === queue ? "" : "none");
				await cluster.psql(NODE, `SELECT set_config('zaedno.role', 'supervisor', false);
					SELECT shared_change_cancel(:'second');`, { second });
			});
		});
});

test("what waits can be given up", async () => {
	const { id } = await made();
	const change = uuid7();
	await withoutHub("school", async () => {
		await put(school, change, cancel(id));
		await school.call("discardSharedChange", { params: { id: change } }, 204);
		const { body } = await school.call("listSharedChanges",
			{ query: { state: "cancelled", coordination: id } }, 200);
		assert.deepEqual(body.items.map((item) => item.id), [change]);
	});
	assert.equal((await get(coordinator, id)).state, "requested");
	await school.call("discardSharedChange", { params: { id: change } }, 204);
	await read(school, change, "404 not-found");
});

test("the parts are listed, page by page, and read by whom the coordination is", async (t) => {
	const { id, summary, consent } = await made();
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, CSC);
	await arrived("csc", summary);
	await seen(centre, id, () => true);
	await helper.call("getShared", { params: { kind: "coordination", id } }, "404 not-found");
	await centre.call("assignReceivedSummary", {
		params: { id: summary }, body: { user_id: state.nodes.csc.users.practitioner.id },
	}, 200);
	const part = uuid7();
	for (const name of ["school", "csc"])
		await cluster.psql(federation.nodes[name].database, `INSERT INTO mirror (kind, id, parent,
			state, title, due, feed_id, seq, version, doc) SELECT 'novelty', :'part', :'id', 'open',
			'Разговор', now() + interval '1 day', feed_id, 1, 1, '{"version": 4}' FROM hub_link;`,
		{ part, id });
	const list = async (api, query) => (await api.call("listShared",
		{ query: { coordination: id, ...query } }, 200)).body;
	for (const api of [school, helper, centre]) {
		const { items } = await list(api, {});
		assert.deepEqual(items.map((item) => [item.kind, item.id, item.coordination_id]),
			[["coordination", id, id], ["novelty", part, id]]);
		assert.equal(items[1].version, 4);
		assert.equal(items[1].overdue, false);
		const { body } = await api.call("getShared", { params: { kind: "novelty", id: part } }, 200);
		assert.deepEqual(body.document, { version: 4 });
	}
	const first = await list(school, { limit: 1 });
	assert.equal(first.items.length, 1);
	assert.deepEqual((await list(school, { limit: 1, after: first.next })).items
		.map((item) => item.kind), ["novelty"]);
	assert.deepEqual((await list(school, { kind: "novelty" })).items.length, 1);
	assert.deepEqual((await list(school, { kind: "novelty",
		due_before: new Date().toISOString() })).items, []);
	const other = (await colleague("school")).api;
	assert.deepEqual((await list(other, {})).items, []);
	await other.call("getShared", { params: { kind: "novelty", id: part } }, "404 not-found");
	await t.test("not after the lease", async () => {
		const lease = (interval) => cluster.psql(federation.nodes.csc.database,
			"UPDATE hub_link SET mirror_lease = :'interval';", { interval });
		await lease("-1 hour");
		await helper.call("getShared", { params: { kind: "novelty", id: part } },
			"503 hub-unreachable");
		assert.deepEqual((await list(helper, {})).items, []);
		await put(helper, uuid7(), cancel(id), "404 not-found");
		await lease("24 hours");
	});
	await t.test("the names of the case that it was linked to are not told", async () => {
		const mine = await newCase(helper);
		await helper.call("linkReceivedSummary",
			{ params: { id: summary }, body: { case_id: mine.id } }, 200);
		const { body } = await put(helper, uuid7(), cancel(id, { base_version: 3,
			body: { step: "cancel", reason: `За ${NAMES.at(-1)}.` } }), "422 invalid");
		assert.equal(body.errors[0].code, "name-in-text");
	});
	const draft = uuid7(), ours = uuid7();
	await put(helper, draft, cancel(id, { send: false, base_version: 3 }));
	await put(school, ours, cancel(id, { send: false, base_version: 3 }));
	await t.test("the family withdraws: nothing is left, and nothing is sent", async () => {
		await school.call("withdrawConsent",
			{ params: { id: consent }, body: { capacity: "parent" } });
		const { version } = await read(school, ours);
		await school.call("resendSharedChange", { params: { id: ours }, ifMatch: version,
			body: { base_version: 3 } }, "409 consent-not-active");
		await put(school, uuid7(), cancel(id), "409 consent-not-active");
		const gone = await until(helper, draft, "cancelled");
		assert.equal(gone.body, undefined);
		await helper.call("getShared", { params: { kind: "coordination", id } },
			"410 consent-withdrawn");
		await helper.call("getShared", { params: { kind: "novelty", id: part } },
			"410 consent-withdrawn");
	});
});

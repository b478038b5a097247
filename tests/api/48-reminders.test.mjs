// Monitoring: what is due is told to whom it belongs, at the hub and as tasks of
// the nodes, each once, and goes by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { uuid7 } from "../../deploy/demo/http.mjs";
import {
	answer, consented, invite, newRegion, requestBody, requested, step, withTeam,
} from "../lib/coordination.mjs";
import { Consumer } from "../lib/feed.mjs";
import { CATEGORIES, enrolledOrganisation } from "../lib/organisation.mjs";
import { withSettings } from "../lib/settings.mjs";
import { cluster, federation, hubAs, nodeAs, organisationId, state } from "../lib/suite.mjs";
import { arrived, newCase, shared } from "../lib/work.mjs";

const coordinator = await hubAs("coordinator");
const sql = (text, variables) => cluster.psql(federation.hub.database, text, variables);
const reminders = async (who, query = { limit: 200 }) =>
	(await who.call("listReminders", { query }, 200)).body;
const standing = async (who, id) =>
	(await reminders(who)).items.filter((item) => item.coordination_id === id);
const late = (id, days) => sql(`UPDATE coordination SET due = now() - :'days'::interval
	WHERE id = :'id';`, { id, days: `${days} days` });

test("to the coordinators: what is due, and what nobody moves", async (t) => {
	const region = await newRegion();
	const { api } = region.coordinator;
	const holder = await enrolledOrganisation();
	const ids = [];
	for (let i = 0; i < 3; i += 1) {
		const { id: consent } = await holder.consent({ [region.id]: CATEGORIES });
		ids.push(await requested(holder, await holder.publish(consent), { region: region.id }));
	}
	await t.test("nothing, before the day", async () => {
		await sql(`UPDATE coordination SET due = now() + interval '3 days' WHERE region = :'id';`,
			{ id: region.id });
		assert.deepEqual(await reminders(api), { items: [] });
	});
	await t.test("on the day, and again when it is late", async () => {
		await late(ids[0], 20);
		await late(ids[1], 0);
		await late(ids[2], 1);
		const all = await waitUntil("the sweep", async () => {
			const { items } = await reminders(api);
			return items.length === 4 && items;
		}, 15_000);
		const of = (id) => all.filter((r) => r.coordination_id === id).map((r) => r.level).sort();
		assert.deepEqual(ids.map(of), [[0, 7], [0], [0]]);
		assert.ok(all.every((r) => r.kind === "deadline" && r.subject === r.coordination_id));
		assert.equal(all[0].coordination_id, ids[0], "what was due first");
		const pages = [];
		let after;
		do {
			const page = await reminders(api, { limit: 1, after });
			pages.push(...page.items);
			after = page.next;
		} while (after);
		assert.deepEqual(pages, all);
		assert.deepEqual(await standing(coordinator, ids[0]), [], "another region's");
	});
	await t.test("mine and nobody's", async () => {
		assert.deepEqual((await reminders(api, { assigned: "me" })).items, []);
		await step(api, ids[1], { step: "accept", criteria_discussed: true });
		await late(ids[1], 0);
		const [mine] = (await waitUntil("mine", async () => {
			const { items } = await reminders(api, { assigned: "me" });
			return items.length === 1 && items;
		}, 15_000));
		assert.deepEqual([mine.coordination_id, mine.coordinator], [ids[1], region.coordinator.id]);
		assert.equal((await reminders(api, { assigned: "none" })).items.length, 3);
	});
	await t.test("a step settles it", async () => {
		await step(api, ids[0], { step: "advise", reason: "Съвет е достатъчен." });
		await waitUntil("settled", async () => (await standing(api, ids[0])).length === 0, 15_000);
	});
	await t.test("nothing for 30 days", async () => {
		await sql(`UPDATE coordination SET entered_at = now() - interval '31 days',
				due = now() + interval '9 days' WHERE id = :'id';
			UPDATE coordination_step SET at = now() - interval '31 days'
				WHERE coordination_id = :'id';
			UPDATE reminder_run SET idle_at = '-infinity';`, { id: ids[1] });
		const [idle] = await waitUntil("inactivity", async () => {
			const found = await standing(api, ids[1]);
			return found.some((r) => r.kind === "inactivity") && found;
		}, 15_000);
		assert.equal(idle.level, 7);
	});
});

test("to an organisation: by its feed, and as long as it holds", async () => {
	const [holder, helper] = [await enrolledOrganisation(), await enrolledOrganisation()];
	const { summary, consent } = await consented(holder, [helper]);
	const id = await requested(holder, summary);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, helper);
	await sql(`UPDATE coordination_member SET due = now() - interval '20 days'
		WHERE coordination_id = :'id';`, { id });
	const other = new Consumer(helper), own = new Consumer(holder);
	for (const level of [0, 3])
		await other.until((e) => e.kind === "reminder" && e.doc?.level === level);
	const told = other.events.filter((e) => e.kind === "reminder");
	assert.ok(told.every((e) => e.parent === id && e.doc.kind === "invitation" && e.due === e.doc.due));
	const [last] = (await standing(coordinator, id)).filter((r) => r.kind === "invitation");
	assert.equal(last.level, 7);
	await answer(helper, id, { answer: "accepted" });
	for (const event of told)
		await other.until((e) => e.id === event.id && e.op === "purge");
	await own.drain();
	assert.equal(own.events.some((e) => e.kind === "reminder"), false, "not the holder's");

	await sql(`UPDATE coordination_member SET state = 'invited', answered_at = NULL,
		due = now() - interval '1 minute' WHERE coordination_id = :'id';`, { id });
	const again = await other.until((e) => e.kind === "reminder" && e.doc
		&& !told.some((old) => old.id === e.id));
	await holder.withdraw(consent);
	await other.until((e) => e.id === again.id && e.op === "purge");
	assert.deepEqual((await standing(coordinator, id)).map((r) => r.kind), []);
});

test("at a node: a task of whom it concerns, once, done by itself", async (t) => {
	const school = await nodeAs("school", "practitioner");
	const supervisor = await nodeAs("csc", "supervisor");
	const helper = await nodeAs("csc", "practitioner");
	const csc = { id: organisationId("csc") };
	const { summary } = await shared(school, { [state.team]: CATEGORIES, csc: CATEGORIES });
	const id = uuid7();
	await school.call("requestCoordination", { params: { id }, body: requestBody(summary) }, 201);
	await waitUntil("the hub has it", async () =>
		(await coordinator.call("getCoordination", { params: { id } })).status === 200, 15_000);
	await step(coordinator, id, { step: "accept", criteria_discussed: true });
	await invite(coordinator, id, csc);
	await arrived("csc", summary);
	const { id: caseId } = await newCase(helper);
	await supervisor.call("assignReceivedSummary", { params: { id: summary }, body: {
		user_id: (await helper.call("getMe", {}, 200)).body.id } }, 200);
	await helper.call("linkReceivedSummary", { params: { id: summary }, body: { case_id: caseId } }, 200);
	await sql(`UPDATE coordination_member SET due = now() - interval '20 days'
		WHERE coordination_id = :'id';`, { id });
	const tasks = async (who, query = {}) =>
		(await who.call("listTasks", { query: { subject: id, ...query } }, 200)).body.items;
	const levels = (items) => items.map((task) => task.level).sort();

	await t.test("the day's to who works on it, what is late to the supervisor", async () => {
		const all = await waitUntil("two tasks", async () => {
			const items = await tasks(supervisor);
			return items.length === 2 && items;
		}, 20_000);
		assert.deepEqual(levels(all), [0, 3]);
		assert.ok(all.every((task) => task.kind === "invitation_due" && task.coordination_id === id
			&& task.case_id === caseId));
		assert.match(all[0].text, /покана/);
		assert.deepEqual(levels(await tasks(helper)), [0]);
		for (const role of ["admin", "dpo"])
			assert.deepEqual(await tasks(await nodeAs("csc", role)), [], role);
		assert.deepEqual(await tasks(await nodeAs("school", "supervisor")), []);
	});
	await t.test("once, whatever restarts", async () => {
		await withSettings(federation.hub, { reminder_sweep_s: 2 }, async () => {
			await new Promise((resolve) => { setTimeout(resolve, 3000); });
		});
		assert.equal((await tasks(supervisor)).length, 2);
		assert.equal(await sql(`SELECT count(*) FROM reminder WHERE coordination_id = :'id'
			AND kind = 'invitation';`, { id }), "3");
	});
	await t.test("done by a person, or by itself when it is settled", async () => {
		const [mine] = await tasks(helper);
		await helper.call("completeTask", { params: { id: mine.id } }, 200);
		await supervisor.call("answerInvitation", { params: { id }, body: { answer: "accepted" } }, 202);
		const done = await waitUntil("all are done", async () => {
			const items = await tasks(supervisor, { done: true });
			return items.length === 2 && items;
		}, 20_000);
		assert.deepEqual(done.map((task) => task.done_by === undefined).sort(), [false, true]);
	});
});

test("at a node, of itself: who is alone with a case", async () => {
	const worker = await nodeAs("ngo", "practitioner");
	const { id } = await newCase(worker);
	await cluster.psql(federation.nodes.ngo.database,
		"UPDATE case_file SET opened_on = today() - 31 WHERE id = :'id';", { id });
	const [task] = await waitUntil("a task", async () => {
		const { body } = await worker.call("listTasks", { query: { subject: id } }, 200);
		return body.items.length === 1 && body.items;
	}, 15_000);
	assert.deepEqual([task.kind, task.case_id], ["alone_on_case", id]);
});

test("a team that was left is not reminded", async () => {
	const [holder, helper] = [await enrolledOrganisation(), await enrolledOrganisation()];
	const { id } = await withTeam(holder, coordinator, [helper]);
	await (await holder.api()).call("nameCaseManager",
		{ params: { id }, body: { organisation_id: helper.id } }, 200);
	await late(id, 0);
	const other = new Consumer(helper);
	const told = await other.until((e) => e.kind === "reminder" && e.doc);
	assert.equal(told.doc.kind, "deadline");
	await answer(helper, id, { answer: "left", reason: "Случаят е преместен." });
	await other.until((e) => e.id === told.id && e.op === "purge");
});

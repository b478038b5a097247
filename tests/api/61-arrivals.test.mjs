// A name in what another writes in shared work: nobody but the node that holds
// the case can know it, and whoever works on the case is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../../deploy/demo/child.mjs";
import { nodeAs, state } from "../lib/suite.mjs";
import { PLAN, putPlan } from "../lib/plan.mjs";
import { coordinator, mirrored, place, teamOf } from "../lib/whole.mjs";

const school = await place("school"), csc = await place("csc");
const NAMED = { ...PLAN, formulation: "Снежанка се страхува да се прибира сама." };

const tasksOf = async (api, subject) => (await api.call("listTasks",
	{ query: { subject, limit: 200 } }, 200)).body.items
	.filter((task) => task.kind === "name_in_shared");

test("a name in a plan is a task at the holder's until the plan comes without", async (t) => {
	const { id, caseId } = await teamOf(school, [csc]);
	const told = (api, n) => waitUntil("the holder is told", async () => {
		const open = (await tasksOf(api, id)).filter((task) => !task.done_at);
		return open.length === n && open;
	}, 10_000).then((open) => open);
	await putPlan(coordinator, id, PLAN);
	await mirrored(school.worker, "plan", id);
	await t.test("without one nobody is told", async () => {
		assert.deepEqual(await told(school.worker, 0), []);
	});
	await putPlan(coordinator, id, NAMED, 200, 1);
	await t.test("with one whoever works on the case is, once", async () => {
		const [task] = await told(school.worker, 1);
		assert.equal(task.case_id, caseId);
		assert.equal(task.coordination_id, id);
		assert.match(task.text, /има име/);
		assert.doesNotMatch(JSON.stringify(task), /Снежанка/);
		await putPlan(coordinator, id, { ...NAMED, formulation: `${NAMED.formulation} Иска помощ.` }, 200, 2);
		await mirrored(school.worker, "plan", id, (doc) => doc.version === 3);
		assert.equal((await told(school.worker, 1)).length, 1);
	});
	await t.test("and nobody whose matter it is not", async () => {
		for (const role of ["admin", "dpo"])
			if (state.nodes.school.users[role])
				assert.deepEqual(await tasksOf(await nodeAs("school", role), id), []);
		assert.deepEqual(await tasksOf(csc.worker, id), [], "another node holds no name to find");
	});
	await t.test("until it comes without", async () => {
		await putPlan(coordinator, id, PLAN, 200, 3);
		await told(school.worker, 0);
		const [task] = await tasksOf(school.worker, id);
		assert.ok(task.done_at);
		assert.equal(task.done_by, undefined);
	});
});

// For comparison: PostgreSQL's own logical replication between two databases
// of the same cluster; from a commit's acknowledgement to where another
// connection sees the row.

import { SAMPLES } from "./settings.mjs";
import { quantile } from "./numbers.mjs";
import { connect, nowMs, pause, visibleAfter } from "./poll.mjs";
import { DOC } from "./data.mjs";

const FROM = "bench_from", TO = "bench_to", NAME = "bench";
const TABLE = "CREATE TABLE message (id bigint PRIMARY KEY, doc jsonb NOT NULL);";

async function setUp(cluster) {
	await tearDown(cluster);
	for (const name of [FROM, TO]) {
		await cluster.psql("postgres", 'CREATE DATABASE :"name" TEMPLATE template0;', { name });
		await cluster.psql(name, TABLE);
	}
	// Within one cluster the slot must be there before the subscription.
	await cluster.psql(FROM, `CREATE PUBLICATION ${NAME} FOR TABLE message;
		SELECT pg_create_logical_replication_slot('${NAME}', 'pgoutput');`);
	await cluster.psql(TO, `CREATE SUBSCRIPTION ${NAME} CONNECTION :'address'
		PUBLICATION ${NAME} WITH (create_slot = false, copy_data = false);`, {
		address: `host=${cluster.sockets} port=${cluster.port} dbname=${FROM} ` +
			`user=postgres password=${cluster.env.PGPASSWORD}`,
	});
}

/* A subscription and its slot outlive a run that was killed. */
async function tearDown(cluster) {
	const there = await cluster.psql("postgres",
		"SELECT 1 FROM pg_database WHERE datname = :'name';", { name: TO });
	if (there)
		await cluster.psql(TO, `SELECT 'ALTER SUBSCRIPTION ${NAME} DISABLE'
			FROM pg_subscription WHERE subname = '${NAME}' \\gexec
			SELECT 'ALTER SUBSCRIPTION ${NAME} SET (slot_name = NONE)'
			FROM pg_subscription WHERE subname = '${NAME}' \\gexec
			DROP SUBSCRIPTION IF EXISTS ${NAME};`);
	await cluster.psql("postgres", `
		SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
		WHERE slot_name = '${NAME}' AND active_pid IS NOT NULL;
		SELECT pg_sleep(0.3);
		SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
		WHERE slot_name = '${NAME}';
		DROP DATABASE IF EXISTS ${FROM} WITH (FORCE);
		DROP DATABASE IF EXISTS ${TO} WITH (FORCE);`);
}

/** @returns {p50_ms, p99_ms, samples} */
export async function replication({ cluster }) {
	await setUp(cluster);
	const from = await connect(cluster, FROM), to = await connect(cluster, TO);
	const delays = [];
	const doc = JSON.stringify(DOC);
	for (let i = -10; i < SAMPLES; i++) {
		await from.query({
			name: "put", text: "INSERT INTO message VALUES ($1, $2)", values: [i, doc],
		});
		const delay = await visibleAfter(to, {
			name: "see", text: "SELECT 1 FROM message WHERE id = $1", values: [i],
		}, nowMs());
		if (i >= 0)
			delays.push(delay);
		await pause(20 + Math.random() * 30);
	}
	await from.end();
	await to.end();
	await tearDown(cluster);
	return {
		p50_ms: quantile(delays, 0.5), p99_ms: quantile(delays, 0.99),
		samples: delays.length,
	};
}

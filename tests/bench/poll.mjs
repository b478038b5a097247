// Waiting for something to become visible in a database, for both delays that
// are compared: one prepared query, asked again and again.

import pg from "./peer/pg.mjs";

const PAUSE_MS = 0.5;

/** A connection as the superuser. */
export async function connect(cluster, database) {
	const client = new pg.Client({
		host: cluster.sockets, port: Number(cluster.port), database,
		user: cluster.env.PGUSER, password: cluster.env.PGPASSWORD,
	});
	await client.connect();
	return client;
}

export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A pause that ends between two ticks of the timer's millisecond. */
async function shortPause() {
	const until = nowMs() + PAUSE_MS;
	while (nowMs() < until)
		await new Promise((resolve) => setImmediate(resolve));
}

/** Asks until a row is there; answers the milliseconds since `from`. */
export async function visibleAfter(client, query, from, limitMs = 15_000) {
	for (;;) {
		const { rowCount } = await client.query(query);
		const after = nowMs() - from;
		if (rowCount > 0)
			return after;
		if (after > limitMs)
			throw new Error(`not visible within ${limitMs} ms`);
		await shortPause();
	}
}

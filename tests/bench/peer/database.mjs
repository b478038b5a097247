// The peer's database: a pool of pg's pipelining clients.  A transaction is
// sent at once and waited for once; statements are named, so each connection
// prepares them once.

import pg from "pg";
import { CALLER_SQL, SEGMENTS, argumentsOf, sqlOf } from "../sql.mjs";

/** Everything stays text: the rows hold finished JSON. */
const asText = { getTypeParser: () => (value) => value };

const prepared = new Map(Object.values(SEGMENTS).flat().map((name) =>
	[name, { name, text: sqlOf(name), count: argumentsOf(name) }]));

export class Database {
	#pool;

	/** The address comes from PGHOST, PGUSER…; connections: as the hub has. */
	constructor(connections) {
		this.#pool = new pg.Pool({
			max: connections, min: connections, pipeline: true,
			idleTimeoutMillis: 0, types: asText, application_name: "peer",
		});
		this.#pool.on("error", (error) => console.error(error.message));
	}

	/**
	 * Runs a segment in one transaction; answers the rows of its last
	 * statement.  caller: [organisation, person, role, operation, request].
	 */
	async run(caller, segment, args = []) {
		const client = await this.#pool.connect();
		const sent = [
			client.query("BEGIN"),
			client.query({ name: "caller", text: CALLER_SQL, values: caller }),
			...segment.map((statement) => {
				const { name, text, count } = prepared.get(statement);
				return client.query({ name, text, values: args.slice(0, count) });
			}),
			client.query("COMMIT"),
		];
		try {
			const results = await Promise.all(sent);
			return results[results.length - 2].rows;
		} catch (error) {
			// COMMIT of a failed transaction rolls it back.
			await Promise.allSettled(sent);
			throw error;
		} finally {
			client.release();
		}
	}

	end() {
		return this.#pool.end();
	}
}

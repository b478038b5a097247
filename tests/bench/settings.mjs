// What a run can be told from outside.

const number = (name, otherwise) => {
	const value = Number(process.env[name] ?? otherwise);
	if (!Number.isFinite(value) || value <= 0)
		throw new Error(`${name} is not a number above 0`);
	return value;
};

/** How often everything is measured; medians are of so many rounds. */
export const ROUNDS = number("BENCH_ROUNDS", 5);
/** Seconds of load for each figure of a round. */
export const SECONDS = number("BENCH_SECONDS", 5);
/** Keep-alive connections of the load, for the hub and for the peer. */
export const CONNECTIONS = number("BENCH_CONNECTIONS", 64);
/** Clients of pgbench. */
export const CLIENTS = number("BENCH_CLIENTS", 16);
/** Samples of each delay. */
export const SAMPLES = number("BENCH_SAMPLES", 200);
/** Starts of a node whose median is its cold start. */
export const STARTS = number("BENCH_STARTS", 5);
/** Withdrawals that reach twenty recipients. */
export const WITHDRAWALS = number("BENCH_WITHDRAWALS", 100);
/** Edits of an action that reach ten nodes. */
export const ACTION_UPDATES = number("BENCH_ACTION_UPDATES", 200);
/** Plans that are read. */
export const PLANS = number("BENCH_PLANS", 2_000);
/** A coordinator's queue: how many a region has, and requests for each figure. */
export const QUEUE_SMALL = number("BENCH_QUEUE_SMALL", 1_000);
export const QUEUE_LARGE = number("BENCH_QUEUE_LARGE", 100_000);
export const QUEUE_REQUESTS = number("BENCH_QUEUE_REQUESTS", 3_000);
/** Only parts whose names are given, separated by commas; all by default. */
export const ALL = ["withdrawal", "action", "queue", "plan", "propagation", "replication", "resources",
	"read", "publish"];
export const PARTS = process.env.BENCH_PARTS?.split(",") ?? ALL;
/** The synthetic data. */
export const ORGANISATIONS = 10;
export const SUMMARIES = number("BENCH_SUMMARIES", 20_000);

/* Limits that one machine would meet; nothing is logged but trouble. */
export const SERVICE_SETTINGS = {
	rate_read: 10_000_000, rate_write: 10_000_000, rate_feed: 10_000_000,
	rate_signin: 10_000_000, rate_token: 10_000_000, log_level: "warning",
};

/* A server's cluster rather than a developer's; all that is durable is on. */
export const CLUSTER_SETTINGS = {
	shared_buffers: "'512MB'", max_wal_size: "'4GB'",
	checkpoint_timeout: "'15min'",
};

// Identifiers that are numbers in disguise, so that SQL, Lua and pgbench can
// all name the k-th of something; and the sums of a series.

const PREFIX = "00000000-0000-7000-8000-";

/** First number of each kind; the last twelve digits of its identifier. */
export const BASE = {
	organisation: 100_000_000_000,
	consent: 200_000_000_000,
	summary: 300_000_000_000,
	coordination: 310_000_000_000,
	goal: 320_000_000_000,
	action: 330_000_000_000,
	/* made while measuring, one range for each writer */
	hub: 400_000_000_000,
	peer: 500_000_000_000,
	pgbench: 600_000_000_000,
};

export const idOf = (base, k) => PREFIX + String(base + k);

/** The same in SQL, for an expression of type bigint or text. */
export const sqlId = (expression) => `('${PREFIX}' || ${expression})`;

/* An Idempotency-Key has its own number space. */
export const KEY_PREFIX = "00000000-0000-7000-9000-";

export function quantile(values, q) {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (sorted.length - 1) * q;
	const low = Math.floor(at);
	return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

export const median = (values) => quantile(values, 0.5);

/** {median, min, max, rounds} of a series. */
export const summary = (values) => ({
	median: median(values), min: Math.min(...values), max: Math.max(...values),
	rounds: values.length, values,
});

// What a part says: TAP lines on standard output.

/** say(good, what) tells of one assertion; say.failed counts the bad ones. */
export function sayer() {
	const say = (good, what) => {
		console.log(`${good ? "ok" : "not ok"} - ${what}`);
		say.failed += good ? 0 : 1;
	};
	say.more = (what) => console.log(`# ${what}`);
	say.failed = 0;
	return say;
}

/** How many violations there are in all. */
export const total = (violations) =>
	Object.values(violations).reduce((sum, n) => sum + Math.abs(n), 0);

/** The violations that there are, in words. */
export const told = (violations) =>
	Object.entries(violations).filter(([, n]) => n !== 0)
		.map(([what, n]) => `${n} ${what}`).join(", ") || "none";

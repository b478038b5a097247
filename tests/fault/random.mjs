// Chance that can be repeated: everything drawn follows from the seed.

/** A generator of numbers, 0 ≤ n < 1, from an integer (mulberry32). */
export function generator(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

export class Chance {
	constructor(seed) {
		this.seed = seed;
		this.next = generator(seed);
	}

	/** An integer, from ≤ n < to. */
	integer(from, to) {
		return from + Math.floor(this.next() * (to - from));
	}

	pick(list) {
		return list[this.integer(0, list.length)];
	}

	/** The list in another order. */
	shuffled(list) {
		const all = [...list];
		for (let i = all.length - 1; i > 0; i--) {
			const j = this.integer(0, i + 1);
			[all[i], all[j]] = [all[j], all[i]];
		}
		return all;
	}

	/** A random UUID (version 4). */
	uuid() {
		const hex = Array.from({ length: 4 }, () =>
			Math.floor(this.next() * 4294967296).toString(16).padStart(8, "0")).join("");
		return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
	}

	/** A generator of its own for a part, so that parts do not disturb. */
	part() {
		return new Chance(this.integer(0, 4294967296));
	}
}

/** --seed N of the command line, FAULT_SEED, or one that nobody chose. */
export function chooseSeed(argv = process.argv) {
	const at = argv.indexOf("--seed");
	const text = at >= 0 ? argv[at + 1] : process.env.FAULT_SEED;
	const seed = text === undefined
		? Math.floor(Math.random() * 4294967296) : Number(text);
	if (!Number.isInteger(seed) || seed < 0 || seed >= 4294967296)
		throw new Error(`not a seed: ${text}`);
	return seed;
}

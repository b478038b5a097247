// What happened, one JSON object a line, on the monotonic clock; and figures.

import fs from "node:fs";
import path from "node:path";
import { checkout, linkVar, stateDir } from "../../deploy/demo/place.mjs";

/** var/fault, made when missing. */
export function faultDir() {
	linkVar(stateDir());
	const dir = path.join(checkout, "var/fault");
	fs.mkdirSync(dir, { recursive: true });
	return dir;
}

const now = () => Math.round(performance.now() * 1000) / 1000;

/** The history of one run: {op, key, start, end, ok|fail|unknown} lines. */
export class History {
	constructor(name) {
		this.file = path.join(faultDir(), `${name}.jsonl`);
		this.stream = fs.createWriteStream(this.file);
	}

	/** Notes an event without length: a kill, a start. */
	note(op, more = {}) {
		const at = now();
		this.stream.write(`${JSON.stringify({ op, ...more, start: at, end: at, outcome: "ok" })}\n`);
	}

	/** Runs `work`, which answers "ok", "fail" or "unknown". */
	async record(op, key, work) {
		const start = now();
		let outcome = "unknown", more;
		try {
			({ outcome, ...more } = await work());
		} catch (error) {
			more = { error: error.code ?? error.message };
		}
		this.stream.write(
			`${JSON.stringify({ op, key, start, end: now(), outcome, ...more })}\n`);
		return outcome;
	}

	close() {
		return new Promise((resolve) => this.stream.end(resolve));
	}
}

/** Adds a part's figures to var/fault.json. */
export function writeFigures(part, figures) {
	const file = path.join(faultDir(), "../fault.json");
	const before = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
	fs.writeFileSync(file, `${JSON.stringify({ ...before, [part]: figures }, null, "\t")}\n`);
}

/** No failure in n tries bounds the rate at 3/n (95 %). */
export const bound = (n) => `0 of ${n}: below ${(300 / n).toPrecision(2)} % (95 %)`;

/* Reading YAML and JSON with positions, writing only what has changed. */

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync }
	from "node:fs";
import { dirname, join, relative } from "node:path";
import { LineCounter, parseDocument } from "yaml";

/* A parsed YAML or JSON file that can say on which line a place is. */
class Source {
	constructor(root, path, report) {
		const counter = new LineCounter();

		this.path = path;
		this.name = relative(root, path);
		this.counter = counter;
		this.doc = parseDocument(readFileSync(path, "utf8"), {
			lineCounter: counter, uniqueKeys: true, merge: false,
		});
		for (const e of this.doc.errors) {
			const message = e.message.split("\n")[0];

			report.fail(this.name, null, message);
		}
		this.value = this.doc.errors.length > 0 ? {} : this.doc.toJS();
	}

	/* the node of the last key, or of the value where there is no key */
	mark(keys) {
		const parent = this.doc.getIn(keys.slice(0, -1), true);
		const last = keys.at(-1);
		const pair = parent?.items?.find(
		    (p) => p.key && String(p.key.value) === String(last));

		return pair?.key ?? this.doc.getIn(keys, true);
	}

	/* "hub.yaml:12" for the place, or its nearest parent that is there */
	at(keys) {
		for (let n = keys.length; n > 0; n--) {
			const range = this.mark(keys.slice(0, n))?.range;

			if (range)
				return `${this.name}:${this.counter
				    .linePos(range[0]).line}`;
		}
		return this.name;
	}
}

export class Sources {
	constructor(root, report) {
		this.root = root;
		this.report = report;
		this.cache = new Map();
	}

	has(path) {
		return existsSync(path);
	}

	/* the parsed file, or null when it is not there */
	open(path) {
		if (!this.cache.has(path)) {
			this.cache.set(path, existsSync(path) ?
			    new Source(this.root, path, this.report) : null);
		}
		return this.cache.get(path);
	}

	text(path) {
		return existsSync(path) ? readFileSync(path, "utf8") : null;
	}

	list(dir, suffix) {
		if (!existsSync(dir))
			return [];
		return readdirSync(dir).filter((n) => n.endsWith(suffix)).sort()
		    .map((n) => join(dir, n));
	}

	name(path) {
		return relative(this.root, path);
	}
}

/* true when the file was written, false when it already held this text */
export function writeChanged(path, text) {
	if (existsSync(path) && readFileSync(path, "utf8") === text)
		return false;
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
	return true;
}

/* What is wrong with the sources, gathered so that all of it is shown. */

export class Report {
	constructor() {
		this.lines = [];
	}

	/* file: path as shown; place: list of keys, text, or nothing */
	fail(file, place, message) {
		const at = Array.isArray(place) ? place.join(" > ") : place;
		const line = [file, at, message].filter(Boolean).join(": ");

		if (!this.lines.includes(line))
			this.lines.push(line);
	}

	get failed() {
		return this.lines.length > 0;
	}
}

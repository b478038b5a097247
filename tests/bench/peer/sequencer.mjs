// The sequencer step, as the hub runs it: after an act, one at a time, and by
// a timer for what a crash left.

import { SEGMENTS } from "../sql.mjs";

const SWEEP_MS = 250;
const SERVICE = ["", "", "service", "", ""];

export class Sequencer {
	#database;
	#running = false;
	#wanted = false;
	#timer;

	constructor(database) {
		this.#database = database;
		this.#timer = setInterval(() => this.acted(), SWEEP_MS);
	}

	/** An act has committed. */
	acted() {
		this.#wanted = true;
		if (!this.#running)
			this.#run();
	}

	async #run() {
		this.#running = true;
		try {
			while (this.#wanted) {
				this.#wanted = false;
				await this.#step();
			}
		} catch (error) {
			console.error(`sequencer: ${error.message}`);
		} finally {
			this.#running = false;
		}
	}

	async #step() {
		const [row] = await this.#database.run(SERVICE, SEGMENTS.sequencer);
		if (row?.head && SEGMENTS.notify.length > 0)
			await this.#database.run(SERVICE, SEGMENTS.notify, [row.head]);
	}

	stop() {
		clearInterval(this.#timer);
	}
}

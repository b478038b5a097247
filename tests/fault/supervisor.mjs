// Restarts whatever of a federation has died, as systemd would.

import { sleep } from "./processes.mjs";

const RESTART_MS = 100;

export class Supervisor {
	constructor(components, history) {
		Object.assign(this, { components, history, over: false, restarts: 0 });
		this.failedStarts = 0;
		this.watches = components.map((component) => this.#watch(component));
	}

	async #watch(component) {
		for (;;) {
			const { code, signal } = await component.child.exited;
			if (this.over)
				return;
			this.history.note("ended", { key: component.name, code, signal });
			await sleep(RESTART_MS);
			if (this.over)
				return;
			this.restarts += 1;
			await component.start().then(
				() => this.history.note("ready", { key: component.name }),
				() => { this.failedStarts += 1; });
		}
	}

	/** Stops restarting; the components go on. */
	release() {
		this.over = true;
	}
}

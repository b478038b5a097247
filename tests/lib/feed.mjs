// A consumer of the feed that believes nothing: order, both chains and the
// cursor are checked on every page.

import assert from "node:assert/strict";

export class Consumer {
	constructor(organisation) {
		Object.assign(this, { organisation, cursor: undefined, events: [] });
		this.last = { own: 0, all: 0 };
		this.seq = 0;
	}

	/** Reads one page and applies it; answers its body. */
	async read(query = {}) {
		const { body } = await (await this.organisation.api()).call("readFeed",
			{ query: { after: this.cursor, ...query } }, 200);
		for (const event of body.events)
			this.#apply(event);
		const end = body.events.at(-1);
		if (end)
			assert.equal(body.cursor, `${body.feed_id}.${end.seq}.${end.tag}`);
		else if (this.cursor)
			assert.equal(body.cursor, this.cursor);
		assert.ok(body.head >= this.seq);
		this.cursor = body.cursor;
		this.events.push(...body.events.map((event) =>
			({ ...event, feed_id: body.feed_id })));
		return body;
	}

	#apply(event) {
		assert.ok(event.seq > this.seq, "seq increases");
		assert.equal(event.prev_seq, this.last[event.recipient], "no event is left out");
		assert.equal(event.op === "put", event.doc !== undefined);
		this.last[event.recipient] = this.seq = event.seq;
	}

	/** Reads until nothing is left; answers the events of this call. */
	async drain(query = {}) {
		const from = this.events.length;
		while ((await this.read({ wait: 0, ...query })).events.length > 0);
		return this.events.slice(from);
	}

	/** Reads, with long polls, until an event satisfies `wanted`. */
	async until(wanted, tries = 20) {
		for (let i = 0; i < tries; i++) {
			const found = this.events.find(wanted);
			if (found)
				return found;
			await this.read({ wait: 2 });
		}
		return assert.fail("the event did not come");
	}
}

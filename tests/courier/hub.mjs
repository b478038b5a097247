// An invented hub: answers as it is told to, notes what it was asked, and can
// fail, lose answers and lie.

import http from "node:http";
import { once } from "node:events";
import { randomUUID } from "node:crypto";

export const FEED = "0f000000-0000-4000-8000-000000000001";
export const ORGANISATION = "0a000000-0000-4000-8000-000000000001";
const NO_TAG = "00000000-0000-0000-0000-000000000000";

/** What an answer is made of; `lose` closes the connection instead. */
export const reply = (status, body, headers = {}) => ({ status, body, headers });
export const problem = (status, code, headers = {}) => reply(status,
	{ type: "about:blank", title: code, status, code },
	{ "content-type": "application/problem+json", ...headers });
export const lose = { lose: true };

export class InventedHub {
	constructor() {
		this.requests = []; // {method, path, headers, body, at}
		this.feedId = FEED;
		this.events = [];
		this.heads = { own: 0, all: 0 };
		this.tokens = 0;
		this.clockOffset = 0; // ms
		this.page = undefined; // (after) => reply, to lie with
		this.item = () => undefined; // (request) => reply or undefined
		this.token = () => undefined;
		this.enrolment = () => undefined;
		this.waiting = new Set();
	}

	async start(port = 0) {
		this.server = http.createServer({ keepAliveTimeout: 60_000, sendDate: false },
			(asked, answer) => this.#take(asked, answer));
		this.server.listen(port, "127.0.0.1");
		await once(this.server, "listening");
		this.port = this.server.address().port;
		this.url = `http://127.0.0.1:${this.port}`;
		return this;
	}

	/** Goes away, with all connections. */
	async stop() {
		this.wake();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** Items asked for so far, in order; `path` may be a pattern. */
	items(path = /./) {
		return this.requests.filter((r) => r.path.startsWith("/v1/") &&
			!/^\/v1\/(feed|enrolments)/.test(r.path) && path.test(r.path));
	}

	feeds() {
		return this.requests.filter((r) => r.path.startsWith("/v1/feed"));
	}

	/** Appends events {recipient, kind, id, op, doc…} and wakes the poll. */
	tell(...events) {
		for (const event of events) {
			const recipient = event.recipient ?? "own";
			const seq = (this.events.at(-1)?.seq ?? 0) + (event.skip ?? 0) + 1;
			this.events.push({
				recipient, kind: "summary", version: 1, op: "put", ...event, seq,
				prev_seq: event.prev_seq ?? this.heads[recipient],
				tag: randomUUID(), skip: undefined,
			});
			this.heads[recipient] = seq;
		}
		this.wake();
	}

	/** The hub is restored: another feed, from its start. */
	restart(feedId = randomUUID()) {
		Object.assign(this, { feedId, events: [], heads: { own: 0, all: 0 } });
	}

	wake() {
		for (const go of this.waiting)
			go();
		this.waiting.clear();
	}

	/** The page after a cursor. */
	pageAfter(after) {
		const seq = Number(after?.split(".")[1] ?? 0);
		const events = this.events.filter((e) => e.seq > seq);
		const end = events.at(-1);
		return {
			feed_id: this.feedId, events, head: this.events.at(-1)?.seq ?? 0,
			at: new Date(Date.now() + this.clockOffset).toISOString(),
			cursor: end ? `${this.feedId}.${end.seq}.${end.tag}`
				: after ?? `${this.feedId}.0.${NO_TAG}`,
		};
	}

	async #take(asked, answer) {
		const parts = [];
		for await (const part of asked)
			parts.push(part);
		const text = Buffer.concat(parts).toString();
		const form = asked.headers["content-type"]?.includes("urlencoded");
		const r = {
			method: asked.method, path: asked.url, headers: asked.headers, at: Date.now(),
			body: form ? Object.fromEntries(new URLSearchParams(text))
				: text ? JSON.parse(text) : undefined,
		};
		this.requests.push(r);
		this.#send(answer, await this.#decide(r));
	}

	#send(answer, { status, body, headers = {}, lose: lost }) {
		if (lost)
			return answer.socket?.destroy();
		answer.writeHead(status, {
			date: new Date(Date.now() + this.clockOffset).toUTCString(),
			...body !== undefined && { "content-type": "application/json" },
			...headers,
		});
		return answer.end(typeof body === "string" ? body : JSON.stringify(body));
	}

	async #decide(r) {
		if (r.path === "/.well-known/oauth-authorization-server")
			return reply(200, { issuer: this.url });
		if (r.path === "/v1/enrolments")
			return this.enrolment(r) ?? reply(200, {
				organisation_id: ORGANISATION, issuer: this.url, feed_id: this.feedId,
				scopes: ["feed:read"],
			});
		if (r.path === "/oauth/token")
			return this.token(r) ?? reply(200, {
				access_token: `token-${++this.tokens}`, token_type: "Bearer",
				expires_in: 300, scope: "feed:read",
			});
		if (r.path.startsWith("/v1/feed"))
			return this.#feed(r);
		return await this.item(r) ?? reply(200, { id: r.path }, { etag: '"1"' });
	}

	async #feed(r) {
		const query = new URL(r.path, this.url).searchParams;
		const after = query.get("after") ?? undefined;
		const lie = this.page?.(after);
		if (lie)
			return lie;
		if (query.get("wait") !== "0" && this.pageAfter(after).events.length === 0)
			await new Promise((go) => {
				this.waiting.add(go);
				setTimeout(go, 1000 * Number(query.get("wait"))).unref();
			});
		return this.page?.(after) ?? reply(200, this.pageAfter(after));
	}
}

// A small HTTP client: JSON in, JSON out, a connection for each request, so
// that a service that was restarted never meets a stale one.

import http from "node:http";
import { randomBytes } from "node:crypto";

/**
 * @param options {token, body (object), raw (string or Buffer), headers,
 *                 timeoutMs}
 * @returns {Promise<{status, headers, text, body}>} body: parsed JSON, if any
 */
export function request(method, url, options = {}) {
	const { token, body, raw, headers = {}, timeoutMs = 35_000 } = options;
	const data = raw ?? (body === undefined ? undefined : JSON.stringify(body));
	const all = { accept: "application/json", ...headers };
	if (token)
		all.authorization = `Bearer ${token}`;
	if (data !== undefined) {
		all["content-type"] ??= "application/json";
		all["content-length"] = Buffer.byteLength(data);
	}
	return new Promise((resolve, reject) => {
		const sent = http.request(url, { method, headers: all, agent: false });
		sent.setTimeout(timeoutMs, () =>
			sent.destroy(new Error(`${method} ${url}: no answer in ${timeoutMs} ms`)));
		sent.on("error", reject);
		sent.on("response", (answer) => {
			const parts = [];
			answer.on("data", (part) => parts.push(part));
			answer.on("error", reject);
			answer.on("end", () => resolve(read(answer, Buffer.concat(parts))));
		});
		sent.end(data);
	});
}

function read(answer, bytes) {
	const text = bytes.toString("utf8");
	const type = answer.headers["content-type"] ?? "";
	let body;
	if (/^application\/(.+\+)?json/.test(type))
		body = JSON.parse(text);
	return { status: answer.statusCode, headers: answer.headers, text, body };
}

/** As request(), but an answer other than 2xx is an error that says all. */
export async function must(method, url, options) {
	const answer = await request(method, url, options);
	if (answer.status >= 300)
		throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
	return answer;
}

/** An identifier as clients make it: UUID version 7 (RFC 9562). */
export function uuid7(now = Date.now()) {
	const bytes = randomBytes(16);
	bytes.writeUIntBE(now, 0, 6);
	bytes[6] = (bytes[6] & 0x0f) | 0x70;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	return bytes.toString("hex").replace(
		/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

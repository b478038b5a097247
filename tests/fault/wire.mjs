// A connection to PostgreSQL that sends what the services send: statements
// prepared once, then a whole segment (Bind and Execute for each statement,
// one Sync) in a single write.  The segment is one transaction, and each of
// its statements has a snapshot of its own.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import net from "node:net";

const cstring = (text) => Buffer.from(`${text}\0`, "utf8");

function int32(n) {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32BE(n);
	return bytes;
}

function int16(n) {
	const bytes = Buffer.alloc(2);
	bytes.writeInt16BE(n);
	return bytes;
}

function message(type, ...parts) {
	const body = Buffer.concat(parts);
	return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

const parse = (name, sql) =>
	message("P", cstring(name), cstring(sql), int16(0));
const execute = message("E", cstring(""), int32(0));
const sync = message("S");

function bind(name, args) {
	const values = args.flatMap((arg) => {
		if (arg === null)
			return [int32(-1)];
		const bytes = Buffer.from(String(arg), "utf8");
		return [int32(bytes.length), bytes];
	});
	return message("B", cstring(""), cstring(name), int16(0),
		int16(args.length), ...values, int16(0));
}

/* RFC 5802 and 7677, without channel binding. */
class Scram {
	constructor(password) {
		this.password = password;
		this.nonce = randomBytes(18).toString("base64");
	}

	first() {
		const text = Buffer.from(`n,,n=,r=${this.nonce}`);
		return message("p", cstring("SCRAM-SHA-256"), int32(text.length), text);
	}

	final(challenge) {
		const [, nonce, salt, rounds] = /^r=(.*),s=(.*),i=(\d+)$/.exec(challenge);
		const mac = (key, text) => createHmac("sha256", key).update(text).digest();
		const salted = pbkdf2Sync(this.password, Buffer.from(salt, "base64"),
			Number(rounds), 32, "sha256");
		const key = mac(salted, "Client Key");
		const bare = `c=biws,r=${nonce}`;
		const signed = mac(createHash("sha256").update(key).digest(),
			`n=,r=${this.nonce},${challenge},${bare}`);
		const proof = Buffer.from(key.map((byte, i) => byte ^ signed[i]));
		return message("p", Buffer.from(`${bare},p=${proof.toString("base64")}`));
	}
}

/* S ERROR, C 40001, M text … */
function serverError(body) {
	const fields = Object.fromEntries(body.toString("utf8").split("\0")
		.filter(Boolean).map((field) => [field[0], field.slice(1)]));
	return Object.assign(new Error(fields.M), { code: fields.C });
}

function dataRow(body) {
	const row = [];
	let at = 2;
	for (let i = body.readInt16BE(0); i > 0; i--) {
		const length = body.readInt32BE(at);
		at += 4;
		row.push(length < 0 ? null : body.toString("utf8", at, at + length));
		at += Math.max(length, 0);
	}
	return row;
}

const lost = () =>
	Object.assign(new Error("connection lost"), { code: "08006" });

export class Connection {
	#socket;
	#buffer = Buffer.alloc(0);
	#prepared = new Map();
	#waiting = []; // of each segment: {resolve, reject, results, parsing, error}
	#names = 0;
	#scram;

	/** @param about {sockets, port, user, database, password, options?} */
	static open(about) {
		const self = new Connection();
		return new Promise((resolve, reject) => {
			self.#waiting.push({ resolve: () => resolve(self), reject, results: [], parsing: [] });
			self.#connect(about);
		});
	}

	#connect({ sockets, port, user, database, password, options = "" }) {
		this.#scram = new Scram(password);
		this.#socket = net.createConnection(`${sockets}/.s.PGSQL.${port}`);
		this.#socket.on("connect", () => {
			const body = Buffer.concat([int32(196608), ...["user", user, "database",
				database, "options", options, "client_encoding", "UTF8"].map(cstring),
			Buffer.from([0])]);
			this.#socket.write(Buffer.concat([int32(body.length + 4), body]));
		});
		this.#socket.on("data", (part) => this.#read(part));
		this.#socket.on("error", () => {});
		this.#socket.on("close", () => {
			while (this.#waiting.length > 0)
				this.#settle(lost());
		});
	}

	#settle(error) {
		const { resolve, reject, results, parsing } = this.#waiting.shift();
		for (const sql of parsing)
			this.#prepared.delete(sql);
		if (error)
			reject(error);
		else
			resolve(results);
	}

	#read(part) {
		this.#buffer = Buffer.concat([this.#buffer, part]);
		let at = 0;
		while (this.#buffer.length >= at + 5) {
			const end = at + 1 + this.#buffer.readInt32BE(at + 1);
			if (this.#buffer.length < end)
				break;
			this.#take(String.fromCharCode(this.#buffer[at]),
				this.#buffer.subarray(at + 5, end));
			at = end;
		}
		this.#buffer = this.#buffer.subarray(at);
	}

	#take(type, body) {
		const [waiting] = this.#waiting;
		if (type === "R")
			this.#authenticate(body);
		else if (!waiting)
			return;
		else if (type === "1")
			waiting.parsing.shift();
		else if (type === "2")
			waiting.results.push([]);
		else if (type === "D")
			waiting.results.at(-1).push(dataRow(body));
		else if (type === "E")
			waiting.error = serverError(body);
		else if (type === "Z")
			this.#settle(waiting.error);
	}

	#authenticate(body) {
		const kind = body.readInt32BE(0);
		if (kind === 10)
			this.#socket.write(this.#scram.first());
		else if (kind === 11)
			this.#socket.write(this.#scram.final(body.toString("utf8", 4)));
	}

	/**
	 * Runs statements [{sql, args}] as one segment.  One that is sent before
	 * the last was answered runs after it.
	 *
	 * @returns {Promise<Array>} for each statement its rows, as texts or null;
	 *   rejected with the SQLSTATE as `code`
	 */
	segment(statements) {
		if (this.#socket.destroyed)
			return Promise.reject(lost());
		const parsing = [], parts = [];
		for (const { sql, args } of statements) {
			let name = this.#prepared.get(sql);
			if (!name) {
				name = `s${this.#names++}`;
				this.#prepared.set(sql, name);
				parsing.push(sql);
				parts.push(parse(name, sql));
			}
			parts.push(bind(name, args), execute);
		}
		return new Promise((resolve, reject) => {
			this.#waiting.push({ resolve, reject, results: [], parsing });
			this.#socket.write(Buffer.concat([...parts, sync]));
		});
	}

	/** Ends it as a killed process would: without a word. */
	destroy() {
		this.#socket.destroy();
	}
}

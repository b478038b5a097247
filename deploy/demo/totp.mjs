// One-time codes of the second factor (RFC 6238: SHA-1, 30 s, six digits).

import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(text) {
	const out = [];
	let bits = 0, value = 0;
	for (const letter of text.replace(/=+$/, "")) {
		value = (value << 5) | ALPHABET.indexOf(letter);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out.push((value >>> bits) & 0xff);
		}
		value &= 0xfff;
	}
	return Buffer.from(out);
}

/** The code of a moment; a code is accepted once, so `steps` moves to others. */
export function totp(secret, steps = 0, now = Date.now()) {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
	const mac = createHmac("sha1", base32(secret)).update(counter).digest();
	const at = mac[19] & 0x0f;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

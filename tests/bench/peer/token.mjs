// Access tokens: verified by jose once, then known by their SHA-256.

import { createPublicKey, hash } from "node:crypto";
import { jwtVerify } from "jose";
import { LRUCache } from "lru-cache";

const CACHED = 20_000;

export class Tokens {
	#known = new LRUCache({ max: CACHED });
	#key;
	#issuer;

	constructor(pem, issuer) {
		this.#key = createPublicKey(pem);
		this.#issuer = issuer;
	}

	/** The caller of a token seen before that has not ended, or undefined. */
	known(token) {
		const caller = this.#known.get(hash("sha256", token, "base64"));
		return caller && caller.exp * 1000 > Date.now() ? caller : undefined;
	}

	/** Verifies a token; throws when it is refused. */
	async verify(token) {
		const { payload } = await jwtVerify(token, this.#key, {
			algorithms: ["ES256"], issuer: this.#issuer, audience: this.#issuer,
			clockTolerance: 10, maxTokenAge: 310,
		});
		if (payload.token_use !== "access")
			throw new Error("not an access token");
		const caller = {
			org: payload.org ?? "", user: payload.user ?? "",
			role: payload.role ?? "", exp: payload.exp,
			scopes: new Set((payload.scope ?? "").split(" ")),
		};
		this.#known.set(hash("sha256", token, "base64"), caller);
		return caller;
	}
}

// Access tokens of the synthetic organisations, signed with the hub's key.

import { createPrivateKey, randomUUID } from "node:crypto";
import fs from "node:fs";
import * as jose from "jose";
import { ORGANISATIONS } from "./settings.mjs";
import { BASE, idOf } from "./numbers.mjs";

const SCOPE = "directory:read consents:write summaries:write summaries:read feed:read plans:read";

async function sign(key, kid, issuer, org, change) {
	const iat = Math.floor(Date.now() / 1000);
	return new jose.SignJWT({
		sub: org, client_id: org, jti: randomUUID(), scope: SCOPE,
		token_use: "access", org, role: "node", ...change,
	}).setProtectedHeader({ alg: "ES256", typ: "JWT", kid })
		.setIssuer(issuer).setAudience(issuer).setIssuedAt(iat)
		.setExpirationTime(iat + 300).sign(key);
}

/** A fresh token for each synthetic organisation, good for five minutes. */
export async function makeTokens(hub, change = {}) {
	const pem = fs.readFileSync(hub.keyFile, "utf8");
	const key = createPrivateKey(pem);
	const { kty, crv, x, y } = key.export({ format: "jwk" });
	const kid = await jose.calculateJwkThumbprint({ kty, crv, x, y });
	return Promise.all(Array.from({ length: ORGANISATIONS }, (_, k) =>
		sign(key, kid, hub.url, idOf(BASE.organisation, k), change)));
}

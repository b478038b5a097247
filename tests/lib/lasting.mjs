// Tokens that last as long as a test needs them.

import { createPrivateKey } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as jose from "jose";
import { federation } from "./suite.mjs";

const LEFT_S = 120, LIFETIME_S = 300;
const renewed = new Map(); // token → the one that stands for it

/**
 * The token, or when it ends soon the same with its time counted from now,
 * signed by the service's key: who is blocked would be given no other, and who
 * signs in again has another session.
 */
export async function lasting(token, url) {
	if (!url || !token?.startsWith("ey"))
		return token;
	const now = Math.floor(Date.now() / 1000);
	const latest = renewed.get(token) ?? token;
	const { exp, ...claims } = jose.decodeJwt(latest);
	if (exp - now >= LEFT_S)
		return latest;
	const { dir } = [federation.hub, ...Object.values(federation.nodes)]
		.find((place) => place.url === url);
	const key = createPrivateKey(fs.readFileSync(path.join(dir, "signing.pem")));
	renewed.set(token, await new jose.SignJWT({ ...claims, iat: now, exp: now + LIFETIME_S })
		.setProtectedHeader(jose.decodeProtectedHeader(token)).sign(key));
	return renewed.get(token);
}

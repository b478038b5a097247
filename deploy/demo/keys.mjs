// Key files of the services: made once, mode 0600, outside every database.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { secret } from "./place.mjs";

/** A P-256 private key as PEM; returns the path. */
export function signingKey(file) {
	secret(file, () => generateKeyPairSync("ec", { namedCurve: "P-256" })
		.privateKey.export({ type: "pkcs8", format: "pem" }));
	return file;
}

/** 32 random bytes as hexadecimal text; returns the path. */
export function sealingKey(file) {
	secret(file, () => `${randomBytes(32).toString("hex")}\n`);
	return file;
}

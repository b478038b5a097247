// zaedno-verify over a log of a million leaves: seconds, and what they hold.
//
//	node tests/bench/verify.mjs [leaves]

import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import * as jose from "jose";
import { checkout } from "../../deploy/demo/place.mjs";

const leaves = Number(process.argv[2] ?? 1_000_000);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "zaedno-verify-"));
const sha = (prefix, ...parts) => {
	const hash = createHash("sha256").update(prefix);
	for (const part of parts)
		hash.update(part);
	return hash.digest();
};
const ZERO = Buffer.from([0]), TWO = Buffer.from([2]);
const logId = randomUUID();
let chain = sha(TWO, Buffer.from(logId.replaceAll("-", ""), "hex"));
const genesis = chain;

function leaf(index) {
	const salt = sha(ZERO, `s${index}`).subarray(0, 16);
	const opened = { actor: randomUUID(), request: randomUUID() };
	const row = {
		at: new Date(1.7e12 + index * 100).toISOString(), consent: randomUUID(),
		details: sha(salt, JSON.stringify(opened)).toString("hex"),
		event: "summary.put", kind: "summary", org: randomUUID(), ref: randomUUID(), role: "node",
	};
	const hash = sha(ZERO, JSON.stringify(row));
	chain = sha(TWO, chain, hash);
	return {
		index, leaf: hash.toString("hex"), chain: chain.toString("hex"), row,
		opened: { salt: salt.toString("hex"), ...opened },
	};
}

try {
	const file = path.join(dir, "audit.json"), out = fs.openSync(file, "w");
	for (let at = 0; at < leaves; at += 500)
		fs.writeSync(out, `${JSON.stringify({
			log_id: logId, count: leaves, chain: "0".repeat(64),
			items: Array.from({ length: Math.min(500, leaves - at) }, (_, i) => leaf(at + i)),
		})}\n`);
	fs.closeSync(out);
	const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
	const { kty, crv, x, y } = await jose.exportJWK(publicKey);
	const jwk = { kty, crv, x, y };
	const head = await new jose.CompactSign(new TextEncoder().encode(JSON.stringify({
		token_use: "audit-head", iss: "bench", iat: Math.floor(Date.now() / 1000), id: randomUUID(),
		log_id: logId, count: leaves, chain: chain.toString("hex"), prev_count: 0,
		prev_chain: genesis.toString("hex"), at: new Date().toISOString(),
	}))).setProtectedHeader({ alg: "ES256", typ: "JWT", kid: await jose.calculateJwkThumbprint(jwk) })
		.sign(privateKey);
	fs.writeFileSync(path.join(dir, "keys.json"), JSON.stringify(jwk));
	fs.writeFileSync(path.join(dir, "heads"), `${head}\n`);
	const from = performance.now();
	const { status, stdout, stderr } = spawnSync(path.join(checkout, "build/zaedno-verify"),
		["-k", path.join(dir, "keys.json"), "-s", path.join(dir, "heads"), "-t", "2024-01-01T00:00:00Z", file],
		{ encoding: "utf8" });
	const seconds = (performance.now() - from) / 1000;
	process.stdout.write(stdout + stderr);
	console.log(`${leaves} leaves, ${(fs.statSync(file).size / 1e6).toFixed(0)} MB: ` +
		`${seconds.toFixed(1)} s, ${Math.round(leaves / seconds)} leaves/s`);
	process.exitCode = status === 0 && seconds < 30 ? 0 : 1;
} finally {
	fs.rmSync(dir, { recursive: true });
}

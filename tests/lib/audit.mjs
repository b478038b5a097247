// The audit as its export gives it, and zaedno-verify over it.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkout } from "../../deploy/demo/place.mjs";

const program = path.join(checkout, process.env.ZAEDNO_BUILD ?? "build", "zaedno-verify");

/** All pages of exportAudit; `limit` leaves a page. */
export async function exported(api, limit = 500) {
	const pages = [];
	for (let after; pages.length === 0 || after !== undefined; after = pages.at(-1).next)
		pages.push((await api.call("exportAudit", { query: { limit, after } }, 200)).body);
	return pages;
}

/** All pages of listAuditHeads. */
export async function heads(api, query = {}) {
	const pages = [];
	for (let after; pages.length === 0 || after !== undefined; after = pages.at(-1).next)
		pages.push((await api.call("listAuditHeads",
			{ query: { limit: 200, ...query, after } }, 200)).body);
	return pages;
}

/** Runs zaedno-verify over files made of these documents; {status, text}. */
export function verify({ keys, heads: signed, pages, options = [] }) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "zaedno-verify-"));
	const put = (name, documents) => {
		const file = path.join(dir, name);
		fs.writeFileSync(file, documents.map((doc) => JSON.stringify(doc)).join("\n"));
		return file;
	};
	try {
		const args = [...keys ? ["-k", put("keys.json", [keys].flat())] : [],
			...signed ? ["-s", put("heads.json", signed)] : [],
			...options, put("audit.json", pages)];
		const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
		return { status, text: stdout + stderr };
	} finally {
		fs.rmSync(dir, { recursive: true });
	}
}

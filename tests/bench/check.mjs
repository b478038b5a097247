// Before measuring: the peer answers what the hub answers, refusals too.

import { request } from "../../deploy/demo/http.mjs";
import { ORGANISATIONS } from "./settings.mjs";
import { BASE, KEY_PREFIX, idOf } from "./numbers.mjs";
import { DOC } from "./data.mjs";
import { makeTokens } from "./tokens.mjs";

const ID = idOf(BASE.summary, 0);
const key = (n) => ({ "idempotency-key": `${KEY_PREFIX}${n}` });
const body = (change = {}) =>
	({ consent_id: idOf(BASE.consent, 0), version: 1, doc: DOC, ...change });

/* [what, method, id, options] with the status that both must answer */
function cases(tokens, weak, base) {
	const fresh = (n) => idOf(base, 90_000_000_000 + n);
	return [
		["the first recipient reads", 200, "GET", ID, { token: tokens[1] }],
		["the second recipient reads", 200, "GET", ID, { token: tokens[2] }],
		["the holder reads", 200, "GET", ID, { token: tokens[0] }],
		["another does not", 404, "GET", ID, { token: tokens[ORGANISATIONS - 1] }],
		["what is not there", 404, "GET", idOf(BASE.summary, 99_999_999), { token: tokens[1] }],
		["without a token", 401, "GET", ID, {}],
		["with a broken token", 401, "GET", ID, { token: `${tokens[1].slice(0, -4)}AAAA` }],
		["without the scope", 403, "GET", ID, { token: weak[1] }],
		["publishing", 201, "PUT", fresh(1), { token: tokens[0], body: body(), headers: key(base + 1) }],
		["the same again", 201, "PUT", fresh(1), { token: tokens[0], body: body(), headers: key(base + 1) }],
		["the key for something else", 409, "PUT", fresh(2), { token: tokens[0], body: body(), headers: key(base + 1) }],
		["without a key", 400, "PUT", fresh(3), { token: tokens[0], body: body() }],
		["an unknown field", 422, "PUT", fresh(3), {
			token: tokens[0], body: body({ doc: { ...DOC, name: "x" } }), headers: key(base + 3),
		}],
		["another's consent", 404, "PUT", fresh(4), { token: tokens[1], body: body(), headers: key(base + 4) }],
		["not JSON", 400, "PUT", fresh(5), { token: tokens[0], raw: "{", headers: key(base + 5) }],
	];
}

const show = ({ status, text }) => `${status} ${text.slice(0, 300)}`;

/** Throws with all differences. */
export async function sameAnswers({ hub, peer }) {
	const tokens = await makeTokens(hub);
	const weak = await makeTokens(hub, { scope: "directory:read" });
	const ours = cases(tokens, weak, BASE.hub), theirs = cases(tokens, weak, BASE.peer);
	const wrong = [];
	for (const [i, [what, status, method, id, options]] of ours.entries()) {
		const a = await request(method, `${hub.url}/v1/summaries/${id}`, options);
		const [, , , otherId, otherOptions] = theirs[i];
		const b = await request(method, `${peer.url}/v1/summaries/${otherId}`, otherOptions);
		const same = a.status === status && b.status === status &&
			(status >= 300 ? a.body?.code === b.body?.code
				: method === "PUT" || a.text === b.text);
		if (!same)
			wrong.push(`${what}: ${status} expected\n  hub:  ${show(a)}\n  peer: ${show(b)}`);
	}
	if (wrong.length > 0)
		throw new Error(`the peer differs:\n${wrong.join("\n")}`);
}


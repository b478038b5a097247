/* ERRORS.md: every problem code, what it means and what a client does. */

const BY_STATUS = {
	400: "Mend the request; repeating it as it is does not help.",
	401: "Sign in again, or ask for a new token.",
	403: "Ask whoever administers the service for the access.",
	404: "Check the id. What you may not know about answers the same.",
	409: "Read the current state, then decide again.",
	410: "Delete your copy; it does not come back.",
	422: "Mend the fields listed in `errors` and send again.",
	500: "Report it with the request id; try again later.",
	503: "Wait for the seconds of `Retry-After` and repeat.",
};

const BY_CODE = {
	"idempotency-key-missing": "Send an `Idempotency-Key` header with a " +
	    "new UUID, and the same one when repeating.",
	"second-factor-required": "Send the same with `totp`.",
	"client-refused": "Check `aud`, `exp`, `jti` and the key of the " +
	    "assertion; the clock too.",
	"scope-missing": "Use a token with the scope that the operation " +
	    "names.",
	"organisation-blocked": "Ask the hub's administrator; nothing is " +
	    "accepted meanwhile.",
	"organisation-suspended": "Only withdrawals, tombstones and purge " +
	    "receipts are accepted; ask the hub's administrator.",
	"step-not-yours": "Leave the step to whoever takes it: the " +
	    "coordinator, the case manager or the holder.",
	"step-not-possible": "Take one of `steps`.",
	"step-refused": "Do what `missing` says, item by item; where it may " +
	    "be passed over, send `because`.",
	"enrolment-refused": "Ask for a new enrolment code, and prove each " +
	    "key with itself.",
	"origin-refused": "Call from the pages of the same service.",
	"method-not-allowed": "Use a method of the `Allow` header.",
	"not-acceptable": "Accept `application/json`.",
	"already-exists": "Make a new id, or read what is there.",
	"idempotency-key-reused": "Make a new key for a new request.",
	"stale": "Read the newer version; there is nothing to send.",
	"consent-signers-missing": "Collect the signatures that the rule " +
	    "requires.",
	"feed-forked": "Resynchronise from the start of the feed.",
	"node-restored": "Resynchronise from the start of the feed.",
	"feed-compacted": "Resynchronise from the start of the feed.",
	"not-joined": "Join a hub first.",
	"already-joined": "Nothing to do.",
	"precondition-failed": "Compare with `current`, then repeat with " +
	    "its `ETag`.",
	"body-too-large": "Send less at a time.",
	"media-type": "Send the media type that the operation names.",
	"precondition-required": "Read it, then send its `ETag` as " +
	    "`If-Match`.",
	"too-many-requests": "Wait for the seconds of `Retry-After`.",
	"headers-too-many": "Send fewer headers.",
	"hub-unreachable": "Nothing: what waits is sent when the hub answers.",
};

export function advice({ code, status }) {
	return BY_CODE[code] ?? BY_STATUS[status] ?? "Report it.";
}

/* codes that have advice and are not in the table */
export function orphans(table) {
	return Object.keys(BY_CODE).filter((code) => !table.has(code));
}

function cell(text) {
	return text.replace(/\|/g, "\\|");
}

export function errorsPage(table) {
	const rows = [...table.values()].map((p) => `| \`${p.code}\` | ` +
	    `${p.status} | ${cell(p.en)} | ${cell(p.bg)} | ${advice(p)} |`);

	return `# Problems

Every refusal is a problem document (RFC 9457,
\`application/problem+json\`) whose member \`code\` is one of these. Titles
are in the language that the caller accepts. A code is never removed and never
given another meaning. Made from common/tbl/problem.h by
api-spec/generate.mjs; do not edit.

| code | status | English | Български | what to do |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

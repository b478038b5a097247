// What the run has hit: operations with a 2xx answer, and problem codes.

const hits = new Map(); // "service operationId" -> Set of "status" and codes
const codes = { hub: new Map(), node: new Map() }; // code -> times

/* What is refused as too large below what a body may have is what it would
 * have made. */
const BODY_BYTES = 262_144;
const WHOLE = "body-too-large of a whole";

/** Notes an answer to a request of so many bytes. */
export function record(service, operationId, answer, bytes) {
	const key = `${service} ${operationId}`;
	const seen = hits.get(key) ?? hits.set(key, new Set()).get(key);
	seen.add(String(answer.status));
	const code = answer.body?.code;
	if (answer.status >= 400 && typeof code === "string") {
		seen.add(code);
		if (code === "body-too-large" && bytes < BODY_BYTES)
			seen.add(WHOLE);
		codes[service].set(code, (codes[service].get(code) ?? 0) + 1);
	}
}

/** Was the operation answered with a 2xx? */
export const succeeded = (service, operationId) =>
	[...hits.get(`${service} ${operationId}`) ?? []].some((s) => /^2/.test(s));

/** Was the operation answered with this code? */
export const answered = (service, operationId, code) =>
	hits.get(`${service} ${operationId}`)?.has(code) ?? false;

/** Was a body refused for what it would have made too large? */
export const refusedWhole = (service, operationId) => answered(service, operationId, WHOLE);

/** Was the code answered by any operation of the service? */
export const codeSeen = (service, code) => codes[service].has(code);

/** Answers in all, for the last line. */
export const total = () => [...hits.values()].reduce((n, s) => n + s.size, 0);

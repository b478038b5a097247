// What the run has hit: operations with a 2xx answer, and problem codes.

const hits = new Map(); // "service operationId" -> Set of "status" and codes
const codes = { hub: new Map(), node: new Map() }; // code -> times

/** Notes an answer. */
export function record(service, operationId, answer) {
	const key = `${service} ${operationId}`;
	const seen = hits.get(key) ?? hits.set(key, new Set()).get(key);
	seen.add(String(answer.status));
	const code = answer.body?.code;
	if (answer.status >= 400 && typeof code === "string") {
		seen.add(code);
		codes[service].set(code, (codes[service].get(code) ?? 0) + 1);
	}
}

/** Was the operation answered with a 2xx? */
export const succeeded = (service, operationId) =>
	[...hits.get(`${service} ${operationId}`) ?? []].some((s) => /^2/.test(s));

/** Was the operation answered with this code? */
export const answered = (service, operationId, code) =>
	hits.get(`${service} ${operationId}`)?.has(code) ?? false;

/** Was the code answered by any operation of the service? */
export const codeSeen = (service, code) => codes[service].has(code);

/** Answers in all, for the last line. */
export const total = () => [...hits.values()].reduce((n, s) => n + s.size, 0);

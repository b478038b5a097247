// People: the first administrator, sign-ins, and tokens that stay fresh.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { account } from "./place.mjs";
import { sanitizer } from "./service.mjs";
import { must, request } from "./http.mjs";
import { totp } from "./totp.mjs";

export const newPassword = () => randomBytes(12).toString("base64url");

/**
 * Makes the first administrator with the service's own command, which needs
 * no administrator; `place` has program and config.
 *
 * @returns user: {id, login, password, totp_secret}
 */
export async function addFirstUser(place, { login, name, role }) {
	const password = newPassword();
	const [command, ...args] = [...sanitizer(), place.program,
		"-c", place.config, "user-add", login, role, name];
	const child = spawn(command, args,
		{ cwd: place.dir, stdio: ["pipe", "pipe", "pipe"], ...account });
	let out = "", error = "";
	child.stdout.on("data", (part) => { out += part; });
	child.stderr.on("data", (part) => { error += part; });
	child.stdin.on("error", () => {});
	child.stdin.end(`${password}\n`);
	const [code] = await once(child, "close");
	if (code !== 0)
		throw new Error(`${place.name}: user-add: ${error.trim() || out.trim()}`);
	return { login, password, totp_secret: null, ...JSON.parse(out) };
}

/**
 * Creates a person through the API as the administrator.
 *
 * @returns user: {id, login, password, totp_secret}
 */
export async function createUser(url, token, id, person) {
	const password = newPassword();
	const { body } = await must("PUT", `${url}/v1/users/${id}`,
		{ token, body: { ...person, password } });
	return { id, login: person.login, password, totp_secret: body.totp_secret ?? null };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Signs in.  A code counts once, so when the one before now was used, the
 * current and then the next one are tried, and after that time must pass.
 *
 * @returns the answer's body: {access_token, …}
 */
export async function signIn(url, user) {
	const tries = user.totp_secret ? [-1, 0, 1, 1, 1, 1] : [0];
	let answer;
	for (const [i, steps] of tries.entries()) {
		if (i > 2)
			await sleep(10_000);
		const body = { login: user.login, password: user.password };
		if (user.totp_secret)
			body.totp = totp(user.totp_secret, steps);
		answer = await request("POST", `${url}/v1/sessions`, { body });
		if (answer.status !== 401)
			break;
	}
	if (answer.status !== 200)
		throw new Error(`${user.login} cannot sign in at ${url}: ${answer.text}`);
	return answer.body;
}

const tokens = new WeakMap(), signingIn = new WeakMap();

async function newToken(url, user) {
	const { access_token: token, expires_in: lifetime } = await signIn(url, user);
	tokens.set(user, { token, until: Date.now() + lifetime * 1000 });
	return token;
}

/**
 * An access token of the person that holds for `seconds` more.  Who asks while
 * it is made waits for the same: a code of the second factor counts once.
 */
export async function tokenOf(url, user, seconds = 45) {
	const kept = tokens.get(user);
	if (kept && kept.until > Date.now() + seconds * 1000)
		return kept.token;
	if (!signingIn.has(user))
		signingIn.set(user, newToken(url, user).finally(() => signingIn.delete(user)));
	return signingIn.get(user);
}

/** Forgets the token: the person signs in again. */
export const forgetToken = (user) => tokens.delete(user);

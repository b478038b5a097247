// An organisation without a node: a client of the hub written with libraries
// that share no code with the services (jose), for what a node's courier
// would never send.

import { createHash, randomUUID } from "node:crypto";
import * as jose from "jose";
import { request, uuid7 } from "../../deploy/demo/http.mjs";
import { eik } from "../../deploy/demo/invented.mjs";
import { moment } from "../../deploy/demo/stories.mjs";
import { Api } from "./api.mjs";
import { federation, hub, hubAs } from "./suite.mjs";

export const issuer = federation.hub.url;
const seconds = () => Math.floor(Date.now() / 1000);
let made = 0;

/** A P-256 key pair: {privateKey, jwk, kid}. */
export async function newKey() {
	const { publicKey, privateKey } =
		await jose.generateKeyPair("ES256", { extractable: true });
	const { kty, crv, x, y } = await jose.exportJWK(publicKey);
	const jwk = { kty, crv, x, y };
	return { privateKey, jwk, kid: await jose.calculateJwkThumbprint(jwk) };
}

/** A compact JWS of the key over claims, with the protocol's header. */
export const sign = (key, claims, header = {}) =>
	new jose.CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
		.setProtectedHeader({ alg: "ES256", typ: "JWT", kid: key.kid, ...header })
		.sign(key.privateKey);

/** The key's entry in an enrolment request. */
export async function enrolmentKey(key, purpose, code, change = {}) {
	return {
		purpose, jwk: key.jwk, proof: await sign(key, {
			token_use: "enrolment", purpose, aud: issuer, iat: seconds(),
			code_sha256: createHash("sha256").update(code).digest("hex"), ...change,
		}),
	};
}

/** Fields of a new organisation; each has another ЕИК. */
export function organisationFields(change = {}) {
	made += 1;
	return {
		name: `Изпитателна организация ${made}`, kind: "service_provider",
		sectors: ["SOC"], municipality: "VTR04",
		eik: eik(String(99_910_000 + made)),
		contact: { phone: "+359 62 000 099", email: "office@primer.example" },
		...change,
	};
}

/** Registers and enrols a new organisation. */
export async function enrolledOrganisation() {
	const admin = await hubAs("admin");
	const id = uuid7();
	await admin.call("putOrganisation", { params: { id }, body: organisationFields() }, 201);
	const { body: { code } } = await admin.call("createEnrolmentCode", { params: { id } }, 201);
	const assertion = await newKey(), receipt = await newKey();
	await hub.call("enrolOrganisation", {
		body: {
			code, keys: [await enrolmentKey(assertion, "assertion", code),
				await enrolmentKey(receipt, "receipt", code)],
		},
	}, 201);
	return new Organisation(id, assertion, receipt);
}

class Organisation {
	#token;
	#until = 0;

	constructor(id, assertion, receipt) {
		Object.assign(this, { id, assertion, receipt });
	}

	/** A client assertion; `change` replaces claims or, in `header`, headers. */
	assertionJwt(change = {}, header = {}) {
		return sign(this.assertion, {
			iss: this.id, sub: this.id, aud: issuer, jti: randomUUID(),
			iat: seconds(), exp: seconds() + 60, ...change,
		}, header);
	}

	/** Asks for a token; answers whatever the hub answers. */
	async askToken(jwt, scope) {
		return hub.call("issueToken", {
			raw: new URLSearchParams({
				grant_type: "client_credentials", client_assertion: jwt,
				client_assertion_type:
					"urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
				...scope && { scope },
			}).toString(),
			headers: { "content-type": "application/x-www-form-urlencoded" },
		});
	}

	async #fresh() {
		if (Date.now() > this.#until) {
			const answer = await this.askToken(await this.assertionJwt());
			if (answer.status !== 200)
				throw new Error(answer.text);
			this.#token = answer.body.access_token;
			this.#until = Date.now() + 240_000;
		}
		return this.#token;
	}

	/** The hub's client as this organisation; its token is made anew in time. */
	async api() {
		return hub.as(await this.#fresh(), () => this.#fresh());
	}

	/** Claims of a consent receipt; recipients: organisation id → categories. */
	receiptClaims(recipients, change = {}) {
		return {
			token_use: "consent-receipt", iss: this.id, consent_id: uuid7(),
			case_pseudonym: randomUUID(), version: 1, purpose: "joint_assessment",
			recipients: Object.entries(recipients).map(
				([organisation_id, categories]) => ({ organisation_id, categories })),
			rule: "representative",
			signers: [{
				capacity: "parent", method: "paper", at: moment(-1),
				evidence_commit: "0".repeat(64),
			}],
			child_opinion: "recorded", text_sha256: "1".repeat(64),
			text_version: "2026-1", language: "bg", basis: "consent",
			from: moment(-1), until: moment(100), iat: seconds(), ...change,
		};
	}

	/** Registers a consent; answers {id, claims}. */
	async consent(recipients, change = {}) {
		const claims = this.receiptClaims(recipients, change);
		await (await this.api()).call("putConsent", {
			params: { id: claims.consent_id },
			body: { receipt: await sign(this.receipt, claims) },
		});
		return { id: claims.consent_id, claims };
	}

	/** Registers a consent's next version; `claims` are those of an earlier one. */
	async changeConsent({ consent_id, case_pseudonym }, version, recipients, change = {}) {
		const next = this.receiptClaims(recipients,
			{ consent_id, case_pseudonym, version, ...change });
		await (await this.api()).call("putConsent", {
			params: { id: consent_id }, body: { receipt: await sign(this.receipt, next) },
		}, 200);
	}

	/** Ends a consent, as a parent has asked. */
	async withdraw(consentId, expected = 200) {
		return (await this.api()).call("withdrawConsent",
			{ params: { id: consentId }, body: { capacity: "parent" } }, expected);
	}

	/** Publishes a summary under a consent; answers its id. */
	async publish(consentId, doc = DOC, { id = uuid7(), version = 1 } = {}) {
		await (await this.api()).call("putSummary", {
			params: { id }, body: { consent_id: consentId, version, doc },
		});
		return id;
	}

	/** A purge receipt for a summary: it names the event that was obeyed. */
	purgeReceipt(summaryId, event, change = {}) {
		const { version, feed_id = randomUUID(), seq = 1, tag = randomUUID() } = event;
		return sign(this.receipt, {
			token_use: "purge-receipt", iss: this.id, iat: seconds(),
			summary_id: summaryId, version, feed_id, seq, tag, at: moment(0),
			...change,
		});
	}
}

/** A summary with every category. */
export const DOC = {
	basics: { age_band: "10-13", municipality: "VTR04", sectors: ["EDU", "SOC"] },
	contact: { role: "специалист", organisation: "Изпитателна организация" },
	needs: { needs: [{ domain: "safety", level: 2 }], strengths: ["peers"] },
	difficulty: { definition_version: "draft-1", criteria: ["D1", "D4"] },
	help: { urgency: "soon", help_wanted: "joint_assessment", text: "Търсим съвет." },
	wish: { text: "Искам да имам приятели." },
	path: { services: ["day_care"], moves_12m: "2" },
};
export const CATEGORIES = Object.keys(DOC);
export { Api, request };

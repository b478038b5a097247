// What one consent must be, in memory: the reference that the databases are
// compared with.  It knows the rules of PROTOCOL.md sections 7 to 9 and no SQL.

export const CATEGORIES = ["basics", "needs", "help", "wish"];

export class Consent {
	constructor(chance) {
		this.chance = chance;
		this.id = chance.uuid();
		this.summary = chance.uuid();
		this.pseudonym = chance.uuid();
		this.former = new Map();	// id -> {version}: whose place it has taken
		this.state = "unseen";	// active, withdrawn, expired
		this.due = false;	// its date has passed
		this.version = 0;
		this.named = new Map();	// recipient -> categories
		this.known = new Set();	// whoever was ever named
		this.content = undefined;	// {version, categories}
		this.published = 0;	// the newest version of the summary
		this.sent = [];		// all that was sent, for late duplicates
		this.history = [];
	}

	/** What may this recipient read now? The version and the categories. */
	seenBy(recipient) {
		const categories = this.named.get(recipient);
		if (this.state !== "active" || this.due || !this.content || !categories)
			return undefined;
		return {
			version: this.content.version,
			categories: this.content.categories.filter((c) => categories.includes(c)),
		};
	}

	/** Is what was sent about one whose place was taken? */
	#past({ id }) {
		return this.former.has(id);
	}

	/** @returns the status that a grant must be answered with */
	grant(act) {
		const { version, named, signed } = act;
		if (this.#past(act))
			return version <= this.former.get(act.id).version
				? "stale" : "consent-withdrawn";
		if (act.supersedes && act.id !== this.id)
			return this.#supersede(act);
		if (this.state === "withdrawn")
			return "consent-withdrawn";
		if (this.state !== "unseen" && version <= this.version)
			return "stale";
		if (this.state === "expired")
			return "consent-withdrawn";
		if (!signed)
			return "consent-signers-missing";
		const status = this.state === "unseen" ? "201" : "200";
		this.state = "active";
		this.due = false;
		this.version = version;
		this.named = new Map(named);
		for (const [recipient] of named)
			this.known.add(recipient);
		return status;
	}

	/* Another consent, of the same chain, in the place of this one. */
	#supersede({ id, supersedes, version, named, signed }) {
		if (supersedes !== this.id)
			return "consent-not-active";
		if (this.state !== "active")
			return this.state === "withdrawn" ? "consent-withdrawn" : "consent-not-active";
		if (!signed)
			return "consent-signers-missing";
		if (this.due)
			return "receipt-invalid";
		this.former.set(this.id, { version: this.version + 1, claims: this.claims });
		Object.assign(this, { id, supersedes, version, named: new Map(named) });
		for (const [recipient] of named)
			this.known.add(recipient);
		/* What nobody is given any more does not stay at the hub. */
		const given = new Set(named.flatMap(([, categories]) => categories));
		if (this.content)
			this.content.categories = this.content.categories.filter((c) => given.has(c));
		return "201";
	}

	publish(act) {
		const { version, categories } = act;
		if (this.#past(act))
			return "consent-not-active";
		if (this.state === "unseen")
			return "not-found";
		if (this.state === "withdrawn")
			return "consent-withdrawn";
		if (this.state !== "active" || this.due)
			return "consent-not-active";
		if (this.content?.version === version &&
		    this.content.categories.join() === categories.join())
			return "200";
		if (version <= this.published)
			return "stale";
		const status = this.published === 0 ? "201" : "200";
		this.published = version;
		this.content = { version, categories };
		return status;
	}

	withdraw() {
		if (this.content)
			this.published += 1;
		this.content = undefined;
		this.state = "withdrawn";
		return "200";
	}

	/** The sweep latches a date that has passed. */
	expire() {
		if (this.state !== "active" || !this.due)
			return;
		if (this.content)
			this.published += 1;
		this.content = undefined;
		this.version += 1;
		this.state = "expired";
	}
}

/** CODELISTS 3, said once more and in other words than the databases'. */
export function signersSuffice(rule, signers, decision) {
	const has = (...capacities) =>
		signers.filter(({ capacity }) => capacities.includes(capacity)).length;
	const adults = has("parent", "guardian", "custodian", "court_appointed");
	switch (rule) {
	case "representative": return adults > 0;
	case "both_parents": return has("parent") > 1 || (adults > 0 && decision);
	case "representative_and_child": return adults > 0 && has("young_person") > 0;
	case "other_representative": return adults > 0 && decision;
	case "self": return has("young_person") > 0;
	default: return false;
	}
}

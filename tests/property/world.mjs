// A holder, two recipients, and many consents whose lives are interleaved at
// random, against the hub's own statements.  After each step the databases
// are compared with the reference.

import { CALLER_SQL, segment } from "../fault/segments.mjs";
import { CATEGORIES, Consent, signersSuffice } from "./consent.mjs";
import { Recipient, superuser } from "./recipient.mjs";

const VALUES = {
	basics: { age_band: "10-13", municipality: "VTR04", sectors: ["EDU"] },
	needs: { needs: [{ domain: "safety", level: 2 }] },
	help: { urgency: "soon", help_wanted: "family_support" },
	wish: { text: "Искам да имам приятели." },
};
const docOf = (categories) => JSON.stringify(
	Object.fromEntries(categories.map((c) => [c, VALUES[c]])));
const SIGNERS = [[], ["parent"], ["parent", "parent"], ["young_person"],
	["guardian", "young_person"], ["court_appointed"]];
const RULES = ["representative", "both_parents", "representative_and_child",
	"other_representative", "self"];
const STEPS = { grant: 3, supersede: 1.2, publish: 4, withdraw: 1.2, late: 3,
	date: 0.8, relapse: 0.3 };
const LANE = { poll: 6, apply: 5, crash: 1.5, receipts: 3, repeated: 1,
	stray: 2, sweep: 1, lease: 0.5 };
/* A restored recipient reads the feed from its start: while that is short. */
const LANE_EARLY = { ...LANE, backup: 1, restore: 1 };
const EARLY = 200;

const DATE_PASSES = `
	WITH past AS (SELECT statement_timestamp() - interval '1 ms' AS at),
	c AS (UPDATE consent SET until = past.at FROM past WHERE id = $1::uuid),
	r AS (UPDATE consent_recipient SET live_until = past.at FROM past
	    WHERE consent_id = $1::uuid AND live_until > '-infinity')
	UPDATE summary SET until = past.at FROM past WHERE consent_id = $1::uuid`;

const UNACKNOWLEDGED = `
	SELECT c.id FROM delivery d JOIN consent c ON c.id = d.consent_id
	WHERE d.purged_at IS NULL AND c.state IN ('withdrawn', 'expired')
	AND c.id = ANY ($1::uuid[])`;

const PURGED = `
	SELECT summary_id, recipient FROM delivery
	WHERE purged_at IS NOT NULL AND consent_id = ANY ($1::uuid[])`;

/** One of the keys, by weight. */
function draw(chance, weights) {
	let at = chance.next() * Object.values(weights).reduce((a, b) => a + b);
	return Object.keys(weights).find((key) => (at -= weights[key]) < 0);
}

export class World {
	constructor(arena, segments, name, chance) {
		Object.assign(this, { arena, segments, name, chance });
		this.recipients = [];
		this.steps = this.reads = this.interleavings = this.restores = 0;
		this.seen = {};
	}

	async open([holder, ...others]) {
		this.holder = holder;
		this.hub = await this.arena.connect();
		this.owner = await superuser(this.arena.cluster, this.arena.name);
		for (const [i, organisation] of others.entries())
			this.recipients.push(await new Recipient(this.arena.cluster,
				`${this.name}_${i}`, this.chance.part(), organisation).open());
		return this;
	}

	async close() {
		this.owner?.destroy();
		for (const recipient of this.recipients)
			await recipient.close();
	}

	fail(what, consent) {
		throw Object.assign(new Error(what), { consent });
	}

	note(consent, ...words) {
		const line = words.join(" ");
		if (consent)
			consent.history.push(line);
		else
			for (const one of this.batch)
				one.history.push(line);
	}

	/*
	 * One act of the holder: sent, answered, and as the reference says.  The
	 * reads that follow it are on their way before it is answered.
	 */
	async act(consent, act) {
		const key = act.key ?? this.chance.uuid();
		const args = {
			grant: () => [act.id, act.claims, `receipt ${act.claims}`, key],
			publish: () => [act.id, consent.summary, act.version,
				docOf(act.categories), key],
			withdraw: () => [act.id, "parent"],
		}[act.kind]();
		const again = act.kind === "grant" && (act.id === consent.id
			? act.claims === consent.claims &&
				["active", "expired"].includes(consent.state)
			: act.claims === consent.former.get(act.id)?.claims);
		const expected = again ? "200" : consent[act.kind](act);
		const acted = this.arena.as(this.hub, this.holder,
			this.segments[act.kind], ...args);
		const checked = this.checkHub(consent);
		const [status] = await acted;
		if (act.kind === "grant" && act.id === consent.id && /^2/.test(status))
			consent.claims = act.claims;
		this.note(consent, act.kind, act.version ?? "", act.more ?? "", "->", status);
		this.seen[`${act.kind} ${status}`] = (this.seen[`${act.kind} ${status}`] ?? 0) + 1;
		if (status !== expected)
			this.fail(`${act.kind} was answered ${status}, not ${expected}`, consent);
		await checked;
		await this.hasty(consent);
	}

	/*
	 * Someone has just lost what it holds and was given a second time; its
	 * receipt for the first time arrives now.
	 */
	async hasty(consent) {
		for (const recipient of this.recipients) {
			const old = recipient.given.filter(({ summary }) =>
				summary === consent.summary && recipient.held.has(summary));
			if (old.length > 0 && !consent.seenBy(recipient.organisation) &&
			    this.chance.integer(0, 2) === 0)
				await this.record(recipient, old);
		}
	}

	async send(consent, act) {
		const whole = { id: consent.id, ...act };
		consent.sent.push(whole);
		await this.act(consent, whole);
	}

	/* Another consent, signed anew, takes the place of this one. */
	async supersede(consent) {
		if (consent.state !== "unseen")
			await this.grant(consent, { id: this.chance.uuid(), supersedes: consent.id });
	}

	/* Who is named, each with some categories. */
	drawNamed() {
		const { chance } = this;
		const named = this.recipients.filter(() => chance.integer(0, 3) > 0)
			.map(({ organisation }) => [organisation,
				CATEGORIES.filter(() => chance.integer(0, 3) > 0)])
			.filter(([, categories]) => categories.length > 0);
		if (named.length === 0)
			named.push([chance.pick(this.recipients).organisation, ["basics"]]);
		return named;
	}

	/* One recipient is left out and proves it, is named again, and left out. */
	async relapse(consent) {
		const recipient = this.chance.pick(this.recipients);
		const both = this.recipients.map(({ organisation }) =>
			[organisation, ["basics", "help"]]);
		const other = both.filter(([id]) => id !== recipient.organisation);
		for (const named of [both, other, both, other]) {
			await this.grant(consent, { named });
			await this.apply(recipient);
			await this.poll(recipient);
			await this.apply(recipient);
			await this.receipts(recipient);
		}
	}

	async grant(consent, { named = this.drawNamed(), ...instead } = {}) {
		const { chance } = this;
		const version = consent.version + 1;
		const rule = chance.pick(RULES);
		const signers = chance.pick(SIGNERS).map((capacity) => ({ capacity }));
		const decision = chance.integer(0, 2) === 1;
		const good = chance.integer(0, 5) > 0;
		const facts = good ? ["representative", [{ capacity: "parent" }], false]
			: [rule, signers, decision];
		const claims = JSON.stringify({
			case_pseudonym: consent.pseudonym, version, purpose: "joint_assessment",
			supersedes: instead.supersedes ?? consent.supersedes,
			recipients: named.map(([organisation_id, categories]) =>
				({ organisation_id, categories })),
			rule: facts[0], signers: facts[1], decision_ref: facts[2],
			child_opinion: "recorded", text_sha256: "0".repeat(64),
			text_version: "1", language: "bg", basis: "consent",
			from: "2026-01-01T00:00:00.000Z",
			until: new Date(Date.now() + 20 * 86_400_000).toISOString(),
		});
		await this.send(consent, { ...instead, kind: "grant", version, named, claims,
			signed: signersSuffice(...facts),
			more: `${instead.id ? "instead " : ""}to ${named.map(([id, c]) => `${this.indexOf(id)}:${c}`).join(" ")}` });
	}

	indexOf(organisation) {
		return this.recipients.findIndex((r) => r.organisation === organisation);
	}

	async publish(consent) {
		const categories = CATEGORIES.filter(() => this.chance.integer(0, 3) > 0);
		await this.send(consent, { kind: "publish", version: consent.published + 1,
			categories, key: this.chance.uuid(), more: categories.join() });
	}

	async withdraw(consent) {
		await this.send(consent, { kind: "withdraw" });
	}

	/* Something that was sent before arrives again, its key forgotten. */
	async late(consent) {
		if (consent.sent.length === 0)
			return;
		const act = this.chance.pick(consent.sent);
		await this.act(consent, { ...act, key: undefined,
			more: `${act.more ?? ""} (late)` });
	}

	/* Its date passes: the same as if the clocks had gone on. */
	async date(consent) {
		if (consent.state !== "active" || consent.due)
			return;
		await this.owner.segment([{ sql: DATE_PASSES, args: [consent.id] }]);
		for (const recipient of this.recipients)
			await recipient.date([consent.summary]);
		consent.due = true;
		this.note(consent, "its date passes");
		await this.checkHub(consent);
	}

	/* The courier asks; the answer is on its way. */
	async poll(recipient) {
		if (recipient.page)
			return;
		await this.arena.step(this.hub, this.segments.sequencer);
		const { feed = null, seq = null, tag = null } = recipient.cursor ?? {};
		const [status, body, , , , ack] = await this.arena.as(this.hub,
			recipient.organisation, this.segments.page, feed, seq, tag, "500");
		if (status === "node-restored" && recipient.behind > 0) {
			await recipient.resync();
			this.note(undefined, "recipient", this.recipients.indexOf(recipient),
				"reads the feed again");
			await this.poll(recipient);
			return;
		}
		if (status !== "200")
			this.fail(`the feed was answered ${status}`);
		if (ack === "t")
			await this.arena.as(this.hub, recipient.organisation,
				this.segments[seq === null ? "restart" : "acknowledge"], seq);
		recipient.read(body);
		this.note(undefined, "recipient", this.recipients.indexOf(recipient),
			"is answered up to", recipient.page.cursor.split(".")[1]);
	}

	async apply(recipient) {
		if (!recipient.page)
			return;
		const late = recipient.page;
		await recipient.apply();
		/* What was on its way while a date passed says the date before. */
		await recipient.date(this.batch.filter(({ due, summary }) => due &&
			late.events.some(({ id, doc }) => id === summary && doc))
			.map(({ summary }) => summary));
		this.note(undefined, "recipient", this.recipients.indexOf(recipient),
			"applies up to", recipient.cursor.seq);
		await this.checkPurged();
		/* At the end of a second reading others may be gone as well. */
		await this.checkRecipient(recipient, late.events.length === 0 ? this.batch
			: this.batch.filter(({ summary }) =>
				late.events.some(({ id }) => id === summary)));
	}

	/* The answer is lost, or the courier that had it. */
	crash(recipient) {
		if (recipient.page)
			this.note(undefined, "recipient", this.recipients.indexOf(recipient),
				"loses its page");
		recipient.page = undefined;
	}

	async receipts(recipient, again = false) {
		const waiting = await recipient.receipts();
		await this.record(recipient, waiting);
		if (!again && waiting.length > 0)
			await recipient.delivered(waiting.map(({ id }) => id));
		recipient.given.push(...waiting.filter(({ summary }) => this.of(summary)));
	}

	/* The consent of this batch that the summary is shared under. */
	of(summary) {
		return this.batch.find((consent) => consent.summary === summary);
	}

	/* The hub takes receipts; those that are on their way go together. */
	async record(recipient, receipts) {
		const answers = await Promise.all(receipts.map(({ summary, at, event }) =>
			this.arena.as(this.hub, recipient.organisation, this.segments.purge,
				summary, "receipt", at, ...event)));
		for (const [i, [status, body]] of answers.entries()) {
			const { summary, event } = receipts[i], consent = this.of(summary);
			const what = `purge ${status}${/purged_at/.test(body) ? "" : " without effect"}`;
			this.seen[what] = (this.seen[what] ?? 0) + 1;
			if (consent)
				this.note(consent, "recipient", this.recipients.indexOf(recipient),
					"receipt of event", event[1], "->", what);
		}
		if (receipts.length > 0)
			await this.checkPurged();
	}

	/*
	 * Receipts that were sent before arrive once more, late: those of copies
	 * that were given again since, where there are any.
	 */
	async stray(recipient) {
		const { given, held } = recipient;
		const again = given.filter(({ summary }) => held.has(summary));
		if (given.length > 0)
			await this.record(recipient, again.length > 0 ? again.slice(-5)
				: [this.chance.pick(given)]);
	}

	async backup(recipient) {
		await recipient.backup();
		this.note(undefined, "recipient", this.recipients.indexOf(recipient),
			"is backed up at", recipient.cursor?.seq ?? 0);
	}

	async restore(recipient) {
		if (!recipient.kept)
			return;
		await recipient.restore();
		/* Its clock is today's. */
		await recipient.date(this.batch.filter(({ due, summary }) => due &&
			recipient.held.has(summary)).map(({ summary }) => summary));
		this.restores += 1;
		this.note(undefined, "recipient", this.recipients.indexOf(recipient),
			"is restored to", recipient.cursor?.seq ?? 0);
	}

	/* The hub says that a copy is erased that nobody may read: it is. */
	async checkPurged() {
		const [rows] = await this.owner.segment([{ sql: PURGED,
			args: [`{${this.batch.map(({ id }) => id)}}`] }]);
		for (const [summary, organisation] of rows) {
			const i = this.indexOf(organisation), consent = this.of(summary);
			if (!consent.seenBy(organisation) && this.recipients[i].behind === 0 &&
			    this.recipients[i].held.has(summary))
				this.fail(`the hub says that recipient ${i} has purged ` +
					"what it holds", consent);
		}
	}

	/* Delivered, and the answer lost: they will come again. */
	async repeated(recipient) {
		await this.receipts(recipient, true);
	}

	async sweep() {
		await this.hub.segment(this.segments.sweep.map(({ sql }) =>
			({ sql, args: [] })));
		for (const consent of this.batch) {
			if (consent.due && consent.state === "active")
				this.note(consent, "swept");
			consent.expire();
		}
	}

	/* The hub has not been heard of for longer than the lease. */
	async lease(recipient) {
		await recipient.lease();
		this.note(undefined, "recipient", this.recipients.indexOf(recipient),
			"is past its lease");
	}

	/* Reads that start now, at the hub: exactly what the reference says. */
	async checkHub(consent) {
		const wanted = this.recipients.map(({ organisation }) =>
			consent.seenBy(organisation));
		const results = await this.hub.segment(this.recipients.flatMap(
			({ organisation }) => [
				{ sql: CALLER_SQL, args: [organisation, this.chance.uuid(), "node",
					"property", this.chance.uuid()] },
				{ sql: this.segments.get[0].sql, args: [consent.summary] }]));
		for (const i of this.recipients.keys()) {
			const row = results[2 * i + 1][0];
			const want = wanted[i];
			this.reads += 1;
			if (row && !want)
				this.fail(`the hub gives recipient ${i} what it may not read`, consent);
			if (!row && want)
				this.fail(`the hub keeps from recipient ${i} what it may read`, consent);
			if (!row)
				continue;
			const doc = JSON.parse(row[1]);
			const got = CATEGORIES.filter((category) => category in doc);
			if (doc.version !== want.version || got.join() !== want.categories.join())
				this.fail(`recipient ${i} reads version ${doc.version} with ${got}, ` +
					`not ${want.version} with ${want.categories}`, consent);
		}
	}

	/* Reads at a recipient: what it holds, within the lease and the date. */
	async checkRecipient(recipient, batch = this.batch) {
		if (batch.length === 0)
			return;
		const i = this.recipients.indexOf(recipient);
		const found = await recipient.visible(batch.map((c) => c.summary));
		for (const consent of batch) {
			const held = recipient.held.get(consent.summary);
			const want = recipient.leased && held && !held.due
				? held.version : undefined;
			const got = found.get(consent.summary);
			this.reads += 1;
			if (got !== want)
				this.fail(`recipient ${i} shows version ${got}, not ${want}`, consent);
		}
	}

	/** A batch of consents, each with a life of its own, interleaved. */
	async run(size) {
		const { chance } = this;
		this.batch = Array.from({ length: size }, () => new Consent(chance));
		for (const recipient of this.recipients)
			recipient.given = [];
		const works = this.batch.flatMap((consent) => [
			...Array.from({ length: chance.integer(4, 9) },
				() => ({ consent, step: draw(chance, STEPS) }))]);
		for (const { consent, step } of chance.shuffled(works)) {
			await this[consent.state === "unseen" && chance.integer(0, 10) > 0
				? "grant" : step](consent);
			this.steps += 1;
			if (chance.integer(0, 4) === 0)
				await this.laneStep();
		}
		await this.settle();
		this.interleavings += size;
	}

	async laneStep() {
		const recipient = this.chance.pick(this.recipients);
		const step = draw(this.chance,
			this.interleavings < EARLY ? LANE_EARLY : LANE);
		await this[step](recipient);
		this.steps += 1;
		if (step === "sweep")
			await this.checkHub(this.chance.pick(this.batch));
		else if (["lease", "restore"].includes(step))
			await this.checkRecipient(recipient);
	}

	/* The connection heals: everyone comes to rest as the reference says. */
	async settle() {
		await this.sweep();
		while (await this.arena.step(this.hub, this.segments.sequencer));
		for (const recipient of this.recipients) {
			await this.apply(recipient);
			do {
				await this.poll(recipient);
			} while (recipient.page.events.length > 0 &&
				await this.apply(recipient) === undefined);
			await this.apply(recipient);
			await this.checkRecipient(recipient);
			for (const consent of this.batch) {
				const want = consent.seenBy(recipient.organisation)?.version;
				const got = recipient.held.get(consent.summary)?.version;
				if (got !== want)
					this.fail(`at rest recipient ${this.recipients.indexOf(recipient)} ` +
						`holds version ${got}, not ${want}`, consent);
			}
			while ((await recipient.receipts()).length > 0)
				await this.receipts(recipient);
		}
		await this.checkReceipts();
	}

	/* Of everyone who was given something that has ended there is a receipt. */
	async checkReceipts() {
		const [rows] = await this.owner.segment([{
			sql: UNACKNOWLEDGED, args: [`{${this.batch.map(({ id }) => id)}}`] }]);
		if (rows.length > 0)
			this.fail("a purge was never acknowledged",
				this.batch.find(({ id }) => id === rows[0][0]));
	}
}

/** The segments, by the names that are used here. */
export function worldSegments(hub) {
	return {
		grant: hub.putConsent, publish: hub.putSummary, get: hub.getSummary,
		withdraw: hub.withdrawConsent, sequencer: hub.sequencer,
		page: segment("feed_page"), acknowledge: segment("feed_ack"),
		restart: segment("feed_restart"), purge: hub.recordPurge,
		sweep: segment("sweep_lock", "sweep_expire", "sweep_erase"),
	};
}

// The synthetic data: organisations, and summaries each under a consent of
// its own with two recipients.  Inserted set-wise, as the owner.
//
// Summary k and consent k belong to organisation k mod n; the next two
// organisations receive them, the first most of it, the second a part.

import { ORGANISATIONS, SUMMARIES } from "./settings.mjs";
import { BASE, sqlId } from "./numbers.mjs";

/** A summary with every category, of the size that people write. */
export const DOC = {
	basics: { age_band: "10-13", municipality: "VTR04", sectors: ["EDU", "SOC"] },
	contact: {
		role: "специалист", organisation: "Изпитателна организация",
		office_phone: "+359 62 000 099", office_email: "office@primer.example",
	},
	needs: {
		needs: [{ domain: "safety", level: 2 }, { domain: "family", level: 1 }],
		strengths: ["peers"],
	},
	difficulty: { definition_version: "draft-1", criteria: ["D1", "D4"] },
	help: {
		urgency: "soon", help_wanted: "joint_assessment",
		text: "Търсим обща оценка и идеи как да се върне желанието за училище.",
	},
	wish: { text: "Искам да имам приятел, с когото да ходя на училище." },
	path: { services: ["day_care"], moves_12m: "2" },
};

const orgId = (k) => `${sqlId(`${BASE.organisation} + (${k}) % ${ORGANISATIONS}`)}::uuid`;
const consentId = (k) => `${sqlId(`${BASE.consent} + (${k})`)}::uuid`;
const readers = (k) => `ARRAY[${orgId(`${k} + 1`)}, ${orgId(`${k} + 2`)}]`;
const summaryId = (k) => `${sqlId(`${BASE.summary} + (${k})`)}::uuid`;

const INSERT = `
SET ROLE zaedno_hub_owner;
BEGIN;
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
SELECT ${orgId("k")}, 'Изпитателна организация ' || k, 'service_provider',
    '{SOC}', 'VTR04', (999500000 + k)::text
FROM generate_series(0, ${ORGANISATIONS} - 1) k;
INSERT INTO consent (id, holder, version, state, case_pseudonym, purpose, rule,
    signers, child_opinion, text_sha256, text_version, language, basis,
    starts_at, until, receipt, parties)
SELECT ${consentId("k")}, ${orgId("k")}, 1, 'active', gen_random_uuid(),
    'joint_assessment', 'representative',
    jsonb_build_array(jsonb_build_object('capacity', 'parent',
        'method', 'paper', 'at', '2026-01-01T00:00:00Z',
        'evidence_commit', repeat('0', 64))), 'recorded',
    repeat('1', 64), '2026-1', 'bg', 'consent',
    now() - interval '1 day', now() + interval '100 days',
    (SELECT string_agg(md5((k * 40 + i)::text), '') FROM generate_series(1, 40) i),
    ${readers("k")}
FROM generate_series(0, ${SUMMARIES} - 1) k;
INSERT INTO consent_recipient (consent_id, recipient, holder, categories,
    withheld, live_until)
SELECT ${consentId("k")}, ${orgId("k + n")}, ${orgId("k")}, c.list,
    withheld_of(c.list), now() + interval '100 days'
FROM generate_series(0, ${SUMMARIES} - 1) k, (VALUES
    (1, ARRAY['basics', 'contact', 'needs', 'difficulty', 'help']),
    (2, ARRAY['basics', 'help'])) AS c(n, list);
INSERT INTO summary (id, consent_id, holder, version, doc, readers, until)
SELECT ${summaryId("k")}, ${consentId("k")}, ${orgId("k")}, 1, :'doc'::jsonb,
    ${readers("k")}, now() + interval '100 days'
FROM generate_series(0, ${SUMMARIES} - 1) k;
INSERT INTO delivery (summary_id, recipient, consent_id, holder,
    summary_version)
SELECT ${summaryId("k")}, ${orgId("k + n")}, ${consentId("k")}, ${orgId("k")}, 1
FROM generate_series(0, ${SUMMARIES} - 1) k, generate_series(1, 2) n;
COMMIT;
RESET ROLE;
VACUUM (FREEZE, ANALYZE);
CHECKPOINT;`;

/** Fills the hub's database. */
export const load = (cluster, database) =>
	cluster.psql(database, INSERT, { doc: JSON.stringify(DOC) });

/* What measuring has added; append-only tables yield to the superuser. */
const RESET = `
SET session_replication_role = replica;
TRUNCATE audit, audit_leaf, audit_queue, event_queue, feed, idempotency,
    read_log, read_set;
UPDATE read_head SET tx = '0', after = '-infinity', last_at = '-infinity';
UPDATE feed_head SET leaves = 0, chain = audit_genesis(log_id);
DELETE FROM delivery WHERE summary_id > ${summaryId(SUMMARIES - 1)};
DELETE FROM summary WHERE id > ${summaryId(SUMMARIES - 1)};
VACUUM summary, delivery, consent, consent_recipient, feed_head;
CHECKPOINT;
-- Every consent's page goes to the log whole once after a checkpoint; not
-- within the few seconds that are measured.
BEGIN;
SELECT count(*) FROM (SELECT FROM consent FOR NO KEY UPDATE) AS all_of_them;
ROLLBACK;`;

/** Back to the data as loaded, so that every figure starts from the same. */
export const reset = (cluster, database) => cluster.psql(database, RESET);

/** How many events wait for the sequencer. */
export const waiting = async (cluster, database) =>
	Number(await cluster.psql(database, "SELECT count(*) FROM event_queue;"));

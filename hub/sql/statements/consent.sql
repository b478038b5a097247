-- Consents: registering, reading, withdrawing.

-- statement: consent_put_root (write)
-- $1 id, $2 the receipt's claims, $3 the receipt, $4 Idempotency-Key.
-- Creates or changes the root row, and so locks it; what was done is left in
-- zaedno.step for the next statement, which has a fresh snapshot.
WITH new AS (
    SELECT r.* FROM jsonb_to_record($2::jsonb) AS r(case_pseudonym uuid,
        version bigint, purpose text, rule text, signers jsonb,
        child_opinion text, decision_ref boolean, text_sha256 text,
        text_version text, language text, basis text, "from" timestamptz,
        until timestamptz, supersedes uuid)),
fit AS (
    SELECT new.* FROM new JOIN organisation o
        ON o.id = me() AND o.status = 'active'
    WHERE signers_suffice(new.rule, new.signers, new.decision_ref)
    AND new.until > greatest(new."from", statement_timestamp())
    AND new.until - new."from" <= interval '366 days'
    AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset($2::jsonb -> 'recipients')
            AS r(organisation_id uuid)
        LEFT JOIN organisation x ON x.id = r.organisation_id
            AND x.status <> 'blocked'
        WHERE x.id IS NULL OR x.id = o.id)
    AND (SELECT count(*) = count(DISTINCT r.organisation_id)
        FROM jsonb_to_recordset($2::jsonb -> 'recipients')
            AS r(organisation_id uuid))
    AND NOT EXISTS (SELECT FROM idempotency i
        WHERE i.org = me() AND i.key = $4::uuid)),
-- What a new consent takes the place of: of the same chain, holding still,
-- and every signature newer than those of before.  Nobody is named by it from
-- here on; the next statement gives what was shared to whom the new one names.
old AS (
    UPDATE consent o SET state = 'superseded', version = o.version + 1,
        ended_at = statement_timestamp(), superseded_by = $1::uuid
    FROM fit f
    WHERE o.id = f.supersedes AND o.id <> $1::uuid AND o.holder = me()
    AND o.state = 'active' AND o.until > statement_timestamp()
    AND o.case_pseudonym = f.case_pseudonym
    AND signed_anew(f.signers, o.signers)
    AND NOT EXISTS (SELECT FROM consent x WHERE x.id = $1::uuid)
    RETURNING o.id),
unnamed AS (
    UPDATE consent_recipient r SET live_until = '-infinity'
    FROM old WHERE r.consent_id = old.id AND r.live_until > '-infinity'),
put AS (
    INSERT INTO consent AS k (id, holder, version, state, case_pseudonym,
        purpose, rule, signers, child_opinion, decision_ref, text_sha256,
        text_version, language, basis, starts_at, until, receipt, supersedes,
        parties)
    SELECT $1::uuid, me(), f.version, 'active', f.case_pseudonym, f.purpose,
        f.rule, f.signers, f.child_opinion, f.decision_ref, f.text_sha256,
        f.text_version, f.language, f.basis, f."from", f.until, $3,
        f.supersedes, ARRAY(SELECT r.organisation_id
            FROM jsonb_to_recordset($2::jsonb -> 'recipients')
            AS r(organisation_id uuid))
    FROM fit f
    WHERE f.supersedes IS NULL OR EXISTS (SELECT FROM old)
    OR EXISTS (SELECT FROM consent x WHERE x.id = $1::uuid
        AND x.supersedes = f.supersedes)
    ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version,
        purpose = EXCLUDED.purpose, rule = EXCLUDED.rule,
        signers = EXCLUDED.signers, child_opinion = EXCLUDED.child_opinion,
        decision_ref = EXCLUDED.decision_ref,
        text_sha256 = EXCLUDED.text_sha256,
        text_version = EXCLUDED.text_version, language = EXCLUDED.language,
        basis = EXCLUDED.basis, starts_at = EXCLUDED.starts_at,
        until = EXCLUDED.until, receipt = EXCLUDED.receipt,
        parties = ARRAY(SELECT unnest(k.parties)
            UNION SELECT unnest(EXCLUDED.parties))
    WHERE k.holder = EXCLUDED.holder AND k.state = 'active'
    AND k.case_pseudonym = EXCLUDED.case_pseudonym
    AND k.supersedes IS NOT DISTINCT FROM EXCLUDED.supersedes
    AND k.version < EXCLUDED.version
    RETURNING CASE WHEN k.xmax = 0 THEN '201' ELSE '200' END AS step)
SELECT set_config('zaedno.step', coalesce((SELECT step FROM put), ''), true);

-- statement: consent_put (write, act)
-- Whom it names now, and one event for each (summary, recipient) affected.
WITH c AS (
    SELECT c AS row, c.id, c.holder, c.version, c.state, c.until, c.receipt,
        c.case_pseudonym, c.purpose, c.supersedes
    FROM consent c WHERE c.id = $1::uuid AND c.holder = me()),
did AS (SELECT c.* FROM c WHERE my_step() IS NOT NULL),
-- Only what was just put in its place: later versions move nothing.
old AS (
    SELECT o.id, o.version, o.purpose = did.purpose AS same FROM did
    JOIN consent o ON o.id = did.supersedes AND my_step() = '201'),
want AS (
    SELECT r.organisation_id AS recipient,
        ARRAY(SELECT jsonb_array_elements_text(r.categories)) AS categories
    FROM jsonb_to_recordset($2::jsonb -> 'recipients')
        AS r(organisation_id uuid, categories jsonb)),
named AS (
    INSERT INTO consent_recipient AS r (consent_id, recipient, holder,
        categories, withheld, live_until)
    SELECT did.id, w.recipient, did.holder, w.categories,
        withheld_of(w.categories), did.until
    FROM did, want w
    ON CONFLICT (consent_id, recipient) DO UPDATE
    SET categories = EXCLUDED.categories, withheld = EXCLUDED.withheld,
        live_until = EXCLUDED.live_until
    RETURNING r.recipient, r.live_until),
gone AS (
    UPDATE consent_recipient r
    SET live_until = '-infinity', categories = '{}',
        withheld = withheld_of('{}')
    FROM did WHERE r.consent_id = did.id AND r.live_until > '-infinity'
    AND NOT EXISTS (SELECT FROM want w WHERE w.recipient = r.recipient)
    RETURNING r.recipient),
shared AS (
    UPDATE summary s SET until = did.until, consent_id = did.id,
        readers = ARRAY(SELECT w.recipient FROM want w),
        doc = CASE s.consent_id WHEN did.id THEN s.doc
            ELSE s.doc - withheld_of(ARRAY(SELECT unnest(w.categories)
                FROM want w)) END
    FROM did LEFT JOIN old ON old.same
    WHERE s.consent_id IN (did.id, old.id) AND s.doc IS NOT NULL
    RETURNING s.id, s.version),
-- Of another purpose it is erased, and may be shared anew.
lost AS MATERIALIZED (
    SELECT e.* FROM old, consent_erase(old.id) e WHERE NOT old.same),
-- Whoever has a copy and is not named any more.
left_out AS (
    SELECT d.recipient, s.id, s.version FROM old JOIN delivery d
    ON d.consent_id = old.id AND d.purged_at IS NULL
    JOIN shared s ON s.id = d.summary_id
    WHERE NOT EXISTS (SELECT FROM want w WHERE w.recipient = d.recipient)
    UNION ALL
    SELECT d.recipient, l.id, l.version FROM lost l
    JOIN delivery d ON d.summary_id = l.id
    UNION ALL
    SELECT did.holder, l.id, l.version FROM did, lost l),
sent AS (
    INSERT INTO delivery AS d (summary_id, recipient, consent_id, holder,
        summary_version)
    SELECT s.id, n.recipient, did.id, did.holder, s.version
    FROM did, shared s, named n
    ON CONFLICT (summary_id, recipient) DO UPDATE
    SET version = d.version + 1, queued_at = statement_timestamp(),
        delivered_at = NULL, opened_at = NULL, opened_role = NULL,
        purged_at = NULL, purge_receipt = NULL,
        summary_version = EXCLUDED.summary_version
    WHERE d.purged_at IS NOT NULL
    RETURNING d.id, d.version, d.holder),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT n.recipient, 'summary', s.id, s.version, 'put'
    FROM shared s, named n
    UNION ALL
    SELECT g.recipient, 'summary', s.id, s.version, 'purge'
    FROM shared s, gone g
    UNION ALL
    SELECT l.recipient, 'summary', l.id, l.version, 'purge' FROM left_out l
    UNION ALL
    SELECT did.holder, 'consent', old.id, old.version, 'put' FROM did, old
    UNION ALL
    SELECT did.holder, 'summary', s.id, s.version, 'put' FROM did, shared s
    UNION ALL
    -- Purged before, and given again: the holder is told that it no longer is.
    SELECT sent.holder, 'delivery', sent.id, sent.version, 'put' FROM sent
    WHERE sent.version > 1),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'consent.put', 'consent', id, id FROM did
    UNION ALL
    SELECT 'consent.supersede', 'consent', id, id FROM old),
idem AS (
    SELECT i.* FROM idempotency i WHERE i.org = me() AND i.key = $4::uuid),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putConsent', sha256(convert_to($1 || $3, 'UTF8')),
        my_step(), did.version::text FROM did),
answer AS (
    SELECT CASE WHEN did.id IS NOT NULL THEN my_step()
        WHEN idem.key IS NOT NULL AND idem.operation = 'putConsent'
            AND idem.request_sha256 = sha256(convert_to($1 || $3, 'UTF8'))
            THEN idem.status
        WHEN idem.key IS NOT NULL THEN 'idempotency-key-reused'
        WHEN o.status <> 'active' THEN 'organisation-' || o.status
        WHEN c.state = 'withdrawn' THEN 'consent-withdrawn'
        WHEN c.receipt = $3 THEN '200'
        WHEN c.id IS NULL AND b.state IS NOT NULL AND b.state <> 'active'
            THEN CASE b.state WHEN 'withdrawn' THEN 'consent-withdrawn'
                ELSE 'consent-not-active' END
        WHEN c.id IS NULL AND NOT signed_anew($2::jsonb -> 'signers',
            b.signers) THEN 'consent-signers-missing'
        WHEN c.case_pseudonym <> ($2::jsonb ->> 'case_pseudonym')::uuid
            THEN 'already-exists'
        WHEN c.version >= ($2::jsonb ->> 'version')::bigint THEN 'stale'
        WHEN c.state <> 'active' THEN 'consent-withdrawn'
        WHEN NOT signers_suffice($2::jsonb ->> 'rule', $2::jsonb -> 'signers',
            ($2::jsonb ->> 'decision_ref')::boolean)
            THEN 'consent-signers-missing'
        ELSE 'receipt-invalid' END AS status,
        coalesce(idem.etag, c.version::text) AS etag, c.row, did.id AS did
    FROM organisation o LEFT JOIN c ON true LEFT JOIN did ON true
    LEFT JOIN idem ON true
    LEFT JOIN consent b ON b.id = ($2::jsonb ->> 'supersedes')::uuid
        AND b.holder = o.id
    WHERE o.id = me())
SELECT status, CASE WHEN status NOT LIKE '2%' THEN NULL
    WHEN did IS NULL THEN consent_json(row)
    ELSE consent_json(row) || jsonb_build_object(
        'recipients', $2::jsonb -> 'recipients') END::text AS body,
    CASE WHEN status LIKE '2%' THEN etag END AS etag
FROM answer;

-- statement: consent_get (read)
WITH c AS (
    SELECT c AS row, c.version, c.state, c.until, c.holder,
        r.live_until
    FROM consent c
    LEFT JOIN consent_recipient r ON r.consent_id = c.id
        AND r.recipient = me()
    WHERE c.id = $1::uuid),
caller AS (SELECT caller_status() AS status),
answer AS (
    SELECT CASE WHEN caller.status IS NULL THEN 'not-found'
        WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
        WHEN h.status = 'blocked' THEN 'not-found'
        WHEN c.holder = me() THEN '200'
        WHEN c.state <> 'active' OR c.live_until <= statement_timestamp()
            THEN 'consent-withdrawn'
        ELSE '200' END AS status, c.row, c.version
    FROM c JOIN organisation h ON h.id = c.holder, caller)
SELECT status, CASE status WHEN '200' THEN consent_json(row)::text END AS body,
    CASE status WHEN '200' THEN version::text END AS etag
FROM answer;

-- statement: consent_withdraw_root (write)
-- $1 id, $2 capacity.  The state change is the lock, whichever door it comes
-- through: the holder's node, a family for the one consent that it is bound
-- to and in its own capacity, a coordinator for any.  A consent that was never
-- seen is withdrawn too by its holder: a later publication finds it ended.
-- Who ends a consent that another has taken the place of ends that one: the
-- paper in a family's hands may be the older.  A family's code does not: it was
-- given for the old one.
WITH put AS (
    INSERT INTO consent AS k (id, holder, version, state, ended_at,
        ended_capacity, ended_door)
    SELECT consent_meant($1::uuid), o.id, 1, 'withdrawn', statement_timestamp(), $2, 'node'
    FROM organisation o
    WHERE o.id = me() AND o.status <> 'blocked' AND my_door() = 'node'
    ON CONFLICT (id) DO UPDATE SET state = 'withdrawn',
        version = k.version + 1, ended_at = EXCLUDED.ended_at,
        ended_capacity = EXCLUDED.ended_capacity,
        ended_door = EXCLUDED.ended_door
    WHERE k.holder = EXCLUDED.holder
    AND k.state NOT IN ('withdrawn', 'superseded'))
UPDATE consent c SET state = 'withdrawn', version = c.version + 1,
    ended_at = statement_timestamp(),
    ended_capacity = coalesce(my_capacity(), $2), ended_door = my_door()
WHERE c.id = consent_meant($1::uuid)
AND c.state NOT IN ('withdrawn', 'superseded')
AND my_door() <> 'node' AND may_end(c.id);

-- statement: withdrawal_record (write)
-- $1 id, $2 capacity, $3 how it was said, $4 why here, $5 number of the paper:
-- what a coordinator has taken down, beside the first withdrawal alone.
WITH unused AS (SELECT $2::text)
INSERT INTO withdrawal_record (consent_id, received, reason, reference)
SELECT c.id, $3, $4, $5 FROM consent c
WHERE c.id = consent_meant($1::uuid) AND c.state = 'withdrawn'
AND c.ended_door = 'coordinator' AND may_end(c.id)
AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.consent_id = c.id);

-- statement: consent_withdraw (write, act)
-- Content goes, everyone who was ever given it is told, and what the receipt
-- will say is written down, once: a repeat finds it.  The holder hears of what
-- came through another's door.
WITH o AS (SELECT status FROM organisation WHERE id = me()),
c AS (
    SELECT c.* FROM consent c LEFT JOIN o ON true
    WHERE c.id = consent_meant($1::uuid) AND c.state = 'withdrawn'
    AND CASE my_door() WHEN 'node' THEN c.holder = me()
        AND o.status <> 'blocked' ELSE may_end(c.id) END),
gone AS MATERIALIZED (SELECT e.* FROM c, consent_erase(c.id) e),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT d.recipient, 'summary', gone.id, gone.version, 'purge'
    FROM gone JOIN delivery d ON d.summary_id = gone.id
    UNION ALL
    SELECT c.holder, 'summary', gone.id, gone.version, 'purge' FROM gone, c),
known AS (
    SELECT w.* FROM c JOIN withdrawal w ON w.consent_id = c.id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'consent.withdraw', 'consent', c.id, c.id
    FROM c WHERE NOT EXISTS (SELECT FROM known) RETURNING leaf),
fact AS (
    INSERT INTO withdrawal (consent_id, holder, version, at, leaf, capacity,
        door)
    SELECT c.id, c.holder, c.version, c.ended_at, aud.leaf,
        coalesce(c.ended_capacity, $2), coalesce(c.ended_door, 'node')
    FROM c, aud
    RETURNING version, at, leaf, capacity, door),
told AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT c.holder, 'consent', c.id, c.version, 'put'
    FROM c, fact WHERE fact.door <> 'node')
SELECT CASE WHEN c.id IS NOT NULL THEN '200'
        WHEN o.status = 'blocked' AND my_door() = 'node'
            THEN 'organisation-blocked'
        -- Another took its place while this waited: once more.
        WHEN my_door() <> 'family' AND EXISTS (SELECT FROM consent x
            WHERE x.id = consent_meant($1::uuid) AND x.state = 'superseded')
            THEN 'unavailable'
        ELSE 'not-found' END AS status,
    coalesce(f.version, k.version) AS version,
    rfc3339(coalesce(f.at, k.at)) AS at,
    encode(coalesce(f.leaf, k.leaf), 'hex') AS leaf, k.receipt,
    coalesce(f.door, k.door) AS door,
    coalesce(f.capacity, k.capacity) AS capacity, c.id AS consent_id
FROM (VALUES (1)) one(row) LEFT JOIN o ON true LEFT JOIN c ON true
LEFT JOIN fact f ON true LEFT JOIN known k ON true;

-- statement: withdrawal_sign (write)
-- $1 id, $2 the signed receipt.  The first signature stays.
UPDATE withdrawal SET receipt = $2
WHERE consent_id = $1::uuid AND receipt IS NULL;

-- statement: withdrawal_get (write)
SELECT '200' AS status, jsonb_build_object('consent_id', consent_id,
    'version', version, 'at', rfc3339(at), 'leaf', encode(leaf, 'hex'),
    'door', door, 'capacity', capacity, 'receipt', receipt)::text AS body
FROM withdrawal WHERE consent_id = $1::uuid;

-- statement: delivery_list (read)
-- $1 consent, $2 limit, $3 after; the holder's list.
WITH o AS (SELECT status FROM organisation WHERE id = me()),
page AS (
    SELECT d FROM delivery d
    WHERE d.consent_id = $1::uuid AND d.holder = me()
    AND ($3::text IS NULL OR d.id > $3::uuid)
    ORDER BY d.id LIMIT coalesce($2::int, 50) + 1),
shown AS (
    SELECT (d).id, delivery_json(d) AS doc FROM page
    ORDER BY (d).id LIMIT coalesce($2::int, 50)),
answer AS (
    SELECT CASE WHEN o.status = 'blocked' THEN 'organisation-blocked'
        ELSE '200' END AS status,
        CASE WHEN (SELECT count(*) FROM page) > coalesce($2::int, 50)
            THEN (SELECT max(id::text) FROM shown) END AS next
    FROM o JOIN consent c ON c.id = $1::uuid AND c.holder = me())
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
    jsonb_build_object('items',
        coalesce((SELECT jsonb_agg(doc ORDER BY id) FROM shown), '[]'),
        'next', next))::text END AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

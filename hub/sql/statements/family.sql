-- The family's facts: slips of codes, visits, and what a family says.

-- statement: family_slip_replace (write)
-- $1 consent, $2 slip, $3 signer, $4 issued, $5 capacity, $6 feed.  A new slip,
-- if it can be put, revokes the one before it of the same signer; the consent's
-- row is locked.
WITH gone AS (
    UPDATE family_slip s SET revoked_at = statement_timestamp(),
        version = s.version + 1
    FROM consent c, organisation o, feed_head h
    WHERE s.consent_id = $1::uuid AND s.signer = $3::int AND s.holder = me()
    AND s.revoked_at IS NULL AND s.id <> $2::uuid
    AND s.issued_at < $4::timestamptz
    AND NOT EXISTS (SELECT FROM family_slip n WHERE n.id = $2::uuid)
    AND c.id = s.consent_id AND c.state = 'active'
    AND c.until > statement_timestamp()
    AND c.signers -> $3::int ->> 'capacity' = $5
    AND o.id = me() AND o.status = 'active' AND h.feed_id = $6::uuid
    RETURNING s.id, s.holder, s.version)
INSERT INTO event_queue (recipient, kind, ref, version, op)
SELECT holder, 'family_slip', id, version, 'put' FROM gone;

-- statement: family_slip_put (write)
-- $5 capacity, $6 feed, $7 hours for the first visit.  What was done is left
-- in zaedno.step: codes are only added to a slip that is there.
WITH put AS (
    INSERT INTO family_slip (id, consent_id, holder, capacity, signer, feed_id,
        issued_at, first_until)
    SELECT $2::uuid, c.id, c.holder, $5, $3::int, h.feed_id, i.at,
        i.at + make_interval(hours => $7::int)
    FROM consent c JOIN organisation o ON o.id = c.holder
        AND o.status = 'active',
        feed_head h, LATERAL (SELECT least($4::timestamptz,
            statement_timestamp()) AS at) i
    WHERE c.id = $1::uuid AND c.holder = me() AND c.state = 'active'
    AND c.until > statement_timestamp() AND h.feed_id = $6::uuid
    AND c.signers -> $3::int ->> 'capacity' = $5
    AND NOT EXISTS (SELECT FROM family_slip n WHERE n.consent_id = c.id
        AND n.signer = $3::int AND n.revoked_at IS NULL)
    ON CONFLICT (id) DO NOTHING
    RETURNING id)
SELECT set_config('zaedno.step',
    CASE WHEN EXISTS (SELECT FROM put) THEN '201' ELSE '' END, true);

-- statement: family_codes_put (write, act)
-- $8 what is kept of the codes.
WITH unused AS (SELECT $4::text, $7::text),
did AS (
    SELECT s.id, s.consent_id FROM family_slip s
    WHERE s.id = $2::uuid AND s.holder = me() AND my_step() IS NOT NULL),
codes AS (
    INSERT INTO family_code (kept, slip_id, holder)
    SELECT decode(k, 'hex'), did.id, me()
    FROM did, jsonb_array_elements_text($8::jsonb) k),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'family.codes', 'family_slip', id, consent_id FROM did),
cur AS (SELECT s AS row, s.consent_id, s.signer FROM family_slip s
    WHERE s.id = $2::uuid AND s.holder = me()),
c AS (SELECT c.* FROM consent c WHERE c.id = $1::uuid AND c.holder = me())
SELECT CASE WHEN did.id IS NOT NULL THEN '201'
        WHEN o.status <> 'active' THEN 'organisation-' || o.status
        WHEN cur.consent_id = $1::uuid
            AND coalesce(cur.signer, $3::int) = $3::int THEN '200'
        WHEN cur.consent_id IS NOT NULL THEN 'already-exists'
        WHEN c.id IS NULL THEN 'not-found'
        WHEN c.state = 'withdrawn' THEN 'consent-withdrawn'
        WHEN c.state <> 'active' OR c.until <= statement_timestamp()
            THEN 'consent-not-active'
        WHEN (SELECT h.feed_id FROM feed_head h) <> $6::uuid
            THEN 'feed-forked'
        WHEN c.signers -> $3::int ->> 'capacity' IS DISTINCT FROM $5
            THEN 'consent-signers-missing'
        WHEN EXISTS (SELECT FROM family_slip n WHERE n.consent_id = c.id
            AND n.signer = $3::int AND n.revoked_at IS NULL) THEN 'stale'
        ELSE 'not-found' END AS status,
    CASE WHEN o.status = 'active' AND cur.consent_id = $1::uuid
        THEN family_slip_json(cur.row)::text END AS body
FROM organisation o LEFT JOIN c ON true LEFT JOIN did ON true
LEFT JOIN cur ON true
WHERE o.id = me();

-- statement: family_slip_revoke (write)
-- $1 slip, $2 consent.  One that was never seen is revoked too: its codes,
-- if they come later, open nothing.
INSERT INTO family_slip AS s (id, consent_id, holder, revoked_at)
SELECT $1::uuid, $2::uuid, o.id, statement_timestamp()
FROM organisation o WHERE o.id = me() AND o.status <> 'blocked'
ON CONFLICT (id) DO UPDATE SET revoked_at = EXCLUDED.revoked_at,
    version = s.version + 1
WHERE s.holder = EXCLUDED.holder AND s.revoked_at IS NULL;

-- statement: family_slip_revoked (write, act)
WITH s AS (SELECT s AS row, s.id, s.holder, s.version, s.consent_id,
        s.revoked_at = statement_timestamp() AS now
    FROM family_slip s, organisation o
    WHERE s.id = $1::uuid AND s.holder = me() AND o.id = me()
    AND o.status <> 'blocked'),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT holder, 'family_slip', id, version, 'put' FROM s),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'family.revoke', 'family_slip', id, consent_id FROM s)
SELECT CASE WHEN o.status = 'blocked' THEN 'organisation-blocked'
        WHEN s.id IS NULL THEN 'not-found' ELSE '200' END AS status,
    family_slip_json(s.row)::text AS body
FROM organisation o LEFT JOIN s ON true WHERE o.id = me();

-- statement: family_wait (read)
-- $1 source: how long to wait before its code is looked at, and what codes
-- are stretched with.
SELECT family_wait_ms($1) AS wait_ms, h.feed_id FROM feed_head h;

-- statement: family_open (write, act)
-- $1 what is kept of the code, $2 source, $3 the visit, $4 its seconds.
SELECT family_open(decode($1, 'hex'), $2, $3::uuid, $4::int) AS opened;

-- statement: family_enter (write)
-- $1 visit; the statements after it in the segment are that family's.
SELECT family_enter($1::uuid);

-- statement: family_whose (write)
-- What the visit is bound to.
SELECT my_consent() AS consent_id, my_capacity() AS capacity;

-- statement: family_enter_to_end (write)
-- $1 consent, $2 capacity, $3 visit: before the statements that end a consent.
WITH unused AS (SELECT $1::text, $2::text)
SELECT family_enter($3::uuid);

-- statement: family_end (write)
UPDATE family_session SET ended_at = statement_timestamp()
WHERE id = $1::uuid AND ended_at IS NULL;

-- statement: family_facts (write, act)
-- What, with whom, until when, who opened, who has erased; what this person
-- has said.  $1 visit.
WITH c AS (SELECT c.* FROM consent c WHERE c.id = my_consent()),
sees AS MATERIALIZED (SELECT * FROM family_sees()),
said AS (SELECT w.* FROM family_word w WHERE w.consent_id = my_consent()),
item AS (
    SELECT d.recipient, d.summary_id, jsonb_strip_nulls(jsonb_build_object(
        'summary_id', d.summary_id, 'queued_at', rfc3339(d.queued_at),
        'delivered_at', rfc3339(d.delivered_at),
        'opened_at', rfc3339(d.opened_at),
        'purged_at', rfc3339(d.purged_at),
        'purge', CASE WHEN d.purged_at IS NOT NULL THEN 'confirmed'
            WHEN s.summary_id IS NULL THEN 'pending' END,
        'version', s.version, 'published_at', rfc3339(s.published_at),
        'sees', CASE WHEN s.summary_id IS NOT NULL THEN (
            SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'category', k.code, 'label', k.bg,
                'lines', to_jsonb(family_lines(k.code, s.doc -> k.code)),
                'disagreed_at', (SELECT rfc3339(max(w.said_at)) FROM said w
                    WHERE w.summary_id = d.summary_id
                    AND w.recipient = d.recipient AND w.category = k.code)))
                ORDER BY k.sort), '[]')
            FROM codelist.consent_category k WHERE s.doc ? k.code) END))
        AS doc
    FROM delivery d
    LEFT JOIN sees s ON s.summary_id = d.summary_id
        AND s.recipient = d.recipient
    WHERE d.consent_id = my_consent()),
opened AS (
    SELECT d.opened_at AS at, d.recipient AS org, d.opened_role AS role,
        family_label('node_role', d.opened_role) AS label, 'summary' AS kind
    FROM delivery d
    WHERE d.consent_id = my_consent() AND d.opened_at IS NOT NULL
    UNION ALL
    SELECT l.at, l.org, l.role, family_label('hub_role', l.role), l.kind
    FROM read_log l
    WHERE l.consent_id = my_consent() AND l.role IS DISTINCT FROM 'node'
    UNION ALL
    -- By a system, once a day; when a summary came the delivery has said.
    SELECT min(l.at), l.org, NULL, NULL, x.kind
    FROM read_log l, LATERAL (SELECT CASE l.kind WHEN 'feed' THEN 'received'
        ELSE l.kind END AS kind) x
    WHERE l.consent_id = my_consent() AND l.role = 'node'
    AND NOT EXISTS (SELECT FROM delivery d WHERE d.summary_id = l.ref)
    GROUP BY l.org, x.kind, (l.at AT TIME ZONE 'Europe/Sofia')::date),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'family.read', 'consent', c.id, c.id FROM c)
SELECT CASE WHEN c.id IS NULL THEN 'session-ended' ELSE '200' END AS status,
    CASE WHEN c.id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object(
    'number', upper(substr(c.case_pseudonym::text, 1, 4) || '-'
        || substr(c.case_pseudonym::text, 5, 4)) || ' / ' || c.version,
    'consent_id', c.id,
    'state', CASE WHEN c.state = 'active' AND c.until <= statement_timestamp()
        THEN 'expired' ELSE c.state END,
    'capacity', my_capacity(),
    'capacity_label', family_label('signer_capacity', my_capacity()),
    'holder', jsonb_build_object('id', h.id, 'name', h.name,
        'phone', h.contact ->> 'phone'),
    'purpose', c.purpose, 'purpose_label', family_label('purpose', c.purpose),
    'from', rfc3339(c.starts_at), 'until', rfc3339(c.until),
    'withdrawal', (SELECT jsonb_build_object('at', rfc3339(w.at),
        'capacity', w.capacity, 'door', w.door,
        'capacity_label', family_label('signer_capacity', w.capacity),
        'leaf', encode(w.leaf, 'hex'), 'receipt', w.receipt)
        FROM withdrawal w WHERE w.consent_id = c.id),
    'visit_until', (SELECT rfc3339(v.expires_at) FROM family_session v
        WHERE v.id = $1::uuid),
    'recipients', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(
        jsonb_build_object('organisation_id', r.recipient,
        'organisation', o.name,
        'until', CASE WHEN r.live_until > statement_timestamp()
            THEN rfc3339(r.live_until) END,
        'categories', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'code', k.code, 'label', k.bg) ORDER BY k.sort), '[]')
            FROM codelist.consent_category k
            WHERE k.code = ANY (r.categories)),
        'shared', (SELECT coalesce(jsonb_agg(i.doc ORDER BY i.summary_id),
            '[]') FROM item i WHERE i.recipient = r.recipient)))
        ORDER BY o.name, r.recipient), '[]')
        FROM consent_recipient r JOIN organisation o ON o.id = r.recipient
        WHERE r.consent_id = c.id),
    'opened', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(
        jsonb_build_object('at', rfc3339(p.at), 'role', p.role,
        'role_label', p.label, 'organisation_id', p.org,
        'organisation', o.name, 'kind', p.kind,
        'kind_label', family_kind(p.kind))) ORDER BY p.at), '[]')
        FROM opened p LEFT JOIN organisation o ON o.id = p.org),
    'said', (SELECT coalesce(jsonb_agg(family_word_json(w)
        ORDER BY w.said_at, w.id), '[]') FROM family_word w
        WHERE w.consent_id = c.id)))::text END AS body
FROM (VALUES (1)) one(x) LEFT JOIN c ON true
LEFT JOIN organisation h ON h.id = c.holder;

-- statement: family_say (write, act)
-- $1 visit, $2 id, $3 kind, $4 text, $5 summary, $6 recipient, $7 category.
-- Twenty a day of one person: each waits for somebody at the holder.
WITH unused AS (SELECT $1::text),
c AS (SELECT c.id, c.holder, c.state, c.until FROM consent c
    WHERE c.id = my_consent()),
old AS (SELECT w AS row, w.kind, w.text, w.taken_at, w.summary_id, w.recipient,
        w.category
    FROM family_word w WHERE w.id = $2::uuid),
fit AS (
    SELECT c.id, c.holder FROM c WHERE $3 = 'words'
    UNION ALL
    SELECT c.id, c.holder FROM c, family_sees() s
    WHERE $3 = 'disagreement' AND s.summary_id = $5::uuid
    AND s.recipient = $6::uuid AND s.doc ? $7),
many AS (
    SELECT count(*) >= 20 AS full FROM family_word w
    WHERE w.said_at > statement_timestamp() - interval '1 day'),
put AS (
    INSERT INTO family_word AS w (id, consent_id, holder, capacity, signer,
        kind, text, summary_id, recipient, category)
    SELECT $2::uuid, fit.id, fit.holder, my_capacity(), my_signer(), $3, $4,
        $5::uuid, $6::uuid, $7
    FROM fit, many WHERE NOT many.full
    ON CONFLICT (id) DO NOTHING
    RETURNING w.id, w.holder, w.consent_id, w.version,
        family_word_json(w) AS doc),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT holder, 'family_word', id, version, 'put' FROM put),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'family.say', 'family_word', id, consent_id FROM put)
SELECT CASE WHEN c.id IS NULL THEN 'session-ended'
        WHEN put.id IS NOT NULL THEN '201'
        WHEN old.kind = $3 AND (old.text = $4 OR old.taken_at IS NOT NULL
                OR $3 = 'disagreement')
            AND old.summary_id IS NOT DISTINCT FROM $5::uuid
            AND old.recipient IS NOT DISTINCT FROM $6::uuid
            AND old.category IS NOT DISTINCT FROM $7 THEN '200'
        WHEN old.kind IS NOT NULL THEN 'already-exists'
        WHEN $3 = 'disagreement' AND (c.state <> 'active'
            OR c.until <= statement_timestamp()) THEN 'consent-not-active'
        WHEN many.full AND EXISTS (SELECT FROM fit) THEN 'too-many-requests'
        ELSE 'not-found' END AS status,
    CASE WHEN c.id IS NULL THEN NULL
        WHEN put.id IS NOT NULL THEN put.doc
        WHEN old.kind = $3 THEN family_word_json(old.row) END::text AS body
FROM many LEFT JOIN c ON true LEFT JOIN put ON true LEFT JOIN old ON true;

-- statement: family_word_take (write, act)
-- $1 word, $2 when: the holder's node has it, so the text goes from here.
WITH o AS (SELECT status FROM organisation WHERE id = me()),
upd AS (
    UPDATE family_word w SET text = NULL,
        taken_at = least($2::timestamptz, statement_timestamp()),
        version = w.version + 1
    FROM o WHERE w.id = $1::uuid AND w.holder = me() AND w.taken_at IS NULL
    AND o.status <> 'blocked'
    RETURNING w.id, w.consent_id, family_word_json(w) AS doc),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'family_word.take', 'family_word', id, consent_id FROM upd)
SELECT CASE WHEN o.status = 'blocked' THEN 'organisation-blocked'
        WHEN w.id IS NULL THEN 'not-found' ELSE '200' END AS status,
    CASE WHEN o.status <> 'blocked'
        THEN coalesce(upd.doc, family_word_json(w)) END::text AS body
FROM o LEFT JOIN family_word w ON w.id = $1::uuid AND w.holder = me()
LEFT JOIN upd ON true;

-- statement: family_word_answer (write, act)
-- $1 word, $2 text; once.
WITH o AS (SELECT status FROM organisation WHERE id = me()),
upd AS (
    UPDATE family_word w SET answer = $2, answered_at = statement_timestamp(),
        text = NULL, taken_at = coalesce(w.taken_at, statement_timestamp()),
        version = w.version + 1
    FROM o WHERE w.id = $1::uuid AND w.holder = me()
    AND w.answered_at IS NULL AND o.status <> 'blocked'
    RETURNING w.id, w.consent_id, family_word_json(w) AS doc),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'family_word.answer', 'family_word', id, consent_id FROM upd)
SELECT CASE WHEN o.status = 'blocked' THEN 'organisation-blocked'
        WHEN w.id IS NULL THEN 'not-found'
        WHEN upd.id IS NOT NULL OR w.answer = $2 THEN '200'
        ELSE 'already-exists' END AS status,
    CASE WHEN o.status <> 'blocked' AND (upd.id IS NOT NULL OR w.answer = $2)
        THEN coalesce(upd.doc, family_word_json(w)) END::text AS body
FROM o LEFT JOIN family_word w ON w.id = $1::uuid AND w.holder = me()
LEFT JOIN upd ON true;

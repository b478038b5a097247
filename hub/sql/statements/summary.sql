-- Summaries: publishing and reading, projected for whoever asks.

-- statement: consent_lock (write)
-- The root of all that happens under a consent; in a statement of its own, so
-- that the next one has a snapshot taken with the lock held.
SELECT id FROM consent WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: summary_put (write, act)
-- $1 consent, $2 summary, $3 version, $4 document, $5 Idempotency-Key.
WITH caller AS (SELECT o.id, o.status FROM organisation o WHERE o.id = me()),
idem AS (
    SELECT i.* FROM idempotency i WHERE i.org = me() AND i.key = $5::uuid),
c AS (
    SELECT c.id, c.holder, c.state, c.until, c.until > statement_timestamp()
        AND c.starts_at <= statement_timestamp() + interval '5 minutes'
        AS in_date
    FROM consent c WHERE c.id = $1::uuid AND c.holder = me()),
named AS (
    SELECT ARRAY(SELECT r.recipient FROM consent_recipient r
        WHERE r.consent_id = $1::uuid AND r.live_until > '-infinity') AS list),
cur AS (SELECT s.consent_id, s.version, s.doc FROM summary s
    WHERE s.id = $2::uuid AND s.holder = me()),
put AS (
    INSERT INTO summary AS s (id, consent_id, holder, version, doc, readers,
        until)
    SELECT $2::uuid, c.id, c.holder, $3::bigint, $4::jsonb, named.list, c.until
    FROM c, caller, named
    WHERE caller.status = 'active' AND c.state = 'active' AND c.in_date
    AND NOT EXISTS (SELECT FROM idem)
    ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version,
        doc = EXCLUDED.doc, published_at = EXCLUDED.published_at,
        readers = EXCLUDED.readers, until = EXCLUDED.until, erased_at = NULL
    WHERE s.holder = EXCLUDED.holder AND s.consent_id = EXCLUDED.consent_id
    AND s.version < EXCLUDED.version
    RETURNING s.id, s.consent_id, s.holder, s.version,
        CASE WHEN s.xmax = 0 THEN '201' ELSE '200' END AS status),
sent AS (
    INSERT INTO delivery AS d (summary_id, recipient, consent_id, holder,
        summary_version)
    SELECT put.id, r, put.consent_id, put.holder, put.version
    FROM put, named, unnest(named.list) r
    ON CONFLICT (summary_id, recipient) DO UPDATE
    SET version = d.version + 1, summary_version = EXCLUDED.summary_version,
        queued_at = EXCLUDED.queued_at, delivered_at = NULL, opened_at = NULL,
        opened_role = NULL, purged_at = NULL, purge_receipt = NULL),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT r, 'summary', put.id, put.version, 'put'
    FROM put, named, unnest(named.list || put.holder) r),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'summary.put', 'summary', put.id, put.consent_id FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $5::uuid, 'putSummary', sha256(convert_to(
        $1::text || $2 || $3 || $4::text, 'UTF8')), put.status, put.version::text
    FROM put),
answer AS (
    SELECT CASE WHEN put.id IS NOT NULL THEN put.status
        WHEN idem.key IS NOT NULL AND idem.operation = 'putSummary'
            AND idem.request_sha256 = sha256(convert_to(
                $1::text || $2 || $3 || $4::text, 'UTF8')) THEN idem.status
        WHEN idem.key IS NOT NULL THEN 'idempotency-key-reused'
        WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
        WHEN c.id IS NULL THEN 'not-found'
        WHEN c.state = 'withdrawn' THEN 'consent-withdrawn'
        WHEN c.state <> 'active' OR NOT c.in_date THEN 'consent-not-active'
        WHEN cur.consent_id <> c.id THEN 'not-found'
        WHEN cur.version = $3::bigint AND cur.doc = $4::jsonb THEN '200'
        WHEN cur.version >= $3::bigint THEN 'stale'
        ELSE 'not-found' END AS status
    FROM caller LEFT JOIN c ON true LEFT JOIN cur ON true
    LEFT JOIN put ON true LEFT JOIN idem ON true)
SELECT status, CASE WHEN status LIKE '2%' THEN
    '{"id":"' || $2 || '","version":' || $3 || '}' END AS body,
    CASE WHEN status LIKE '2%' THEN $3 END AS etag
FROM answer;

-- statement: summary_get (read)
-- One statement: consent, recipient, both organisations and the person are
-- looked at in the snapshot that the content comes from; who reads is logged.
-- The body is put together as text: half the price of building jsonb.
WITH seen AS (
    SELECT s.id, s.version, s.consent_id, s.holder,
        '{"id":"' || s.id || '","case_pseudonym":"' || c.case_pseudonym
        || '","holder":"' || s.holder || '","consent_id":"' || c.id
        || '","consent_version":' || c.version
        || ',"until":"' || rfc3339(c.until) || '","purpose":"' || c.purpose
        || '","version":' || s.version
        || ',"published_at":"' || rfc3339(s.published_at) || '"' AS always,
        (s.doc - CASE WHEN s.holder = me() THEN '{}' ELSE r.withheld END)::text
        AS doc
    FROM summary s
    JOIN consent c ON c.id = s.consent_id AND c.state = 'active'
        AND c.until > statement_timestamp()
    JOIN organisation h ON h.id = s.holder AND h.status <> 'blocked'
    JOIN organisation o ON o.id = me() AND o.status = 'active'
    JOIN clock_mark k
        ON k.mark <= statement_timestamp() + interval '60 seconds'
    LEFT JOIN consent_recipient r ON r.consent_id = s.consent_id
        AND r.recipient = me() AND r.live_until > statement_timestamp()
    WHERE s.id = $1::uuid AND s.doc IS NOT NULL
    AND (s.holder = me() OR r.recipient IS NOT NULL)
    AND (my_role() = 'node' OR person_stands())),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'summary', id, version, consent_id, holder FROM seen)
SELECT '200' AS status,
    always || CASE doc WHEN '{}' THEN '}' ELSE ',' || substr(doc, 2) END
        AS body, version::text AS etag
FROM seen;

-- statement: summary_gone (read)
-- When summary_get had no row: who held it once learns that it has ended; for
-- all others it never was.
SELECT CASE WHEN o.status <> 'active' THEN 'organisation-' || o.status
        WHEN NOT clock_holds() THEN 'clock-behind'
        WHEN h.status = 'blocked' THEN 'not-found'
        ELSE 'consent-withdrawn' END AS status, NULL AS body
FROM organisation o, organisation h, (
    SELECT s.holder FROM summary s
    WHERE s.id = $1::uuid AND s.holder = me()
    UNION
    SELECT d.holder FROM delivery d
    WHERE d.summary_id = $1::uuid AND d.recipient = me()) known
WHERE o.id = me() AND h.id = known.holder
AND (my_role() = 'node' OR person_stands());

-- statement: summary_list (read)
-- $1 limit, $2 after, $3 direction.  Envelopes, no content.
WITH caller AS (SELECT caller_status() AS status),
mine AS (
    SELECT s.id, s.consent_id, s.version, s.published_at
    FROM consent_recipient r JOIN summary s ON s.consent_id = r.consent_id
    WHERE r.recipient = me() AND r.live_until > statement_timestamp()
    AND coalesce($3, 'received') = 'received' AND s.doc IS NOT NULL
    UNION ALL
    SELECT s.id, s.consent_id, s.version, s.published_at
    FROM summary s WHERE s.holder = me()
    AND coalesce($3, 'sent') = 'sent' AND s.doc IS NOT NULL),
page AS (
    SELECT m.id, jsonb_build_object('id', m.id,
        'case_pseudonym', c.case_pseudonym, 'holder', c.holder,
        'consent_id', c.id, 'until', rfc3339(c.until), 'purpose', c.purpose,
        'version', m.version, 'published_at', rfc3339(m.published_at)) AS doc
    FROM mine m JOIN consent c ON c.id = m.consent_id AND c.state = 'active'
        AND c.until > statement_timestamp()
    JOIN organisation h ON h.id = c.holder AND h.status <> 'blocked'
    WHERE (SELECT status FROM caller) = 'active'
    AND ($2::text IS NULL OR m.id > $2::uuid)
    ORDER BY m.id LIMIT coalesce($1::int, 50) + 1),
shown AS (SELECT * FROM page ORDER BY id LIMIT coalesce($1::int, 50)),
answer AS (
    SELECT CASE WHEN coalesce(status, 'active') <> 'active'
            THEN 'organisation-' || status
        WHEN NOT clock_holds() THEN 'clock-behind' ELSE '200' END AS status,
        CASE WHEN (SELECT count(*) FROM page) > coalesce($1::int, 50)
            THEN (SELECT max(id::text) FROM shown) END AS next
    FROM caller)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
    jsonb_build_object('items',
        coalesce((SELECT jsonb_agg(doc ORDER BY id) FROM shown), '[]'),
        'next', next))::text END AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: summary_open (write, act)
-- $1 summary, $2 when, $3 role: the first opening counts.
WITH caller AS (SELECT o.status FROM organisation o WHERE o.id = me()),
cur AS (
    SELECT d AS old FROM delivery d
    WHERE d.summary_id = $1::uuid AND d.recipient = me()),
upd AS (
    UPDATE delivery d SET opened_at = least($2::timestamptz,
        statement_timestamp()), opened_role = $3, version = d.version + 1,
        delivered_at = coalesce(d.delivered_at, statement_timestamp())
    FROM caller
    WHERE d.summary_id = $1::uuid AND d.recipient = me()
    AND d.opened_at IS NULL AND caller.status = 'active'
    RETURNING d.id, d.version, d.holder, d.consent_id, delivery_json(d) AS doc),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT holder, 'delivery', id, version, 'put' FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'summary.open', 'summary', $1::uuid, consent_id FROM upd)
SELECT CASE caller.status WHEN 'active' THEN '200'
        ELSE 'organisation-' || caller.status END AS status,
    CASE caller.status WHEN 'active' THEN
        coalesce(upd.doc, delivery_json(cur.old))::text END AS body
FROM caller, cur LEFT JOIN upd ON true;

-- statement: delivery_lock (write)
-- Whoever gives the summary again has this row too: what is looked at next is
-- either before or after that.
SELECT id FROM delivery
WHERE summary_id = $1::uuid AND recipient = me() FOR NO KEY UPDATE;

-- statement: summary_purge (write, act)
-- $1 summary, $2 the receipt, $3 when, $4 to $6 feed, seq and tag of the event
-- that was obeyed.  It ends the copy when nothing was given since, numbered or
-- still in the queue, and this feed has that event.  Else it is true and of no
-- consequence: a later event has its own receipt, and so has every feed.
WITH caller AS (SELECT o.status FROM organisation o WHERE o.id = me()),
last AS (
    SELECT EXISTS (SELECT FROM feed_head h WHERE h.feed_id = $4::uuid)
        AND ($5::bigint = 0 OR EXISTS (SELECT FROM feed f
            WHERE f.seq = $5::bigint AND f.tag = $6::uuid
            AND f.recipient IN (me(), everyone())))
        AND NOT EXISTS (SELECT FROM feed f
            WHERE f.recipient = (SELECT me()) AND f.seq > $5::bigint
            AND f.kind = 'summary' AND f.ref = $1::uuid AND f.op = 'put')
        AND NOT EXISTS (SELECT FROM event_queue q
            WHERE q.recipient = (SELECT me()) AND q.kind = 'summary'
            AND q.ref = $1::uuid AND q.op = 'put') AS word),
cur AS (
    SELECT d AS old, EXISTS (SELECT FROM summary s
        JOIN consent_recipient r ON r.consent_id = s.consent_id
            AND r.recipient = me() AND r.live_until > statement_timestamp()
        WHERE s.id = $1::uuid AND s.doc IS NOT NULL) AS live
    FROM delivery d
    WHERE d.summary_id = $1::uuid AND d.recipient = me()),
upd AS (
    UPDATE delivery d SET purged_at = least($3::timestamptz,
        statement_timestamp()), purge_receipt = $2, version = d.version + 1
    FROM caller, cur, last
    WHERE d.summary_id = $1::uuid AND d.recipient = me()
    AND d.purged_at IS NULL AND NOT cur.live AND last.word
    AND caller.status <> 'blocked'
    RETURNING d.id, d.version, d.holder, d.consent_id, delivery_json(d) AS doc),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT holder, 'delivery', id, version, 'put' FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'summary.purge', 'summary', $1::uuid, consent_id FROM upd)
SELECT CASE WHEN caller.status = 'blocked' THEN 'organisation-blocked'
        ELSE '200' END AS status,
    CASE WHEN caller.status <> 'blocked' THEN
        coalesce(upd.doc, delivery_json(cur.old))::text END AS body
FROM caller, cur LEFT JOIN upd ON true;

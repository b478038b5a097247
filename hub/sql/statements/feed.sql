-- The feed: reading a page, acknowledging, whom to wake.

-- statement: feed_page (read)
-- $1 feed, $2 seq, $3 tag (of the cursor; all NULL without one), $4 limit.
-- Documents are projected now, with the consent joined: what may no longer be
-- seen is a purge.  One side per recipient value: an OR would read them all.
WITH at AS MATERIALIZED (
    SELECT o.id AS org, o.status, h.feed_id, h.seq AS head,
        coalesce($2::bigint, 0) AS seq,
        CASE WHEN o.status = 'blocked' THEN 'organisation-blocked'
            WHEN NOT clock_holds() THEN 'clock-behind'
            WHEN $2 IS NULL THEN '200'
            WHEN h.feed_id <> $1::uuid OR $2::bigint > h.seq
                OR ($2::bigint > 0 AND NOT EXISTS (
                    SELECT FROM feed f WHERE f.seq = $2::bigint
                    AND f.tag = $3::uuid
                    AND f.recipient IN (o.id, everyone())))
                THEN 'feed-forked'
            WHEN $2::bigint < a.seq THEN 'node-restored'
            ELSE '200' END AS code,
        a.seq IS DISTINCT FROM coalesce($2::bigint, 0) AS ack
    FROM feed_head h, organisation o
    LEFT JOIN feed_ack a ON a.recipient = o.id
    WHERE o.id = (SELECT me())),
page AS (
    (SELECT f.* FROM feed f
    WHERE f.recipient = (SELECT me())
    AND f.seq > (SELECT seq FROM at WHERE code = '200')
    ORDER BY f.seq LIMIT $4::int)
    UNION ALL
    (SELECT f.* FROM feed f
    WHERE f.recipient = '00000000-0000-0000-0000-000000000000'
    AND f.seq > (SELECT seq FROM at WHERE code = '200')
    ORDER BY f.seq LIMIT $4::int)
    ORDER BY seq LIMIT $4::int),
-- A plan that many have touched stands in a page many times, and is made once.
part AS MATERIALIZED (
    SELECT x.kind, x.ref, part_event(x.kind, x.ref) AS part
    FROM (SELECT DISTINCT p.kind, p.ref FROM page p
        WHERE p.op = 'put' AND p.kind NOT IN ('summary', 'coordination',
            'delivery', 'consent', 'organisation', 'audit_head')) x),
shown AS MATERIALIZED (
    SELECT p.seq, p.recipient, p.prev, p.kind, p.ref, p.version, p.op, p.tag,
        coalesce(c.id, w.consent_id, (e.part ->> 'consent_id')::uuid)
            AS consent_id,
        coalesce(c.holder, w.holder, (e.part ->> 'holder')::uuid) AS holder,
        CASE WHEN p.op <> 'put' THEN NULL
            WHEN p.kind = 'summary' THEN CASE
                WHEN (SELECT status FROM at) <> 'active' OR h.id IS NULL
                    THEN NULL
                WHEN c.holder = (SELECT me()) THEN summary_json(s, c, '{}')
                WHEN r.recipient IS NOT NULL
                    THEN summary_json(s, c, r.withheld) END
            WHEN p.kind = 'coordination' THEN CASE
                WHEN (SELECT status FROM at) = 'active' AND nh.id IS NOT NULL
                    THEN coordination_json(w) END
            WHEN e.part IS NOT NULL THEN CASE
                WHEN p.kind IN ('definition', 'lesson')
                    OR (SELECT status FROM at) = 'active'
                    THEN e.part -> 'doc' END
            WHEN p.kind = 'delivery' THEN delivery_json(d)
            WHEN p.kind = 'consent' THEN consent_json(k)
            WHEN p.kind = 'organisation' THEN organisation_json(o)
            WHEN p.kind = 'audit_head' THEN audit_head_json(g)
            ELSE family_event(p.kind, p.ref) END AS doc,
        jsonb_build_object('parent', coalesce(c.id, d.summary_id,
                w.summary_id),
            'subject', coalesce(c.case_pseudonym, d.consent_id,
                k.case_pseudonym, w.case_pseudonym),
            'state', CASE WHEN c.id IS NOT NULL THEN 'shared'
                WHEN d.id IS NOT NULL THEN delivery_state(d)
                ELSE coalesce(k.state, w.state, o.status) END,
            'due', rfc3339(coalesce(c.until, k.until,
                nullif(w.due, 'infinity'))),
            'title', o.name) || coalesce(e.part -> 'envelope', '{}')
            AS envelope
    FROM page p
    LEFT JOIN summary s ON p.kind = 'summary' AND s.id = p.ref
        AND s.doc IS NOT NULL
    LEFT JOIN consent c ON c.id = s.consent_id AND c.state = 'active'
        AND c.until > statement_timestamp()
    LEFT JOIN organisation h ON h.id = c.holder AND h.status <> 'blocked'
    LEFT JOIN consent_recipient r ON r.consent_id = c.id
        AND r.recipient = (SELECT me())
        AND r.live_until > statement_timestamp()
    LEFT JOIN coordination w ON p.kind = 'coordination' AND w.id = p.ref
    LEFT JOIN organisation nh ON nh.id = w.holder AND (nh.status <> 'blocked'
        OR nh.id = (SELECT me()))
    LEFT JOIN delivery d ON p.kind = 'delivery' AND d.id = p.ref
    LEFT JOIN consent k ON p.kind = 'consent' AND k.id = p.ref
    LEFT JOIN organisation o ON p.kind = 'organisation' AND o.id = p.ref
    LEFT JOIN audit_head g ON p.kind = 'audit_head' AND g.id = p.ref
    LEFT JOIN part e ON p.op = 'put' AND e.kind = p.kind AND e.ref = p.ref),
event AS MATERIALIZED (
    SELECT x.seq, x.tag, x.ref, x.version, x.consent_id, x.holder,
        x.doc IS NOT NULL AND x.holder <> (SELECT me()) AS read,
        (jsonb_strip_nulls(jsonb_build_object('seq', x.seq,
            'prev_seq', x.prev, 'tag', x.tag, 'kind', x.kind, 'id', x.ref,
            'version', x.version,
            'recipient', CASE WHEN x.recipient = everyone() THEN 'all'
                ELSE 'own' END,
            'op', CASE WHEN x.op = 'put' AND x.doc IS NULL THEN 'purge'
                ELSE x.op END)
            || CASE WHEN x.doc IS NOT NULL THEN x.envelope ELSE '{}' END)
            || CASE WHEN x.doc IS NOT NULL
                THEN jsonb_build_object('doc', x.doc) ELSE '{}' END)::text
            AS text
    FROM shown x),
sized AS (
    SELECT e.*, sum(octet_length(text)) OVER (ORDER BY seq)
        - octet_length(text) AS before
    FROM event e),
fits AS MATERIALIZED (SELECT * FROM sized WHERE before < 1000000),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'feed', f.ref, f.version, f.consent_id, f.holder
    FROM fits f WHERE f.read),
last AS (SELECT seq, tag FROM fits ORDER BY seq DESC LIMIT 1)
SELECT at.code AS status, CASE at.code WHEN '200' THEN
        '{"feed_id":"' || at.feed_id || '","events":['
        || coalesce((SELECT string_agg(text, ',' ORDER BY seq) FROM fits), '')
        || '],"cursor":"' || at.feed_id || '.'
        || coalesce((SELECT seq || '.' || tag FROM last), at.seq || '.'
            || coalesce($3, '00000000-0000-0000-0000-000000000000'))
        || '","head":' || at.head || ',"at":"'
        || rfc3339(statement_timestamp()) || '"}' END AS body,
    NULL AS etag, (SELECT count(*) FROM fits) AS events, at.head, at.ack
FROM at;

-- statement: feed_restart (write)
-- Reading without a cursor begins anew.
INSERT INTO feed_ack (recipient, seq) VALUES (me(), 0)
ON CONFLICT (recipient) DO UPDATE SET seq = 0, at = EXCLUDED.at;

-- statement: feed_ack (write, act)
-- $1 seq, of a cursor that feed_page has accepted: all up to it is in the
-- asker's database, which is what the holder is told.
WITH old AS MATERIALIZED (
    SELECT coalesce((SELECT a.seq FROM feed_ack a WHERE a.recipient = me()),
        0) AS seq),
ack AS (
    INSERT INTO feed_ack AS a (recipient, seq) VALUES (me(), $1::bigint)
    ON CONFLICT (recipient) DO UPDATE SET seq = EXCLUDED.seq,
        at = EXCLUDED.at WHERE a.seq < EXCLUDED.seq
    RETURNING a.seq),
got AS (
    SELECT f.ref, max(f.version) AS version FROM ack, old, feed f
    WHERE f.recipient = me() AND f.seq > old.seq AND f.seq <= ack.seq
    AND f.kind = 'summary' AND f.op = 'put'
    GROUP BY f.ref),
upd AS (
    UPDATE delivery d SET delivered_at = statement_timestamp(),
        version = d.version + 1
    FROM got WHERE d.summary_id = got.ref AND d.recipient = me()
    AND d.summary_version <= got.version AND d.delivered_at IS NULL
    RETURNING d.id, d.version, d.holder)
INSERT INTO event_queue (recipient, kind, ref, version, op)
SELECT holder, 'delivery', id, version, 'put' FROM upd;

-- statement: feed_wake (read)
-- $1 last head heard of, $2 head.
SELECT r AS recipient FROM feed_recipients($1::bigint, $2::bigint) r ORDER BY r;

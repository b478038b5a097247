-- The audit, for those who administer and inspect.

-- statement: audit_list (read)
-- $1 limit, $2 after: from the newest to the oldest.
WITH page AS (
    SELECT a FROM audit a
    WHERE EXISTS (SELECT FROM my_account())
    AND ($2::text IS NULL OR a.id < $2::bigint)
    ORDER BY a.id DESC LIMIT coalesce($1::int, 50) + 1),
shown AS (SELECT (a).* FROM page ORDER BY (a).id DESC
    LIMIT coalesce($1::int, 50))
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object('items',
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', id::text,
        'at', rfc3339(at), 'event', event, 'organisation_id', org,
        'actor', actor, 'role', role, 'kind', kind, 'ref', ref,
        'consent_id', consent_id, 'request', request,
        'leaf', encode(leaf, 'hex')) ORDER BY id DESC) FROM shown), '[]'),
    'next', n.next))::text AS body, NULL AS etag, NULL AS location, n.next
FROM (SELECT CASE WHEN (SELECT count(*) FROM page) > coalesce($1::int, 50)
    THEN (SELECT min(id)::text FROM shown) END AS next) n;

-- statement: audit_export (slow)
-- $1 limit, $2 after: the index to begin at.  A leaf over reads counts as
-- many as they are, so that a page has its limits.
WITH log AS (
    SELECT h.log_id, h.leaves, h.chain FROM feed_head h
    WHERE EXISTS (SELECT FROM my_account())),
page AS MATERIALIZED (
    SELECT l.*, s, sum(coalesce(s.rows, 1)) OVER (ORDER BY l.idx)
        - coalesce(s.rows, 1) AS before
    FROM (SELECT l.* FROM audit_leaf l, log
        WHERE l.idx >= coalesce($2::bigint, 0) AND l.idx < log.leaves
        ORDER BY l.idx LIMIT coalesce($1::int, 500)) l
    LEFT JOIN read_set s ON l.act IS NULL AND s.leaf = l.leaf),
shown AS MATERIALIZED (
    SELECT p.idx, jsonb_build_object('index', p.idx,
        'leaf', encode(p.leaf, 'hex'), 'chain', encode(p.chain, 'hex'))
        || audit_known(CASE WHEN a.id IS NOT NULL THEN audit_row_json(a)
            WHEN (p.s).leaf IS NOT NULL THEN read_set_json(p.s) END) AS doc
    FROM page p LEFT JOIN audit a ON a.id = p.act
    WHERE p.before < 5000)
SELECT '200' AS status, (jsonb_build_object('log_id', log.log_id,
    'count', log.leaves, 'chain', encode(log.chain, 'hex'), 'items',
    coalesce((SELECT jsonb_agg(doc ORDER BY idx) FROM shown), '[]'))
    || CASE WHEN n.next IS NULL THEN '{}'
        ELSE jsonb_build_object('next', n.next) END)::text AS body,
    NULL AS etag, NULL AS location, n.next
FROM log, (SELECT (SELECT max(idx) + 1 FROM shown)::text AS next) m,
    LATERAL (SELECT CASE WHEN m.next::bigint < log.leaves THEN m.next END
        AS next) n;

-- statement: audit_head_next (read)
-- $1 id, or NULL: what the next head says; known: what this id has said.
SELECT h.log_id, h.leaves AS count, encode(h.chain, 'hex') AS chain,
    coalesce(l.count, 0) AS prev_count,
    encode(coalesce(l.chain, audit_genesis(h.log_id)), 'hex') AS prev_chain,
    rfc3339(statement_timestamp()) AS at, coalesce(l.n, 0) + 1 AS n,
    coalesce($1, gen_random_uuid()::text) AS id,
    (SELECT audit_head_json(k)::text FROM audit_head k WHERE k.id = $1::uuid)
        AS known,
    coalesce(l.at < statement_timestamp() - interval '23 hours', true) AS due
FROM feed_head h LEFT JOIN (
    SELECT * FROM audit_head ORDER BY n DESC LIMIT 1) l ON true
WHERE my_role() = 'service' OR EXISTS (SELECT FROM my_account());

-- statement: audit_head_put (write, act)
-- $1 id, $2 n, $3 log, $4 count, $5 chain, $6 at, $7 signed.  One of two that
-- were signed at the same moment is kept.
WITH put AS (
    INSERT INTO audit_head AS h (id, n, log_id, count, chain, at, head)
    SELECT $1::uuid, $2::bigint, $3::uuid, $4::bigint, decode($5, 'hex'),
        $6::timestamptz, $7
    WHERE my_role() = 'service' OR EXISTS (SELECT FROM my_account())
    ON CONFLICT DO NOTHING RETURNING h.id, h.n, audit_head_json(h) AS doc),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'audit_head', id, n, 'put' FROM put),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'audit.head', 'audit_head', id FROM put)
SELECT '201' AS status, doc::text AS body FROM put;

-- statement: audit_head_list (read)
-- $1 limit, $2 after, $3 organisation, or NULL: the hub's own, $4 whose keys
-- are these.
WITH heads AS (
    SELECT h.n, jsonb_build_object('from', 'own', 'state', 'good',
        'received_at', rfc3339(h.at)) || audit_head_json(h) AS doc
    FROM audit_head h WHERE $3::uuid IS NULL
    UNION ALL
    SELECT h.n, jsonb_strip_nulls(jsonb_build_object('id', h.id,
        'from', 'node', 'organisation_id', h.organisation_id,
        'log_id', h.log_id, 'count', h.count,
        'chain', encode(h.chain, 'hex'), 'at', rfc3339(h.at),
        'state', h.state, 'head', h.receipt,
        'countersignature', h.countersignature,
        'received_at', rfc3339(h.received_at)))
    FROM node_head h WHERE h.organisation_id = $3::uuid),
page AS (
    SELECT * FROM heads
    WHERE EXISTS (SELECT FROM my_account())
    AND ($2::text IS NULL OR n < $2::bigint)
    ORDER BY n DESC LIMIT coalesce($1::int, 50) + 1),
shown AS (SELECT * FROM page ORDER BY n DESC LIMIT coalesce($1::int, 50)),
keys AS (
    SELECT CASE WHEN $3 IS NULL THEN $4::jsonb
        ELSE jsonb_agg(k.jwk ORDER BY k.not_before) END AS list
    FROM organisation_key k
    WHERE k.organisation_id = $3::uuid AND k.purpose = 'receipt')
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object('items',
    coalesce((SELECT jsonb_agg(doc ORDER BY n DESC) FROM shown), '[]'),
    'keys', keys.list, 'next', m.next))::text AS body, NULL AS etag,
    NULL AS location, m.next
FROM keys, (SELECT CASE WHEN (SELECT count(*) FROM page)
    > coalesce($1::int, 50) THEN (SELECT min(n)::text FROM shown) END
    AS next) m;

-- statement: node_head_put (write, act)
-- $1 id, $2 claims, $3 as it was signed, $4 our countersignature; after
-- key_lock.  A log only grows: the next head names the one before it.
WITH o AS (SELECT id, status FROM organisation WHERE id = me()),
c AS (
    SELECT * FROM jsonb_to_record($2::jsonb) AS r(log_id uuid, count bigint,
        chain text, prev_count bigint, prev_chain text, at timestamptz)),
known AS (SELECT h.* FROM node_head h WHERE h.id = $1::uuid),
last AS (
    SELECT h.n, h.log_id, h.count, h.chain, h.at FROM node_head h
    WHERE h.organisation_id = me() ORDER BY h.n DESC LIMIT 1),
judged AS (
    SELECT CASE WHEN last.n IS NULL THEN 'good'
        WHEN last.log_id <> c.log_id THEN 'new-log'
        WHEN last.count = c.prev_count
            AND last.chain = decode(c.prev_chain, 'hex')
            AND (c.count > last.count OR c.count = last.count
                AND c.chain = c.prev_chain) THEN 'good'
        ELSE 'forked' END AS state, coalesce(last.n, 0) + 1 AS n
    FROM c LEFT JOIN last ON true),
put AS (
    INSERT INTO node_head AS h (id, organisation_id, n, log_id, count, chain,
        at, state, receipt, countersignature)
    SELECT $1::uuid, o.id, j.n, c.log_id, c.count, decode(c.chain, 'hex'),
        c.at, j.state, $3, CASE WHEN j.state <> 'forked' THEN $4 END
    FROM o, c, judged j
    WHERE o.status <> 'blocked' AND NOT EXISTS (SELECT FROM known)
    RETURNING h.id, h.state, h.countersignature),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'audit.' || put.state, 'organisation', me()
    FROM put WHERE put.state <> 'good'),
got AS (
    SELECT id, state, countersignature, '201' AS status FROM put
    UNION ALL
    SELECT id, state, countersignature, '200' FROM known)
SELECT CASE WHEN o.status = 'blocked' THEN 'organisation-blocked'
        WHEN got.state = 'forked' THEN 'audit-forked'
        WHEN got.id IS NOT NULL THEN got.status
        ELSE 'not-found' END AS status,
    CASE WHEN o.status = 'blocked' THEN NULL
        WHEN got.state = 'forked' THEN (SELECT jsonb_build_object(
            'log_id', last.log_id, 'count', last.count,
            'chain', encode(last.chain, 'hex'), 'at', rfc3339(last.at))
            FROM last)
        WHEN got.id IS NOT NULL THEN jsonb_build_object('id', got.id,
            'state', got.state, 'countersignature', got.countersignature)
        END::text AS body,
    NULL AS etag, NULL AS location, NULL AS next,
    (SELECT state FROM put) AS state
FROM o LEFT JOIN got ON true;

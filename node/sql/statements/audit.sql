-- The chain of the audit: the step, what is checked elsewhere, signed heads.

-- statement: audit_step (write)
SELECT audit_step() AS leaves, audit_alarms() AS alarms;

-- statement: audit_export (slow)
-- $1 limit, $2 after: the index to begin at.
WITH page AS MATERIALIZED (
	SELECT l.* FROM audit_leaf l WHERE l.idx >= coalesce($2::bigint, 0)
	ORDER BY l.idx LIMIT coalesce($1::int, 500)),
shown AS (
	SELECT p.idx, jsonb_build_object('index', p.idx,
	       'leaf', encode(p.leaf, 'hex'), 'chain', encode(p.chain, 'hex'))
	       || CASE WHEN a.id IS NULL THEN '{}'
	               WHEN a.leaf_salt IS NULL THEN audit_row_json(a) - 'opened'
	               ELSE audit_row_json(a) END AS doc
	FROM page p LEFT JOIN audit a ON a.id = p.act),
more AS (
	SELECT CASE WHEN (SELECT max(idx) + 1 FROM page) < g.count
	       THEN (SELECT max(idx) + 1 FROM page)::text END AS next
	FROM audit_log g)
SELECT '200' AS status, (jsonb_build_object('log_id', g.log_id,
       'count', g.count, 'chain', encode(g.chain, 'hex'), 'items',
       coalesce((SELECT jsonb_agg(doc ORDER BY idx) FROM shown), '[]'))
       || CASE WHEN more.next IS NULL THEN '{}'
               ELSE jsonb_build_object('next', more.next) END)::text AS body,
       NULL AS etag, NULL AS location, more.next
FROM audit_log g, more;

-- statement: audit_head_next (read)
-- $1 id, or NULL: what the next head says; known: what this id has said. It
-- names the last that went to the hub.
SELECT g.log_id, g.count, encode(g.chain, 'hex') AS chain,
       coalesce(l.count, 0) AS prev_count,
       encode(coalesce(l.chain, audit_genesis(g.log_id)), 'hex') AS prev_chain,
       rfc3339(statement_timestamp()) AS at,
       coalesce((SELECT max(n) FROM audit_head), 0) + 1 AS n,
       coalesce($1, gen_random_uuid()::text) AS id,
       (SELECT jsonb_build_object('id', k.id, 'log_id', k.log_id,
               'count', k.count, 'chain', encode(k.chain, 'hex'),
               'at', rfc3339(k.at), 'head', k.head)::text
        FROM audit_head k WHERE k.id = $1::uuid) AS known,
       coalesce((SELECT max(h.at) FROM audit_head h)
                < statement_timestamp() - interval '23 hours', true) AS due,
       CASE WHEN k.state = 'joined' THEN k.organisation_id END AS organisation_id,
       k.clock_offset_ms
FROM hub_link k, audit_log g LEFT JOIN (
	SELECT * FROM audit_head WHERE queued ORDER BY n DESC LIMIT 1) l ON true;

-- statement: audit_head_put (write, act)
-- $1 id, $2 n, $3 log, $4 count, $5 chain, $6 at, $7 signed, $8 organisation,
-- or NULL: there is no hub. One of two that were signed at the same moment is
-- kept.
WITH put AS (
	INSERT INTO audit_head AS h (id, n, log_id, count, chain, at, head, queued)
	SELECT $1::uuid, $2::bigint, $3::uuid, $4::bigint, decode($5, 'hex'),
	       $6::timestamptz, $7, $8::uuid IS NOT NULL
	ON CONFLICT DO NOTHING RETURNING h.*),
sent AS (
	INSERT INTO outbox (operation, method, path, params, body, subject, lane)
	SELECT 'putAuditHead', 'PUT', '/v1/audit/heads/' || id,
	       jsonb_build_object('id', id), jsonb_build_object('receipt', head),
	       log_id, 'receipt'
	FROM put WHERE queued),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'audit.head', 'audit_head', id FROM put)
SELECT '201' AS status, jsonb_build_object('id', id, 'log_id', log_id,
       'count', count, 'chain', encode(chain, 'hex'), 'at', rfc3339(at),
       'head', head)::text AS body
FROM put;

-- statement: audit_head_list (read)
-- $1 from: own or hub, $2 after, $3 limit, $4 our keys.
WITH heads AS (
	SELECT h.n, jsonb_build_object('id', h.id, 'from', 'own', 'state', 'good',
	       'log_id', h.log_id, 'count', h.count,
	       'chain', encode(h.chain, 'hex'), 'at', rfc3339(h.at),
	       'head', h.head, 'countersignature', h.countersignature,
	       'received_at', rfc3339(h.at)) AS doc
	FROM audit_head h WHERE coalesce($1, 'own') = 'own'
	UNION ALL
	SELECT h.seq, jsonb_build_object('id', h.id, 'from', 'hub',
	       'state', h.state, 'log_id', h.log_id, 'count', h.count,
	       'chain', encode(h.chain, 'hex'), 'at', rfc3339(h.at),
	       'head', h.head, 'received_at', rfc3339(h.received_at))
	FROM hub_head h WHERE $1 = 'hub'),
hit AS (
	SELECT * FROM heads WHERE ($2::bigint IS NULL OR n < $2::bigint)
	ORDER BY n DESC LIMIT $3::int + 1),
page AS (SELECT * FROM hit ORDER BY n DESC LIMIT $3::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT min(n)::text FROM page) END AS next)
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object('items',
       coalesce((SELECT jsonb_agg(doc ORDER BY n DESC) FROM page), '[]'),
       'keys', $4::jsonb || (SELECT coalesce(jsonb_agg(k.jwk ORDER BY k.seen_at),
                                    '[]') FROM hub_key k),
       'next', more.next))::text AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

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

-- The link to the hub, what waits for it, and what it has told of all.

-- statement: hub_link_join (write, act)
-- $1 address of the hub, $2 code.
WITH put AS (
	UPDATE hub_link SET hub_url = $1, code = $2, state = 'joining',
	       problem = NULL, updated_at = statement_timestamp()
	WHERE state <> 'joined'
	RETURNING id)
INSERT INTO audit (event, kind)
SELECT 'hub.join', 'hub_link' FROM put;

-- statement: hub_link_joining (write)
SELECT CASE WHEN state = 'joined' THEN 'already-joined' ELSE '202' END AS status,
       CASE WHEN state <> 'joined' THEN
            json_build_object('state', state, 'hub_url', hub_url)::text END AS body
FROM hub_link WHERE $1::text IS NOT NULL;

-- statement: hub_link_get (read)
SELECT '200' AS status,
       jsonb_strip_nulls(jsonb_build_object(
               'state', state, 'hub_url', hub_url, 'issuer', issuer,
               'organisation_id', organisation_id, 'problem', problem,
               'last_feed_at', rfc3339(last_feed_at),
               'hub_down_since', rfc3339(hub_down_since),
               'lease_until', rfc3339(last_feed_at + mirror_lease)))::text AS body
FROM hub_link;

-- statement: hub_health_get (read)
SELECT hub, down_since, down_s, waiting, oldest_age_s, feed_refused
FROM hub_health();

-- statement: outbox_wake (write)
-- A notification has nothing to keep: its commit need not reach the disk.
SELECT set_config('synchronous_commit', 'off', true),
    pg_notify('outbox', '');

-- statement: outbox_list (read)
-- $1 state, $2 after, $3 limit.
WITH hit AS (
	SELECT id, operation, params, consent_id, lane, state, attempts, created_at,
	       next_at, delivered_at, last_status, last_code, last_problem, depends_on
	FROM outbox
	WHERE ($1::text IS NULL OR state = $1)
	  AND ($2::bigint IS NULL OR id < $2::bigint)
	ORDER BY id DESC LIMIT $3::int + 1),
page AS (SELECT * FROM hit ORDER BY id DESC LIMIT $3::int),
open AS (
	SELECT count(*) AS n, min(created_at) AS oldest FROM outbox
	WHERE state IN ('queued', 'parked')),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT min(id)::text FROM page) END AS next)
SELECT '200' AS status,
       (page_json((SELECT coalesce(json_agg(jsonb_strip_nulls(jsonb_build_object(
                       'id', p.id, 'operation', p.operation, 'ref', p.params->>'id',
                       'consent_id', p.consent_id, 'lane', p.lane, 'state', p.state,
                       'attempts', p.attempts, 'created_at', rfc3339(p.created_at),
                       'next_at', CASE WHEN p.state IN ('queued', 'parked')
                                       THEN rfc3339(p.next_at) END,
                       'delivered_at', rfc3339(p.delivered_at),
                       'last_status', p.last_status, 'last_code', p.last_code,
                       'problem', p.last_problem,
                       'depends_on', p.depends_on)) ORDER BY p.id DESC), '[]')
                         FROM page p), more.next)::jsonb || jsonb_build_object(
               'waiting', open.n,
               'oldest_age_s', coalesce(extract(epoch FROM
                       statement_timestamp() - open.oldest), 0)::bigint))::text AS body,
       NULL AS etag, NULL AS location, more.next
FROM open, more;

-- statement: directory_list (read)
-- $1 sector, $2 municipality, $3 kind of service, $4 after, $5 limit.
WITH hit AS (
	SELECT m.id, m.doc FROM mirror m
	WHERE m.kind = 'organisation' AND m.doc IS NOT NULL
	  AND ($1::text IS NULL OR m.doc->'sectors' ? $1)
	  AND ($2::text IS NULL OR m.doc->>'municipality' = $2)
	  AND ($3::text IS NULL OR m.doc->'services' @>
	       jsonb_build_array(jsonb_build_object('kind', $3::text)))
	  AND ($4::uuid IS NULL OR m.id > $4::uuid)
	ORDER BY m.id LIMIT $5::int + 1),
page AS (SELECT * FROM hit ORDER BY id LIMIT $5::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $5::int
            THEN (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) END AS next)
SELECT '200' AS status, page_json((SELECT coalesce(json_agg(doc ORDER BY id), '[]')
                                   FROM page), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: audit_list (read)
-- $1 what it is about, $2 after, $3 limit; the newest first.
WITH hit AS (
	SELECT * FROM audit
	WHERE ($1::uuid IS NULL OR ref = $1::uuid)
	  AND ($2::bigint IS NULL OR id < $2::bigint)
	ORDER BY id DESC LIMIT $3::int + 1),
page AS (SELECT * FROM hit ORDER BY id DESC LIMIT $3::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT min(id)::text FROM page) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(jsonb_strip_nulls(jsonb_build_object(
                      'id', a.id::text, 'at', rfc3339(a.at), 'event', a.event,
                      'organisation_id', a.org, 'actor', a.actor, 'role', a.role,
                      'kind', a.kind, 'ref', a.ref, 'consent_id', a.consent_id,
                      'request', a.request, 'leaf', encode(a.leaf, 'hex')))
                      ORDER BY a.id DESC), '[]')
               FROM page a), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

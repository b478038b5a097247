-- Calendars at secret addresses; only the hash of a secret is kept.

-- statement: calendar_list (read)
SELECT '200' AS status, jsonb_build_object('items', coalesce(jsonb_agg(
       calendar_json(c) ORDER BY c.created_at, c.id), '[]'))::text AS body
FROM calendar c;

-- statement: calendar_create (write)
-- $1 id, $2 hash of the secret, hex.
WITH put AS (
	INSERT INTO calendar AS c (id, secret_sha256)
	SELECT $1::uuid, decode($2, 'hex') FROM my_account()
	ON CONFLICT (id) DO NOTHING
	RETURNING calendar_json(c) AS doc),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'calendar.create', 'calendar', $1::uuid FROM put)
SELECT CASE WHEN p.doc IS NOT NULL THEN '201'
            WHEN EXISTS (SELECT FROM calendar c WHERE c.id = $1::uuid)
            THEN 'already-exists' ELSE 'not-found' END AS status,
       p.doc::text AS body
FROM my_account() a LEFT JOIN put p ON true;

-- statement: calendar_revoke (write)
-- $1 id; once more is no change.
WITH cur AS MATERIALIZED (SELECT c.id FROM calendar c WHERE c.id = $1::uuid),
put AS (
	UPDATE calendar c SET revoked_at = statement_timestamp()
	WHERE c.id = $1::uuid AND c.revoked_at IS NULL
	RETURNING c.id),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'calendar.revoke', 'calendar', id FROM put)
SELECT '204' AS status FROM cur;

-- statement: calendar_open (write)
-- $1 hash of the secret, hex.
SELECT calendar_open(decode($1, 'hex'));

-- statement: calendar_read (write)
-- As whose address it is; nobody's is no row. A month back, then all to come.
WITH unused AS (SELECT $1::text)
SELECT '200' AS status, coalesce(jsonb_agg(jsonb_strip_nulls(
       jsonb_build_object('uid', m.id, 'summary', m.title,
              'location', m.doc->>'place', 'url', m.doc->>'link',
              'minutes', (m.doc->>'minutes')::int,
              'sequence', (m.doc->>'version')::bigint,
              'starts', extract(epoch FROM m.starts)::bigint,
              'changed', extract(epoch FROM m.applied_at)::bigint,
              'cancelled', m.state = 'cancelled')) ORDER BY m.starts, m.id)
       FILTER (WHERE m.id IS NOT NULL), '[]')::text AS body
FROM my_account() a
     LEFT JOIN (SELECT m.*, (m.doc->>'starts_at')::timestamptz AS starts
                FROM mirror m
                WHERE m.kind = 'meeting' AND m.doc IS NOT NULL) m
          ON m.starts > statement_timestamp() - interval '31 days'
HAVING count(*) > 0;

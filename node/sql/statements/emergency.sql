-- Emergency reading, and the notices that tell of it.

-- statement: emergency_put (write)
-- $1 reading, $2 case or $3 its number, $4 sealed reason, $5 hash of the
-- content. A case that is one's own needs none.
WITH put AS (
	INSERT INTO emergency_reading (id, case_id, sealed, content)
	SELECT $1::uuid, f.case_id, $4, decode($5, 'hex')
	FROM emergency_case($2::uuid, $3) f WHERE NOT f.own
	ON CONFLICT DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'emergency.open', 'emergency', id FROM put;

-- statement: emergency_put_reply (write)
WITH unused AS (SELECT $4::text)
SELECT CASE WHEN touched(e.xmin) THEN '201'
            WHEN e.content = decode($5, 'hex') THEN '200'
            WHEN e.id IS NOT NULL THEN 'already-exists'
            WHEN f.case_id IS NULL OR f.own THEN 'invalid'
            ELSE 'not-found' END AS status,
       CASE WHEN e.content = decode($5, 'hex') THEN emergency_document(e)::text
            WHEN e.id IS NULL AND (f.case_id IS NULL OR f.own)
            THEN CASE WHEN $2::uuid IS NULL THEN '/number' ELSE '/case_id' END
            END AS body,
       CASE WHEN e.id IS NOT NULL THEN NULL WHEN f.own THEN 'conflict'
            WHEN f.case_id IS NULL THEN 'not-found' END AS etag
FROM (VALUES ($1::uuid)) k(id)
     LEFT JOIN emergency_reading e ON e.id = k.id AND e.reader = my_user()
     LEFT JOIN emergency_case($2::uuid, $3) f ON true;

-- statement: emergency_list (read)
-- $1 case, $2 after, $3 limit.
WITH hit AS (
	SELECT * FROM emergency_reading e
	WHERE ($1::uuid IS NULL OR e.case_id = $1::uuid)
	  AND ($2::bigint IS NULL OR e.n < $2::bigint)
	ORDER BY e.n DESC LIMIT $3::int + 1),
page AS (SELECT * FROM hit ORDER BY n DESC LIMIT $3::int),
aud AS (
	INSERT INTO audit (event, kind, ref) VALUES ('emergency.list', 'emergency', NULL)),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT min(n)::text FROM page) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(emergency_document(e) ORDER BY p.n DESC), '[]')
               FROM page p JOIN emergency_reading e ON e.id = p.id), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: notice_list (read)
-- $1 seen, $2 after, $3 limit.
WITH hit AS (
	SELECT * FROM notice t
	WHERE ($1::boolean IS NULL OR (t.seen_at IS NOT NULL) = $1::boolean)
	  AND ($2::bigint IS NULL OR t.n < $2::bigint)
	ORDER BY t.n DESC LIMIT $3::int + 1),
page AS (SELECT * FROM hit ORDER BY n DESC LIMIT $3::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT min(n)::text FROM page) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(notice_document(t) ORDER BY p.n DESC), '[]')
               FROM page p JOIN notice t ON t.id = p.id), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: notice_acknowledge (write)
-- $1 notice. The first who has seen it counts.
WITH put AS (
	UPDATE notice SET seen_at = statement_timestamp(), seen_by = my_user()
	WHERE id = $1::uuid AND seen_at IS NULL
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'notice.seen', 'notice', id FROM put;

-- statement: notice_get (write)
SELECT '200' AS status, notice_document(t)::text AS body
FROM notice t WHERE t.id = $1::uuid;

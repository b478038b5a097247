-- Cases and needs. $1 case throughout.

-- statement: case_put (write)
-- $2 person, $3 opened on, $4 holder, $5 sealed, $6 hash of the content. The
-- person must be visible, the holder somebody who works on cases, the day not
-- in the future.
WITH put AS (
	INSERT INTO case_file (id, person_id, year, number, holder, opened_on,
	                       sealed, content)
	SELECT $1::uuid, p.id, y.year, case_number_next(y.year), u.id,
	       coalesce($3::date, today()), $5, decode($6, 'hex')
	FROM person p, app_user u,
	     (SELECT extract(year FROM today())::int AS year) y
	WHERE p.id = $2::uuid
	  AND u.id = coalesce($4::uuid, my_user()) AND u.state = 'active'
	  AND u.role IN ('practitioner', 'supervisor')
	  AND ($3::date IS NULL OR $3::date <= today())
	  AND NOT EXISTS (SELECT FROM case_file WHERE id = $1::uuid)
	ON CONFLICT (id) DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'case.create', 'case', id FROM put;

-- statement: case_created (write)
-- $2, $3 and $4 again, to say which of them was wrong.
WITH unused AS (SELECT $5::text)
SELECT CASE WHEN c.id IS NULL AND p.id IS NOT NULL AND u.id IS NOT NULL
             AND ($3::date IS NULL OR $3::date <= today()) THEN 'not-found'
            WHEN c.id IS NULL THEN 'invalid'
            WHEN touched(c.xmin) THEN '201'
            WHEN c.content = decode($6, 'hex') THEN '200'
            ELSE 'already-exists' END AS status,
       CASE WHEN c.id IS NULL AND p.id IS NULL THEN '/person_id'
            WHEN c.id IS NULL AND u.id IS NULL THEN '/holder'
            WHEN c.id IS NULL THEN '/opened_on'
            WHEN touched(c.xmin) OR c.content = decode($6, 'hex')
            THEN case_document(c)::text END AS body,
       CASE WHEN c.id IS NOT NULL THEN c.version::text
            WHEN p.id IS NULL OR u.id IS NULL THEN 'not-found'
            ELSE 'in-future' END AS etag
FROM (VALUES ($1::uuid, $2::uuid)) k(id, person_id)
     LEFT JOIN case_file c ON c.id = k.id
     LEFT JOIN person p ON p.id = k.person_id
     LEFT JOIN app_user u ON u.id = coalesce($4::uuid, my_user())
          AND u.state = 'active' AND u.role IN ('practitioner', 'supervisor');

-- statement: case_get (read)
WITH c AS (SELECT * FROM case_file WHERE id = $1::uuid),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM c)
SELECT '200' AS status, case_document(f)::text AS body, f.version::text AS etag
FROM case_file f WHERE f.id = $1::uuid;

-- statement: case_list (read)
-- $1 state, $2 holder, $3 person, $4 after, $5 limit.
WITH hit AS (
	SELECT * FROM case_file c
	WHERE ($1::text IS NULL OR c.state = $1)
	  AND ($2::uuid IS NULL OR c.holder = $2::uuid)
	  AND ($3::uuid IS NULL OR c.person_id = $3::uuid)
	  AND ($4::uuid IS NULL OR c.id > $4::uuid)
	ORDER BY c.id LIMIT $5::int + 1),
page AS (SELECT * FROM hit ORDER BY id LIMIT $5::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $5::int
            THEN (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(jsonb_strip_nulls(jsonb_build_object(
                      'id', c.id,
                      'number', c.number || '/' || lpad((c.year % 100)::text, 2, '0'),
                      'person_id', c.person_id, 'holder', c.holder,
                      'opened_on', c.opened_on, 'closed_on', c.closed_on,
                      'state', c.state, 'version', c.version)) ORDER BY c.id), '[]')
               FROM page c), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: case_update (write)
-- $2 version asked for, $3 state, $4 closed on, $5 holder, $6 sealed; NULL
-- leaves a value as it is. A case given away is no longer seen by who gave it.
WITH put AS (
	UPDATE case_file c
	SET state = coalesce($3, c.state),
	    closed_on = CASE coalesce($3, c.state)
	                WHEN 'closed' THEN coalesce($4::date, c.closed_on, today())
	                END,
	    holder = coalesce($5::uuid, c.holder), sealed = coalesce($6, c.sealed),
	    version = c.version + 1, updated_at = statement_timestamp()
	WHERE c.id = $1::uuid AND c.version::text = $2
	  AND ($4::date IS NULL OR $4::date BETWEEN c.opened_on AND today())
	  AND ($5::uuid IS NULL OR EXISTS (
	       SELECT FROM app_user u WHERE u.id = $5::uuid AND u.state = 'active'
	          AND u.role IN ('practitioner', 'supervisor')))
	RETURNING c.id)
INSERT INTO audit (event, kind, ref)
SELECT 'case.update', 'case', id FROM put;

-- statement: case_updated (write)
SELECT CASE WHEN touched(c.xmin) THEN '200' ELSE 'precondition-failed' END AS status,
       case_document(c)::text AS body, c.version::text AS etag
FROM case_file c WHERE c.id = $1::uuid;

-- statement: case_update_reply (write)
-- The version was right and nothing changed: a day ($4) or a holder ($5) that
-- cannot be.
WITH unused AS (SELECT $3::text, $5::text),
c AS (
	SELECT f.*, touched(f.xmin) AS done,
	       NOT touched(f.xmin) AND f.version::text = $2 AS wrong
	FROM case_file f WHERE f.id = $1::uuid)
SELECT CASE WHEN c.done THEN '200' WHEN c.wrong THEN 'invalid'
            ELSE 'precondition-failed' END AS status,
       CASE WHEN c.wrong AND ($4::date < c.opened_on OR $4::date > today())
            THEN '/closed_on'
            WHEN c.wrong THEN '/holder' ELSE case_document(f)::text END AS body,
       CASE WHEN c.wrong AND $4::date < c.opened_on THEN 'too-early'
            WHEN c.wrong AND $4::date > today() THEN 'in-future'
            WHEN c.wrong THEN 'not-found' ELSE c.version::text END AS etag
FROM c JOIN case_file f ON f.id = c.id;

-- statement: case_lock (write)
-- Before a record that is checked against others of its case: of two that may
-- not both be, the second finds the first.
SELECT id FROM case_file WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: need_touch (write)
-- $2 version asked for: the case's row is the lock of its needs.
WITH put AS (
	UPDATE case_file SET version = version + 1, updated_at = statement_timestamp()
	WHERE id = $1::uuid AND version::text = $2
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'case.needs', 'case', id FROM put;

-- statement: need_clear (write)
DELETE FROM need n USING case_file c
WHERE n.case_id = $1::uuid AND c.id = n.case_id AND touched(c.xmin);

-- statement: need_put (write)
-- $3 needs [{"domain","level"}], $4 strengths ["domain"], $5 rated strengths
-- [{"domain","level"}]: one that is rated above none is a strength.
WITH unused AS (SELECT $2::text)
INSERT INTO need (case_id, domain, level, strength, strength_level)
SELECT c.id, d.domain, max(d.level), bool_or(d.strength), max(d.strength_level)
FROM case_file c,
     (SELECT x.domain, x.level, false AS strength, NULL::smallint AS strength_level
      FROM json_to_recordset($3::json) AS x(domain text, level smallint)
      UNION ALL
      SELECT y.domain, NULL, true, NULL
      FROM json_array_elements_text($4::json) AS y(domain)
      UNION ALL
      SELECT z.domain, NULL, z.level > 0, z.level
      FROM json_to_recordset(coalesce($5::json, '[]')) AS z(domain text, level smallint)) d
WHERE c.id = $1::uuid AND touched(c.xmin)
GROUP BY c.id, d.domain;

-- Persons. What is in "sealed" only the service can open; the database sees
-- keyed hashes. $1 person, $2 sealed, $3 hash of the content, $4 index rows
-- [{"purpose","token"}], $5 version asked for.

-- statement: person_put (write)
WITH put AS (
	INSERT INTO person (id, sealed, content)
	VALUES ($1::uuid, $2, decode($3, 'hex'))
	ON CONFLICT (id) DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'person.create', 'person', id FROM put;

-- statement: person_update (write)
WITH unused AS (SELECT $4::text),
put AS (
	UPDATE person SET sealed = $2, content = decode($3, 'hex'),
	       version = version + 1, updated_at = statement_timestamp()
	WHERE id = $1::uuid AND version::text = $5
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'person.update', 'person', id FROM put;

-- statement: person_index_clear (write)
DELETE FROM person_index i USING person p
WHERE i.person_id = $1::uuid AND p.id = i.person_id AND touched(p.xmin);

-- statement: person_index_put (write)
WITH unused AS (SELECT $2::text, $3::text)
INSERT INTO person_index (person_id, purpose, token)
SELECT DISTINCT p.id, x.purpose, decode(x.token, 'hex')
FROM person p, json_to_recordset($4::json) AS x(purpose text, token text)
WHERE p.id = $1::uuid AND touched(p.xmin);

-- statement: person_created (write)
-- A repeat with equal content gets the same answer, anything else does not.
WITH unused AS (SELECT $2::text)
SELECT CASE WHEN touched(p.xmin) THEN '201'
            WHEN p.content = decode($3, 'hex') THEN '200'
            ELSE 'already-exists' END AS status,
       CASE WHEN touched(p.xmin) OR p.content = decode($3, 'hex')
            THEN json_build_object('id', p.id, 'version', p.version,
                                   'sealed', p.sealed)::text END AS body,
       p.version::text AS etag
FROM person p WHERE p.id = $1::uuid;

-- statement: person_updated (write)
SELECT CASE WHEN touched(p.xmin) THEN '200' ELSE 'precondition-failed' END AS status,
       json_build_object('id', p.id, 'version', p.version,
                         'sealed', p.sealed)::text AS body,
       p.version::text AS etag
FROM person p WHERE p.id = $1::uuid;

-- statement: person_get (read)
WITH p AS (SELECT * FROM person WHERE id = $1::uuid),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'person.read', 'person', id FROM p)
SELECT '200' AS status,
       json_build_object('id', p.id, 'version', p.version,
                         'sealed', p.sealed)::text AS body,
       p.version::text AS etag
FROM p;

-- statement: person_search (read)
-- $1 wanted tokens [{"purpose","token"}], all of which must match; $2 after;
-- $3 limit. One more than the limit is read, to know whether there is a next.
WITH want AS (
	SELECT DISTINCT x.purpose, decode(x.token, 'hex') AS token
	FROM json_to_recordset($1::json) AS x(purpose text, token text)),
hit AS (
	SELECT i.person_id FROM person_index i JOIN want USING (purpose, token)
	WHERE $2::uuid IS NULL OR i.person_id > $2::uuid
	GROUP BY i.person_id
	HAVING count(*) = (SELECT count(*) FROM want)
	ORDER BY i.person_id LIMIT $3::int + 1),
page AS (SELECT person_id FROM hit ORDER BY person_id LIMIT $3::int),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'person.search', 'person', person_id FROM page
	UNION ALL
	SELECT 'person.search', 'person', NULL WHERE NOT EXISTS (SELECT FROM page)),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT person_id::text FROM page ORDER BY person_id DESC LIMIT 1)
       END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(json_build_object(
                      'id', p.id, 'version', p.version, 'sealed', p.sealed)
                      ORDER BY p.id), '[]')
               FROM page JOIN person p ON p.id = page.person_id), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

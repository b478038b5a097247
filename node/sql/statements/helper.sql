-- Helpers, whom the family names as keyworker, and the table need × helper.
-- $1 case.

-- statement: helper_put (write)
-- $2 helper, $3 kind, $4 sector, $5 kind of organisation, $6 needs, $7 since,
-- $8 until, $9 rhythm, $10 last contact, $11 sealed, $12 hash of the content,
-- $13 version asked for.
WITH put AS (
	INSERT INTO helper AS h (id, case_id, kind, sector, org_kind, domains, since,
	                         until, rhythm, last_contact, sealed, content)
	SELECT $2::uuid, c.id, $3, $4, $5,
	       ARRAY(SELECT json_array_elements_text($6::json)), $7::date, $8::date,
	       $9, $10::date, $11, decode($12, 'hex')
	FROM case_file c
	WHERE c.id = $1::uuid
	  AND helper_wrong($3, $4, $5, $7::date, $8::date, $10::date) IS NULL
	  AND ($13::text IS NULL OR EXISTS (SELECT FROM helper WHERE id = $2::uuid))
	ON CONFLICT (id) DO UPDATE
	SET kind = EXCLUDED.kind, sector = EXCLUDED.sector,
	    org_kind = EXCLUDED.org_kind, domains = EXCLUDED.domains,
	    since = EXCLUDED.since, until = EXCLUDED.until, rhythm = EXCLUDED.rhythm,
	    last_contact = EXCLUDED.last_contact, sealed = EXCLUDED.sealed,
	    content = EXCLUDED.content, version = h.version + 1
	WHERE h.case_id = EXCLUDED.case_id AND h.version::text = $13
	RETURNING h.id)
INSERT INTO audit (event, kind, ref)
SELECT 'helper.put', 'helper', id FROM put;

-- statement: helper_put_reply (write)
WITH unused AS (SELECT $6::text, $9::text, $11::text)
SELECT p.status, p.body, p.etag
FROM case_file c
     LEFT JOIN helper h ON h.id = $2::uuid AND h.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(h.xmin), h.version,
          h.content = decode($12, 'hex'), $13,
          helper_wrong($3, $4, $5, $7::date, $8::date, $10::date),
          helper_document(h)) p
WHERE c.id = $1::uuid;

-- statement: helper_list (read)
-- Those who help now, then those who did.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(helper_document(h)
                      ORDER BY NOT helps_now(h), h.since, h.id), '[]')
               FROM helper h WHERE h.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

-- statement: nomination_put (write)
-- $2 nomination, $3 helper, $4 source, $5 since, $6 until, $7 version asked for.
WITH put AS (
	INSERT INTO nomination AS n (id, case_id, helper_id, source, since, until)
	SELECT $2::uuid, c.id, $3::uuid, $4, $5::date, $6::date
	FROM case_file c
	WHERE c.id = $1::uuid
	  AND nomination_wrong(c.id, $2::uuid, $3::uuid, $4, $5::date, $6::date) IS NULL
	  AND ($7::text IS NULL OR EXISTS (SELECT FROM nomination WHERE id = $2::uuid))
	ON CONFLICT (id) DO UPDATE
	SET helper_id = EXCLUDED.helper_id, source = EXCLUDED.source,
	    since = EXCLUDED.since, until = EXCLUDED.until, version = n.version + 1
	WHERE n.case_id = EXCLUDED.case_id AND n.version::text = $7
	RETURNING n.id)
INSERT INTO audit (event, kind, ref)
SELECT 'nomination.put', 'nomination', id FROM put;

-- statement: nomination_put_reply (write)
SELECT p.status, p.body, p.etag
FROM case_file c
     LEFT JOIN nomination n ON n.id = $2::uuid AND n.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(n.xmin), n.version,
          (n.helper_id, n.source, n.since, n.until) IS NOT DISTINCT FROM
          ($3::uuid, $4, $5::date, $6::date), $7,
          nomination_wrong(c.id, $2::uuid, $3::uuid, $4, $5::date, $6::date),
          nomination_document(n)) p
WHERE c.id = $1::uuid;

-- statement: nomination_list (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(nomination_document(n)
                      ORDER BY n.until IS NOT NULL, n.since DESC, n.id), '[]')
               FROM nomination n WHERE n.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

-- statement: help_table (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status, help_table(c.id)::text AS body
FROM case_file c WHERE c.id = $1::uuid;

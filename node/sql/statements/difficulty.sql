-- Is this a difficult case? $1 case, $2 check.

-- statement: difficulty_get (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status, difficulty_picture(c.id)::text AS body
FROM case_file c WHERE c.id = $1::uuid;

-- statement: difficulty_check_put (write)
-- $3 definition, $4 criteria met, $5 difficult, $6 is there a reason, $7 sealed,
-- $8 hash of the content.
WITH put AS (
	INSERT INTO difficulty_check (id, case_id, definition, proposed, met, by_rule,
	                              difficult, against, sealed, content)
	SELECT $2::uuid, c.id, $3::int, d.proposed,
	       ARRAY(SELECT json_array_elements_text($4::json)), d.by_rule, d.says,
	       d.against, $7, decode($8, 'hex')
	FROM case_file c CROSS JOIN LATERAL difficulty_draft(c.id, $3::int,
	     ARRAY(SELECT json_array_elements_text($4::json)), $5::boolean) d
	WHERE c.id = $1::uuid AND d.wrong IS NULL
	  AND ($6::boolean OR NOT d.against)
	ON CONFLICT (id) DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'difficulty.check', 'difficulty_check', id FROM put;

-- statement: difficulty_check_put_reply (write)
-- A check never changes: it has one version, and none is told.
WITH unused AS (SELECT $7::text)
SELECT p.status, p.body,
       CASE p.status WHEN 'invalid' THEN p.etag END AS etag
FROM case_file c
     CROSS JOIN LATERAL difficulty_draft(c.id, $3::int,
          ARRAY(SELECT json_array_elements_text($4::json)), $5::boolean) d
     LEFT JOIN difficulty_check k ON k.id = $2::uuid AND k.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(k.xmin), CASE WHEN k.id IS NOT NULL THEN 1 END,
          k.content = decode($8, 'hex'), NULL,
          coalesce(d.wrong, CASE WHEN d.against AND NOT $6::boolean
                                 THEN ARRAY['/reason', 'required'] END),
          difficulty_check_document(k)) p
WHERE c.id = $1::uuid;

-- statement: difficulty_check_list (read)
-- The latest first.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(difficulty_check_document(k)
                      ORDER BY k.n DESC), '[]')
               FROM difficulty_check k WHERE k.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

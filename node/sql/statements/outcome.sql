-- Outcome records. $1 case, $2 record, $3 kind, $4 day, $5 end of a keyworker's
-- nomination, $6 school, $7 change of care, $8 where the child lives, $9 form,
-- $10 setting and $11 end of violence, $12 the record that this one corrects.

-- statement: outcome_put (write)
-- By the holder of the case, of the past, and as the only correction of a record.
WITH put AS (
	INSERT INTO outcome (id, case_id, kind, on_day, keyworker_to, school,
	                     care_event, care_setting, violence_form,
	                     violence_setting, violence_ended, replaces)
	SELECT $2::uuid, c.id, $3, $4::date, $5::date, $6, $7, $8, $9, $10, $11,
	       $12::uuid
	FROM case_file c
	WHERE c.id = $1::uuid AND c.holder = my_user() AND $4::date <= today()
	  AND ($12::uuid IS NULL OR EXISTS (
	       SELECT FROM outcome o
	       WHERE o.id = $12::uuid AND o.case_id = c.id AND o.kind = $3))
	ON CONFLICT DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'outcome.record', 'outcome', id FROM put;

-- statement: outcome_put_reply (write)
WITH o AS (
	SELECT o.id, touched(o.xmin) AS done,
	       (o.kind, o.on_day, o.keyworker_to, o.school, o.care_event,
	        o.care_setting, o.violence_form, o.violence_setting,
	        o.violence_ended, o.replaces) IS NOT DISTINCT FROM
	       ($3, $4::date, $5::date, $6, $7, $8, $9, $10, $11, $12::uuid) AS same
	FROM outcome o WHERE o.id = $2::uuid AND o.case_id = $1::uuid),
wrong AS (
	SELECT CASE WHEN $4::date > today() THEN '/on'
	            WHEN $12::uuid IS NOT NULL THEN '/replaces' END AS at,
	       CASE WHEN $4::date > today() THEN 'in-future'
	            WHEN EXISTS (SELECT FROM outcome x
	                         WHERE x.id = $12::uuid AND x.case_id = $1::uuid
	                           AND x.kind = $3) THEN 'conflict'
	            ELSE 'not-found' END AS why)
SELECT CASE WHEN o.done THEN '201' WHEN o.same THEN '200'
            WHEN o.id IS NOT NULL THEN 'already-exists'
            WHEN c.holder <> my_user() THEN 'scope-missing'
            WHEN wrong.at IS NOT NULL THEN 'invalid'
            ELSE 'not-found' END AS status,
       CASE WHEN o.done OR o.same THEN outcome_document(f)::text
            WHEN o.id IS NULL AND c.holder = my_user() THEN wrong.at END AS body,
       CASE WHEN o.id IS NULL AND c.holder = my_user() AND wrong.at IS NOT NULL
            THEN wrong.why END AS etag
FROM case_file c CROSS JOIN wrong LEFT JOIN o ON true
     LEFT JOIN outcome f ON f.id = o.id
WHERE c.id = $1::uuid;

-- statement: outcome_list (read)
-- The whole history, the latest first.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(outcome_document(o)
                      ORDER BY o.on_day DESC, o.recorded_at DESC, o.id DESC), '[]')
               FROM outcome o WHERE o.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

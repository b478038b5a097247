-- Stays in services and schools. $1 case, $2 episode, $3 kind, $4 service
-- (sealed), $5 start, $6 end, $7 reason of the end, $8 planned, $9 who wanted
-- it, $10 version asked for, $11 hash of the content.

-- statement: episode_put (write)
WITH put AS (
	INSERT INTO episode AS e (id, case_id, kind, service, start_on, end_on,
	                          end_reason, planned, initiated_by, content)
	SELECT $2::uuid, c.id, $3, $4, $5::date, $6::date, $7, $8::boolean, $9,
	       decode($11, 'hex')
	FROM case_file c
	WHERE c.id = $1::uuid
	  AND ($10::text IS NULL OR EXISTS (SELECT FROM episode WHERE id = $2::uuid))
	ON CONFLICT (id) DO UPDATE
	SET kind = EXCLUDED.kind, service = EXCLUDED.service,
	    start_on = EXCLUDED.start_on, end_on = EXCLUDED.end_on,
	    end_reason = EXCLUDED.end_reason, planned = EXCLUDED.planned,
	    initiated_by = EXCLUDED.initiated_by, content = EXCLUDED.content,
	    version = e.version + 1
	WHERE e.case_id = EXCLUDED.case_id AND e.version::text = $10
	RETURNING e.id)
INSERT INTO audit (event, kind, ref)
SELECT 'episode.put', 'episode', id FROM put;

-- statement: episode_put_reply (write)
WITH unused AS (SELECT $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text)
SELECT p.status, p.body, p.etag
FROM episode e
     CROSS JOIN LATERAL part_reply(touched(e.xmin), e.version,
          e.content = decode($11, 'hex'), $10, NULL, episode_document(e)) p
WHERE e.id = $2::uuid AND e.case_id = $1::uuid;

-- statement: episode_list (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(episode_document(e)
                      ORDER BY e.start_on, e.id), '[]')
               FROM episode e WHERE e.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

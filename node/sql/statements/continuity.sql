-- The path through services. $1 case, $2 episode.

-- statement: path_get (read)
-- The stays in their order; what is sealed in them is opened by the service.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status, json_build_object(
       'moves_total', moves(c.id, NULL),
       'moves_12m', moves(c.id, today() - 365),
       'alert', moves(c.id, today() - 365) >= 2,
       'unanswered', moves_unanswered(c.id, NULL),
       'items', (
               SELECT coalesce(json_agg(path_document(e)
                      ORDER BY e.start_on, e.id), '[]')
               FROM episode e WHERE e.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

-- statement: continuity_put (write)
-- $3 how many are lost, $4 how many stay, $5 sealed, $6 hash of the content,
-- $7 version asked for.
WITH put AS (
	INSERT INTO continuity AS t (episode_id, case_id, lost, stays, sealed, content)
	SELECT e.id, e.case_id, $3::int, $4::int, $5, decode($6, 'hex')
	FROM episode e
	WHERE e.id = $2::uuid AND e.case_id = $1::uuid
	  AND ($7::text IS NULL OR EXISTS (
	       SELECT FROM continuity WHERE episode_id = $2::uuid))
	ON CONFLICT (episode_id) DO UPDATE
	SET lost = EXCLUDED.lost, stays = EXCLUDED.stays, sealed = EXCLUDED.sealed,
	    content = EXCLUDED.content, version = t.version + 1
	WHERE t.version::text = $7
	RETURNING t.episode_id)
INSERT INTO audit (event, kind, ref)
SELECT 'continuity.put', 'episode', episode_id FROM put;

-- statement: continuity_put_reply (write)
WITH unused AS (SELECT $3::text, $4::text, $5::text)
SELECT p.status, p.body, p.etag
FROM episode e
     LEFT JOIN continuity t ON t.episode_id = e.id
     CROSS JOIN LATERAL part_reply(touched(t.xmin), t.version,
          t.content = decode($6, 'hex'), $7, NULL, path_document(e)) p
WHERE e.id = $2::uuid AND e.case_id = $1::uuid;

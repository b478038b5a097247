-- Dis-integration grids and the conversations that follow. $1 case, $2 the grid
-- or the conversation.

-- statement: grid_put (write)
-- $3 day, $4 baseline, $5 codes, $6 sealed, $7 hash of the content, $8 version
-- asked for.
WITH put AS (
	INSERT INTO grid AS g (id, case_id, on_day, baseline, shape, sealed, content)
	SELECT $2::uuid, c.id, $3::date, $4::uuid, $5::jsonb, $6, decode($7, 'hex')
	FROM case_file c
	WHERE c.id = $1::uuid
	  AND grid_wrong(c.id, $2::uuid, $3::date, $4::uuid, $5::jsonb) IS NULL
	  AND ($8::text IS NULL OR EXISTS (SELECT FROM grid WHERE id = $2::uuid))
	ON CONFLICT (id) DO UPDATE
	SET on_day = EXCLUDED.on_day, baseline = EXCLUDED.baseline,
	    shape = EXCLUDED.shape, sealed = EXCLUDED.sealed,
	    content = EXCLUDED.content, version = g.version + 1
	WHERE g.case_id = EXCLUDED.case_id AND g.version::text = $8
	RETURNING g.id)
INSERT INTO audit (event, kind, ref)
SELECT 'grid.put', 'grid', id FROM put;

-- statement: grid_put_reply (write)
WITH unused AS (SELECT $6::text)
SELECT p.status, p.body, p.etag
FROM case_file c
     LEFT JOIN grid g ON g.id = $2::uuid AND g.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(g.xmin), g.version,
          g.content = decode($7, 'hex'), $8,
          grid_wrong(c.id, $2::uuid, $3::date, $4::uuid, $5::jsonb),
          grid_document(g)) p
WHERE c.id = $1::uuid;

-- statement: grid_get (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', case_id FROM grid
	WHERE id = $2::uuid AND case_id = $1::uuid)
SELECT '200' AS status, grid_document(g)::text AS body, g.version::text AS etag
FROM grid g WHERE g.id = $2::uuid AND g.case_id = $1::uuid;

-- statement: grid_list (read)
-- The latest first, with their measures.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(grid_item(g)
                      ORDER BY g.on_day DESC, g.recorded_at DESC, g.id), '[]')
               FROM grid g WHERE g.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

-- statement: connecting_put (write)
-- $3 grid, $4 level, $5 between, $6 due, $7 held, $8 outcome, $9 dropped,
-- $10 sealed, $11 hash of the content, $12 version asked for.
WITH put AS (
	INSERT INTO connecting AS k (id, case_id, grid_id, level, parties, due,
	                             held_on, outcome, dropped, sealed, content)
	SELECT $2::uuid, c.id, $3::uuid, $4,
	       ARRAY(SELECT json_array_elements_text($5::json)::uuid), $6::date,
	       $7::date, $8, $9::boolean, $10, decode($11, 'hex')
	FROM case_file c
	WHERE c.id = $1::uuid
	  AND connecting_wrong(c.id, $3::uuid,
	      ARRAY(SELECT json_array_elements_text($5::json)::uuid), $7::date, $8,
	      $9::boolean) IS NULL
	  AND ($7::date IS NOT NULL OR $9::boolean
	       OR NOT connecting_full(c.id, $2::uuid))
	  AND ($12::text IS NULL OR EXISTS (SELECT FROM connecting WHERE id = $2::uuid))
	ON CONFLICT (id) DO UPDATE
	SET grid_id = EXCLUDED.grid_id, level = EXCLUDED.level,
	    parties = EXCLUDED.parties, due = EXCLUDED.due,
	    held_on = EXCLUDED.held_on, outcome = EXCLUDED.outcome,
	    dropped = EXCLUDED.dropped, sealed = EXCLUDED.sealed,
	    content = EXCLUDED.content, version = k.version + 1
	WHERE k.case_id = EXCLUDED.case_id AND k.version::text = $12
	RETURNING k.id)
INSERT INTO audit (event, kind, ref)
SELECT 'connecting.put', 'connecting', id FROM put;

-- statement: connecting_put_reply (write)
-- "invalid" without a field: three are open already.
WITH unused AS (SELECT $4::text, $6::text, $10::text)
SELECT CASE WHEN p.status = 'invalid' AND p.body IS NULL
            THEN 'connections-open' ELSE p.status END AS status, p.body, p.etag
FROM case_file c
     LEFT JOIN connecting k ON k.id = $2::uuid AND k.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(k.xmin), k.version,
          k.content = decode($11, 'hex'), $12,
          coalesce(connecting_wrong(c.id, $3::uuid,
               ARRAY(SELECT json_array_elements_text($5::json)::uuid), $7::date,
               $8, $9::boolean),
               CASE WHEN $7::date IS NULL AND NOT $9::boolean
                         AND connecting_full(c.id, $2::uuid)
                    THEN '{}'::text[] END), connecting_document(k)) p
WHERE c.id = $1::uuid;

-- statement: connecting_list (read)
-- Those that are open, the next first; then the others.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(connecting_document(k)
                      ORDER BY k.held_on IS NOT NULL OR k.dropped, k.due, k.id), '[]')
               FROM connecting k WHERE k.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

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
WITH unused AS (SELECT $6::text),
x AS (
	SELECT g.*, touched(g.xmin) AS done, g.content = decode($7, 'hex') AS same
	FROM grid g WHERE g.id = $2::uuid AND g.case_id = $1::uuid),
s AS (
	SELECT w.wrong, part_status(x.done, x.version, x.same, $8, w.wrong) AS status
	FROM (SELECT grid_wrong($1::uuid, $2::uuid, $3::date, $4::uuid, $5::jsonb)
	             AS wrong) w
	     LEFT JOIN x ON true)
SELECT s.status,
       CASE WHEN s.status = 'invalid' THEN s.wrong[1]
            WHEN s.status <> 'already-exists' THEN grid_document(g)::text
            END AS body,
       CASE WHEN s.status = 'invalid' THEN s.wrong[2]
            ELSE g.version::text END AS etag
FROM case_file c CROSS JOIN s
     LEFT JOIN grid g ON g.id = $2::uuid AND g.case_id = c.id
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

-- statement: connecting_lock (write)
-- The case's row keeps two from opening the third at once.
SELECT id FROM case_file WHERE id = $1::uuid FOR NO KEY UPDATE;

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
-- "invalid" with nothing wrong: three are open already.
WITH unused AS (SELECT $4::text, $6::text, $10::text),
x AS (
	SELECT k.*, touched(k.xmin) AS done, k.content = decode($11, 'hex') AS same
	FROM connecting k WHERE k.id = $2::uuid AND k.case_id = $1::uuid),
w AS (
	SELECT connecting_wrong($1::uuid, $3::uuid,
	       ARRAY(SELECT json_array_elements_text($5::json)::uuid), $7::date, $8,
	       $9::boolean) AS wrong,
	       $7::date IS NULL AND NOT $9::boolean
	       AND connecting_full($1::uuid, $2::uuid) AS full),
s AS (
	SELECT w.wrong, CASE WHEN w.wrong IS NULL AND p.status = 'invalid'
	                     THEN 'connections-open' ELSE p.status END AS status
	FROM w LEFT JOIN x ON true CROSS JOIN LATERAL (
	     SELECT part_status(x.done, x.version, x.same, $12,
	            coalesce(w.wrong, CASE WHEN w.full THEN '{}'::text[] END)) AS status) p)
SELECT s.status,
       CASE WHEN s.status = 'invalid' THEN s.wrong[1]
            WHEN s.status NOT IN ('already-exists', 'connections-open')
            THEN connecting_document(k)::text END AS body,
       CASE WHEN s.status = 'invalid' THEN s.wrong[2]
            ELSE k.version::text END AS etag
FROM case_file c CROSS JOIN s
     LEFT JOIN connecting k ON k.id = $2::uuid AND k.case_id = c.id
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

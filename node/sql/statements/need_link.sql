-- Needs and strengths with their history, and the links between needs. $1 case.

-- statement: need_get (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status, json_build_object(
       'needs', needs_of(c.id), 'strengths', strengths_of(c.id),
       'history', (
               SELECT coalesce(json_agg(need_history_document(h) ORDER BY h.n DESC), '[]')
               FROM (SELECT * FROM need_history x WHERE x.case_id = c.id
                     ORDER BY x.n DESC LIMIT 200) h))::text AS body,
       c.version::text AS etag
FROM case_file c WHERE c.id = $1::uuid;

-- statement: need_note (write)
-- After the needs of the case were written: what they are now, if it is new.
INSERT INTO need_history (case_id, needs, strengths)
SELECT c.id, needs_of(c.id), strengths_of(c.id)
FROM case_file c
     LEFT JOIN LATERAL (
          SELECT h.needs, h.strengths FROM need_history h
          WHERE h.case_id = c.id ORDER BY h.n DESC LIMIT 1) l ON true
WHERE c.id = $1::uuid AND touched(c.xmin)
  AND (l.needs, l.strengths) IS DISTINCT FROM (needs_of(c.id), strengths_of(c.id));

-- statement: need_link_put (write)
-- $2 link, $3 from, $4 to, $5 kind, $6 since, $7 until, $8 sealed, $9 hash of
-- the content, $10 version asked for.
WITH put AS (
	INSERT INTO need_link AS l (id, case_id, from_domain, to_domain, kind,
	                            since, until, sealed, content)
	SELECT $2::uuid, c.id, $3, $4, $5, coalesce($6::date, today()), $7::date, $8,
	       decode($9, 'hex')
	FROM case_file c
	WHERE c.id = $1::uuid
	  AND need_link_wrong(c.id, $2::uuid, $3, $4, $5, coalesce($6::date, today()),
	                      $7::date) IS NULL
	  AND ($10::text IS NULL OR EXISTS (SELECT FROM need_link WHERE id = $2::uuid))
	ON CONFLICT (id) DO UPDATE
	SET from_domain = EXCLUDED.from_domain, to_domain = EXCLUDED.to_domain,
	    kind = EXCLUDED.kind, since = EXCLUDED.since, until = EXCLUDED.until,
	    sealed = EXCLUDED.sealed, content = EXCLUDED.content,
	    version = l.version + 1
	WHERE l.case_id = EXCLUDED.case_id AND l.version::text = $10
	RETURNING l.id)
INSERT INTO audit (event, kind, ref)
SELECT 'need_link.put', 'need_link', id FROM put;

-- statement: need_link_put_reply (write)
WITH unused AS (SELECT $8::text)
SELECT p.status, p.body, p.etag
FROM case_file c
     LEFT JOIN need_link l ON l.id = $2::uuid AND l.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(l.xmin), l.version,
          l.content = decode($9, 'hex'), $10,
          need_link_wrong(c.id, $2::uuid, $3, $4, $5,
               coalesce($6::date, today()), $7::date), need_link_document(l)) p
WHERE c.id = $1::uuid;

-- statement: need_link_list (read)
-- Those that hold, then those that have ended.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(need_link_document(l)
                      ORDER BY l.until IS NOT NULL, l.since DESC, l.id), '[]')
               FROM need_link l WHERE l.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

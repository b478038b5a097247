-- The two questions that a case may be asked. $1 case, $2 answer.

-- statement: prompt_answer_put (write)
-- $3 question, $4 sealed, $5 hash of the content.
WITH put AS (
	INSERT INTO prompt_answer (id, case_id, prompt, sealed, content)
	SELECT $2::uuid, c.id, $3, $4, decode($5, 'hex')
	FROM case_file c WHERE c.id = $1::uuid
	ON CONFLICT (id) DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'prompt.answer', 'prompt_answer', id FROM put;

-- statement: prompt_answer_put_reply (write)
-- An answer never changes: it has one version, and none is told.
WITH unused AS (SELECT $3::text, $4::text)
SELECT p.status, p.body
FROM prompt_answer a
     CROSS JOIN LATERAL part_reply(touched(a.xmin), 1,
          a.content = decode($5, 'hex'), NULL, NULL,
          prompt_answer_document(a)) p
WHERE a.id = $2::uuid AND a.case_id = $1::uuid;

-- statement: prompt_answer_list (read)
-- The latest first.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(prompt_answer_document(a)
                      ORDER BY a.n DESC), '[]')
               FROM prompt_answer a WHERE a.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

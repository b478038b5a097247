-- Voices, and what was done about them. $1 case, $2 voice.

-- statement: voice_put (write)
-- $3 who, $4 how, $5 day, $6 refused, $7 agrees to share, $8 sealed, $9 hash of
-- the content, $10 version asked for.
WITH put AS (
	INSERT INTO voice AS v (id, case_id, who, how, on_day, refused,
	                        agrees_to_share, sealed, content)
	SELECT $2::uuid, c.id, $3, $4, $5::date, $6::boolean, $7, $8, decode($9, 'hex')
	FROM case_file c
	WHERE c.id = $1::uuid AND days_wrong('on', $5::date, '', NULL) IS NULL
	  AND ($10::text IS NULL OR EXISTS (SELECT FROM voice WHERE id = $2::uuid
	       AND (ans_on IS NULL OR ans_on >= $5::date)))
	ON CONFLICT (id) DO UPDATE
	SET who = EXCLUDED.who, how = EXCLUDED.how, on_day = EXCLUDED.on_day,
	    refused = EXCLUDED.refused, agrees_to_share = EXCLUDED.agrees_to_share,
	    sealed = EXCLUDED.sealed, content = EXCLUDED.content,
	    version = v.version + 1
	WHERE v.case_id = EXCLUDED.case_id AND v.version::text = $10
	RETURNING v.id)
INSERT INTO audit (event, kind, ref)
SELECT 'voice.put', 'voice', id FROM put;

-- statement: voice_put_reply (write)
WITH unused AS (SELECT $3::text, $4::text, $6::text, $7::text, $8::text)
SELECT p.status, p.body, p.etag
FROM case_file c
     LEFT JOIN voice v ON v.id = $2::uuid AND v.case_id = c.id
     CROSS JOIN LATERAL part_reply(touched(v.xmin), v.version,
          v.content = decode($9, 'hex'), $10,
          coalesce(days_wrong('on', $5::date, '', NULL),
               CASE WHEN v.ans_on < $5::date THEN ARRAY['/on', 'too-late'] END),
          voice_document(v)) p
WHERE c.id = $1::uuid;

-- statement: voice_answer (write)
-- $3 day, $4 followed, $5 sealed, $6 hash of the content, $7 version asked for:
-- without it only what is not answered yet.
WITH put AS (
	UPDATE voice v
	SET ans_on = $3::date, ans_followed = $4, ans_sealed = $5,
	    ans_content = decode($6, 'hex'), ans_by = my_user(),
	    ans_at = statement_timestamp(), version = v.version + 1
	WHERE v.id = $2::uuid AND v.case_id = $1::uuid
	  AND $3::date BETWEEN v.on_day AND today()
	  AND CASE WHEN $7::text IS NULL THEN v.ans_on IS NULL
	           ELSE v.version::text = $7 END
	RETURNING v.id)
INSERT INTO audit (event, kind, ref)
SELECT 'voice.answer', 'voice', id FROM put;

-- statement: voice_answer_reply (write)
WITH unused AS (SELECT $4::text, $5::text),
s AS (
	SELECT v.id, CASE WHEN touched(v.xmin) THEN '200'
	       WHEN $7::text <> v.version::text THEN 'precondition-failed'
	       WHEN $7::text IS NULL AND v.ans_content = decode($6, 'hex') THEN '200'
	       WHEN $7::text IS NULL AND v.ans_on IS NOT NULL THEN 'already-exists'
	       WHEN may_write_case(v.case_id) THEN 'invalid'
	       ELSE 'not-found' END AS status
	FROM voice v WHERE v.id = $2::uuid AND v.case_id = $1::uuid)
SELECT s.status,
       CASE s.status WHEN 'invalid' THEN '/on' WHEN 'already-exists' THEN NULL
            ELSE voice_document(v)::text END AS body,
       CASE WHEN s.status <> 'invalid' THEN v.version::text
            WHEN $3::date > today() THEN 'in-future' ELSE 'too-early' END AS etag
FROM s JOIN voice v ON v.id = s.id;

-- statement: voice_list (read)
-- $2 answered. The latest first, and how many have no answer yet.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('unanswered', (
               SELECT count(*) FROM voice v
               WHERE v.case_id = c.id AND v.ans_on IS NULL AND NOT v.refused),
       'items', (
               SELECT coalesce(json_agg(voice_document(v)
                      ORDER BY v.on_day DESC, v.recorded_at DESC, v.id), '[]')
               FROM voice v
               WHERE v.case_id = c.id
                 AND ($2::boolean IS NULL
                      OR (v.ans_on IS NOT NULL) = $2::boolean)))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

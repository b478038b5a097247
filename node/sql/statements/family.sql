-- The family's page, from the holder's side.

-- statement: family_prepare (read)
-- $1 slip, $2 consent, $3 signer: all that can refuse codes, and what the sheet
-- says. A refusal of a field has its pointer in "body", its code in "etag".
WITH c AS (SELECT * FROM consent WHERE id = $2::uuid),
signer AS (
	SELECT s.capacity FROM c JOIN consent_signer s ON s.consent_id = c.id
	WHERE s.n = $3::int + 1
	  AND s.version = (SELECT max(v.version) FROM consent_version v
	                   WHERE v.consent_id = c.id))
SELECT CASE WHEN EXISTS (SELECT FROM family_slip f WHERE f.id = $1::uuid)
            THEN 'family-codes-shown'
            WHEN l.state <> 'joined' OR l.feed_id IS NULL THEN 'not-joined'
            WHEN c.id IS NULL OR NOT may_write_case(c.case_id) THEN 'invalid'
            WHEN NOT consent_holds(c) THEN 'consent-not-active'
            WHEN s.capacity IS NULL THEN 'invalid'
            WHEN family_suspected(c.id, s.capacity) THEN 'signer-suspected'
            ELSE 'ok' END AS status,
       CASE WHEN c.id IS NULL OR NOT may_write_case(c.case_id)
            THEN '/consent_id' ELSE '/signer' END AS body,
       'not-found' AS etag, s.capacity, l.feed_id,
       jsonb_build_object(
               'number', receipt_number(c.case_pseudonym, c.version),
               'holder', organisation_name(l.organisation_id),
               'phone', (SELECT m.doc->'contact'->>'phone' FROM mirror m
                         WHERE m.kind = 'organisation'
                           AND m.id = l.organisation_id),
               'address', l.hub_url || '/f', 'rule', c.rule,
               'capacity', coalesce((SELECT k.bg FROM codelist.signer_capacity k
                                     WHERE k.code = s.capacity), s.capacity),
               'first_until', bg_time(statement_timestamp() + interval '72 hours'),
               'until', bg_day(c.until),
               'printed', bg_time(statement_timestamp()),
               'printed_by', (SELECT n.bg FROM codelist.node_role n
                              WHERE n.code = my_role()))::text AS sheet
FROM hub_link l LEFT JOIN c ON true LEFT JOIN signer s ON true;

-- statement: family_lock (write)
-- $1 consent: the root of what is printed under it.
SELECT id FROM consent WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: family_slip_end (write)
-- $1 consent, $2 slip, $3 signer; the consent's row is locked. The slip before
-- ends.
WITH unused AS (SELECT $2::text)
SELECT family_slip_replace($1::uuid, $3::int);

-- statement: family_slip_put (write)
-- $4 capacity.
WITH put AS (
	INSERT INTO family_slip (id, consent_id, capacity, signer)
	SELECT $2::uuid, c.id, $4, $3::int FROM consent c
	WHERE c.id = $1::uuid AND consent_holds(c)
	  AND NOT family_suspected(c.id, $4)
	RETURNING id, consent_id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'family.codes', 'family_slip', id, consent_id FROM put;

-- statement: family_slip_queue (write, act)
-- $5 feed, $6 stretched codes.
INSERT INTO outbox (operation, method, path, params, body, subject, consent_id)
SELECT 'putFamilyCodes', 'PUT', '/v1/family-codes/' || s.id,
       jsonb_build_object('id', s.id),
       jsonb_build_object('consent_id', s.consent_id, 'capacity', $4::text,
               'signer', s.signer, 'feed_id', $5::text,
               'issued_at', rfc3339(s.issued_at), 'codes', $6::jsonb),
       s.consent_id, s.consent_id
FROM family_slip s
WHERE s.id = $2::uuid AND s.consent_id = $1::uuid AND s.signer = $3::int
  AND touched(s.xmin);

-- statement: family_slip_put_reply (write)
SELECT CASE WHEN s.id IS NOT NULL THEN '201' ELSE 'consent-not-active' END
       AS status
FROM (VALUES (1)) one(x)
     LEFT JOIN family_slip s ON s.id = $2::uuid AND s.consent_id = $1::uuid
           AND touched(s.xmin);

-- statement: family_slip_list (read)
-- $1 consent. The newest first.
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'consent.read', 'consent', id, id FROM consent WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(family_slip_document(s)
                      ORDER BY s.issued_at DESC, s.id), '[]')
               FROM family_slip s WHERE s.consent_id = c.id))::text AS body
FROM consent c WHERE c.id = $1::uuid;

-- statement: family_slip_revoke (write, act)
-- $1 slip.
SELECT family_slip_revoke($1::uuid);

-- statement: family_slip_revoke_reply (write)
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'family.revoke', 'family_slip', id, consent_id FROM family_slip
	WHERE id = $1::uuid AND touched(xmin))
SELECT '200' AS status, family_slip_document(s)::text AS body
FROM family_slip s JOIN consent c ON c.id = s.consent_id
WHERE s.id = $1::uuid AND may_write_case(c.case_id);

-- statement: family_word_list (read)
-- $1 consent. The newest first; with the names held for its case.
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'family_word.list', 'consent', id, id FROM consent
	WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(family_word_document(w)
                      ORDER BY w.said_at DESC, w.id), '[]')
               FROM family_word w WHERE w.consent_id = c.id))::text AS body,
       NULL AS etag, p.id AS person_id, p.sealed,
       (SELECT json_agg(json_build_object(
               'id', v.consent_id || '/' || v.version, 'sealed', v.sealed))
        FROM consent o JOIN consent_version v ON v.consent_id = o.id
        WHERE o.case_id = c.case_id)::text AS signers
FROM consent c JOIN case_file k ON k.id = c.case_id
     JOIN person p ON p.id = k.person_id
WHERE c.id = $1::uuid AND may_write_case(c.case_id);

-- statement: family_answer_prepare (read)
-- $1 word: whose names must not stand in the answer.
SELECT '200' AS status, NULL AS body, p.id AS person_id, p.sealed,
       (SELECT json_agg(json_build_object(
               'id', v.consent_id || '/' || v.version, 'sealed', v.sealed))
        FROM consent o JOIN consent_version v ON v.consent_id = o.id
        WHERE o.case_id = c.case_id)::text AS signers
FROM family_word w JOIN consent c ON c.id = w.consent_id
     JOIN case_file k ON k.id = c.case_id JOIN person p ON p.id = k.person_id
WHERE w.id = $1::uuid;

-- statement: family_word_answer (write)
-- $1 word, $2 sealed, $3 hash of the content, $4 the words. Once.
WITH unused AS (SELECT $4::text),
put AS (
	UPDATE family_word SET answer_sealed = $2, answer_content = decode($3, 'hex'),
	       answered_at = statement_timestamp(), answered_by = my_user()
	WHERE id = $1::uuid AND answered_at IS NULL
	RETURNING id, consent_id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'family_word.answer', 'family_word', id, consent_id FROM put;

-- statement: family_word_answer_queue (write, act)
WITH unused AS (SELECT $2::text, $3::text)
SELECT family_answer_queue($1::uuid, $4);

-- statement: family_word_answer_reply (write)
SELECT CASE WHEN w.answer_content = decode($3, 'hex') THEN '200'
            ELSE 'already-exists' END AS status,
       CASE WHEN w.answer_content = decode($3, 'hex')
            THEN family_word_document(w)::text END AS body
FROM family_word w, (SELECT $2::text, $4::text) unused WHERE w.id = $1::uuid;

-- statement: family_words_arrived (read)
-- $1 how many. The service's own: nobody asks.
SELECT id, words FROM family_words_arrived($1::int);

-- statement: family_word_take (write, act)
-- $1 word, $2 sealed.
SELECT family_word_take($1::uuid, $2);

-- statement: child_limit_put (write)
-- $1 case, $2 sealed, $3 hash of the content, $4 version asked for.
WITH put AS (
	INSERT INTO child_limit AS l (case_id, sealed, content)
	SELECT c.id, $2, decode($3, 'hex') FROM case_file c
	WHERE c.id = $1::uuid AND may_write_case(c.id)
	  AND ($4::text IS NULL
	       OR EXISTS (SELECT FROM child_limit x WHERE x.case_id = c.id))
	ON CONFLICT (case_id) DO UPDATE
	SET sealed = EXCLUDED.sealed, content = EXCLUDED.content,
	    recorded_by = my_user(), recorded_at = statement_timestamp(),
	    version = l.version + 1
	WHERE l.version::text = $4
	RETURNING l.case_id)
INSERT INTO audit (event, kind, ref)
SELECT 'case.limit', 'case', case_id FROM put;

-- statement: child_limit_put_reply (write)
WITH unused AS (SELECT $2::text)
SELECT CASE WHEN touched(l.xmin) AND l.version = 1 THEN '201'
            WHEN touched(l.xmin) THEN '200'
            WHEN $4::text IS NULL AND l.content = decode($3, 'hex') THEN '200'
            WHEN $4::text IS NOT NULL THEN 'precondition-failed'
            WHEN l.case_id IS NOT NULL THEN 'already-exists'
            ELSE 'not-found' END AS status,
       CASE WHEN l.case_id IS NOT NULL AND ($4::text IS NOT NULL
                 OR l.content = decode($3, 'hex'))
            THEN child_limit_document(l)::text END AS body,
       l.version::text AS etag
FROM case_file c LEFT JOIN child_limit l ON l.case_id = c.id
WHERE c.id = $1::uuid AND may_write_case(c.id);

-- statement: child_limit_get (read)
-- $1 case.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', case_id FROM child_limit
	WHERE case_id = $1::uuid)
SELECT '200' AS status, child_limit_document(l)::text AS body,
       l.version::text AS etag
FROM child_limit l WHERE l.case_id = $1::uuid;

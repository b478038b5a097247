-- A person's rights: what is held on them, and its erasure. $1 person; of an
-- export $2 who asks for it.

-- statement: subject_export (write)
-- What is sealed in it is opened by the service.
SELECT '200' AS status, d.doc::text AS body
FROM (SELECT subject_export($1::uuid, coalesce($2 = 'self', false)) AS doc) d
WHERE d.doc IS NOT NULL;

-- statement: subject_export_page (write)
-- The same to be read by people, and the words for its codes.
SELECT '200' AS status, bg_times(d.doc)::text AS body, NULL AS etag,
       subject_labels()::text AS labels
FROM (SELECT subject_export($1::uuid, coalesce($2 = 'self', false)) AS doc) d
WHERE d.doc IS NOT NULL;

-- statement: subject_search (write)
-- $1 wanted tokens [{"purpose","token"}], all of which must match.
SELECT '200' AS status,
       json_build_object('items', subject_search($1::json))::text AS body;

-- statement: subject_erase (write)
-- $2 the reason. The answer is the erasure's own, also to a repeat.
SELECT subject_erase($1::uuid, $2) AS outcome;

-- statement: subject_erased (write)
WITH unused AS (SELECT $2::text)
SELECT CASE WHEN e.person_id IS NULL THEN 'consent-active' ELSE '200' END AS status,
       erasure_document(e)::text AS body
FROM (VALUES ($1::uuid)) k(id) LEFT JOIN erasure e ON e.person_id = k.id
WHERE e.person_id IS NOT NULL OR subject_known(k.id);

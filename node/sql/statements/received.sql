-- What others have shared with this organisation. $1 summary throughout.

-- statement: received_list (read)
-- $1 after, $2 limit.
WITH hit AS (
	SELECT * FROM received r
	WHERE $1::uuid IS NULL OR r.summary_id > $1::uuid
	ORDER BY r.summary_id LIMIT $2::int + 1),
page AS (SELECT summary_id FROM hit ORDER BY summary_id LIMIT $2::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $2::int
            THEN (SELECT summary_id::text FROM page
                  ORDER BY summary_id DESC LIMIT 1) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(received_document(r, m)
                      ORDER BY r.summary_id), '[]')
               FROM page JOIN received r USING (summary_id)
                    LEFT JOIN mirror m ON m.kind = 'summary'
                          AND m.id = r.summary_id), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: received_open (write, act)
-- The first opening is told to the sender: the role, never the name.
WITH m AS (
	SELECT m.id FROM mirror m
	WHERE m.kind = 'summary' AND m.id = $1::uuid AND m.doc IS NOT NULL),
first AS (
	UPDATE received r SET opened_at = statement_timestamp(),
	       opened_role = my_role()
	FROM m WHERE r.summary_id = m.id AND r.opened_at IS NULL
	RETURNING r.summary_id, r.opened_at, r.opened_role),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'received.read', 'summary', id FROM m)
INSERT INTO outbox (operation, method, path, params, body, subject)
SELECT 'recordOpening', 'PUT', '/v1/summaries/' || summary_id || '/opening',
       jsonb_build_object('id', summary_id),
       jsonb_build_object('at', rfc3339(opened_at), 'role', opened_role),
       summary_id
FROM first;

-- statement: received_get (write)
SELECT CASE received_state(r, m)
            WHEN 'lease' THEN lease_problem()
            WHEN 'purged' THEN 'consent-withdrawn' ELSE '200' END AS status,
       CASE WHEN m.doc IS NOT NULL THEN
            (received_document(r, m)
             || jsonb_build_object('summary', m.doc))::text END AS body,
       CASE WHEN m.doc IS NOT NULL THEN r.version::text END AS etag
FROM received r LEFT JOIN mirror m ON m.kind = 'summary' AND m.id = r.summary_id
WHERE r.summary_id = $1::uuid;

-- statement: received_assign (write)
-- $2 user, $3 version asked for.
WITH put AS (
	UPDATE received r SET assigned_to = u.id, assigned_by = my_user(),
	       assigned_at = statement_timestamp(), version = r.version + 1
	FROM app_user u
	WHERE r.summary_id = $1::uuid AND u.id = $2::uuid AND u.state = 'active'
	  AND u.role IN ('practitioner', 'supervisor')
	  AND ($3::text IS NULL OR r.version::text = $3)
	RETURNING r.summary_id)
INSERT INTO audit (event, kind, ref)
SELECT 'received.assign', 'summary', summary_id FROM put;

-- statement: received_link (write)
-- $2 case, which the caller must be able to see, $3 version asked for.
WITH put AS (
	UPDATE received r SET case_id = k.id, linked_at = statement_timestamp(),
	       version = r.version + 1
	FROM case_file k
	WHERE r.summary_id = $1::uuid AND k.id = $2::uuid
	  AND ($3::text IS NULL OR r.version::text = $3)
	RETURNING r.summary_id)
INSERT INTO audit (event, kind, ref)
SELECT 'received.link', 'summary', summary_id FROM put;

-- statement: received_put_reply (write)
WITH unused AS (SELECT $2::text)
SELECT CASE WHEN touched(r.xmin) THEN '200'
            WHEN $3::text IS NOT NULL AND r.version::text <> $3
            THEN 'precondition-failed' ELSE 'invalid' END AS status,
       received_document(r, m)::text AS body, r.version::text AS etag
FROM received r LEFT JOIN mirror m ON m.kind = 'summary' AND m.id = r.summary_id
WHERE r.summary_id = $1::uuid;

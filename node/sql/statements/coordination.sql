-- Coordinations: asked for here, read from the mirror. $1 id in most.

-- statement: coordination_list (read)
-- $1 after, $2 limit, $3 state, $4 overdue.
WITH known AS (
	SELECT m.id FROM mirror m WHERE m.kind = 'coordination' AND m.doc IS NOT NULL
	UNION
	SELECT r.id FROM coordination_request r),
shown AS (
	SELECT k.id, coordination_document(r, m) AS doc
	FROM known k LEFT JOIN coordination_request r ON r.id = k.id
	     LEFT JOIN mirror m ON m.kind = 'coordination' AND m.id = k.id
	WHERE $1::uuid IS NULL OR k.id > $1::uuid),
hit AS (
	SELECT * FROM shown
	WHERE ($3::text IS NULL OR doc->>'state' = $3)
	  AND ($4::text IS DISTINCT FROM 'true' OR (doc->>'overdue')::boolean)
	ORDER BY id LIMIT $2::int + 1),
page AS (SELECT * FROM hit ORDER BY id LIMIT $2::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $2::int
            THEN (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) END AS next)
SELECT '200' AS status, page_json((SELECT coalesce(json_agg(doc ORDER BY id), '[]')
               FROM page), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: coordination_get (write)
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'coordination.read', 'coordination', k.id, r.consent_id
	FROM (SELECT $1::uuid AS id) k
	     LEFT JOIN coordination_request r ON r.id = k.id
	     LEFT JOIN mirror m ON m.kind = 'coordination' AND m.id = k.id
	WHERE r.id IS NOT NULL OR m.id IS NOT NULL),
answer AS (
	SELECT CASE WHEN r.id IS NOT NULL OR m.id IS NOT NULL THEN '200'
	            WHEN h.why = 'lease' THEN lease_problem()
	            WHEN h.why = 'purged' THEN 'consent-withdrawn' END AS status,
	       CASE WHEN r.id IS NOT NULL OR m.id IS NOT NULL THEN
	            coordination_document(r, m)
	            || CASE WHEN m.id IS NOT NULL
	                    THEN jsonb_build_object('coordination', m.doc)
	                    ELSE '{}' END END AS doc
	FROM (SELECT coordination_hidden($1::uuid) AS why) h
	     LEFT JOIN coordination_request r ON r.id = $1::uuid
	     LEFT JOIN mirror m ON m.kind = 'coordination' AND m.id = $1::uuid)
SELECT status, doc::text AS body FROM answer WHERE status IS NOT NULL;

-- statement: coordination_case_lock (write)
-- $2 summary: of two requests for one case the second finds the first. A case
-- is locked before its consents.
WITH unused AS (SELECT $1::uuid)
SELECT k.id FROM case_file k
WHERE k.id = (SELECT c.case_id FROM consent c JOIN summary s ON s.consent_id = c.id
              WHERE s.id = $2::uuid)
FOR NO KEY UPDATE;

-- statement: coordination_consent_lock (write)
-- $2 summary: a withdrawal waits here for the request, or it for the
-- withdrawal.
WITH unused AS (SELECT $1::uuid)
SELECT c.id FROM consent c JOIN summary s ON s.consent_id = c.id
WHERE s.id = $2::uuid FOR NO KEY UPDATE OF c;

-- statement: coordination_request_put (write, act)
-- $2 summary, $3 regional team, $4 body.
WITH s AS (
	SELECT s.id, s.consent_id FROM summary s JOIN consent c ON c.id = s.consent_id
	WHERE s.id = $2::uuid AND s.doc IS NOT NULL AND consent_holds(c)
	  AND c.purpose <> 'consultation'
	  AND EXISTS (SELECT FROM hub_link WHERE state = 'joined')
	  AND NOT coordination_under_way(c.case_id)
	  AND EXISTS (SELECT FROM consent_recipient r
	              WHERE r.consent_id = c.id AND r.organisation_id = $3::uuid)),
put AS (
	INSERT INTO coordination_request (id, consent_id, summary_id, region,
	       urgency, help_wanted)
	SELECT $1::uuid, s.consent_id, s.id, $3::uuid, $4::jsonb->>'urgency',
	       $4::jsonb->>'help_wanted' FROM s
	ON CONFLICT (id) DO NOTHING
	RETURNING id, consent_id, summary_id),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'coordination.request', 'coordination', id, consent_id FROM put)
INSERT INTO outbox (operation, method, path, params, body, subject, consent_id,
                    depends_on)
SELECT 'requestCoordination', 'PUT', '/v1/coordinations/' || put.id,
       jsonb_build_object('id', put.id), $4::jsonb, put.consent_id,
       put.consent_id,
       (SELECT max(o.id) FROM outbox o
        WHERE o.consent_id = put.consent_id AND o.operation = 'putSummary'
          AND o.params->>'id' = put.summary_id::text
          AND o.state <> 'cancelled')
FROM put;

-- statement: coordination_request_reply (write)
-- The status "invalid": the pointer in the body, the code in the etag.
WITH r AS (
	SELECT r.*, touched(r.xmin) AS done, (r.summary_id, r.region, r.urgency,
	       r.help_wanted) = ($2::uuid, $3::uuid, $4::jsonb->>'urgency',
	       $4::jsonb->>'help_wanted') AS same
	FROM coordination_request r WHERE r.id = $1::uuid),
answer AS (
	SELECT CASE WHEN r.done THEN '201' WHEN r.same THEN '200'
	            WHEN r.id IS NOT NULL THEN 'already-exists'
	            WHEN l.state <> 'joined' THEN 'not-joined'
	            WHEN NOT consent_holds(c) OR s.doc IS NULL THEN 'consent-not-active'
	            WHEN c.purpose = 'consultation' THEN 'purpose-mismatch'
	            WHEN NOT EXISTS (SELECT FROM consent_recipient x
	                 WHERE x.consent_id = c.id AND x.organisation_id = $3::uuid)
	            THEN 'invalid' ELSE 'already-exists' END AS status
	FROM summary s JOIN consent c ON c.id = s.consent_id CROSS JOIN hub_link l
	     LEFT JOIN r ON true
	WHERE s.id = $2::uuid)
SELECT status, CASE WHEN status = 'invalid' THEN '/region'
       WHEN status LIKE '2%' THEN (
            SELECT coordination_document(x, NULL::mirror)::text
            FROM coordination_request x WHERE x.id = $1::uuid) END AS body,
       CASE WHEN status = 'invalid' THEN 'not-consented' END AS etag
FROM answer;

-- statement: coordination_manager (write, act)
-- $2 organisation: one of the team, or ourselves.
WITH m AS (
	SELECT m.id, s.consent_id FROM mirror m JOIN summary s ON s.id = m.parent
	CROSS JOIN hub_link l
	WHERE m.kind = 'coordination' AND m.id = $1::uuid
	  AND m.state NOT IN ('suspended', 'closed', 'advised', 'redirected')
	  AND ($2::uuid = l.organisation_id OR EXISTS (
	       SELECT FROM jsonb_to_recordset(m.doc->'members')
	              AS x(organisation_id uuid, state text)
	       WHERE x.organisation_id = $2::uuid AND x.state = 'accepted'))),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'coordination.manager', 'coordination', id, consent_id FROM m),
put AS (
	INSERT INTO outbox (operation, method, path, params, body, subject, consent_id)
	SELECT 'nameCaseManager', 'PUT', '/v1/coordinations/' || id || '/case-manager',
	       jsonb_build_object('id', id), jsonb_build_object('organisation_id', $2::uuid),
	       id, consent_id FROM m)
SELECT set_config('zaedno.step', coalesce((SELECT id::text FROM m), ''), true);

-- statement: coordination_manager_reply (write)
SELECT CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN '202'
            WHEN m.state IN ('suspended', 'closed', 'advised', 'redirected')
            THEN 'step-not-possible' ELSE 'invalid' END AS status,
       CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN coordination_document(NULL::coordination_request, m)::text
            WHEN m.state NOT IN ('suspended', 'closed', 'advised', 'redirected')
            THEN '/organisation_id' END AS body,
       CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NULL
            THEN 'not-found' END AS etag
FROM mirror m JOIN summary s ON s.id = m.parent
WHERE m.kind = 'coordination' AND m.id = $1::uuid;

-- statement: coordination_consent_put (write, act)
-- $2 summary, shared under another consent of the same case.
WITH m AS (
	SELECT m.id, s.id AS summary_id, s.consent_id
	FROM mirror m JOIN summary old ON old.id = m.parent
	     JOIN consent was ON was.id = old.consent_id
	     JOIN summary s ON s.id = $2::uuid AND s.doc IS NOT NULL
	     JOIN consent c ON c.id = s.consent_id AND c.case_id = was.case_id
	          AND consent_holds(c) AND c.purpose <> 'consultation'
	WHERE m.kind = 'coordination' AND m.id = $1::uuid
	  AND EXISTS (SELECT FROM consent_recipient r WHERE r.consent_id = c.id
	              AND r.organisation_id = (m.doc->>'region')::uuid)),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'coordination.consent', 'coordination', id, consent_id FROM m),
put AS (
	INSERT INTO outbox (operation, method, path, params, body, subject, consent_id,
	                    depends_on)
	SELECT 'setCoordinationConsent', 'PUT', '/v1/coordinations/' || id || '/consent',
	       jsonb_build_object('id', id), jsonb_build_object('summary_id', summary_id),
	       consent_id, consent_id,
	       (SELECT max(o.id) FROM outbox o
	        WHERE o.consent_id = m.consent_id AND o.operation = 'putSummary'
	          AND o.params->>'id' = m.summary_id::text AND o.state <> 'cancelled')
	FROM m)
SELECT set_config('zaedno.step', coalesce((SELECT id::text FROM m), ''), true);

-- statement: coordination_consent_reply (write)
WITH unused AS (SELECT $2::uuid)
SELECT CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN '202' ELSE 'invalid' END AS status,
       CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN coordination_document(NULL::coordination_request, m)::text
            ELSE '/summary_id' END AS body,
       CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NULL
            THEN 'not-consented' END AS etag
FROM mirror m JOIN summary s ON s.id = m.parent
WHERE m.kind = 'coordination' AND m.id = $1::uuid;

-- statement: coordination_answer (write, act)
-- $2 answer, $3 the words of the reason's code, or NULL: as the team's
-- document stands here; what has changed meanwhile the hub says.
WITH m AS (
	SELECT m.id FROM mirror m CROSS JOIN hub_link l
	WHERE m.kind = 'coordination' AND m.id = $1::uuid AND EXISTS (
	      SELECT FROM jsonb_to_recordset(m.doc->'members')
	             AS x(organisation_id uuid, state text)
	      WHERE x.organisation_id = l.organisation_id
	        AND (x.state = 'invited' AND $2 IN ('accepted', 'declined')
	             OR x.state = 'accepted' AND $2 = 'left'))),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'coordination.answer', 'coordination', id FROM m),
put AS (
	INSERT INTO outbox (operation, method, path, params, body, subject)
	SELECT 'answerInvitation', 'PUT', '/v1/coordinations/' || id || '/membership',
	       jsonb_build_object('id', id), jsonb_strip_nulls(jsonb_build_object(
	       'answer', $2::text, 'reason', $3::text)), id FROM m)
SELECT set_config('zaedno.step', coalesce((SELECT id::text FROM m), ''), true);

-- statement: coordination_answer_reply (write)
SELECT CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN '202' ELSE 'step-not-possible' END AS status,
       CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN coordination_document(NULL::coordination_request, m)::text END AS body
FROM mirror m WHERE m.kind = 'coordination' AND m.id = $1::uuid;

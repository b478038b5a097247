-- Own summaries.

-- statement: summary_preview (read)
-- $1 consent, $2 document. The body is the preview; "sealed" is the person and
-- "signers" what is sealed of everybody who signed for the case: their names
-- must not stand in free text; "categories" are those that any recipient may
-- see.
SELECT CASE WHEN l.state <> 'joined' THEN 'not-joined'
            WHEN NOT consent_holds(c) THEN 'consent-not-active'
            ELSE '200' END AS status,
       CASE WHEN l.state = 'joined' AND consent_holds(c) THEN
       json_build_object('items', (
               SELECT json_agg(jsonb_strip_nulls(jsonb_build_object(
                      'organisation_id', r.organisation_id,
                      'organisation', o.doc->>'name',
                      'sees', jsonb_build_object(
                              'case_pseudonym', c.case_pseudonym,
                              'holder', l.organisation_id,
                              'consent_id', c.id, 'consent_version', c.version,
                              'until', rfc3339(c.until), 'purpose', c.purpose)
                              || project($2::jsonb, r.categories)))
                      ORDER BY r.organisation_id)
               FROM consent_recipient r
                    LEFT JOIN mirror o ON o.kind = 'organisation'
                          AND o.id = r.organisation_id
               WHERE r.consent_id = c.id))::text END AS body,
       NULL AS etag,
       p.id AS person_id, p.sealed,
       (SELECT json_agg(json_build_object(
               'id', v.consent_id || '/' || v.version, 'sealed', v.sealed))
        FROM consent o JOIN consent_version v ON v.consent_id = o.id
        WHERE o.case_id = c.case_id)::text AS signers,
       (SELECT json_agg(DISTINCT x.code) FROM consent_recipient r,
               unnest(r.categories) AS x(code)
        WHERE r.consent_id = c.id)::text AS categories,
       c.rule, today() AS today,
       EXISTS (SELECT FROM consent_signer s
               WHERE s.consent_id = c.id AND s.capacity = 'young_person'
                 AND s.version = (SELECT max(v.version) FROM consent_version v
                                  WHERE v.consent_id = c.id)) AS young
FROM consent c JOIN case_file k ON k.id = c.case_id
     JOIN person p ON p.id = k.person_id CROSS JOIN hub_link l
WHERE c.id = $1::uuid;

-- statement: summary_lock (write)
-- $1 consent, $2 document, $3 summary, $4 version asked for. A withdrawal
-- waits here for the share, or the share for the withdrawal.
SELECT id FROM consent WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: summary_put (write, act)
-- The consent as it is now, under its lock: it may have been narrowed since
-- the document was checked.
WITH c AS (
	SELECT * FROM consent
	WHERE id = $1::uuid AND consent_holds(consent) AND covers(id, $2::jsonb)),
put AS (
	INSERT INTO summary AS s (id, consent_id, doc)
	SELECT $3::uuid, c.id, $2::jsonb FROM c
	WHERE $4::text IS NULL OR EXISTS (SELECT FROM summary WHERE id = $3::uuid)
	ON CONFLICT (id) DO UPDATE
	SET doc = EXCLUDED.doc, version = s.version + 1, shared_by = my_user(),
	    shared_at = statement_timestamp()
	WHERE s.consent_id = EXCLUDED.consent_id AND s.version::text = $4
	RETURNING s.id, s.consent_id, s.version,
	          (SELECT coalesce(c.chain, c.id) FROM c) AS chain),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'summary.share', 'summary', id, consent_id FROM put)
INSERT INTO outbox (operation, method, path, params, body, subject, consent_id,
                    depends_on)
SELECT 'putSummary', 'PUT', '/v1/summaries/' || put.id,
       jsonb_build_object('id', put.id, 'version', put.version),
       jsonb_build_object('consent_id', put.consent_id, 'version', put.version,
                          'doc', $2::jsonb),
       put.chain, put.consent_id,
       (SELECT max(o.id) FROM outbox o
        WHERE o.consent_id = put.consent_id AND o.operation = 'putConsent'
          AND o.state <> 'cancelled')
FROM put;

-- statement: summary_overrule_put (write)
-- $5 what a supervisor let pass, sealed, or NULL.
WITH unused AS (SELECT $1::text, $2::text, $4::text),
s AS (
	SELECT * FROM summary
	WHERE id = $3::uuid AND touched(xmin) AND $5::text IS NOT NULL),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'summary.overrule', 'summary', id, consent_id FROM s)
INSERT INTO summary_overrule (summary_id, version, sealed)
SELECT id, version, $5 FROM s;

-- statement: summary_put_reply (write)
WITH s AS (
	SELECT s.*, touched(s.xmin) AS done,
	       s.doc = $2::jsonb AND $4::text IS NULL AS same
	FROM summary s WHERE s.id = $3::uuid AND s.consent_id = $1::uuid)
SELECT CASE WHEN s.done AND s.version = 1 THEN '201'
            WHEN s.done OR s.same THEN '200'
            WHEN NOT consent_holds(c) OR NOT covers(c.id, $2::jsonb)
            THEN 'consent-not-active'
            WHEN s.id IS NULL AND $4::text IS NULL THEN 'not-found'
            WHEN $4::text IS NULL THEN 'already-exists'
            ELSE 'precondition-failed' END AS status,
       CASE WHEN s.done OR s.same OR $4::text IS NOT NULL THEN
            (SELECT summary_document(x)::text FROM summary x
             WHERE x.id = s.id) END AS body,
       s.version::text AS etag
FROM consent c LEFT JOIN s ON true WHERE c.id = $1::uuid;

-- statement: summary_get (read)
-- None where its person was erased.
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'summary.read', 'summary', id, consent_id FROM summary
	WHERE id = $1::uuid AND doc IS NOT NULL)
SELECT '200' AS status, summary_document(s)::text AS body, s.version::text AS etag
FROM summary s WHERE s.id = $1::uuid AND s.doc IS NOT NULL;

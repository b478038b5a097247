-- Consents. $1 consent, $2 case throughout.

-- statement: consent_prepare (read)
-- What has to be known before the receipt is signed, and all that can refuse
-- it: $3 version asked for, $4 hash of the content, $5 rule, $6 signers,
-- $7 a decision is cited, $8 from, $9 until, $10 recipients, $11 the consent
-- that it takes the place of, whose chain it goes on with and whose signatures
-- are older than each of its own. A refusal of a field has its pointer in "body" and its code in "etag". "sealed" is the
-- person, whose age decides which rule may be used.
WITH c AS (SELECT * FROM consent WHERE id = $1::uuid),
old AS (SELECT * FROM consent WHERE id = $11::uuid AND case_id = $2::uuid),
place AS (
	SELECT CASE WHEN $11::uuid IS NULL AND c.supersedes IS NULL THEN NULL
	            WHEN c.id IS NOT NULL AND c.supersedes IS DISTINCT FROM $11::uuid
	                 OR $11::uuid = $1::uuid THEN 'conflict'
	            WHEN old.id IS NULL THEN 'not-found' END AS fault,
	       c.id IS NULL AND old.id IS NOT NULL AND NOT consent_holds(old) AS ended,
	       c.id IS NULL AND EXISTS (
	               SELECT FROM consent_signer s, json_array_elements($6::json) AS given(v)
	               WHERE s.consent_id = old.id
	                 AND s.version = (SELECT max(v.version) FROM consent_version v
	                                  WHERE v.consent_id = old.id)
	                 AND (given.v->>'at')::timestamptz <= s.at) AS unsigned
	FROM (VALUES (1)) one(x) LEFT JOIN c ON true LEFT JOIN old ON true),
-- Somebody else signed for this child because a representative is suspected:
-- no other rule without a decision that says otherwise.
suspected AS (
	SELECT $5 NOT IN ('other_representative', 'self') AND EXISTS (
	       SELECT FROM consent x
	       WHERE x.case_id = $2::uuid AND x.rule = 'other_representative'
	         AND consent_holds(x)) AS yes),
given AS (
	SELECT r.n, (r.v->>'organisation_id')::uuid AS org
	FROM json_array_elements($10::json) WITH ORDINALITY AS r(v, n)),
unfit AS (
	SELECT * FROM (
		SELECT g.n, CASE WHEN NOT EXISTS (
		              SELECT FROM mirror m
		              WHERE m.kind = 'organisation' AND m.id = g.org
		                AND m.doc IS NOT NULL AND m.id IS DISTINCT FROM
		                    (SELECT organisation_id FROM hub_link)) THEN 'not-found'
		            WHEN EXISTS (SELECT FROM given e
		                         WHERE e.org = g.org AND e.n < g.n) THEN 'duplicate'
		            END AS fault
		FROM given g) f
	WHERE f.fault IS NOT NULL ORDER BY f.n LIMIT 1),
term AS (
	SELECT CASE WHEN $9::timestamptz <= statement_timestamp() THEN 'in-past'
	            WHEN $9::timestamptz > f.at + interval '1 year' THEN 'too-late'
	            WHEN $9::timestamptz <= f.at THEN 'too-early' END AS fault
	FROM (SELECT coalesce($8::timestamptz, statement_timestamp()) AS at) f)
SELECT CASE WHEN l.state <> 'joined' THEN 'not-joined'
            WHEN c.case_id <> k.id THEN 'case-mismatch'
            WHEN c.id IS NULL AND $3::text IS NOT NULL THEN 'precondition-failed'
            WHEN $3::text IS NULL AND c.content = decode($4, 'hex') THEN 'same'
            WHEN $3::text IS NULL AND c.id IS NOT NULL THEN 'already-exists'
            WHEN c.version::text <> $3 THEN 'precondition-failed'
            WHEN c.state <> 'active' THEN 'consent-not-active'
            WHEN place.ended THEN 'consent-not-active'
            WHEN term.fault IS NOT NULL OR unfit.n IS NOT NULL
                 OR place.fault IS NOT NULL OR place.unsigned THEN 'invalid'
            WHEN NOT signers_suffice($5, $6::jsonb, $7::boolean)
            THEN CASE $5 WHEN 'other_representative' THEN 'no-representative'
                         ELSE 'consent-signers-missing' END
            WHEN suspected.yes AND NOT $7::boolean THEN 'representative-suspected'
            ELSE 'ok' END AS status,
       CASE WHEN term.fault IS NOT NULL THEN '/until'
            WHEN unfit.n IS NOT NULL
            THEN '/recipients/' || unfit.n - 1 || '/organisation_id'
            WHEN place.fault IS NOT NULL THEN '/supersedes'
            WHEN place.unsigned THEN '/signers' END AS body,
       coalesce(term.fault, unfit.fault, place.fault,
                CASE WHEN place.unsigned THEN 'too-early' END) AS etag,
       l.organisation_id,
       coalesce(c.case_pseudonym, old.case_pseudonym, gen_random_uuid()) AS pseudonym,
       coalesce(c.version, 0) + 1 AS version,
       rfc3339(coalesce($8::timestamptz, statement_timestamp())) AS valid_from,
       p.id AS person_id, p.sealed, today() AS today,
       (($9::timestamptz - interval '1 microsecond')
        AT TIME ZONE 'Europe/Sofia')::date AS until_day
FROM case_file k JOIN person p ON p.id = k.person_id
     CROSS JOIN hub_link l CROSS JOIN suspected CROSS JOIN term CROSS JOIN place
     LEFT JOIN c ON true LEFT JOIN old ON true LEFT JOIN unfit ON true
WHERE k.id = $2::uuid;

-- statement: consent_lock (write)
-- $3 throughout: the consent that this one takes the place of.
WITH unused AS (SELECT $2::text)
SELECT id FROM consent WHERE id IN ($1::uuid, $3::uuid)
ORDER BY id FOR NO KEY UPDATE;

-- statement: consent_put (write)
-- $4 version, $5 hash of the content, $6 signed receipt, $7 sealed,
-- $8 recipients, $9 signers, $10 purpose, $11 rule, $12 the child's opinion,
-- $13 a decision is cited, $14 text version, $15 text SHA-256, $16 language,
-- $17 from, $18 until, $19 pseudonym.
WITH unused AS (SELECT $6::text, $7::text, $8::text, $9::text),
old AS (
	SELECT o.id, coalesce(o.chain, o.id) AS chain FROM consent o
	WHERE o.id = $3::uuid AND o.case_id = $2::uuid
	  AND (o.state = 'active' OR o.superseded_by = $1::uuid)),
put AS (
	INSERT INTO consent AS c (id, case_id, case_pseudonym, purpose, rule,
	            child_opinion, decision_ref, text_version, text_sha256, language,
	            valid_from, until, version, content, supersedes, chain)
	SELECT $1::uuid, k.id, $19::uuid, $10, $11, $12, $13::boolean, $14,
	       decode($15, 'hex'), $16, $17::timestamptz, $18::timestamptz,
	       $4::bigint, decode($5, 'hex'), old.id, old.chain
	FROM case_file k LEFT JOIN old ON true
	WHERE k.id = $2::uuid AND ($3::uuid IS NULL OR old.id IS NOT NULL)
	ON CONFLICT (id) DO UPDATE
	SET purpose = EXCLUDED.purpose, rule = EXCLUDED.rule,
	    child_opinion = EXCLUDED.child_opinion,
	    decision_ref = EXCLUDED.decision_ref,
	    text_version = EXCLUDED.text_version, text_sha256 = EXCLUDED.text_sha256,
	    language = EXCLUDED.language, valid_from = EXCLUDED.valid_from,
	    until = EXCLUDED.until, version = EXCLUDED.version,
	    content = EXCLUDED.content
	WHERE c.case_id = EXCLUDED.case_id AND c.version = EXCLUDED.version - 1
	  AND c.case_pseudonym = EXCLUDED.case_pseudonym AND c.state = 'active'
	  AND c.supersedes IS NOT DISTINCT FROM EXCLUDED.supersedes
	RETURNING c.id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'consent.record', 'consent', id, id FROM put;

-- statement: consent_version_put (write)
WITH unused AS (SELECT $2::text, $3::text, $4::text, $5::text)
INSERT INTO consent_version (consent_id, version, receipt, sealed)
SELECT c.id, c.version, $6, $7 FROM consent c
WHERE c.id = $1::uuid AND touched(c.xmin);

-- statement: consent_recipients_put (write)
WITH unused AS (SELECT $2::text, $3::text, $4::text, $5::text, $6::text,
                $7::text),
given AS (
	SELECT c.id, (r->>'organisation_id')::uuid AS org,
	       ARRAY(SELECT json_array_elements_text(r->'categories')) AS categories
	FROM consent c, json_array_elements($8::json) r
	WHERE c.id = $1::uuid AND touched(c.xmin)),
gone AS (
	DELETE FROM consent_recipient x USING consent c
	WHERE c.id = $1::uuid AND touched(c.xmin) AND x.consent_id = c.id
	  AND x.organisation_id NOT IN (SELECT org FROM given))
INSERT INTO consent_recipient (consent_id, organisation_id, categories)
SELECT id, org, categories FROM given
ON CONFLICT (consent_id, organisation_id) DO UPDATE
SET categories = EXCLUDED.categories;

-- statement: consent_signers_put (write, act)
-- The signers of this version, and the request that tells the hub of it.
WITH unused AS (SELECT $2::text, $3::text, $4::text, $5::text, $7::text,
                $8::text),
c AS (SELECT * FROM consent WHERE id = $1::uuid AND touched(xmin)),
sign AS (
	INSERT INTO consent_signer (consent_id, version, n, capacity, method, at,
	                            salt, evidence_commit)
	SELECT c.id, c.version, s.n, s.v->>'capacity', s.v->>'method',
	       (s.v->>'at')::timestamptz, decode(s.v->>'salt', 'hex'),
	       decode(s.v->>'evidence_commit', 'hex')
	FROM c, json_array_elements($9::json) WITH ORDINALITY AS s(v, n))
INSERT INTO outbox (operation, method, path, params, body, subject, consent_id)
SELECT 'putConsent', 'PUT', '/v1/consents/' || c.id,
       jsonb_build_object('id', c.id, 'version', c.version),
       jsonb_build_object('receipt', $6::text), coalesce(c.chain, c.id), c.id
FROM c;

-- statement: consent_supersede (write)
-- What was shared under the old consent for the same purpose goes on under the
-- new, with no more than it gives to somebody; of another purpose it has ended.
WITH unused AS (SELECT $4::text, $5::text, $6::text, $7::text),
old AS (
	UPDATE consent o
	SET state = 'superseded', version = o.version + 1, superseded_by = c.id,
	    superseded_at = statement_timestamp()
	FROM consent c
	WHERE c.id = $1::uuid AND c.case_id = $2::uuid AND touched(c.xmin)
	  AND o.id = $3::uuid AND o.state = 'active'
	RETURNING o.id, o.purpose = c.purpose AS same),
moved AS (
	UPDATE summary s SET consent_id = $1::uuid,
	       doc = project(s.doc, ARRAY(
	               SELECT json_array_elements_text(r->'categories')
	               FROM json_array_elements($8::json) r))
	FROM old WHERE s.consent_id = old.id AND old.same AND s.doc IS NOT NULL)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'consent.supersede', 'consent', id, id FROM old;

-- statement: consent_put_reply (write)
SELECT CASE WHEN NOT touched(c.xmin) THEN 'precondition-failed'
            WHEN c.version = 1 THEN '201' ELSE '200' END AS status,
       consent_document(c)::text AS body, c.version::text AS etag
FROM consent c WHERE c.id = $1::uuid AND c.case_id = $2::uuid;

-- statement: consent_get (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'consent.read', 'consent', id, id FROM consent WHERE id = $1::uuid)
SELECT '200' AS status, consent_document(c)::text AS body, c.version::text AS etag,
       p.id AS person_id, p.sealed, today() AS today
FROM consent c JOIN case_file k ON k.id = c.case_id
     LEFT JOIN person p ON p.id = k.person_id
WHERE c.id = $1::uuid;

-- statement: consent_list (read)
-- $1 case.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'case.read', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(consent_document(c) ORDER BY c.created_at, c.id), '[]')
               FROM consent c WHERE c.case_id = k.id))::text AS body,
       NULL AS etag, p.id AS person_id, p.sealed, today() AS today
FROM case_file k LEFT JOIN person p ON p.id = k.person_id
WHERE k.id = $1::uuid;

-- statement: consent_withdraw (write)
-- $2 capacity of who withdraws. The change of state is the lock. Who ends a
-- consent that another has taken the place of ends that one.
WITH put AS (
	UPDATE consent SET state = 'withdrawn', version = version + 1,
	       withdrawn_at = statement_timestamp(), withdrawn_by = $2,
	       withdrawn_door = 'node'
	WHERE id = consent_current($1::uuid)
	  AND state NOT IN ('withdrawn', 'superseded')
	RETURNING id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'consent.withdraw', 'consent', id, id FROM put;

-- statement: consent_withdraw_queue (write, act)
-- What waits under the consent, and under those whose place it took, is never
-- sent; the withdrawal goes first, and for each of those too: the hub may not
-- know yet that it was replaced.
WITH c AS (
	SELECT * FROM consent
	WHERE id = consent_current($1::uuid) AND touched(xmin)),
chain AS (
	SELECT o.id FROM c JOIN consent o
	ON o.id = c.id OR coalesce(o.chain, o.id) = coalesce(c.chain, c.id)),
gone AS (
	UPDATE outbox o SET state = 'cancelled' FROM chain
	WHERE o.consent_id = chain.id AND o.state IN ('queued', 'parked')
	  AND o.operation <> 'withdrawConsent')
INSERT INTO outbox (operation, method, path, params, body, subject, lane, consent_id)
SELECT 'withdrawConsent', 'PUT', '/v1/consents/' || chain.id || '/withdrawal',
       jsonb_build_object('id', chain.id, 'version', c.version),
       jsonb_build_object('capacity', $2::text), coalesce(c.chain, c.id),
       'withdrawal', chain.id
FROM c, chain ORDER BY chain.id = c.id DESC;

-- statement: consent_withdraw_reply (write)
-- Nothing of it: another took its place while this waited; once more.
SELECT CASE c.state WHEN 'superseded' THEN 'unavailable' ELSE '200' END AS status,
       CASE WHEN c.state <> 'superseded' THEN
       json_build_object('consent_id', c.id, 'version', c.version,
               'withdrawn_at', rfc3339(c.withdrawn_at),
               'cancelled', (SELECT count(*) FROM outbox o JOIN consent x
                             ON x.id = o.consent_id
                             WHERE coalesce(x.chain, x.id) = coalesce(c.chain, c.id)
                               AND o.state = 'cancelled'))::text END AS body,
       c.version::text AS etag
FROM consent c WHERE c.id = consent_current($1::uuid);

-- statement: consent_receipts (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'consent.read', 'consent', id, id FROM consent WHERE id = $1::uuid),
item AS (
	SELECT s.id AS summary_id, d.id AS organisation_id, s.shared_at, s.hub_at,
	       m.doc, o.doc->>'name' AS name
	FROM summary s
	     CROSS JOIN LATERAL (
	       SELECT r.organisation_id AS id FROM consent_recipient r
	       WHERE r.consent_id = s.consent_id
	       UNION
	       SELECT (x.doc->>'recipient')::uuid FROM mirror x
	       WHERE x.kind = 'delivery' AND x.parent = s.id AND x.doc IS NOT NULL) d
	     LEFT JOIN mirror m ON m.kind = 'delivery' AND m.parent = s.id
	           AND (m.doc->>'recipient')::uuid = d.id
	     LEFT JOIN mirror o ON o.kind = 'organisation' AND o.id = d.id
	WHERE s.consent_id = $1::uuid)
SELECT '200' AS status,
       jsonb_strip_nulls(jsonb_build_object(
               'consent_id', c.id, 'version', c.version,
               'state', CASE WHEN c.state = 'active'
                              AND c.until <= statement_timestamp()
                             THEN 'expired' ELSE c.state END,
               'hub_at', rfc3339(c.hub_at),
               'receipt', (SELECT v.receipt FROM consent_version v
                           WHERE v.consent_id = c.id
                           ORDER BY v.version DESC LIMIT 1),
               'withdrawal', CASE WHEN c.state = 'withdrawn' THEN
                       jsonb_build_object(
                               'withdrawn_at', rfc3339(c.withdrawn_at),
                               'capacity', c.withdrawn_by, 'door', c.withdrawn_door,
                               'hub_at', rfc3339(c.hub_withdrawn_at),
                               'receipt', c.withdrawal_receipt) END,
               'items', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                               'summary_id', i.summary_id,
                               'organisation_id', i.organisation_id,
                               'organisation', i.name,
                               'queued_at', rfc3339(i.shared_at),
                               'hub_at', rfc3339(i.hub_at),
                               'delivered_at', i.doc->>'delivered_at',
                               'opened_at', i.doc->>'opened_at',
                               'opened_role', i.doc->>'opened_role',
                               'purged_at', i.doc->>'purged_at')
                               ORDER BY i.summary_id, i.organisation_id), '[]')
                         FROM item i)))::text AS body
FROM consent c WHERE c.id = $1::uuid;

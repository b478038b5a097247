-- What this organisation wants changed in shared work. $1 change throughout.

-- statement: shared_change_prepare (read)
-- $1 kind of document, $2 the path's id, $3 coordination given: a row where
-- the caller may write; what is sealed of the names held for its case.
SELECT '200' AS status, NULL AS body, n.person_id, n.sealed, n.signers
FROM shared_place($1, $2::uuid, $3::uuid) p, shared_names(p.coordination_id) n
WHERE shared_writable($1, p.coordination_id);

-- statement: shared_change_lock (write)
-- $2 the change {operation, params, kind, coordination_id, base_version,
-- sealed, content, send}, $3 version asked for, $4 the item of the outbox. A
-- withdrawal waits here for the change, or it for the withdrawal.
WITH unused AS (SELECT $1::uuid, $3::text, $4::jsonb)
SELECT c.id FROM consent c
WHERE c.id IN (
      SELECT coordination_consent(p.coordination_id)
      FROM jsonb_to_record($2::jsonb) AS x(kind text, params jsonb,
                                           coordination_id uuid),
           shared_place(x.kind, (x.params->>'id')::uuid, x.coordination_id) p)
FOR NO KEY UPDATE;

-- statement: shared_change_put (write, act)
-- What waits or has arrived stays as it is.
WITH unused AS (SELECT $4::jsonb),
x AS (
	SELECT x.*, p.document_id, p.coordination_id AS place
	FROM jsonb_to_record($2::jsonb) AS x(operation text, params jsonb,
	         kind text, coordination_id uuid, base_version bigint, sealed text,
	         content text, send boolean),
	     shared_place(x.kind, (x.params->>'id')::uuid, x.coordination_id) p),
old AS (SELECT * FROM shared_change WHERE id = $1::uuid),
put AS (
	INSERT INTO shared_change AS c (id, operation, params, kind, document_id,
	       coordination_id, base_version, sealed, content)
	SELECT $1::uuid, x.operation, x.params, x.kind, x.document_id, x.place,
	       x.base_version, x.sealed, x.content
	FROM x
	WHERE shared_writable(x.kind, x.place)
	  AND (NOT x.send OR coordination_consent(x.place) IS NULL
	       OR EXISTS (SELECT FROM consent c
	                  WHERE c.id = coordination_consent(x.place)
	                    AND consent_holds(c)))
	  AND CASE WHEN $3::text IS NULL THEN NOT EXISTS (SELECT FROM old)
	      ELSE EXISTS (
	           SELECT FROM old
	           WHERE old.version::text = $3 AND old.operation = x.operation
	             AND old.params = x.params
	             AND old.state IN ('draft', 'stale', 'refused', 'cancelled')) END
	ON CONFLICT (id) DO UPDATE
	SET base_version = EXCLUDED.base_version, sealed = EXCLUDED.sealed,
	    content = EXCLUDED.content, state = 'draft', outbox_id = NULL,
	    problem = NULL, current = NULL, version = c.version + 1,
	    updated_at = statement_timestamp()
	WHERE c.version::text = $3
	RETURNING id, coordination_id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'change.put', 'change', id, coordination_consent(coordination_id) FROM put;

-- statement: shared_change_send (write)
WITH unused AS (SELECT $2::jsonb, $3::text)
SELECT shared_change_queue(c.id, $4::jsonb) FROM shared_change c
WHERE c.id = $1::uuid AND $4::jsonb IS NOT NULL AND touched(c.xmin);

-- statement: shared_change_put_reply (write)
WITH unused AS (SELECT $4::jsonb),
x AS (
	SELECT x.*, p.coordination_id AS place
	FROM jsonb_to_record($2::jsonb) AS x(operation text, params jsonb,
	         kind text, coordination_id uuid, content text, send boolean),
	     shared_place(x.kind, (x.params->>'id')::uuid, x.coordination_id) p),
c AS (
	SELECT c.*, touched(c.xmin) AS done FROM shared_change c
	WHERE c.id = $1::uuid),
answer AS (
	SELECT CASE WHEN c.done AND c.version = 1 THEN '201'
	            WHEN c.done THEN '200'
	            WHEN c.id IS NULL AND $3::text IS NOT NULL
	                 OR NOT shared_writable(x.kind, x.place) THEN 'not-found'
	            WHEN $3::text IS NULL AND c.content = x.content THEN '200'
	            WHEN $3::text IS NULL AND c.id IS NOT NULL
	                 OR (c.operation, c.params) <> (x.operation, x.params)
	            THEN 'already-exists'
	            WHEN c.version::text <> $3 THEN 'precondition-failed'
	            WHEN c.state IN ('queued', 'delivered') THEN 'step-not-possible'
	            WHEN x.send AND coordination_consent(x.place) IS NOT NULL
	            THEN 'consent-not-active' ELSE 'not-found' END AS status,
	       c.id, c.version
	FROM x LEFT JOIN c ON true)
SELECT a.status, CASE WHEN a.status LIKE '2%' OR a.status = 'precondition-failed'
       THEN (SELECT shared_change_document(s)::text FROM shared_change s
             WHERE s.id = a.id) END AS body, a.version::text AS etag
FROM answer a;

-- statement: shared_change_list (read)
-- $1 state, $2 coordination, $3 after, $4 limit. The newest first.
WITH hit AS (
	SELECT * FROM shared_change c
	WHERE ($1::text IS NULL OR c.state = $1)
	  AND ($2::uuid IS NULL OR c.coordination_id = $2::uuid)
	  AND ($3::bigint IS NULL OR c.n < $3::bigint)
	ORDER BY c.n DESC LIMIT $4::int + 1),
page AS (SELECT id, n FROM hit ORDER BY n DESC LIMIT $4::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $4::int
            THEN (SELECT min(n)::text FROM page) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(shared_change_item(c) ORDER BY c.n DESC), '[]')
               FROM page JOIN shared_change c USING (id)), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: shared_change_get (write)
WITH aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'change.read', 'change', id, coordination_consent(coordination_id)
	FROM shared_change WHERE id = $1::uuid)
SELECT '200' AS status, shared_change_document(c)::text AS body,
       c.version::text AS etag
FROM shared_change c WHERE c.id = $1::uuid;

-- statement: shared_change_look (read)
-- What is to be sent again, sealed.
SELECT '200' AS status, jsonb_build_object('id', c.id, 'sealed', c.sealed)::text
       AS body, c.operation, c.params::text AS params
FROM shared_change c WHERE c.id = $1::uuid AND c.sealed IS NOT NULL;

-- statement: shared_change_resend_lock (write)
-- $2 base version, $3 version asked for, $4 the item of the outbox.
WITH unused AS (SELECT $2::bigint, $3::text, $4::jsonb)
SELECT c.id FROM consent c
WHERE c.id IN (SELECT coordination_consent(s.coordination_id)
               FROM shared_change s WHERE s.id = $1::uuid)
FOR NO KEY UPDATE;

-- statement: shared_change_resend (write, act)
WITH unused AS (SELECT $4::jsonb),
put AS (
	UPDATE shared_change c
	SET base_version = CASE WHEN c.base_version IS NOT NULL
	                   THEN coalesce($2::bigint, c.base_version) END,
	    state = 'draft', outbox_id = NULL, problem = NULL, current = NULL,
	    version = c.version + 1,
	    updated_at = statement_timestamp()
	WHERE c.id = $1::uuid AND c.version::text = $3 AND c.sealed IS NOT NULL
	  AND c.state IN ('draft', 'stale', 'refused', 'cancelled')
	  AND shared_writable(c.kind, c.coordination_id)
	  AND (c.author = my_user() OR my_role() = 'supervisor')
	  AND (coordination_consent(c.coordination_id) IS NULL
	       OR EXISTS (SELECT FROM consent k
	                  WHERE k.id = coordination_consent(c.coordination_id)
	                    AND consent_holds(k)))
	RETURNING c.id, c.coordination_id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'change.send', 'change', id, coordination_consent(coordination_id) FROM put;

-- statement: shared_change_resend_send (write)
WITH unused AS (SELECT $2::bigint, $3::text)
SELECT shared_change_queue(c.id, $4::jsonb) FROM shared_change c
WHERE c.id = $1::uuid AND touched(c.xmin);

-- statement: shared_change_resend_reply (write)
WITH unused AS (SELECT $2::bigint, $4::jsonb)
SELECT CASE WHEN touched(c.xmin) THEN '200'
            WHEN c.version::text <> $3 THEN 'precondition-failed'
            WHEN c.sealed IS NULL OR c.state IN ('queued', 'delivered')
            THEN 'step-not-possible'
            WHEN NOT shared_writable(c.kind, c.coordination_id)
                 OR c.author <> my_user() AND my_role() <> 'supervisor'
            THEN 'not-found'
            ELSE 'consent-not-active' END AS status,
       CASE WHEN touched(c.xmin) OR c.version::text <> $3
            THEN shared_change_document(c)::text END AS body,
       c.version::text AS etag
FROM shared_change c WHERE c.id = $1::uuid;

-- statement: shared_change_discard (write, act)
-- What waits is cancelled, what does not is deleted.
WITH c AS (
	SELECT * FROM shared_change c
	WHERE c.id = $1::uuid AND c.state <> 'delivered'
	  AND (c.author = my_user() OR my_role() = 'supervisor')),
gone AS (
	DELETE FROM shared_change s USING c
	WHERE s.id = c.id AND c.state <> 'queued'),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'change.discard', 'change', id, coordination_consent(coordination_id)
	FROM c)
SELECT set_config('zaedno.step', coalesce((
       SELECT c.state || coalesce(shared_change_cancel(c.id)::text, '')
       FROM c), ''), true);

-- statement: shared_change_discarded (write)
SELECT CASE WHEN nullif(current_setting('zaedno.step', true), '') IS NOT NULL
            THEN '204' WHEN c.state = 'delivered' THEN 'step-not-possible'
            ELSE 'not-found' END AS status
FROM (VALUES ($1::uuid)) one(id) LEFT JOIN shared_change c ON c.id = one.id;

-- Reviews, keyworkers and handovers of a coordination.  Each act holds the
-- coordination first, by a lock of its own: whoever else writes to it waits,
-- and what is compared below is of now.

-- statement: review_lock (write)
-- $2 body: the coordination that it names.
WITH unused AS (SELECT $1::uuid)
SELECT k.id FROM coordination k
WHERE k.id = ($2::jsonb ->> 'coordination_id')::uuid FOR NO KEY UPDATE;

-- statement: review_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.  What belongs to a
-- round that is over stays as it was said.
WITH want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid,
        result text, changed_for_child text, voices_answered text,
        next_review date)),
k AS MATERIALIZED (
    SELECT k.* FROM coordination k JOIN want w ON w.coordination_id = k.id),
cur AS MATERIALIZED (
    SELECT v AS old, (v.coordination_id, v.result, v.changed_for_child,
        v.voices_answered, v.next_review) IS NOT DISTINCT FROM
        (w.coordination_id, w.result, w.changed_for_child, w.voices_answered,
        w.next_review) AS same
    FROM review v, want w WHERE v.id = $1::uuid),
verdict AS (
    SELECT x.status, x.early IS NULL AND x.status LIKE '2%' AS fresh
    FROM (SELECT b.early, coalesce(b.early, CASE
            WHEN (cur.old).at < review_round(k.id) THEN 'step-not-possible'
            WHEN w.next_review <= (statement_timestamp()
                AT TIME ZONE 'Europe/Sofia')::date THEN 'in-past'
            WHEN (w.next_review + 1)::timestamp AT TIME ZONE 'Europe/Sofia'
                > deadline_at('next_review', false, statement_timestamp())
                THEN 'too-late'
            WHEN (cur.old).id IS NULL THEN '201' ELSE '200' END) AS status
        FROM want w LEFT JOIN k ON true LEFT JOIN cur ON true, LATERAL (
            SELECT put_verdict(review_refusal(w.coordination_id, false,
                    '{in_action,reviewed,stepped_down}'),
                answered_before($4::uuid, 'putReview',
                    request_hash($1::uuid, $2::jsonb)),
                (cur.old).version, cur.same, (cur.old).coordination_id
                    <> w.coordination_id, $3) AS early) b) x),
ins AS (
    INSERT INTO review AS v (id, coordination_id, result, changed_for_child,
        voices_answered, next_review)
    SELECT $1::uuid, w.coordination_id, w.result, w.changed_for_child,
        w.voices_answered, w.next_review
    FROM want w, verdict WHERE fresh AND status = '201'
    RETURNING v.id, v.version, review_json(v) AS doc),
upd AS (
    UPDATE review v SET result = w.result,
        changed_for_child = w.changed_for_child,
        voices_answered = w.voices_answered, next_review = w.next_review,
        version = v.version + 1
    FROM want w, verdict WHERE v.id = $1::uuid AND fresh AND status = '200'
    AND v.version::text = $3
    RETURNING v.id, v.version, review_json(v.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'review', done.id, done.version, 'put'
    FROM done, k, unnest(k.team || k.holder) o),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'review.put', 'review', done.id, k.consent_id FROM done, k),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putReview', request_hash($1::uuid, $2::jsonb),
        verdict.status, done.version::text
    FROM verdict, done),
answer AS (
    SELECT CASE WHEN v.status LIKE '2%' AND v.fresh AND d.id IS NULL
            THEN 'not-found' ELSE v.status END AS status,
        coalesce(d.doc, review_json(cur.old)) AS doc,
        coalesce(d.version, (cur.old).version) AS version
    FROM verdict v LEFT JOIN cur ON true LEFT JOIN done d ON true)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag,
    (SELECT k.state FROM k) AS state
FROM answer;

-- statement: keyworker_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.  Who has left the
-- team since may still be given a last day.
WITH want AS (
    SELECT b.coordination_id, b.organisation_id, b.role, b.nominated_by,
        b."from" AS from_on, b."to" AS to_on
    FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid,
        organisation_id uuid, role text, nominated_by text, "from" date,
        "to" date)),
k AS MATERIALIZED (
    SELECT k.* FROM coordination k JOIN want w ON w.coordination_id = k.id),
cur AS MATERIALIZED (
    SELECT v AS old, (v.coordination_id, v.organisation_id, v.role,
        v.nominated_by, v.from_on, v.to_on) IS NOT DISTINCT FROM
        (w.coordination_id, w.organisation_id, w.role, w.nominated_by,
        w.from_on, w.to_on) AS same
    FROM keyworker v, want w WHERE v.id = $1::uuid),
verdict AS (
    SELECT x.status, x.early IS NULL AND x.status LIKE '2%' AS fresh
    FROM (SELECT b.early, coalesce(b.early, CASE
            WHEN (cur.old).organisation_id IS DISTINCT FROM w.organisation_id
                AND NOT review_takes_part(k, w.organisation_id)
                THEN 'invalid'
            WHEN w.to_on < w.from_on THEN 'too-early'
            WHEN (cur.old).id IS NULL THEN '201' ELSE '200' END) AS status
        FROM want w LEFT JOIN k ON true LEFT JOIN cur ON true, LATERAL (
            SELECT put_verdict(review_refusal(w.coordination_id, true,
                    '{team_forming,understanding,met,planned,in_action,
                    reviewed,stepped_down,escalated,handed_over}'),
                answered_before($4::uuid, 'putKeyworker',
                    request_hash($1::uuid, $2::jsonb)),
                (cur.old).version, cur.same, (cur.old).coordination_id
                    <> w.coordination_id, $3) AS early) b) x),
ins AS (
    INSERT INTO keyworker AS v (id, coordination_id, organisation_id, role,
        nominated_by, from_on, to_on)
    SELECT $1::uuid, w.coordination_id, w.organisation_id, w.role,
        w.nominated_by, w.from_on, w.to_on
    FROM want w, verdict WHERE fresh AND status = '201'
    RETURNING v.id, v.version, keyworker_json(v) AS doc),
upd AS (
    UPDATE keyworker v SET organisation_id = w.organisation_id,
        role = w.role, nominated_by = w.nominated_by, from_on = w.from_on,
        to_on = w.to_on, version = v.version + 1
    FROM want w, verdict WHERE v.id = $1::uuid AND fresh AND status = '200'
    AND v.version::text = $3
    RETURNING v.id, v.version, keyworker_json(v.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'keyworker', done.id, done.version, 'put'
    FROM done, k, unnest(k.team || k.holder) o),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'keyworker.put', 'keyworker', done.id, k.consent_id FROM done, k),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putKeyworker', request_hash($1::uuid, $2::jsonb),
        verdict.status, done.version::text
    FROM verdict, done),
answer AS (
    SELECT CASE WHEN v.status LIKE '2%' AND v.fresh AND d.id IS NULL
            THEN 'not-found' ELSE v.status END AS status,
        coalesce(d.doc, keyworker_json(cur.old)) AS doc,
        coalesce(d.version, (cur.old).version) AS version
    FROM verdict v LEFT JOIN cur ON true LEFT JOIN done d ON true)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag,
    (SELECT k.state FROM k) AS state
FROM answer;

-- statement: handover_put (write, act)
-- $1 coordination, $2 body, $3 If-Match or NULL, $4 Idempotency-Key; after
-- coordination_lock.
WITH want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb) AS b(receiver uuid, loses text,
        stays text)),
k AS MATERIALIZED (
    SELECT k.* FROM coordination k WHERE k.id = $1::uuid),
cur AS MATERIALIZED (
    SELECT v AS old, (v.receiver, v.loses, v.stays) IS NOT DISTINCT FROM
        (w.receiver, w.loses, w.stays) AND NOT handover_done(v) AS same
    FROM handover v, want w WHERE v.id = $1::uuid),
verdict AS (
    SELECT x.status, x.early IS NULL AND x.status LIKE '2%' AS fresh
    FROM (SELECT b.early, coalesce(b.early, CASE
            WHEN NOT review_takes_part(k, w.receiver) THEN 'invalid'
            WHEN (cur.old).id IS NULL THEN '201' ELSE '200' END) AS status
        FROM want w LEFT JOIN k ON true LEFT JOIN cur ON true, LATERAL (
            SELECT put_verdict(review_refusal($1::uuid, false,
                    '{planned,in_action,reviewed,stepped_down}'),
                answered_before($4::uuid, 'putHandover',
                    request_hash($1::uuid, $2::jsonb)),
                (cur.old).version, cur.same, false, $3) AS early) b) x),
ins AS (
    INSERT INTO handover AS v (id, receiver, loses, stays)
    SELECT $1::uuid, w.receiver, w.loses, w.stays
    FROM want w, verdict WHERE fresh AND status = '201'
    RETURNING v.id, v.version, handover_json(v) AS doc),
upd AS (
    UPDATE handover v SET receiver = w.receiver, loses = w.loses,
        stays = w.stays, planned_at = statement_timestamp(),
        version = v.version + 1
    FROM want w, verdict WHERE v.id = $1::uuid AND fresh AND status = '200'
    AND v.version::text = $3
    RETURNING v.id, v.version, handover_json(v.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'handover', done.id, done.version, 'put'
    FROM done, k, unnest(k.team || k.holder) o),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'handover.put', 'handover', done.id, k.consent_id FROM done, k),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putHandover', request_hash($1::uuid, $2::jsonb),
        verdict.status, done.version::text
    FROM verdict, done),
answer AS (
    SELECT CASE WHEN v.status LIKE '2%' AND v.fresh AND d.id IS NULL
            THEN 'not-found' ELSE v.status END AS status,
        coalesce(d.doc, handover_json(cur.old)) AS doc,
        coalesce(d.version, (cur.old).version) AS version
    FROM verdict v LEFT JOIN cur ON true LEFT JOIN done d ON true)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag,
    (SELECT k.state FROM k) AS state
FROM answer;

-- statement: review_list (read)
-- $1 coordination; who reads another's is logged.
WITH answer AS (
    SELECT CASE WHEN s = '200' AND NOT clock_holds() THEN 'clock-behind'
        ELSE s END AS status
    FROM review_read($1::uuid) s),
shown AS MATERIALIZED (
    SELECT review_json(v) AS doc, v.* FROM review v
    WHERE v.coordination_id = $1::uuid
    AND (SELECT status FROM answer) = '200'),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'review', s.id, s.version, k.consent_id, k.holder
    FROM shown s JOIN coordination k ON k.id = s.coordination_id
    WHERE k.holder <> me())
SELECT status, CASE status WHEN '200' THEN jsonb_build_object('items',
    coalesce((SELECT jsonb_agg(doc ORDER BY at DESC, id) FROM shown),
        '[]'))::text END AS body
FROM answer WHERE status IS NOT NULL;

-- statement: keyworker_list (read)
-- $1 coordination; who reads another's is logged.
WITH answer AS (
    SELECT CASE WHEN s = '200' AND NOT clock_holds() THEN 'clock-behind'
        ELSE s END AS status
    FROM review_read($1::uuid) s),
shown AS MATERIALIZED (
    SELECT keyworker_json(v) AS doc, v.* FROM keyworker v
    WHERE v.coordination_id = $1::uuid
    AND (SELECT status FROM answer) = '200'),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'keyworker', s.id, s.version, k.consent_id, k.holder
    FROM shown s JOIN coordination k ON k.id = s.coordination_id
    WHERE k.holder <> me())
SELECT status, CASE status WHEN '200' THEN jsonb_build_object('items',
    coalesce((SELECT jsonb_agg(doc ORDER BY from_on, id) FROM shown),
        '[]'))::text END AS body
FROM answer WHERE status IS NOT NULL;

-- statement: handover_get (read)
-- $1 coordination; who reads another's is logged.
WITH answer AS (
    SELECT CASE WHEN s = '200' AND NOT clock_holds() THEN 'clock-behind'
        ELSE s END AS status
    FROM review_read($1::uuid) s),
shown AS MATERIALIZED (
    SELECT v.id, v.version, handover_json(v) AS doc FROM handover v
    WHERE v.id = $1::uuid AND (SELECT status FROM answer) = '200'),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'handover', s.id, s.version, k.consent_id, k.holder
    FROM shown s JOIN coordination k USING (id) WHERE k.holder <> me())
SELECT CASE WHEN a.status = '200' AND s.id IS NULL THEN 'not-found'
        ELSE a.status END AS status,
    s.doc::text AS body, s.version::text AS etag
FROM answer a LEFT JOIN shown s ON true WHERE a.status IS NOT NULL;

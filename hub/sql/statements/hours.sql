-- Hours for meetings: promised and given.

-- statement: hours_hold (write)
-- $2 body: nothing else is promised there, and no meeting recorded meanwhile.
WITH unused AS (SELECT $1::uuid)
SELECT pg_advisory_xact_lock(7312, hours_key(b.region, b.quarter))
FROM jsonb_to_record($2::jsonb) AS b(region uuid, quarter text);

-- statement: hours_promise (write, act)
-- $1 id, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb)
        AS b(region uuid, quarter text, hours int)),
idem AS (
    SELECT answered_before($4::uuid, 'putHourPromise',
        request_hash($1::uuid, $2::jsonb)) AS status),
cur AS MATERIALIZED (
    SELECT p.version, (p.region, p.quarter) = (w.region, w.quarter) AS place,
        (p.region, p.quarter, p.hours) = (w.region, w.quarter, w.hours)
        AS same
    FROM hour_promise p, want w WHERE p.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN caller.status <> 'active'
            THEN 'organisation-' || caller.status
        WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN cur.version IS NULL AND ($3::text IS NOT NULL OR NOT EXISTS (
            SELECT FROM app_user u WHERE u.role = 'coordinator'
            AND u.state = 'active' AND u.organisation_id = w.region))
            THEN 'not-found'
        WHEN $3::text IS NULL AND cur.same THEN 'again:200'
        WHEN CASE WHEN cur.version IS NOT NULL
            THEN $3::text IS NULL OR NOT cur.place
            ELSE EXISTS (SELECT FROM hour_promise p
                WHERE p.organisation_id = me() AND p.region = w.region
                AND p.quarter = w.quarter) END THEN 'already-exists'
        WHEN cur.version::text <> $3 THEN 'precondition-failed'
        WHEN NOT quarter_begins(w.quarter) BETWEEN
            quarter_begins(quarter_of(statement_timestamp()))
            AND quarter_begins(quarter_of(statement_timestamp()), 4)
            THEN 'invalid'
        WHEN cur.version IS NULL THEN '201' ELSE '200' END AS status
    FROM want w JOIN caller ON caller.status IS NOT NULL
    LEFT JOIN cur ON true LEFT JOIN idem ON true),
ins AS (
    INSERT INTO hour_promise AS p (id, region, quarter, hours)
    SELECT $1::uuid, w.region, w.quarter, w.hours FROM want w, verdict v
    WHERE v.status = '201'
    RETURNING p.id, p.version, p.organisation_id),
upd AS (
    UPDATE hour_promise p SET version = p.version + 1, hours = w.hours,
        changed_at = statement_timestamp()
    FROM want w, verdict v WHERE p.id = $1::uuid AND v.status = '200'
    RETURNING p.id, p.version, p.organisation_id),
put AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT organisation_id, 'hour_promise', id, version, 'put' FROM put),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'hours.promise', 'hour_promise', id FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putHourPromise', request_hash($1::uuid, $2::jsonb),
        v.status, version::text FROM put, verdict v)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: hours_reply (write)
SELECT coalesce(replace(my_step(), 'again:', ''), 'not-found') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' OR my_step() = 'precondition-failed'
        THEN hour_promise_json(p)::text END AS body,
    CASE WHEN my_step() ~ '^(again:)?2' THEN p.version::text END AS etag
FROM (VALUES (1)) one(x) LEFT JOIN hour_promise p ON p.id = $1::uuid;

-- statement: hours_recorded_hold (write)
-- $1 meeting, after meeting_lock: nothing is promised meanwhile of its quarter.
SELECT pg_advisory_xact_lock_shared(7312,
    hours_key(m.region, quarter_of(m.starts_at)))
FROM meeting m WHERE m.id = $1::uuid;

-- statement: hours_recorded (write)
-- $1 meeting, $2 the record, before it is written: who has promised is told
-- what is given now.
INSERT INTO event_queue (recipient, kind, ref, version, op)
SELECT p.organisation_id, 'hour_promise', p.id, p.version, 'put'
FROM hours_changed($1::uuid, $2::jsonb -> 'attendance') p
WHERE my_step() = '200';

-- statement: hours_get (read)
-- $1 quarter or NULL: by name, whatever was given.
WITH caller AS (
    SELECT coalesce(s, 'active') AS status, s AS known
    FROM caller_status() s),
q AS (
    SELECT coalesce($1::text, quarter_of(statement_timestamp())) AS quarter)
SELECT CASE status WHEN 'active' THEN '200'
        ELSE 'organisation-' || status END AS status,
    CASE status WHEN 'active' THEN jsonb_build_object('quarter', q.quarter,
        'whole', quarter_whole(q.quarter),
        'items', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(
            jsonb_build_object('organisation_id', h.organisation_id,
                'name', o.name, 'region', h.region,
                'promise_id', h.promise_id, 'promised_hours', h.promised,
                'version', h.version, 'given_hours', h.given))
            ORDER BY o.name, o.id, h.region)
            FROM meeting_hours(q.quarter) h
            JOIN organisation o ON o.id = h.organisation_id
            WHERE known = 'active'), '[]'))::text END AS body
FROM caller, q;

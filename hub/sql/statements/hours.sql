-- Hours for meetings: promised and given.

-- statement: hours_hold (write)
-- $1 region, $2 quarter.
SELECT FROM hour_promise p WHERE p.organisation_id = me()
AND p.region = $1::uuid AND p.quarter = $2::text FOR NO KEY UPDATE;

-- statement: hours_promise (write, act)
-- $1 region, $2 quarter, $3 body, $4 If-Match or NULL, $5 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT ($3::jsonb ->> 'hours')::int AS hours,
        $3::jsonb || jsonb_build_object('quarter', $2::text) AS asked),
idem AS (
    SELECT answered_before($5::uuid, 'putHourPromise',
        request_hash($1::uuid, w.asked)) AS status FROM want w),
cur AS MATERIALIZED (
    SELECT p.version, p.hours = w.hours AS same
    FROM hour_promise p, want w WHERE p.organisation_id = me()
    AND p.region = $1::uuid AND p.quarter = $2::text),
verdict AS (
    SELECT CASE WHEN caller.status <> 'active'
            THEN 'organisation-' || caller.status
        WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN cur.version IS NULL AND ($4::text IS NOT NULL OR NOT EXISTS (
            SELECT FROM app_user u WHERE u.role = 'coordinator'
            AND u.state = 'active' AND u.organisation_id = $1::uuid))
            THEN 'not-found'
        WHEN $4::text IS NULL AND cur.same THEN 'again:200'
        WHEN $4::text IS NULL AND cur.version IS NOT NULL
            THEN 'already-exists'
        WHEN cur.version::text <> $4 THEN 'precondition-failed'
        WHEN NOT quarter_begins($2) BETWEEN
            quarter_begins(quarter_of(statement_timestamp()))
            AND quarter_begins(quarter_of(statement_timestamp()), 4)
            THEN 'invalid'
        WHEN cur.version IS NULL THEN '201' ELSE '200' END AS status
    FROM caller LEFT JOIN cur ON true LEFT JOIN idem ON true
    WHERE caller.status IS NOT NULL),
ins AS (
    INSERT INTO hour_promise AS p (region, quarter, hours)
    SELECT $1::uuid, $2::text, w.hours FROM want w, verdict v
    WHERE v.status = '201'
    RETURNING p.version),
upd AS (
    UPDATE hour_promise p SET version = p.version + 1, hours = w.hours,
        changed_at = statement_timestamp()
    FROM want w, verdict v WHERE p.organisation_id = me()
    AND p.region = $1::uuid AND p.quarter = $2::text AND v.status = '200'
    RETURNING p.version),
put AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'hours.promise', 'hour_promise', me() FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $5::uuid, 'putHourPromise', request_hash($1::uuid, w.asked),
        v.status, version::text FROM put, verdict v, want w)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: hours_reply (write)
SELECT coalesce(replace(my_step(), 'again:', ''), 'not-found') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' OR my_step() = 'precondition-failed'
        THEN hour_promise_json(p)::text END AS body,
    CASE WHEN my_step() ~ '^(again:)?2' THEN p.version::text END AS etag
FROM (VALUES (1)) one(x) LEFT JOIN hour_promise p ON p.organisation_id = me()
    AND p.region = $1::uuid AND p.quarter = $2::text;

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
        'whole', quarter_begins(q.quarter)
            > statement_timestamp() - interval '365 days',
        'items', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(
            jsonb_build_object('organisation_id', h.organisation_id,
                'name', o.name, 'region', h.region,
                'promised_hours', h.promised, 'version', h.version,
                'given_hours', h.given))
            ORDER BY o.name, o.id, h.region)
            FROM meeting_hours(q.quarter) h
            JOIN organisation o ON o.id = h.organisation_id
            WHERE known = 'active'), '[]'))::text END AS body
FROM caller, q;

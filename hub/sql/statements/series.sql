-- Meetings that come again, and agendas to take.

-- statement: template_list (read)
SELECT '200' AS status, jsonb_build_object('items', coalesce((
    SELECT jsonb_agg(template_json(t) ORDER BY t.name, t.id)
    FROM agenda_template t WHERE s.status = 'active'), '[]'))::text AS body
FROM (SELECT caller_status() AS status) s;

-- statement: template_lock (write)
SELECT FROM agenda_template WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: template_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb) AS b(name text, agenda text[])),
idem AS (
    SELECT answered_before($4::uuid, 'putAgendaTemplate',
        request_hash($1::uuid, $2::jsonb)) AS status),
cur AS MATERIALIZED (
    SELECT t.version, (t.name, t.agenda) = (w.name, w.agenda) AS same
    FROM agenda_template t, want w WHERE t.id = $1::uuid),
ins AS (
    INSERT INTO agenda_template AS t (id, name, agenda)
    SELECT $1::uuid, w.name, w.agenda FROM want w, caller
    WHERE caller.status = 'active' AND $3::text IS NULL
    AND (SELECT status FROM idem) IS NULL AND NOT EXISTS (SELECT FROM cur)
    ON CONFLICT (id) DO NOTHING
    RETURNING t.version),
upd AS (
    UPDATE agenda_template t SET version = t.version + 1, name = w.name,
        agenda = w.agenda
    FROM want w, cur, caller WHERE t.id = $1::uuid
    AND caller.status = 'active' AND cur.version::text = $3
    AND (SELECT status FROM idem) IS NULL
    RETURNING t.version),
put AS (
    SELECT '201' AS status, version FROM ins
    UNION ALL SELECT '200', version FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'template.put', 'agenda_template', $1::uuid FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putAgendaTemplate', request_hash($1::uuid, $2::jsonb),
        status, version::text FROM put)
SELECT set_config('zaedno.step', CASE
    WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
    WHEN put.status IS NOT NULL THEN put.status
    WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
    WHEN cur.version IS NULL THEN 'not-found'
    WHEN $3::text IS NULL AND cur.same THEN 'again:200'
    WHEN $3::text IS NULL THEN 'already-exists'
    ELSE 'precondition-failed' END, true)
FROM caller LEFT JOIN put ON true LEFT JOIN idem ON true
LEFT JOIN cur ON true;

-- statement: template_reply (write)
SELECT replace(my_step(), 'again:', '') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' OR my_step() = 'precondition-failed'
        THEN template_json(t)::text END AS body,
    CASE WHEN my_step() ~ '^(again:)?2' THEN t.version::text END AS etag
FROM (VALUES (1)) one(x) LEFT JOIN agenda_template t ON t.id = $1::uuid;

-- statement: series_hold (write)
-- $1 id, $2 body: the coordination of one that is there, or of a new one.
WITH held AS MATERIALIZED (
    SELECT s.coordination_id FROM meeting_series s WHERE s.id = $1::uuid)
SELECT meeting_hold(NULL, coalesce((SELECT coordination_id FROM held),
    ($2::jsonb ->> 'coordination_id')::uuid));

-- statement: series_put (write, act)
-- $1 id, $2 body.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT b.*, coalesce(b.agenda, (SELECT t.agenda FROM agenda_template t
        WHERE t.id = b.template_id)) AS points
    FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid, kind text,
        supervision_kind text, every text, first timestamptz, times int,
        until date, minutes int, place text, link text, agenda text[],
        template_id uuid)),
plan AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, t AS starts_at
    FROM want w, series_times(w.every, w.first, w.times, w.until) t),
verdict AS (
    SELECT CASE WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
        WHEN s.id IS NOT NULL THEN CASE s.request_sha256
            WHEN request_hash($1::uuid, $2::jsonb) THEN 'again:200'
            ELSE 'already-exists' END
        WHEN w.coordination_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM coordination k WHERE k.id = w.coordination_id
            AND k.region = me()) THEN 'not-found'
        WHEN w.points IS NULL THEN 'no-template'
        WHEN (SELECT count(*) FROM plan) NOT BETWEEN 1 AND 53 THEN 'invalid'
        ELSE coalesce(meeting_refused(w.coordination_id, 'planned',
            '{planned}'), '201') END AS status
    FROM want w CROSS JOIN caller
    LEFT JOIN meeting_series s ON s.id = $1::uuid),
ins AS (
    INSERT INTO meeting_series AS s (id, coordination_id, every,
        request_sha256)
    SELECT $1::uuid, w.coordination_id, w.every,
        request_hash($1::uuid, $2::jsonb)
    FROM want w, verdict v WHERE v.status = '201'
    ON CONFLICT (id) DO NOTHING
    RETURNING s.id, s.coordination_id),
met AS (
    INSERT INTO meeting AS m (id, coordination_id, kind, supervision_kind,
        starts_at, minutes, place, link, agenda, series_id)
    SELECT p.id, w.coordination_id, w.kind, w.supervision_kind, p.starts_at,
        w.minutes, w.place, w.link, w.points, ins.id
    FROM plan p, want w, ins),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'series.put', 'meeting_series', id,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM ins)
SELECT set_config('zaedno.step', CASE WHEN v.status = '201'
    AND NOT EXISTS (SELECT FROM ins) THEN 'not-found' ELSE v.status END, true)
FROM verdict v;

-- statement: series_cancel (write, act)
-- $1 id, $2 body: what has not begun; once more is no change.
WITH caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT s.id, s.coordination_id, s.cancelled_at
    FROM meeting_series s WHERE s.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
        WHEN cur.cancelled_at IS NOT NULL THEN 'again:200'
        ELSE coalesce(meeting_refused(cur.coordination_id, 'planned',
            '{planned}'), '200') END AS status
    FROM cur CROSS JOIN caller),
upd AS (
    UPDATE meeting_series s SET cancelled_at = statement_timestamp()
    FROM verdict v WHERE s.id = $1::uuid AND v.status = '200'
    AND s.cancelled_at IS NULL
    RETURNING s.id, s.coordination_id),
put AS (
    UPDATE meeting m SET version = m.version + 1, state = 'cancelled',
        cancelled_because = $2::jsonb ->> 'reason',
        changed_at = statement_timestamp()
    FROM upd WHERE m.series_id = upd.id AND m.state = 'planned' AND m.starts_at > statement_timestamp()),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'series.cancel', 'meeting_series', id,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM upd)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: series_reply (write)
WITH unused AS (SELECT $2::text)
SELECT replace(my_step(), 'again:', '') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' THEN series_json(s)::text END AS body,
    NULL AS etag, (SELECT k.state FROM meeting_case(coalesce(
        s.coordination_id, ($2::jsonb ->> 'coordination_id')::uuid)) k)
        AS state
FROM (VALUES (1)) one(x) LEFT JOIN meeting_series s ON s.id = $1::uuid;

-- Meetings: convened, answered, recorded, decided.  Each act holds first the
-- coordination, then the meeting, and leaves what it did in zaedno.step;
-- "again:" stands before the first answer to a repeated request.  Versions and
-- events are the triggers'.

-- statement: meeting_hold (write)
-- $1 meeting, $2 body: of which coordination a new one is.
SELECT meeting_hold($1::uuid, ($2::jsonb ->> 'coordination_id')::uuid);

-- statement: meeting_lock (write)
SELECT meeting_hold($1::uuid, NULL);

-- statement: meeting_reply (write)
-- $1 meeting, $2 body: with a problem about versions, the document of now.
SELECT coalesce(replace(my_step(), 'again:', ''), 'not-found') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' OR my_step() = 'precondition-failed'
        THEN meeting_json(m)::text END AS body,
    CASE WHEN my_step() ~ '^(again:)?2' THEN m.version::text END AS etag,
    (SELECT k.state FROM meeting_case(coalesce(m.coordination_id,
        ($2::jsonb ->> 'coordination_id')::uuid)) k) AS state
FROM (VALUES (1)) one(x) LEFT JOIN meeting m ON m.id = $1::uuid;

-- statement: meeting_list (read)
-- $1 limit, $2 after, $3 from, $4 to, $5 coordination.
WITH caller AS (SELECT reader_answer() AS status),
mine AS (
    SELECT m.id FROM meeting m WHERE my_role() = 'coordinator'
    AND m.region = me() AND m.starts_at >= coalesce($3::timestamptz,
        statement_timestamp() - interval '1 day')
    UNION
    SELECT m.id FROM meeting m WHERE my_role() = 'facilitator'
    AND m.facilitators @> ARRAY[my_user()]
    UNION
    SELECT m.id FROM meeting m WHERE my_role() = 'node'
    AND m.invited @> ARRAY[me()]
    UNION
    SELECT m.id FROM coordination k JOIN meeting m ON m.coordination_id = k.id
    WHERE my_role() = 'node' AND me() IN (k.holder, k.case_manager)),
page AS (
    SELECT m AS row, m.starts_at, m.id FROM mine JOIN meeting m USING (id)
    WHERE (SELECT status FROM caller) = '200'
    AND (m.starts_at, m.id) > (queue_due($2), queue_id($2))
    AND m.starts_at >= coalesce($3::timestamptz,
        statement_timestamp() - interval '1 day')
    AND ($4::timestamptz IS NULL OR m.starts_at < $4::timestamptz)
    AND ($5::uuid IS NULL OR m.coordination_id = $5::uuid)
    ORDER BY m.starts_at, m.id LIMIT coalesce($1::int, 50) + 1),
shown AS (
    SELECT * FROM page ORDER BY starts_at, id LIMIT coalesce($1::int, 50)),
answer AS (
    SELECT coalesce(status, '200') AS status, CASE WHEN (SELECT count(*) FROM page) > coalesce($1::int, 50)
            THEN (SELECT queue_cursor(starts_at, id) FROM shown
            ORDER BY starts_at DESC, id DESC LIMIT 1) END AS next
    FROM caller)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
        jsonb_build_object('items', coalesce((SELECT jsonb_agg(
        meeting_item(row) ORDER BY starts_at, id) FROM shown), '[]'),
        'next', next))::text END AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: meeting_get (read)
-- Who was invited and sees it no longer learns that the consent has ended.
WITH caller AS (SELECT reader_answer() AS status),
seen AS (
    SELECT m AS row, m.id, m.version, k.consent_id, k.holder
    FROM meeting m LEFT JOIN meeting_case(m.coordination_id) k ON true
    WHERE m.id = $1::uuid AND (SELECT status FROM caller) = '200'),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'meeting', id, version, consent_id, holder FROM seen
    WHERE holder IS DISTINCT FROM me() AND holder IS NOT NULL),
known AS (
    SELECT EXISTS (SELECT FROM meeting m WHERE m.id = $1::uuid) AS here,
        EXISTS (SELECT FROM meeting_invitation i
            WHERE i.meeting_id = $1::uuid AND i.organisation_id = me()
            AND my_role() = 'node') AS invited)
SELECT CASE WHEN caller.status <> '200' THEN caller.status
        WHEN s.id IS NOT NULL THEN '200'
        ELSE 'consent-withdrawn' END AS status,
    meeting_json(s.row)::text AS body, s.version::text AS etag
FROM caller JOIN known ON known.here OR known.invited
LEFT JOIN seen s ON true
WHERE caller.status IS NOT NULL;

-- statement: meeting_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid,
        kind text, supervision_kind text, starts_at timestamptz, minutes int,
        place text, link text, agenda text[])),
idem AS (
    SELECT answered_before($4::uuid, 'putMeeting',
        request_hash($1::uuid, $2::jsonb)) AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, (m.coordination_id, m.kind)
            IS NOT DISTINCT FROM (w.coordination_id, w.kind) AS of_it,
        (m.coordination_id, m.kind, m.supervision_kind, m.starts_at,
            m.minutes, m.place, m.link, m.agenda) IS NOT DISTINCT FROM
        (w.coordination_id, w.kind, w.supervision_kind, w.starts_at,
            w.minutes, w.place, w.link, w.agenda) AS same
    FROM meeting m, want w WHERE m.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
        WHEN cur.old IS NULL AND ($3::text IS NOT NULL
            OR w.coordination_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM coordination k WHERE k.id = w.coordination_id
                AND k.region = me())) THEN 'not-found'
        WHEN cur.old IS NULL THEN coalesce(meeting_refused(
            w.coordination_id, 'planned', '{planned}'), '201')
        WHEN $3::text IS NULL AND cur.same THEN 'again:200'
        WHEN $3::text IS NULL OR NOT cur.of_it THEN 'already-exists'
        WHEN cur.version::text <> $3 THEN 'precondition-failed'
        ELSE coalesce(meeting_refused(w.coordination_id, cur.state,
            '{planned}'), '200') END AS status
    FROM want w CROSS JOIN caller LEFT JOIN cur ON true
    LEFT JOIN idem ON true),
ins AS (
    INSERT INTO meeting AS m (id, coordination_id, kind, supervision_kind,
        starts_at, minutes, place, link, agenda)
    SELECT $1::uuid, w.coordination_id, w.kind, w.supervision_kind,
        w.starts_at, w.minutes, w.place, w.link, w.agenda
    FROM want w, verdict v WHERE v.status = '201'
    RETURNING m.version, m.coordination_id),
upd AS (
    UPDATE meeting m SET version = m.version + 1,
        supervision_kind = w.supervision_kind, starts_at = w.starts_at,
        minutes = w.minutes, place = w.place, link = w.link,
        agenda = w.agenda, changed_at = statement_timestamp()
    FROM want w, verdict v WHERE m.id = $1::uuid AND v.status = '200'
    RETURNING m.version, m.coordination_id),
put AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.put', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putMeeting', request_hash($1::uuid, $2::jsonb),
        v.status, version::text FROM put, verdict v)
SELECT set_config('zaedno.step', (SELECT status FROM verdict), true);

-- statement: meeting_cancel (write, act)
-- $1 id, $2 body, $3 If-Match, $4 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, m.coordination_id
    FROM meeting m WHERE m.id = $1::uuid),
idem AS (
    SELECT answered_before($4::uuid, 'cancelMeeting',
        request_hash($1::uuid, $2::jsonb)) AS status),
verdict AS (
    SELECT CASE WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
        WHEN cur.version::text <> $3 THEN 'precondition-failed'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
            '{planned}'), '200') END AS status
    FROM cur CROSS JOIN caller LEFT JOIN idem ON true),
put AS (
    UPDATE meeting m SET version = m.version + 1, state = 'cancelled',
        cancelled_because = $2::jsonb ->> 'reason',
        changed_at = statement_timestamp()
    FROM verdict v WHERE m.id = $1::uuid AND v.status = '200'
    RETURNING m.version, m.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.cancel', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'cancelMeeting', request_hash($1::uuid, $2::jsonb),
        v.status, version::text FROM put, verdict v)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: meeting_invite (write, act)
-- $1 id, $2 body, $3 organisation.
WITH caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, m.coordination_id
    FROM meeting m WHERE m.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN caller.status IS DISTINCT FROM 'active' OR NOT EXISTS (
            SELECT FROM organisation o WHERE o.id = $3::uuid
            AND o.status = 'active' AND o.id <> me()) THEN 'not-found'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
            '{planned}'), CASE WHEN cur.coordination_id IS NOT NULL
                AND NOT meeting_concerns(cur.old, $3::uuid)
                THEN 'step-refused:named' ELSE '200' END) END AS status,
        cur.coordination_id
    FROM cur CROSS JOIN caller),
put AS (
    INSERT INTO meeting_invitation AS i (meeting_id, organisation_id, role,
        reason)
    SELECT $1::uuid, $3::uuid, $2::jsonb ->> 'role', $2::jsonb ->> 'reason'
    FROM verdict v WHERE v.status = '200'
    ON CONFLICT (meeting_id, organisation_id) DO UPDATE
    SET role = EXCLUDED.role, reason = EXCLUDED.reason,
        state = CASE i.state WHEN 'declined' THEN 'invited' ELSE i.state END,
        invited_at = CASE i.state WHEN 'declined' THEN EXCLUDED.invited_at
            ELSE i.invited_at END,
        answered_at = CASE i.state WHEN 'accepted' THEN i.answered_at END,
        answer_reason = NULL,
        substitute = CASE i.state WHEN 'accepted' THEN i.substitute END
    WHERE (i.role, i.reason) IS DISTINCT FROM (EXCLUDED.role,
        EXCLUDED.reason) OR i.state = 'declined'
    RETURNING CASE WHEN i.xmax = 0 THEN '201' ELSE '200' END AS status),
done AS (SELECT p.status, v.coordination_id FROM put p, verdict v),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.invite', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM done)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM put),
    (SELECT status FROM verdict), 'not-found'), true);

-- statement: meeting_uninvite (write, act)
-- $1 id, $2 body (none), $3 organisation; once more is no change.
WITH unused AS (SELECT $2::text),
caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m.state, m.coordination_id FROM meeting m WHERE m.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN caller.status IS DISTINCT FROM 'active'
            THEN 'not-found'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
            '{planned}'), '200') END AS status, cur.coordination_id
    FROM cur CROSS JOIN caller),
gone AS (
    DELETE FROM meeting_invitation i USING verdict v
    WHERE i.meeting_id = $1::uuid AND i.organisation_id = $3::uuid
    AND v.status = '200'
    RETURNING v.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.uninvite', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM gone)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: meeting_facilitator (write, act)
-- $1 id, $2 body (none), $3 person, $4 'add' or 'remove'.
WITH unused AS (SELECT $2::text),
caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, m.coordination_id
    FROM meeting m WHERE m.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN caller.status IS DISTINCT FROM 'active'
            THEN 'not-found'
        WHEN $4 = 'remove' THEN CASE meeting_refused(cur.coordination_id,
            'planned', '{planned}') WHEN 'step-not-yours'
            THEN 'step-not-yours' ELSE '200' END
        WHEN NOT EXISTS (SELECT FROM app_user u WHERE u.id = $3::uuid
            AND u.role = 'facilitator' AND u.state = 'active')
            THEN 'not-found'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
            '{planned}'), '200') END AS status
    FROM cur CROSS JOIN caller),
put AS (
    UPDATE meeting m SET version = m.version + 1,
        facilitators = array_remove(m.facilitators, $3::uuid)
            || CASE $4 WHEN 'add' THEN ARRAY[$3::uuid] ELSE '{}' END
    FROM verdict v WHERE m.id = $1::uuid AND v.status = '200'
    AND ($3::uuid = ANY (m.facilitators)) <> ($4 = 'add')
    RETURNING m.version, m.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.facilitator', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: meeting_answer (write, act)
-- $1 id, $2 body: the caller's own invitation.
WITH caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, m.coordination_id
    FROM meeting m WHERE m.id = $1::uuid),
i AS MATERIALIZED (
    SELECT i.* FROM meeting_invitation i
    WHERE i.meeting_id = $1::uuid AND i.organisation_id = me()),
want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb)
        AS b(answer text, reason text, substitute text)),
verdict AS (
    SELECT CASE WHEN caller.status <> 'active'
            THEN 'organisation-' || caller.status
        WHEN cur.old IS NULL THEN 'consent-withdrawn'
        WHEN (i.state, i.answer_reason, i.substitute) IS NOT DISTINCT FROM
            (w.answer, w.reason, w.substitute) THEN 'again:200'
        WHEN w.answer = 'declined' AND w.reason IS NULL
            THEN 'step-refused:reason'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
            '{planned}'), '200') END AS status, cur.coordination_id
    FROM i CROSS JOIN caller CROSS JOIN want w LEFT JOIN cur ON true
    WHERE caller.status IS NOT NULL),
put AS (
    UPDATE meeting_invitation o SET state = w.answer,
        answered_at = statement_timestamp(), answer_reason = w.reason,
        substitute = w.substitute
    FROM want w, verdict v WHERE o.meeting_id = $1::uuid
    AND o.organisation_id = me() AND v.status = '200'
    RETURNING v.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.answer', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: meeting_record (write, act)
-- $1 id, $2 body, $3 If-Match, $4 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, m.coordination_id
    FROM meeting m WHERE m.id = $1::uuid),
idem AS (
    SELECT answered_before($4::uuid, 'recordMeeting',
        request_hash($1::uuid, $2::jsonb)) AS status),
verdict AS (
    SELECT CASE WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
        WHEN cur.version::text <> $3 THEN 'precondition-failed'
        WHEN EXISTS (SELECT FROM jsonb_to_recordset($2::jsonb -> 'attendance')
            AS a(organisation_id uuid)
            WHERE NOT meeting_concerns(cur.old, a.organisation_id))
            THEN 'invalid'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
                '{planned,held}'),
            CASE WHEN (cur.old).starts_at > statement_timestamp()
                + interval '1 hour' THEN 'meeting-not-begun' END,
            '200') END AS status
    FROM cur CROSS JOIN caller LEFT JOIN idem ON true),
put AS (
    UPDATE meeting m SET version = m.version + 1, state = 'held',
        recorded_at = coalesce(m.recorded_at, statement_timestamp())
    FROM verdict v WHERE m.id = $1::uuid AND v.status = '200'
    RETURNING m.version, m.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'meeting.record', 'meeting', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'recordMeeting', request_hash($1::uuid, $2::jsonb),
        v.status, version::text FROM put, verdict v)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: meeting_record_clear (write)
WITH gone AS (
    DELETE FROM meeting_attendance a
    WHERE a.meeting_id = $1::uuid AND my_step() = '200')
DELETE FROM meeting_voice v WHERE v.meeting_id = $1::uuid
AND my_step() = '200';

-- statement: meeting_record_fill (write)
-- $2 body.
WITH came AS (
    INSERT INTO meeting_attendance (meeting_id, n, organisation_id, role,
        minutes)
    SELECT $1::uuid, a.n, (a.doc ->> 'organisation_id')::uuid,
        a.doc ->> 'role', (a.doc ->> 'minutes')::int
    FROM jsonb_array_elements($2::jsonb -> 'attendance')
        WITH ORDINALITY AS a(doc, n)
    WHERE my_step() = '200')
INSERT INTO meeting_voice (meeting_id, who, present, words, why_not)
SELECT $1::uuid, v.who, (v.doc ->> 'present')::boolean, v.doc ->> 'words',
    v.doc ->> 'why_not'
FROM jsonb_each($2::jsonb -> 'voices') AS v(who, doc)
WHERE my_step() = '200';

-- statement: decision_put (write, act)
-- $1 meeting, $2 body, $3 If-Match or NULL, $4 Idempotency-Key, $5 decision.
WITH caller AS (SELECT caller_status() AS status),
cur AS MATERIALIZED (
    SELECT m AS old, m.version, m.state, m.coordination_id
    FROM meeting m WHERE m.id = $1::uuid),
want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb)
        AS b(organisation_id uuid, what text, due date, how_known text)),
idem AS (
    SELECT answered_before($4::uuid, 'putDecision',
        request_hash($5::uuid, $2::jsonb)) AS status),
was AS MATERIALIZED (
    SELECT d.version, d.state, (d.organisation_id, d.what, d.due,
        d.how_known) = (w.organisation_id, w.what, w.due, w.how_known) AS same
    FROM meeting_decision d, want w
    WHERE d.id = $5::uuid AND d.meeting_id = $1::uuid),
verdict AS (
    SELECT CASE WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN caller.status IS DISTINCT FROM 'active' THEN 'not-found'
        WHEN was.version IS NULL AND $3::text IS NOT NULL THEN 'not-found'
        WHEN $3::text IS NULL AND was.same THEN 'again:200'
        WHEN $3::text IS NULL AND was.version IS NOT NULL
            OR was.state <> 'open' THEN 'already-exists'
        WHEN was.version::text <> $3 THEN 'precondition-failed'
        WHEN NOT meeting_concerns(cur.old, w.organisation_id) THEN 'invalid'
        ELSE coalesce(meeting_refused(cur.coordination_id, cur.state,
                '{planned,held}'),
            CASE WHEN (cur.old).starts_at > statement_timestamp()
                + interval '1 hour' THEN 'meeting-not-begun'
            WHEN was.version IS NULL THEN '201' ELSE '200' END)
        END AS status
    FROM cur CROSS JOIN caller CROSS JOIN want w LEFT JOIN was ON true
    LEFT JOIN idem ON true),
ins AS (
    INSERT INTO meeting_decision AS d (id, meeting_id, coordination_id,
        organisation_id, what, due, how_known)
    SELECT $5::uuid, $1::uuid, cur.coordination_id, w.organisation_id,
        w.what, w.due, w.how_known
    FROM want w, cur, verdict v WHERE v.status = '201'
    RETURNING d.version, d.coordination_id),
upd AS (
    UPDATE meeting_decision d SET version = d.version + 1,
        organisation_id = w.organisation_id, what = w.what, due = w.due,
        how_known = w.how_known
    FROM want w, verdict v WHERE d.id = $5::uuid AND v.status = '200'
    RETURNING d.version, d.coordination_id),
put AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'decision.put', 'decision', $5::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putDecision', request_hash($5::uuid, $2::jsonb),
        v.status, version::text FROM put, verdict v)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: decision_lock (write)
SELECT meeting_hold((SELECT d.meeting_id FROM meeting_decision d
    WHERE d.id = $1::uuid), NULL);

-- statement: decision_report (write, act)
-- $1 decision, $2 body, $3 If-Match, $4 Idempotency-Key: by whom it binds.
WITH caller AS (SELECT caller_status() AS status),
idem AS (
    SELECT answered_before($4::uuid, 'reportDecision',
        request_hash($1::uuid, $2::jsonb)) AS status),
was AS MATERIALIZED (
    SELECT d.version, d.state, d.coordination_id, d.organisation_id
    FROM meeting_decision d
    WHERE d.id = $1::uuid),
verdict AS (
    SELECT CASE WHEN idem.status IS NOT NULL THEN 'again:' || idem.status
        WHEN caller.status <> 'active' THEN CASE my_role() WHEN 'node'
            THEN 'organisation-' || caller.status ELSE 'not-found' END
        WHEN was.organisation_id <> me() THEN 'step-not-yours'
        WHEN meeting_sight(was.coordination_id) IN ('own', 'dates')
            AND my_role() = 'node' THEN 'consent-withdrawn'
        WHEN was.version::text <> $3 THEN 'precondition-failed'
        ELSE coalesce(meeting_refused(was.coordination_id, 'held',
            '{held}'), '200') END AS status
    FROM was CROSS JOIN caller LEFT JOIN idem ON true
    WHERE caller.status IS NOT NULL),
put AS (
    UPDATE meeting_decision d SET version = d.version + 1,
        state = $2::jsonb ->> 'state', text = $2::jsonb ->> 'text',
        reported_at = statement_timestamp()
    FROM verdict v WHERE d.id = $1::uuid AND v.status = '200'
    RETURNING d.version, d.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'decision.report', 'decision', $1::uuid,
        (SELECT k.consent_id FROM meeting_case(coordination_id) k)
    FROM put),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'reportDecision', request_hash($1::uuid, $2::jsonb),
        v.status, version::text FROM put, verdict v)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM verdict),
    'not-found'), true);

-- statement: decision_report_reply (write)
SELECT coalesce(replace(my_step(), 'again:', ''), 'not-found') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' OR my_step() = 'precondition-failed'
        THEN decision_json(d)::text END AS body,
    CASE WHEN my_step() ~ '^(again:)?2' THEN d.version::text END AS etag,
    (SELECT k.state FROM meeting_case(d.coordination_id) k) AS state
FROM meeting_decision d WHERE d.id = $1::uuid;

-- statement: decision_reply (write)
-- $1 meeting, $5 decision.
SELECT coalesce(replace(my_step(), 'again:', ''), 'not-found') AS status,
    CASE WHEN my_step() ~ '^(again:)?2' OR my_step() = 'precondition-failed'
        THEN decision_json(d)::text END AS body,
    CASE WHEN my_step() ~ '^(again:)?2' THEN d.version::text END AS etag,
    (SELECT k.state FROM meeting_case(coalesce(d.coordination_id,
        m.coordination_id)) k) AS state
FROM (SELECT $2::text, $3::text, $4::text) unused
LEFT JOIN meeting_decision d ON d.id = $5::uuid AND d.meeting_id = $1::uuid
LEFT JOIN meeting m ON m.id = $1::uuid;

-- statement: meeting_minutes (read)
-- $1 meeting, once it is recorded; the reading is logged as any other.
WITH seen AS (
    SELECT m AS row, m.id, m.version, c.status, m.state, k.consent_id,
        k.holder
    FROM meeting m LEFT JOIN meeting_case(m.coordination_id) k ON true
    JOIN reader_answer() c(status) ON c.status IN ('200', 'clock-behind')
    WHERE m.id = $1::uuid),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'meeting', id, version, consent_id, holder FROM seen
    WHERE holder IS DISTINCT FROM me() AND holder IS NOT NULL
    AND status = '200')
SELECT CASE WHEN status <> '200' THEN status WHEN state = 'held' THEN '200'
    ELSE 'meeting-not-begun' END AS status,
    CASE WHEN status = '200' AND state = 'held'
        THEN meeting_minutes(row)::text END AS body
FROM seen;

-- Actions of a shared plan.  A write holds the coordination, leaves what it
-- did in zaedno.step ("action-state": not from the state that it is in), and
-- action_reply tells it.

-- statement: action_get (read)
WITH caller AS (SELECT reader_answer() AS status),
seen AS (
    SELECT a AS row, a.id, a.version, (e.part ->> 'consent_id')::uuid
            AS consent_id, (e.part ->> 'holder')::uuid AS holder
    FROM action a,
        LATERAL (SELECT part_envelope(a.coordination_id, '{}') AS part) e
    WHERE a.id = $1::uuid AND (SELECT status FROM caller) = '200'),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'action', id, version, consent_id, holder FROM seen
    WHERE holder <> me())
SELECT CASE WHEN caller.status <> '200' THEN caller.status
        WHEN s.id IS NOT NULL THEN '200'
        WHEN part_ended(plan_root('action', $1::uuid))
            THEN 'consent-withdrawn'
        ELSE 'not-found' END AS status,
    CASE WHEN s.id IS NOT NULL THEN action_whole_json(s.row)::text END AS body,
    s.version::text AS etag
FROM caller LEFT JOIN seen s ON true
WHERE caller.status IS NOT NULL;

-- statement: action_hold (write)
-- $1 action, $2 body.
SELECT coordination_hold(coalesce(plan_root('action', $1::uuid),
    ($2::jsonb ->> 'coordination_id')::uuid));

-- statement: action_reply (write)
SELECT CASE my_step() WHEN 'action-state' THEN 'step-not-possible'
        ELSE coalesce(my_step(), 'not-found') END AS status,
    CASE WHEN my_step() LIKE '2%'
        OR my_step() IN ('precondition-failed', 'action-state')
        THEN action_whole_json(a)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN a.version::text END AS etag,
    CASE WHEN my_step() <> 'action-state' THEN k.state END AS state
FROM (VALUES (plan_root('action', $1::uuid))) one(root)
LEFT JOIN action a ON a.id = $1::uuid
LEFT JOIN coordination k ON k.id = coalesce(one.root,
    ($2::jsonb ->> 'coordination_id')::uuid);

-- statement: action_put (write, act)
-- $1 action, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH want AS (
    SELECT b.*, act_verdict(
            plan_verdict(coalesce(plan_root('action', $1::uuid),
                b.coordination_id), '{coordinator,case_manager}'),
            answered_before($4::uuid, 'putAction',
                request_hash($1::uuid, $2::jsonb))) AS verdict,
        CASE WHEN NOT action_fits(b.coordination_id, b.organisation_id)
            THEN 'invalid:/organisation_id'
        WHEN b.goal_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM plan_goal g WHERE g.id = b.goal_id
            AND g.plan_id = b.coordination_id) THEN 'invalid:/goal_id' END
        AS unfit
    FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid,
        organisation_id uuid, what text, due timestamptz,
        evidence_wanted text, goal_id uuid, decision_id uuid)),
cur AS MATERIALIZED (
    SELECT a.id, a.coordination_id = w.coordination_id AS here, p.state,
        a.version::text = $3 AS read,
        CASE WHEN p.state = 'declined'
            OR a.organisation_id <> w.organisation_id THEN 'proposed'
            ELSE p.state END AS to_state,
        (a.coordination_id, a.organisation_id, a.what, a.due,
            a.evidence_wanted) = (w.coordination_id, w.organisation_id,
            w.what, w.due, w.evidence_wanted)
        AND a.goal_id IS NOT DISTINCT FROM w.goal_id
        AND a.decision_id IS NOT DISTINCT FROM w.decision_id AS same
    FROM want w, action a JOIN action_progress p ON p.action_id = a.id
    WHERE a.id = $1::uuid),
ins AS (
    INSERT INTO action AS a (id, coordination_id, organisation_id, what, due,
        evidence_wanted, goal_id, decision_id)
    SELECT $1::uuid, w.coordination_id, w.organisation_id, w.what, w.due,
        w.evidence_wanted, w.goal_id, w.decision_id
    FROM want w WHERE w.verdict IS NULL AND w.unfit IS NULL
    AND $3::text IS NULL AND NOT EXISTS (SELECT FROM cur)
    ON CONFLICT (id) DO NOTHING
    RETURNING a.coordination_id, a.organisation_id, a.version,
        '201' AS status),
upd AS (
    UPDATE action a SET organisation_id = w.organisation_id, what = w.what,
        due = w.due, evidence_wanted = w.evidence_wanted,
        goal_id = w.goal_id, decision_id = w.decision_id,
        version = a.version + 1
    FROM want w, cur WHERE a.id = $1::uuid AND cur.here
    AND w.verdict IS NULL AND w.unfit IS NULL AND a.version::text = $3
    AND cur.state IN ('proposed', 'declined', 'open')
    RETURNING a.coordination_id, a.organisation_id, a.version,
        '200' AS status),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
begun AS (
    INSERT INTO action_progress (action_id, coordination_id, organisation_id)
    SELECT $1::uuid, coordination_id, organisation_id FROM ins),
moved AS (
    UPDATE action_progress p SET organisation_id = upd.organisation_id,
        state = cur.to_state, reason = NULL,
        answered_at = CASE WHEN cur.to_state = p.state THEN p.answered_at END
    FROM upd, cur WHERE p.action_id = $1::uuid),
hist AS (
    INSERT INTO action_step (action_id, coordination_id, organisation_id,
        from_state, to_state, role)
    SELECT $1::uuid, d.coordination_id, d.organisation_id, cur.state,
        coalesce(cur.to_state, 'proposed'), plan_role(d.coordination_id)
    FROM done d LEFT JOIN cur ON true),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'action.put', 'action', $1::uuid, k.consent_id
    FROM done d JOIN coordination k ON k.id = d.coordination_id),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putAction', request_hash($1::uuid, $2::jsonb),
        d.status, d.version::text FROM done d)
SELECT set_config('zaedno.step', CASE
    WHEN d.version IS NOT NULL THEN d.status
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.id IS NULL AND $3::text IS NOT NULL THEN 'not-found'
    WHEN NOT cur.here THEN 'already-exists'
    WHEN $3::text IS NULL AND cur.same THEN '200'
    WHEN $3::text IS NULL AND cur.id IS NOT NULL THEN 'already-exists'
    WHEN NOT cur.read THEN 'precondition-failed'
    WHEN cur.state IN ('done', 'not_done', 'dropped') THEN 'action-state'
    WHEN w.unfit IS NOT NULL THEN w.unfit
    WHEN $3::text IS NOT NULL THEN 'precondition-failed'
    ELSE 'not-found' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN done d ON true;

-- statement: action_answer (write, act)
-- $1 action, $2 body, $3 If-Match, $4 Idempotency-Key: its organisation's.
WITH cur AS MATERIALIZED (
    SELECT a.id, a.version::text = $3 AS read, p.state,
        a.organisation_id = me() AND my_role() = 'node' AS own
    FROM action a LEFT JOIN action_progress p ON p.action_id = a.id
    WHERE a.id = $1::uuid),
want AS (
    SELECT CASE $2::jsonb ->> 'answer' WHEN 'accepted' THEN 'open'
            ELSE 'declined' END AS state,
        CASE $2::jsonb ->> 'answer' WHEN 'declined'
            THEN $2::jsonb ->> 'reason' END AS reason,
        act_verdict(plan_verdict(plan_root('action', $1::uuid), '{}',
                coalesce((SELECT own FROM cur), false)),
            answered_before($4::uuid, 'answerAction',
                request_hash($1::uuid, $2::jsonb))) AS verdict),
upd AS (
    UPDATE action a SET version = a.version + 1 FROM want w, cur
    WHERE a.id = $1::uuid AND w.verdict IS NULL AND a.version::text = $3
    AND cur.state = 'proposed'
    RETURNING a.coordination_id, a.version),
put AS (
    UPDATE action_progress p SET state = w.state, reason = w.reason,
        answered_at = statement_timestamp()
    FROM upd, want w WHERE p.action_id = $1::uuid),
hist AS (
    INSERT INTO action_step (action_id, coordination_id, organisation_id,
        from_state, to_state, role, reason)
    SELECT $1::uuid, upd.coordination_id, me(), 'proposed', w.state, 'owner',
        w.reason
    FROM upd, want w),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'action.answer', 'action', $1::uuid, k.consent_id
    FROM upd JOIN coordination k ON k.id = upd.coordination_id),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'answerAction', request_hash($1::uuid, $2::jsonb), '200',
        version::text FROM upd)
SELECT set_config('zaedno.step', CASE
    WHEN upd.version IS NOT NULL THEN '200'
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN NOT cur.read THEN 'precondition-failed'
    WHEN cur.state <> 'proposed' THEN 'action-state'
    ELSE 'precondition-failed' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN upd ON true;

-- statement: action_report (write, act)
-- $1 action, $2 body, $3 If-Match, $4 Idempotency-Key.  Done and not done say
-- its organisation, dropped the coordinator or the case manager.
WITH cur AS MATERIALIZED (
    SELECT a.id, a.version::text = $3 AS read, p.state,
        a.organisation_id, a.organisation_id = me() AND my_role() = 'node'
            AND $2::jsonb ->> 'state' <> 'dropped' AS own
    FROM action a LEFT JOIN action_progress p ON p.action_id = a.id
    WHERE a.id = $1::uuid),
want AS (
    SELECT b.*, act_verdict(plan_verdict(plan_root('action', $1::uuid),
            CASE b.state WHEN 'dropped' THEN '{coordinator,case_manager}'
                ELSE '{}' END::text[],
            coalesce((SELECT own FROM cur), false)),
            answered_before($4::uuid, 'reportAction',
                request_hash($1::uuid, $2::jsonb))) AS verdict,
        CASE b.state WHEN 'done' THEN '{open,not_done}'
            WHEN 'not_done' THEN '{open}'
            ELSE '{proposed,declined,open,not_done}' END::text[] AS from_states
    FROM jsonb_to_record($2::jsonb) AS b(state text, evidence text,
        reason text, decided_by text)),
upd AS (
    UPDATE action a SET version = a.version + 1 FROM want w, cur
    WHERE a.id = $1::uuid AND w.verdict IS NULL AND a.version::text = $3
    AND cur.state = ANY (w.from_states)
    RETURNING a.coordination_id, a.version),
put AS (
    UPDATE action_progress p SET state = w.state,
        evidence = CASE w.state WHEN 'done' THEN w.evidence END,
        reason = CASE WHEN w.state <> 'done' THEN w.reason END,
        decided_by = CASE w.state WHEN 'dropped' THEN w.decided_by END,
        reported_at = statement_timestamp()
    FROM upd, want w WHERE p.action_id = $1::uuid),
hist AS (
    INSERT INTO action_step (action_id, coordination_id, organisation_id,
        from_state, to_state, role, reason)
    SELECT $1::uuid, upd.coordination_id, cur.organisation_id, cur.state,
        w.state, CASE WHEN cur.own THEN 'owner'
            ELSE plan_role(upd.coordination_id) END,
        CASE WHEN w.state <> 'done' THEN w.reason END
    FROM upd, want w, cur),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'action.report', 'action', $1::uuid, k.consent_id
    FROM upd JOIN coordination k ON k.id = upd.coordination_id),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'reportAction', request_hash($1::uuid, $2::jsonb), '200',
        version::text FROM upd)
SELECT set_config('zaedno.step', CASE
    WHEN upd.version IS NOT NULL THEN '200'
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN NOT cur.read THEN 'precondition-failed'
    WHEN NOT cur.state = ANY (w.from_states) THEN 'action-state'
    ELSE 'precondition-failed' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN upd ON true;

-- statement: action_note_put (write, act)
-- $1 action, $2 body, $3 note.
WITH cur AS MATERIALIZED (
    SELECT a.id, a.coordination_id, a.organisation_id = me()
        AND my_role() = 'node' AS own
    FROM action a WHERE a.id = $1::uuid),
want AS (
    SELECT $2::jsonb ->> 'text' AS text,
        plan_verdict(plan_root('action', $1::uuid), '{}',
            coalesce((SELECT own FROM cur), false)) AS verdict),
old AS MATERIALIZED (
    SELECT n.id, (n.action_id, n.text) = ($1::uuid, w.text) AS same
    FROM action_note n, want w WHERE n.id = $3::uuid),
put AS (
    INSERT INTO action_note AS n (id, action_id, coordination_id, text)
    SELECT $3::uuid, cur.id, cur.coordination_id, w.text FROM cur, want w
    WHERE w.verdict IS NULL
    ON CONFLICT (id) DO NOTHING
    RETURNING n.action_id, n.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'action.note', 'action', $1::uuid, k.consent_id
    FROM put JOIN coordination k ON k.id = put.coordination_id)
SELECT set_config('zaedno.step', CASE
    WHEN put.action_id IS NOT NULL THEN '201'
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN old.same THEN '200'
    WHEN old.id IS NOT NULL THEN 'already-exists'
    ELSE 'not-found' END, true)
FROM want w LEFT JOIN old ON true LEFT JOIN put ON true;

-- The team of a coordination: who is invited, who came, who leads, and which
-- coordinator it is with.  Versions, events and the team that may see it are
-- the trigger's of coordination_member.

-- statement: member_invite (write, act)
-- $1 coordination, $2 organisation, $3 body; after coordination_lock.
WITH k AS (
    SELECT k.*, coordination_mine(k) AS mine
    FROM coordination k WHERE k.id = $1::uuid AND k.region = me()
    AND holder_shows(k.holder)),
o AS (
    SELECT o.id FROM organisation o
    WHERE o.id = $2::uuid AND o.status = 'active'),
answer AS (
    SELECT CASE WHEN o.id IS NULL THEN 'not-found'
        WHEN NOT k.mine THEN 'step-not-yours'
        WHEN k.state IN ('requested', 'suspended')
            OR NOT coordination_open(k.state) THEN 'step-not-possible'
        WHEN o.id IN (k.holder, k.region) THEN 'already-exists'
        WHEN NOT consent_names(k.consent_id, k.region)
            THEN 'step-refused:consent'
        WHEN NOT consent_names(k.consent_id, o.id) THEN 'step-refused:named'
        ELSE '200' END AS status, k.id, k.urgency, k.consent_id
    FROM k JOIN caller_status() c ON c = 'active' LEFT JOIN o ON true),
put AS (
    INSERT INTO coordination_member AS m (coordination_id, organisation_id,
        role, mandate, due)
    SELECT a.id, $2::uuid, $3::jsonb ->> 'role', $3::jsonb ->> 'mandate',
        deadline_at('invitation_answer', a.urgency = 'urgent',
            statement_timestamp())
    FROM answer a WHERE a.status = '200'
    ON CONFLICT (coordination_id, organisation_id) DO UPDATE
    SET role = EXCLUDED.role, mandate = EXCLUDED.mandate,
        state = CASE WHEN m.state IN ('invited', 'accepted') THEN m.state
            ELSE 'invited' END,
        invited_at = CASE WHEN m.state IN ('invited', 'accepted')
            THEN m.invited_at ELSE EXCLUDED.invited_at END,
        due = CASE WHEN m.state IN ('invited', 'accepted') THEN m.due
            ELSE EXCLUDED.due END,
        answered_at = CASE m.state WHEN 'accepted' THEN m.answered_at END,
        reason = NULL
    RETURNING CASE WHEN m.xmax = 0 THEN '201' ELSE '200' END AS status),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.invite', 'coordination', a.id, a.consent_id
    FROM put, answer a)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM put),
    (SELECT status FROM answer), 'not-found'), true);

-- statement: member_remove (write, act)
-- $1 coordination, $2 organisation; after coordination_lock.
WITH k AS (
    SELECT k.*, coordination_mine(k) AS mine
    FROM coordination k JOIN caller_status() c ON c = 'active'
    WHERE k.id = $1::uuid AND k.region = me() AND holder_shows(k.holder)),
put AS (
    UPDATE coordination_member m SET state = 'removed', mandate = NULL,
        answered_at = statement_timestamp(), reason = NULL
    FROM k WHERE m.coordination_id = k.id AND m.organisation_id = $2::uuid
    AND m.state IN ('invited', 'accepted') AND k.mine
    RETURNING m.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.remove', 'coordination', k.id, k.consent_id
    FROM put, k)
SELECT set_config('zaedno.step', CASE
    WHEN NOT EXISTS (SELECT FROM coordination_member m, k
        WHERE m.coordination_id = k.id AND m.organisation_id = $2::uuid)
        THEN 'not-found'
    WHEN NOT (SELECT mine FROM k) THEN 'step-not-yours'
    ELSE '200' END, true);

-- statement: member_answer (write, act)
-- $1 coordination, $2 body: the caller's own place in the team.
WITH caller AS (SELECT caller_status() AS status),
m AS MATERIALIZED (
    SELECT m.* FROM coordination_member m
    WHERE m.coordination_id = $1::uuid AND m.organisation_id = me()),
k AS (SELECT k.* FROM coordination k WHERE k.id = $1::uuid),
want AS (
    SELECT b.answer, b.reason FROM jsonb_to_record($2::jsonb)
        AS b(answer text, reason text)),
verdict AS (
    SELECT CASE WHEN caller.status <> 'active'
            THEN 'organisation-' || caller.status
        WHEN m.state = w.answer THEN 'same'
        WHEN NOT (m.state = 'invited' AND w.answer IN ('accepted', 'declined')
            OR m.state = 'accepted' AND w.answer = 'left')
            THEN 'step-not-possible'
        WHEN w.answer = 'accepted' AND NOT coordination_open(k.state)
            THEN 'step-not-possible'
        WHEN w.answer <> 'accepted' AND w.reason IS NULL
            THEN 'step-refused:reason'
        WHEN w.answer = 'accepted' AND (k.id IS NULL
            OR NOT consent_names(k.consent_id, me()))
            THEN 'step-refused:consent'
        ELSE '200' END AS status
    FROM m CROSS JOIN caller CROSS JOIN want w LEFT JOIN k ON true),
put AS (
    UPDATE coordination_member o SET state = w.answer,
        answered_at = statement_timestamp(),
        reason = CASE WHEN w.answer <> 'accepted' THEN w.reason END
    FROM want w, verdict v
    WHERE o.coordination_id = $1::uuid AND o.organisation_id = me()
    AND v.status = '200'
    RETURNING o.coordination_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.answer', 'coordination', $1::uuid,
        (SELECT consent_id FROM k)
    FROM put)
SELECT set_config('zaedno.step', coalesce(
    (SELECT CASE status WHEN 'same' THEN '200' ELSE status END FROM verdict),
    'not-found'), true);

-- statement: member_reply (write)
SELECT my_step() AS status, CASE WHEN my_step() = '200'
    THEN member_json(m)::text END AS body
FROM coordination_member m
WHERE m.coordination_id = $1::uuid AND m.organisation_id = me();

-- statement: manager_name (write, act)
-- $1 coordination, $2 organisation: one, and the holder says which; it
-- leads by the plan and the meetings, which the consent must give it.
WITH caller AS (SELECT caller_status() AS status),
k AS MATERIALIZED (
    SELECT k AS row, k.* FROM coordination k
    WHERE k.id = $1::uuid AND k.holder = me()),
verdict AS (
    SELECT CASE WHEN caller.status <> 'active'
            THEN 'organisation-' || caller.status
        WHEN k.state = 'suspended' OR NOT coordination_open(k.state)
            THEN 'step-not-possible'
        WHEN k.holder <> $2::uuid AND NOT EXISTS (
            SELECT FROM coordination_member m
            WHERE m.coordination_id = k.id AND m.organisation_id = $2::uuid
            AND m.state = 'accepted') THEN 'invalid'
        WHEN k.case_manager = $2::uuid THEN 'same'
        WHEN k.holder <> $2::uuid
            AND NOT (consent_opens(k.row, $2::uuid, 'plan')
                AND consent_opens(k.row, $2::uuid, 'meetings'))
            THEN 'step-refused:given'
        ELSE '200' END AS status
    FROM k, caller),
upd AS (
    UPDATE coordination o SET case_manager = $2::uuid,
        version = o.version + 1
    FROM verdict v WHERE o.id = $1::uuid AND o.holder = me()
    AND v.status = '200'
    RETURNING o.id, o.version, o.consent_id, o.holder, o.team),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'coordination', upd.id, upd.version, 'put'
    FROM upd, unnest(upd.team || upd.holder) o),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.manager', 'coordination', id, consent_id FROM upd)
SELECT set_config('zaedno.step', coalesce(
    (SELECT CASE status WHEN 'same' THEN '200' ELSE status END FROM verdict),
    'not-found'), true);

-- statement: coordinator_assign (write, act)
-- $1 coordination, $2 person: any coordinator of the region gives it to any.
WITH k AS MATERIALIZED (
    SELECT k.* FROM coordination k JOIN caller_status() c ON c = 'active'
    WHERE k.id = $1::uuid AND k.region = me() AND my_role() = 'coordinator'
    AND holder_shows(k.holder)),
u AS (
    SELECT u.id FROM app_user u WHERE u.id = $2::uuid
    AND u.role = 'coordinator' AND u.state = 'active'
    AND u.organisation_id = me()),
upd AS (
    UPDATE coordination o SET coordinator = u.id, version = o.version + 1
    FROM k, u WHERE o.id = k.id AND k.coordinator IS DISTINCT FROM u.id
    RETURNING o.id, o.version, o.consent_id, o.holder, o.team, o.state),
asg AS (
    INSERT INTO coordination_assignment (coordination_id, user_id)
    SELECT upd.id, u.id FROM upd, u),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'coordination', upd.id, upd.version, 'put'
    FROM upd, unnest(upd.team || upd.holder) o
    WHERE upd.state <> 'suspended' OR o = upd.holder),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.assign', 'coordination', id, consent_id FROM upd)
SELECT set_config('zaedno.step', CASE
    WHEN NOT EXISTS (SELECT FROM k) THEN 'not-found'
    WHEN NOT EXISTS (SELECT FROM u) THEN 'invalid'
    ELSE '200' END, true);

-- statement: absence_list (read)
-- Those of the team that are not over.
SELECT '200' AS status, jsonb_build_object('items', coalesce((
    SELECT jsonb_agg(absence_json(a) ORDER BY a.first_day, a.id)
    FROM coordinator_absence a WHERE a.last_day
        >= (statement_timestamp() AT TIME ZONE 'Europe/Sofia')::date
    AND (SELECT caller_status()) = 'active'), '[]'))::text AS body;

-- statement: absence_lock (write)
SELECT id FROM coordinator_absence WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: absence_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL; after absence_lock.
WITH want AS (
    SELECT b.* FROM jsonb_to_record($2::jsonb) AS b(user_id uuid,
        first_day date, last_day date, substitute uuid)
    WHERE EXISTS (SELECT FROM caller_status() c WHERE c = 'active')),
fit AS (
    SELECT w.* FROM want w
    WHERE w.user_id <> w.substitute AND w.last_day >= w.first_day
    AND w.last_day - w.first_day <= 366
    AND (SELECT count(*) FROM app_user u
        WHERE u.id IN (w.user_id, w.substitute) AND u.role = 'coordinator'
        AND u.state = 'active' AND u.organisation_id = me()) = 2),
cur AS MATERIALIZED (
    SELECT a AS old, (a.user_id, a.first_day, a.last_day, a.substitute)
        = (w.user_id, w.first_day, w.last_day, w.substitute) AS same
    FROM coordinator_absence a, want w WHERE a.id = $1::uuid),
ins AS (
    INSERT INTO coordinator_absence AS a (id, user_id, first_day, last_day,
        substitute)
    SELECT $1::uuid, f.user_id, f.first_day, f.last_day, f.substitute
    FROM fit f WHERE $3::text IS NULL AND NOT EXISTS (SELECT FROM cur)
    RETURNING a.version, absence_json(a) AS doc),
upd AS (
    UPDATE coordinator_absence a SET user_id = f.user_id,
        first_day = f.first_day, last_day = f.last_day,
        substitute = f.substitute, version = a.version + 1
    FROM fit f WHERE a.id = $1::uuid AND a.version::text = $3
    RETURNING a.version, absence_json(a.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'absence.put', 'absence', $1::uuid FROM done),
answer AS (
    SELECT CASE WHEN EXISTS (SELECT FROM ins) THEN '201'
        WHEN EXISTS (SELECT FROM upd) THEN '200'
        WHEN $3::text IS NOT NULL AND cur.old IS NULL THEN 'not-found'
        WHEN $3::text IS NULL AND cur.same THEN '200'
        WHEN NOT EXISTS (SELECT FROM fit) THEN 'invalid'
        WHEN $3::text IS NULL THEN 'already-exists'
        ELSE 'precondition-failed' END AS status,
        coalesce(d.doc, absence_json(cur.old)) AS doc,
        coalesce(d.version, (cur.old).version) AS version
    FROM want LEFT JOIN cur ON true LEFT JOIN done d ON true)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag
FROM answer;

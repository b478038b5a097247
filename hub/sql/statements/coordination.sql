-- Coordinations: requested, listed, read, and taken from step to step.
-- A write leaves what it did in zaedno.step, and coordination_reply tells it
-- with the document on a fresh snapshot: a status, a problem's code, or
-- "step-refused:" and the codes of the guards that are not met.

-- statement: coordination_lock (write)
SELECT id FROM coordination WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: coordination_reply (write)
SELECT coalesce(my_step(), 'precondition-failed') AS status,
    CASE WHEN coalesce(my_step(), '2') LIKE '2%'
        THEN coordination_json(k)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN k.version::text END AS etag,
    k.state
FROM coordination k WHERE k.id = $1::uuid;

-- statement: coordination_consent_lock (write)
-- $2 body: the consent of the summary that it names, before the coordination.
WITH unused AS (SELECT $1::uuid)
SELECT c.id FROM summary s JOIN consent c ON c.id = s.consent_id
WHERE s.id = ($2::jsonb ->> 'summary_id')::uuid AND c.holder = me()
FOR NO KEY UPDATE OF c;

-- statement: coordination_request (write, act)
-- $1 id, $2 body, $3 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT * FROM jsonb_to_record($2::jsonb)
        AS b(summary_id uuid, region uuid, urgency text, help_wanted text)),
idem AS (
    SELECT i.* FROM idempotency i WHERE i.org = me() AND i.key = $3::uuid),
cur AS (
    SELECT k AS old, (k.summary_id, k.region, k.urgency, k.help_wanted)
        = (w.summary_id, w.region, w.urgency, w.help_wanted) AS same
    FROM coordination k, want w WHERE k.id = $1::uuid AND k.holder = me()),
s AS (
    SELECT s.id, s.consent_id, c.case_pseudonym, c.until,
        array_remove(ARRAY[
            CASE WHEN s.doc IS NULL OR NOT consent_names(c.id, w.region)
                THEN 'consent' END,
            CASE WHEN c.purpose = 'consultation' THEN 'purpose' END], NULL)
        AS missing,
        EXISTS (SELECT FROM app_user u WHERE u.role = 'coordinator'
            AND u.state = 'active' AND u.organisation_id = w.region) AS team,
        EXISTS (SELECT FROM coordination k WHERE k.holder = me()
            AND k.case_pseudonym = c.case_pseudonym
            AND coordination_open(k.state)) AS under_way
    FROM want w JOIN summary s ON s.id = w.summary_id AND s.holder = me()
    JOIN consent c ON c.id = s.consent_id),
ins AS (
    INSERT INTO coordination AS k (id, holder, region, consent_id, summary_id,
        case_pseudonym, urgency, help_wanted, deadline, due, deadline_set,
        until)
    SELECT $1::uuid, me(), w.region, s.consent_id, s.id, s.case_pseudonym,
        w.urgency, w.help_wanted, 'screening',
        deadline_at('screening', w.urgency = 'urgent', statement_timestamp()),
        d.number, s.until
    FROM want w, s, caller, deadline_set d
    WHERE caller.status = 'active' AND s.team AND NOT s.under_way
    AND s.missing = '{}' AND d.state = 'adopted'
    AND NOT EXISTS (SELECT FROM idem) AND NOT EXISTS (SELECT FROM cur)
    RETURNING k.id, k.version, k.consent_id),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT me(), 'coordination', id, version, 'put' FROM ins),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.request', 'coordination', id, consent_id FROM ins),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $3::uuid, 'requestCoordination',
        request_hash($1::uuid, $2::jsonb), '201', version::text
    FROM ins),
answer AS (
    SELECT CASE WHEN ins.id IS NOT NULL THEN '201'
        WHEN idem.key IS NOT NULL AND idem.operation = 'requestCoordination'
            AND idem.request_sha256 = request_hash($1::uuid, $2::jsonb)
            THEN idem.status
        WHEN idem.key IS NOT NULL THEN 'idempotency-key-reused'
        WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
        WHEN cur.same THEN '200'
        WHEN (cur.old).id IS NOT NULL THEN 'already-exists'
        WHEN s.id IS NULL OR NOT s.team THEN 'not-found'
        WHEN s.missing <> '{}' THEN
            'step-refused:' || array_to_string(s.missing, ',')
        ELSE 'already-exists' END AS status
    FROM caller LEFT JOIN ins ON true LEFT JOIN cur ON true
    LEFT JOIN s ON true LEFT JOIN idem ON true)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM answer),
    'not-found'), true);

-- statement: coordination_requested (write)
-- The first line of the history; its policy looks at the row above.
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
    role)
SELECT k.id, 'request', 'none', 'requested', 'holder' FROM coordination k
WHERE k.id = $1::uuid AND k.holder = me() AND NOT EXISTS (
    SELECT FROM coordination_step s WHERE s.coordination_id = k.id);

-- statement: coordination_request_reply (write)
-- What coordination_reply says; nothing is told of an id that is another's.
SELECT my_step() AS status, coordination_json(k)::text AS body,
    CASE WHEN my_step() LIKE '2%' THEN k.version::text END AS etag
FROM (VALUES (1)) one(x) LEFT JOIN coordination k ON k.id = $1::uuid
    AND k.holder = me() AND my_step() LIKE '2%';

-- statement: coordination_queue (read)
-- $1 limit, $2 after, $3 overdue: what is under way, what is due first.  The
-- comparison of rows and the term are the index's own, here and below; whose
-- holder is blocked is asked once, and passed over on the way.
SELECT a.* FROM queue_page(ARRAY(
    SELECT k FROM coordination k
    WHERE (SELECT caller_status()) = 'active' AND k.region = me()
    AND k.holder <> ALL ((SELECT holders_hidden())::uuid[])
    AND k.state NOT IN ('closed', 'advised', 'redirected')
    AND (k.due, k.id) > (queue_due($2), queue_id($2))
    AND k.due <= queue_term($3)
    ORDER BY k.due, k.id LIMIT coalesce($1::int, 50) + 1), $1::int) a;

-- statement: coordination_mine (read)
-- The same of those whom the caller stands for, each in its own order.
SELECT a.* FROM queue_page(ARRAY(
    SELECT k.row FROM unnest((SELECT stands_for(my_user()))) somebody,
    LATERAL (
        SELECT k AS row, k.due, k.id FROM coordination k
        WHERE k.coordinator = somebody AND k.region = me()
        AND k.holder <> ALL ((SELECT holders_hidden())::uuid[])
        AND k.state NOT IN ('closed', 'advised', 'redirected')
        AND (k.due, k.id) > (queue_due($2), queue_id($2))
        AND k.due <= queue_term($3)
        ORDER BY k.due, k.id LIMIT coalesce($1::int, 50) + 1) k
    WHERE (SELECT caller_status()) = 'active'
    ORDER BY k.due, k.id LIMIT coalesce($1::int, 50) + 1), $1::int) a;

-- statement: coordination_nobodys (read)
-- The same of those that nobody has taken on.
SELECT a.* FROM queue_page(ARRAY(
    SELECT k FROM coordination k
    WHERE (SELECT caller_status()) = 'active' AND k.region = me()
    AND k.holder <> ALL ((SELECT holders_hidden())::uuid[])
    AND k.state NOT IN ('closed', 'advised', 'redirected')
    AND k.coordinator IS NULL
    AND (k.due, k.id) > (queue_due($2), queue_id($2))
    AND k.due <= queue_term($3)
    ORDER BY k.due, k.id LIMIT coalesce($1::int, 50) + 1), $1::int) a;

-- statement: coordination_in_state (read)
-- Of one state ($5), the ended ones too; $4 assigned.
SELECT a.* FROM queue_page(ARRAY(
    SELECT k FROM coordination k
    WHERE (SELECT caller_status()) = 'active' AND k.region = me()
    AND k.holder <> ALL ((SELECT holders_hidden())::uuid[])
    AND k.state = $5
    AND (k.due, k.id) > (queue_due($2), queue_id($2))
    AND k.due <= queue_term($3)
    AND ($4::text IS NULL OR CASE $4 WHEN 'none' THEN k.coordinator IS NULL
        ELSE k.coordinator = ANY (
            (SELECT stands_for(my_user()))::uuid[]) END)
    ORDER BY k.due, k.id LIMIT coalesce($1::int, 50) + 1), $1::int) a;

-- statement: coordination_own (read)
-- An organisation's: those that it asked for, those that it is in; the same
-- filters, of which only a coordinator's says nothing here.
WITH caller AS (SELECT reader_answer() AS status),
mine AS (
    SELECT k.id FROM coordination k WHERE k.holder = me()
    UNION
    SELECT m.coordination_id FROM coordination_member m
    WHERE m.organisation_id = me() AND m.state IN ('invited', 'accepted')),
page AS (
    SELECT k AS row, k.due, k.id FROM mine JOIN coordination k USING (id)
    JOIN organisation h ON h.id = k.holder
        AND (h.status <> 'blocked' OR h.id = me())
    WHERE (SELECT status FROM caller) = '200'
    AND (k.due, k.id) > (queue_due($2), queue_id($2))
    AND k.due <= queue_term($3)
    AND ($4::text IS NULL OR $4 IN ('me', 'none'))
    AND ($5::text IS NULL OR k.state = $5)
    ORDER BY k.due, k.id LIMIT coalesce($1::int, 50) + 1),
shown AS (
    SELECT * FROM page ORDER BY due, id LIMIT coalesce($1::int, 50)),
answer AS (
    SELECT status, CASE WHEN (SELECT count(*) FROM page)
        > coalesce($1::int, 50) THEN (SELECT queue_cursor(due, id)
        FROM shown ORDER BY due DESC, id DESC LIMIT 1) END AS next
    FROM caller WHERE status IS NOT NULL)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
        jsonb_build_object('items', coalesce(
        (SELECT jsonb_agg(coordination_item(row) ORDER BY due, id)
        FROM shown), '[]'), 'next', next))::text END AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: coordination_get (read)
-- Who reads another's is logged.  A member of a team whose consent has ended
-- learns that; for all others it never was.
WITH caller AS (SELECT reader_answer() AS status),
seen AS (
    SELECT k AS row, k.id, k.version, k.consent_id, k.holder
    FROM coordination k
    WHERE k.id = $1::uuid AND (SELECT status FROM caller) = '200'
    AND holder_shows(k.holder)),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'coordination', id, version, consent_id, holder FROM seen
    WHERE holder <> me()),
known AS (
    SELECT EXISTS (SELECT FROM coordination k WHERE k.id = $1::uuid
            AND holder_shows(k.holder)) AS here,
        NOT EXISTS (SELECT FROM coordination k WHERE k.id = $1::uuid)
        AND EXISTS (SELECT FROM coordination_member m
            WHERE m.coordination_id = $1::uuid AND m.organisation_id = me()
            AND m.state IN ('invited', 'accepted')) AS ended)
SELECT CASE WHEN caller.status <> '200' THEN caller.status
        WHEN s.id IS NOT NULL THEN '200'
        ELSE 'consent-withdrawn' END AS status,
    CASE WHEN s.id IS NOT NULL THEN coordination_json(s.row)::text END AS body,
    s.version::text AS etag
FROM caller JOIN known ON known.here OR known.ended
LEFT JOIN seen s ON true
WHERE caller.status IS NOT NULL;

-- statement: coordination_history (read)
-- $1 id, $2 limit, $3 after; who reads another's is logged.
WITH caller AS (SELECT reader_answer() AS status),
seen AS (
    SELECT k.id, k.version, k.consent_id, k.holder
    FROM coordination k
    WHERE k.id = $1::uuid AND holder_shows(k.holder)),
told AS MATERIALIZED (
    SELECT coordination_told(id) AS yes FROM seen),
page AS (
    SELECT s.* FROM coordination_step s
    WHERE s.coordination_id = $1::uuid
    AND s.id > coalesce($3::bigint, 0)
    ORDER BY s.id LIMIT coalesce($2::int, 50) + 1),
shown AS (SELECT * FROM page ORDER BY id LIMIT coalesce($2::int, 50)),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'coordination', s.id, s.version, s.consent_id, s.holder
    FROM seen s, caller WHERE caller.status = '200' AND s.holder <> me()),
answer AS (
    SELECT caller.status,
        CASE WHEN (SELECT count(*) FROM page) > coalesce($2::int, 50)
            THEN (SELECT max(id)::text FROM shown) END AS next
    FROM caller, seen WHERE caller.status IS NOT NULL)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
        jsonb_build_object('items', coalesce((SELECT jsonb_agg(
            jsonb_build_object('step', step, 'from', from_state,
            'to', to_state, 'role', role, 'organisation_id', by_org,
            'reason', CASE WHEN told.yes THEN reason END,
            'because', CASE WHEN told.yes THEN because END,
            'overridden', nullif(overridden, '{}'), 'at', rfc3339(at))
            ORDER BY id) FROM shown, told), '[]'), 'next', next))::text END
        AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: coordination_facts (read)
-- $1 id, $2 body, $3 Idempotency-Key, $4 operation: what decides whether the
-- step can be taken.  "go": ask the table.
WITH caller AS (SELECT caller_status() AS status),
idem AS (
    SELECT i.* FROM idempotency i WHERE i.org = me() AND i.key = $3::uuid)
SELECT CASE WHEN idem.key IS NOT NULL AND idem.operation = $4
            AND idem.request_sha256 = request_hash($1::uuid, $2::jsonb)
            THEN idem.status
        WHEN idem.key IS NOT NULL THEN 'idempotency-key-reused'
        WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
        ELSE 'go' END AS status,
    CASE WHEN caller.status = 'active' AND (idem.key IS NULL
        OR idem.request_sha256 = request_hash($1::uuid, $2::jsonb))
        THEN coordination_json(k)::text END AS body,
    CASE WHEN caller.status = 'active' THEN k.version::text END AS etag,
    k.state, k.before, k.reviewed,
    array_to_string(ARRAY[
        CASE WHEN my_role() = 'node' AND k.holder = me() THEN 'holder' END,
        CASE WHEN my_role() = 'coordinator' AND k.region = me()
            AND coordination_mine(k) THEN 'coordinator' END,
        CASE WHEN my_role() = 'node' AND k.case_manager = me()
            THEN 'case_manager' END], ',') AS roles,
    array_to_string(coordination_met(k), ',') AS met
FROM coordination k JOIN caller ON caller.status IS NOT NULL
LEFT JOIN idem ON true
WHERE k.id = $1::uuid AND holder_shows(k.holder);

-- statement: coordination_take (write, act)
-- $1 id, $2 body, $3 Idempotency-Key, $4 operation, $5 version that the facts
-- were of, $6 step, $7 to, $8 role, $9 guards passed over, $10 guards that
-- must still be met, $11 deadline or NULL.  Nothing is done when any fact has
-- changed since; what stays in its state is due when it was.  Once the consent
-- is past, words of the case count and are not kept (CODELISTS 8).
WITH now AS (
    SELECT k AS old, k.coordinator IS NULL AND $8 = 'coordinator' AS taken_on,
        $6 IN ('reopen', 'resume') AS anew,
        $6 NOT IN ('reopen', 'resume') AND (k.state = 'suspended'
            OR k.until <= statement_timestamp()) AS past, $2::jsonb AS body
    FROM coordination k
    WHERE k.id = $1::uuid AND k.version = $5::bigint
    AND string_to_array($10, ',') <@ coordination_met(k)),
upd AS (
    UPDATE coordination k SET version = k.version + 1, state = $7,
        before = NULL, entered_at = statement_timestamp(),
        counted_from = CASE WHEN n.anew THEN statement_timestamp()
            ELSE k.counted_from END,
        deadline = $11,
        due = CASE WHEN $11::text IS NULL THEN 'infinity'
            WHEN k.state = $7 THEN k.due ELSE deadline_at(
            $11, k.urgency = 'urgent', CASE WHEN $11 = 'meeting' AND NOT n.anew
            THEN k.counted_from ELSE statement_timestamp() END) END,
        deadline_set = CASE WHEN $11::text IS NOT NULL THEN (
            SELECT d.number FROM deadline_set d WHERE d.state = 'adopted') END,
        coordinator = CASE WHEN n.taken_on THEN my_user()
            ELSE k.coordinator END,
        criteria_at = CASE WHEN n.body ->> 'criteria_discussed' = 'true'
            THEN coalesce(k.criteria_at, statement_timestamp())
            ELSE k.criteria_at END,
        reviewed = $6 <> 'reopen' AND (k.reviewed OR $6 = 'review'),
        outcome = CASE WHEN $6 <> 'reopen' THEN coalesce(
            n.body -> 'closing' ->> 'outcome', k.outcome) END,
        family_view = CASE WHEN $6 <> 'reopen' AND NOT n.past THEN coalesce(
            n.body -> 'closing' ->> 'family_view', k.family_view) END,
        lesson = CASE WHEN $6 <> 'reopen' THEN coalesce(
            n.body -> 'closing' ->> 'lesson', k.lesson) END,
        closed_at = CASE WHEN $7 = 'closed' THEN statement_timestamp() END,
        until = CASE WHEN n.anew THEN consent_until(k.consent_id)
            ELSE k.until END
    FROM now n WHERE k.id = $1::uuid
    RETURNING k.id, k.version, k.consent_id, k.holder, k.team, n.taken_on,
        n.body, n.past, (n.old).state AS from_state),
hist AS (
    INSERT INTO coordination_step (coordination_id, step, from_state,
        to_state, role, by_user, reason, because, overridden)
    SELECT id, $6, from_state, $7, $8,
        CASE WHEN my_role() = 'coordinator' THEN my_user() END,
        CASE WHEN NOT past THEN body ->> 'reason' END,
        CASE WHEN $9 <> '' AND NOT past THEN body ->> 'because' END,
        string_to_array($9, ',')
    FROM upd),
asg AS (
    INSERT INTO coordination_assignment (coordination_id, user_id)
    SELECT id, my_user() FROM upd WHERE taken_on),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'coordination', upd.id, upd.version, 'put'
    FROM upd, unnest(upd.team || upd.holder) o),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.step', 'coordination', id, consent_id FROM upd),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $3::uuid, $4, request_hash($1::uuid, $2::jsonb), '200',
        version::text
    FROM upd WHERE $3::text IS NOT NULL)
SELECT set_config('zaedno.step', coalesce((SELECT '200' FROM upd), ''), true);

-- statement: coordination_consent_put (write, act)
-- $1 id, $2 body: the summary, and with it the consent, that the work goes on
-- under.  A consent's pseudonym is its own; that it is of the same case the
-- holder knows, and the hub only that it is of no other that is here.  What
-- has ended takes one too, and stays as it is: to begin again it needs one.
WITH caller AS (SELECT caller_status() AS status),
k AS MATERIALIZED (
    SELECT k.* FROM coordination k WHERE k.id = $1::uuid AND k.holder = me()),
s AS (
    SELECT s.id, s.consent_id, c.case_pseudonym, c.until,
        array_remove(ARRAY[
            CASE WHEN s.doc IS NULL OR NOT consent_names(c.id, k.region)
                THEN 'consent' END,
            CASE WHEN c.purpose = 'consultation' THEN 'purpose' END], NULL)
        AS missing,
        c.case_pseudonym <> k.case_pseudonym AND EXISTS (
            SELECT FROM coordination x WHERE x.holder = me()
            AND x.case_pseudonym = c.case_pseudonym AND x.id <> k.id) AS taken
    FROM k JOIN summary s ON s.id = ($2::jsonb ->> 'summary_id')::uuid
        AND s.holder = me()
    JOIN consent c ON c.id = s.consent_id),
upd AS (
    UPDATE coordination o SET version = o.version + 1,
        consent_id = s.consent_id, summary_id = s.id, until = s.until,
        case_pseudonym = s.case_pseudonym
    FROM k, s, caller
    WHERE o.id = k.id AND caller.status = 'active'
    AND s.missing = '{}' AND NOT s.taken
    AND (s.id, s.consent_id, s.until)
        <> (k.summary_id, k.consent_id, k.until)
    RETURNING o.id, o.version, o.consent_id, o.holder, o.team, o.state),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT o, 'coordination', upd.id, upd.version, 'put'
    FROM upd, unnest(upd.team || upd.holder) o
    WHERE upd.state <> 'suspended' OR o = upd.holder),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'coordination.consent', 'coordination', id, consent_id FROM upd)
SELECT set_config('zaedno.step', CASE
    WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
    WHEN k.id IS NULL OR s.id IS NULL THEN 'not-found'
    WHEN s.taken THEN 'case-mismatch'
    WHEN s.missing <> '{}' THEN
        'step-refused:' || array_to_string(s.missing, ',')
    ELSE '200' END, true)
FROM caller LEFT JOIN k ON true LEFT JOIN s ON true;

-- statement: coordination_consent_after (write)
-- Whom the new consent does not name is in the team no longer.
SELECT coordination_unname(k.consent_id) FROM coordination k
WHERE k.id = $1::uuid AND k.holder = me() AND my_step() = '200';

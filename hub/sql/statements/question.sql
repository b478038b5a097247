-- Questions to experts: asked, given, answered, decided on.  A write leaves what
-- it did in zaedno.step, and question_reply tells it with the document.

-- statement: question_experts (read)
SELECT '200' AS status, jsonb_build_object('items', coalesce(jsonb_agg(
    jsonb_build_object('id', u.id, 'name', u.name, 'level', u.level)
    ORDER BY u.name, u.id), '[]'))::text AS body
FROM app_user u WHERE u.role = 'expert' AND u.state = 'active'
AND EXISTS (SELECT FROM my_account());

-- statement: question_list (read)
-- $1 limit, $2 after, $3 state: what one sees the policy says.
WITH caller AS (SELECT caller_status() AS status),
page AS (
    SELECT q AS row, q.due, q.id FROM question q
    WHERE (SELECT status FROM caller) = 'active'
    AND (q.due, q.id) > (queue_due($2), queue_id($2))
    AND ($3::text IS NULL OR q.state = $3)
    ORDER BY q.due, q.id LIMIT coalesce($1::int, 50) + 1),
shown AS (
    SELECT * FROM page ORDER BY due, id LIMIT coalesce($1::int, 50)),
answer AS (
    SELECT CASE WHEN status IN ('suspended', 'blocked')
            THEN 'organisation-' || status ELSE '200' END AS status,
        CASE WHEN (SELECT count(*) FROM page) > coalesce($1::int, 50)
            THEN (SELECT queue_cursor(due, id) FROM shown
                ORDER BY due DESC, id DESC LIMIT 1) END AS next
    FROM caller)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
        jsonb_build_object('items', coalesce((SELECT jsonb_agg(
            question_json(row) ORDER BY due, id) FROM shown), '[]'),
        'next', next))::text END AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: question_get (read)
SELECT CASE c.status WHEN 'active' THEN '200'
        ELSE 'organisation-' || c.status END AS status,
    CASE c.status WHEN 'active' THEN question_json(q)::text END AS body,
    CASE c.status WHEN 'active' THEN q.version::text END AS etag
FROM (SELECT caller_status() AS status) c
LEFT JOIN question q ON q.id = $1::uuid
WHERE c.status IS NOT NULL AND (q.id IS NOT NULL OR c.status <> 'active');

-- statement: question_hold (write)
-- $2 body: the coordination that it is escalated from does not move meanwhile.
WITH unused AS (SELECT $1::uuid)
SELECT coordination_hold(($2::jsonb ->> 'coordination_id')::uuid);

-- statement: question_lock (write)
SELECT id FROM question WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: question_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH caller AS (
    SELECT caller_status() AS status, my_role() = 'coordinator' AS team),
want AS (
    SELECT b.text, coalesce(b.level, 'regional') AS level, b.coordination_id,
        CASE WHEN caller.team THEN me() ELSE b.region END AS region
    FROM caller, jsonb_to_record($2::jsonb) AS b(text text, level text,
        coordination_id uuid, region uuid)),
idem AS (
    SELECT answered_before($4::uuid, 'putQuestion',
        request_hash($1::uuid, $2::jsonb)) AS status),
team AS (
    SELECT w.region FROM want w WHERE EXISTS (SELECT FROM app_user u
        WHERE u.role = 'coordinator' AND u.state = 'active'
        AND u.organisation_id = w.region)),
k AS (
    SELECT k.id, k.state FROM coordination k, want w, caller
    WHERE k.id = w.coordination_id AND k.region = me() AND caller.team),
cur AS MATERIALIZED (
    SELECT q AS old, (q.text, q.level, q.region, l.coordination_id)
        IS NOT DISTINCT FROM (w.text, w.level, w.region, w.coordination_id)
        AS same,
        (q.region, l.coordination_id)
        IS NOT DISTINCT FROM (w.region, w.coordination_id) AS place
    FROM want w JOIN question q ON q.id = $1::uuid
    LEFT JOIN question_link l ON l.question_id = q.id),
ins AS (
    INSERT INTO question AS q (id, kind, asked_by, region, level, text, due,
        deadline_set)
    SELECT $1::uuid, CASE WHEN w.coordination_id IS NULL THEN 'method'
            ELSE 'escalated' END,
        CASE WHEN caller.team THEN my_user() END, team.region, w.level, w.text,
        deadline_at('expert_answer', false, statement_timestamp()), d.number
    FROM want w, team, caller, deadline_set d
    WHERE caller.status = 'active' AND d.state = 'adopted'
    AND $3::text IS NULL AND NOT EXISTS (SELECT FROM cur)
    AND (SELECT status FROM idem) IS NULL
    AND (w.coordination_id IS NULL OR EXISTS (SELECT FROM k
        WHERE coordination_open(k.state) AND k.state <> 'suspended'))
    RETURNING q.id, q.version, q.asker, q.asked_by),
upd AS (
    UPDATE question q SET text = w.text, version = q.version + 1,
        level = CASE WHEN q.expert IS NULL THEN w.level ELSE q.level END
    FROM cur, want w, caller
    WHERE q.id = $1::uuid AND caller.status = 'active' AND cur.place
    AND q.asker = me() AND q.state = 'open'
    AND (cur.old).version::text = $3 AND (SELECT status FROM idem) IS NULL
    RETURNING q.id, q.version, q.asker, q.asked_by),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT asker, 'question', id, version, 'put' FROM done
    WHERE asked_by IS NULL),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'question.put', 'question', id FROM done),
answer AS (
    SELECT CASE WHEN EXISTS (SELECT FROM ins) THEN '201'
        WHEN EXISTS (SELECT FROM upd) THEN '200'
        WHEN idem.status IS NOT NULL THEN idem.status
        WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
        WHEN (cur.old).id IS NULL AND ($3::text IS NOT NULL
            OR team.region IS NULL
            OR w.coordination_id IS NOT NULL AND k.id IS NULL)
            THEN 'not-found'
        WHEN (cur.old).id IS NULL AND k.id IS NOT NULL
            AND (k.state = 'suspended' OR NOT coordination_open(k.state))
            THEN 'step-not-possible'
        WHEN (cur.old).id IS NULL THEN 'already-exists'
        WHEN (cur.old).asker <> me() THEN 'step-not-yours'
        WHEN cur.same AND $3::text IS NULL THEN '200'
        WHEN (cur.old).state <> 'open' THEN 'question-settled'
        WHEN $3::text IS NULL OR NOT cur.place THEN 'already-exists'
        ELSE 'precondition-failed' END AS status
    FROM want w JOIN caller ON caller.status IS NOT NULL
    LEFT JOIN team ON true LEFT JOIN cur ON true LEFT JOIN k ON true
    LEFT JOIN idem ON true),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putQuestion', request_hash($1::uuid, $2::jsonb),
        a.status, d.version::text
    FROM done d, answer a)
SELECT set_config('zaedno.step', coalesce((SELECT status FROM answer),
    'not-found'), true);

-- statement: question_linked (write)
-- The policy looks at the row above.
INSERT INTO question_link (question_id, coordination_id)
SELECT $1::uuid, ($2::jsonb ->> 'coordination_id')::uuid
WHERE my_step() = '201' AND $2::jsonb ? 'coordination_id'
ON CONFLICT DO NOTHING;

-- statement: question_reply (write)
-- $1 id, $2 body; state: of the coordination that it cannot come from now.
SELECT my_step() AS status,
    CASE WHEN my_step() LIKE '2%' OR my_step() = 'precondition-failed'
        THEN question_json(q)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN q.version::text END AS etag,
    (SELECT k.state FROM coordination k
        WHERE k.id = ($2::jsonb ->> 'coordination_id')::uuid) AS state
FROM (VALUES (1)) one(x) LEFT JOIN question q ON q.id = $1::uuid;

-- statement: question_assign (write, act)
-- $1 id, $2 body.
WITH cur AS MATERIALIZED (
    SELECT q AS old FROM question q, my_account() u WHERE q.id = $1::uuid),
who AS (
    SELECT u.id, u.level FROM app_user u
    WHERE u.id = ($2::jsonb ->> 'user_id')::uuid AND u.role = 'expert'
    AND u.state = 'active'),
upd AS (
    UPDATE question q SET expert = who.id, level = who.level,
        version = q.version + 1
    FROM cur, who WHERE q.id = $1::uuid AND q.state = 'open'
    AND q.expert IS DISTINCT FROM who.id
    RETURNING q.id, q.version, q.asker, q.asked_by),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT asker, 'question', id, version, 'put' FROM upd
    WHERE asked_by IS NULL),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'question.assign', 'question', id FROM upd)
SELECT set_config('zaedno.step', coalesce((
    SELECT CASE WHEN (cur.old).expert = who.id OR EXISTS (SELECT FROM upd)
            THEN '200' ELSE 'question-settled' END
    FROM cur, who), 'not-found'), true);

-- statement: question_answer (write, act)
-- $1 id, $2 body, $3 If-Match: whoever answers first has it.
WITH cur AS MATERIALIZED (
    SELECT q AS old, (q.answer, q.expert)
        IS NOT DISTINCT FROM ($2::jsonb ->> 'answer', my_user()) AS same
    FROM question q, my_account() u WHERE q.id = $1::uuid),
upd AS (
    UPDATE question q SET answer = $2::jsonb ->> 'answer',
        answered_at = statement_timestamp(), expert = my_user(),
        state = 'answered', version = q.version + 1
    FROM cur WHERE q.id = $1::uuid AND q.decided_at IS NULL
    AND q.version::text = $3 AND NOT cur.same
    RETURNING q.id, q.version, q.asker, q.asked_by),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT asker, 'question', id, version, 'put' FROM upd
    WHERE asked_by IS NULL),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'question.answer', 'question', id FROM upd)
SELECT set_config('zaedno.step', coalesce((
    SELECT CASE WHEN cur.same OR EXISTS (SELECT FROM upd) THEN '200'
        WHEN (cur.old).decided_at IS NOT NULL THEN 'question-settled'
        ELSE 'precondition-failed' END
    FROM cur), 'not-found'), true);

-- statement: question_decide (write, act)
-- $1 id, $2 body, $3 If-Match, $4 Idempotency-Key.
WITH caller AS (SELECT caller_status() AS status),
want AS (
    SELECT CASE WHEN b.adopted THEN 'adopted' ELSE 'not_adopted' END AS state,
        b.why
    FROM jsonb_to_record($2::jsonb) AS b(adopted boolean, why text)),
idem AS (
    SELECT answered_before($4::uuid, 'adoptAnswer',
        request_hash($1::uuid, $2::jsonb)) AS status),
cur AS MATERIALIZED (
    SELECT q AS old, (q.state, q.why) IS NOT DISTINCT FROM (w.state, w.why)
        AS same
    FROM question q, want w WHERE q.id = $1::uuid),
upd AS (
    UPDATE question q SET state = w.state, why = w.why,
        decided_at = statement_timestamp(), version = q.version + 1
    FROM cur, want w, caller
    WHERE q.id = $1::uuid AND caller.status = 'active' AND q.asker = me()
    AND q.state = 'answered' AND q.version::text = $3
    AND (SELECT status FROM idem) IS NULL
    RETURNING q.id, q.version, q.asker, q.asked_by),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT asker, 'question', id, version, 'put' FROM upd
    WHERE asked_by IS NULL),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'question.adopt', 'question', id FROM upd),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'adoptAnswer', request_hash($1::uuid, $2::jsonb), '200',
        version::text
    FROM upd)
SELECT set_config('zaedno.step', coalesce((
    SELECT CASE WHEN EXISTS (SELECT FROM upd) THEN '200'
        WHEN idem.status IS NOT NULL THEN idem.status
        WHEN caller.status <> 'active' THEN 'organisation-' || caller.status
        WHEN (cur.old).id IS NULL THEN 'not-found'
        WHEN (cur.old).asker <> me() THEN 'step-not-yours'
        WHEN cur.same THEN '200'
        WHEN (cur.old).state = 'open' THEN 'question-unanswered'
        WHEN (cur.old).decided_at IS NOT NULL THEN 'question-settled'
        ELSE 'precondition-failed' END
    FROM caller LEFT JOIN cur ON true LEFT JOIN idem ON true
    WHERE caller.status IS NOT NULL), 'not-found'), true);

-- What a difficult case is: drafts, and what the board has adopted.

-- statement: definition_list (read)
-- A handful in a lifetime.
SELECT CASE c.status WHEN 'blocked' THEN 'organisation-blocked' ELSE '200' END
        AS status,
    CASE WHEN c.status IS DISTINCT FROM 'blocked' THEN jsonb_build_object(
        'items', coalesce((SELECT jsonb_agg(definition_json(d)
            ORDER BY d.number DESC) FROM difficulty_definition d
            WHERE c.status IS NOT NULL), '[]'))::text END AS body
FROM (SELECT caller_status() AS status) c;

-- statement: definition_lock (write)
-- All of them: each takes the next number, adopting one ends another.
SELECT pg_advisory_xact_lock(7311), $1::uuid;

-- statement: definition_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL.
WITH new AS (
    SELECT * FROM jsonb_to_record($2::jsonb)
        AS b(criteria jsonb, rule jsonb, note text)),
cur AS MATERIALIZED (
    SELECT d AS old, (d.criteria, d.rule, d.note) = (n.criteria, n.rule, n.note)
        AS same
    FROM difficulty_definition d, new n WHERE d.id = $1::uuid),
ins AS (
    INSERT INTO difficulty_definition AS d (id, number, criteria, rule, note)
    SELECT $1::uuid, (SELECT max(number) + 1 FROM difficulty_definition),
        n.criteria, n.rule, n.note
    FROM new n, my_account() u
    WHERE $3::text IS NULL AND NOT EXISTS (SELECT FROM cur)
    RETURNING d.version, definition_json(d) AS doc),
upd AS (
    UPDATE difficulty_definition d SET criteria = n.criteria, rule = n.rule,
        note = n.note, version = d.version + 1,
        number = (SELECT max(number) + 1 FROM difficulty_definition)
    FROM cur, new n, my_account() u
    WHERE d.id = $1::uuid AND d.state = 'draft' AND d.source = 'board'
    AND (cur.old).version::text = $3
    RETURNING d.version, definition_json(d.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'definition', $1::uuid, version, 'put' FROM done),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'definition.put', 'definition', $1::uuid FROM done),
answer AS (
    SELECT CASE WHEN EXISTS (SELECT FROM ins) THEN '201'
        WHEN EXISTS (SELECT FROM upd) THEN '200'
        WHEN (cur.old).id IS NULL THEN 'not-found'
        WHEN $3::text IS NULL AND cur.same THEN '200'
        WHEN (cur.old).state <> 'draft' THEN 'already-adopted'
        WHEN $3::text IS NULL OR (cur.old).source <> 'board'
            THEN 'already-exists'
        ELSE 'precondition-failed' END AS status,
        coalesce(d.doc, definition_json(cur.old)) AS doc,
        coalesce(d.version, (cur.old).version) AS version
    FROM (VALUES (1)) one(x) LEFT JOIN cur ON true LEFT JOIN done d ON true)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag
FROM answer;

-- statement: definition_adopt (write, act)
-- $1 id, $2 body, $3 If-Match: what the board had until now is superseded.
WITH unused AS (SELECT $2::text),
cur AS MATERIALIZED (
    SELECT d AS old FROM difficulty_definition d, my_account() u
    WHERE d.id = $1::uuid AND d.state = 'draft' AND d.version::text = $3),
past AS (
    UPDATE difficulty_definition d SET state = 'superseded',
        version = d.version + 1
    FROM cur WHERE d.state = 'adopted' RETURNING d.id, d.version),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'definition', id, version, 'put' FROM past)
SELECT set_config('zaedno.step', CASE WHEN EXISTS (SELECT FROM cur)
    THEN 'go' ELSE '' END, true);

-- statement: definition_adopted (write, act)
WITH upd AS (
    UPDATE difficulty_definition d SET state = 'adopted',
        version = d.version + 1, adopted_by = my_user(),
        adopted_at = statement_timestamp(),
        decided_on = ($2::jsonb ->> 'decided_on')::date,
        decision = $2::jsonb ->> 'decision'
    WHERE d.id = $1::uuid AND my_step() = 'go'
    RETURNING d.version, definition_json(d) AS doc),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'definition', $1::uuid, version, 'put' FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'definition.adopt', 'definition', $1::uuid FROM upd),
answer AS (
    SELECT CASE WHEN u.doc IS NOT NULL THEN '200'
        WHEN d.state = 'draft' AND d.version::text <> $3
            THEN 'precondition-failed'
        WHEN d.state = 'draft' THEN 'not-found'
        WHEN d.decision = $2::jsonb ->> 'decision'
            AND d.decided_on = ($2::jsonb ->> 'decided_on')::date THEN '200'
        ELSE 'already-adopted' END AS status,
        coalesce(u.doc, definition_json(d)) AS doc,
        coalesce(u.version, d.version) AS version
    FROM difficulty_definition d LEFT JOIN upd u ON true
    WHERE d.id = $1::uuid)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag
FROM answer;

-- Deadlines of a coordination: drafts, and what the board has adopted.

-- statement: deadline_set_list (read)
-- A handful in a lifetime; the newest decision first, drafts before it.
SELECT '200' AS status, jsonb_build_object('items', coalesce(
    jsonb_agg(deadline_set_json(d) ORDER BY d.number DESC NULLS FIRST,
        d.created_at DESC), '[]'))::text AS body
FROM deadline_set d WHERE EXISTS (SELECT FROM my_account());

-- statement: deadline_set_lock (write)
-- All sets: adopting one ends another.
SELECT pg_advisory_xact_lock(7310), $1::uuid;

-- statement: deadline_set_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL.
WITH cur AS MATERIALIZED (
    SELECT d AS old FROM deadline_set d WHERE d.id = $1::uuid),
ins AS (
    INSERT INTO deadline_set AS d (id, deadlines, note)
    SELECT $1::uuid, $2::jsonb -> 'deadlines', $2::jsonb ->> 'note'
    FROM my_account() u
    WHERE $3::text IS NULL AND NOT EXISTS (SELECT FROM cur)
    RETURNING d.version, deadline_set_json(d) AS doc),
upd AS (
    UPDATE deadline_set d SET deadlines = $2::jsonb -> 'deadlines',
        note = $2::jsonb ->> 'note', version = d.version + 1
    FROM cur, my_account() u
    WHERE d.id = $1::uuid AND d.state = 'draft'
    AND (cur.old).version::text = $3
    RETURNING d.version, deadline_set_json(d.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'deadlines.put', 'deadline_set', $1::uuid FROM done),
answer AS (
    SELECT CASE WHEN EXISTS (SELECT FROM ins) THEN '201'
        WHEN EXISTS (SELECT FROM upd) THEN '200'
        WHEN (cur.old).id IS NULL THEN 'not-found'
        WHEN $3::text IS NULL
            AND (cur.old).deadlines = $2::jsonb -> 'deadlines'
            AND (cur.old).note = $2::jsonb ->> 'note' THEN '200'
        WHEN (cur.old).state <> 'draft' THEN 'already-adopted'
        WHEN $3::text IS NULL THEN 'already-exists'
        ELSE 'precondition-failed' END AS status,
        coalesce(d.doc, deadline_set_json(cur.old)) AS doc,
        coalesce(d.version, (cur.old).version) AS version
    FROM (VALUES (1)) one(x) LEFT JOIN cur ON true LEFT JOIN done d ON true)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag
FROM answer;

-- statement: deadline_set_adopt (write, act)
-- $1 id, $2 body, $3 If-Match: adopted is what the board had before it.
WITH unused AS (SELECT $2::text),
cur AS MATERIALIZED (
    SELECT d AS old FROM deadline_set d WHERE d.id = $1::uuid),
past AS (
    UPDATE deadline_set d SET state = 'superseded', version = d.version + 1
    FROM cur, my_account() u
    WHERE d.state = 'adopted' AND (cur.old).state = 'draft'
    AND (cur.old).version::text = $3
    RETURNING d.number)
SELECT set_config('zaedno.step', coalesce((SELECT (number + 1)::text
    FROM past), ''), true);

-- statement: deadline_set_adopted (write, act)
WITH upd AS (
    UPDATE deadline_set d SET state = 'adopted', version = d.version + 1,
        number = my_step()::int, adopted_by = my_user(),
        adopted_at = statement_timestamp(),
        decided_on = ($2::jsonb ->> 'decided_on')::date,
        decision = $2::jsonb ->> 'decision'
    WHERE d.id = $1::uuid AND d.state = 'draft' AND my_step() IS NOT NULL
    RETURNING d.version, deadline_set_json(d) AS doc),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'deadlines.adopt', 'deadline_set', $1::uuid FROM upd),
answer AS (
    SELECT CASE WHEN u.doc IS NOT NULL THEN '200'
        WHEN d.state = 'draft' AND d.version::text <> $3
            THEN 'precondition-failed'
        WHEN d.state = 'draft' THEN 'not-found'
        WHEN d.decision = $2::jsonb ->> 'decision'
            AND d.decided_on = ($2::jsonb ->> 'decided_on')::date THEN '200'
        ELSE 'already-adopted' END AS status,
        coalesce(u.doc, deadline_set_json(d)) AS doc,
        coalesce(u.version, d.version) AS version
    FROM deadline_set d LEFT JOIN upd u ON true WHERE d.id = $1::uuid)
SELECT status,
    CASE WHEN status LIKE '2%' OR status = 'precondition-failed'
        THEN doc::text END AS body,
    CASE WHEN status LIKE '2%' THEN version::text END AS etag
FROM answer;

-- What coordinations that are over tell.

-- statement: lesson_publish (write, act)
-- By the timer: nobody asks.
SELECT lesson_publish() AS told;

-- statement: lesson_list (read)
-- $1 quarter, $2 limit, $3 after ("quarter.id"): the latest quarter first,
-- within it in no order that says anything.  A disabled account's is empty.
WITH caller AS (SELECT caller_status() AS status),
page AS (
    SELECT l, l.quarter, l.id FROM lesson l
    WHERE (SELECT status FROM caller) = 'active'
    AND ($1::text IS NULL OR l.quarter = $1)
    AND ($3::text IS NULL OR l.quarter < split_part($3, '.', 1)
        OR (l.quarter = split_part($3, '.', 1)
            AND l.id > split_part($3, '.', 2)::uuid))
    ORDER BY l.quarter DESC, l.id LIMIT coalesce($2::int, 50) + 1),
shown AS (
    SELECT * FROM page ORDER BY quarter DESC, id
    LIMIT coalesce($2::int, 50)),
answer AS (
    SELECT CASE coalesce(status, 'active') WHEN 'active' THEN '200'
        ELSE 'organisation-' || status END AS status,
        CASE WHEN (SELECT count(*) FROM page) > coalesce($2::int, 50)
            THEN (SELECT quarter || '.' || id FROM shown
                ORDER BY quarter, id DESC LIMIT 1) END AS next
    FROM caller)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
        jsonb_build_object('items', coalesce((SELECT jsonb_agg(
            lesson_json(l) ORDER BY quarter DESC, id) FROM shown), '[]'),
        'next', next))::text END AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: times_get (read)
-- The last twelve quarters.
SELECT '200' AS status, jsonb_build_object('items', coalesce((
    SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'quarter', t.quarter, 'measure', t.measure, 'few', t.n IS NULL,
        'n', t.n, 'median_days', t.median, 'p90_days', t.p90))
        ORDER BY t.quarter DESC, t.measure)
    FROM coordination_times() t WHERE c = 'active' AND t.quarter
        > quarter_of(statement_timestamp() - interval '3 years')), '[]'))::text
    AS body
FROM caller_status() c;

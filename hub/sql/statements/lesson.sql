-- What coordinations that are over tell.

-- statement: lesson_list (read)
-- $1 quarter, $2 limit, $3 after ("quarter.hash"): the latest quarter first,
-- within it in no order that says anything.  A disabled account's is empty.
WITH caller AS (SELECT caller_status() AS status),
page AS (
    SELECT l.quarter, l.lesson, x.hash FROM lessons() l,
        LATERAL (SELECT md5(l.lesson) AS hash) x
    WHERE (SELECT status FROM caller) = 'active'
    AND ($1::text IS NULL OR l.quarter = $1)
    AND ($3::text IS NULL OR l.quarter < split_part($3, '.', 1)
        OR (l.quarter = split_part($3, '.', 1)
            AND x.hash > split_part($3, '.', 2)))
    ORDER BY l.quarter DESC, x.hash LIMIT coalesce($2::int, 50) + 1),
shown AS (
    SELECT * FROM page ORDER BY quarter DESC, hash
    LIMIT coalesce($2::int, 50)),
answer AS (
    SELECT CASE coalesce(status, 'active') WHEN 'active' THEN '200'
        ELSE 'organisation-' || status END AS status,
        CASE WHEN (SELECT count(*) FROM page) > coalesce($2::int, 50)
            THEN (SELECT quarter || '.' || hash FROM shown
                ORDER BY quarter, hash DESC LIMIT 1) END AS next
    FROM caller)
SELECT status, CASE status WHEN '200' THEN jsonb_strip_nulls(
        jsonb_build_object('items', coalesce((SELECT jsonb_agg(
            jsonb_build_object('quarter', quarter, 'text', lesson)
            ORDER BY quarter DESC, hash) FROM shown), '[]'),
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

-- What is due, told to whom and when.

-- statement: reminder_list (read)
-- $1 limit, $2 after, $3 assigned: the region's, what was due first first.
WITH caller AS (SELECT caller_status() AS status),
page AS (
    SELECT reminder_json(r) || jsonb_strip_nulls(jsonb_build_object(
        'coordinator', k.coordinator)) AS doc, r.due, r.id
    FROM reminder r LEFT JOIN coordination k ON k.id = r.coordination_id
    WHERE (SELECT status FROM caller) = 'active'
    AND (r.coordination_id IS NULL OR holder_shows(k.holder))
    AND r.recipient = me() AND r.settled_at IS NULL
    AND (r.due, r.id) > (queue_due($2), queue_id($2))
    AND ($3::text IS NULL OR CASE $3 WHEN 'none' THEN k.coordinator IS NULL
        ELSE k.coordinator = ANY (
            (SELECT stands_for(my_user()))::uuid[]) END)
    ORDER BY r.due, r.id LIMIT coalesce($1::int, 50) + 1),
shown AS (
    SELECT * FROM page ORDER BY due, id LIMIT coalesce($1::int, 50)),
answer AS (
    SELECT '200' AS status, CASE WHEN (SELECT count(*) FROM page)
        > coalesce($1::int, 50) THEN (SELECT queue_cursor(due, id)
        FROM shown ORDER BY due DESC, id DESC LIMIT 1) END AS next)
SELECT status, jsonb_strip_nulls(jsonb_build_object('items', coalesce(
        (SELECT jsonb_agg(doc ORDER BY due, id) FROM shown), '[]'),
        'next', next))::text AS body,
    NULL AS etag, NULL AS location, next
FROM answer;

-- statement: reminder_sweep (write, act)
-- By the timer: nobody asks.
SELECT reminder_sweep() AS moved;

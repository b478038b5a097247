-- Copies that are to be erased and are not yet.

-- statement: recall_list (read)
-- $1 state, $2 limit, $3 after ("since.consent.recipient", which sorts as
-- text), $4 target and $5 alarm in hours.  One line for each consent and
-- recipient, the oldest first; nothing of what was shared.
WITH held AS (
    SELECT d.consent_id, d.recipient, min(d.recalled_at) AS since
    FROM delivery d WHERE d.recalled_at IS NOT NULL AND d.purged_at IS NULL
    GROUP BY d.consent_id, d.recipient),
known AS (
    SELECT h.*, recall_state(h.since, $4::int, $5::int) AS state,
        rfc3339(h.since) || '.' || h.consent_id || '.' || h.recipient AS place
    FROM held h),
page AS (
    SELECT k.* FROM known k
    WHERE ($1::text IS NULL OR k.state = $1)
    AND ($3::text IS NULL OR k.place COLLATE "C" > $3)
    ORDER BY k.place COLLATE "C" LIMIT coalesce($2::int, 50) + 1),
shown AS (
    SELECT p.* FROM page p
    ORDER BY p.place COLLATE "C" LIMIT coalesce($2::int, 50)),
more AS (
    SELECT CASE WHEN (SELECT count(*) FROM page) > coalesce($2::int, 50)
        THEN (SELECT max(place COLLATE "C") FROM shown) END AS next)
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object('items',
    coalesce((SELECT jsonb_agg(jsonb_build_object('consent_id', s.consent_id,
        'recipient', s.recipient, 'organisation', o.name,
        'since', rfc3339(s.since), 'state', s.state)
        ORDER BY s.place COLLATE "C")
        FROM shown s JOIN organisation o ON o.id = s.recipient), '[]'),
    'next', more.next))::text AS body,
    NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: recall_count (read)
-- $1 target and $2 alarm in hours.
SELECT pending, overdue, alarm, oldest_s
FROM recall_counts($1::int, $2::int);

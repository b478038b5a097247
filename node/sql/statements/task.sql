-- What waits for a person.

-- statement: task_list (read)
-- $1 done, $2 subject, $3 after, $4 limit.
WITH hit AS (
	SELECT * FROM task t
	WHERE ($1::boolean IS NULL OR (t.done_at IS NOT NULL) = $1::boolean)
	  AND ($2::uuid IS NULL OR t.subject = $2::uuid)
	  AND ($3::bigint IS NULL OR t.n < $3::bigint)
	ORDER BY t.n DESC LIMIT $4::int + 1),
page AS (SELECT * FROM hit ORDER BY n DESC LIMIT $4::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $4::int
            THEN (SELECT min(n)::text FROM page) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(task_document(t) ORDER BY p.n DESC), '[]')
               FROM page p JOIN task t ON t.id = p.id), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: task_complete (write)
-- $1 task. Who does it first counts.
WITH put AS (
	UPDATE task SET done_at = statement_timestamp(), done_by = my_user()
	WHERE id = $1::uuid AND done_at IS NULL
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'task.done', 'task', id FROM put;

-- statement: task_get (write)
SELECT '200' AS status, task_document(t)::text AS body
FROM task t WHERE t.id = $1::uuid;

-- statement: task_sweep (write)
-- $1 target and $2 alarm, in hours, of copies that are to be erased. By the
-- timer: nobody asks.
WITH clock AS MATERIALIZED (SELECT clock_sweep())
SELECT task_sweep($1::int, $2::int) FROM clock;

-- statement: case_sweep (write)
-- By the timer, too.
WITH clock AS MATERIALIZED (SELECT clock_sweep())
SELECT case_sweep() FROM clock;

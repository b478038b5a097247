-- How long what is kept is kept.

-- statement: retention_sweep (write)
-- By the timer: nobody asks.
SELECT retention_run()::text AS removed;

-- statement: retention_run (write)
SELECT '200' AS status, json_build_object('removed', retention_run())::text AS body;

-- statement: retention_list (read)
SELECT '200' AS status,
       json_build_object('items', coalesce(retention_list(), '[]'))::text AS body;

-- statement: retention_set (write)
-- $1 rule, $2 days (NULL: nothing is removed), $3 version asked for.
WITH put AS (
	UPDATE retention SET days = $2::int, set_by = my_user()::text,
	       set_at = statement_timestamp(), version = version + 1
	WHERE rule = $1 AND version::text = $3
	  AND ($2::int >= least OR $2::int IS NULL AND optional)
	RETURNING rule)
INSERT INTO audit (event, kind) SELECT 'retention.set', 'retention' FROM put;

-- statement: retention_set_reply (write)
SELECT CASE WHEN touched(r.xmin) THEN '200'
            WHEN r.version::text <> $3 THEN 'precondition-failed'
            ELSE 'invalid' END AS status,
       CASE WHEN touched(r.xmin) OR r.version::text <> $3 THEN
            (SELECT i::text FROM jsonb_array_elements(retention_list()) i
             WHERE i->>'rule' = r.rule) ELSE '/days' END AS body,
       CASE WHEN touched(r.xmin) OR r.version::text <> $3 THEN r.version::text
            WHEN $2::int IS NULL THEN 'required' ELSE 'minimum' END AS etag
FROM retention r WHERE r.rule = $1;

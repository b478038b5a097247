-- The step that numbers what has been committed, and the sweep.

-- statement: sequencer_lock (write)
-- One at a time; a lock of the transaction, so that a stopped worker cannot
-- keep it.
SELECT set_config('zaedno.job', CASE WHEN pg_try_advisory_xact_lock(7301)
    THEN 'sequencer' ELSE '' END, true);

-- statement: sequencer_step (write)
-- Committed rows need no window: a number is given after the commit.  Order
-- is by queue id, which is drawn with the root's lock held.
WITH me AS MATERIALIZED (SELECT my_job() IS NOT DISTINCT FROM 'sequencer' AS mine),
ev AS (
    DELETE FROM event_queue WHERE ctid = ANY (ARRAY(
        SELECT q.ctid FROM event_queue q WHERE (SELECT mine FROM me)
        ORDER BY q.id LIMIT 2000)) RETURNING *),
lf AS (
    DELETE FROM audit_queue WHERE ctid = ANY (ARRAY(
        SELECT q.ctid FROM audit_queue q WHERE (SELECT mine FROM me)
        ORDER BY q.id LIMIT 2000)) RETURNING *),
linked AS MATERIALIZED (
    SELECT h.leaves + row_number() OVER w - 1 AS idx, lf.leaf, lf.act,
        audit_chain(h.chain, lf.leaf) OVER w AS chain
    FROM lf, feed_head h WINDOW w AS (ORDER BY lf.id ROWS UNBOUNDED PRECEDING)),
head AS (
    UPDATE feed_head h SET seq = h.seq + n.ev, leaves = h.leaves + n.lf,
        chain = coalesce((SELECT l.chain FROM linked l
            ORDER BY l.idx DESC LIMIT 1), h.chain)
    FROM (SELECT (SELECT count(*) FROM ev) AS ev,
        (SELECT count(*) FROM lf) AS lf) n
    WHERE n.ev + n.lf > 0
    RETURNING h.seq - n.ev AS seq0, h.seq),
num AS (
    SELECT ev.*, head.seq0 + row_number() OVER (ORDER BY ev.id) AS seq
    FROM ev, head),
fed AS (
    INSERT INTO feed (seq, recipient, prev, kind, ref, version, op)
    SELECT num.seq, num.recipient, coalesce(
        lag(num.seq) OVER (PARTITION BY num.recipient ORDER BY num.seq),
        (SELECT f.seq FROM feed f WHERE f.recipient = num.recipient
            ORDER BY f.seq DESC LIMIT 1), 0),
        num.kind, num.ref, num.version, num.op
    FROM num RETURNING 1),
tree AS (
    INSERT INTO audit_leaf (idx, leaf, chain, act)
    SELECT l.idx, l.leaf, l.chain, l.act FROM linked l RETURNING 1)
-- Only the step notifies, once a batch and when something moved: a NOTIFY in
-- every act would serialise commits.
SELECT (SELECT count(*) FROM fed) AS events,
    (SELECT count(*) FROM tree) AS leaves,
    (SELECT pg_notify('feed', head.seq::text) FROM head
        WHERE EXISTS (SELECT FROM num)) AS told,
    (SELECT mine FROM me) AS mine;

-- statement: reads_lock (write)
-- A lock of its own: the feed does not wait while reads are hashed.
SELECT set_config('zaedno.job', CASE WHEN pg_try_advisory_xact_lock(7304)
    THEN 'reads' ELSE '' END, true);

-- statement: sequencer_reads (write)
-- The reads that have committed since the last time, as one leaf.  Whatever
-- transaction is older than the oldest that runs has ended, so none is left
-- out; all rows of a transaction are in the same set.
WITH me AS MATERIALIZED (SELECT my_job() IS NOT DISTINCT FROM 'reads' AS mine),
span AS MATERIALIZED (
    SELECT x.hi, CASE WHEN x.hi < h.tx THEN '0' ELSE h.tx END AS lo,
        CASE WHEN x.hi < h.tx THEN h.last_at ELSE h.after END AS after
    FROM me, read_head h, pg_snapshot_xmin(pg_current_snapshot()) AS x(hi)
    WHERE me.mine),
taken AS MATERIALIZED (
    SELECT l.tx, l.at, read_row_hash(l) AS hash FROM read_log l
    WHERE l.tx > (SELECT lo FROM span) AND l.tx < (SELECT hi FROM span)
    AND l.at > (SELECT after FROM span)
    ORDER BY l.tx FETCH FIRST 2000 ROWS WITH TIES),
whole AS MATERIALIZED (
    SELECT count(*) AS rows, min(tx) AS tx_from, max(tx) AS tx_to,
        min(at) AS first_at, max(at) AS last_at, statement_timestamp() AS at,
        sha256('\x03'::bytea || string_agg(hash, ''::bytea ORDER BY hash))
        AS details
    FROM taken HAVING count(*) > 0),
lf AS MATERIALIZED (
    SELECT audit_leaf_of(at, NULL, details, 'reads', 'read_log', NULL, NULL,
        NULL) AS h FROM whole),
kept AS (
    INSERT INTO read_set (leaf, at, details, rows, tx_from, tx_to, first_at,
        last_at)
    SELECT lf.h, w.at, w.details, w.rows, w.tx_from, w.tx_to, w.first_at,
        w.last_at FROM whole w, lf),
que AS (INSERT INTO audit_queue (leaf) SELECT h FROM lf),
moved AS (
    UPDATE read_head h SET tx = w.tx_to, after = span.after,
        last_at = greatest(h.last_at, w.last_at)
    FROM whole w, span)
SELECT (SELECT rows FROM whole) AS rows;

-- statement: sequencer_unstick (write)
-- A transaction of ours that stays open longer than 10 s holds up the step
-- and vacuum: idle_in_transaction_session_timeout misses half a segment.
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE usename = current_user AND datname = current_database()
AND pid <> pg_backend_pid() AND backend_type = 'client backend'
AND xact_start < clock_timestamp() - interval '10 seconds'
AND (state = 'idle in transaction' OR wait_event = 'ClientRead');

-- statement: sweep_lock (write)
SELECT set_config('zaedno.job', CASE WHEN pg_try_advisory_xact_lock(7302)
    THEN 'sweep' ELSE '' END, true);

-- statement: sweep_expire (write)
-- What has run out is latched in the row: a clock that is set back cannot
-- revive it.  Reads never wait for this: until is part of their condition.
-- Which they were is left in zaedno.step for the next statement.
WITH due AS (
    SELECT c.id FROM consent c
    WHERE my_job() = 'sweep' AND c.state = 'active'
    AND c.until <= statement_timestamp()
    ORDER BY c.until LIMIT 200 FOR NO KEY UPDATE SKIP LOCKED),
ended AS (
    UPDATE consent c SET state = 'expired', version = c.version + 1,
        ended_at = statement_timestamp()
    FROM due WHERE c.id = due.id RETURNING c.id)
SELECT set_config('zaedno.step', coalesce(string_agg(id::text, ','), ''), true)
FROM ended;

-- statement: sweep_erase (write, act)
WITH ended AS (
    SELECT c.id, c.holder, c.version FROM consent c
    WHERE c.id = ANY (string_to_array(my_step(), ',')::uuid[])),
gone AS (
    UPDATE summary s SET doc = NULL, erased_at = statement_timestamp(),
        version = s.version + 1, readers = '{}'
    FROM ended WHERE s.consent_id = ended.id AND s.doc IS NOT NULL
    RETURNING s.id, s.version, s.consent_id, s.holder)
INSERT INTO event_queue (recipient, kind, ref, version, op)
SELECT d.recipient, 'summary', gone.id, gone.version, 'purge'
FROM gone JOIN delivery d ON d.summary_id = gone.id
UNION ALL
SELECT gone.holder, 'summary', gone.id, gone.version, 'purge' FROM gone
UNION ALL
SELECT ended.holder, 'consent', ended.id, ended.version, 'put' FROM ended;

-- statement: sweep_clock (write)
-- The latest time that was seen; it goes forward only.
UPDATE clock_mark SET mark = statement_timestamp()
WHERE my_job() = 'sweep' AND mark < statement_timestamp();

-- statement: sweep_prune (write)
-- What works once and was not used; the rest goes by its period (retention).
WITH jti AS (
    DELETE FROM assertion_jti
    WHERE my_job() = 'sweep' AND expires_at < statement_timestamp())
DELETE FROM enrolment_code
WHERE my_job() = 'sweep' AND used_at IS NULL
AND expires_at < statement_timestamp() - interval '1 day';

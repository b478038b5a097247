-- Deploy zaedno-hub:lesson to pg
-- requires: reminder
-- What is left of coordinations when their time is over: dates and outcome,
-- without a case; the lessons of a quarter, as they are published when it is
-- over; and how long things took.
BEGIN;

-- No case, no organisation but the regional team.
CREATE TABLE coordination_past (
	n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	region uuid NOT NULL REFERENCES organisation,
	state text NOT NULL,
	urgency text NOT NULL,
	outcome text,
	-- Until it is published.
	lesson text,
	requested_at timestamptz NOT NULL,
	met_at timestamptz,
	ended_at timestamptz NOT NULL,
	-- Of each decision that was done.
	decided_at timestamptz[] NOT NULL,
	done_at timestamptz[] NOT NULL,
	CHECK (cardinality(decided_at) = cardinality(done_at))
);
ALTER TABLE coordination_past ENABLE ROW LEVEL SECURITY;

-- Lessons, all of a quarter at once: nothing in them, no time and no order says
-- of which case one is.
CREATE TABLE lesson (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	quarter text NOT NULL CHECK (quarter ~ '^20[0-9]{2}-Q[1-4]$'),
	text text NOT NULL,
	UNIQUE (quarter, text)
);
ALTER TABLE lesson ENABLE ROW LEVEL SECURITY;
CREATE POLICY lesson_see ON lesson FOR SELECT
	USING ((SELECT my_role()) IN ('coordinator', 'node'));

-- Up to when they are published.
CREATE TABLE lesson_run (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO lesson_run DEFAULT VALUES;
ALTER TABLE lesson_run ENABLE ROW LEVEL SECURITY;

INSERT INTO retention (rule, days) VALUES ('plan', 365);

-- The quarter of a moment in Sofia: 2026-Q4.
CREATE FUNCTION quarter_of(at timestamptz) RETURNS text
LANGUAGE sql STABLE AS
$$ SELECT to_char(at AT TIME ZONE 'Europe/Sofia', 'YYYY-"Q"Q') $$;

-- When the team first met: the meeting, or the step where none is recorded.
CREATE FUNCTION coordination_met_at(of_coordination uuid) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT coalesce((SELECT min(m.starts_at) FROM meeting m
	        WHERE m.coordination_id = of_coordination AND m.state = 'held'),
	    (SELECT min(s.at) FROM coordination_step s
	        WHERE s.coordination_id = of_coordination AND s.step = 'meet'))
$$;

-- What ended 365 days ago goes, with all that hangs on it, here and in the
-- mirrors; what was suspended as long has ended.
CREATE FUNCTION retention_plan(too_old timestamptz, most int) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS
$$
DECLARE
	k coordination;
	published timestamptz;
	removed bigint := 0;
BEGIN
	SELECT r.until INTO published FROM lesson_run r FOR SHARE;
	FOR k IN SELECT * FROM coordination c
	    WHERE c.state IN ('closed', 'advised', 'redirected', 'suspended')
	    AND coalesce(c.closed_at, c.entered_at) < too_old
	    LIMIT most FOR UPDATE SKIP LOCKED
	LOOP
		INSERT INTO event_queue (recipient, kind, ref, version, op)
		SELECT o.id, p.kind, p.ref, p.version, 'purge'
		FROM (SELECT k.holder AS id UNION
		    SELECT m.organisation_id FROM coordination_member m
		    WHERE m.coordination_id = k.id) o,
		(SELECT x.kind, x.ref, x.version FROM coordination_parts(k.id) x
		    UNION ALL SELECT 'coordination', k.id, k.version) p
		UNION ALL
		SELECT r.recipient, 'reminder', r.id, r.version + 1, 'purge'
		FROM reminder r WHERE r.coordination_id = k.id
		AND r.settled_at IS NULL AND NOT r.to_region;
		INSERT INTO coordination_past (region, state, urgency, outcome,
		    lesson, requested_at, met_at, ended_at, decided_at, done_at)
		SELECT k.region, k.state, k.urgency, k.outcome,
		    CASE WHEN k.closed_at >= published THEN k.lesson END,
		    k.requested_at, coordination_met_at(k.id),
		    coalesce(k.closed_at, k.entered_at),
		    coalesce(array_agg(d.made_at ORDER BY d.id), '{}'),
		    coalesce(array_agg(d.reported_at ORDER BY d.id), '{}')
		FROM meeting_decision d
		WHERE d.coordination_id = k.id AND d.state = 'done';
		DELETE FROM coordination_step WHERE coordination_id = k.id;
		DELETE FROM coordination_assignment WHERE coordination_id = k.id;
		DELETE FROM coordination_member WHERE coordination_id = k.id;
		DELETE FROM coordination WHERE id = k.id;
		removed := removed + 1;
	END LOOP;
	RETURN removed;
END $$;

-- By the timer: nobody asks.  The lessons of quarters that are over, of those
-- in which at least three were closed with one; none is added later.  An hour
-- after its end nothing that belongs to a quarter is under way any more.  What
-- is not published now never is: the text is kept no longer.
CREATE FUNCTION lesson_publish() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	ended timestamptz := date_trunc('quarter',
	    statement_timestamp() - interval '1 hour', 'Europe/Sofia');
	n bigint;
BEGIN
	IF me() IS NOT NULL OR my_user() IS NOT NULL THEN
		RETURN 0;
	END IF;
	-- Another worker waits here, and finds that it was done.
	UPDATE lesson_run r SET until = ended WHERE r.until < ended;
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	WITH closed AS (
	    SELECT x.lesson, q.quarter, count(*) OVER (PARTITION BY q.quarter) AS n
	    FROM (SELECT k.closed_at AS at, k.lesson FROM coordination k
	        WHERE k.state = 'closed'
	        UNION ALL
	        SELECT p.ended_at, p.lesson FROM coordination_past p
	        WHERE p.state = 'closed') x, quarter_of(x.at) q(quarter)
	    WHERE x.at < ended AND x.lesson IS NOT NULL),
	told AS (
	    INSERT INTO lesson (quarter, text)
	    SELECT DISTINCT c.quarter, c.lesson FROM closed c
	    WHERE c.n >= 3
	    AND NOT EXISTS (SELECT FROM lesson l WHERE l.quarter = c.quarter)
	    ON CONFLICT DO NOTHING
	    RETURNING id)
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT everyone(), 'lesson', id, 1, 'put' FROM told ORDER BY id;
	GET DIAGNOSTICS n = ROW_COUNT;
	UPDATE coordination_past SET lesson = NULL
	WHERE lesson IS NOT NULL AND ended_at < ended;
	RETURN n;
END $$;

CREATE FUNCTION lesson_json(l lesson) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('id', l.id, 'quarter', l.quarter,
	    'text', l.text)
$$;

-- For the feed: every node gets it, there is no case in it.
CREATE FUNCTION lesson_event(ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', lesson_json(l))
	FROM lesson l WHERE l.id = ref
$$;

-- How long things took in the caller's region, in days, by the quarter in
-- which they came to be; of fewer than five nothing but that they are few.
CREATE FUNCTION coordination_times() RETURNS TABLE (quarter text,
    measure text, n bigint, median numeric, p90 numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH past AS (SELECT * FROM coordination_past p WHERE p.region = me()),
	span AS (
	    SELECT 'request_to_meeting' AS measure, k.requested_at AS since,
	        coordination_met_at(k.id) AS until
	    FROM coordination k WHERE k.region = me()
	    UNION ALL
	    SELECT 'request_to_meeting', p.requested_at, p.met_at FROM past p
	    UNION ALL
	    SELECT 'decision_to_done', d.made_at, d.reported_at
	    FROM meeting_decision d JOIN coordination k
	        ON k.id = d.coordination_id AND k.region = me()
	    WHERE d.state = 'done'
	    UNION ALL
	    SELECT 'decision_to_done', x.since, x.until
	    FROM past p, unnest(p.decided_at, p.done_at) x(since, until)),
	days AS (
	    SELECT s.measure, quarter_of(s.until) AS quarter,
	        extract(epoch FROM s.until - s.since) / 86400 AS days
	    FROM span s WHERE s.until IS NOT NULL)
	SELECT d.quarter, d.measure, CASE WHEN count(*) >= 5 THEN count(*) END,
	    CASE WHEN count(*) >= 5 THEN round((percentile_cont(0.5)
	        WITHIN GROUP (ORDER BY d.days))::numeric, 1) END,
	    CASE WHEN count(*) >= 5 THEN round((percentile_cont(0.9)
	        WITHIN GROUP (ORDER BY d.days))::numeric, 1) END
	FROM days d WHERE my_role() = 'coordinator'
	GROUP BY d.quarter, d.measure
$$;

REVOKE EXECUTE ON FUNCTION retention_plan(timestamptz, int), lesson_publish(),
    coordination_times() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lesson_publish(), coordination_times()
    TO zaedno_hub_service;
GRANT SELECT ON lesson TO zaedno_hub_service;

COMMIT;

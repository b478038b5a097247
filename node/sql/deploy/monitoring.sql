-- Deploy zaedno_node:monitoring to pg
-- requires: reminder statutory helper coordination
-- What the hub reminds of becomes a task, and is done when the hub says that it
-- is settled; and what this node watches over by itself, of which nothing
-- leaves: one worker alone with a case.

BEGIN;

-- Whatever a hub sends, the feed goes on: what is no reminder raises nothing.
CREATE FUNCTION mirror_reminds() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	d jsonb := coalesce(NEW.doc, OLD.doc);
	of_kind text := CASE d->>'kind' WHEN 'deadline' THEN 'coordination_due'
	                WHEN 'review' THEN 'review_due'
	                WHEN 'invitation' THEN 'invitation_due'
	                WHEN 'action' THEN 'action_due'
	                WHEN 'decision' THEN 'decision_due' END;
	about uuid;
	of_coordination uuid;
	due_at timestamptz;
BEGIN
	IF of_kind IS NULL OR d->>'level' IS NULL OR d->>'level' NOT IN ('0', '3')
	    OR d->>'due' IS NULL
	    OR d->>'due' !~ '^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$' THEN
		RETURN NULL;
	END IF;
	BEGIN
		about := (d->>'subject')::uuid;
		of_coordination := (d->>'coordination_id')::uuid;
		due_at := (d->>'due')::timestamptz;
	EXCEPTION WHEN data_exception THEN
		RETURN NULL;
	END;
	-- A decision of a meeting without a case is the organisation's.
	IF about IS NULL
	    OR of_coordination IS NULL AND of_kind <> 'decision_due' THEN
		RETURN NULL;
	ELSIF NEW.doc IS NOT NULL THEN
		INSERT INTO task (kind, subject, coordination_id, case_id, due, level)
		VALUES (of_kind, about, of_coordination,
		        coordination_case(of_coordination), due_at, (d->>'level')::int)
		ON CONFLICT DO NOTHING;
	ELSE
		UPDATE task SET done_at = statement_timestamp()
		WHERE kind = of_kind AND subject = about AND due = due_at
		  AND level = (d->>'level')::int AND done_at IS NULL;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER mirror_reminds AFTER INSERT OR UPDATE ON mirror
	FOR EACH ROW WHEN (NEW.kind = 'reminder') EXECUTE FUNCTION mirror_reminds();

-- A reminder is for whom its coordination is; what is late by days, and that
-- one person has too much of it, is the supervisor's.
CREATE FUNCTION task_reminds(t task) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT t.coordination_id IS NOT NULL
	       AND ((SELECT my_role()) = 'supervisor'
	            OR (SELECT my_role()) = 'practitioner' AND t.level < 3
	               AND t.kind <> 'action_load'
	               AND EXISTS (SELECT FROM mirror m
	                           WHERE m.kind = 'coordination'
	                             AND m.id = t.coordination_id))
$$;
CREATE POLICY task_of_coordination ON task FOR SELECT TO zaedno_node_service
	USING (task_reminds(task));
CREATE POLICY task_do_reminded ON task FOR UPDATE TO zaedno_node_service
	USING (done_at IS NULL AND task_reminds(task))
	WITH CHECK (done_by = (SELECT my_user()));

-- When a case was last met about: by a team that the law convenes, in a
-- meeting that the hub has told of. Each coordination is asked for its case
-- once, however many cases and meetings there are.
CREATE FUNCTION cases_met() RETURNS TABLE (case_id uuid, at timestamptz)
LANGUAGE sql STABLE AS $$
	SELECT x.case_id, max(x.at)
	FROM (SELECT t.case_id, t.held_at AS at FROM team_record t
	      UNION ALL
	      SELECT coordination_case(p.parent), p.at
	      FROM (SELECT m.parent, max(least((m.doc->>'starts_at')::timestamptz,
	                   statement_timestamp())) AS at
	            FROM mirror m
	            WHERE m.kind = 'meeting' AND m.state = 'held'
	              AND is_time(m.doc->>'starts_at')
	            GROUP BY m.parent) p) x
	GROUP BY x.case_id
$$;

-- Those on which somebody else works: an organisation of a team that is at
-- work, one that has entrusted the case to us, or a professional besides the
-- one of the helpers listed who may be the worker.
CREATE FUNCTION cases_in_company() RETURNS TABLE (case_id uuid)
LANGUAGE sql STABLE AS $$
	SELECT r.case_id FROM received r
	       JOIN mirror m ON m.kind = 'summary' AND m.id = r.summary_id
	WHERE r.case_id IS NOT NULL AND m.doc IS NOT NULL
	UNION
	SELECT h.case_id FROM helper h
	WHERE h.kind = 'professional' AND coalesce(h.until, 'infinity') >= today()
	GROUP BY h.case_id HAVING count(*) > 1
	UNION
	SELECT coordination_case(m.id) FROM mirror m
	WHERE m.kind = 'coordination' AND m.doc IS NOT NULL
	  AND m.state NOT IN ('closed', 'advised', 'redirected', 'suspended')
	  AND jsonb_path_exists(m.doc, '$.members[*] ? (@.state == "accepted")')
$$;

-- At the same time of the day in Sofia, whatever the clocks did meanwhile.
CREATE FUNCTION days_after(moment timestamptz, days int) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT ((moment AT TIME ZONE 'Europe/Sofia') + make_interval(days => days))
	       AT TIME ZONE 'Europe/Sofia'
$$;

-- By the timer: nobody asks.
CREATE FUNCTION case_sweep() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF my_user() IS NOT NULL OR NOT pg_try_advisory_xact_lock(7403) THEN
		RETURN;
	END IF;
	WITH alone AS MATERIALIZED (
		SELECT c.id, d.due
		FROM case_file c LEFT JOIN cases_met() m ON m.case_id = c.id, LATERAL (
		     SELECT days_after(greatest(m.at,
		            c.opened_on::timestamp AT TIME ZONE 'Europe/Sofia'), 30) AS due) d
		WHERE c.state = 'open' AND c.content <> ''
		  AND c.opened_on <= today() - 30
		  AND d.due <= statement_timestamp()
		  AND NOT EXISTS (SELECT FROM cases_in_company() o
		                  WHERE o.case_id = c.id)),
	settled AS (
		UPDATE task t SET done_at = statement_timestamp()
		WHERE t.kind = 'alone_on_case' AND t.done_at IS NULL
		  AND NOT EXISTS (SELECT FROM alone a
		                  WHERE a.id = t.subject AND a.due = t.due))
	INSERT INTO task (kind, subject, due)
	SELECT 'alone_on_case', a.id, a.due FROM alone a
	ON CONFLICT DO NOTHING;
END $$;
REVOKE EXECUTE ON FUNCTION case_sweep() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_sweep() TO zaedno_node_service;

COMMIT;

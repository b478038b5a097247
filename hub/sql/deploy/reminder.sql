-- Deploy zaedno-hub:reminder to pg
-- requires: review
-- requires: meeting
-- requires: action
-- requires: question
-- Monitoring: what is due is told to its owner on the day, to the owner's
-- supervisor some working days later, then to the coordinators; work where
-- nothing moves, to the coordinators alone.  Each is raised once, whatever
-- restarts, and settled by itself when it is no longer true.
BEGIN;

CREATE TABLE reminder (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	kind text NOT NULL CHECK (kind IN ('deadline', 'review', 'invitation',
	    'action', 'decision', 'question', 'inactivity')),
	-- The coordination, the action, the decision or the question.
	subject uuid NOT NULL,
	-- None of a question, nor of a decision of a meeting without a case.
	coordination_id uuid REFERENCES coordination ON DELETE CASCADE,
	recipient uuid NOT NULL REFERENCES organisation,
	-- To the coordinators of the recipient, which is the regional team.
	to_region boolean NOT NULL,
	due timestamptz NOT NULL,
	level int NOT NULL CHECK (level IN (0, 3, 7)),
	raised_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	settled_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	UNIQUE (kind, subject, due, level, recipient)
) WITH (fillfactor = 80);
CREATE INDEX reminder_open ON reminder (recipient, due, id)
	WHERE settled_at IS NULL;
CREATE INDEX reminder_of ON reminder (coordination_id);
CREATE INDEX coordination_due ON coordination (due) WHERE due < 'infinity';
CREATE INDEX coordination_member_due ON coordination_member (due)
	WHERE state = 'invited';

-- Where nothing moves is looked for once an hour: it takes a look at every
-- coordination.
CREATE TABLE reminder_run (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	idle_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO reminder_run DEFAULT VALUES;

ALTER TABLE reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY reminder_see ON reminder FOR SELECT
	USING (recipient = me()
	    AND my_role() = CASE WHEN to_region THEN 'coordinator' ELSE 'node' END);

-- The beginning of the day in Sofia that ends when something is due.
CREATE FUNCTION reminder_day(due timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT ((due - interval '1 microsecond')
	    AT TIME ZONE 'Europe/Sofia')::date::timestamp
	    AT TIME ZONE 'Europe/Sofia'
$$;

-- When a level of what is due is reached, by the deadlines in force.  The
-- owner's is the day itself, whether anybody works on it or not.
CREATE FUNCTION reminder_at(due timestamptz, level int) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT CASE level WHEN 0 THEN reminder_day(due)
	    + (deadline_at('reminder_owner', false, reminder_day(due))
	        - after_working_days(reminder_day(due), 0))
	WHEN 3 THEN deadline_at('reminder_supervisor', false, reminder_day(due))
	ELSE deadline_at('reminder_coordinator', false, reminder_day(due)) END
$$;

-- What is due within a day or was: by whom, and which region looks after it.
CREATE FUNCTION reminder_owed()
RETURNS TABLE (kind text, subject uuid, coordination_id uuid, region uuid,
    owner uuid, due timestamptz)
LANGUAGE plpgsql STABLE AS
$$
DECLARE
	soon timestamptz := statement_timestamp() + interval '1 day';
BEGIN
	-- The owner of a state's deadline is the case manager, where there is
	-- one and the work is the team's; the coordinators see all.
	RETURN QUERY SELECT CASE WHEN k.deadline IN ('first_review',
	        'next_review') THEN 'review' ELSE 'deadline' END,
	    k.id, k.id, k.region, CASE WHEN k.deadline NOT IN ('screening',
	        'expert_answer') THEN k.case_manager END, k.due
	FROM coordination k WHERE k.due <= soon;
	RETURN QUERY SELECT 'invitation', k.id, k.id, k.region, m.organisation_id,
	    m.due
	FROM coordination_member m JOIN coordination k ON k.id = m.coordination_id
	WHERE m.state = 'invited' AND m.due <= soon
	AND k.state <> 'suspended' AND coordination_open(k.state);
	RETURN QUERY SELECT 'action', a.id, k.id, k.region, a.organisation_id, a.due
	FROM action a JOIN action_progress p ON p.action_id = a.id
	    AND p.state IN ('proposed', 'open')
	JOIN coordination k ON k.id = a.coordination_id
	WHERE a.due <= soon
	AND k.state <> 'suspended' AND coordination_open(k.state);
	RETURN QUERY SELECT 'decision', x.id, k.id, coalesce(k.region, m.region),
	    x.organisation_id, x.ends
	FROM (SELECT d.*, day_end(d.due) AS ends
	    FROM meeting_decision d WHERE d.state = 'open'
	    AND d.due <= soon::date + 1) x
	JOIN meeting m ON m.id = x.meeting_id
	LEFT JOIN coordination k ON k.id = x.coordination_id
	WHERE x.ends <= soon AND (x.coordination_id IS NULL
	    OR k.state <> 'suspended' AND coordination_open(k.state));
	-- Who answers is of no organisation; who asked waits, and one that was
	-- escalated is its coordination's deadline as well.
	RETURN QUERY SELECT 'question', q.id, NULL::uuid, q.region, NULL::uuid,
	    q.due
	FROM question q
	WHERE q.state = 'open' AND q.kind = 'method' AND q.due <= soon;
END $$;

-- When something was last done: a step, a review, an action, a meeting.
CREATE FUNCTION coordination_moved(k coordination) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT greatest(k.entered_at,
	    (SELECT max(s.at) FROM coordination_step s
	        WHERE s.coordination_id = k.id),
	    (SELECT max(v.at) FROM review v WHERE v.coordination_id = k.id),
	    (SELECT max(s.at) FROM action a JOIN action_step s
	        ON s.action_id = a.id WHERE a.coordination_id = k.id),
	    (SELECT max(m.starts_at) FROM meeting m
	        WHERE m.coordination_id = k.id AND m.state = 'held'))
$$;

-- Everything that is to be reminded of, each level at its time: that is asked
-- only of what was not raised yet.  What has moved lately is told by its steps,
-- before all the rest is looked at.
CREATE FUNCTION reminder_now(idle boolean)
RETURNS TABLE (kind text, subject uuid, coordination_id uuid, recipient uuid,
    to_region boolean, due timestamptz, level int)
LANGUAGE sql STABLE AS
$$
	WITH told AS (
	    SELECT o.kind, o.subject, o.coordination_id, l.whom, l.to_region,
	        o.due, l.level
	    FROM reminder_owed() o,
	    LATERAL (VALUES (0, o.owner, false), (3, o.owner, false),
	        (7, o.region, true),
	        -- What has no other owner, and what the whole waits for.
	        (0, CASE WHEN o.kind IN ('deadline', 'review', 'question')
	            THEN o.region END, true)) l(level, whom, to_region)
	    WHERE l.whom IS NOT NULL),
	still AS MATERIALIZED (
	    SELECT k AS row FROM coordination k
	    WHERE idle AND k.state NOT IN ('closed', 'advised', 'redirected',
	        'suspended')
	    AND k.entered_at <= statement_timestamp() - interval '30 days'
	    AND NOT EXISTS (SELECT FROM coordination_step s
	        WHERE s.coordination_id = k.id
	        AND s.at > statement_timestamp() - interval '30 days'))
	SELECT t.kind, t.subject, t.coordination_id, t.whom, t.to_region, t.due,
	    t.level FROM told t
	UNION ALL
	SELECT 'inactivity', (x.row).id, (x.row).id, (x.row).region, true,
	    x.last + interval '30 days', 7
	FROM (SELECT row, coordination_moved(row) AS last FROM still OFFSET 0) x
	WHERE x.last <= statement_timestamp() - interval '30 days'
$$;

-- By the timer: nobody asks.  How many were raised and settled.  Working days
-- are counted once for each day, not for all that is due on it; after a long
-- stop what was due first is raised first, and the rest by the next sweeps.
CREATE FUNCTION reminder_sweep() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	idle boolean;
	n bigint;
BEGIN
	IF me() IS NOT NULL OR my_user() IS NOT NULL
	    OR NOT pg_try_advisory_xact_lock(7305) THEN
		RETURN 0;
	END IF;
	UPDATE reminder_run SET idle_at = statement_timestamp()
	WHERE idle_at <= statement_timestamp() - interval '1 hour';
	idle := FOUND;
	WITH now AS MATERIALIZED (SELECT * FROM reminder_now(idle)),
	fresh AS MATERIALIZED (
	    SELECT x.*, reminder_day(x.due) AS day FROM now x
	    WHERE NOT EXISTS (SELECT FROM reminder r
	        WHERE (x.kind, x.subject, x.due, x.level, x.recipient)
	            = (r.kind, r.subject, r.due, r.level, r.recipient))),
	days AS MATERIALIZED (
	    SELECT day, level, reminder_at(min(due), level) AS at FROM fresh
	    WHERE kind <> 'inactivity' GROUP BY day, level),
	raised AS (
	    INSERT INTO reminder (kind, subject, coordination_id, recipient,
	        to_region, due, level)
	    SELECT x.kind, x.subject, x.coordination_id, x.recipient,
	        x.to_region, x.due, x.level
	    FROM fresh x LEFT JOIN days d USING (day, level)
	    WHERE x.kind = 'inactivity' OR d.at <= statement_timestamp()
	    ORDER BY x.due, x.subject LIMIT 2000
	    ON CONFLICT DO NOTHING
	    RETURNING id, recipient, to_region, version),
	settled AS (
	    UPDATE reminder r SET settled_at = statement_timestamp(),
	        version = r.version + 1
	    WHERE r.settled_at IS NULL AND (idle OR r.kind <> 'inactivity')
	    AND NOT EXISTS (SELECT FROM now x
	        WHERE (x.kind, x.subject, x.due, x.level, x.recipient)
	            = (r.kind, r.subject, r.due, r.level, r.recipient))
	    RETURNING r.id, r.recipient, r.to_region, r.version),
	moved AS (SELECT * FROM raised UNION ALL SELECT * FROM settled),
	evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT m.recipient, 'reminder', m.id, m.version, 'put'
	    FROM moved m WHERE NOT m.to_region)
	SELECT count(*) FROM moved INTO n;
	IF idle AND n >= 2000 THEN
		UPDATE reminder_run SET idle_at = '-infinity';
	END IF;
	RETURN n;
END $$;

CREATE FUNCTION reminder_json(r reminder) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', r.id, 'kind', r.kind,
	    'subject', r.subject, 'coordination_id', r.coordination_id,
	    'due', rfc3339(r.due), 'level', r.level,
	    'raised_at', rfc3339(r.raised_at), 'version', r.version))
$$;

-- What is settled, and what is of work that one no longer sees, is a purge.
CREATE FUNCTION reminder_event(of_ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', reminder_json(r),
	    'consent_id', k.consent_id, 'holder', k.holder,
	    'envelope', jsonb_strip_nulls(jsonb_build_object('parent', k.id,
	        'subject', k.case_pseudonym, 'state', 'open',
	        'due', rfc3339(r.due), 'title', CASE r.kind
	            WHEN 'review' THEN 'Преглед на случая'
	            WHEN 'invitation' THEN 'Отговор на покана'
	            WHEN 'action' THEN 'Действие от общия план'
	            WHEN 'decision' THEN 'Решение от среща'
	            ELSE 'Срок на координацията' END)))
	FROM reminder r LEFT JOIN coordination k ON k.id = r.coordination_id
	WHERE r.id = of_ref AND r.settled_at IS NULL
	AND (r.coordination_id IS NULL OR holder_shows(k.holder))
$$;

-- Before an organisation's status changes, as requeue_parts() does: whom it
-- hides, or was hidden from, is told again.
CREATE FUNCTION requeue_reminders(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT r.recipient, 'reminder', r.id, r.version, 'put'
	    FROM organisation o, reminder r
	    LEFT JOIN coordination k ON k.id = r.coordination_id
	    WHERE o.id = org AND o.status <> next
	    AND r.settled_at IS NULL AND NOT r.to_region
	    AND (k.holder = org OR next = 'active' AND r.recipient = org)
	    RETURNING 1)
	SELECT count(*) FROM evt
$$;

-- While it is suspended nobody is reminded of anything.
CREATE FUNCTION reminder_end(of_coordination uuid) RETURNS void
LANGUAGE sql AS
$$
	WITH settled AS (
	    UPDATE reminder SET settled_at = statement_timestamp(),
	        version = version + 1
	    WHERE coordination_id = of_coordination AND settled_at IS NULL
	    RETURNING id, recipient, to_region, version)
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT recipient, 'reminder', id, version, 'put' FROM settled
	WHERE NOT to_region
$$;

REVOKE EXECUTE ON FUNCTION reminder_sweep(), reminder_end(uuid),
    reminder_owed(), reminder_now(boolean), requeue_reminders(uuid, text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reminder_sweep(), requeue_reminders(uuid, text)
    TO zaedno_hub_service;
GRANT SELECT ON reminder TO zaedno_hub_service;

COMMIT;

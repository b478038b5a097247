-- Deploy zaedno-hub:deadline_set to pg
-- requires: session
-- requires: working_day
-- The deadlines of a coordination (CODELISTS 12), as the board adopts them.
BEGIN;

-- A draft is changed until a decision of the board adopts it; then it has its
-- number and stays as it is.
CREATE TABLE deadline_set (
	id uuid PRIMARY KEY,
	number int UNIQUE,
	state text NOT NULL DEFAULT 'draft'
	    CHECK (state IN ('draft', 'adopted', 'superseded')),
	version bigint NOT NULL DEFAULT 1,
	-- code → {hours | working_days | calendar_days: n}
	deadlines jsonb NOT NULL,
	note text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	decided_on date,
	decision text,
	adopted_by uuid REFERENCES app_user,
	adopted_at timestamptz,
	CHECK ((state = 'draft') = (number IS NULL)),
	CHECK ((state = 'draft') = (adopted_at IS NULL)),
	-- Ours, number 1, was adopted by nobody.
	CHECK (number IS NULL OR number = 1
	    OR num_nulls(decided_on, decision, adopted_by) = 0)
);
CREATE UNIQUE INDEX deadline_set_adopted ON deadline_set (state)
	WHERE state = 'adopted';

INSERT INTO deadline_set (id, number, state, note, adopted_at, deadlines)
VALUES ('00000000-0000-4000-8000-000000000001', 1, 'adopted',
	'Сроковете, с които системата започва, докато бордът приеме свои.',
	statement_timestamp(), '{
	"screening": {"working_days": 2}, "screening_urgent": {"hours": 24},
	"invitation_answer": {"working_days": 3},
	"meeting": {"working_days": 15}, "meeting_urgent": {"working_days": 3},
	"plan": {"working_days": 3},
	"first_review": {"calendar_days": 30},
	"next_review": {"calendar_days": 90},
	"expert_answer": {"working_days": 10},
	"reminder_owner": {"working_days": 0},
	"reminder_supervisor": {"working_days": 3},
	"reminder_coordinator": {"working_days": 7},
	"help_answer": {"working_days": 5},
	"proposal_answer": {"calendar_days": 60}}');

-- What the board has decided stays; only that another followed is noted.
CREATE FUNCTION adopted_kept() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	IF OLD.state = 'draft' OR (OLD.state = 'adopted'
	    AND NEW.state = 'superseded'
	    AND to_jsonb(NEW) - 'state' - 'version'
	        = to_jsonb(OLD) - 'state' - 'version') THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'what was adopted is not changed' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER deadline_set_kept BEFORE UPDATE ON deadline_set
	FOR EACH ROW EXECUTE FUNCTION adopted_kept();

ALTER TABLE deadline_set ENABLE ROW LEVEL SECURITY;
CREATE POLICY deadline_set_see ON deadline_set FOR SELECT
	USING (state <> 'draft' OR (SELECT my_role()) IN ('board', 'coordinator'));
CREATE POLICY deadline_set_draft ON deadline_set FOR INSERT
	WITH CHECK ((SELECT my_role()) = 'board' AND state = 'draft');
CREATE POLICY deadline_set_change ON deadline_set FOR UPDATE
	USING ((SELECT my_role()) = 'board');

CREATE FUNCTION deadline_set_json(d deadline_set) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', d.id,
	    'number', d.number, 'state', d.state, 'version', d.version,
	    'deadlines', d.deadlines, 'note', d.note,
	    'decided_on', to_char(d.decided_on, 'YYYY-MM-DD'),
	    'decision', d.decision, 'adopted_at', rfc3339(d.adopted_at)))
$$;

-- When something is due by the set in force: hours run on, days end at
-- midnight in Sofia.  Urgent cases have deadlines of their own where the set
-- has them.
CREATE FUNCTION deadline_at(code text, urgent boolean, since timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE AS
$$
	SELECT CASE
	WHEN x.span ? 'hours' THEN
	    since + make_interval(hours => (x.span ->> 'hours')::int)
	WHEN x.span ? 'working_days' THEN
	    after_working_days(since, (x.span ->> 'working_days')::int)
	WHEN x.span ? 'calendar_days' THEN
	    ((since AT TIME ZONE 'Europe/Sofia')::date
	        + (x.span ->> 'calendar_days')::int + 1)::timestamp
	    AT TIME ZONE 'Europe/Sofia' END
	FROM (SELECT coalesce(CASE WHEN urgent
	        THEN d.deadlines -> (code || '_urgent') END,
	        d.deadlines -> code) AS span
	    FROM deadline_set d WHERE d.state = 'adopted') x
$$;

GRANT SELECT, INSERT ON deadline_set TO zaedno_hub_service;
GRANT UPDATE (number, state, version, deadlines, note, decided_on, decision,
    adopted_by, adopted_at) ON deadline_set TO zaedno_hub_service;

COMMIT;

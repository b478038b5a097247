-- Deploy zaedno-hub:action to pg
-- requires: plan
-- Actions of a shared plan: an organisation, what, by when, how it will be
-- known.  How far it is (CODELISTS 7: for its organisation, the coordinators,
-- the case manager and the family) stands in tables of its own.
BEGIN;

CREATE TABLE action (
	id uuid PRIMARY KEY,
	coordination_id uuid NOT NULL REFERENCES coordination ON DELETE CASCADE,
	organisation_id uuid NOT NULL REFERENCES organisation,
	what text NOT NULL CHECK (char_length(what) BETWEEN 1 AND 280),
	due timestamptz NOT NULL,
	evidence_wanted text NOT NULL
	    CHECK (char_length(evidence_wanted) BETWEEN 1 AND 280),
	goal_id uuid,
	decision_id uuid,
	-- Of all that is changed in it; a note is added, and changes nothing.
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	FOREIGN KEY (goal_id, coordination_id) REFERENCES plan_goal (id, plan_id)
	    ON DELETE SET NULL (goal_id)
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);
CREATE INDEX action_of ON action (coordination_id, due, id);
CREATE INDEX action_goal ON action (goal_id) WHERE goal_id IS NOT NULL;

CREATE TABLE action_progress (
	action_id uuid PRIMARY KEY REFERENCES action ON DELETE CASCADE,
	coordination_id uuid NOT NULL,
	organisation_id uuid NOT NULL,
	state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed',
	    'declined', 'open', 'done', 'not_done', 'dropped')),
	answered_at timestamptz,
	reported_at timestamptz,
	evidence text CHECK (char_length(evidence) BETWEEN 1 AND 2000),
	reason text CHECK (char_length(reason) BETWEEN 1 AND 280),
	decided_by text,
	CHECK ((state = 'done') = (evidence IS NOT NULL)),
	CHECK ((state IN ('declined', 'not_done', 'dropped'))
	    = (reason IS NOT NULL)),
	CHECK ((state = 'dropped') = (decided_by IS NOT NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);
CREATE INDEX action_progress_of ON action_progress (coordination_id, state);

-- The history: whose it was then.
CREATE TABLE action_step (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	action_id uuid NOT NULL REFERENCES action ON DELETE CASCADE,
	coordination_id uuid NOT NULL,
	organisation_id uuid NOT NULL,
	from_state text,
	to_state text NOT NULL,
	role text NOT NULL,
	reason text,
	at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX action_step_of ON action_step (action_id, id);

CREATE TABLE action_note (
	id uuid PRIMARY KEY,
	action_id uuid NOT NULL REFERENCES action ON DELETE CASCADE,
	coordination_id uuid NOT NULL,
	organisation_id uuid NOT NULL DEFAULT me(),
	text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 2000),
	at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX action_note_of ON action_note (action_id, at);

ALTER TABLE action ENABLE ROW LEVEL SECURITY;
ALTER TABLE action_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE action_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE action_note ENABLE ROW LEVEL SECURITY;

CREATE POLICY action_see ON action FOR SELECT
	USING ((organisation_id = me() AND plan_place(coordination_id))
	    OR plan_role(coordination_id) <> 'past');
CREATE POLICY action_add ON action FOR INSERT
	WITH CHECK (plan_role(coordination_id) IN ('coordinator',
	    'case_manager'));
CREATE POLICY action_change ON action FOR UPDATE
	USING ((organisation_id = me() AND plan_place(coordination_id))
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager'))
	WITH CHECK (organisation_id = me()
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager'));

CREATE POLICY progress_see ON action_progress FOR SELECT
	USING ((organisation_id = me() AND plan_place(coordination_id))
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager',
	        'family'));
CREATE POLICY progress_add ON action_progress FOR INSERT
	WITH CHECK (plan_role(coordination_id) IN ('coordinator',
	    'case_manager'));
CREATE POLICY progress_change ON action_progress FOR UPDATE
	USING ((organisation_id = me() AND plan_place(coordination_id))
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager'));

CREATE POLICY action_step_see ON action_step FOR SELECT
	USING ((organisation_id = me() AND plan_place(coordination_id))
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager',
	        'family'));
CREATE POLICY action_step_add ON action_step FOR INSERT
	WITH CHECK ((organisation_id = me() AND plan_place(coordination_id)
	        AND role = 'owner')
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager'));

-- Working notes are no part of what the family reads.
CREATE POLICY note_see ON action_note FOR SELECT
	USING ((organisation_id = me() AND plan_place(coordination_id))
	    OR plan_role(coordination_id) IN ('coordinator', 'case_manager'));
CREATE POLICY note_add ON action_note FOR INSERT
	WITH CHECK (organisation_id = me() AND plan_place(coordination_id)
	    AND EXISTS (SELECT FROM action a WHERE a.id = action_id
	        AND a.organisation_id = me()
	        AND a.coordination_id = action_note.coordination_id));

CREATE FUNCTION action_live(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT state IN ('proposed', 'open') $$;

-- As the plan lists it, and with all that is known of it.
CREATE FUNCTION action_json(a action) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN (SELECT jsonb_strip_nulls(jsonb_build_object('id', a.id,
	    'coordination_id', a.coordination_id,
	    'organisation_id', a.organisation_id, 'what', a.what,
	    'due', rfc3339(a.due), 'evidence_wanted', a.evidence_wanted,
	    'goal_id', a.goal_id, 'decision_id', a.decision_id,
	    'version', a.version, 'created_at', rfc3339(a.created_at),
	    'state', p.state, 'overdue', CASE WHEN p.state IS NOT NULL
	        THEN action_live(p.state) AND a.due <= statement_timestamp() END,
	    'answered_at', rfc3339(p.answered_at),
	    'reported_at', rfc3339(p.reported_at), 'evidence', p.evidence,
	    'reason', p.reason, 'decided_by', p.decided_by))
	FROM (VALUES (1)) one(x)
	LEFT JOIN action_progress p ON p.action_id = a.id);
END $$;

CREATE FUNCTION action_whole_json(a action) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT action_json(a) || coalesce((SELECT jsonb_build_object(
	    'notes', coalesce((SELECT jsonb_agg(jsonb_build_object('id', n.id,
	        'text', n.text, 'at', rfc3339(n.at)) ORDER BY n.at, n.id)
	        FROM action_note n WHERE n.action_id = a.id), '[]'),
	    'history', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(
	        jsonb_build_object('from', s.from_state, 'to', s.to_state,
	        'role', s.role, 'reason', s.reason, 'at', rfc3339(s.at)))
	        ORDER BY s.id)
	        FROM action_step s WHERE s.action_id = a.id), '[]'))
	    FROM action_progress p WHERE p.action_id = a.id), '{}')
$$;

-- What the feed tells: of what would be too long the newest notes and history.
CREATE FUNCTION action_told_json(a action) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
DECLARE
	doc jsonb;
	notes jsonb;
BEGIN
	SELECT action_whole_json(a) INTO doc;
	IF octet_length(doc::text) <= 60000 THEN
		RETURN doc;
	END IF;
	notes := latest(doc -> 'notes', 24000);
	RETURN doc || jsonb_build_object('notes', notes,
	    'history', latest(doc -> 'history', 24000))
	    || CASE WHEN notes <> doc -> 'notes' THEN jsonb_build_object(
	        'earlier_notes', jsonb_array_length(doc -> 'notes')
	            - jsonb_array_length(notes)) ELSE '{}' END;
END $$;

-- Of what is suspended region and holder keep dates and states, and no text.
CREATE FUNCTION action_outline(of_coordination uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT jsonb_agg(jsonb_build_object('id', a.id,
	    'coordination_id', a.coordination_id,
	    'organisation_id', a.organisation_id, 'due', rfc3339(a.due),
	    'version', a.version, 'state', p.state) ORDER BY a.due, a.id)
	FROM action a JOIN action_progress p ON p.action_id = a.id
	WHERE a.coordination_id = of_coordination
	AND plan_role(of_coordination) = 'past'
	AND NOT (a.organisation_id = me() AND plan_place(of_coordination))
$$;

CREATE FUNCTION actions_json(of_coordination uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN (SELECT coalesce((SELECT jsonb_agg(action_json(a) ORDER BY a.due, a.id)
	    FROM action a WHERE a.coordination_id = of_coordination), '[]')
	|| coalesce(action_outline(of_coordination), '[]'));
END $$;

-- More than 60 % of three or more in one organisation: told to who sees the
-- state of all.  Nobody is put in an order.
CREATE FUNCTION plan_concentration(of_coordination uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('organisation_id', x.organisation_id,
	    'share', ceil(x.n * 100 / x.total))
	FROM (SELECT p.organisation_id, count(*) AS n,
	        sum(count(*)) OVER () AS total
	    FROM action_progress p WHERE p.coordination_id = of_coordination
	    AND action_live(p.state) GROUP BY p.organisation_id) x
	WHERE x.total >= 3 AND x.n * 10 > x.total * 6
	AND plan_role(of_coordination) IN ('coordinator', 'case_manager')
$$;

CREATE FUNCTION plan_whole_json(p plan) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN (SELECT plan_json(p)
	    || jsonb_build_object('actions', actions_json(p.id))
	    || coalesce((SELECT jsonb_build_object('concentration', c)
	        FROM plan_concentration(p.id) c WHERE c IS NOT NULL), '{}'));
END $$;

CREATE FUNCTION action_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM part_put('action', NEW.id, NEW.coordination_id, NEW.version);
	RETURN NULL;
END $$;
CREATE TRIGGER action_changed AFTER INSERT OR UPDATE OF version ON action
	FOR EACH ROW EXECUTE FUNCTION action_changed();

-- The action is held, so that no older version is told after a newer one.
CREATE FUNCTION action_noted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	a action;
BEGIN
	SELECT * INTO a FROM action x WHERE x.id = NEW.action_id
	FOR NO KEY UPDATE;
	PERFORM part_put('action', a.id, a.coordination_id, a.version);
	RETURN NULL;
END $$;
CREATE TRIGGER action_noted AFTER INSERT ON action_note
	FOR EACH ROW EXECUTE FUNCTION action_noted();

-- Which coordination a part belongs to, whoever asks.
CREATE FUNCTION plan_root(kind text, ref uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT CASE kind
	WHEN 'goal' THEN (SELECT g.plan_id FROM plan_goal g WHERE g.id = ref)
	WHEN 'waymark' THEN
	    (SELECT w.plan_id FROM plan_waymark w WHERE w.id = ref)
	ELSE (SELECT a.coordination_id FROM action a WHERE a.id = ref) END
$$;

-- Whom an action may be given to: the holder; of the team who sees the plan.
CREATE FUNCTION action_fits(of_coordination uuid, org uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT EXISTS (SELECT FROM coordination k WHERE k.id = of_coordination
	    AND (org = k.holder OR consent_opens(k, org, 'plan')))
$$;

-- The part's four functions (change "coordination_part").
CREATE FUNCTION action_event(ref uuid) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT part_envelope(a.coordination_id, jsonb_strip_nulls(
	    jsonb_build_object('state', p.state, 'title', a.what,
	    'due', CASE WHEN p.state IS NULL OR action_live(p.state)
	        THEN rfc3339(a.due) END)))
	    || jsonb_build_object('doc', action_told_json(a))
	FROM action a LEFT JOIN action_progress p ON p.action_id = a.id
	WHERE a.id = ref
$$;

CREATE FUNCTION action_of(of_coordination uuid)
RETURNS TABLE (kind text, ref uuid, version bigint) LANGUAGE sql STABLE AS
$$
	SELECT 'action', a.id, a.version FROM action a
	WHERE a.coordination_id = of_coordination
$$;

CREATE FUNCTION action_met(k coordination) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT array_remove(ARRAY[
	    CASE WHEN count(*) > 0 AND bool_and(x.fits) THEN 'actions' END,
	    CASE WHEN two_sectors(k, array_agg(x.organisation_id))
	        THEN 'actions_sectors' END,
	    CASE WHEN coalesce(bool_and(x.state = 'open'), true)
	        THEN 'accepted' END], NULL)
	FROM (SELECT p.organisation_id, p.state,
	        action_fits(k.id, p.organisation_id) AS fits
	    FROM action_progress p WHERE p.coordination_id = k.id
	    AND action_live(p.state)) x
$$;

REVOKE EXECUTE ON FUNCTION action_outline(uuid), plan_root(text, uuid),
    action_fits(uuid, uuid), action_met(coordination) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION action_outline(uuid), plan_root(text, uuid),
    action_fits(uuid, uuid), action_met(coordination) TO zaedno_hub_service;

GRANT SELECT, INSERT ON action, action_progress, action_step, action_note
    TO zaedno_hub_service;
GRANT UPDATE (organisation_id, what, due, evidence_wanted, goal_id,
    decision_id, version) ON action TO zaedno_hub_service;
GRANT UPDATE (organisation_id, state, answered_at, reported_at, evidence,
    reason, decided_by) ON action_progress TO zaedno_hub_service;

COMMIT;

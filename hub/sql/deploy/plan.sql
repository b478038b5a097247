-- Deploy zaedno-hub:plan to pg
-- requires: coordination_part family
-- The shared plan of a coordination: one for each, of the coordination's id.
-- Who sees what of it is CODELISTS 7, by policies alone; what a family may not
-- be shown has a table of its own.
BEGIN;

-- What me() is to a coordination where its plan is concerned: "coordinator",
-- "case_manager"; "member": the holder, the region, whoever accepted and may
-- see category "plan"; "family"; "past": region and holder of what a family's
-- consent no longer holds.  NULL: sees nothing.
CREATE FUNCTION plan_role(of_coordination uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	RETURN (SELECT CASE
	WHEN h.status = 'blocked' AND k.holder IS DISTINCT FROM me() THEN NULL
	WHEN my_role() = 'family' THEN
	    CASE WHEN l.live AND k.consent_id = my_consent() THEN 'family' END
	WHEN my_role() NOT IN ('coordinator', 'node') THEN NULL
	WHEN NOT l.live THEN CASE WHEN k.region = me()
	    OR (k.holder = me() AND my_role() = 'node') THEN 'past' END
	WHEN my_role() = 'coordinator' THEN
	    CASE WHEN k.region = me() THEN 'coordinator' END
	WHEN coordination_managed(k) THEN 'case_manager'
	WHEN me() IN (k.holder, k.region) OR consent_opens(k, me(), 'plan')
	    THEN 'member' END
	FROM coordination k JOIN organisation h ON h.id = k.holder,
	    LATERAL (SELECT k.state <> 'suspended'
	        AND k.until > statement_timestamp() AS live) l
	WHERE k.id = of_coordination);
END $$;

-- Whether me() works in it, whatever has become of the consent: what is its
-- own stays its own.
CREATE FUNCTION plan_place(of_coordination uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	RETURN (SELECT my_role() = 'node' AND (EXISTS (SELECT FROM coordination k
	        WHERE k.id = of_coordination AND k.holder = me())
	    OR EXISTS (SELECT FROM coordination_member m
	        WHERE m.coordination_id = of_coordination
	        AND m.organisation_id = me() AND m.state = 'accepted')));
END $$;

CREATE TABLE plan (
	id uuid PRIMARY KEY REFERENCES coordination ON DELETE CASCADE,
	version bigint NOT NULL DEFAULT 1,
	state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft',
	    'adopted')),
	formulation text CHECK (char_length(formulation) BETWEEN 1 AND 2000),
	-- Of the understanding alone: what was adopted is one of these.
	formulation_version bigint NOT NULL DEFAULT 1,
	updated_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	adopted_at timestamptz,
	CHECK (state = 'draft' OR num_nulls(formulation, adopted_at) = 0)
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);

CREATE TABLE plan_contingency (
	plan_id uuid PRIMARY KEY REFERENCES plan ON DELETE CASCADE,
	text text CHECK (char_length(text) BETWEEN 1 AND 2000),
	unsafe_for_family boolean NOT NULL DEFAULT false
) WITH (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE plan_adoption (
	plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
	organisation_id uuid NOT NULL DEFAULT me() REFERENCES organisation,
	formulation_version bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (plan_id, organisation_id)
) WITH (fillfactor = 80);

-- What child and parents think of the plan: as the team was told it, and as
-- each of those who signed says it.
CREATE TABLE plan_family_view (
	plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
	who text NOT NULL CHECK (who IN ('child', 'parents')),
	recorded_by text NOT NULL CHECK (recorded_by IN ('team', 'family')),
	capacity text NOT NULL DEFAULT coalesce(my_capacity(), ''),
	signer int NOT NULL DEFAULT coalesce(my_signer(), -1),
	view text NOT NULL CHECK (view IN ('agreed', 'differs',
	    'not_asked_because')),
	text text CHECK (char_length(text) BETWEEN 1 AND 280),
	formulation_version bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (plan_id, who, recorded_by, capacity, signer),
	CHECK (view <> 'not_asked_because' OR (recorded_by = 'team'
	    AND text IS NOT NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);

CREATE TABLE plan_goal (
	id uuid PRIMARY KEY,
	plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
	whose text NOT NULL CHECK (whose IN ('child', 'parent', 'worker',
	    'network')),
	words text NOT NULL CHECK (char_length(words) BETWEEN 1 AND 280),
	own_words boolean NOT NULL,
	parents_may_see boolean NOT NULL DEFAULT false,
	baseline int NOT NULL CHECK (baseline BETWEEN 0 AND 10),
	target int NOT NULL CHECK (target BETWEEN 0 AND 10),
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	UNIQUE (id, plan_id)
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);
CREATE INDEX plan_goal_of ON plan_goal (plan_id, created_at);

CREATE TABLE plan_rating (
	id uuid PRIMARY KEY,
	goal_id uuid NOT NULL REFERENCES plan_goal ON DELETE CASCADE,
	plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
	value int NOT NULL CHECK (value BETWEEN 0 AND 10),
	at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX plan_rating_of ON plan_rating (goal_id, at);
CREATE INDEX plan_rating_plan ON plan_rating (plan_id);

CREATE TABLE plan_waymark (
	id uuid PRIMARY KEY,
	plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
	words text NOT NULL CHECK (char_length(words) BETWEEN 1 AND 280),
	goals uuid[] NOT NULL,
	due timestamptz,
	reached_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp()
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);
CREATE INDEX plan_waymark_of ON plan_waymark (plan_id, created_at);

ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_contingency ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_adoption ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_family_view ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_goal ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_rating ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_waymark ENABLE ROW LEVEL SECURITY;

CREATE POLICY plan_see ON plan FOR SELECT USING (plan_role(id) IS NOT NULL);
CREATE POLICY plan_add ON plan FOR INSERT
	WITH CHECK (plan_role(id) IN ('coordinator', 'case_manager'));
CREATE POLICY plan_change ON plan FOR UPDATE
	USING (plan_role(id) IN ('coordinator', 'case_manager'));

CREATE POLICY contingency_see ON plan_contingency FOR SELECT
	USING (plan_role(plan_id) IN ('coordinator', 'case_manager', 'member')
	    OR (NOT unsafe_for_family AND plan_role(plan_id) = 'family'));
CREATE POLICY contingency_add ON plan_contingency FOR INSERT
	WITH CHECK (plan_role(plan_id) IN ('coordinator', 'case_manager'));
CREATE POLICY contingency_change ON plan_contingency FOR UPDATE
	USING (plan_role(plan_id) IN ('coordinator', 'case_manager'));

CREATE POLICY adoption_see ON plan_adoption FOR SELECT
	USING (plan_role(plan_id) <> 'past');
CREATE POLICY adoption_add ON plan_adoption FOR INSERT
	WITH CHECK (organisation_id = me() AND plan_place(plan_id)
	    AND plan_role(plan_id) IN ('case_manager', 'member'));
CREATE POLICY adoption_change ON plan_adoption FOR UPDATE
	USING (organisation_id = me() AND plan_place(plan_id)
	    AND plan_role(plan_id) IN ('case_manager', 'member'));

-- One of a family reads what it has said itself, and what the team has written
-- down of it; never what another said.
CREATE POLICY family_view_see ON plan_family_view FOR SELECT
	USING (plan_role(plan_id) IN ('coordinator', 'case_manager', 'member')
	    OR (plan_role(plan_id) = 'family'
	        AND who = CASE my_capacity() WHEN 'young_person' THEN 'child'
	            ELSE 'parents' END
	        AND (recorded_by = 'team' OR (signer = my_signer()
	            AND capacity = my_capacity()))));
CREATE POLICY family_view_add ON plan_family_view FOR INSERT
	WITH CHECK (CASE recorded_by WHEN 'team' THEN signer = -1
	    AND plan_role(plan_id) IN ('coordinator', 'case_manager')
	ELSE plan_role(plan_id) = 'family' AND signer = my_signer()
	    AND capacity = my_capacity()
	    AND who = CASE my_capacity() WHEN 'young_person' THEN 'child'
	        ELSE 'parents' END END);
CREATE POLICY family_view_change ON plan_family_view FOR UPDATE
	USING (CASE recorded_by WHEN 'team'
	THEN plan_role(plan_id) IN ('coordinator', 'case_manager')
	ELSE plan_role(plan_id) = 'family' AND signer = my_signer()
	    AND capacity = my_capacity() END);

-- A child's own words are the child's: a parent reads them only where the
-- child has said so.
CREATE POLICY goal_see ON plan_goal FOR SELECT
	USING (plan_role(plan_id) IN ('coordinator', 'case_manager', 'member')
	    OR (plan_role(plan_id) = 'family' AND (parents_may_see
	        OR my_capacity() = 'young_person'
	        OR NOT (whose = 'child' AND own_words))));
CREATE POLICY goal_add ON plan_goal FOR INSERT
	WITH CHECK (plan_role(plan_id) IN ('coordinator', 'case_manager'));
CREATE POLICY goal_change ON plan_goal FOR UPDATE
	USING (plan_role(plan_id) IN ('coordinator', 'case_manager'));

CREATE POLICY rating_see ON plan_rating FOR SELECT
	USING (EXISTS (SELECT FROM plan_goal g WHERE g.id = goal_id));
CREATE POLICY rating_add ON plan_rating FOR INSERT
	WITH CHECK (plan_role(plan_id) IN ('coordinator', 'case_manager')
	    AND EXISTS (SELECT FROM plan_goal g WHERE g.id = goal_id
	        AND g.plan_id = plan_rating.plan_id));

CREATE POLICY waymark_see ON plan_waymark FOR SELECT
	USING (plan_role(plan_id) <> 'past');
CREATE POLICY waymark_add ON plan_waymark FOR INSERT
	WITH CHECK (plan_role(plan_id) IN ('coordinator', 'case_manager'));
CREATE POLICY waymark_change ON plan_waymark FOR UPDATE
	USING (plan_role(plan_id) IN ('coordinator', 'case_manager'));

-- Why me() may not write in a coordination's plan; NULL where it may.  roles:
-- those of plan_role() that may; own: it is the caller's own thing.
CREATE FUNCTION plan_verdict(of_coordination uuid, roles text[],
    own boolean DEFAULT false) RETURNS text LANGUAGE plpgsql STABLE AS
$$
DECLARE
	status text := caller_status();
	role text := plan_role(of_coordination);
	k coordination;
BEGIN
	SELECT * INTO k FROM coordination c WHERE c.id = of_coordination;
	IF status IS DISTINCT FROM 'active' THEN
		RETURN coalesce('organisation-' || status, 'not-found');
	ELSIF k.id IS NULL THEN
		RETURN CASE WHEN part_ended(of_coordination)
		    THEN 'consent-withdrawn' ELSE 'not-found' END;
	ELSIF k.state IN ('requested', 'suspended')
	    OR NOT coordination_open(k.state) THEN
		RETURN 'step-not-possible';
	ELSIF role = 'past' THEN
		RETURN 'consent-withdrawn';
	ELSIF own THEN
		RETURN NULL;
	ELSIF role IS NULL THEN
		RETURN 'not-found';
	ELSIF NOT role = ANY (roles)
	    OR (role = 'coordinator' AND NOT coordination_mine(k)) THEN
		RETURN 'step-not-yours';
	END IF;
	RETURN NULL;
END $$;

-- What a statement goes by: to whom it is not there, or not any more, it says
-- that and nothing of what was done before under the same key.
CREATE FUNCTION act_verdict(verdict text, before text) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE WHEN verdict IN ('not-found', 'consent-withdrawn')
	    OR verdict LIKE 'organisation-%' THEN verdict
	ELSE coalesce(before, verdict) END
$$;

-- The plan of now, without its actions.
CREATE FUNCTION goal_json(g plan_goal) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN (SELECT jsonb_build_object('id', g.id, 'whose', g.whose,
	    'words', g.words, 'own_words', g.own_words,
	    'parents_may_see', g.parents_may_see, 'baseline', g.baseline,
	    'target', g.target, 'version', g.version, 'ratings', coalesce((
	        SELECT jsonb_agg(jsonb_build_object('id', r.id,
	            'value', r.value, 'at', rfc3339(r.at)) ORDER BY r.at, r.id)
	        FROM plan_rating r WHERE r.goal_id = g.id), '[]')));
END $$;

CREATE FUNCTION waymark_json(w plan_waymark) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', w.id,
	    'words', w.words, 'goals', w.goals, 'due', rfc3339(w.due),
	    'reached_at', rfc3339(w.reached_at), 'version', w.version))
$$;

CREATE FUNCTION plan_json(p plan) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN (SELECT jsonb_strip_nulls(jsonb_build_object('id', p.id,
	    'state', p.state, 'version', p.version,
	    'formulation', CASE WHEN plan_role(p.id) <> 'past'
	        THEN p.formulation END,
	    'formulation_version', p.formulation_version,
	    'updated_at', rfc3339(p.updated_at),
	    'adopted_at', rfc3339(p.adopted_at),
	    'contingency', (SELECT jsonb_build_object('text', c.text,
	        'unsafe_for_family', c.unsafe_for_family)
	        FROM plan_contingency c
	        WHERE c.plan_id = p.id AND c.text IS NOT NULL)))
	|| jsonb_build_object(
	    'adoptions', coalesce((SELECT jsonb_agg(jsonb_build_object(
	        'organisation_id', a.organisation_id, 'at', rfc3339(a.at))
	        ORDER BY a.at, a.organisation_id)
	        FROM plan_adoption a WHERE a.plan_id = p.id
	        AND a.formulation_version = p.formulation_version), '[]'),
	    'family_views', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(
	        jsonb_build_object('who', v.who, 'view', v.view,
	        'text', v.text, 'recorded_by', v.recorded_by,
	        'formulation_version', v.formulation_version,
	        'at', rfc3339(v.at))) ORDER BY v.who, v.recorded_by, v.at)
	        FROM plan_family_view v WHERE v.plan_id = p.id), '[]'),
	    'goals', coalesce((SELECT jsonb_agg(goal_json(g)
	        ORDER BY g.created_at, g.id)
	        FROM plan_goal g WHERE g.plan_id = p.id), '[]'),
	    'waymarks', coalesce((SELECT jsonb_agg(waymark_json(w)
	        ORDER BY w.created_at, w.id)
	        FROM plan_waymark w WHERE w.plan_id = p.id), '[]')));
END $$;

-- What the feed tells: of what would be too long the newest ratings.
CREATE FUNCTION plan_told_json(p plan) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
DECLARE
	doc jsonb;
BEGIN
	SELECT plan_json(p) INTO doc;
	IF octet_length(doc::text) <= 60000 THEN
		RETURN doc;
	END IF;
	RETURN doc || jsonb_build_object('goals', (
	    SELECT jsonb_agg(e.goal || jsonb_build_object('ratings',
	        latest(e.goal -> 'ratings', 1100)) ORDER BY e.n)
	    FROM jsonb_array_elements(doc -> 'goals')
	        WITH ORDINALITY e(goal, n)));
END $$;

-- Whatever the plan consists of, each organisation is told of it. The plan's
-- version stays: it is of what putPlan writes, and nobody's next edit is
-- overtaken by what they, or others, have added beside it.
CREATE FUNCTION plan_touched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE plan p SET updated_at = statement_timestamp()
	WHERE p.id = NEW.plan_id;
	RETURN NULL;
END $$;
CREATE TRIGGER plan_touched AFTER INSERT OR UPDATE ON plan_adoption
	FOR EACH ROW EXECUTE FUNCTION plan_touched();
CREATE TRIGGER plan_touched AFTER INSERT OR UPDATE ON plan_family_view
	FOR EACH ROW EXECUTE FUNCTION plan_touched();
CREATE TRIGGER plan_touched AFTER INSERT OR UPDATE ON plan_goal
	FOR EACH ROW EXECUTE FUNCTION plan_touched();
CREATE TRIGGER plan_touched AFTER INSERT ON plan_rating
	FOR EACH ROW EXECUTE FUNCTION plan_touched();
CREATE TRIGGER plan_touched AFTER INSERT OR UPDATE ON plan_waymark
	FOR EACH ROW EXECUTE FUNCTION plan_touched();

CREATE FUNCTION plan_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM part_put('plan', NEW.id, NEW.id, NEW.version);
	RETURN NULL;
END $$;
CREATE TRIGGER plan_changed AFTER INSERT OR UPDATE ON plan
	FOR EACH ROW EXECUTE FUNCTION plan_changed();

-- The step "plan" adopts it.
CREATE FUNCTION plan_adopt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE plan p SET state = 'adopted', version = p.version + 1,
	    adopted_at = statement_timestamp(), updated_at = statement_timestamp()
	WHERE p.id = NEW.id AND p.formulation IS NOT NULL;
	RETURN NULL;
END $$;
CREATE TRIGGER plan_adopt AFTER UPDATE OF state ON coordination
	FOR EACH ROW WHEN (NEW.state = 'planned'
	    AND OLD.state IN ('met', 'planned', 'reviewed'))
	EXECUTE FUNCTION plan_adopt();

-- What the family's page shows: the newest work under the visit's consent.
CREATE FUNCTION family_plan(hold boolean) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	found uuid;
BEGIN
	SELECT k.id INTO found FROM coordination k JOIN plan p ON p.id = k.id
	WHERE k.consent_id = my_consent()
	ORDER BY coordination_open(k.state) DESC, k.requested_at DESC LIMIT 1;
	IF hold THEN
		PERFORM FROM coordination k WHERE k.id = found FOR SHARE;
	END IF;
	RETURN found;
END $$;

-- The part's four functions (change "coordination_part").
CREATE FUNCTION plan_event(ref uuid) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT part_envelope(p.id, jsonb_build_object('state', p.state))
	    || jsonb_build_object('doc', plan_told_json(p))
	FROM plan p WHERE p.id = ref
$$;

CREATE FUNCTION plan_of(of_coordination uuid)
RETURNS TABLE (kind text, ref uuid, version bigint) LANGUAGE sql STABLE AS
$$
	SELECT 'plan', p.id, p.version FROM plan p WHERE p.id = of_coordination
$$;

CREATE FUNCTION plan_end(of_coordination uuid) RETURNS void
LANGUAGE sql AS
$$
	DELETE FROM plan_goal WHERE plan_id = of_coordination;
	DELETE FROM plan_waymark WHERE plan_id = of_coordination;
	DELETE FROM plan_contingency WHERE plan_id = of_coordination;
	DELETE FROM plan_family_view WHERE plan_id = of_coordination;
	DELETE FROM plan_adoption WHERE plan_id = of_coordination;
	UPDATE plan SET formulation = NULL, state = 'draft',
	    formulation_version = formulation_version + 1,
	    version = version + 1, updated_at = statement_timestamp()
	WHERE id = of_coordination;
$$;

-- Adopted by at least two organisations of two sectors that work in it.
CREATE FUNCTION plan_met(k coordination) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT array_remove(ARRAY[
	    CASE WHEN p.formulation IS NOT NULL AND two_sectors(k, ARRAY(
	        SELECT a.organisation_id FROM plan_adoption a
	        WHERE a.plan_id = p.id
	        AND a.formulation_version = p.formulation_version))
	        THEN 'formulation' END,
	    CASE WHEN p.state = 'adopted' THEN 'plan_adopted' END,
	    CASE WHEN (SELECT count(DISTINCT v.who) = 2 FROM plan_family_view v
	        WHERE v.plan_id = p.id
	        AND v.formulation_version = p.formulation_version)
	        THEN 'family' END], NULL)
	FROM (VALUES (k.id)) one(id) LEFT JOIN plan p ON p.id = one.id
$$;

REVOKE EXECUTE ON FUNCTION plan_role(uuid), plan_place(uuid),
    plan_end(uuid), plan_met(coordination), family_plan(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plan_role(uuid), plan_place(uuid),
    plan_met(coordination), family_plan(boolean) TO zaedno_hub_service;

GRANT SELECT, INSERT ON plan, plan_contingency, plan_adoption,
    plan_family_view, plan_goal, plan_rating, plan_waymark
    TO zaedno_hub_service;
GRANT UPDATE (version, state, formulation, formulation_version, updated_at)
    ON plan TO zaedno_hub_service;
GRANT UPDATE (text, unsafe_for_family) ON plan_contingency
    TO zaedno_hub_service;
GRANT UPDATE (formulation_version, at) ON plan_adoption TO zaedno_hub_service;
GRANT UPDATE (view, text, formulation_version, at) ON plan_family_view
    TO zaedno_hub_service;
GRANT UPDATE (whose, words, own_words, parents_may_see, baseline, target,
    version) ON plan_goal TO zaedno_hub_service;
GRANT UPDATE (words, goals, due, reached_at, version) ON plan_waymark
    TO zaedno_hub_service;

COMMIT;

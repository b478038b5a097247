-- Deploy zaedno-hub:review to pg
-- requires: coordination_part
-- What a coordination is held to: its reviews, the people that a child or a
-- parent has named, and what is planned before it moves on.  Parts, as
-- coordination_part.sql says.
BEGIN;

CREATE TABLE review (
	id uuid PRIMARY KEY,
	coordination_id uuid NOT NULL REFERENCES coordination ON DELETE CASCADE,
	result text NOT NULL,
	changed_for_child text,
	voices_answered text,
	next_review date,
	by_org uuid NOT NULL DEFAULT me() REFERENCES organisation,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version bigint NOT NULL DEFAULT 1
);
CREATE INDEX review_of ON review (coordination_id, at);

-- What they do and of which organisation, never who they are.
CREATE TABLE keyworker (
	id uuid PRIMARY KEY,
	coordination_id uuid NOT NULL REFERENCES coordination ON DELETE CASCADE,
	organisation_id uuid NOT NULL REFERENCES organisation,
	role text,
	nominated_by text NOT NULL CHECK (nominated_by IN ('child', 'parent')),
	from_on date NOT NULL,
	to_on date,
	by_org uuid NOT NULL DEFAULT me() REFERENCES organisation,
	version bigint NOT NULL DEFAULT 1,
	CHECK (to_on >= from_on)
);
CREATE INDEX keyworker_of ON keyworker (coordination_id, from_on);

-- One at a time: what is planned anew after a move is another's.
CREATE TABLE handover (
	id uuid PRIMARY KEY REFERENCES coordination ON DELETE CASCADE,
	receiver uuid NOT NULL REFERENCES organisation,
	loses text,
	stays text,
	-- Since when there is to be a move, and the last change of how.
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	planned_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	by_org uuid NOT NULL DEFAULT me() REFERENCES organisation,
	version bigint NOT NULL DEFAULT 1
);

ALTER TABLE review ENABLE ROW LEVEL SECURITY;
ALTER TABLE keyworker ENABLE ROW LEVEL SECURITY;
ALTER TABLE handover ENABLE ROW LEVEL SECURITY;

-- CODELISTS 7: the region and the holder, and those of the team who have come
-- and to whom the consent opens the plan; the team while the consent is in date
-- and the work is not suspended.  The recipients of a consent are the holder's
-- rows, and so with the owner's rights.
CREATE FUNCTION review_open(of_coordination uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT EXISTS (SELECT FROM coordination k
	    WHERE k.id = of_coordination AND holder_shows(k.holder)
	    AND ((k.region = me() AND my_role() IN ('coordinator', 'node'))
	        OR (my_role() = 'node' AND (k.holder = me()
	            OR (me() = ANY (k.team) AND k.state <> 'suspended'
	                AND k.until > statement_timestamp()
	                AND consent_opens(k, me(), 'plan'))))))
$$;

-- The family reads what was found of its own, while its consent runs.
CREATE FUNCTION review_family(of_coordination uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT my_role() = 'family' AND EXISTS (SELECT FROM coordination k
	    JOIN organisation h ON h.id = k.holder AND h.status <> 'blocked'
	    WHERE k.id = of_coordination AND k.consent_id = my_consent()
	    AND k.state <> 'suspended' AND k.until > statement_timestamp())
$$;

-- Whose writing it is: the coordinator's and the case manager's.  Which of
-- the coordinators has it is asked by review_refusal().
CREATE FUNCTION review_writes(k coordination) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT (k.region = me() AND my_role() = 'coordinator')
	    OR coordination_managed(k)
$$;

-- Whether anything is written to it at all.
CREATE FUNCTION review_runs(k coordination) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT k.state <> 'suspended' AND k.until > statement_timestamp()
	    AND holder_shows(k.holder)
$$;

CREATE POLICY review_see ON review FOR SELECT
	USING (review_open(coordination_id) OR review_family(coordination_id));
CREATE POLICY review_add ON review FOR INSERT
	WITH CHECK (by_org = me() AND EXISTS (SELECT FROM coordination k
	    WHERE k.id = coordination_id AND review_runs(k)
	    AND review_writes(k)));
CREATE POLICY review_change ON review FOR UPDATE
	USING (EXISTS (SELECT FROM coordination k
	    WHERE k.id = coordination_id AND review_runs(k)
	    AND review_writes(k)));
CREATE POLICY keyworker_see ON keyworker FOR SELECT
	USING (review_open(coordination_id));
CREATE POLICY keyworker_add ON keyworker FOR INSERT
	WITH CHECK (by_org = me() AND EXISTS (SELECT FROM coordination k
	    WHERE k.id = coordination_id AND review_runs(k)
	    AND (review_writes(k) OR (k.holder = me() AND my_role() = 'node'))));
CREATE POLICY keyworker_change ON keyworker FOR UPDATE
	USING (EXISTS (SELECT FROM coordination k
	    WHERE k.id = coordination_id AND review_runs(k)
	    AND (review_writes(k) OR (k.holder = me() AND my_role() = 'node'))));
CREATE POLICY handover_see ON handover FOR SELECT
	USING (review_open(id));
CREATE POLICY handover_add ON handover FOR INSERT
	WITH CHECK (by_org = me() AND EXISTS (SELECT FROM coordination k
	    WHERE k.id = handover.id AND review_runs(k)
	    AND review_writes(k)));
CREATE POLICY handover_change ON handover FOR UPDATE
	USING (EXISTS (SELECT FROM coordination k
	    WHERE k.id = handover.id AND review_runs(k)
	    AND review_writes(k)));

-- What a reader of what hangs on a coordination is told.
CREATE FUNCTION review_read(of_coordination uuid) RETURNS text
LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN s <> 'active' THEN 'organisation-' || s
	    WHEN EXISTS (SELECT FROM coordination k
	        WHERE k.id = of_coordination AND holder_shows(k.holder))
	        THEN '200'
	    WHEN NOT EXISTS (SELECT FROM coordination k
	            WHERE k.id = of_coordination)
	        AND EXISTS (SELECT FROM coordination_member m
	            WHERE m.coordination_id = of_coordination
	            AND m.organisation_id = me()
	            AND m.state IN ('invited', 'accepted'))
	        THEN 'consent-withdrawn'
	    ELSE 'not-found' END
	FROM caller_status() s WHERE s IS NOT NULL
$$;

-- Why the caller does not write to it in these states; NULL: it does.
CREATE FUNCTION review_refusal(of_coordination uuid, holder_too boolean,
    states text[]) RETURNS text
LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN r.answer IS DISTINCT FROM '200'
	        THEN coalesce(r.answer, 'not-found')
	    WHEN NOT (review_writes(k)
	            OR (holder_too AND k.holder = me() AND my_role() = 'node'))
	        OR (my_role() = 'coordinator' AND NOT coordination_mine(k))
	        THEN 'step-not-yours'
	    WHEN NOT review_runs(k) OR k.state <> ALL (states)
	        THEN 'step-not-possible' END
	FROM (VALUES (review_read(of_coordination))) r(answer)
	LEFT JOIN coordination k ON k.id = of_coordination
$$;

-- Of the team, or the holder: who does something in a coordination.
CREATE FUNCTION review_takes_part(k coordination, org uuid) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT org = k.holder OR EXISTS (SELECT FROM coordination_member m
	    WHERE m.coordination_id = k.id AND m.organisation_id = org
	    AND m.state = 'accepted')
$$;

-- From when on the work that is under review was done.
CREATE FUNCTION review_round(of_coordination uuid) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT coalesce(max(s.at), '-infinity') FROM coordination_step s
	WHERE s.coordination_id = of_coordination
	AND s.step IN ('start', 'continue', 'step_down', 'reopen')
$$;

-- Whether what was said is still shown: with the consent's term it is not,
-- though what latches that is yet to come.
CREATE FUNCTION review_shown(of_coordination uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	RETURN (SELECT k.state <> 'suspended'
	        AND k.until > statement_timestamp()
	    FROM coordination k WHERE k.id = of_coordination);
END $$;

CREATE FUNCTION review_json(v review) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', v.id,
	    'coordination_id', v.coordination_id, 'result', v.result,
	    'changed_for_child', CASE WHEN s.shown THEN v.changed_for_child END,
	    'voices_answered', CASE WHEN s.shown THEN v.voices_answered END,
	    'next_review', to_char(v.next_review, 'YYYY-MM-DD'),
	    'organisation_id', v.by_org, 'at', rfc3339(v.at),
	    'version', v.version))
	FROM (SELECT review_shown(v.coordination_id) AS shown) s
$$;

CREATE FUNCTION keyworker_json(w keyworker) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', w.id,
	    'coordination_id', w.coordination_id,
	    'organisation_id', w.organisation_id,
	    'role', CASE WHEN review_shown(w.coordination_id) THEN w.role END,
	    'nominated_by', w.nominated_by,
	    'from', to_char(w.from_on, 'YYYY-MM-DD'),
	    'to', to_char(w.to_on, 'YYYY-MM-DD'), 'version', w.version))
$$;

CREATE FUNCTION handover_done(h handover) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT EXISTS (SELECT FROM coordination_step s
	    WHERE s.coordination_id = h.id AND s.step = 'hand_over'
	    AND s.at >= h.planned_at)
$$;

CREATE FUNCTION handover_json(h handover) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', h.id,
	    'receiver', h.receiver,
	    'state', CASE WHEN handover_done(h) THEN 'done' ELSE 'planned' END,
	    'loses', CASE WHEN s.shown THEN h.loses END,
	    'stays', CASE WHEN s.shown THEN h.stays END,
	    'planned_at', rfc3339(h.planned_at), 'version', h.version))
	FROM (SELECT review_shown(h.id) AS shown) s
$$;

-- The parts.
CREATE FUNCTION review_event(part text, of_ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', p.doc, 'consent_id', k.consent_id,
	    'holder', k.holder, 'envelope', jsonb_strip_nulls(jsonb_build_object(
	        'parent', k.id, 'subject', k.case_pseudonym,
	        'state', p.state, 'title', p.title)))
	FROM (SELECT v.coordination_id, review_json(v) AS doc,
	        v.result AS state, 'Преглед на случая' AS title
	    FROM review v WHERE part = 'review' AND v.id = of_ref
	    UNION ALL
	    SELECT w.coordination_id, keyworker_json(w), CASE WHEN w.to_on
	        < (statement_timestamp() AT TIME ZONE 'Europe/Sofia')::date
	        THEN 'ended' ELSE 'named' END, 'Ключов специалист'
	    FROM keyworker w WHERE part = 'keyworker' AND w.id = of_ref
	    UNION ALL
	    SELECT h.id, handover_json(h), handover_json(h) ->> 'state',
	        'Предаване на случая'
	    FROM handover h WHERE part = 'handover' AND h.id = of_ref) p
	JOIN coordination k ON k.id = p.coordination_id
$$;

CREATE FUNCTION review_of(of_coordination uuid)
RETURNS TABLE (kind text, ref uuid, version bigint)
LANGUAGE sql STABLE AS
$$
	SELECT 'review', v.id, v.version FROM review v
	WHERE v.coordination_id = of_coordination
	UNION ALL
	SELECT 'keyworker', w.id, w.version FROM keyworker w
	WHERE w.coordination_id = of_coordination
	UNION ALL
	SELECT 'handover', h.id, h.version FROM handover h
	WHERE h.id = of_coordination
$$;

-- What was said goes; results, organisations and days stay.
CREATE FUNCTION review_end(of_coordination uuid) RETURNS void
LANGUAGE sql AS
$$
	UPDATE review SET changed_for_child = NULL, voices_answered = NULL,
	    version = version + 1 WHERE coordination_id = of_coordination
	AND num_nonnulls(changed_for_child, voices_answered) > 0;
	UPDATE keyworker SET role = NULL, version = version + 1
	WHERE coordination_id = of_coordination AND role IS NOT NULL;
	UPDATE handover SET loses = NULL, stays = NULL, version = version + 1
	WHERE id = of_coordination AND num_nonnulls(loses, stays) > 0;
$$;

-- Whether the receiving side was at a meeting since the move is planned is the
-- meetings' to say, which come in a change after this.
CREATE FUNCTION handover_met_receiver(h handover)
RETURNS boolean LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN meeting_attended(h.id, h.receiver, h.created_at);
END $$;

-- The last review of this round counts, and a handover that is yet to come.
CREATE FUNCTION review_met(k coordination) RETURNS text[]
LANGUAGE sql STABLE AS
$$
	SELECT coalesce((SELECT array_remove(ARRAY[
	        CASE WHEN v.changed_for_child IS NOT NULL THEN 'changed' END,
	        CASE WHEN v.voices_answered IS NOT NULL THEN 'voices_met' END,
	        CASE WHEN v.next_review >= (statement_timestamp()
	            AT TIME ZONE 'Europe/Sofia')::date THEN 'next_review' END],
	        NULL)
	    FROM review v WHERE v.coordination_id = k.id
	    AND v.at >= review_round(k.id) ORDER BY v.at DESC, v.id LIMIT 1), '{}')
	|| coalesce((SELECT array_remove(ARRAY[
	        CASE WHEN handover_met_receiver(h) THEN 'receiver' END,
	        CASE WHEN num_nulls(h.loses, h.stays) = 0 THEN 'goodbye' END], NULL)
	    FROM handover h WHERE h.id = k.id AND NOT handover_done(h)), '{}')
$$;

-- The agreed day is the deadline, where it comes before the board's, also when
-- the plan is made anew before the work goes on.
CREATE FUNCTION review_dates_next() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	NEW.due := least(NEW.due, (
	    SELECT (v.next_review + 1)::timestamp AT TIME ZONE 'Europe/Sofia'
	    FROM review v WHERE v.coordination_id = NEW.id
	    AND v.at >= review_round(NEW.id)
	    ORDER BY v.at DESC, v.id LIMIT 1));
	RETURN NEW;
END $$;
CREATE TRIGGER review_dates_next BEFORE UPDATE OF state ON coordination
	FOR EACH ROW WHEN (OLD.state IN ('reviewed', 'planned')
	    AND NEW.deadline IN ('first_review', 'next_review'))
	EXECUTE FUNCTION review_dates_next();

REVOKE EXECUTE ON FUNCTION review_end(uuid), review_shown(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION review_shown(uuid) TO zaedno_hub_service;

GRANT SELECT, INSERT ON review, keyworker, handover TO zaedno_hub_service;
GRANT UPDATE (result, changed_for_child, voices_answered, next_review, version)
    ON review TO zaedno_hub_service;
GRANT UPDATE (organisation_id, role, nominated_by, from_on, to_on, version)
    ON keyworker TO zaedno_hub_service;
GRANT UPDATE (receiver, loses, stays, planned_at, version)
    ON handover TO zaedno_hub_service;

COMMIT;

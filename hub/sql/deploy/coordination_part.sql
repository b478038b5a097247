-- Deploy zaedno-hub:coordination_part to pg
-- requires: coordination
-- What a coordination consists of besides its course and its team: each kind
-- of part has tables of its own, in a change of its own, and is known here by
-- four functions. The bodies are plpgsql, so that this change comes before
-- those that it calls.
--
--   <kind>_event(ref)          what part_event() answers
--   <kind>_of(coordination)    references and versions: who is told anew
--   <kind>_end(coordination)   the consent has ended: what CODELISTS 8 does
--                              not leave is erased
--   <kind>_met(coordination)   the guards whose facts are there
BEGIN;

-- For the feed: {doc, envelope {parent, subject, state, due, title},
-- consent_id, holder}. What me() may not see is NULL, and so a purge.
CREATE FUNCTION part_event(kind text, ref uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN CASE
	    WHEN kind = 'definition' THEN definition_event(ref)
	    WHEN kind = 'question' THEN question_event(ref)
	    WHEN kind IN ('review', 'keyworker', 'handover')
	        THEN review_event(kind, ref)
	    WHEN kind = 'meeting' THEN meeting_event(ref)
	    WHEN kind = 'decision' THEN decision_event(ref)
	    WHEN kind = 'reminder' THEN reminder_event(ref)
	    END;
END $$;

-- All parts of a coordination, whoever looks.
CREATE FUNCTION coordination_parts(of_coordination uuid)
RETURNS TABLE (kind text, ref uuid, version bigint)
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN QUERY SELECT p.* FROM review_of(of_coordination) p;
	RETURN QUERY SELECT p.* FROM meeting_of(of_coordination) p;
END $$;

CREATE FUNCTION coordination_parts_end(of_coordination uuid) RETURNS void
LANGUAGE plpgsql AS
$$
BEGIN
	PERFORM review_end(of_coordination);
	PERFORM meeting_end(of_coordination);
	PERFORM reminder_end(of_coordination);
END $$;

-- The guards of coordination_flow.h whose facts are there, as their codes.
CREATE FUNCTION coordination_met(k coordination) RETURNS text[]
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN coordination_team_met(k)
	    || question_met(k)
	    || review_met(k)
	    || meeting_met(k);
END $$;

-- Tells each of them of every part; what somebody may not see reaches them as
-- a purge.
CREATE FUNCTION coordination_tell(of_coordination uuid, whom uuid[])
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT DISTINCT o, p.kind, p.ref, p.version, 'put'
	FROM coordination_parts(of_coordination) p, unnest(whom) o
	WHERE o IS NOT NULL
$$;

-- Whoever changes a part holds the coordination first: until the end of the
-- transaction nobody takes a step, and no consent ends under the change. The
-- state; NULL where there is none that me() works in.
CREATE FUNCTION coordination_hold(of_coordination uuid) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT k.state FROM coordination k WHERE k.id = of_coordination
	AND (k.holder = me() OR (k.region = me() AND my_role() = 'coordinator')
	    OR me() = ANY (k.team))
	FOR SHARE
$$;

-- Who sees what changes with the team, the case manager, the consent and the
-- suspension.
CREATE FUNCTION coordination_parts_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	IF NEW.state = 'suspended' AND OLD.state <> 'suspended' THEN
		PERFORM coordination_parts_end(NEW.id);
	END IF;
	PERFORM coordination_tell(NEW.id, CASE
	    WHEN OLD.consent_id <> NEW.consent_id
	        OR (OLD.state = 'suspended') <> (NEW.state = 'suspended')
	    THEN NEW.team || OLD.team || NEW.holder
	    ELSE ARRAY[OLD.case_manager, NEW.case_manager] || ARRAY(
	        SELECT unnest(NEW.team || OLD.team) EXCEPT (
	        SELECT unnest(NEW.team) INTERSECT SELECT unnest(OLD.team))) END);
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_parts_follow AFTER UPDATE ON coordination
	FOR EACH ROW WHEN (OLD.team <> NEW.team
	    OR OLD.consent_id <> NEW.consent_id
	    OR OLD.case_manager IS DISTINCT FROM NEW.case_manager
	    OR (OLD.state = 'suspended') <> (NEW.state = 'suspended'))
	EXECUTE FUNCTION coordination_parts_follow();

-- An accepted invitation opens more than an invitation does.
CREATE FUNCTION coordination_parts_joined() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM coordination_tell(NEW.coordination_id,
	    ARRAY[NEW.organisation_id]);
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_parts_joined
	AFTER UPDATE OF state ON coordination_member
	FOR EACH ROW EXECUTE FUNCTION coordination_parts_joined();

REVOKE EXECUTE ON FUNCTION coordination_tell(uuid, uuid[]),
    coordination_parts_end(uuid), coordination_hold(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_tell(uuid, uuid[]),
    coordination_hold(uuid) TO zaedno_hub_service;

COMMIT;

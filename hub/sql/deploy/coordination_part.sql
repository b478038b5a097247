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
	    WHEN kind = 'plan' THEN plan_event(ref)
	    WHEN kind = 'action' THEN action_event(ref)
	    WHEN kind = 'definition' THEN definition_event(ref)
	    WHEN kind = 'lesson' THEN lesson_event(ref)
	    WHEN kind = 'question' THEN question_event(ref)
	    WHEN kind = 'hour_promise' THEN hour_promise_event(ref)
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
	RETURN QUERY SELECT p.* FROM plan_of(of_coordination) p;
	RETURN QUERY SELECT p.* FROM action_of(of_coordination) p;
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
	PERFORM plan_end(of_coordination);
END $$;

-- The guards of coordination_flow.h whose facts are there, as their codes.
CREATE FUNCTION coordination_met(k coordination) RETURNS text[]
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN coordination_team_met(k)
	    || plan_met(k)
	    || action_met(k)
	    || question_met(k)
	    || review_met(k)
	    || meeting_met(k);
END $$;

-- What every part says of the coordination that it belongs to: the rest of
-- the answer of part_event(), to those who work in it.
CREATE FUNCTION part_envelope(of_coordination uuid, envelope jsonb)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT jsonb_build_object('envelope', jsonb_build_object(
	        'parent', k.id, 'subject', k.case_pseudonym) || envelope,
	    'consent_id', k.consent_id, 'holder', k.holder)
	FROM coordination k WHERE k.id = of_coordination
	AND (me() IN (k.holder, k.region) OR me() = ANY (k.team))
$$;

-- The end of a list, as much of it as has room: a node takes no document of
-- more than 65,536 bytes, nor the page of the feed that it is in.
CREATE FUNCTION latest(items jsonb, bytes int) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS
$$
	SELECT coalesce(jsonb_agg(x.item ORDER BY x.n), '[]')
	FROM (SELECT e.item, e.n, sum(octet_length(e.item::text) + 2)
	        OVER (ORDER BY e.n DESC) AS upto
	    FROM jsonb_array_elements(items) WITH ORDINALITY e(item, n)) x
	WHERE x.upto <= bytes
$$;

-- A part is new or another: holder and team are told.  What has ended
-- coordination_tell() tells.
CREATE FUNCTION part_put(kind text, ref uuid, of_coordination uuid,
    version bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT o, $1, $2, $4, 'put'
	FROM coordination k, unnest(k.team || k.holder) o
	WHERE k.id = of_coordination AND k.state <> 'suspended'
	AND k.until > statement_timestamp()
$$;

-- Whether me() was in the team of what it sees no longer.
CREATE FUNCTION part_ended(of_coordination uuid) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT NOT EXISTS (SELECT FROM coordination k
	    WHERE k.id = of_coordination)
	AND EXISTS (SELECT FROM coordination_member m
	    WHERE m.coordination_id = of_coordination
	    AND m.organisation_id = me() AND m.state IN ('invited', 'accepted'))
$$;

-- Whether some of these organisations, of the team or the holder, are of two
-- sectors.
CREATE FUNCTION two_sectors(k coordination, orgs uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT of_two_sectors(ARRAY(SELECT o FROM unnest(orgs) o
	    WHERE o = k.holder OR o IN (
	        SELECT m.organisation_id FROM coordination_member m
	        WHERE m.coordination_id = k.id AND m.state = 'accepted')))
$$;

-- What a PUT comes to before its content is looked at; NULL where that decides.
-- To whom it is not there any more nothing is said of an earlier answer; who
-- repeats gets that answer; what has ended is told to whoever has read it as it
-- is.  version, same: of what is there; elsewhere: it is another's part.
CREATE FUNCTION put_verdict(refusal text, before text, version bigint,
    same boolean, elsewhere boolean, if_match text) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE WHEN refusal IN ('not-found', 'consent-withdrawn')
	        OR refusal LIKE 'organisation-%' THEN refusal
	    WHEN before IS NOT NULL THEN before
	    WHEN refusal <> 'step-not-possible' THEN refusal
	    WHEN version IS NULL AND if_match IS NOT NULL THEN 'not-found'
	    WHEN same AND if_match IS NULL THEN '200'
	    WHEN elsewhere OR version IS NOT NULL AND if_match IS NULL
	        THEN 'already-exists'
	    WHEN version::text <> if_match THEN 'precondition-failed'
	    ELSE refusal END
$$;

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

-- Another category of a consent opens or shuts parts for its recipient, and
-- what is said in the coordination itself.
CREATE FUNCTION coordination_parts_category() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM coordination_tell(k.id, array_agg(n.recipient))
	FROM changed n JOIN was o ON o.consent_id = n.consent_id
	    AND o.recipient = n.recipient AND o.categories <> n.categories
	JOIN coordination k ON k.consent_id = n.consent_id
	    AND n.recipient = ANY (k.team)
	GROUP BY k.id;
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT n.recipient, 'coordination', k.id, k.version, 'put'
	FROM changed n JOIN was o ON o.consent_id = n.consent_id
	    AND o.recipient = n.recipient AND o.categories <> n.categories
	JOIN coordination k ON k.consent_id = n.consent_id
	    AND n.recipient = ANY (k.team) AND k.state <> 'suspended';
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_parts_category AFTER UPDATE ON consent_recipient
	REFERENCING NEW TABLE AS changed OLD TABLE AS was
	FOR EACH STATEMENT EXECUTE FUNCTION coordination_parts_category();

-- Before an organisation's status changes, as requeue_coordinations() does.
CREATE FUNCTION requeue_parts(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT count(coordination_tell(k.id, CASE WHEN k.holder = org
	    THEN k.team || k.holder ELSE ARRAY[org] END))
	FROM organisation o, coordination k
	WHERE o.id = org AND o.status <> next
	AND (k.holder = org OR (next = 'active' AND k.id IN (
	    SELECT m.coordination_id FROM coordination_member m
	    WHERE m.organisation_id = org)))
$$;

REVOKE EXECUTE ON FUNCTION part_put(text, uuid, uuid, bigint),
    part_envelope(uuid, jsonb), requeue_parts(uuid, text),
    two_sectors(coordination, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION part_envelope(uuid, jsonb),
    requeue_parts(uuid, text), two_sectors(coordination, uuid[])
    TO zaedno_hub_service;
REVOKE EXECUTE ON FUNCTION coordination_tell(uuid, uuid[]),
    coordination_parts_end(uuid), coordination_hold(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_tell(uuid, uuid[]),
    coordination_hold(uuid) TO zaedno_hub_service;

COMMIT;

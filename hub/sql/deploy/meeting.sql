-- Deploy zaedno-hub:meeting to pg
-- requires: coordination_part
-- Meetings: of a coordination, and those that have no case.  Who is invited,
-- who came, what child and parents say, and the decisions, each a document of
-- its own: whom one binds keeps it when the consent ends (CODELISTS 8).
BEGIN;

CREATE TABLE codelist.meeting_kind (
	code text PRIMARY KEY,
	bg text NOT NULL,
	en text NOT NULL,
	sort int NOT NULL
);
GRANT SELECT ON codelist.meeting_kind TO zaedno_hub_service;

CREATE TABLE meeting (
	id uuid PRIMARY KEY,
	coordination_id uuid REFERENCES coordination ON DELETE CASCADE,
	region uuid NOT NULL DEFAULT me() REFERENCES organisation,
	kind text NOT NULL,
	supervision_kind text,
	state text NOT NULL DEFAULT 'planned'
	    CHECK (state IN ('planned', 'held', 'cancelled')),
	version bigint NOT NULL DEFAULT 1,
	starts_at timestamptz NOT NULL,
	minutes int NOT NULL CHECK (minutes > 0),
	place text,
	link text,
	agenda text[] NOT NULL,
	cancelled_because text,
	recorded_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	changed_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	-- Organisations, kept by a trigger; users, by the coordinators.
	invited uuid[] NOT NULL DEFAULT '{}',
	facilitators uuid[] NOT NULL DEFAULT '{}',
	CHECK ((kind = 'supervision') = (supervision_kind IS NOT NULL)),
	CHECK (kind <> 'case' OR coordination_id IS NOT NULL),
	CHECK (kind NOT IN ('admin', 'board') OR coordination_id IS NULL),
	CHECK ((state = 'held') <= (recorded_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX meeting_region ON meeting (region, starts_at, id);
CREATE INDEX meeting_of_coordination ON meeting (coordination_id, starts_at);
CREATE INDEX meeting_invited ON meeting USING gin (invited);
CREATE INDEX meeting_facilitators ON meeting USING gin (facilitators);

CREATE TABLE meeting_invitation (
	meeting_id uuid NOT NULL REFERENCES meeting ON DELETE CASCADE,
	organisation_id uuid NOT NULL REFERENCES organisation,
	role text NOT NULL,
	reason text,
	state text NOT NULL DEFAULT 'invited'
	    CHECK (state IN ('invited', 'accepted', 'declined')),
	invited_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	answered_at timestamptz,
	answer_reason text,
	substitute text,
	PRIMARY KEY (meeting_id, organisation_id),
	CHECK ((state = 'invited') = (answered_at IS NULL))
) WITH (fillfactor = 80);

CREATE TABLE meeting_attendance (
	meeting_id uuid NOT NULL REFERENCES meeting ON DELETE CASCADE,
	n int NOT NULL,
	organisation_id uuid NOT NULL REFERENCES organisation,
	role text NOT NULL,
	minutes int NOT NULL CHECK (minutes > 0),
	PRIMARY KEY (meeting_id, n)
);
CREATE INDEX meeting_attendance_of ON meeting_attendance (organisation_id);

CREATE TABLE meeting_voice (
	meeting_id uuid NOT NULL REFERENCES meeting ON DELETE CASCADE,
	who text NOT NULL CHECK (who IN ('child', 'parents')),
	present boolean NOT NULL,
	words text,
	why_not text,
	PRIMARY KEY (meeting_id, who)
);

-- Who, what, by when, how we know: there is no decision without.
CREATE TABLE meeting_decision (
	id uuid PRIMARY KEY,
	meeting_id uuid NOT NULL REFERENCES meeting ON DELETE CASCADE,
	coordination_id uuid REFERENCES coordination ON DELETE CASCADE,
	organisation_id uuid NOT NULL REFERENCES organisation,
	what text NOT NULL CHECK (what <> ''),
	due date NOT NULL,
	how_known text NOT NULL CHECK (how_known <> ''),
	state text NOT NULL DEFAULT 'open'
	    CHECK (state IN ('open', 'done', 'not_done')),
	text text,
	reported_at timestamptz,
	made_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version bigint NOT NULL DEFAULT 1,
	CHECK ((state = 'open') = (reported_at IS NULL)),
	CHECK ((state = 'open') = (text IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX meeting_decision_of ON meeting_decision (meeting_id);
CREATE INDEX meeting_decision_case ON meeting_decision (coordination_id);
CREATE INDEX meeting_decision_open ON meeting_decision (organisation_id, due)
	WHERE state = 'open';

-- How much of the meetings on a case me() sees: 'all'; 'present', of those
-- that it is invited to; 'invited', without what is said and decided there;
-- 'dates', when the consent has ended; 'own', then, what binds it; NULL.
CREATE FUNCTION meeting_sight(of_coordination uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT CASE
	WHEN x.status = 'blocked' AND k.holder IS DISTINCT FROM me() THEN NULL
	WHEN my_role() = 'coordinator' AND k.region = me()
	    OR my_role() = 'node' AND k.holder = me()
	    THEN CASE WHEN x.runs THEN 'all' ELSE 'dates' END
	WHEN my_role() = 'facilitator' THEN CASE WHEN x.runs THEN 'all' END
	WHEN my_role() IS DISTINCT FROM 'node' OR me() <> ALL (k.team) THEN NULL
	WHEN NOT x.runs THEN 'own'
	WHEN k.case_manager = me() AND x.given THEN 'all'
	WHEN x.given THEN 'present'
	ELSE 'invited' END
	FROM coordination k, LATERAL (
	    SELECT k.state <> 'suspended' AND k.until > statement_timestamp()
	            AS runs,
	        (SELECT h.status FROM organisation h WHERE h.id = k.holder)
	            AS status,
	        consent_opens(k, me(), 'meetings') AS given) x
	WHERE k.id = of_coordination
$$;

CREATE FUNCTION meeting_shows(m meeting) RETURNS text
LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN m.coordination_id IS NULL THEN 'all'
	    ELSE meeting_sight(m.coordination_id) END
$$;

ALTER TABLE meeting ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_attendance ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_voice ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_decision ENABLE ROW LEVEL SECURITY;

CREATE POLICY meeting_see ON meeting FOR SELECT USING (
	CASE (SELECT my_role())
	WHEN 'coordinator' THEN region = (SELECT me())
	    AND meeting_shows(meeting) IS NOT NULL
	WHEN 'facilitator' THEN (SELECT my_user()) = ANY (facilitators)
	    AND meeting_shows(meeting) IS NOT NULL
	WHEN 'node' THEN CASE WHEN (SELECT me()) = ANY (invited)
	    THEN coordination_id IS NULL
	        OR coalesce(meeting_shows(meeting) <> 'own', false)
	    ELSE coordination_id IS NOT NULL
	        AND coalesce(meeting_shows(meeting) IN ('all', 'dates'), false)
	    END
	ELSE false END);
CREATE POLICY meeting_add ON meeting FOR INSERT
	WITH CHECK (my_role() = 'coordinator' AND region = me()
	    AND (coordination_id IS NULL OR EXISTS (
	        SELECT FROM coordination k WHERE k.id = coordination_id
	        AND k.region = me())));
CREATE POLICY meeting_change ON meeting FOR UPDATE
	USING (my_role() IN ('coordinator', 'facilitator'));

CREATE POLICY invitation_see ON meeting_invitation FOR SELECT
	USING ((organisation_id = me() AND my_role() = 'node') OR EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id));
CREATE POLICY invitation_add ON meeting_invitation FOR INSERT
	WITH CHECK (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id));
CREATE POLICY invitation_change ON meeting_invitation FOR UPDATE
	USING ((organisation_id = me() AND my_role() = 'node')
	    OR my_role() = 'coordinator');

CREATE POLICY invitation_back ON meeting_invitation FOR DELETE
	USING (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id));

CREATE POLICY attendance_see ON meeting_attendance FOR SELECT
	USING ((organisation_id = me() AND my_role() = 'node') OR EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id
	    AND meeting_shows(m) IN ('all', 'present', 'dates')));
CREATE POLICY attendance_add ON meeting_attendance FOR INSERT
	WITH CHECK (my_role() IN ('coordinator', 'facilitator') AND EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id));
CREATE POLICY attendance_again ON meeting_attendance FOR DELETE
	USING (my_role() IN ('coordinator', 'facilitator'));

CREATE POLICY voice_see ON meeting_voice FOR SELECT
	USING (EXISTS (SELECT FROM meeting m WHERE m.id = meeting_id
	    AND meeting_shows(m) IN ('all', 'present')));
CREATE POLICY voice_add ON meeting_voice FOR INSERT
	WITH CHECK (my_role() IN ('coordinator', 'facilitator') AND EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id));
CREATE POLICY voice_again ON meeting_voice FOR DELETE
	USING (my_role() IN ('coordinator', 'facilitator'));

CREATE POLICY decision_see ON meeting_decision FOR SELECT
	USING ((organisation_id = me() AND my_role() IN ('node', 'coordinator')
	    AND (coordination_id IS NULL
	        OR meeting_sight(coordination_id) IS NOT NULL))
	    OR EXISTS (SELECT FROM meeting m WHERE m.id = meeting_id
	        AND meeting_shows(m) IN ('all', 'present', 'dates')));
CREATE POLICY decision_add ON meeting_decision FOR INSERT
	WITH CHECK (my_role() IN ('coordinator', 'facilitator') AND EXISTS (
	    SELECT FROM meeting m WHERE m.id = meeting_id
	    AND m.coordination_id IS NOT DISTINCT FROM
	        meeting_decision.coordination_id));
CREATE POLICY decision_change ON meeting_decision FOR UPDATE
	USING (my_role() IN ('coordinator', 'facilitator')
	    OR (organisation_id = me() AND my_role() = 'node'));

-- A day ends at midnight in Sofia.
CREATE FUNCTION day_end(day date) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS
$$ SELECT (day + 1)::timestamp AT TIME ZONE 'Europe/Sofia' $$;

CREATE FUNCTION meeting_item(m meeting) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', m.id,
	    'coordination_id', m.coordination_id, 'region', m.region,
	    'kind', m.kind, 'supervision_kind', m.supervision_kind,
	    'state', m.state, 'starts_at', rfc3339(m.starts_at),
	    'minutes', m.minutes, 'place', m.place, 'link', m.link,
	    'version', m.version))
$$;

CREATE FUNCTION decision_json(d meeting_decision) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', d.id,
	    'meeting_id', d.meeting_id, 'coordination_id', d.coordination_id,
	    'organisation_id', d.organisation_id,
	    'due', to_char(d.due, 'YYYY-MM-DD'), 'state', d.state,
	    'overdue', d.state = 'open' AND day_end(d.due)
	        <= statement_timestamp(),
	    'reported_at', rfc3339(d.reported_at), 'version', d.version)
	|| CASE WHEN d.organisation_id = me() OR d.coordination_id IS NULL
	        OR meeting_sight(d.coordination_id) <> 'dates'
	    THEN jsonb_build_object('what', d.what, 'how_known', d.how_known,
	        'text', d.text) ELSE '{}' END)
$$;

-- The whole, for whoever sees the row.
CREATE FUNCTION meeting_json(m meeting) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT meeting_item(m) || jsonb_strip_nulls(jsonb_build_object(
	    'cancelled_because', m.cancelled_because,
	    'recorded_at', rfc3339(m.recorded_at),
	    'facilitators', CASE WHEN my_role() = 'coordinator'
	        THEN to_jsonb(m.facilitators) END,
	    'attendance', (SELECT jsonb_agg(jsonb_build_object(
	        'organisation_id', a.organisation_id, 'role', a.role,
	        'minutes', a.minutes) ORDER BY a.n)
	        FROM meeting_attendance a WHERE a.meeting_id = m.id),
	    'voices', (SELECT jsonb_object_agg(v.who, jsonb_build_object(
	        'present', v.present, 'words', v.words, 'why_not', v.why_not))
	        FROM meeting_voice v WHERE v.meeting_id = m.id)))
	|| jsonb_build_object('agenda', to_jsonb(m.agenda),
	    'invitations', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(
	        jsonb_build_object('organisation_id', i.organisation_id,
	            'role', i.role, 'reason', i.reason, 'state', i.state,
	            'invited_at', rfc3339(i.invited_at),
	            'answered_at', rfc3339(i.answered_at),
	            'answer_reason', CASE WHEN i.organisation_id = me()
	                OR my_role() IN ('coordinator', 'facilitator')
	                THEN i.answer_reason END,
	            'substitute', i.substitute))
	        ORDER BY i.invited_at, i.organisation_id)
	        FROM meeting_invitation i WHERE i.meeting_id = m.id), '[]'),
	    'decisions', coalesce((SELECT jsonb_agg(decision_json(d)
	        ORDER BY d.made_at, d.id) FROM meeting_decision d
	        WHERE d.meeting_id = m.id), '[]'))
$$;

-- Of whose case, whoever looks.
CREATE FUNCTION meeting_case(of_coordination uuid)
RETURNS TABLE (consent_id uuid, holder uuid, case_pseudonym uuid,
    state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT k.consent_id, k.holder, k.case_pseudonym, k.state
	FROM coordination k WHERE k.id = of_coordination
$$;

CREATE FUNCTION meeting_event(of_meeting uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', meeting_json(m),
	    'envelope', jsonb_strip_nulls(jsonb_build_object(
	        'parent', m.coordination_id, 'subject', k.case_pseudonym,
	        'state', m.state, 'due', CASE m.state WHEN 'planned'
	            THEN rfc3339(m.starts_at) END,
	        'title', (SELECT c.bg FROM codelist.meeting_kind c
	            WHERE c.code = m.kind))),
	    'consent_id', k.consent_id, 'holder', k.holder)
	FROM meeting m LEFT JOIN meeting_case(m.coordination_id) k ON true
	WHERE m.id = of_meeting
$$;

CREATE FUNCTION decision_event(of_decision uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', decision_json(d),
	    'envelope', jsonb_strip_nulls(jsonb_build_object(
	        'parent', d.coordination_id, 'subject', k.case_pseudonym,
	        'state', d.state, 'due', CASE d.state WHEN 'open'
	            THEN rfc3339(day_end(d.due)) END,
	        'title', decision_json(d) ->> 'what')),
	    'consent_id', k.consent_id, 'holder', k.holder)
	FROM meeting_decision d
	LEFT JOIN meeting_case(d.coordination_id) k ON true
	WHERE d.id = of_decision
$$;

CREATE FUNCTION meeting_of(of_coordination uuid)
RETURNS TABLE (kind text, ref uuid, version bigint)
LANGUAGE sql STABLE AS
$$
	SELECT 'meeting', m.id, m.version FROM meeting m
	WHERE m.coordination_id = of_coordination
	UNION ALL
	SELECT 'decision', d.id, d.version FROM meeting_decision d
	WHERE d.coordination_id = of_coordination
$$;

-- What is left: dates, who was there by role, and the decisions.
CREATE FUNCTION meeting_end(of_coordination uuid) RETURNS void
LANGUAGE plpgsql AS
$$
BEGIN
	DELETE FROM meeting_voice v USING meeting m
	WHERE m.coordination_id = of_coordination AND v.meeting_id = m.id;
	UPDATE meeting_invitation i SET reason = NULL, answer_reason = NULL
	FROM meeting m
	WHERE m.coordination_id = of_coordination AND i.meeting_id = m.id;
	UPDATE meeting m SET version = m.version + 1, agenda = '{}',
	    place = NULL, link = NULL, cancelled_because = NULL,
	    changed_at = statement_timestamp(),
	    state = CASE m.state WHEN 'planned' THEN 'cancelled'
	        ELSE m.state END
	WHERE m.coordination_id = of_coordination;
END $$;

-- By the last meeting that was recorded since the work began (again).
CREATE FUNCTION meeting_met(k coordination) RETURNS text[]
LANGUAGE sql STABLE AS
$$
	SELECT array_remove(ARRAY[
	    CASE WHEN of_two_sectors(ARRAY(SELECT a.organisation_id
	        FROM meeting_attendance a
	        WHERE a.meeting_id = m.id)) THEN 'attended' END,
	    CASE WHEN (SELECT count(*) FROM meeting_voice v
	        WHERE v.meeting_id = m.id AND (v.words IS NOT NULL
	            OR NOT v.present AND v.why_not IS NOT NULL)) = 2
	        THEN 'voices' END,
	    CASE WHEN EXISTS (SELECT FROM meeting_decision d
	        WHERE d.meeting_id = m.id) THEN 'decisions' END], NULL)
	FROM (VALUES (1)) one(x) LEFT JOIN LATERAL (
	    SELECT m.id FROM meeting m WHERE m.coordination_id = k.id
	    AND m.state = 'held' AND m.recorded_at >= k.counted_from
	    ORDER BY m.starts_at DESC, m.id DESC LIMIT 1) m ON true
$$;

-- Whether somebody of an organisation was at a meeting on the case on the day
-- of a time in Sofia, or after it.
CREATE FUNCTION meeting_attended(of_coordination uuid, org uuid,
    since timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT EXISTS (SELECT FROM meeting m
	    JOIN meeting_attendance a ON a.meeting_id = m.id
	    WHERE m.coordination_id = of_coordination AND m.state = 'held'
	    AND m.starts_at >= date_trunc('day', since, 'Europe/Sofia')
	    AND a.organisation_id = org)
$$;

-- Before an organisation's status changes, as requeue_parts() does: meetings
-- that have no case, and their decisions.
CREATE FUNCTION requeue_meetings(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH m AS (
	    SELECT m.id, m.version FROM organisation o, meeting m
	    WHERE o.id = org AND next = 'active' AND o.status <> next
	    AND m.coordination_id IS NULL AND m.invited @> ARRAY[org]),
	evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT org, 'meeting', id, version, 'put' FROM m
	    UNION ALL
	    SELECT org, 'decision', d.id, d.version, 'put'
	    FROM m JOIN meeting_decision d ON d.meeting_id = m.id
	    RETURNING 1)
	SELECT count(*) FROM evt
$$;

-- Before anything of a meeting changes: its coordination, then the meeting.
CREATE FUNCTION meeting_hold(of_meeting uuid, of_coordination uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM FROM coordination k WHERE k.id = coalesce((
	    SELECT m.coordination_id FROM meeting m WHERE m.id = of_meeting),
	    of_coordination) FOR SHARE;
	PERFORM FROM meeting m WHERE m.id = of_meeting FOR NO KEY UPDATE;
END $$;

-- Why a meeting of this state is not changed by me(); NULL where it can be.
CREATE FUNCTION meeting_refused(of_coordination uuid, of_state text,
    states text[]) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT CASE
	WHEN my_role() = 'coordinator' AND NOT coordination_mine(k)
	    THEN 'step-not-yours'
	WHEN k.id IS NOT NULL AND (k.state IN ('requested', 'suspended')
	    OR NOT coordination_open(k.state)
	    OR k.until <= statement_timestamp()) THEN 'step-not-possible'
	WHEN of_state <> ALL (states) THEN 'meeting-over' END
	FROM (VALUES (1)) one(x)
	LEFT JOIN coordination k ON k.id = of_coordination
$$;

-- Whether an organisation can be at a meeting, and be bound by it: on a case
-- its holder, its region and whoever is in its team; else whoever is invited.
CREATE FUNCTION meeting_concerns(m meeting, org uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT org = m.region OR CASE WHEN m.coordination_id IS NULL
	    THEN org = ANY (m.invited)
	    ELSE EXISTS (SELECT FROM coordination k
	        WHERE k.id = m.coordination_id
	        AND org = ANY (k.team || k.holder)) END
$$;

-- Whoever may see anything of it is told; what they see is asked when they
-- read.
CREATE FUNCTION meeting_told(of_coordination uuid, others uuid[])
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT DISTINCT o FROM (SELECT unnest(others)
	    UNION SELECT k.holder FROM coordination k
	    WHERE k.id = of_coordination
	    UNION SELECT k.case_manager FROM coordination k
	    WHERE k.id = of_coordination) x(o) WHERE o IS NOT NULL
$$;

CREATE FUNCTION meeting_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT o, 'meeting', NEW.id, NEW.version, 'put'
	FROM meeting_told(NEW.coordination_id, CASE TG_OP WHEN 'UPDATE'
	    THEN OLD.invited || NEW.invited ELSE NEW.invited END) o;
	RETURN NULL;
END $$;
CREATE TRIGGER meeting_changed AFTER INSERT OR UPDATE ON meeting
	FOR EACH ROW EXECUTE FUNCTION meeting_changed();

CREATE FUNCTION meeting_invitation_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE meeting m SET version = m.version + 1,
	    invited = CASE WHEN NEW.organisation_id = ANY (m.invited)
	        THEN m.invited ELSE m.invited || NEW.organisation_id END
	WHERE m.id = NEW.meeting_id;
	RETURN NULL;
END $$;
CREATE TRIGGER meeting_invitation_changed
	AFTER INSERT OR UPDATE OF state, role, substitute ON meeting_invitation
	FOR EACH ROW EXECUTE FUNCTION meeting_invitation_changed();

-- Whose invitation was taken back is told of the meeting by the trigger above,
-- and of what was decided there for others.
CREATE FUNCTION meeting_invitation_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE meeting m SET version = m.version + 1,
	    invited = array_remove(m.invited, OLD.organisation_id)
	WHERE m.id = OLD.meeting_id;
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT OLD.organisation_id, 'decision', d.id, d.version, 'put'
	FROM meeting_decision d WHERE d.meeting_id = OLD.meeting_id;
	RETURN NULL;
END $$;
CREATE TRIGGER meeting_invitation_gone AFTER DELETE ON meeting_invitation
	FOR EACH ROW EXECUTE FUNCTION meeting_invitation_gone();

CREATE FUNCTION meeting_decision_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE meeting m SET version = m.version + 1
	WHERE m.id = NEW.meeting_id;
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT o, 'decision', NEW.id, NEW.version, 'put'
	FROM meeting m, meeting_told(m.coordination_id,
	    array_remove(m.invited || NEW.organisation_id, m.region)
	    || CASE WHEN TG_OP = 'UPDATE' THEN OLD.organisation_id END) o
	WHERE m.id = NEW.meeting_id;
	RETURN NULL;
END $$;
CREATE TRIGGER meeting_decision_changed
	AFTER INSERT OR UPDATE ON meeting_decision
	FOR EACH ROW EXECUTE FUNCTION meeting_decision_changed();

REVOKE EXECUTE ON FUNCTION meeting_sight(uuid), meeting_case(uuid),
    meeting_attended(uuid, uuid, timestamptz), meeting_hold(uuid, uuid),
    requeue_meetings(uuid, text),
    meeting_refused(uuid, text, text[]), meeting_concerns(meeting, uuid),
    meeting_told(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meeting_sight(uuid), meeting_case(uuid),
    meeting_attended(uuid, uuid, timestamptz), meeting_hold(uuid, uuid),
    requeue_meetings(uuid, text),
    meeting_refused(uuid, text, text[]), meeting_concerns(meeting, uuid)
    TO zaedno_hub_service;

GRANT SELECT, INSERT ON meeting, meeting_invitation, meeting_decision
    TO zaedno_hub_service;
GRANT SELECT, INSERT, DELETE ON meeting_attendance, meeting_voice
    TO zaedno_hub_service;
GRANT DELETE ON meeting_invitation TO zaedno_hub_service;
GRANT UPDATE (supervision_kind, state, version, starts_at, minutes, place,
    link, agenda, cancelled_because, recorded_at, changed_at, facilitators)
    ON meeting TO zaedno_hub_service;
GRANT UPDATE (role, reason, state, invited_at, answered_at, answer_reason,
    substitute) ON meeting_invitation TO zaedno_hub_service;
GRANT UPDATE (organisation_id, what, due, how_known, state, text,
    reported_at, version) ON meeting_decision TO zaedno_hub_service;

COMMIT;

-- Deploy zaedno-hub:coordination to pg
-- requires: feed
-- requires: retention
-- requires: deadline_set
-- requires: clock
-- Coordinations: a regional team and the organisations that a family's
-- consent names, working on one case by the course of coordination_flow.c.
-- What consent and team mean for a coordination is kept by triggers: whoever
-- ends or narrows a consent, by whatever door, cannot forget it.
BEGIN;

CREATE FUNCTION coordination_open(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT state NOT IN ('closed', 'advised', 'redirected') $$;

CREATE TABLE coordination (
	id uuid PRIMARY KEY,
	holder uuid NOT NULL REFERENCES organisation,
	region uuid NOT NULL REFERENCES organisation,
	consent_id uuid NOT NULL,
	summary_id uuid NOT NULL REFERENCES summary,
	case_pseudonym uuid NOT NULL,
	state text NOT NULL DEFAULT 'requested',
	before text,
	version bigint NOT NULL DEFAULT 1,
	urgency text NOT NULL,
	help_wanted text NOT NULL,
	requested_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	-- From when the deadline of the meeting runs: the request, or what began
	-- the work again.
	counted_from timestamptz NOT NULL DEFAULT statement_timestamp(),
	entered_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	deadline text,
	due timestamptz NOT NULL DEFAULT 'infinity',
	deadline_set int,
	coordinator uuid REFERENCES app_user,
	case_manager uuid REFERENCES organisation,
	criteria_at timestamptz,
	reviewed boolean NOT NULL DEFAULT false,
	outcome text,
	family_view text,
	lesson text,
	closed_at timestamptz,
	-- Who is invited or has accepted, and until when they see it: kept by
	-- triggers, so that the policy needs no other table.
	team uuid[] NOT NULL DEFAULT '{}',
	until timestamptz NOT NULL,
	FOREIGN KEY (consent_id, holder) REFERENCES consent (id, holder),
	CHECK (holder <> region),
	CHECK ((state = 'suspended') = (before IS NOT NULL)),
	CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
	CHECK ((deadline IS NULL) = (due = 'infinity')),
	-- One case has one under way.  An exclusion, since its SQLSTATE is not
	-- that of an id that is taken.
	CONSTRAINT coordination_under_way EXCLUDE (holder WITH =,
	    case_pseudonym WITH =) WHERE (coordination_open(state))
) WITH (fillfactor = 80);
CREATE INDEX coordination_queue ON coordination (region, due, id)
	WHERE state NOT IN ('closed', 'advised', 'redirected');
CREATE INDEX coordination_state ON coordination (region, state, due, id);
CREATE INDEX coordination_mine ON coordination (coordinator, due, id)
	WHERE state NOT IN ('closed', 'advised', 'redirected');
CREATE INDEX coordination_nobodys ON coordination (region, due, id)
	WHERE coordinator IS NULL
	AND state NOT IN ('closed', 'advised', 'redirected');
CREATE INDEX coordination_holder ON coordination (holder, id);
CREATE INDEX coordination_consent ON coordination (consent_id);
CREATE INDEX coordination_summary ON coordination (summary_id);

CREATE TABLE coordination_member (
	coordination_id uuid NOT NULL REFERENCES coordination,
	organisation_id uuid NOT NULL REFERENCES organisation,
	role text NOT NULL,
	mandate text,
	state text NOT NULL DEFAULT 'invited' CHECK (state IN ('invited',
	    'accepted', 'declined', 'left', 'removed')),
	invited_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	due timestamptz NOT NULL,
	answered_at timestamptz,
	reason text,
	PRIMARY KEY (coordination_id, organisation_id),
	CHECK ((state = 'invited') = (answered_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX coordination_member_of
	ON coordination_member (organisation_id, coordination_id);

-- The history.  Rows stay; what is free text in them goes with the consent.
CREATE TABLE coordination_step (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	coordination_id uuid NOT NULL REFERENCES coordination,
	step text NOT NULL,
	from_state text NOT NULL,
	to_state text NOT NULL,
	role text NOT NULL,
	by_org uuid DEFAULT me(),
	by_user uuid,
	reason text,
	because text,
	overridden text[] NOT NULL DEFAULT '{}',
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	CHECK (cardinality(overridden) = 0 OR role = 'coordinator')
);
CREATE INDEX coordination_step_of ON coordination_step (coordination_id, id);

CREATE TABLE coordination_assignment (
	coordination_id uuid NOT NULL REFERENCES coordination,
	user_id uuid NOT NULL REFERENCES app_user,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	by_user uuid NOT NULL DEFAULT my_user() REFERENCES app_user
);
CREATE INDEX coordination_assignment_of
	ON coordination_assignment (coordination_id, at);

-- From the first to the last day, both included, in Sofia.
CREATE TABLE coordinator_absence (
	id uuid PRIMARY KEY,
	organisation_id uuid NOT NULL DEFAULT me() REFERENCES organisation,
	user_id uuid NOT NULL REFERENCES app_user,
	first_day date NOT NULL,
	last_day date NOT NULL,
	substitute uuid NOT NULL REFERENCES app_user,
	version bigint NOT NULL DEFAULT 1,
	CHECK (last_day >= first_day AND last_day - first_day <= 366),
	CHECK (substitute <> user_id)
);
CREATE INDEX coordinator_absence_of
	ON coordinator_absence (user_id, last_day);
CREATE INDEX coordinator_absence_by
	ON coordinator_absence (substitute, last_day);

ALTER TABLE coordination ENABLE ROW LEVEL SECURITY;
ALTER TABLE coordination_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE coordination_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE coordination_assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE coordinator_absence ENABLE ROW LEVEL SECURITY;

-- The coordinators of the region; the holder; the team while the consent is
-- in date and the work is not suspended.
CREATE POLICY coordination_see ON coordination FOR SELECT
	USING ((region = me() AND my_role() IN ('coordinator', 'node'))
	    OR holder = me()
	    OR (me() = ANY (team) AND state <> 'suspended'
	        AND until > statement_timestamp()));
CREATE POLICY coordination_add ON coordination FOR INSERT
	WITH CHECK (holder = me() AND my_role() = 'node');
CREATE POLICY coordination_change ON coordination FOR UPDATE
	USING ((region = me() AND my_role() = 'coordinator')
	    OR holder = me() OR me() = ANY (team));

CREATE POLICY member_see ON coordination_member FOR SELECT
	USING (organisation_id = me() OR EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id));
CREATE POLICY member_add ON coordination_member FOR INSERT
	WITH CHECK (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id
	    AND k.region = me()));
CREATE POLICY member_change ON coordination_member FOR UPDATE
	USING (organisation_id = me() OR (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id
	    AND k.region = me())));

CREATE POLICY step_see ON coordination_step FOR SELECT
	USING (EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id));
CREATE POLICY step_add ON coordination_step FOR INSERT
	WITH CHECK (by_org = me() AND EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id));

CREATE POLICY assignment_see ON coordination_assignment FOR SELECT
	USING (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id
	    AND k.region = me()));
CREATE POLICY assignment_add ON coordination_assignment FOR INSERT
	WITH CHECK (my_role() = 'coordinator' AND by_user = my_user()
	    AND EXISTS (SELECT FROM coordination k WHERE k.id = coordination_id
	        AND k.region = me()));

CREATE POLICY absence_own ON coordinator_absence
	USING (organisation_id = me() AND my_role() = 'coordinator')
	WITH CHECK (organisation_id = me() AND my_role() = 'coordinator');

-- For whom somebody stands today: themselves and whoever they substitute,
-- and whom those substitute.
CREATE FUNCTION stands_for(somebody uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS
$$
	WITH RECURSIVE chain AS (
	    SELECT somebody AS id
	    UNION
	    SELECT a.user_id FROM chain c JOIN coordinator_absence a
	        ON a.substitute = c.id
	    WHERE (statement_timestamp() AT TIME ZONE 'Europe/Sofia')::date
	        BETWEEN a.first_day AND a.last_day)
	SELECT array_agg(id) FROM chain
$$;

-- Whether it is with my_user(), or with nobody yet.
CREATE FUNCTION coordination_mine(k coordination) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT k.coordinator IS NULL
	    OR k.coordinator = ANY (stands_for(my_user()))
$$;

-- Whether some organisations, at least two, are of two sectors.
CREATE FUNCTION of_two_sectors(orgs uuid[]) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT count(DISTINCT o.id) > 1 AND count(DISTINCT sector) > 1
	FROM organisation o, unnest(o.sectors) sector WHERE o.id = ANY (orgs)
$$;

-- Whether a consent, now, names somebody: its rows are the holder's, and so
-- with the owner's rights; yes or no for ids that the caller has.
CREATE FUNCTION consent_names(consent uuid, org uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT EXISTS (SELECT FROM consent_recipient r
	    JOIN consent c ON c.id = r.consent_id AND c.state = 'active'
	        AND c.until > statement_timestamp()
	        AND c.starts_at <= statement_timestamp() + interval '5 minutes'
	    JOIN organisation h ON h.id = c.holder AND h.status <> 'blocked'
	    WHERE r.consent_id = consent AND r.recipient = org
	    AND r.live_until > statement_timestamp())
$$;

-- Whether somebody has come to the team and the consent gives it a category,
-- now: for ids that the caller has, as above.
CREATE FUNCTION consent_opens(k coordination, org uuid, category text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	RETURN EXISTS (SELECT FROM coordination_member m
	    JOIN consent_recipient r ON r.consent_id = k.consent_id
	        AND r.recipient = m.organisation_id
	        AND r.live_until > statement_timestamp()
	        AND category = ANY (r.categories)
	    WHERE m.coordination_id = k.id AND m.organisation_id = org
	    AND m.state = 'accepted');
END $$;

-- Whether me() is the case manager, who has no more of the plan than the
-- consent gives it; the holder has all.
CREATE FUNCTION coordination_managed(k coordination) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT my_role() = 'node' AND k.case_manager IS NOT DISTINCT FROM me()
	    AND (k.holder = me() OR consent_opens(k, me(), 'plan'))
$$;

CREATE FUNCTION consent_purpose(consent uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.purpose FROM consent c WHERE c.id = consent $$;

CREATE FUNCTION consent_until(consent uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.until FROM consent c WHERE c.id = consent $$;

-- The guards of coordination_flow.h whose facts are in these tables, as their
-- codes.
CREATE FUNCTION coordination_team_met(k coordination) RETURNS text[]
LANGUAGE sql STABLE AS
$$
	SELECT array_remove(ARRAY[
	    CASE WHEN consent_names(k.consent_id, k.region) THEN 'consent' END,
	    CASE WHEN consent_purpose(k.consent_id) <> 'consultation'
	        THEN 'purpose' END,
	    CASE WHEN m.named THEN 'named' END,
	    CASE WHEN k.criteria_at IS NOT NULL THEN 'difficulty' END,
	    CASE WHEN k.case_manager IS NOT NULL THEN 'manager' END,
	    CASE WHEN m.answered THEN 'answered' END,
	    CASE WHEN of_two_sectors(m.came || k.holder)
	        THEN 'two_sectors' END,
	    CASE WHEN k.outcome IS NOT NULL THEN 'outcome' END,
	    CASE WHEN k.family_view IS NOT NULL THEN 'family_view' END,
	    CASE WHEN k.lesson IS NOT NULL THEN 'lesson' END], NULL)
	FROM (SELECT coalesce(bool_and(consent_names(k.consent_id,
	            n.organisation_id)), true) AS named,
	        coalesce(bool_and(n.state <> 'invited'), true) AS answered,
	        array_agg(n.organisation_id) FILTER (WHERE n.state = 'accepted')
	        AS came
	    FROM coordination_member n WHERE n.coordination_id = k.id
	    AND n.state IN ('invited', 'accepted')) m
$$;

-- While an organisation is blocked its own are hidden from everybody else.
CREATE FUNCTION holder_shows(holder uuid) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT holder = me() OR EXISTS (SELECT FROM organisation h
	    WHERE h.id = holder AND h.status <> 'blocked')
$$;

-- All whom that hides, for what reads many rows.
CREATE FUNCTION holders_hidden() RETURNS uuid[]
LANGUAGE sql STABLE AS
$$
	SELECT array(SELECT h.id FROM organisation h WHERE h.status = 'blocked')
$$;

-- What an Idempotency-Key was used for.
CREATE FUNCTION request_hash(id uuid, body jsonb) RETURNS bytea
LANGUAGE sql STABLE AS
$$ SELECT sha256(convert_to(id || ' ' || body, 'UTF8')) $$;

-- Until when what is asked for is due: now, if only what is overdue.
CREATE FUNCTION queue_term(overdue text) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN overdue = 'true' THEN statement_timestamp()
	ELSE 'infinity' END
$$;

-- The place in a queue: "inf" or microseconds, and the id.
CREATE FUNCTION queue_cursor(due timestamptz, id uuid) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE WHEN due = 'infinity' THEN 'inf'
	    ELSE (extract(epoch FROM due) * 1000000)::bigint::text END
	    || '.' || id
$$;

CREATE FUNCTION queue_due(place text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE WHEN place IS NULL THEN '-infinity'::timestamptz
	WHEN place LIKE 'inf.%' THEN 'infinity'
	ELSE to_timestamp(0) + split_part(place, '.', 1)::bigint
	    * interval '1 microsecond' END
$$;

-- A CASE, since to the planner a COALESCE might leak: under a policy the
-- comparison would not be the index's, and each page would read all before it.
CREATE FUNCTION queue_id(place text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE WHEN place IS NULL
	    THEN '00000000-0000-0000-0000-000000000000'
	ELSE split_part(place, '.', 2)::uuid END
$$;

CREATE FUNCTION absence_json(a coordinator_absence) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('id', a.id, 'user_id', a.user_id,
	    'first_day', to_char(a.first_day, 'YYYY-MM-DD'),
	    'last_day', to_char(a.last_day, 'YYYY-MM-DD'),
	    'substitute', a.substitute, 'version', a.version)
$$;

-- What is in every list.
CREATE FUNCTION coordination_item(k coordination) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', k.id,
	    'holder', k.holder, 'region', k.region, 'summary_id', k.summary_id,
	    'case_pseudonym', k.case_pseudonym, 'state', k.state,
	    'version', k.version, 'urgency', k.urgency,
	    'help_wanted', k.help_wanted,
	    'requested_at', rfc3339(k.requested_at),
	    'entered_at', rfc3339(k.entered_at),
	    'deadline', k.deadline, 'due', CASE WHEN k.deadline IS NOT NULL
	        THEN rfc3339(k.due) END,
	    'overdue', k.due <= statement_timestamp(),
	    'coordinator', CASE WHEN my_role() = 'coordinator'
	        THEN k.coordinator END,
	    'case_manager', k.case_manager))
$$;

-- A page of a queue as its answer, of as many as were wanted and one more.
CREATE FUNCTION queue_page(ks coordination[], wanted int,
    OUT status text, OUT body text, OUT etag text, OUT location text,
    OUT next text)
LANGUAGE sql STABLE AS
$$
	SELECT c.status, CASE WHEN c.status <> '200' THEN NULL
	    ELSE jsonb_strip_nulls(jsonb_build_object('items', p.items,
	        'next', p.next))::text END, NULL, NULL, p.next
	FROM (SELECT coalesce(reader_answer(), '200') AS status,
	    coalesce(wanted, 50) AS n) c,
	LATERAL (SELECT coalesce(jsonb_agg(coordination_item(x.k) ORDER BY place)
	        FILTER (WHERE place <= c.n), '[]') AS items,
	    max(queue_cursor((x.k).due, (x.k).id)) FILTER (WHERE place = c.n
	        AND cardinality(ks) > c.n) AS next
	    FROM generate_subscripts(ks, 1) place, LATERAL (SELECT ks[place] AS k) x) p
$$;

CREATE FUNCTION member_json(m coordination_member) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	    'organisation_id', m.organisation_id, 'role', m.role,
	    'mandate', m.mandate, 'state', m.state,
	    'invited_at', rfc3339(m.invited_at),
	    'due', CASE m.state WHEN 'invited' THEN rfc3339(m.due) END,
	    'answered_at', rfc3339(m.answered_at), 'reason', m.reason))
$$;

-- Whether me() reads what is said of the case, and not only how far it is:
-- holder, region, and of the team whoever has come and is given the plan, for
-- as long as the consent runs.  The plan comes in a change after this one.
CREATE FUNCTION coordination_told(of_coordination uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN coalesce(plan_role(of_coordination)
	    IN ('coordinator', 'case_manager', 'member'), false);
END $$;

-- The whole, for whoever sees the row.  Why somebody declined is for the
-- holder and the coordinators; with the consent's term nobody reads what each
-- may decide, nor why it does not come.
CREATE FUNCTION coordination_json(k coordination) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT coordination_item(k) || jsonb_strip_nulls(jsonb_build_object(
	    'consent_id', k.consent_id, 'before', k.before,
	    'deadline_set', k.deadline_set,
	    'criteria_at', rfc3339(k.criteria_at), 'outcome', k.outcome,
	    'family_view', CASE WHEN k.family_view IS NOT NULL
	        AND coordination_told(k.id) THEN k.family_view END,
	    'lesson', k.lesson,
	    'closed_at', rfc3339(k.closed_at), 'until', rfc3339(k.until)))
	|| jsonb_build_object('members', coalesce((
	    SELECT jsonb_agg(member_json(m) - CASE
	        WHEN k.state = 'suspended' OR k.until <= statement_timestamp()
	            THEN '{mandate,reason}'
	        WHEN me() IN (k.holder, k.region, m.organisation_id) THEN '{}'
	        ELSE '{reason}'::text[] END ORDER BY m.invited_at,
	        m.organisation_id)
	    FROM coordination_member m WHERE m.coordination_id = k.id), '[]'))
$$;

-- Whoever joins or leaves: the team that may see it, who is told, and what
-- every fact does, another version.
CREATE FUNCTION coordination_member_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	k coordination;
	inside boolean := NEW.state IN ('invited', 'accepted');
BEGIN
	UPDATE coordination c SET version = c.version + 1,
	    team = CASE WHEN NOT inside
	            THEN array_remove(c.team, NEW.organisation_id)
	        WHEN NEW.organisation_id = ANY (c.team) THEN c.team
	        ELSE c.team || NEW.organisation_id END,
	    case_manager = CASE WHEN NOT inside
	            AND c.case_manager = NEW.organisation_id THEN NULL
	        ELSE c.case_manager END
	WHERE c.id = NEW.coordination_id RETURNING c.* INTO k;
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT o, 'coordination', k.id, k.version, 'put'
	FROM unnest(k.team || k.holder) o
	WHERE k.state <> 'suspended' OR o = k.holder
	UNION ALL
	SELECT NEW.organisation_id, 'coordination', k.id, k.version, 'purge'
	WHERE NOT inside;
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_member_changed
	AFTER INSERT OR UPDATE OF state ON coordination_member
	FOR EACH ROW EXECUTE FUNCTION coordination_member_changed();

-- The consent has ended, is for consultation alone, or names a regional team
-- no longer: what is under way is suspended, and what was said of the case
-- goes (CODELISTS 8).
CREATE FUNCTION coordination_suspend(ended uuid, unnamed uuid DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	k coordination;
BEGIN
	-- What is suspended already is held as well: it may be about to go on.
	FOR k IN SELECT * FROM coordination c WHERE c.consent_id = ended
	    AND c.region = coalesce(unnamed, c.region)
	    ORDER BY c.id FOR NO KEY UPDATE
	LOOP
		CONTINUE WHEN k.state = 'suspended';
		UPDATE coordination c SET version = c.version + 1,
		    before = CASE WHEN coordination_open(c.state)
		        THEN c.state END,
		    state = CASE WHEN coordination_open(c.state)
		        THEN 'suspended' ELSE c.state END,
		    entered_at = CASE WHEN coordination_open(c.state)
		        THEN statement_timestamp() ELSE c.entered_at END,
		    deadline = NULL, due = 'infinity', deadline_set = NULL,
		    family_view = NULL,
		    until = least(c.until, statement_timestamp())
		WHERE c.id = k.id;
		UPDATE coordination_step s SET reason = NULL, because = NULL
		WHERE s.coordination_id = k.id
		AND num_nonnulls(s.reason, s.because) > 0;
		UPDATE coordination_member m SET mandate = NULL, reason = NULL
		WHERE m.coordination_id = k.id
		AND num_nonnulls(m.mandate, m.reason) > 0;
		INSERT INTO event_queue (recipient, kind, ref, version, op)
		SELECT o, 'coordination', k.id, k.version + 1,
		    CASE o WHEN k.holder THEN 'put' ELSE 'purge' END
		FROM unnest(k.team || k.holder) o;
		IF NOT coordination_open(k.state) THEN
			PERFORM coordination_parts_end(k.id);
			PERFORM coordination_tell(k.id, k.team || k.holder);
			CONTINUE;
		END IF;
		INSERT INTO coordination_step (coordination_id, step, from_state,
		    to_state, role)
		VALUES (k.id, 'suspend', k.state, 'suspended', 'consent');
		INSERT INTO audit (event, kind, ref, consent_id)
		VALUES ('coordination.suspend', 'coordination', k.id, ended);
	END LOOP;
END $$;

-- Holder and team are told of a change that its consent has made.
CREATE FUNCTION coordination_changed(k coordination, event text) RETURNS void
LANGUAGE sql AS
$$
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	SELECT o, 'coordination', k.id, k.version, 'put'
	FROM unnest(k.team || k.holder) o
	WHERE k.state <> 'suspended' OR o = k.holder;
	INSERT INTO audit (event, kind, ref, consent_id)
	VALUES (event, 'coordination', k.id, k.consent_id);
$$;

-- Another consent has taken the place of one, for the same purpose: the work
-- goes on under it (PROTOCOL 7).  Whom that names is looked at when it is
-- written.
CREATE FUNCTION coordination_moves(old_consent uuid, new_consent uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	upd coordination;
BEGIN
	PERFORM FROM coordination k WHERE k.consent_id = old_consent
	ORDER BY k.id FOR NO KEY UPDATE;
	FOR upd IN UPDATE coordination k SET consent_id = c.id,
	        version = k.version + 1,
	        until = CASE k.state WHEN 'suspended' THEN k.until
	            ELSE c.until END
	    FROM consent c WHERE c.id = new_consent
	    AND k.consent_id = old_consent
	    RETURNING k.*
	LOOP
		PERFORM coordination_changed(upd, 'coordination.consent');
	END LOOP;
END $$;

CREATE FUNCTION coordination_follows_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	IF NEW.state = 'superseded' AND consent_purpose(NEW.superseded_by)
	    = NEW.purpose THEN
		PERFORM coordination_moves(NEW.id, NEW.superseded_by);
	ELSIF NEW.state <> 'active' OR NEW.purpose = 'consultation' THEN
		PERFORM coordination_suspend(NEW.id);
	ELSE
		WITH upd AS (
		    UPDATE coordination k SET until = NEW.until,
		        version = k.version + 1
		    WHERE k.consent_id = NEW.id AND k.state <> 'suspended'
		    RETURNING k.id, k.version, k.team || k.holder AS told)
		INSERT INTO event_queue (recipient, kind, ref, version, op)
		SELECT o, 'coordination', upd.id, upd.version, 'put'
		FROM upd, unnest(upd.told) o;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_follows_consent AFTER UPDATE ON consent
	FOR EACH ROW WHEN (OLD.state = 'active' AND (NEW.state <> 'active'
	    OR OLD.until <> NEW.until OR OLD.purpose <> NEW.purpose))
	EXECUTE FUNCTION coordination_follows_consent();

-- Whom an active consent names no longer is in no team under it, and whom it
-- gives plan and meetings no longer leads none: as when they leave, the work
-- has no case manager until the holder names one.
CREATE FUNCTION coordination_unname(consent uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	upd coordination;
BEGIN
	PERFORM coordination_suspend(consent, x.region) FROM (
	    SELECT DISTINCT k.region FROM coordination k
	    WHERE k.consent_id = consent
	    AND NOT EXISTS (SELECT FROM consent_recipient r
	        WHERE r.consent_id = consent AND r.recipient = k.region
	        AND r.live_until > '-infinity')) x;
	PERFORM FROM coordination k WHERE k.consent_id = consent
	ORDER BY k.id FOR NO KEY UPDATE;
	UPDATE coordination_member m SET state = 'removed',
	    answered_at = statement_timestamp(), mandate = NULL, reason = NULL
	FROM coordination k
	WHERE k.consent_id = consent AND m.coordination_id = k.id
	AND m.state IN ('invited', 'accepted')
	AND NOT EXISTS (SELECT FROM consent_recipient r
	    WHERE r.consent_id = consent AND r.recipient = m.organisation_id
	    AND r.live_until > '-infinity');
	FOR upd IN UPDATE coordination k SET case_manager = NULL,
	        version = k.version + 1
	    WHERE k.consent_id = consent AND k.case_manager <> k.holder
	    AND NOT EXISTS (SELECT FROM consent_recipient r
	        WHERE r.consent_id = consent AND r.recipient = k.case_manager
	        AND r.categories @> '{plan,meetings}')
	    RETURNING k.*
	LOOP
		PERFORM coordination_changed(upd, 'coordination.manager');
	END LOOP;
END $$;

CREATE FUNCTION coordination_follows_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM coordination_unname(x.id) FROM (
	    SELECT DISTINCT c.id FROM changed n
	    JOIN consent c ON c.id = n.consent_id AND c.state = 'active'
	    WHERE (n.live_until = '-infinity' OR TG_OP = 'INSERT'
	        OR NOT n.categories @> '{plan,meetings}')
	    AND EXISTS (SELECT FROM coordination k WHERE k.consent_id = c.id)) x;
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_follows_names AFTER UPDATE ON consent_recipient
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION coordination_follows_names();
-- The first that a consent names, in one statement: work may have moved to it.
CREATE TRIGGER coordination_follows_new_names AFTER INSERT ON consent_recipient
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION coordination_follows_names();

-- Before an organisation's status changes, as requeue_summaries() does.
CREATE FUNCTION requeue_coordinations(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH o AS (SELECT status FROM organisation
	    WHERE id = org AND status <> next),
	evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT r, 'coordination', k.id, k.version,
	        CASE WHEN next = 'blocked' AND k.holder = org THEN 'purge'
	            ELSE 'put' END
	    FROM o, coordination k, unnest(k.team || k.holder) r
	    WHERE (k.state <> 'suspended' OR r = k.holder)
	    AND ((k.holder = org AND r <> org AND 'blocked' IN (next, o.status))
	        OR (r = org AND next = 'active'))
	    AND (k.holder = org OR k.id IN (
	        SELECT m.coordination_id FROM coordination_member m
	        WHERE m.organisation_id = org))
	    RETURNING 1)
	SELECT count(*) FROM evt
$$;

REVOKE EXECUTE ON FUNCTION coordination_suspend(uuid, uuid),
    coordination_moves(uuid, uuid), coordination_changed(coordination, text),
    coordination_unname(uuid), consent_names(uuid, uuid),
    consent_opens(coordination, uuid, text), consent_purpose(uuid),
    consent_until(uuid), requeue_coordinations(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_unname(uuid),
    consent_names(uuid, uuid), consent_opens(coordination, uuid, text),
    consent_purpose(uuid), consent_until(uuid),
    requeue_coordinations(uuid, text) TO zaedno_hub_service;

GRANT SELECT, INSERT ON coordination, coordination_member,
    coordination_step, coordination_assignment, coordinator_absence
    TO zaedno_hub_service;
GRANT UPDATE (consent_id, summary_id, case_pseudonym, state, before, version,
    counted_from, entered_at, deadline, due, deadline_set, coordinator,
    case_manager, criteria_at, reviewed, outcome, family_view, lesson, closed_at, until)
    ON coordination TO zaedno_hub_service;
GRANT UPDATE (role, mandate, state, invited_at, due, answered_at, reason)
    ON coordination_member TO zaedno_hub_service;
GRANT UPDATE (user_id, first_day, last_day, substitute, version)
    ON coordinator_absence TO zaedno_hub_service;

COMMIT;

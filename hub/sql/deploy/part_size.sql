-- Deploy zaedno-hub:part_size to pg
-- requires: meeting action
-- A node takes no document of more than 65,536 bytes, nor the page of the feed
-- that it is in.  So whoever invites to a team, convenes a meeting or writes a
-- plan is refused (54000, "too large") before that: room is kept for what
-- others add to it, who are never refused for its size.
BEGIN;

CREATE FUNCTION part_fits(bytes bigint, most bigint) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS
$$
BEGIN
	IF bytes > most THEN
		RAISE EXCEPTION 'a part of % bytes is not told', bytes
		    USING ERRCODE = 'program_limit_exceeded';
	END IF;
END $$;

-- A coordination, closed with the family's view and a lesson, and each member
-- who can still decline or leave as if it had, for the longest of reasons.
CREATE FUNCTION coordination_size(k coordination) RETURNS bigint
LANGUAGE sql STABLE AS
$$
	SELECT 4000 + coalesce((SELECT sum(octet_length((to_jsonb(m)
	        - '{coordination_id,state,answered_at,reason}'::text[])::text)
	        + CASE WHEN m.state IN ('invited', 'accepted') THEN 1240
	        ELSE 100 + coalesce(octet_length(to_jsonb(m.reason)::text), 0) END)
	    FROM coordination_member m WHERE m.coordination_id = k.id), 0)
$$;

-- What the team has written of a plan, each goal with all of its ratings that
-- are told; beside it have room the views of those who signed (8 of 1,350
-- bytes) and the adoptions by recipients (51 of 110).
CREATE FUNCTION plan_size(p plan) RETURNS bigint
LANGUAGE sql STABLE AS
$$
	SELECT 400 + octet_length(coalesce(to_jsonb(p.formulation), '""')::text)
	    + coalesce((SELECT octet_length(to_jsonb(c)::text)
	        FROM plan_contingency c WHERE c.plan_id = p.id), 0)
	    + coalesce((SELECT sum(octet_length((goal_json(g) - 'ratings')::text)
	            + 1120) FROM plan_goal g WHERE g.plan_id = p.id), 0)
	    + coalesce((SELECT sum(octet_length(waymark_json(w)::text) + 80)
	        FROM plan_waymark w WHERE w.plan_id = p.id), 0)
$$;

-- A meeting, each invitation as if it were answered with a substitute, one
-- with the reader's own reason, each decision as if it were reported.
CREATE FUNCTION meeting_size(m meeting) RETURNS bigint
LANGUAGE sql STABLE AS
$$
	SELECT 2800 + octet_length((to_jsonb(m) - '{invited,facilitators,version,
	        state,recorded_at,changed_at,cancelled_because}'::text[])::text)
	    + coalesce((SELECT sum(octet_length((to_jsonb(i) - '{state,
	            answered_at,answer_reason,substitute}'::text[])::text)
	            + CASE m.state WHEN 'planned' THEN 520 ELSE 120 + coalesce(octet_length(i.substitute), 0) END)
	        FROM meeting_invitation i WHERE i.meeting_id = m.id), 0)
	    + coalesce((SELECT sum(octet_length((to_jsonb(a) - 'meeting_id')::text)
	        + 2) FROM meeting_attendance a WHERE a.meeting_id = m.id), 0)
	    + coalesce((SELECT sum(octet_length(to_jsonb(v)::text))
	        FROM meeting_voice v WHERE v.meeting_id = m.id), 0)
	    + coalesce((SELECT sum(octet_length((to_jsonb(d) - '{state,text,
	            version,reported_at}'::text[])::text) + 1320)
	        FROM meeting_decision d WHERE d.meeting_id = m.id), 0)
$$;

-- Of a row the whole that it is a part of: its table, which has a function
-- <table>_size, the column that says which, and the most.
CREATE FUNCTION whole_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	EXECUTE format('SELECT part_fits(%I(w), $2) FROM %I w
	    WHERE w.id = ($1).%I', TG_ARGV[0] || '_size', TG_ARGV[0], TG_ARGV[1])
	USING NEW, TG_ARGV[2]::bigint;
	RETURN NULL;
END $$;
-- Who leaves, for the reason that has room, is refused by nothing, nor is the
-- end of a consent.
CREATE TRIGGER coordination_fits
	AFTER INSERT OR UPDATE OF role, state ON coordination_member
	FOR EACH ROW WHEN (NEW.state IN ('invited', 'accepted'))
	EXECUTE FUNCTION whole_fits('coordination', 'coordination_id', '65000');
CREATE TRIGGER plan_fits AFTER INSERT OR UPDATE ON plan
	FOR EACH ROW EXECUTE FUNCTION whole_fits('plan', 'id', '46000');
CREATE TRIGGER meeting_fits AFTER INSERT OR UPDATE ON meeting
	FOR EACH ROW EXECUTE FUNCTION whole_fits('meeting', 'id', '65000');

-- A record comes after its meeting has become "held".
CREATE FUNCTION meeting_record_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	PERFORM part_fits(meeting_size(m), 65000) FROM meeting m
	WHERE m.id IN (SELECT n.meeting_id FROM new_rows n);
	RETURN NULL;
END $$;
CREATE TRIGGER meeting_record_fits AFTER INSERT ON meeting_attendance
	REFERENCING NEW TABLE AS new_rows
	FOR EACH STATEMENT EXECUTE FUNCTION meeting_record_fits();
CREATE TRIGGER meeting_record_fits AFTER INSERT ON meeting_voice
	REFERENCING NEW TABLE AS new_rows
	FOR EACH STATEMENT EXECUTE FUNCTION meeting_record_fits();

COMMIT;

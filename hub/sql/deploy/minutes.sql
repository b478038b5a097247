-- Deploy zaedno-hub:minutes to pg
-- requires: meeting
-- requires: family
-- What stands in the minutes of a meeting, in words.
BEGIN;

CREATE FUNCTION bg_time(t timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT AS
$$
	SELECT to_char(t AT TIME ZONE 'Europe/Sofia',
	    E'DD.MM.YYYY"\u00a0г.", HH24:MI"\u00a0ч."')
$$;

-- As whoever sees the row sees it.
CREATE FUNCTION meeting_minutes(m meeting) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	    'kind', (SELECT k.bg FROM codelist.meeting_kind k
	        WHERE k.code = m.kind),
	    'of_case', m.coordination_id IS NOT NULL,
	    'starts', bg_time(m.starts_at), 'place', m.place,
	    'convened_by', (SELECT o.name FROM organisation o
	        WHERE o.id = m.region),
	    'agenda', to_jsonb(m.agenda),
	    'child', (SELECT to_jsonb(v) FROM meeting_voice v
	        WHERE v.meeting_id = m.id AND v.who = 'child'),
	    'parents', (SELECT to_jsonb(v) FROM meeting_voice v
	        WHERE v.meeting_id = m.id AND v.who = 'parents'),
	    'present', (SELECT jsonb_agg(jsonb_build_object('name', o.name,
	        'role', a.role) ORDER BY a.n)
	        FROM meeting_attendance a
	        JOIN organisation o ON o.id = a.organisation_id
	        WHERE a.meeting_id = m.id),
	    'absent', (SELECT jsonb_agg(jsonb_build_object('name', o.name,
	        'role', i.role, 'why', i.answer_reason) ORDER BY o.name)
	        FROM meeting_invitation i
	        JOIN organisation o ON o.id = i.organisation_id
	        WHERE i.meeting_id = m.id AND NOT EXISTS (
	            SELECT FROM meeting_attendance a WHERE a.meeting_id = m.id
	            AND a.organisation_id = i.organisation_id)),
	    'decisions', (SELECT jsonb_agg(jsonb_build_object('name', o.name,
	        'what', decision_json(d) ->> 'what',
	        'how_known', decision_json(d) ->> 'how_known',
	        'due', to_char(d.due, E'DD.MM.YYYY"\u00a0г."'))
	        ORDER BY d.made_at, d.id)
	        FROM meeting_decision d
	        JOIN organisation o ON o.id = d.organisation_id
	        WHERE d.meeting_id = m.id),
	    'printed', bg_time(statement_timestamp()),
	    'printed_by', (SELECT r.bg FROM codelist.hub_role r
	        WHERE r.code = my_role())))
$$;

COMMIT;

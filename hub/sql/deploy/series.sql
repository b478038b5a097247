-- Deploy zaedno-hub:series to pg
-- requires: meeting
-- Meetings that come again, and agendas that a region keeps to take.  A series
-- holds no text: what it made are meetings as any other.
BEGIN;

CREATE TABLE agenda_template (
	id uuid PRIMARY KEY,
	region uuid NOT NULL DEFAULT me() REFERENCES organisation,
	name text NOT NULL,
	agenda text[] NOT NULL,
	version bigint NOT NULL DEFAULT 1
);
CREATE INDEX agenda_template_region ON agenda_template (region, name);

CREATE TABLE meeting_series (
	id uuid PRIMARY KEY,
	coordination_id uuid REFERENCES coordination ON DELETE CASCADE,
	region uuid NOT NULL DEFAULT me() REFERENCES organisation,
	every text NOT NULL CHECK (every IN ('week', 'two_weeks', 'month')),
	request_sha256 bytea NOT NULL,
	cancelled_at timestamptz
);
CREATE INDEX meeting_series_case ON meeting_series (coordination_id);

ALTER TABLE meeting ADD COLUMN series_id uuid REFERENCES meeting_series
    ON DELETE SET NULL;
CREATE INDEX meeting_of_series ON meeting (series_id)
	WHERE series_id IS NOT NULL;

ALTER TABLE agenda_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_series ENABLE ROW LEVEL SECURITY;
CREATE POLICY template_own ON agenda_template
	USING (region = me() AND my_role() = 'coordinator')
	WITH CHECK (region = me() AND my_role() = 'coordinator');
CREATE POLICY series_see ON meeting_series FOR SELECT
	USING (region = me() AND my_role() = 'coordinator'
	    AND (coordination_id IS NULL
	        OR meeting_sight(coordination_id) IS NOT NULL));
CREATE POLICY series_add ON meeting_series FOR INSERT
	WITH CHECK (region = me() AND my_role() = 'coordinator'
	    AND (coordination_id IS NULL OR EXISTS (
	        SELECT FROM coordination k WHERE k.id = coordination_id
	        AND k.region = me())));
CREATE POLICY series_change ON meeting_series FOR UPDATE
	USING (region = me() AND my_role() = 'coordinator');

CREATE FUNCTION template_json(t agenda_template) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('id', t.id, 'name', t.name,
	    'agenda', to_jsonb(t.agenda), 'version', t.version)
$$;

CREATE FUNCTION series_json(s meeting_series) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', s.id,
	    'coordination_id', s.coordination_id, 'every', s.every,
	    'cancelled_at', rfc3339(s.cancelled_at)))
	|| jsonb_build_object('meetings', coalesce((
	    SELECT jsonb_agg(jsonb_build_object('id', m.id,
	        'starts_at', rfc3339(m.starts_at), 'state', m.state)
	        ORDER BY m.starts_at, m.id)
	    FROM meeting m WHERE m.series_id = s.id), '[]'))
$$;

-- The times of a series, at the first one's time of the day in Sofia; each
-- counted from the first, so that the 31st comes back after February.  One more
-- than there may be, when there are more.
CREATE FUNCTION series_times(every text, first timestamptz, times int,
    last_day date) RETURNS SETOF timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT x.local AT TIME ZONE 'Europe/Sofia'
	FROM generate_series(0, coalesce(times, 54) - 1) n,
	    LATERAL (SELECT (first AT TIME ZONE 'Europe/Sofia') + n * CASE every
	        WHEN 'week' THEN interval '7 days'
	        WHEN 'two_weeks' THEN interval '14 days'
	        ELSE interval '1 month' END) x(local)
	WHERE last_day IS NULL OR x.local::date <= last_day
$$;

GRANT SELECT, INSERT ON agenda_template, meeting_series
    TO zaedno_hub_service;
GRANT UPDATE (name, agenda, version) ON agenda_template
    TO zaedno_hub_service;
GRANT UPDATE (cancelled_at) ON meeting_series TO zaedno_hub_service;

COMMIT;

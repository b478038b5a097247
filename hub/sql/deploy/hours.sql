-- Deploy zaedno-hub:hours to pg
-- requires: lesson
-- Hours for meetings: what an organisation promises a regional team for a
-- quarter, and what was given, by who was at the meetings and how long.
BEGIN;

CREATE TABLE hour_promise (
	organisation_id uuid NOT NULL DEFAULT me() REFERENCES organisation,
	region uuid NOT NULL REFERENCES organisation,
	quarter text NOT NULL CHECK (quarter ~ '^20[0-9]{2}-Q[1-4]$'),
	hours int NOT NULL CHECK (hours >= 0),
	version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (organisation_id, region, quarter)
);
CREATE INDEX hour_promise_region ON hour_promise (region, quarter);

ALTER TABLE hour_promise ENABLE ROW LEVEL SECURITY;
CREATE POLICY promise_see ON hour_promise FOR SELECT
	USING (CASE my_role() WHEN 'node' THEN organisation_id = me()
	    WHEN 'coordinator' THEN region = me() ELSE false END);
CREATE POLICY promise_add ON hour_promise FOR INSERT
	WITH CHECK (organisation_id = me() AND my_role() = 'node');
CREATE POLICY promise_change ON hour_promise FOR UPDATE
	USING (organisation_id = me() AND my_role() = 'node');

CREATE FUNCTION hour_promise_json(p hour_promise) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('organisation_id', p.organisation_id,
	    'region', p.region, 'quarter', p.quarter, 'hours', p.hours,
	    'version', p.version)
$$;

-- When a quarter begins in Sofia; so many quarters later.
CREATE FUNCTION quarter_begins(quarter text, later int DEFAULT 0)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS
$$
	SELECT (make_date(left(quarter, 4)::int, right(quarter, 1)::int * 3 - 2, 1)
	    + make_interval(months => later * 3)) AT TIME ZONE 'Europe/Sofia'
$$;

-- An organisation sees its own, a coordinator those of the region.  Whoever was
-- there counts, though the case may be seen no longer: only sums are told.
CREATE FUNCTION meeting_hours(of_quarter text) RETURNS TABLE (
    organisation_id uuid, region uuid, promised int, version bigint,
    given numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT organisation_id, region, p.hours, p.version,
	    round(coalesce(g.minutes, 0) / 60.0, 1)
	FROM (SELECT a.organisation_id, m.region, sum(a.minutes) AS minutes
	    FROM meeting m JOIN meeting_attendance a ON a.meeting_id = m.id
	    WHERE m.state = 'held'
	    AND m.starts_at >= quarter_begins(of_quarter)
	    AND m.starts_at < quarter_begins(of_quarter, 1)
	    AND CASE my_role() WHEN 'node' THEN a.organisation_id = me()
	        WHEN 'coordinator' THEN m.region = me() ELSE false END
	    GROUP BY a.organisation_id, m.region) g
	FULL JOIN (SELECT h.* FROM hour_promise h
	    WHERE h.quarter = of_quarter
	    AND CASE my_role() WHEN 'node' THEN h.organisation_id = me()
	        WHEN 'coordinator' THEN h.region = me() ELSE false END) p
	USING (organisation_id, region)
$$;
REVOKE EXECUTE ON FUNCTION meeting_hours(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meeting_hours(text) TO zaedno_hub_service;

GRANT SELECT, INSERT ON hour_promise TO zaedno_hub_service;
GRANT UPDATE (hours, version, changed_at) ON hour_promise
    TO zaedno_hub_service;

COMMIT;

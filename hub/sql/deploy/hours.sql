-- Deploy zaedno-hub:hours to pg
-- requires: lesson
-- Hours for meetings: what an organisation promises a regional team for a
-- quarter, and what was given, by who was at the meetings and how long.
BEGIN;

CREATE TABLE hour_promise (
	id uuid PRIMARY KEY,
	organisation_id uuid NOT NULL DEFAULT me() REFERENCES organisation,
	region uuid NOT NULL REFERENCES organisation,
	quarter text NOT NULL CHECK (quarter ~ '^20[0-9]{2}-Q[1-4]$'),
	hours int NOT NULL CHECK (hours >= 0),
	version bigint NOT NULL DEFAULT 1,
	changed_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	UNIQUE (organisation_id, region, quarter)
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

-- When a quarter begins in Sofia; so many quarters later.
CREATE FUNCTION quarter_begins(quarter text, later int DEFAULT 0)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS
$$
	SELECT (make_date(left(quarter, 4)::int, right(quarter, 1)::int * 3 - 2, 1)
	    + make_interval(months => later * 3)) AT TIME ZONE 'Europe/Sofia'
$$;

-- Whether what was given in it is all there: meetings on cases go after a year.
CREATE FUNCTION quarter_whole(quarter text) RETURNS boolean
LANGUAGE sql STABLE AS
$$
	SELECT quarter_begins(quarter)
	    > statement_timestamp() - interval '365 days'
$$;

-- An organisation sees its own, a coordinator those of the region.  Whoever was
-- there counts, though the case may be seen no longer: only sums are told.
CREATE FUNCTION meeting_hours(of_quarter text) RETURNS TABLE (
    organisation_id uuid, region uuid, promise_id uuid, promised int,
    version bigint, given numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT organisation_id, region, p.id, p.hours, p.version,
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

CREATE FUNCTION hour_promise_json(p hour_promise) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('id', p.id,
	    'organisation_id', p.organisation_id, 'region', p.region,
	    'quarter', p.quarter, 'hours', p.hours, 'given_hours', (
	        SELECT h.given FROM meeting_hours(p.quarter) h
	        WHERE h.promise_id = p.id),
	    'whole', quarter_whole(p.quarter), 'version', p.version)
$$;

-- For the feed of the organisation that promised.
CREATE FUNCTION hour_promise_event(ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', hour_promise_json(p), 'envelope',
	    jsonb_build_object('title', p.quarter || ', ' || o.name))
	FROM hour_promise p JOIN organisation o ON o.id = p.region
	WHERE p.id = ref
$$;

-- Whoever promises waits for the records of that region and quarter, and they
-- for the promise: otherwise neither would tell what the other changes.
CREATE FUNCTION hours_key(region uuid, quarter text) RETURNS int
LANGUAGE sql IMMUTABLE AS
$$ SELECT hashtext(region::text || quarter) $$;

-- The promises of whom this record, in place of the one before it, gives other
-- hours: whoever records does not see them.
CREATE FUNCTION hours_changed(of_meeting uuid, attendance jsonb)
RETURNS SETOF hour_promise
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT p.* FROM meeting m JOIN hour_promise p ON p.region = m.region
	    AND p.quarter = quarter_of(m.starts_at)
	WHERE m.id = of_meeting
	AND my_role() IN ('coordinator', 'facilitator')
	AND (SELECT sum(a.minutes) FROM meeting_attendance a
	    WHERE a.meeting_id = m.id AND a.organisation_id = p.organisation_id)
	IS DISTINCT FROM (SELECT sum(a.minutes)
	    FROM jsonb_to_recordset(attendance)
	        AS a(organisation_id uuid, minutes int)
	    WHERE a.organisation_id = p.organisation_id)
$$;

-- Before an organisation's status changes, as requeue_questions() does.
CREATE FUNCTION requeue_hours(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT org, 'hour_promise', p.id, p.version, 'put'
	    FROM organisation o JOIN hour_promise p ON p.organisation_id = o.id
	    WHERE o.id = org AND next = 'active' AND o.status <> next
	    RETURNING 1)
	SELECT count(*) FROM evt
$$;

REVOKE EXECUTE ON FUNCTION meeting_hours(text), hours_changed(uuid, jsonb),
    requeue_hours(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meeting_hours(text), hours_changed(uuid, jsonb),
    requeue_hours(uuid, text) TO zaedno_hub_service;

GRANT SELECT, INSERT ON hour_promise TO zaedno_hub_service;
GRANT UPDATE (hours, version, changed_at) ON hour_promise
    TO zaedno_hub_service;

COMMIT;

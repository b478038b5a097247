-- Deploy zaedno_node:episode to pg
-- requires: case need
-- A stay in one service or school. A move is an episode that begins when or
-- after another of the same kind has ended.

BEGIN;

CREATE TABLE episode (
	id           uuid PRIMARY KEY,
	case_id      uuid NOT NULL REFERENCES case_file,
	kind         text NOT NULL CHECK (kind IN ('social', 'education')),
	service      text NOT NULL,     -- sealed: it may say who takes the child in
	content      bytea NOT NULL DEFAULT '',
	start_on     date NOT NULL,
	end_on       date CHECK (end_on >= start_on),
	end_reason   text,
	planned      boolean,
	initiated_by text,
	created_at   timestamptz NOT NULL DEFAULT statement_timestamp(),
	version      bigint NOT NULL DEFAULT 1
);
CREATE INDEX episode_case ON episode (case_id, start_on);

ALTER TABLE episode ENABLE ROW LEVEL SECURITY;
CREATE POLICY episode_of_case ON episode TO zaedno_node_service
	USING (EXISTS (SELECT FROM case_file c WHERE c.id = episode.case_id));
GRANT SELECT, INSERT,
	UPDATE (kind, service, content, start_on, end_on, end_reason, planned, initiated_by,
	        version)
	ON episode TO zaedno_node_service;

-- Moves of a case that began on or after a day; NULL counts all. Two stays of
-- no length on one day are one move, told apart by id.
CREATE FUNCTION moves(of_case uuid, since date) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM episode e
	WHERE e.case_id = of_case
	  AND (since IS NULL OR e.start_on >= since)
	  AND EXISTS (SELECT FROM episode p
	              WHERE p.case_id = e.case_id AND p.kind = e.kind
	                AND p.end_on <= e.start_on
	                AND (p.start_on, p.id) < (e.start_on, e.id))
$$;

CREATE FUNCTION episode_document(e episode) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', e.id, 'version', e.version, 'kind', e.kind,
	       'sealed', e.service, 'start', e.start_on, 'end', e.end_on,
	       'end_reason', e.end_reason, 'planned', e.planned,
	       'initiated_by', e.initiated_by))
$$;

CREATE FUNCTION case_number(c case_file) RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT c.number || '/' || lpad((c.year % 100)::text, 2, '0') $$;

-- A case as its reader gets it; "sealed" is opened by the service.
CREATE FUNCTION case_document(c case_file) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', c.id, 'number', case_number(c), 'person_id', c.person_id,
	       'holder', c.holder, 'opened_on', c.opened_on,
	       'closed_on', c.closed_on, 'state', c.state, 'sealed', c.sealed,
	       'version', c.version,
	       'needs', (SELECT coalesce(jsonb_agg(jsonb_build_object(
	                        'domain', n.domain, 'level', n.level)
	                        ORDER BY n.domain), '[]')
	                 FROM need n WHERE n.case_id = c.id AND n.level IS NOT NULL),
	       'strengths', (SELECT coalesce(jsonb_agg(n.domain ORDER BY n.domain), '[]')
	                     FROM need n WHERE n.case_id = c.id AND n.strength),
	       'moves_total', moves(c.id, NULL),
	       'moves_12m', moves(c.id, today() - 365)))
$$;

COMMIT;

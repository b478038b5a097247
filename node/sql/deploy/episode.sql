-- Deploy zaedno_node:episode to pg
-- requires: case
-- A stay in one service or school. A move is an episode that begins when or
-- after another of the same kind has ended.

BEGIN;

CREATE TABLE episode (
	id           uuid PRIMARY KEY,
	case_id      uuid NOT NULL REFERENCES case_file,
	kind         text NOT NULL CHECK (kind IN ('social', 'education')),
	service      text NOT NULL,
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
	UPDATE (kind, service, start_on, end_on, end_reason, planned, initiated_by,
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

COMMIT;
